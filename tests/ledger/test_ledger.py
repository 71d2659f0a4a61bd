"""The ledger's counts, who named what, and how an older ledger becomes a newer one."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huffarchive.archive.archive import Archive
from huffarchive.crawl.arguments import CrawlArguments
from huffarchive.crawl.seeds import UrlList, enqueue
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger.ledger import Ledger, LedgerDamagedError
from huffarchive.ledger.pages import MAX_ALIASES
from huffarchive.ledger.queue import Share
from huffarchive.ledger.rows import MOST, Lookup, PageUpdate
from huffarchive.ledger.schema import VERSION, LedgerError, prepare
from huffarchive.outcome import Reason, State
from huffarchive.sources import SOURCES
from huffarchive.storage.paths import ArchivePaths
from huffarchive.urls import identify

ENTRY = "https://www.huffpost.com/archive/qc/entry/x_n_{}"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(tmp_path / "ledger.sqlite3", HUFFPOST_QC)
    yield opened
    opened.close()


def counted(ledger: Ledger) -> Counter[tuple[str, ...]]:
    """What the tally says must be what the pages say."""
    kept: Counter[tuple[str, ...]] = Counter()
    for count in ledger.tally.all():
        kept[count.state, count.reason, count.kind, count.month, *count.named_by] += count.pages
    names = Lookup(ledger.connection, "discoverer")
    found: Counter[tuple[str, ...]] = Counter()
    for state, reason, kind, month, named in ledger.connection.execute(
        "SELECT state, reason, kind, month, named FROM page"
    ):
        found[state, reason or "", kind, month or "", *names.of(named)] += 1
    assert kept == found
    return kept


GONE = {"state": State.GONE, "reason": Reason.NOT_FOUND, "asked": ("live=gone/not_found",)}


@pytest.mark.parametrize("first", ["named", "gone"])
@pytest.mark.parametrize("by", ["link", "list"])
def test_an_address_that_is_named_after_others_were_asked_is_asked(
    ledger: Ledger, first: str, by: str
) -> None:
    """Whatever comes first, that the page is gone or another address of it: once each, three in all."""
    addresses = [ENTRY.format(2).replace("/x_", f"/{slug}_") for slug in "xabc"]
    asked = []
    with ledger.transaction():
        ledger.pages.want([ENTRY.format(1), addresses[0]], "list")
        naming, task = ledger.frontier.draw(1, 10, 2e9)
        for there in addresses[1:]:
            asked.append(task.url)
            gone = PageUpdate(task, **GONE)
            if first == "gone":
                ledger.pages.apply(gone)
            if by == "link":
                ledger.pages.apply(
                    PageUpdate(
                        naming, State.CAPTURED, Reason.ARTICLE, links=(there,), named_by="link"
                    )
                )
            else:
                ledger.pages.select([identify(there, HUFFPOST_QC)], "urls")
            if first == "named":
                ledger.pages.apply(gone)
            tasks = ledger.frontier.draw(1, 10, 2e9)
            if not tasks:
                break
            (task,) = tasks
    assert asked == addresses[:3]
    assert {key[:3]: n for key, n in counted(ledger).items()}["gone", "not_found", "n"] == 1


def test_an_address_that_is_named_while_the_page_waits_for_an_archive_is_asked(
    ledger: Ledger,
) -> None:
    other = ENTRY.format(2).replace("/x_", "/a_")
    with ledger.transaction():
        ledger.pages.want([ENTRY.format(2)], "list")
        (task,) = ledger.frontier.draw(1, 10, 2e9)
        asked = GONE["asked"]
        ledger.pages.apply(PageUpdate(task, State.WANTED, None, asked=asked, source="wayback"))
        ledger.pages.select([identify(other, HUFFPOST_QC)], "urls")
        (task,) = ledger.frontier.draw(1, 10, 2e9)
        assert (task.url, task.source, task.asked) == (other, "site", ())


def test_what_a_run_without_the_site_names_is_asked_when_one_with_it_names_it(
    ledger: Ledger,
) -> None:
    other = ENTRY.format(2).replace("/x_", "/a_")
    with ledger.transaction():
        ledger.pages.want([ENTRY.format(1), ENTRY.format(2)], "list")
        naming, task = ledger.frontier.draw(1, 10, 2e9)
        ledger.pages.apply(PageUpdate(task, **GONE))
        copied = replace(naming, source="wayback")
        ledger.pages.asks_site = False
        ledger.pages.apply(
            PageUpdate(copied, State.CAPTURED, Reason.ARTICLE, links=(other,), named_by="link")
        )
        assert ledger.frontier.draw(1, 10, 2e9) == []
        ledger.pages.asks_site = True
        ledger.pages.select([identify(other, HUFFPOST_QC)], "urls")
        assert [task.url for task in ledger.frontier.draw(1, 10, 2e9)] == [other]


def test_a_page_remembers_everyone_who_named_it(ledger: Ledger) -> None:
    with ledger.transaction():
        ledger.pages.want([ENTRY.format(1), ENTRY.format(2)], "list")
        ledger.pages.want([ENTRY.format(2), ENTRY.format(3)], "wayback")
        ledger.pages.want([ENTRY.format(2)], "commoncrawl")
        ledger.pages.want([ENTRY.format(2)], "list")
        tasks = ledger.frontier.draw(1, 10, 2e9)
    assert [task.named_by for task in tasks] == [
        ("list",),
        ("commoncrawl", "list", "wayback"),
        ("wayback",),
    ]
    assert counted(ledger) == Counter(
        {
            ("wanted", "", "n", "", "list"): 1,
            ("wanted", "", "n", "", "commoncrawl", "list", "wayback"): 1,
            ("wanted", "", "n", "", "wayback"): 1,
        }
    )


def test_a_clock_that_was_ahead_keeps_no_page_waiting(tmp_path: Path) -> None:
    """Of a run a day ahead a page is put off; the next run, at the right time, asks within a minute."""
    now = 1_700_000_000.0
    places = ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")
    (tmp_path / "urls.txt").write_text(ENTRY.format(1))
    job = CrawlArguments.parse(HUFFPOST_QC, {"urls": str(tmp_path / "urls.txt"), "source": "live"})
    archive = Archive(places, HUFFPOST_QC, clock=lambda: now + 86_400)
    enqueue(archive, job, SOURCES, UrlList(job))
    with archive.changing():
        (task,) = archive.ledger.frontier.draw(archive.run, 10, now + 86_400)
        archive.ledger.pages.apply(
            PageUpdate(task, State.WANTED, None, due=int(now + 86_400 + 16), tries=3)
        )
    archive.close(5, "shutdown")
    archive = Archive(places, HUFFPOST_QC, clock=lambda: now)
    enqueue(archive, job, SOURCES, UrlList(job))
    due = archive.ledger.frontier.next_due()
    archive.close(5, "shutdown")
    assert due is not None
    assert now < due <= now + 64


def test_what_failed_waits_behind_what_nobody_asked_for_yet(ledger: Ledger) -> None:
    """Or runs that end early spend themselves on the same failures, each time anew."""
    ledger.pages.want([ENTRY.format(n) for n in range(6)], "list")
    for turn in range(1, 4):
        now = 1e9 * turn
        ledger.again.try_again(now, [State.FAILED])
        tasks = ledger.frontier.draw(turn, 2, now)
        assert [task.url for task in tasks] == [ENTRY.format(2 * turn - n) for n in (2, 1)]
        for task in tasks:
            ledger.pages.apply(PageUpdate(task, State.FAILED, Reason.TIMEOUT))
    ledger.again.try_again(4e9, [State.FAILED])
    assert len(ledger.frontier.draw(4, 9, 4e9)) == 6  # and none waits longer


def test_the_month_is_known_as_soon_as_a_url_tells_it(ledger: Ledger) -> None:
    dated = "http://quebec.huffingtonpost.ca/2012/10/05/x_n_1.html"
    with ledger.transaction():
        ledger.pages.want([ENTRY.format(1)], "list")
    assert counted(ledger)["wanted", "", "n", "", "list"] == 1
    with ledger.transaction():
        ledger.pages.want([dated], "list")
    assert counted(ledger) == Counter({("wanted", "", "n", "2012-10", "list"): 1})
    with ledger.transaction():
        (task,) = ledger.frontier.draw(1, 10, 2e9)
        done = PageUpdate(task, State.CAPTURED, Reason.ARTICLE, month="2012-11")
        ledger.pages.apply(done)
    assert counted(ledger) == Counter({("captured", "article", "n", "2012-11", "list"): 1})


@settings(max_examples=30)
@given(
    st.lists(
        st.one_of(
            st.tuples(
                st.just("want"), st.integers(1, 6), st.sampled_from(["list", "link", "warc"])
            ),
            st.tuples(
                st.just("settle"), st.sampled_from(State), st.sampled_from([None, "2012-02"])
            ),
            st.tuples(st.just("again"), st.just(0), st.just("")),
        ),
        max_size=25,
    )
)
def test_the_counts_are_the_pages_whatever_happens(steps: list[tuple]) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        prepare(connection)
        ledger = Ledger(connection, HUFFPOST_QC)
        for step, what, more in steps:
            if step == "want":
                ledger.pages.want([ENTRY.format(what)], more)
            elif step == "again":
                ledger.again.try_again(1e9, [State.FAILED, State.GONE])
            else:
                for task in ledger.frontier.draw(1, 1, 2e9):
                    reason = None if what is State.WANTED else Reason.ARTICLE
                    ledger.pages.apply(PageUpdate(task, what, reason, month=more))
            counted(ledger)
    finally:
        connection.close()


def test_more_names_than_bits_are_no_fault(ledger: Ledger) -> None:
    with ledger.transaction():
        for number in range(MOST + 8):
            ledger.pages.want([ENTRY.format(1)], f"d{number:03}")
        (task,) = ledger.frontier.draw(1, 1, 2e9)
    assert len(task.named_by) == MOST
    assert sum(count.pages for count in ledger.tally.all()) == 1


def test_a_ledger_of_an_older_version_is_made_again_from_the_files(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, HUFFPOST_QC).close()
    old = sqlite3.connect(path)
    old.execute(f"PRAGMA user_version = {VERSION - 1}")
    old.close()
    for opening in (Ledger.open, Ledger.view):
        with pytest.raises(LedgerError, match="scrapy recover"):
            opening(path, HUFFPOST_QC)


def test_damage_in_the_middle_of_a_ledger_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger.open(path, HUFFPOST_QC)
    with ledger.transaction():
        ledger.pages.want([ENTRY.format(n) for n in range(1000)], "list")
    ledger.close()
    data = bytearray(path.read_bytes())
    for page in range(len(data) // 4096 // 2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    path.write_bytes(data)
    with pytest.raises(LedgerDamagedError, match="scrapy recover") as said:
        Ledger.open(path, HUFFPOST_QC)
    assert "\n" not in str(said.value)


def test_sitemaps_of_one_path_are_as_many_as_their_hosts_and_queries(ledger: Ledger) -> None:
    url = "https://www.huffpost.com/sitemaps/x.xml"
    with ledger.transaction():
        assert ledger.pages.want([url, url.replace("https", "http")], "robots") == 1
        assert ledger.pages.want([f"{url}?from=2", url.replace("www", "m")], "robots") == 2
    keys = [row[0] for row in ledger.connection.execute("SELECT key FROM page ORDER BY id")]
    assert keys == [
        "sitemap:www.huffpost.com/sitemaps/x.xml",
        "sitemap:www.huffpost.com/sitemaps/x.xml?from=2",
        "sitemap:m.huffpost.com/sitemaps/x.xml",
    ]


def test_a_newer_ledger_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, HUFFPOST_QC).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    for opening in (Ledger.open, Ledger.view):
        with pytest.raises(LedgerError, match="newer"):
            opening(path, HUFFPOST_QC)


def test_a_host_that_must_wait_costs_the_same_however_many_pages_it_has(ledger: Ledger) -> None:
    def work() -> int:
        """Hundreds of SQLite's steps for a draw that finds nothing, and for asking when."""
        steps: list[int] = []
        ledger.connection.set_progress_handler(lambda: steps.append(0), 100)
        without = {"quebec.huffingtonpost.ca", "www.huffpost.com"}
        shares = {p: Share(p.host, 16) for p in ledger.frontier.places() if p.host not in without}
        with ledger.transaction():
            assert ledger.frontier.draw(1, 16, 2e9, shares) == []
        assert ledger.frontier.next_due(shares) is None
        ledger.connection.set_progress_handler(None, 0)
        return len(steps)

    found = []
    for pages in (range(1, 11), range(11, 3001)):
        with ledger.transaction():
            ledger.pages.want([ENTRY.format(number) for number in pages], "list")
        found.append(work())
    assert found[1] <= found[0] + 1


def test_a_picture_is_wanted_only_where_it_is_asked_for(ledger: Ledger) -> None:
    picture = "https://img.huffingtonpost.com/asset/a.jpeg?ops=1200_630"
    with ledger.transaction():
        for discoverer in ("link", "sitemap", "robots"):
            assert ledger.pages.want([picture], discoverer) == 0
        assert ledger.pages.want([picture, picture.replace("https", "http")], "picture") == 1
        ledger.pages.want([ENTRY.format(1)], "link")
        tasks = ledger.frontier.draw(1, 10, 2e9)
    assert [(task.key.kind, task.aliases) for task in tasks] == [
        ("n", ()),
        ("image", (picture.replace("https", "http"),)),
    ]


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="nobody to be")
def test_a_ledger_is_read_without_leave_to_write(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, HUFFPOST_QC).close()
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents[:3]:
        folder.chmod(folder.stat().st_mode | 0o055)
    code = (  # nobody may read everything that is installed: that is read before
        "import os, sys; from pathlib import Path; from huffarchive.ledger.ledger import Ledger\n"
        "from huffarchive.editions.huffpost_qc import HUFFPOST_QC\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setuid(65534)\n"
        "print(Ledger.view(Path(sys.argv[1]), HUFFPOST_QC).counts.known())"
    )
    if os.geteuid() != 0:
        tmp_path.chmod(0o555)
    said = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    tmp_path.chmod(0o755)
    assert said.stdout == "0\n", said.stderr


def test_a_pages_addresses_are_bounded_over_rounds(ledger: Ledger) -> None:
    """A page that is redirected to new addresses in each round; what they said in it is known."""
    url = "https://www.huffpost.com/archive/qc/entry/{}_n_1"
    with ledger.transaction():
        ledger.pages.want([url.format(name) for name in ("x", *range(90))], "link")
        for number in range(15):
            for hop in range(10):
                (task,) = ledger.frontier.draw(1, 1, 2e9)
                assert len(task.tried) == hop
                there = url.format(f"{number}-{hop}")
                moved = PageUpdate(task, State.WANTED, None, url=there, said=Reason.MOVED)
                ledger.pages.apply(moved)
            (task,) = ledger.frontier.draw(1, 1, 2e9)
            ledger.pages.apply(PageUpdate(task, State.FAILED, Reason.REDIRECT_LOOP))
            ledger.again.try_again(1e9, [State.FAILED])
        (task,) = ledger.frontier.draw(1, 1, 2e9)
    assert len(task.aliases) == MAX_ALIASES
    assert url.format("x") in task.aliases


def test_a_lists_own_addresses_are_kept_before_those_of_links(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    """Whenever links name theirs, and though those are shorter; what is passed over is counted."""
    url = "https://www.huffpost.com/archive/qc/entry/{}_n_1"
    listed = [url.format(f"named-by-the-list-{n}") for n in (1, 2)]
    ledger.pages.want([url.format(n) for n in range(150)], "link")
    assert ledger.pages.passed_over == 49
    ledger.pages.want([listed[0]], "link")
    assert ledger.pages.passed_over == 50
    assert len(caplog.records) == 1
    ledger.pages.select((identify(u, HUFFPOST_QC) for u in listed), "urls")
    assert ledger.pages.passed_over == 52
    ledger.pages.want([url.format(n) for n in range(150, 300)], "link")
    assert ledger.pages.passed_over == 202
    (task,) = ledger.frontier.draw(1, 1, 2e9)
    assert {*listed} < {*task.aliases}
    assert len(task.aliases) == MAX_ALIASES
