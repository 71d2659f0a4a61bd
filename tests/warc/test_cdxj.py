"""The index that the crawl writes beside a WARC file: the bytes that cdxj-indexer would write."""

import logging
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huffarchive.archive import crash_repair
from huffarchive.archive.files import OutputFiles
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Exchange, Truncation
from huffarchive.ledger.ledger import Ledger
from huffarchive.storage.paths import ArchivePaths
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.cdxj import fresh_index, index_path, write_index
from huffarchive.warc.damage import WarcError
from huffarchive.warc.playback import Playback
from huffarchive.warc.reader import records
from huffarchive.warc.record import sha1
from huffarchive.warc.writer import Earlier, annotate_member, compose, compose_playback
from tests.kit.indexer import cdxj_indexer
from tests.verify.archives import build

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKS = b"5\r\nhello\r\n6;x=y\r\n there\r\n0\r\n\r\n"
ANSWERS = {
    "a page": OK + b"Content-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello",
    "no type": OK + b"Content-Length: 5\r\n\r\nhello",
    "an empty type": OK + b"Content-Type:\r\n\r\nhello",
    "a folded type": OK + b"Content-Type:\r\n text/html\r\n\r\nhello",
    "two types": OK + b"content-type: a/b c\r\nContent-Type: text/html\r\n\r\nhello",
    "a type not in ASCII": OK + "Content-Type: texte/été;x\r\n\r\nhello".encode(),
    "a type in Latin-1": OK + "Content-Type: texte/été\r\n\r\nhello".encode("latin-1"),
    "an image": OK + b"Content-Type: image/jpeg\r\nContent-Length: 4\r\n\r\n\xff\xd8\xff\xe0",
    "chunks": OK + b"Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    "broken chunks": OK + b"Transfer-Encoding: chunked\r\n\r\nhello",
    "chunks by a header that begins with a space": OK
    + b" Transfer-Encoding: chunked\r\n\r\n"
    + CHUNKS,
    "nothing": b"",
    "an empty body": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a redirect": b"HTTP/1.1 301 Moved\r\nLocation: /ailleurs\r\nContent-Length: 0\r\n\r\n",
    "early hints": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK + b"\r\nhello",
    "no reason": b"HTTP/1.1 404\r\n\r\nhello",
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Type: text/plain\n\nhello",
    "no HTTP": b"hello",
    "shorter than it says": OK + b"Content-Length: 50\r\n\r\nhello",
}
URLS = (
    "https://www.huffpost.com/archive/qc/entry/un-titre_qc_5c1",
    "https://www.huffpost.com/archive/qc/entry/été?b=2&a=1",
    "http://WWW.huffpost.com:80//a b//?utm_source=x",
    "https://[::1]:8443/x",
    "https://www.huffpost.com/\x07%zz\udcff",
)


@pytest.fixture
def pair(tmp_path: Path) -> OutputFiles:
    places = ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")
    places.make()
    return OutputFiles(places, 1, WHEN, {"software": "test"})


def fill(pair: OutputFiles) -> None:
    """One record of each kind that a crawl writes."""
    request = b"GET / HTTP/1.1\r\nHost: www.huffpost.com\r\n\r\n"
    exchanges = [Exchange(URLS[0], request, answer, WHEN) for answer in ANSWERS.values()]
    exchanges += [Exchange(url, request, ANSWERS["a page"], WHEN) for url in URLS]
    exchanges += [replace(exchanges[0], truncated=why) for why in Truncation]
    exchanges += [replace(exchanges[0], began=WHEN.replace(year=year)) for year in (1, 999, 9999)]
    note = Annotation(page="qc:n:1")
    for exchange in exchanges:
        pair.append_all(compose(exchange, pair.info_id, note))
    earlier = Earlier("<urn:uuid:1>", URLS[0], "2026-01-01T00:00:00Z", sha1(b"hello"))
    for answer in (ANSWERS["a page"], ANSWERS["chunks"], b"HTTP/1.1 304 Not Modified\r\n\r\n"):
        for known in (earlier, replace(earlier, payload_sha1=sha1(b"hello there"))):
            exchange = replace(exchanges[0], response=answer)
            pair.append_all(compose(exchange, pair.info_id, note, known))
    for kind in ("text/html; charset=utf-8", "", "texte/été", "a\r\nb"):
        for url in (*URLS, "urn:x"):
            played = Playback(url, WHEN, ANSWERS["a page"], kind, b"hello", truncated=False)
            pair.append_all(compose_playback(exchanges[0], pair.info_id, note, played))


def test_the_crawl_writes_the_lines_that_the_indexer_would(
    pair: OutputFiles, tmp_path: Path
) -> None:
    fill(pair)
    pair.sync()
    pair.finish()
    warc = tmp_path / "warc/qc" / pair.warc_name
    written = index_path(warc).read_bytes()
    assert written.count(b"\n") > 60
    assert written == cdxj_indexer(warc, tmp_path)
    assert written == write_index(warc).read_bytes()


def test_a_copied_member_is_indexed_as_it_stands(pair: OutputFiles, tmp_path: Path) -> None:
    """Of other writers: brackets around the address, letters that ours escapes, no digest."""
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:2>\r\n"
        "WARC-Target-URI: <https://www.huffpost.com/é t>\r\nWARC-Date: 2019-01-02\r\n"
        "Content-Type: application/http\r\nContent-Length: {}\r\n\r\n"
    )
    other = tmp_path / "other.warc"
    block = ANSWERS["chunks"]
    other.write_bytes(head.format(len(block)).encode() + block + b"\r\n\r\n")
    (stored,) = records(other)
    import gzip

    made = pair.append_copy(stored.record, gzip.compress(other.read_bytes()))
    note = annotate_member(stored.record, "https://x/", WHEN, pair.info_id, Annotation())
    pair.append(note)
    pair.sync()
    pair.finish()
    warc = tmp_path / "warc/qc" / pair.warc_name
    (line,) = index_path(warc).read_text("utf-8").splitlines()
    assert f'"offset": "{made.offset}"' in line
    assert " 00010101000000 " in line  # a day tells no moment
    assert index_path(warc).read_bytes() == cdxj_indexer(warc, tmp_path)


def test_what_a_crash_takes_the_next_opening_makes(tmp_path: Path) -> None:
    places = build(tmp_path)
    first, second = sorted(places.warc.glob("*.warc.gz"))
    whole = {warc: index_path(warc).read_bytes() for warc in (first, second)}
    assert whole == {warc: cdxj_indexer(warc, tmp_path) for warc in (first, second)}
    index_path(first).unlink()
    index_path(second).write_bytes(b"of a file that was longer\n")
    second.rename(second.with_name(f"{second.name}.open"))
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    try:
        row = ledger.files.all()[-1]
        with ledger.transaction():
            ledger.files.store(replace(row, whole=False, warc_sha256=None, jsonl_sha256=None))
        crash_repair.repair(places, ledger)
    finally:
        ledger.close()
    assert {warc: index_path(warc).read_bytes() for warc in (first, second)} == whole


def test_a_damaged_file_costs_its_index_and_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    places = build(tmp_path)
    warc = min(places.warc.glob("*.warc.gz"))
    with warc.open("r+b") as file:
        file.seek(1000)
        file.write(bytes(100))
    with pytest.raises(WarcError):
        write_index(warc)
    index_path(warc).unlink()
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    with caplog.at_level(logging.ERROR):
        crash_repair.repair(places, ledger)
    ledger.close()
    (line,) = caplog.messages
    assert str(warc) in line
    assert not index_path(warc).exists()


def test_an_index_older_than_its_file_is_made_again(tmp_path: Path) -> None:
    places = build(tmp_path)
    warc = min(places.warc.glob("*.warc.gz"))
    good = index_path(warc).read_bytes()
    index_path(warc).write_bytes(b"newer\n")
    assert fresh_index(warc).read_bytes() == b"newer\n"
    copy = Path(shutil.copy(warc, warc.with_name("copy")))
    copy.replace(warc)
    assert fresh_index(warc).read_bytes() == good
