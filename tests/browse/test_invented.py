"""The sample's room says that it is invented; no other room does."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("datasette")
pytest.importorskip("numpy")
pytest.importorskip("sqlite_utils")
pytest.importorskip("snowballstemmer")

from datasette.app import Datasette
from datasette.plugins import pm

from huffarchive.browse import pages as rooms
from huffarchive.browse.search import FacetIndex, build_room
from huffarchive.exports.latest import Latest
from huffarchive.exports.sqlite import write_sqlite
from tests.exports import synthetic

SAYS = {
    "fr": ("Échantillon inventé", "Un guillemet n’est pas refermé"),
    "en": ("Invented sample", "A quotation mark is not closed"),
}
ASKED = (
    "/",
    '/?q="le',
    "/?q=absent",
    "/article/qc:n:1",
    "/article/none",
    "/room",
    "/room/articles",
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("invented", [True, False])
def test_every_page_says_whether_it_is_invented(
    tmp_path: Path, language: str, *, invented: bool
) -> None:
    database = tmp_path / "room.sqlite3"
    paths = synthetic.write(tmp_path, 30, 2)
    with Latest(paths) as latest:
        write_sqlite(latest, database)
    build_room(database, paths)
    with closing(sqlite3.connect(database)) as room:
        catalogue = FacetIndex.read(room)
    plugin = rooms.Pages("Journal", language, tmp_path, None, catalogue, invented=invented)

    async def ask() -> list[str]:
        served = Datasette(
            [], immutables=[str(database)], metadata=rooms.METADATA,
            template_dir=str(Path(rooms.__file__).parent / "template"),
        )  # fmt: skip
        return [
            (await served.client.get(path, headers={"host": "127.0.0.1"})).text for path in ASKED
        ]

    pm.register(plugin, "huffarchive-browse")
    try:
        answers = asyncio.run(ask())
    finally:
        pm.unregister(plugin)
    says, unclosed = SAYS[language]
    assert [says in page for page in answers] == [invented] * len(ASKED)
    assert [unclosed in page for page in answers] == [path == '/?q="le' for path in ASKED]
    assert "<code>essence -prix</code>" in answers[0]
