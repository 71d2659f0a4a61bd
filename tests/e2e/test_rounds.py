"""Answers belong to a round and to a source, through the real crawl."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from huffarchive.ledger.pages import MAX_ALIASES
from huffarchive.warc.record import Record, new_id
from tests.e2e.scripted import BASE, Site, article, moved, path, wayback
from tests.politeness.server import Answer

SITEMAP = "/sitemaps/x.xml"
ROBOTS = f"User-agent: *\nDisallow:\nSitemap: {BASE}{SITEMAP}\n"


def sitemap(*paths: str) -> Answer:
    rows = "".join(f"<url><loc>{BASE}{p}</loc></url>" for p in paths)
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    return Answer(200, body.encode(), {"Content-Type": "application/xml"})


def archives(site: Site) -> dict[str, str]:
    """Settings by which the site is the Wayback Machine too."""
    return {"HUFFARCHIVE_WAYBACK_URL": site.url}


@pytest.mark.parametrize("sources", ["live,wayback", "wayback,live"])
def test_a_recrawl_asks_the_site_for_what_is_captured(tmp_path: Path, sources: str) -> None:
    """What the archive said before is no answer now, and it is not asked for what is captured."""
    old = article("Ancien")
    script = {
        path(1): [Answer(404, b""), article("Neuf")],
        path(2): [article(), Answer(410, b"")],
        **wayback({path(1): old.body}),
    }
    with Site(tmp_path, script) as site:
        first = site.crawl(f"source={sources}", urls=[path(1), path(2)], **archives(site))
        assert first == 0
        before = site.asked()
        again = site.crawl(
            f"source={sources}", "recrawl=0", urls=[path(1), path(2)], **archives(site)
        )
        assert again == 0
        asked = site.asked() - before
        assert {p: n for p, n in asked.items() if not p.startswith("/cdx/")} == {
            path(1): 1,
            path(2): 1,
        }
        states = site.states()
        if sources.startswith("live"):
            assert states["n:1"] == "captured/article"
            assert [r["headline"] for r in site.records()][-1] == "Neuf"
        assert states["n:2"] == ("gone/deleted" if before[path(2)] else "captured/article")


def test_a_recrawl_without_the_site_changes_no_captured_page(tmp_path: Path) -> None:
    with Site(tmp_path, {path(1): article(), **wayback({path(1): article().body})}) as site:
        assert site.crawl(urls=[path(1)]) == 0
        result = site.crawl("source=wayback", "recrawl=0", urls=[path(1)], **archives(site))
        assert result == 0
        assert site.states()["n:1"] == "captured/article"
        assert site.asked()[path(1)] == 1


def test_addresses_that_failed_are_asked_again_in_the_next_round(tmp_path: Path) -> None:
    """The page came back at its first address, which was gone in the round before."""
    first, second = path(1), path(1, "autre")
    script = {first: [Answer(404, b""), article()], second: [article(), Answer(404, b"")]}
    with Site(tmp_path, script) as site:
        assert site.crawl(urls=[first, second]) == 0
        assert site.asked() == Counter([first, second])
        result = site.crawl("recrawl=0", urls=[first, second])
        assert result == 0
        assert site.states()["n:1"] == "captured/article"
        assert site.asked() == Counter([first, second] * 2)


@pytest.mark.slow
def test_a_round_that_a_stop_interrupts_goes_on(tmp_path: Path) -> None:
    """What was answered before the stop counts, at each address and of each source."""
    first, second = path(1), path(1, "autre")
    with Site(tmp_path, {**wayback({})}) as site:
        urls = [first, second]
        stopped = site.crawl("source=live,wayback", "limit=1", urls=urls, **archives(site))
        assert stopped == 5
        for _ in range(2):
            result = site.crawl("source=live,wayback", urls=urls, **archives(site))
            assert result == 0
            assert site.states()["n:1"] == "gone/not_found"
            assert {site.asked()[p] for p in urls} == {1}


@pytest.mark.parametrize(
    ("asked", "answer"), [("recrawl=0", article()), ("again=gone,refused", Answer(410, b""))]
)
def test_the_same_command_ends_a_round_of_many_runs(
    tmp_path: Path, asked: str, answer: Answer
) -> None:
    """Until then it wants nothing anew; another command that ends the round lets it begin."""
    paths = [path(1), path(2)]  # three that are gone would be a bad hour
    with Site(tmp_path, dict.fromkeys(paths, answer)) as site:
        assert site.crawl(urls=paths) == 0
        assert [site.crawl(asked, "limit=1", urls=paths) for _ in paths] == [5, 0]
        assert [site.asked()[p] for p in paths] == [2, 2]
        assert site.crawl(asked, "limit=1", urls=paths) == 5
        assert site.crawl(urls=paths) == 0
        assert [site.asked()[p] for p in paths] == [3, 3]
        assert site.crawl(asked, urls=paths) == 0
        assert [site.asked()[p] for p in paths] == [4, 4]


def test_a_run_in_between_over_others_lets_a_round_go_on(tmp_path: Path) -> None:
    """What is left of it is asked, and nothing twice."""
    paths = [path(n) for n in range(1, 7)]
    with Site(tmp_path, dict.fromkeys(paths, article())) as site:
        assert site.crawl(urls=paths) == 0
        listed = str(site.folder / "urls.txt")
        assert site.crawl("recrawl=0", "limit=4", urls=paths) == 5
        assert site.asked().total() == 10
        (site.folder / "others.txt").write_text(f"{BASE}{paths[0]}\n")
        assert site.crawl(f"urls={site.folder / 'others.txt'}") == 0
        assert site.crawl("recrawl=0", f"urls={listed}") == 0
        assert {*site.asked().values()} == {2}


def test_a_recrawl_asks_sitemaps_again_and_no_archive_for_them(tmp_path: Path) -> None:
    script = {
        SITEMAP: [sitemap(path(1)), sitemap(path(1), path(2))],
        path(1): article(),
        path(2): article(),
        **wayback({path(1): article().body}),
    }
    with Site(tmp_path, script, robots=ROBOTS) as site:
        site.crawl("limit=100")
        site.crawl("source=wayback", "limit=1", **archives(site))
        assert site.states()[f"sitemap:www.huffpost.com{SITEMAP}"] == "captured/not_an_article"
        before = site.asked()
        site.crawl("source=live,wayback", "recrawl=0", "limit=12", **archives(site))
        asked = site.asked() - before
        assert asked[SITEMAP] == 1
        assert [p for p in asked if p.startswith("/web/")] == []
        assert site.states()[f"sitemap:www.huffpost.com{SITEMAP}"] == "captured/not_an_article"
        assert "n:2" in site.states()


def test_an_index_is_asked_of_its_own_archive_alone(tmp_path: Path) -> None:
    """A run of the site leaves it as it is, though it is wanted and though it grew old."""
    with Site(tmp_path, {path(1): article(), "/collinfo.json": Answer(503, b"")}) as site:
        there = {"HUFFARCHIVE_COMMONCRAWL_INDEX_URL": site.url}
        site.crawl("source=commoncrawl", "limit=1", urls=[path(1)], **there)
        wanted = site.kinds()
        assert wanted["collinfo-query"] == "wanted/"
        site.crawl("source=live", "recrawl=0", urls=[path(1)])
        assert site.kinds()["collinfo-query"] == wanted["collinfo-query"]


def test_an_unread_page_that_comes_back_unchanged_is_no_article(tmp_path: Path) -> None:
    page = "<html><head><title>1</title></head><body><article><h1>1</h1><p>2</p></article></body>"
    empty = Answer(200, page.encode(), {"Content-Type": "text/html", "ETag": '"un"'})
    with Site(tmp_path, {path(1): empty}, conditional=True) as site:
        assert site.crawl(urls=[path(1)]) == 0
        said = site.states()["n:1"]
        assert said != "captured/article"
        assert site.crawl("recrawl=0", urls=[path(1)]) == 0
        assert len(site.revisits()) == 1
        assert site.states()["n:1"] == said


def test_what_a_mirror_gave_says_so(tmp_path: Path) -> None:
    """In the record, in the ledger, and in what the files tell; it is the site all the same."""
    page = article()
    page = Answer(200, page.body, page.headers | {"ETag": '"un"'})
    with Site(tmp_path, {path(1): page}, conditional=True) as site:
        assert site.crawl(urls=[path(1), path(2)]) == 0
        assert [r["source"] for r in site.records()] == ["mirror"]
        site.crawl("recrawl=0", urls=[path(1), path(2)])
        (revisit,) = site.revisits()
        assert "server-not-modified" in str(revisit[0])
        before = site.states()
        site.recover()
        assert site.states() == before
        assert site.verify() == []


# --- what moved


def test_what_moved_is_final(tmp_path: Path) -> None:
    """No other address and no archive is asked for it, and the next run follows it."""
    script = {
        path(1): moved(path(2)),
        path(2): article(),
        **wayback({path(1): article("Deux fois").body}),
    }
    with Site(tmp_path, script) as site:
        urls = [path(1), path(1, "autre")]
        stopped = site.crawl("limit=1", urls=urls)
        assert stopped == 5
        assert site.states()["n:1"] == "gone/moved"
        result = site.crawl("source=live,wayback", urls=urls, **archives(site))
        assert result == 0
        assert [r["id"] for r in site.records()] == ["qc:n:2"]
        asked = {p: n for p, n in site.asked().items() if not p.startswith("/cdx/")}
        assert asked == {path(1): 1, path(2): 1}
        again = site.crawl("source=wayback", urls=urls, **archives(site))
        assert again == 0
        assert site.states() == {"n:1": "gone/moved", "n:2": "captured/article"} | {
            key: said for key, said in site.states().items() if not key.startswith("n:")
        }


def test_redirects_from_page_to_page_end(tmp_path: Path) -> None:
    """A site that always names another page is followed ten times, in one run or in several."""
    script = {path(n): moved(path(n + 1)) for n in range(100)}
    with Site(tmp_path, script) as site:
        site.crawl("limit=4", urls=[path(0)])
        result = site.crawl(urls=[path(0)])
        assert result == 3
        assert site.asked() == Counter(path(n) for n in range(11))
        states = site.states()
        assert {states[f"n:{n}"] for n in range(10)} == {"gone/moved"}
        assert states["n:10"] == "failed/redirect_loop"
        site.crawl(urls=[path(0)])
        assert set(site.asked()) == {path(n) for n in range(11)}


def test_a_redirect_to_an_address_of_this_round_is_not_followed(tmp_path: Path) -> None:
    first, second = path(1), path(1, "autre")
    circle = {path(2): moved(path(2, "autre")), path(2, "autre"): moved(path(2))}
    with Site(tmp_path, {second: moved(first), **circle}) as site:
        result = site.crawl(urls=[first, second, path(2)])
        assert result == 3
        assert set(site.asked().values()) == {1}
        assert site.states() == {"n:1": "gone/not_found", "n:2": "failed/redirect_loop"}


def test_two_addresses_of_one_article_on_one_page_are_both_asked(tmp_path: Path) -> None:
    first, second = path(2), path(2, "autre")
    sitemap = f"<urlset><url><loc>{BASE}{path(1)}</loc></url></urlset>".encode()
    script = {
        "/a.sitemap.xml": Answer(200, sitemap),
        path(1): article("Un", BASE + first, BASE + second),
        second: article("Deux"),
    }
    robots = f"User-agent: *\nDisallow:\nSitemap: {BASE}/a.sitemap.xml\n"
    with Site(tmp_path, script, robots=robots) as site:
        site.crawl()
        assert site.states()["n:2"] == "captured/article"
        assert (site.asked()[first], site.asked()[second]) == (1, 1)
        kept = site.states()
        site.recover()
        assert site.states() == kept


def test_sitemaps_give_every_page_or_a_reason(tmp_path: Path) -> None:
    pictures = "".join(
        f"<image:image><image:loc>{BASE}/p{n}.jpg</image:loc></image:image>" for n in range(9)
    )
    names = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    )
    rows = "".join(f"<url><loc>{BASE}{path(n)}</loc>{pictures}</url>" for n in range(6000))
    whole = f"<urlset {names}>{rows}</urlset>".encode()
    packed = gzip.compress(whole[:99], mtime=0) + gzip.compress(whole[99:], mtime=0)
    script = {
        "/whole.sitemap.xml.gz": Answer(200, packed),
        "/open.sitemap.xml": Answer(200, whole[: whole.index(b"n_30<")]),
        "/none.sitemap.xml": Answer(200, b"<html><body>Rien</body></html>"),
        "/archive/qc/": Answer(404, b""),
    }
    robots = "User-agent: *\nDisallow:\n" + "".join(
        f"Sitemap: {BASE}{p}\n" for p in script if "sitemap" in p
    )
    with Site(tmp_path, script, robots=robots) as site:
        assert site.crawl("source=sitemap", discover=True) == 3
        states = {key.removeprefix("sitemap:www.huffpost.com/"): said
                  for key, said in site.states().items() if key.startswith("sitemap:")}  # fmt: skip
        assert states["whole.sitemap.xml.gz"] == "captured/not_an_article"
        assert states["open.sitemap.xml"] == states["none.sitemap.xml"] == "failed/malformed"
        assert {f"n:{n}" for n in range(6000)} <= site.states().keys()


@pytest.mark.slow
def test_a_copy_is_as_old_as_its_copying(tmp_path: Path) -> None:
    """A stranger's capture of 2013 that was copied today is not asked for again at once."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    fields = (
        ("WARC-Record-ID", new_id()),
        ("WARC-Target-URI", BASE + path(1)),
        ("WARC-Date", "2013-05-06T07:08:09Z"),
        ("Content-Type", "application/http; msgtype=response"),
    )
    theirs = tmp_path / "theirs.warc.gz"
    theirs.write_bytes(Record("response", fields, head + article().body).to_member())
    with Site(tmp_path, {path(1): article("Neuf")}) as site:
        assert site.crawl("source=warc", f"files={theirs}", urls=[path(1)]) == 0
        assert site.records()[0]["captured_at"].startswith("2013")
        for days in ("30", "800000", "500000", "9" * 300):
            assert site.crawl(f"recrawl={days}", urls=[path(1)]) == 0
            assert site.asked() == Counter()
        site.recover()
        assert site.crawl("recrawl=30", urls=[path(1)]) == 0
        assert site.asked() == Counter()
        assert site.crawl("recrawl=0", urls=[path(1)]) == 0
        assert site.asked() == Counter([path(1)])


def test_a_blog_under_its_mobile_address_is_one_article(tmp_path: Path) -> None:
    """Its number is known, and that it is a blog's the page says."""
    own = path(12345, mark="b")
    mobile = article("Blogue", head=f"<link rel='canonical' href='{BASE}{own}'>")
    script = {"/archive/qc/entry/12345": mobile, own: article("Blogue")}
    with Site(tmp_path, script) as site:
        assert site.crawl(urls=["/archive/qc/entry/12345"]) == 0
        assert site.states() == {"n:12345": "gone/moved", "b:12345": "captured/article"}
        assert [record["id"] for record in site.records()] == ["qc:b:12345"]
        assert site.crawl(urls=["/archive/qc/entry/12345"]) == 0
        assert site.asked() == Counter(script.keys())
        assert site.verify() == []
        site.recover()
        assert site.states() == {"n:12345": "gone/moved", "b:12345": "captured/article"}


@pytest.mark.parametrize("status", [404, 403])
@pytest.mark.parametrize("both", [False, True], ids=["mobile", "both"])
def test_a_text_under_a_mobile_address_is_kept_where_its_own_has_none(
    tmp_path: Path, status: int, both: bool
) -> None:
    """The page that it says it is is then asked for where its text was read."""
    own, where = path(12345, mark="b"), "/archive/qc/entry/12345"
    mobile = article("Blogue", head=f"<link rel='canonical' href='{BASE}{own}'>")
    with Site(tmp_path, {where: mobile, own: Answer(status, b"")}) as site:
        urls = [where, own] if both else [where]
        assert site.crawl(urls=urls) == 0
        assert site.states() == {"n:12345": "gone/moved", "b:12345": "captured/article"}
        assert [record["id"] for record in site.records()] == ["qc:b:12345"]
        assert site.asked() == Counter({where: 2, own: 1})
        assert site.verify() == []
        assert site.crawl(urls=urls) == 0
        assert site.asked().total() == 3
        site.recover()
        assert site.states() == {"n:12345": "gone/moved", "b:12345": "captured/article"}


def html(body: str) -> Answer:
    page = f"<html lang='fr'><head><title>t</title></head><body>{body}</body></html>"
    return Answer(200, page.encode(), {"Content-Type": "text/html"})


SECTION = "".join(f"<li><a href='/archive/qc/entry/a_n_{n}'>a {n}</a></li>" for n in range(20))
SAYS_NOTHING = {
    "nothing": Answer(200, b"", {"Content-Type": "text/html"}),
    "no element": html(""),
    "json": Answer(200, b'{"a": 1}', {"Content-Type": "application/json"}),
    "packed": Answer(200, b"", {"Content-Encoding": "gzip"}),
    "refresh": html("<meta http-equiv='refresh' content='0;url=/'>"),
    "picture": Answer(200, b"\x89PNG\r\n\x1a\n" + b"\0" * 200, {"Content-Type": "image/png"}),
    "headline": html("<main><h1>Un titre seul</h1></main>"),
    "section": html(f"<h1>Section</h1><ul>{SECTION}</ul>"),
    "login": html("<form action='/login'><input name=u><button>Ouvrir une session</button></form>"),
    "script": html("<script>document.location='/'</script>"),
    "consent": html("<div id='consent'><button>Accepter</button></div>"),
    "illustrated": html("<article><h1>Blogue</h1><img src='/a.jpg'></article>"),
    "sentence": html("<p>Page introuvable</p>"),
    "plain": Answer(200, b"plain text no markup here", {"Content-Type": "text/html"}),
}
"""Pages that a site has in an article's place, with status 200."""


@pytest.mark.parametrize("kind", SAYS_NOTHING)
def test_a_text_under_a_mobile_address_is_kept_where_its_own_says_nothing(
    tmp_path: Path, kind: str
) -> None:
    """One record, of the text that was read; the other answer is in the WARC alone."""
    own, where = path(12345, mark="b"), "/archive/qc/entry/12345"
    mobile = article("Blogue", head=f"<link rel='canonical' href='{BASE}{own}'>")
    with Site(tmp_path, {where: mobile, own: SAYS_NOTHING[kind]}) as site:
        assert site.crawl(urls=[where]) == 0
        assert site.states() == {"n:12345": "gone/moved", "b:12345": "captured/article"}
        assert [record["headline"] for record in site.records()] == ["Blogue"]
        assert site.asked() == Counter({where: 2, own: 1})
        assert site.verify() == []
        assert site.crawl(urls=[where, own]) == 0
        assert site.asked().total() == 3
        site.recover()
        assert site.states() == {"n:12345": "gone/moved", "b:12345": "captured/article"}


@pytest.mark.parametrize("kind", ["no element", "headline", "sentence"])
def test_a_text_under_a_mobile_address_is_kept_though_its_own_was_asked_first(
    tmp_path: Path, kind: str
) -> None:
    """That nothing stands there is recorded already; the record of the text refers to it."""
    own, where = path(12345, mark="b"), "/archive/qc/entry/12345"
    mobile = article("Blogue", head=f"<link rel='canonical' href='{BASE}{own}'>")
    with Site(tmp_path, {where: mobile, own: SAYS_NOTHING[kind]}) as site:
        assert site.crawl(urls=[own]) == 0
        assert site.crawl(urls=[where]) == 0
        assert site.states() == {"n:12345": "gone/moved", "b:12345": "captured/article"}
        assert site.records()[-1]["headline"] == "Blogue"
        assert site.asked() == Counter({where: 2, own: 1})
        assert site.verify() == []
        assert site.crawl(urls=[where, own]) == 0
        assert site.asked().total() == 3
        site.recover()
        assert site.states() == {"n:12345": "gone/moved", "b:12345": "captured/article"}


def test_a_text_that_two_addresses_lost_is_asked_for_twice_at_most(tmp_path: Path) -> None:
    own, where = path(12345, mark="b"), "/archive/qc/entry/12345"
    mobile = article("Blogue", head=f"<link rel='canonical' href='{BASE}{own}'>")
    with Site(tmp_path, {where: [mobile, Answer(404, b"")]}) as site:
        assert site.crawl(urls=[where]) == 0
        assert site.states() == {"n:12345": "gone/moved", "b:12345": "gone/not_found"}
        asked = site.asked()
        assert asked.pop(where) == 2
        assert set(asked.values()) == {1}


def test_a_pages_addresses_are_bounded(tmp_path: Path) -> None:
    """However many a site gives it, its record and its note can be written and read."""
    names = [path(1, f"{'x' * 1500}{n}") for n in range(400)]
    with Site(tmp_path, {path(1): article("Un")}) as site:
        assert site.crawl(urls=[path(1), *names]) == 0
        (record,) = site.records()
        assert len(record["aliases"]) == MAX_ALIASES
        assert site.verify() == []
        assert site.report()["addresses_passed_over"] == 300


def test_discover_fails_where_robots_txt_does(tmp_path: Path) -> None:
    with Site(tmp_path, {"/robots.txt": Answer(503, b"")}) as site:
        assert site.crawl("source=sitemap", discover=True, HUFFARCHIVE_BACKOFF="0.01") == 3


def test_a_page_that_moves_to_one_that_moved_before(tmp_path: Path) -> None:
    """A list's run goes on to where that one is now, and does not end with it wanted."""
    script = {path(1): moved(path(2)), path(2): moved(path(3)), path(3): article()}
    with Site(tmp_path, script) as site:
        assert site.crawl("limit=1", urls=[path(2)]) == 5
        assert site.states() == {"n:2": "gone/moved", "n:3": "wanted/"}
        assert site.crawl(urls=[path(1)]) == 0
        assert site.states()["n:3"] == "captured/article"


def test_in_a_circle_nothing_has_moved(tmp_path: Path) -> None:
    """Pages that redirect to each other fail, and are captured once the site is mended."""
    topic = "/archive/qc/topic/laval"
    pages = [path(n) for n in range(1, 9)]
    with Site(tmp_path, dict.fromkeys(pages, article())) as site:
        assert site.crawl(urls=pages[:2]) == 0
        leads = {1: 2, 2: 1, 3: 4, 4: 5, 5: 3, 6: 1, 7: 8}
        site.script |= {path(here): moved(path(there)) for here, there in leads.items()}
        site.script |= {topic: moved(path(9)), path(9): moved(topic)}
        urls = [*pages, topic, path(9)]
        assert site.crawl("recrawl=0", urls=urls) == 3
        loop, gone = "failed/redirect_loop", "gone/moved"
        outside = {"n:6": gone, "n:7": gone, "n:8": "captured/article"}
        states = outside | {f"n:{n}": loop for n in (1, 2, 3, 4, 5, 9)}
        (key,) = site.states().keys() - states.keys()
        states[key] = loop
        assert site.states() == states
        assert site.verify() == []
        site.recover()
        assert site.states() == states
        assert site.crawl(urls=urls) == 3
        assert site.states() == states
        assert site.verify() == []
        site.script = {p: article() for p in (*pages, topic, path(9))}
        assert site.crawl(urls=urls) == 0
        assert {said for key, said in site.states().items() if key not in outside} <= {
            "captured/article",
            "captured/not_an_article",
        }
        assert site.crawl("again=gone", urls=urls) == 0
        assert {site.states()[key] for key in outside} == {"captured/article"}
        assert site.verify() == []


def test_a_page_that_moves_back(tmp_path: Path) -> None:
    """Where it went leads to it again: it is asked for by the next run, whoever said so first."""
    site_of_then = {path(1): moved(path(2)), path(2): article()}
    with Site(tmp_path, site_of_then) as site:
        assert site.crawl(urls=[path(1), path(2)]) == 0
        site.script = {path(2): moved(path(1)), path(1): article()}
        assert site.crawl("recrawl=0", urls=[path(1), path(2)]) == 3
        assert site.crawl(urls=[path(1), path(2)]) == 0
        assert site.states() == {"n:1": "captured/article", "n:2": "gone/moved"}
        site.recover()
        assert site.states() == {"n:1": "captured/article", "n:2": "gone/moved"}


def test_verify_knows_what_waits_for_the_site(tmp_path: Path) -> None:
    """A sitemap that a run over a list leaves wanted is no fault of the ledger."""
    with Site(tmp_path, {path(1): article("Un")}, robots=ROBOTS) as site:
        assert site.crawl("limit=1") == 5
        assert site.crawl(urls=[path(1)]) == 0
        assert site.states()[f"sitemap:www.huffpost.com{SITEMAP}"] == "wanted/"
        assert site.verify() == []


@pytest.mark.parametrize("base", ["", "{site}", BASE])
def test_a_sitemap_that_moved_on_its_host_is_one(tmp_path: Path, base: str) -> None:
    """However the redirect is written; an index names where it leads to as well."""
    there = ["/sitemaps/y.xml", "/sitemaps/z.xml.gz"]
    rows = "".join(f"<sitemap><loc>{BASE}{p}</loc></sitemap>" for p in there)
    index = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}"
    script: dict[str, Answer] = {
        "/sitemaps/y.xml": sitemap(path(1)),
        "/sitemaps/z.xml.gz": sitemap(path(2)),
        "/sitemap-index.xml": Answer(200, f"{index}</sitemapindex>".encode()),
    }
    robots = "User-agent: *\nDisallow:\n" + "".join(
        f"Sitemap: {BASE}{p}\n" for p in (SITEMAP, "/sitemaps/loop.xml", "/sitemap-index.xml")
    )
    with Site(tmp_path, script, robots=robots) as site:
        here = base.format(site=site.url)
        script[SITEMAP] = moved(f"{here}{there[0]}")
        script["/sitemaps/loop.xml"] = moved(f"{here}/sitemaps/loop.xml")
        assert site.crawl("source=sitemap", discover=True) == 3
        assert site.asked() == Counter(script.keys())
        states = site.states()
        assert {key for key in states if key.startswith("sitemap:")} == {
            f"sitemap:www.huffpost.com{p}" for p in script
        }
        assert states[f"sitemap:www.huffpost.com{SITEMAP}"] == "gone/moved"
        assert states["sitemap:www.huffpost.com/sitemaps/loop.xml"] == "failed/redirect_loop"
        site.recover()
        assert site.states() == states
        assert site.verify() == []


@pytest.mark.parametrize("status", [414, 404])
def test_a_page_that_joins_a_list_is_tried_as_those_of_it_are(tmp_path: Path, status: int) -> None:
    """What an earlier run failed at, or did not find, is asked when a page of the list moves there."""
    late = article("Joined") if status == 414 else Answer(404, b"")
    script = {path(1): [Answer(status, b""), late], path(2): moved(path(1))}
    script |= wayback({path(1): article("Joined").body})
    with Site(tmp_path, script) as site:
        site.crawl("source=live", urls=[path(1)])
        assert {*site.states().values()} & {"failed/unexpected_status", "gone/not_found"}
        site.crawl("source=live,wayback", urls=[path(2)], **archives(site))
        assert site.states() == {"n:1": "captured/article", "n:2": "gone/moved"}
