"""What a run is not about stays as it is: state, reason, and what sources said."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from huffarchive.archive.archive import Archive
from huffarchive.crawl.arguments import CrawlArguments
from huffarchive.crawl.seeds import UrlList, enqueue
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.outcome import Reason, State
from huffarchive.sources import QUERIES, SOURCES
from huffarchive.storage.paths import ArchivePaths
from tests.e2e.scripted import BASE, Site, article, path
from tests.politeness.server import Answer

KINDS = ("n", "sitemap", "image", *(kind for kinds in QUERIES.values() for kind in kinds))
SOURCE = {kind: source for source, kinds in QUERIES.items() for kind in kinds} | {
    "sitemap": "site",
    "image": "site",
}
EVERYTHING = {"recrawl": "0", "again": "refused,gone", "retry": "failed"}
PLACES = "warc", "output"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A ledger with a page of each kind and state that was captured or not, settled or not."""
    folder = tmp_path_factory.mktemp("lists")
    places = ArchivePaths(*(folder / name for name in PLACES), "qc")
    Archive(places, HUFFPOST_QC).close(0, "finished")
    with closing(sqlite3.connect(places.ledger, isolation_level=None)) as db:
        db.execute("INSERT OR IGNORE INTO host (name) VALUES ('www.huffpost.com')")
        (host,) = db.execute("SELECT id FROM host WHERE name = 'www.huffpost.com'").fetchone()
        number = 0
        ends = [(reason.state, reason) for reason in Reason if reason is not Reason.MOVED]
        for kind, (state, reason), odd in product(KINDS, ends, (0, 1)):
            if reason is Reason.ARTICLE and kind != "n":
                continue
            number += 1
            rank = 1 if kind == "n" else 2 if kind == "image" else 0
            url = f"{BASE}{path(number)}"
            doubted = "2020-01-01T00:00:00Z" if odd and state in ("gone", "refused") else None
            given_up = int(odd and state is State.FAILED)
            db.execute(
                "INSERT INTO page (id, key, kind, rank, state, reason, url, host, source, detail, "
                "doubted, given_up) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'why', ?, ?)",
                (number, f"{kind}:{number}", kind, rank, state, reason, url, host,
                 SOURCE.get(kind, ""), doubted, given_up),
            )  # fmt: skip
            if state is State.CAPTURED or (odd and kind == "n"):
                db.execute(
                    "INSERT INTO capture (page, source, url, target, captured_at, checked_at, "
                    "payload_sha1, record_id, file, offset, length, reason) VALUES "
                    "(?, ?, ?, ?, '2020', '2020', 'sha1:A', '<urn:x>', 1, 0, 1, 'article')",
                    (number, "index" if kind.endswith("-query") else "live", url, url),
                )
            if state is not State.CAPTURED and kind == "n":
                db.execute("INSERT INTO answer VALUES (?, 'live', ?, ?)", (number, state, reason))
    return places.ledger.read_bytes()


def rows(db: sqlite3.Connection) -> dict[str, tuple[object, ...]]:
    said = "(SELECT group_concat(source || state || reason) FROM answer WHERE page = page.id)"
    found = db.execute(
        f"SELECT key, {said}, state, reason, detail, source, due, tries, doubted, given_up FROM page"
    ).fetchall()
    return {key: tuple(row) for key, *row in found}


def about(
    kind: str, number: int, sources: tuple[str, ...], *, discover: bool, images: bool
) -> bool:
    """Whether a run over a list of the pages with even numbers may change a page."""
    if kind in SOURCE and SOURCE[kind] != "site":
        return SOURCE[kind] in sources
    if kind == "sitemap" or discover:
        return kind == "sitemap" and discover and "live" in sources
    return images if kind == "image" else number % 2 == 0


def combinations() -> Iterator[tuple[str, dict[str, str], bool]]:
    yield from product(
        ("live", "wayback", "live,wayback", "commoncrawl"), ({}, EVERYTHING), (False, True)
    )
    yield "live", {"images": "true"}, False
    yield "live", EVERYTHING | {"images": "true"}, False


@pytest.mark.parametrize(("source", "more", "discover"), combinations())
def test_a_run_over_a_list_changes_nothing_else(
    ledger: bytes, tmp_path: Path, source: str, more: dict[str, str], *, discover: bool
) -> None:
    places = ArchivePaths(*(tmp_path / name for name in PLACES), "qc")
    places.output.mkdir(parents=True)
    places.ledger.write_bytes(ledger)
    listed = tmp_path / "b.txt"
    given = {"source": source.replace("live", "sitemap") if discover else source} | more
    job = CrawlArguments.parse(
        HUFFPOST_QC, given | {"urls": _list(listed, ledger, tmp_path)}, discover=discover
    )
    archive = Archive(places, HUFFPOST_QC)
    before = rows(archive.ledger.connection)
    enqueue(archive, job, SOURCES, UrlList(job))
    after = rows(archive.ledger.connection)
    archive.close(0, "finished")
    changed = {key for key, row in before.items() if after[key] != row}
    mine = {
        key
        for key in before
        for kind, number in [key.split(":")]
        if about(kind, int(number), job.sources, discover=discover, images=job.images)
    }
    assert changed <= mine, sorted(changed - mine)[:9]
    left = {key for key in mine if before[key][1] == "failed" and not before[key][-1]}
    assert {key for key in left if after[key][1] != "wanted"} == set()


def _list(listed: Path, ledger: bytes, folder: Path) -> str:
    made = folder / "copy.sqlite3"
    made.write_bytes(ledger)
    with closing(sqlite3.connect(made)) as db:
        urls = db.execute("SELECT url FROM page WHERE kind = 'n' AND id % 2 = 0").fetchall()
    listed.write_text("".join(f"{url}\n" for (url,) in urls))
    return str(listed)


def test_what_failed_in_another_list_keeps_its_reason(tmp_path: Path) -> None:
    """Until its own list is run again, or the whole edition."""
    odd = Answer(418, b"")
    script = {path(1): odd, path(2): [odd, article()], path(3): article()}
    with Site(tmp_path, script) as site:
        assert site.crawl(urls=[path(1), path(2)]) == 3
        before = site.states()
        assert before["n:1"] == before["n:2"] == "failed/unexpected_status"
        everything = [f"{name}={value}" for name, value in EVERYTHING.items()]
        for more in ([], everything):
            assert site.crawl(*more, urls=[path(3)]) == 0
            assert site.states() == before | {"n:3": "captured/article"}
        site.crawl("source=sitemap", *everything, discover=True)
        assert site.states() == before | {"n:3": "captured/article"}
        assert site.crawl(urls=[path(2)]) == 0
        assert site.states()["n:2"] == "captured/article"
        assert site.states()["n:1"] == "failed/unexpected_status"
        assert site.verify() == []
