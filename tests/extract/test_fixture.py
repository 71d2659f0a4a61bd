"""`scrapy sample`: a capture becomes a folder that the reader's own test reads."""

import json
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings

from huffarchive.commands.sample import Command
from huffarchive.extract.fixture import make_fixture
from huffarchive.http import Exchange
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.writer import compose, warcinfo
from tests.kit.command import scrapy
from tests.reader.conftest import load
from tests.reader.test_page_folders import _plain

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "tests" / "pages"
URL = "https://www.huffpost.com/archive/qc/entry/un-article_n_4001007"


def _exchange(url: str, body: bytes, status: int = 200) -> Exchange:
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    request = b"GET / HTTP/1.1\r\nHost: www.huffpost.com\r\n\r\n"
    began = datetime(2026, 11, 20, 12, tzinfo=UTC)
    return Exchange(url, request, head.encode() + body, began)


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A WARC of three captures, the offsets of its records."""
    body = (PAGES / "archive_v2_afp_signature" / "page.html").read_bytes()
    info = warcinfo("x.warc.gz", datetime(2026, 11, 20, tzinfo=UTC), {"software": "test"})
    members = [info.to_member()]
    for url, status, page in (
        (URL, 200, body),
        ("https://www.huffpost.com/archive/qc/topic/neige", 200, b"<h1>Neige</h1>"),
        ("https://elsewhere.example/x", 200, b"<p>no page of ours"),
    ):
        made = compose(_exchange(url, page, status), info.id, Annotation())
        members += [record.to_member() for record in (made.main, *made.others)]
    path = tmp_path_factory.mktemp("warc") / "x.warc.gz"
    path.write_bytes(b"".join(members))
    offsets = [sum(map(len, members[:n])) for n in range(len(members))]
    return path, offsets


def test_the_folder_is_read_by_the_readers_own_test(
    warc: tuple[Path, list[int]], tmp_path: Path
) -> None:
    path, offsets = warc
    made = make_fixture(path, offsets[1])
    made.write(tmp_path / "new")
    source = PAGES / "archive_v2_afp_signature"
    assert (tmp_path / "new" / "page.html").read_bytes() == (source / "page.html").read_bytes()
    folder = load(tmp_path / "new")
    assert folder.page.url == URL
    assert folder.page.captured_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    by_hand = json.loads((source / "expected.json").read_text("utf-8"))["text"]
    found = folder.expected["text"]
    keys = {"headline", "paragraphs", "agency", "authors", "images", "chrome_kinds", "layout"}
    assert {k: found[k] for k in keys} == {k: by_hand[k] for k in keys}


def test_expected_says_what_the_reader_says(warc: tuple[Path, list[int]], tmp_path: Path) -> None:
    from huffarchive.editions.huffpost_qc import HUFFPOST_QC
    from huffarchive.reader import read

    path, offsets = warc
    make_fixture(path, offsets[1]).write(tmp_path / "new")
    folder = load(tmp_path / "new")
    text = read(folder.page, HUFFPOST_QC).text
    assert text is not None
    for name, value in folder.expected["text"].items():
        if name not in ("chrome_kinds", "chrome_has"):
            assert _plain(getattr(text, name)) == value, name


def test_a_page_that_is_no_article(warc: tuple[Path, list[int]]) -> None:
    path, offsets = warc
    made = make_fixture(path, offsets[4])
    assert made.expected["page_type"] != "article"
    assert "text" not in made.expected


def test_the_command(warc: tuple[Path, list[int]], tmp_path: Path) -> None:
    path, offsets = warc
    place, folder = f"{path}:{offsets[1]}", str(tmp_path / "new")
    done = scrapy("sample", place, "-o", folder)
    assert done.code == 0, done.err
    assert sorted(p.name for p in Path(folder).iterdir()) == [
        "expected.json",
        "meta.json",
        "page.html",
    ]
    again = scrapy("sample", place, "-o", folder)
    assert again.code == 2
    assert "is there already" in again.err


@pytest.mark.parametrize(
    ("place", "hint"),
    [
        ("{path}", "FILE:OFFSET"),
        ("{path}:", "FILE:OFFSET"),
        ("{path}:x", "FILE:OFFSET"),
        ("{path}:7", "no record of"),
        ("{path}:999999999999", "no record of"),
        ("{path}:0", "a warcinfo record begins"),
        ("{path}:{elsewhere}", "no page of an edition"),
        ("/nowhere/x.warc.gz:0", "No such file"),
        ("{folder}:0", "that is no regular file; name a WARC file"),
    ],
)
def test_mistakes_are_one_clear_line(
    place: str,
    hint: str,
    warc: tuple[Path, list[int]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, offsets = warc
    where = place.format(path=path, elsewhere=offsets[7], folder=path.parent)
    command = Command()
    command.settings = Settings()
    command.settings.setmodule("huffarchive.settings")
    with pytest.raises(SystemExit) as end:
        command.run([where], Namespace(output=tmp_path / "new"))
    assert end.value.code == 2
    said = capsys.readouterr()
    assert not said.out
    assert hint in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "new").exists()
