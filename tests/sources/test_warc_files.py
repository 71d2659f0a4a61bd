"""Files of others: the pages that they name, and members copied byte for byte."""

import gzip
import os
import zipfile
from pathlib import Path

import pytest

from huffarchive.crawl.arguments import CrawlArgumentError, CrawlArguments
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger.ledger import Ledger
from huffarchive.sources.warc_files import FoundCapture, find_captures, read_member
from huffarchive.warc.damage import WarcError
from huffarchive.warc.reader import member

URL = "https://www.huffpost.com/archive/qc/entry/un-titre_n_{}"


def warc(path: Path, *, packed: bool = True) -> Path:
    """A file as others write it: WARC/1.0, and fields that are not ours."""
    html, image = "text/html; charset=utf-8", "image/png"
    answers = [(URL.format(1), "200 OK", html), (URL.format(2), "404 Not Found", html)]
    answers += [
        ("https://www.huffpost.com/archive/qc/topic/neige", "200 OK", image),
        ("https://elsewhere.example/x_n_9", "200 OK", html),
    ]
    with path.open("wb") as file:
        for number, (url, status, kind) in enumerate(answers, 1):
            block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n<html>{number}</html>"
            text = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
                f"WARC-Date: 2022-03-10T12:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
                f"Content-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(block)}\r\n\r\n{block}\r\n\r\n"
            ).encode()
            file.write(gzip.compress(text, mtime=0) if packed else text)
    return path


def wacz(path: Path, inner: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.write(inner, f"archive/{inner.name}")
        package.writestr("datapackage.json", "{}")
    return path


def only(path: Path) -> FoundCapture:
    (found,) = (item for item in find_captures(path, HUFFPOST_QC) if item is not None)
    return found


@pytest.mark.parametrize("form", ["warc.gz", "warc", "wacz"])
def test_pages_and_their_members(tmp_path: Path, form: str) -> None:
    path = warc(tmp_path / "x.warc.gz")
    whole = path.read_bytes()
    if form == "warc":
        path = warc(tmp_path / "y.warc", packed=False)
    elif form == "wacz":
        path = wacz(tmp_path / "z.wacz", path)
    found = only(path)
    assert str(found.address.key) == "qc:n:1"
    assert found.memento is not None
    assert (found.memento.source, found.memento.timestamp) == ("warc", "20220310120000")
    data = read_member(found.memento)
    stored = member(data, "x")
    assert stored.record.field("WARC-Target-URI") == URL.format(1)
    assert stored.record.block.endswith(b"<html>1</html>")
    if form != "warc":
        assert data in whole
    else:
        assert gzip.decompress(data) in path.read_bytes()


def test_a_file_that_is_no_longer_there_or_shorter(tmp_path: Path) -> None:
    path = warc(tmp_path / "x.warc.gz")
    memento = only(path).memento
    assert memento is not None
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(OSError, match="shorter"):
        read_member(memento)
    path.unlink()
    with pytest.raises(OSError, match="No such file"):
        read_member(memento)


def test_a_damaged_file_names_what_is_readable_first(tmp_path: Path) -> None:
    path = warc(tmp_path / "x.warc.gz")
    path.write_bytes(path.read_bytes()[:-40])
    items = find_captures(path, HUFFPOST_QC)
    assert next(item for item in items if item is not None).address.key.id == "1"
    with pytest.raises(WarcError):
        list(items)


def test_a_cdxj_file_names_pages_whose_captures_it_does_not_hold(tmp_path: Path) -> None:
    path = tmp_path / "index.cdxj"
    path.write_text(
        f'com,huffpost)/x 20220310120000 {{"url": "{URL.format(7)}", "status": "200"}}\n!meta\n'
    )
    found = only(path)
    assert found.memento is not None
    assert (str(found.address.key), found.memento.tried) == ("qc:n:7", "elsewhere")


def test_what_a_discovery_may_be_asked(tmp_path: Path) -> None:
    path = warc(tmp_path / "x.warc.gz")
    job = CrawlArguments.parse(
        HUFFPOST_QC, {"source": f"list,sitemap,wayback,{path}"}, discover=True
    )
    assert (job.sources, job.files) == (("live", "wayback"), (path.resolve(),))
    assert job.listed_urls
    job = CrawlArguments.parse(HUFFPOST_QC, {"source": str(tmp_path / "*.warc.gz")}, discover=True)
    assert (job.sources, job.files, job.listed_urls) == ((), (path.resolve(),), False)
    assert CrawlArguments.parse(HUFFPOST_QC, {}, discover=True).sources == ("live",)
    job = CrawlArguments.parse(HUFFPOST_QC, {"source": "warc", "files": str(path)})
    assert (job.sources, job.files) == (("warc",), (path.resolve(),))


@pytest.mark.parametrize(
    ("arguments", "discover", "says"),
    [
        ({"source": "live"}, True, "unknown source 'live'"),
        ({"source": "list"}, False, "unknown source 'list'"),
        ({"source": ""}, True, "-a source=: give a value"),
        ({"source": ","}, True, "unknown source ''"),
        ({"source": "nowhere/*.warc.gz"}, True, "no file 'nowhere/"),
        ({"source": "warc", "files": "nowhere.warc.gz"}, False, "no file 'nowhere.warc.gz'"),
        ({"source": "warc", "files": str(Path(__file__).parent)}, False, "a folder; give "),
    ],
)
def test_mistakes(arguments: dict[str, str], discover: bool, says: str) -> None:
    with pytest.raises(CrawlArgumentError, match=says.replace("*", r"\*")):
        CrawlArguments.parse(HUFFPOST_QC, arguments, discover=discover)


@pytest.mark.parametrize("name", ["a!b", "theirs.wacz!", "!"])
def test_a_folders_name_may_be_any(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    inner = warc(folder / "x.warc.gz")
    for path in (inner, wacz(folder / "z.wacz", inner)):
        memento = only(path).memento
        assert memento is not None
        assert read_member(memento) == inner.read_bytes()[: memento.length]


def test_a_file_that_changed_and_kept_its_size_is_read_again(tmp_path: Path) -> None:
    path = warc(tmp_path / "x.warc.gz")
    ledger = Ledger.open(tmp_path / "ledger.sqlite3", HUFFPOST_QC)
    try:
        with ledger.transaction():
            ledger.readings.read(path)
        assert ledger.readings.is_read(path)
        data = path.read_bytes()
        path.write_bytes(data[:-1] + b"x")
        os.utime(path, ns=(1, 1))
        assert not ledger.readings.is_read(path)
    finally:
        ledger.close()
