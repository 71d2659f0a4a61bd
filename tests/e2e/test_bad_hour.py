"""A bad hour of the network or of the site costs no page: three runs, on a clock that is moved between them."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from huffarchive.archive.recover import rebuild
from huffarchive.archive.status import archive_status
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from tests.e2e.scripted import Answer, Site, article, moved, path

MANY = 40
LATER = {"EXTENSIONS": json.dumps({"tests.e2e.days_later.DaysLater": 1})}
OUTAGES = {
    "wall": lambda: Answer(403, b""),
    "portal": lambda: moved("https://portal.example/login"),
    "temporary portal": lambda: Answer(307, b"", {"Location": "https://portal.example/login"}),
    "broken backend": lambda: Answer(404, b""),
    "deleted": lambda: Answer(410, b""),
}


def crawl(site: Site, days: float, *arguments: str, urls: list[str]) -> int | None:
    return site.crawl(*arguments, urls=urls, **LATER, TEST_DAYS=str(days))


def doubted(site: Site) -> dict[str, str | None]:
    with closing(sqlite3.connect(site.places.ledger)) as db:
        return dict(db.execute("SELECT key, doubted FROM page"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bad", "first"),
    [
        ("wall", 0),
        ("portal", 0),
        ("broken backend", 10),
        *(pytest.param(bad, 0, marks=pytest.mark.long) for bad in [*OUTAGES][2:]),
        *(pytest.param(bad, 30, marks=pytest.mark.long) for bad in OUTAGES),
    ],
)
def test_every_page_is_captured_in_the_end(tmp_path: Path, bad: str, first: int) -> None:
    """The outage begins before the first page, or after some good ones."""
    pages = [path(n) for n in range(1, MANY + 1)]
    over, outage = False, OUTAGES[bad]

    def answer(number: int):
        return lambda _: article(str(number)) if over or number < first else outage()

    script = {page: answer(n) for n, page in enumerate(pages)}
    with Site(tmp_path, script) as site:
        assert crawl(site, 0, urls=pages) == 3
        asked = site.asked()
        over = True
        crawl(site, 0.5, urls=pages)  # too early for those that were asked
        assert all(site.asked()[page] == 1 for page in asked)
        assert crawl(site, 1.6, urls=pages) == 0
        assert Counter(site.states().values())["captured/article"] == MANY
        assert max(site.asked().values()) == 2
        assert not any(doubted(site).values())
        site.recover()


def test_a_wall_ends_the_run_and_spares_the_host(tmp_path: Path) -> None:
    pages = [path(n) for n in range(1, 101)]
    with Site(tmp_path, {page: Answer(403, b"") for page in pages}) as site:
        assert crawl(site, 0, urls=pages) == 3
        assert sum(site.asked().values()) < 60
        problem = json.loads((site.places.reports / "latest.json").read_text())["problem"]
        assert "20 forbidden" in problem
        assert "wanted" in "".join(site.states().values())


def test_what_is_said_again_a_day_later_is_settled(tmp_path: Path) -> None:
    pages = [path(n) for n in range(1, 11)]
    with Site(tmp_path, {page: Answer(403, b"") for page in pages}) as site:
        assert [crawl(site, days, urls=pages) for days in (0, 0.9, 1.1, 5)] == [3, 3, 0, 0]
        assert set(site.asked().values()) == {2}
        assert set(site.states().values()) == {"refused/forbidden"}
        assert crawl(site, 9, "again=refused", urls=pages[:3]) == 3
        assert Counter(site.asked().values()) == {2: 7, 3: 3}


def test_honest_disappearances_are_cheap(tmp_path: Path) -> None:
    """One in ten is gone: most at once, the others after one more request."""
    pages = [path(n) for n in range(1, 101)]
    script = {p: Answer(404, b"") if n % 10 == 4 else article(p) for n, p in enumerate(pages)}
    with Site(tmp_path, script) as site:
        assert crawl(site, 0, urls=pages) == 0
        assert crawl(site, 2, urls=pages) == 0
        assert set(site.asked().values()) == {1}


def test_the_account_says_what_is_provisional_and_recovery_keeps_it(tmp_path: Path) -> None:
    pages = [path(n) for n in range(1, 9)]
    with Site(tmp_path, {page: Answer(404, b"") for page in pages}) as site:
        assert crawl(site, 0, urls=pages) == 3
        found = archive_status(site.places, HUFFPOST_QC)
        assert found["provisional"]["pages"] == 8
        assert found["provisional"]["from"] in found["next"]
        before = doubted(site)
        site.places.ledger.rename(tmp_path / "lost.sqlite3")
        rebuild(site.places, HUFFPOST_QC, 0, lambda _: None)
        assert doubted(site) == before


def test_a_run_that_asks_for_others_settles_nothing(tmp_path: Path) -> None:
    """Of three odd answers, four apart, the middle one alone has two others near."""
    pages = [path(n) for n in range(13)]
    script = {p: Answer(404, b"") if n % 4 == 0 and n < 12 else article(p)
              for n, p in enumerate(pages)}  # fmt: skip
    with Site(tmp_path, {**script, path(99): article()}) as site:
        assert crawl(site, 0, urls=pages) == 3
        assert [key for key, since in doubted(site).items() if since] == ["n:4"]
        for days in (0.1, 0.5):
            assert crawl(site, days, urls=[path(99)]) == 0
            assert crawl(site, days, urls=pages) == 3
            assert [key for key, since in doubted(site).items() if since] == ["n:4"]
        assert crawl(site, 1.6, urls=pages) == 0
        assert site.asked()[path(4)] == 2


def test_one_page_that_is_back_settles_none_of_those_beside_it(tmp_path: Path) -> None:
    pages = [path(n) for n in range(1, 12)]
    good = {p: article(p) for p in pages}
    bad = {p: [Answer(403, b""), article(p)] for p in pages[:3]}
    with Site(tmp_path, good | bad) as site:
        assert crawl(site, 0, urls=pages) == 3
        assert crawl(site, 0.1, "again=refused", urls=pages[:1]) == 0
        assert sum(since is not None for since in doubted(site).values()) == 2
        assert crawl(site, 1.6, urls=pages) == 0
        assert set(site.states().values()) == {"captured/article"}


def test_pages_that_are_gone_at_both_their_addresses_are_no_bad_hour(tmp_path: Path) -> None:
    """They come at their second address one after the other, when all else has been asked."""
    pages = [f"/entry/titre_n_{n}" for n in range(1, 121)]
    gone = pages[50::3]
    good = {page: article(page) for page in pages if page not in gone}
    away = {page: moved("https://portal.example/login") for page in gone}
    second = {f"/archive/qc{page}": answer for page, answer in away.items()}
    with Site(tmp_path, good | away | second) as site:
        old = [f"https://quebec.huffingtonpost.ca{page}" for page in pages]
        assert crawl(site, 0, urls=old) == 3  # provisional, as what may be a bad hour's is
        assert {page for page in second if site.asked()[page] == 1} == {*second}
        assert set(site.states().values()) == {"captured/article", "gone/moved_away"}
        assert json.loads((site.places.reports / "latest.json").read_text())["problem"] is None


OLD = "https://quebec.huffingtonpost.ca/entry/titre_n_{}"


@pytest.mark.parametrize(
    "addresses", [[OLD], pytest.param([path("{}"), path("{}", "autre")], marks=pytest.mark.slow)]
)
def test_an_honest_404_at_two_addresses_costs_no_further_request(
    tmp_path: Path, addresses: list[str]
) -> None:
    """It is judged where its host said so first; another is asked for nothing but such pages."""
    urls = [address.format(n) for n in range(1, 31) for address in addresses]
    good = {urlsplit(u).path: article(u) for u in urls if "5" not in u[-1] and "autre" not in u}
    with Site(tmp_path, good) as site:
        assert crawl(site, 0, urls=urls) == 0
        assert Counter(site.states().values()) == {"captured/article": 27, "gone/not_found": 3}
        assert sum(site.asked().values()) == 33


def test_a_bad_hour_at_both_addresses_costs_no_page(tmp_path: Path) -> None:
    old = [OLD.format(n) for n in range(1, 9)]
    with Site(tmp_path) as site:
        assert crawl(site, 0, urls=old) == 3
        assert all(doubted(site).values())
        site.script |= {path(n): article() for n in range(1, 9)}
        assert crawl(site, 1.6, urls=old) == 0
        assert set(site.states().values()) == {"captured/article"}
