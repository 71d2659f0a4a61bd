"""The sample's room says that it is invented; no other room does."""

from pathlib import Path

import pytest

pytest.importorskip("datasette")
pytest.importorskip("numpy")
pytest.importorskip("sqlite_utils")
pytest.importorskip("snowballstemmer")

from tests.browse.served import serving
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
    paths = synthetic.write(tmp_path, 30, 2)
    with serving(tmp_path, paths, language, invented=invented) as served:
        answers = [served.get(path).text for path in ASKED]
    says, unclosed = SAYS[language]
    assert [says in page for page in answers] == [invented] * len(ASKED)
    assert [unclosed in page for page in answers] == [path == '/?q="le' for path in ASKED]
    assert "<code>essence -prix</code>" in answers[0]
