"""A ledger made again from the files is the lost one, row by row."""

import argparse
import errno
import json
import shutil
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from huffarchive.archive.archive import Archive
from huffarchive.archive.recover import Rebuilt, rebuild
from huffarchive.archive.replay import Replay
from huffarchive.archive.run_report import write_report
from huffarchive.archive.store_visit import Visit
from huffarchive.commands.recover import Command
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Exchange, Message, Truncation
from huffarchive.ledger.ledger import Ledger
from huffarchive.ledger.rows import Task
from huffarchive.outcome import (
    MAX_TRIES,
    AnswerOutcome,
    Reason,
    State,
    outcome_of_error,
    outcome_of_status,
)
from huffarchive.reading import PageType, Reading
from huffarchive.sources.memento import Memento
from huffarchive.storage.paths import ArchivePaths
from huffarchive.urls import Address, identify
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.cdxj import index_path
from huffarchive.warc.playback import playback
from huffarchive.warc.reader import records
from huffarchive.warc.record import Record, Stored, new_id
from huffarchive.warc.writer import metadata
from huffarchive.workers import pool
from huffarchive.workers.job import TOO_SLOW, Job, Reader, Unread, read_here
from huffarchive.workers.pool import ReaderPool, Readers
from tests.kit.ledger_rows import assert_equal, forgotten, pages, rows
from tests.kit.reading import read_in_order

URL = "https://www.huffpost.com/archive/qc/entry/un-titre_n_{}"
DATED = "http://quebec.huffingtonpost.ca/2013/05/06/autre-titre_n_{}.html"
SITEMAP = "https://www.huffpost.com/sitemaps/qc.xml"
WORDS = "<p>Le conseil municipal de Laval a adopté lundi soir le budget, numéro {}.</p>"


def asked(url: str) -> bytes:
    host, _, path = url.split("//", 1)[1].partition("/")
    return f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def article(number: int, *links: str, day: str = "2012-10-05") -> bytes:
    body = "".join(WORDS.format(f"{number}.{k}") for k in range(6))
    body += "".join(f"<p><a href='{link}'>Lire aussi</a></p>" for link in links)
    return (
        f"<!doctype html><html lang='fr'><head><title>Titre {number}</title>"
        f"<meta property='article:published_time' content='{day}T10:00:00-04:00'>"
        f"</head><body><article><h1>Titre {number}</h1>{body}</article></body></html>"
    ).encode()


def http(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def moved(target: str) -> bytes:
    return http(status="302 Found", Location=target)


@dataclass
class Run:
    """A run of an archive, which visits pages as the crawl does."""

    archive: Archive
    now: datetime

    def visit(
        self,
        url: str,
        response: bytes | None,
        fault: Reason | None = None,
        *,
        truncated: Truncation | None = None,
        unread: str | None = None,
        final: bool = True,
    ) -> None:
        """Ask for a page; with None as the answer nothing was sent, with b"" nothing came."""
        task = self.task(url)
        self.now += timedelta(seconds=1)
        sent = asked(task.url)
        exchanges = () if response is None else (
            Exchange(task.url, sent, response, self.now, "192.0.2.1", truncated=truncated),
        )  # fmt: skip
        visit = Visit(task, exchanges, AnswerOutcome(State.WANTED, None))
        if fault is not None:
            outcome = outcome_of_error(fault, MAX_TRIES if final else 1, f"because of {fault}")
        else:
            visit, outcome = self._judged(visit, response or b"", unread)
        self.archive.apply(self.archive.capture(replace(visit, outcome=outcome)))
        self.archive.commit()

    def task(self, url: str) -> Task:
        ledger, found = self.archive.ledger, identify(url, HUFFPOST_QC)
        assert isinstance(found, Address)
        with self.archive.changing():
            tasks = ledger.frontier.draw(self.archive.run, 1000, 4e9)
            task = next(task for task in tasks if task.key == found.key)
            ledger.frontier.give_back(self.archive.run)
        return task

    def _judged(
        self, visit: Visit, response: bytes, unread: str | None
    ) -> tuple[Visit, AnswerOutcome]:
        task, message = visit.task, Message.parse(response)
        if task.previous is not None and message.status == 304:
            return visit, AnswerOutcome(State.CAPTURED, Reason.ARTICLE)
        outcome = outcome_of_status(
            message, task.key, task.url, HUFFPOST_QC, task.tries + 1, task.hops
        )
        if outcome is not None:
            return visit, outcome
        if unread is not None:
            return replace(visit, reading=Unread(unread, "why")), AnswerOutcome(
                State.CAPTURED, Reason.UNREADABLE, detail="why"
            )
        (reading,) = read_in_order([Job(task.url, self.now, response, "qc", None)], 0)
        assert isinstance(reading, Reading)
        if reading.page_type is PageType.ERROR:
            outcome = AnswerOutcome(State.GONE, Reason.SOFT_404, detail="the page says so")
        else:
            is_article = reading.page_type is PageType.ARTICLE
            outcome = AnswerOutcome(
                State.CAPTURED, Reason.ARTICLE if is_article else Reason.NOT_AN_ARTICLE
            )
        if not visit.follows:
            reading = replace(reading, links=())
        return replace(visit, reading=reading), outcome


@contextmanager
def run(
    places: ArchivePaths, day: int, *, killed: bool = False, wants: tuple[str, ...] = ()
) -> Iterator[Run]:
    """A run from its beginning to its report, or to its death."""
    now = datetime(2026, 3, day, 12, tzinfo=UTC)
    archive = Archive(places, HUFFPOST_QC, clock=now.timestamp)
    with archive.changing():
        archive.ledger.again.try_again(now.timestamp(), [State.FAILED])
        archive.ledger.pages.want(wants, "list")
    yield Run(archive, now)
    archive.commit()
    if killed:
        archive._pair.abandon()
        archive.ledger.close()
        archive._lock.release()
        return
    archive.finish()
    write_report(archive, status=0, reason="finished", problem=None, facts={})
    archive.close(0, "finished")


def lose(places: ArchivePaths) -> Path:
    """Take the ledger away; where it is kept."""
    lost = places.output.with_name("lost.sqlite3")
    for ending in ("-wal", "-shm"):
        assert not places.ledger.with_name(places.ledger.name + ending).exists()
    shutil.move(places.ledger, lost)
    return lost


def recovered(places: ArchivePaths, workers: int = 0) -> Rebuilt:
    return rebuild(places, HUFFPOST_QC, workers, lambda _: None)


@pytest.fixture
def places(tmp_path: Path) -> ArchivePaths:
    return ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")


FAULTS = [Reason(r) for r in (
    "unreachable", "tls", "timeout", "cut", "too_large", "malformed", "server_error",
    "unexpected_status", "redirect_loop", "crashed", "error", "robots", "rate_limited",
    "forbidden", "out_of_scope", "unsafe_address",
)]  # fmt: skip


def first_run(places: ArchivePaths) -> None:
    """Every kind of end: captured, moved, gone, refused, failed; and pages that are only named."""
    wants = tuple(URL.format(n) for n in (*range(1, 20), *range(100, 100 + len(FAULTS)), 999))
    with run(places, 1, wants=(*wants, DATED.format(1), SITEMAP)) as one:
        one.archive.keep([Exchange("https://www.huffpost.com/robots.txt", b"GET /robots.txt HTTP/1.1\r\n\r\n", http(b"User-agent: *"), one.now)])  # fmt: skip
        one.visit(URL.format(1), http(article(1, DATED.format(2), URL.format(50)), ETag='"un"'))
        one.visit(SITEMAP, http(
            f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{URL.format(51)}"
            f"</loc></url><url><loc>{DATED.format(3)}</loc></url>"
            f"<url><loc>{DATED.format(999)}</loc></url></urlset>".encode(), Content_Type="text/xml",
        ))  # fmt: skip
        one.visit(URL.format(2), http(article(2, day="2014-01-02")))
        one.visit(URL.format(3), moved(URL.format(60)))
        one.visit(URL.format(4), moved(DATED.format(4)))
        one.visit(URL.format(4), http(article(4)))
        one.visit(DATED.format(5), http(status="404 Not Found"))
        one.visit(URL.format(6), http(status="410 Gone"))
        one.visit(URL.format(7), http(status="403 Forbidden"))
        one.visit(URL.format(8), moved("https://elsewhere.example/"))
        one.visit(URL.format(9), moved("https://www.huffpost.com/?err_code=404"))
        one.visit(URL.format(10), moved(URL.format(10)))
        one.visit(URL.format(11), http(status="418 Teapot"))
        one.visit(URL.format(12), b"SSH-2.0-x\r\n", Reason.MALFORMED)
        one.visit(URL.format(13), http(b"x" * 99)[:-9], Reason.CUT, truncated=Truncation.DISCONNECT)
        one.visit(URL.format(14), b"", Reason.TIMEOUT, truncated=Truncation.TIME)
        one.visit(URL.format(15), http(article(15)), unread="reader_timeout")
        one.visit(URL.format(16), http(status="500 Oops"))
        one.visit(URL.format(17), b"", Reason.TIMEOUT, truncated=Truncation.TIME, final=False)
        sorry = (
            f"<title>Page introuvable</title><h1>Page introuvable</h1><a href='{URL.format(52)}'>"
        )
        one.visit(URL.format(18), http(sorry.encode()))
        for number, reason in enumerate(FAULTS, 100):
            one.visit(URL.format(number), None, reason)


def test_whatever_became_of_its_pages(places: ArchivePaths) -> None:
    first_run(places)
    lost = lose(places)
    found = recovered(places)
    assert found.mended == ()
    assert_equal(lost, places.ledger)
    made = pages(places.ledger)
    assert {page["reason"] for page in made.values()} >= {str(reason) for reason in FAULTS}
    assert made["n:1"]["month"] == "2012-10"
    assert made["n:60"]["named"] == ["link"], "the target of a moved page"
    assert made["n:18"]["reason"] == "soft_404"
    assert made["n:52"]["state"] == "wanted", "what a page that is gone linked to"
    assert made["n:51"]["named"] == ["sitemap"]
    assert made["n:4"]["url"] == DATED.format(4)


def later_runs(places: ArchivePaths, *, killed: bool = False) -> None:
    with run(places, 2) as two:
        with two.archive.changing():
            two.archive.ledger.again.want_older(two.now.timestamp(), 4e9)
        two.visit(URL.format(1), http(status="304 Not Modified"))
        two.visit(URL.format(2), http(article(2, day="2014-01-02")))
        two.visit(URL.format(4), http(article(4, URL.format(70), day="2015-01-02")))
        two.visit(URL.format(12), http(article(12)))
        two.visit(URL.format(100), http(status="404 Not Found"))
        two.visit(URL.format(101), None, Reason.TLS)
    with run(
        places, 3, killed=killed, wants=(URL.format(71), URL.format(73), DATED.format(74))
    ) as three:
        three.visit(URL.format(13), http(article(13, URL.format(72))))
        three.visit(URL.format(70), http(article(70)))
        three.visit(URL.format(60), moved(URL.format(61)))
        three.visit(URL.format(73), moved(DATED.format(73)))
        three.visit(DATED.format(74), http(status="404 Not Found"))


@pytest.mark.slow
@pytest.mark.parametrize("most", [1, pytest.param(256, marks=pytest.mark.long)])
def test_while_pages_are_read_beside_it(
    places: ArchivePaths, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Visits are settled in their order, though readings come later."""
    monkeypatch.setattr("huffarchive.archive.replay.MOST", most)
    first_run(places)
    later_runs(places)
    lost = lose(places)
    assert recovered(places, workers=2).mended == ()
    assert_equal(lost, places.ledger)


@pytest.mark.slow
@pytest.mark.parametrize("status", ["200 OK", "404 Not Found"])
def test_large_answers_are_held_one_after_the_other(places: ArchivePaths, status: str) -> None:
    size, number = 6_000_000, 20

    def stored() -> Iterator[Stored]:
        for n in range(number):
            shown = f"img.huffingtonpost.com/asset/{n}.jpeg"
            common = [
                ("WARC-Target-URI", f"https://{shown}"),
                ("WARC-Date", "2026-03-01T12:00:00Z"),
            ]
            fields = (("WARC-Record-ID", new_id()), *common)
            block = http(b"\xff\xd8\xff" + bytes(size), status, Content_Type="image/jpeg")
            yield Stored(Record("response", fields, block), "x.warc.gz", 2 * n, 1)
            note = Annotation(page=f"qc:image:{shown}", state="captured", reason="not_an_article")
            yield Stored(metadata(note, common, fields[0][1]), "x.warc.gz", 2 * n + 1, 1)

    places.make()
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    tracemalloc.start()
    try:
        with ledger.transaction():
            Replay(ledger, HUFFPOST_QC, 1).file(stored(), 1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ledger.counts.by_state()[State.CAPTURED] == number
    ledger.close()
    assert peak < 10 * size


def test_several_runs_with_revisits(places: ArchivePaths) -> None:
    first_run(places)
    later_runs(places)
    lost = lose(places)
    assert recovered(places).mended == ()
    assert_equal(lost, places.ledger)
    checked = {row[0]: (row[4], row[5]) for row in rows(places.ledger, "capture")}
    captured_at, checked_at = checked["n:1"]
    assert captured_at < checked_at == "2026-03-02T12:00:01Z"


def test_a_run_that_was_killed(places: ArchivePaths) -> None:
    """What the WARC holds is newer than the account of the run before; no file is missed."""
    first_run(places)
    later_runs(places, killed=True)
    lost = lose(places)
    recovered(places)
    before, after = pages(lost), pages(places.ledger)
    # What the killed run only wanted stands in no file; the next run wants it again as this one did.
    assert before.pop("n:71")["state"] == "wanted"
    assert (before["n:101"]["state"], after["n:101"]["state"]) == ("wanted", "failed")
    assert before == after | {"n:101": before["n:101"]}
    assert (after["n:73"]["url"], after["n:73"]["hops"]) == (DATED.format(73), 1)
    assert "/archive/qc/" in str(after["n:74"]["url"])
    assert rows(lost, "capture") == rows(places.ledger, "capture")


def test_two_archives_in_one_folder(places: ArchivePaths, tmp_path: Path) -> None:
    """Both begin with number 1: each file keeps a row of its own, and each capture its file."""
    other = ArchivePaths(tmp_path / "warc-2", tmp_path / "output-2", "qc")
    for at, day in ((other, 2), (places, 1)):
        with run(at, day, wants=(URL.format(day), URL.format(9))) as one:
            one.visit(URL.format(day), http(article(day)))
            one.visit(URL.format(9), http(article(9 + day)))
    for file in (*other.warc.glob("qc-*"), *other.output.glob("qc-*")):
        shutil.copy(file, places.warc if ".jsonl" not in file.name else places.output)
    lose(places)
    assert recovered(places).files == 2
    with sqlite3.connect(places.ledger) as ledger:
        held = ledger.execute(
            "SELECT page.key, file.stem FROM capture JOIN page ON page.id = capture.page "
            "LEFT JOIN file ON file.id = capture.file ORDER BY capture.id"
        ).fetchall()
    first, second = sorted(path.stem for path in places.output.glob("qc-*.jsonl"))
    assert held == [("n:1", first), ("n:9", first), ("n:2", second), ("n:9", second)]


def test_without_any_account(places: ArchivePaths) -> None:
    """What was asked for is known from the WARC; of what was not, nothing is but its name."""
    first_run(places)
    shutil.rmtree(places.reports)
    lost = lose(places)
    recovered(places)
    before, after = pages(lost), pages(places.ledger)
    for page in (*before.values(), *after.values()):
        del page["doubted"]  # when a page's state is settled only the account tells
        del page["failing"]  # the WARC has when the capture began
    asked = {key for key, page in before.items() if page["state"] != "wanted"}
    asked |= {"n:16", "n:17"}
    asked -= {f"n:{number}" for number in range(100, 100 + len(FAULTS))}
    assert {key: after[key] for key in asked} == {key: before[key] for key in asked}
    assert {page["state"] for key, page in after.items() if key not in asked} == {"wanted"}
    assert {"n:52", "n:999"} <= after.keys(), "what pages linked to"
    assert "n:19" not in after


def test_no_column_is_forgotten(places: ArchivePaths) -> None:
    first_run(places)
    assert forgotten(places.ledger) == set()


def test_captures_of_another_archive(places: ArchivePaths) -> None:
    """One is passed over, one taken; they are of another address than the page's."""
    with run(places, 1, wants=(URL.format(1),)) as one:
        for stamp, status in (("20210102000000", "404 Not Found"), ("20200102000000", "200 OK")):
            task = one.task(URL.format(1))
            url = f"https://web.archive.org/web/{stamp}id_/{DATED.format(1)}"
            when = f"{stamp[:4]}-01-02"
            response = http(
                article(1, URL.format(50), day=when), status,
                Content_Type="text/html", Memento_Datetime="Thu, 02 Jan 2020 00:00:00 GMT",
            )  # fmt: skip
            memento = Memento("wayback", stamp, DATED.format(1), 200, "text/html", "", 9)
            exchange = Exchange(url, asked(url), response, one.now)
            visit = Visit(
                task, (exchange,), AnswerOutcome(State.GONE, Reason.NO_CAPTURE, detail="HTTP 404"),
                source="wayback", memento=memento,
            )  # fmt: skip
            if status == "200 OK":
                played = playback(url, response)
                job = Job(played.url, played.captured_at, played.response, "qc", None)
                (reading,) = read_in_order([job], 0)
                outcome = AnswerOutcome(State.CAPTURED, Reason.ARTICLE)
                visit = replace(visit, outcome=outcome, reading=reading, played=played)
            one.archive.apply(one.archive.capture(visit))
            one.archive.commit()
    lost = lose(places)
    recovered(places)
    assert_equal(lost, places.ledger)
    made = pages(places.ledger)["n:1"]
    assert (made["state"], made["url"]) == ("captured", URL.format(1))


def test_a_list_of_urls_names_no_links(places: ArchivePaths) -> None:
    with run(places, 1, wants=(URL.format(1),)) as one:
        task = one.task(URL.format(1))
        body = http(article(1, URL.format(50)))
        (reading,) = read_in_order([Job(task.url, one.now, body, "qc", None)], 0)
        assert isinstance(reading, Reading)
        assert reading.links
        exchange = Exchange(task.url, asked(task.url), body, one.now)
        outcome = AnswerOutcome(State.CAPTURED, Reason.ARTICLE)
        unlinked = replace(reading, links=())
        one.archive.apply(
            one.archive.capture(Visit(task, (exchange,), outcome, unlinked, follows=False))
        )
    lost = lose(places)
    recovered(places)
    assert_equal(lost, places.ledger)


def test_a_note_belongs_to_the_record_that_it_names(places: ArchivePaths) -> None:
    with run(places, 1, wants=(URL.format(1), URL.format(2))) as one:
        one.visit(URL.format(1), http(article(1)))
        pair = one.archive._open_pair()
        elsewhere = "<urn:uuid:00000000-0000-4000-8000-000000000000>"
        common = [("WARC-Target-URI", URL.format(1)), ("WARC-Date", "2026-03-01T12:00:00Z")]
        for stranger in ("qc:n:1", "qc:n:2", "qc:n:3"):
            note = Annotation(page=stranger, state="gone", reason="deleted", named_by=("stranger",))
            pair.append(metadata(note, common, elsewhere))
        one.visit(URL.format(2), http(article(2)))
    lost = lose(places)
    recovered(places)
    assert_equal(lost, places.ledger)
    assert {page["state"] for page in pages(places.ledger).values()} == {"captured"}


def test_what_older_files_call_a_sitemap(places: ArchivePaths) -> None:
    """Its path alone was its name."""
    with run(places, 1, wants=(SITEMAP, SITEMAP.replace("qc", "left"))) as one:
        one.visit(SITEMAP, http(b"<urlset></urlset>", Content_Type="text/xml"))
    (account,) = places.reports.glob("*-left.jsonl")
    (warc,) = places.warc.glob("*.warc.gz")
    now, then = b"qc:sitemap:www.huffpost.com/", b"qc:sitemap:"
    account.write_bytes(account.read_bytes().replace(now, then))
    members = [s.record.to_member() for s in _as_before(records(warc), now, then)]
    warc.write_bytes(b"".join(members))
    lost = lose(places)
    recovered(places)
    before, after = pages(lost), pages(places.ledger)
    assert before == after
    assert len(after) == 2


def _as_before(stored: Iterator[Stored], now: bytes, then: bytes) -> Iterator[Stored]:
    stated = ("warc-block-digest", "content-length")
    for item in stored:
        record, kept = item.record, [f for f in item.record.fields if f[0].lower() not in stated]
        block = record.block.replace(now, then) if record.type == "metadata" else record.block
        yield replace(item, record=Record(record.type, tuple(kept), block))


def test_whatever_a_strangers_note_says(places: ArchivePaths) -> None:
    """Notes that are tied to a record as ours are, and say what ours never do."""
    notes = [
        Annotation(page="qc:n:2", state="gone", named_by=("x",)),
        Annotation(page="qc:n:3", state="captured", reason="article"),
        Annotation(page="qc:cdx-query:4", state="captured", reason="not_an_article"),
        Annotation(page="qc:n:5", state="gone", reason="moved", head="é☃"),
        Annotation(
            page="qc:n:6", state="wanted", url=URL.format(6), next="nowhere", source="wayback"
        ),
        Annotation(page="ca:n:7", state="captured", reason="article"),
        Annotation(page="qc:sitemap:8", state="captured", reason="not_an_article", address="x"),
        Annotation(page="qc:n:9", state="gone", address="http://[x"),
        Annotation(page="qc:n:9", state="gone", aliases=("http://[x",)),
        Annotation(page="qc:n:9", state="wanted", next="http://[x"),
    ]
    with run(places, 1, wants=(URL.format(1),)) as one:
        one.visit(URL.format(1), http(article(1)))
        pair = one.archive._open_pair()
        common = [
            ("WARC-Target-URI", "dns:www.huffpost.com"),
            ("WARC-Date", "2026-03-01T12:00:00Z"),
        ]
        for note in notes:
            ident = ("WARC-Record-ID", new_id())
            pair.append(Record("response", (ident, *common), b"no HTTP at all"))
            pair.append(metadata(note, common, ident[1]))
        one.archive._touch()
    lose(places)
    recovered(places)
    made = pages(places.ledger)
    assert made["n:2"]["asked"] == ""
    states = {key: page["state"] for key, page in made.items()}
    assert states.pop("n:1") == "captured"
    assert states == {
        "n:2": "gone", "n:3": "wanted", "cdx-query:4": "wanted", "n:5": "gone", "n:6": "wanted",
        "sitemap:8": "wanted",
    }  # fmt: skip


def test_a_revisit_of_what_is_lost_is_wanted(places: ArchivePaths) -> None:
    first_run(places)
    later_runs(places)
    (first,) = places.warc.glob("*-00001.warc.gz")
    first.unlink()
    lose(places)
    recovered(places)
    assert pages(places.ledger)["n:1"]["state"] == "wanted"
    assert pages(places.ledger)["n:4"]["state"] == "captured"


@pytest.mark.parametrize("cut", [1, 20, 400])
def test_what_a_damaged_file_held_is_wanted_again(places: ArchivePaths, cut: int) -> None:
    """Its pages are known from the JSONL alone: nobody links to them."""
    with run(places, 1, wants=(URL.format(1), URL.format(2))) as one:
        one.visit(URL.format(1), http(article(1)))
        one.visit(URL.format(2), http(article(2)))
    (warc,) = places.warc.glob("*.warc.gz")
    second = next(
        s.offset for s in records(warc)
        if s.record.type == "response" and s.record.field("WARC-Target-URI") == URL.format(2)
    )  # fmt: skip
    warc.write_bytes(warc.read_bytes()[: second + cut])
    shutil.rmtree(places.reports)
    lose(places)
    found = recovered(places)
    assert any("cut short" in line for line in found.mended), found.mended
    assert warc.stat().st_size == second
    assert {k: p["state"] for k, p in pages(places.ledger).items()} == {
        "n:1": "captured", "n:2": "wanted",
    }  # fmt: skip


def test_an_account_that_says_more_than_the_warc_is_not_believed(places: ArchivePaths) -> None:
    with run(places, 1, wants=(URL.format(1), URL.format(2), URL.format(3))) as one:
        one.visit(URL.format(1), http(status="404 Not Found"))
        one.visit(URL.format(2), None, Reason.ROBOTS)
    (warc,) = places.warc.glob("*.warc.gz")
    warc.unlink()
    (account,) = places.reports.glob("*-left.jsonl")
    rows = [json.loads(line) for line in account.read_text().splitlines()]
    bad = [
        "no JSON", "[]", "5", json.dumps(rows[0] | {"state": "lost"}), json.dumps(rows[0] | {"id": 5}),
        json.dumps(rows[0] | {"asked": ["x"]}), json.dumps(rows[0] | {"tries": -1}),
        json.dumps(rows[0] | {"url": "\ud800"}), json.dumps(rows[0] | {"asked": 5}), "[" * 5000,
        json.dumps({"id": "qc:n:9"}), json.dumps(rows[0] | {"url": "http://[x"}),
    ]  # fmt: skip
    other = json.dumps(rows[0] | {"id": "ca:n:7"})
    account.write_text("\n".join([*(json.dumps(row) for row in rows), *bad, other]) + "\n")
    lose(places)
    found = recovered(places)
    assert sum("unreadable line" in line for line in found.mended) == len(bad)
    assert {k: (p["state"], p["asked"]) for k, p in pages(places.ledger).items()} == {
        "n:1": ("wanted", ""),
        "n:2": ("refused", "live=refused/robots"),
        "n:3": ("wanted", ""),
    }


def test_a_fuller_record_stays_where_its_page_is_read_no_longer(
    places: ArchivePaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where its record stands elsewhere now: what was before it in the WARC is lost."""
    with run(places, 1, wants=(URL.format(1), URL.format(2), URL.format(3))) as one:
        for number in (1, 2, 3):
            one.visit(URL.format(number), http(article(number)))
    (warc,), (jsonl,) = places.warc.glob("*.warc.gz"), places.jsonl_files()
    was = [json.loads(line) for line in jsonl.read_bytes().splitlines()]
    whole = jsonl.read_bytes()

    def read(job: Job, reader: Reader) -> Reading | Unread:
        return TOO_SLOW if job.url == URL.format(2) else read_here(job, reader)

    monkeypatch.setattr("huffarchive.workers.pool.read_here", read)
    assert recovered(places).mended == ()
    assert jsonl.read_bytes() == whole
    first = was[0]["warc_offset"]
    warc.write_bytes(warc.read_bytes()[:first] + bytes(9) + warc.read_bytes()[first + 9 :])
    recovered(places)
    made = [json.loads(line) for line in jsonl.read_bytes().splitlines()]
    assert [row["id"] for row in made] == ["qc:n:2", "qc:n:3"]
    assert made[0]["paragraphs"] == was[1]["paragraphs"] != []
    at = {s.record.id: s.offset for s in records(warc)}
    assert [row["warc_offset"] for row in made] == [at[row["warc_record_id"]] for row in made]
    jsonl.unlink()
    recovered(places)
    (slow, _) = [json.loads(line) for line in jsonl.read_bytes().splitlines()]
    assert (slow["layout"], slow["warnings"]) == ("unread", ["reader_timeout"])


def test_pages_are_read_within_the_bounds(
    places: ArchivePaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run(places, 1, wants=(URL.format(1),)) as one:
        one.visit(URL.format(1), http(article(1)))
    given = []

    def readers(workers: int, *bounds: float, **more: Any) -> Readers:
        given.append(bounds)
        return Readers(workers, **more)

    monkeypatch.setattr("huffarchive.archive.replay.Readers", readers)
    monkeypatch.setattr("huffarchive.extract.extract.Readers", readers)
    rebuild(places, HUFFPOST_QC, 0, lambda _: None, 2.5, 300_000_000)
    assert given == [(2.5, 300_000_000)] * 2


@pytest.mark.parametrize("workers", [0, 1])
def test_each_page_is_read_once(
    places: ArchivePaths, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """Whoever asks first: the records, which are of articles alone, or the ledger."""
    with run(places, 1, wants=map(URL.format, range(1, 7))) as one:
        for number in range(1, 7):
            one.visit(URL.format(number), http(article(number, URL.format(number + 1))))
    lost = lose(places)
    read = []
    for reads, name in ((pool, "read_here"), (ReaderPool, "read")):
        whole = getattr(reads, name)

        def counted(*job: object, whole: Callable[..., object] = whole) -> object:
            read.append(job)
            return whole(*job)

        monkeypatch.setattr(reads, name, counted)
    recovered(places, workers)
    assert len(read) == 6
    assert_equal(lost, places.ledger)


@pytest.mark.slow
def test_a_whole_ledger_is_left_as_it_is(
    places: ArchivePaths, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with run(places, 1, wants=(URL.format(1),)) as one:
        one.visit(URL.format(1), http(article(1)))
    made = places.ledger.read_bytes()

    def recover(*, force: bool = False) -> str:
        command = Command()
        command.settings = project_settings(tmp_path)
        command.run(["qc"], argparse.Namespace(force=force))
        assert command.exitcode == 0
        return capsys.readouterr().out

    assert "whole" in (said := recover())
    assert "--force" in said
    assert places.ledger.read_bytes() == made
    assert "1 captured page in 1 file," in recover(force=True)
    assert "whole" in recover()
    with sqlite3.connect(places.ledger) as db:
        db.execute("UPDATE page SET state = 'gone'")
    db.close()
    assert "1 captured page in 1 file," in recover()


def no_room_for_shared_memory() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "x.jsonl"), 7),
        (sqlite3.OperationalError("database or disk is full"), 7),
        (no_room_for_shared_memory(), 7),
        (OSError(errno.EIO, "Input/output error", "x.jsonl"), 4),
        (sqlite3.OperationalError("disk I/O error"), 4),
    ],
)
def test_the_command_says_what_stopped_it(
    tmp_path: Path,
    error: Exception,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = []

    def stopped(*args: object) -> None:
        given.append(args[4:6])
        raise error

    command = Command()
    command.settings = project_settings(tmp_path)
    command.settings.set("HUFFARCHIVE_READ_SECONDS", "2.5")
    command.settings.set("HUFFARCHIVE_READ_MEMORY", "300000000")
    monkeypatch.setattr("huffarchive.archive.recover.rebuild", stopped)
    (tmp_path / "output" / "qc").mkdir(parents=True)
    command.run(["qc"], argparse.Namespace(force=True))
    assert command.exitcode == status
    assert given == [(2.5, 300_000_000)]
    (line,) = capsys.readouterr().err.splitlines()
    assert str(error) in line
    assert "run scrapy recover again" in line
    assert ("make room" in line) == (status == 7)


def project_settings(folder: Path) -> Settings:
    settings = Settings()
    settings.setmodule("huffarchive.settings")
    settings.set("HUFFARCHIVE_WARC_DIR", str(folder / "warc"))
    settings.set("HUFFARCHIVE_OUTPUT_DIR", str(folder / "output"))
    settings.set("HUFFARCHIVE_WORKERS", "0")
    return settings


def test_it_says_what_it_moved_and_where(places: ArchivePaths) -> None:
    first_run(places)
    (warc,) = places.warc.glob("*.warc.gz")
    warc.write_bytes(warc.read_bytes()[:-20])
    found = recovered(places)
    moved = dict(line.split(": moved to ") for line in found.moved)
    assert moved.keys() == {str(warc), str(index_path(warc)), str(places.ledger)}
    assert {Path(p) for p in moved.values()} == set(places.quarantine.iterdir())
