"""Coming back: what is unchanged becomes a revisit, what changed a record beside the old one."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.site import site
from huffarchive.urls import Address, identify
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.reader import records
from huffarchive.warc.record import Stored
from huffarchive.warc.writer import IDENTICAL, NOT_MODIFIED
from tests.e2e.conftest import Archived, options
from tests.kit.command import scrapy
from tests.kit.gold import Golds
from tests.kit.ledger_rows import assert_equal

KINDS = ("validated", "dated", "unchanged", "changed", "gone")
NEWS = "<p>Ce paragraphe a été ajouté après coup par la rédaction du journal.</p>"


@dataclass
class Server:
    """Five articles; each answers the second time as its kind says."""

    pages: dict[str, tuple[str, bytes]]
    """Path -> kind and body."""
    later: bool = False
    """Whether it is the second time."""
    asked: list[tuple[str, dict[str, str], int]] = field(default_factory=list)
    """Path, headers and status of each request."""
    base: str = ""

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow:\n"
        if path not in self.pages:
            return 404, {}, b""
        kind, body = self.pages[path]
        said = {"Content-Type": "text/html; charset=utf-8"}
        if kind == "validated":
            said["ETag"] = '"un"'
        if kind == "dated":
            said["Last-Modified"] = "Tue, 01 Nov 2016 10:00:00 GMT"
        if "un" in headers.get("If-None-Match", "") or (
            headers.get("If-Modified-Since") == said.get("Last-Modified", "-")
        ):
            return 304, {**said, "X-Proof": "as it crossed the wire"}, b""
        if self.later and kind == "changed":
            body = body.replace(b"</p>", b"</p>" + NEWS.encode(), 1)
        if self.later and kind == "gone":
            return 410, {}, b""
        return 200, said, body


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    sample, pages = site(), {}
    for number, url in enumerate(sample.plain_urls()):
        entry = sample.register.entry(number)
        if entry.recipe.template == "archive" and len(Golds(sample)[str(entry.key)].paragraphs) > 3:
            pages[urlsplit(url).path] = (KINDS[len(pages)], sample.markup(entry).encode())
        if len(pages) == len(KINDS):
            break
    made = Server(pages)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            status, said, body = made.answer(self.path, dict(self.headers))
            made.asked.append((self.path, dict(self.headers), status))
            self.send_response(status)
            for name, value in said.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    made.base = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield made
    http.shutdown()
    http.server_close()
    thread.join()


@dataclass(frozen=True)
class Twice:
    """An archive that was crawled, and then came back to."""

    archive: Archived
    keys: dict[str, str]
    """Kind -> record id."""
    asked: list[tuple[str, dict[str, str], int]]
    """What the second run asked."""
    first: list[dict[str, Any]]
    """The records of the first run."""
    status: int

    def stored(self, kind: str) -> list[tuple[Stored, Annotation]]:
        """The answers of a page, in order, each with its note."""
        answers, notes = [], {}
        for path in self.archive.warcs:
            for item in records(path):
                if item.record.type in ("response", "revisit"):
                    answers.append(item)
                elif item.record.type == "metadata":
                    note = Annotation.from_block(item.record.block)
                    notes[item.record.field("WARC-Concurrent-To")] = note
        found = [(a, notes.get(a.record.id)) for a in answers]
        return [(a, n) for a, n in found if n is not None and n.page == self.keys[kind]]


@pytest.fixture(scope="module")
def twice(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    folder = tmp_path_factory.mktemp("revisits")
    urls = folder / "urls.txt"
    urls.write_text("".join(f"https://www.huffpost.com{path}\n" for path in server.pages))
    crawl = ("crawl", "huffpost_qc", "-a", f"site={server.base}", "-a", f"urls={urls}")
    result = scrapy(*crawl, *options(folder))
    assert result.code == 0, result.err
    archive = Archived(folder, "qc", result)
    first = archive.rows
    server.later, before = True, len(server.asked)
    time.sleep(1.1)  # WARC dates are whole seconds
    again = scrapy(*crawl, "-a", "recrawl=0", *options(folder))
    keys = {}
    for path, (kind, _) in server.pages.items():
        address = identify(f"https://www.huffpost.com{path}", HUFFPOST_QC)
        assert isinstance(address, Address)
        keys[kind] = str(address.key)
    return Twice(archive, keys, server.asked[before:], first, again.code)


def test_the_second_run_asks_for_all_with_what_it_knows(twice: Twice, server: Server) -> None:
    assert twice.status == 0
    asked = {
        server.pages[path][0]: (headers, status)
        for path, headers, status in twice.asked
        if path in server.pages
    }
    assert set(asked) == set(KINDS)
    assert asked["validated"][0]["If-None-Match"] == '"un"'
    assert asked["dated"][0]["If-Modified-Since"] == "Tue, 01 Nov 2016 10:00:00 GMT"
    assert asked["validated"][1] == asked["dated"][1] == 304
    assert "If-None-Match" not in asked["unchanged"][0]


@pytest.mark.parametrize(
    ("kind", "profile"),
    [("validated", NOT_MODIFIED), ("dated", NOT_MODIFIED), ("unchanged", IDENTICAL)],
)
def test_what_is_unchanged_is_a_revisit(twice: Twice, kind: str, profile: str) -> None:
    (old, _), (new, note) = twice.stored(kind)
    assert (old.record.type, new.record.type) == ("response", "revisit")
    record = new.record
    assert record.field("WARC-Profile") == profile
    assert record.field("WARC-Refers-To") == old.record.id
    assert record.field("WARC-Refers-To-Target-URI") == old.record.field("WARC-Target-URI")
    assert record.field("WARC-Refers-To-Date") == old.record.field("WARC-Date")
    assert record.field("WARC-Date") > old.record.field("WARC-Date")
    assert record.field("WARC-Payload-Digest") == old.record.field("WARC-Payload-Digest")
    if profile == NOT_MODIFIED:
        assert record.block == b""
        assert note.head is not None
        assert note.head.startswith("HTTP/1.1 304 Not Modified\r\n")
        assert "X-Proof: as it crossed the wire" in note.head
    else:
        assert record.block.startswith(b"HTTP/1.1 200 OK\r\n")
        assert record.block.endswith(b"\r\n\r\n")
        assert b"<html" not in record.block


def test_a_changed_article_is_a_new_record_and_the_old_one_stays(twice: Twice) -> None:
    (old, _), (new, _) = twice.stored("changed")
    assert new.record.type == "response"
    first, second = (row for row in twice.archive.rows if row["id"] == twice.keys["changed"])
    assert first in twice.first
    assert first["previous_id"] is None
    assert second["previous_id"] == first["warc_record_id"] == old.record.id
    assert second["warc_record_id"] == new.record.id
    added = NEWS.removeprefix("<p>").removesuffix("</p>")
    assert added in second["text"]
    assert added not in first["text"]


def test_only_the_change_adds_a_record(twice: Twice) -> None:
    rows = twice.archive.rows
    assert rows[: len(twice.first)] == twice.first
    assert len(rows) == len(KINDS) + 1


def test_the_jsonl_is_what_extract_gives(twice: Twice, tmp_path: Path) -> None:
    out = tmp_path / "again.jsonl"
    done = scrapy("extract", *map(str, twice.archive.warcs), "-o", str(out), "--workers=0")
    assert done.code == 0, done.err
    assert out.read_bytes() == b"".join(path.read_bytes() for path in twice.archive.jsonls)


def test_a_page_that_is_gone_keeps_its_record(twice: Twice) -> None:
    ids = [row["id"] for row in twice.archive.rows]
    assert ids.count(twice.keys["gone"]) == 1
    report = twice.archive.report
    assert report["balanced"] is True
    assert json.dumps(report["reasons"]).count("deleted") == 1


@pytest.mark.slow
def test_a_ledger_made_again_is_the_lost_one(twice: Twice, tmp_path: Path) -> None:
    """A list was crawled at another base, and most of it found unchanged later."""
    copy = Archived(
        shutil.copytree(twice.archive.folder, tmp_path / "copy"), "qc", twice.archive.result
    )
    ledger = copy.folder / "output" / "qc" / "ledger.sqlite3"
    lost = shutil.move(ledger, tmp_path / "lost.sqlite3")
    done = scrapy("recover", "qc", *copy.options)
    assert done.code == 0, done.err
    assert_equal(lost, ledger)


def test_verify_finds_nothing(twice: Twice) -> None:
    done = scrapy("verify", "--workers=0", *twice.archive.options)
    assert done.code == 0, done.out + done.err
