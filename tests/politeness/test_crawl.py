"""Promise 6, with the real Scrapy against servers that log."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from email.utils import formatdate

import pytest

from tests.kit.pace import too_fast
from tests.politeness.server import Answer, Server, site

FORBIDDEN = "User-agent: *\nDisallow: /no/\nDisallow: /*?*page=\n"


@pytest.mark.parametrize(
    ("concurrency", "delay"), [pytest.param(1, 0, marks=pytest.mark.slow), (64, 0), (8, 0.02)]
)
def test_no_disallowed_page_is_fetched(crawl, concurrency, delay):
    def slow_robots(path: str, nth: int) -> Answer:
        if path == "/robots.txt":
            return Answer(body=FORBIDDEN.encode(), hang=0.3)
        return Answer()

    with Server(slow_robots) as server:
        no = [f"{server.url}/no/{n}" for n in range(20)]
        no += [f"{server.url}/tag?x=1&page={n}" for n in range(20)]
        yes = [f"{server.url}/yes/{n}" for n in range(40)]
        urls = [url for pair in zip(no, yes, strict=True) for url in pair]
        settings = {"CONCURRENT_REQUESTS_PER_DOMAIN": concurrency, "DOWNLOAD_DELAY": delay}
        result = crawl(urls, settings=settings)
    fetched = [path for path in server.paths() if path.startswith("/no/") or "page=" in path]
    assert len(fetched) == 0
    assert server.paths()[0] == "/robots.txt"
    assert server.paths().count("/robots.txt") == 1
    assert {result["pages"][url] for url in no} == {"robots"}
    assert {result["pages"][url] for url in yes} == {200}
    assert result["robots"] == [f"{server.url}/robots.txt"]


@contextmanager
def servers(answers) -> Iterator[list[Server]]:
    with ExitStack() as stack:
        yield [stack.enter_context(Server(answer)) for answer in answers]


def gaps_of(server: Server) -> list[float]:
    return [after - before for before, after in itertools.pairwise(server.times())]


def sent(result, server: Server, path: str = "") -> list[float]:
    """When a server was asked, or for one path, by the crawl's own time."""
    wanted = server.url + path
    return [at for url, at in result["sent"] if (url == wanted if path else url.startswith(wanted))]


def gaps(times: list[float]) -> list[float]:
    return [after - before for before, after in itertools.pairwise(times)]


def near(seconds: object) -> object:
    return pytest.approx(seconds, abs=0.01)


def test_crawl_delay_is_the_delay_of_its_host(crawl):
    delays = [4.0, 700.0]
    settings = {"CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY_JITTER": 0.5}
    with servers([site(f"User-agent: *\nCrawl-delay: {delay}\n") for delay in delays]) as both:
        result = crawl(
            [f"{server.url}/{n}" for n in range(5) for server in both], settings=settings
        )
    for delay, server in zip(delays, both, strict=True):
        assert gaps(sent(result, server)) == near([delay] * 5)


@pytest.mark.realtime
def test_crawl_delay_is_held_within_five_percent(crawl):
    delays = [0.8, 1.0]
    settings = {"CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY_JITTER": 0.5}
    with servers([site(f"User-agent: *\nCrawl-delay: {delay}\n") for delay in delays]) as both:
        crawl(
            [f"{server.url}/{n}" for n in range(8) for server in both], settings=settings, real=True
        )
    for delay, server in zip(delays, both, strict=True):
        ratios = [gap / delay for gap in gaps_of(server)]
        assert len(ratios) == 8
        # Of all gaps the middle half and the sum: a busy machine sees one request late, and the next
        # one by so much earlier. What each gap would be without it is tested above.
        assert sorted(ratios)[2:-2] == pytest.approx([1] * 4, abs=0.05), ratios
        assert sum(ratios) >= 8 * 0.95, ratios


def test_the_longer_of_delay_and_crawl_delay_counts(crawl):
    settings = {"DOWNLOAD_DELAY": 0.4, "DOWNLOAD_DELAY_JITTER": 0.5}
    with Server(site("User-agent: *\nCrawl-delay: 0.1\n")) as server:
        result = crawl([f"{server.url}/{n}" for n in range(6)], settings=settings)
    assert gaps(sent(result, server)) == near([0.4] * 6)  # and without Scrapy's jitter


def gap_after_first(server: Server, path: str) -> float:
    times = server.times(path)
    return times[1] - times[0]


def test_retry_after_in_seconds_pauses_the_whole_host(crawl):
    def pages(status: int):
        def answer(path: str, nth: int) -> Answer:
            first = path == "/0" and nth == 0
            return Answer(status, headers={"Retry-After": "2"}) if first else Answer()

        return site("User-agent: *\nCrawl-delay: 0.1\n", answer)

    with servers([pages(429), pages(428), pages(503)]) as hosts:
        result = crawl([f"{server.url}/{n}" for n in range(6) for server in hosts])
    for server in hosts:
        refused = sent(result, server, "/0")[0]
        # Not the page alone: whatever was waiting waits.
        assert min(at for at in sent(result, server) if at > refused) == near(refused + 2)
    assert list(result["pages"].values()) == [200] * 18
    assert result["pauses"] == near([2.0] * 3)


@pytest.mark.realtime
def test_retry_after_as_a_date(crawl):
    asked = []

    def pages(path: str, nth: int) -> Answer:
        if path == "/0" and nth == 0:
            asked.append(time.time())
            return Answer(429, headers={"Retry-After": formatdate(time.time() + 3, usegmt=True)})
        return Answer()

    with Server(site("", pages)) as server:
        result = crawl([f"{server.url}/0"], real=True)
    # An HTTP date has whole seconds: "in 3 s" is between 2 and 3 from now.
    assert int(asked[0] + 3) - asked[0] - 0.1 <= gap_after_first(server, "/0") <= 3.3
    assert result["pages"] == {f"{server.url}/0": 200}


def test_back_off_doubles_and_a_good_answer_resets_it(crawl):
    def pages(path: str, nth: int) -> Answer:
        if path == "/0":
            return Answer(429) if nth < 3 else Answer()
        return Answer(429) if nth == 0 else Answer()

    with Server(site("", pages)) as server:
        settings = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1}
        result = crawl([f"{server.url}/0", f"{server.url}/1"], settings=settings, tries=5)
    # /0 and /1 take turns: 429 (0.4), 429 (0.8), 429 (1.6), …; no good answer comes in between.
    assert set(result["pages"].values()) == {200}
    pauses = result["pauses"]
    assert pauses[:2] == near([0.4, 0.8])
    assert gaps(sent(result, server))[1:3] == near([0.4, 0.8])


def test_many_refused_at_once_count_once(crawl):
    def pages(path: str, nth: int) -> Answer:
        return Answer(503, hang=0.2) if nth == 0 else Answer()

    with Server(site("", pages)) as server:
        result = crawl([f"{server.url}/{n}" for n in range(8)])
    assert set(result["pages"].values()) == {200}
    assert len(result["pauses"]) == 8
    assert result["pauses"] == near([0.4] * 8)


def test_hosts_are_independent(crawl):
    with (
        Server(site("", lambda *_: Answer(429, headers={"Retry-After": "2"}))) as paused,
        Server(site("User-agent: *\nCrawl-delay: 0.1\n")) as free,
    ):
        urls = [f"{paused.url}/a", *(f"{free.url}/{n}" for n in range(8))]
        result = crawl(urls, tries=2)
    assert max(sent(result, free)) - min(sent(result, paused, "/a")) < 1.5
    assert gaps(sent(result, paused, "/a")) == near([2])


SOON = {"Retry-After": "100"}
NO_ROBOTS = [
    (Answer(500), 0),
    (Answer(503, headers=SOON), 100),
    (Answer(429, headers=SOON), 100),
    (Answer(428), 0.4),
    (Answer(drop=True), 1),
]


@pytest.mark.parametrize(
    ("cases", "real"),
    [
        (NO_ROBOTS, False),
        # A second until it is too late, a second's pause.
        pytest.param([(Answer(hang=5), 2)], True, marks=pytest.mark.realtime),
    ],
    ids=["answers", "hangs"],
)
def test_nothing_passes_while_robots_cannot_be_had_and_then_all_does(crawl, cases, real):

    def failing_first(first: Answer):
        def answer(path: str, nth: int) -> Answer:
            if path != "/robots.txt":
                return Answer()
            return first if nth == 0 else Answer(body=FORBIDDEN.encode())

        return answer

    with servers([failing_first(first) for first, _ in cases]) as hosts:
        urls = [f"{host.url}/{path}" for host in hosts for path in ("no/1", "1", "2")]
        result = crawl(urls, settings={"DOWNLOAD_TIMEOUT": 1}, real=real, waits=True)
    for host, (_, pause) in zip(hosts, cases, strict=True):
        assert host.paths()[:2] == ["/robots.txt", "/robots.txt"]
        assert sorted(host.paths()[2:]) == ["/1", "/2"]
        looks = sent(result, host, "/robots.txt")
        assert looks[1] - looks[0] == pytest.approx(pause, abs=0.5 if real else 0.05)
    assert [result["pages"][url] for url in urls] == ["robots", 200, 200] * len(cases)
    assert len(result["robots"]) == 2 * len(cases)


def test_a_robots_txt_that_never_comes_closes_the_host(crawl):
    settings = {"DOWNLOAD_TIMEOUT": 0.4, "HUFFARCHIVE_BACKOFF": 0.1}
    with servers([site(Answer(500)), site(Answer(429)), site(Answer(428))]) as hosts:
        urls = [f"{host.url}/{n}" for n in range(40) for host in hosts]
        result = crawl(urls, settings=settings)
    for host in hosts:
        assert host.paths() == ["/robots.txt"] * 4
    assert [result["pages"][url] for url in urls] == ["robots for now"] * 120


@pytest.mark.long
def test_a_robots_txt_that_hangs_for_ever_closes_the_host(crawl):
    with Server(site(Answer(hang=9))) as host:
        urls = [f"{host.url}/{n}" for n in range(40)]
        result = crawl(
            urls, settings={"DOWNLOAD_TIMEOUT": 0.4, "HUFFARCHIVE_BACKOFF": 0.1}, real=True
        )
    assert host.paths() == ["/robots.txt"] * 4
    assert [result["pages"][url] for url in urls] == ["robots for now"] * 40


def test_a_robots_txt_that_is_not_there_leaves_the_host_open(crawl):
    statuses = [400, 401, 403, 404, 410, 451]
    with servers([site(Answer(x, body=FORBIDDEN.encode())) for x in statuses]) as hosts:
        result = crawl([f"{host.url}/no/1" for host in hosts])
    assert list(result["pages"].values()) == [200] * 6


def test_rules_grow_old_while_requests_wait(crawl):
    def answer(path: str, nth: int) -> Answer:
        if path == "/robots.txt":
            more = "Disallow: /no/\n" if nth else ""
            return Answer(body=f"User-agent: *\nCrawl-delay: 0.3\n{more}".encode())
        return Answer()

    with Server(answer) as server:
        urls = [f"{server.url}/no/{n}" for n in range(9)]
        result = crawl([*urls, f"{server.url}/yes"], kept_for=1.0)
    first, second = sent(result, server, "/robots.txt")[:2]
    assert 1.0 <= second - first <= 2.1
    # Those that waited when the new rules came were not sent.
    times = [at for url, at in result["sent"] if "/no/" in url]
    assert 1 <= len(times) <= 4
    assert max(times) < second
    outcomes = [result["pages"][url] for url in urls]
    assert outcomes.count("robots") == 9 - len(times)
    assert result["pages"][f"{server.url}/yes"] == 200


def test_older_rules_count_for_their_day_while_robots_txt_fails(crawl):
    def answer(path: str, nth: int) -> Answer:
        if path != "/robots.txt":
            return Answer()
        if 1 <= nth <= 8:
            return Answer(500)
        more = "Disallow: /late\n" if nth else ""
        return Answer(body=f"User-agent: *\nCrawl-delay: 0.2\n{more}".encode())

    with Server(answer) as server:
        urls = [f"{server.url}/{n}" for n in range(25)]
        result = crawl(
            [*urls, f"{server.url}/late"],
            settings={"HUFFARCHIVE_BACKOFF": 0.1, "CONCURRENT_REQUESTS": 2},
            renewed_after=0.5,
            closed_for=1.0,
        )
    assert [result["pages"][url] for url in urls] == [200] * 25
    assert result["pages"][f"{server.url}/late"] == "robots"
    looks = sent(result, server, "/robots.txt")
    assert looks[5] - looks[4] >= 1.0  # four tries make one look
    assert [at for at in sent(result, server) if looks[4] < at < looks[5]]


def test_rules_that_grow_old_are_asked_for_at_once(crawl):
    """A renewal that fails shortly before their day ends puts the next look off no further."""

    def answer(path: str, nth: int) -> Answer:
        if path != "/robots.txt":
            return Answer()
        return Answer(500) if 1 <= nth <= 4 else Answer(body=b"User-agent: *\nCrawl-delay: 0.2\n")

    with Server(answer) as server:
        urls = [f"{server.url}/{n}" for n in range(25)]
        result = crawl(
            urls,
            settings={"HUFFARCHIVE_BACKOFF": 0.1, "CONCURRENT_REQUESTS": 2},
            renewed_after=0.5,
            kept_for=3.0,
            closed_for=20.0,
        )
    assert list(result["pages"].values()) == [200] * 25
    looks = sent(result, server, "/robots.txt")
    assert looks[4] - looks[0] < 3
    assert 3 <= looks[5] - looks[0] < 12


def test_a_closed_host_is_looked_at_again(crawl):
    def answer(path: str, nth: int) -> Answer:
        return Answer(500) if path == "/robots.txt" and nth < 4 else Answer(404)

    with Server(answer) as server:
        settings = {"HUFFARCHIVE_BACKOFF": 0.1}
        result = crawl([f"{server.url}/1"], settings=settings, closed_for=1e-5, again=99)
    assert result["pages"] == {f"{server.url}/1": 404}
    assert server.paths() == [*["/robots.txt"] * 5, "/1"]


def test_two_megabytes_of_robots_txt(crawl):
    filler = "".join(f"Disallow: /filler/{n}/*x\n" for n in range(24_000))
    body = f"User-agent: *\nDisallow: /no/\n{filler}".encode().ljust(2 * 1024 * 1024, b"#")
    body = body[:-20] + b"\nDisallow: /late/\n"
    assert len(body) > 2 * 1024 * 1024 - 20
    with Server(site(Answer(body=body))) as server:
        urls = [f"{server.url}/{path}" for path in ("no/1", "filler/7/x", "late/1", "1")]
        result = crawl(urls)
    assert list(result["pages"].values()).count("robots") == 2
    assert result["pages"][urls[2]] == 200  # beyond 500 KiB nothing is read
    assert result["pages"][urls[3]] == 200


def test_redirects_of_robots_txt_are_followed(crawl):
    def answer(path: str, nth: int) -> Answer:
        if path == "/robots.txt":
            return Answer(301, headers={"Location": "/hop/1"})
        if path.startswith("/hop/"):
            hop = int(path[5:])
            if hop < 5:
                return Answer(302, headers={"Location": f"/hop/{hop + 1}"})
            return Answer(body=FORBIDDEN.encode())
        return Answer()

    with Server(answer) as server:
        urls = [f"{server.url}/no/1", f"{server.url}/1"]
        result = crawl(urls)
    assert result["pages"] == dict(zip(urls, ["robots", 200], strict=True))
    assert server.paths()[:6] == ["/robots.txt", *(f"/hop/{n}" for n in range(1, 6))]
    assert len(result["robots"]) == 6


def test_a_redirect_of_robots_txt_leads_to_another_host_and_counts_for_the_first(crawl):
    """RFC 9309, section 2.3.1.2: the other host is out of scope, and none of its pages is asked."""
    with Server(site("User-agent: *\nDisallow: /no\nCrawl-delay: 2")) as other:
        to = {"Location": f"{other.url}/robots.txt"}
        with Server(site(Answer(308, headers=to))) as server:
            urls = [f"{server.url}/no/1", f"{server.url}/1", f"{server.url}/2", f"{other.url}/1"]
            scope = [server.url]
            names = [one.url.removeprefix("http://") for one in (server, other)]
            result = crawl(urls, scope=scope, allowed=names)
    assert result["pages"] == dict(zip(urls, ["robots", 200, 200, "out_of_scope"], strict=True))
    assert other.paths() == ["/robots.txt"]
    assert server.paths() == ["/robots.txt", "/1", "/2"]
    assert gaps(sent(result, server))[-1] >= 2
    assert len(result["robots"]) == 2


@pytest.mark.slow
def test_a_redirect_of_robots_txt_to_a_private_address_is_not_asked(crawl):
    """The host is closed as one without its rules; that its pages are unsafe nobody says."""
    with Server(site("")) as other:
        to = {"Location": f"{other.url}/robots.txt"}
        with Server(site(Answer(302, headers=to))) as server:
            url = f"{server.url}/1"
            result = crawl([url], allowed=[server.url.removeprefix("http://")])
    assert result["pages"] == {url: "robots for now"}
    assert other.log == []


@pytest.mark.parametrize("status", [302, 500])
def test_a_retry_after_of_robots_txt_is_obeyed_whatever_it_comes_with(crawl, status):
    def answer(path: str, nth: int) -> Answer:
        if path == "/robots.txt" and nth == 0:
            return Answer(status, headers={"Location": "/hop", "Retry-After": "2"})
        return Answer(body=FORBIDDEN.encode())

    with Server(answer) as server:
        result = crawl([f"{server.url}/no/1"])
    assert list(result["pages"].values()) == ["robots"]
    assert server.paths() == ["/robots.txt", "/hop" if status == 302 else "/robots.txt"]
    assert gaps(sent(result, server))[0] >= 2


@pytest.mark.parametrize(
    "status", [503, *(pytest.param(other, marks=pytest.mark.slow) for other in (429, 500))]
)
def test_a_long_retry_after_of_robots_txt_pauses_its_host_and_keeps_nobody_waiting(crawl, status):
    """Those that need the rules are given back at once, as where a page says it, and the log says
    for how long; when it is over, robots.txt is asked for again."""

    def answer(path: str, nth: int) -> Answer:
        if path == "/robots.txt" and nth < 2:
            return Answer(status, headers={"Retry-After": "3600"})
        return Answer()

    with Server(answer) as server:
        urls = [f"{server.url}/{n}" for n in range(5)]
        result = crawl(urls, waits=True)
    looks = sent(result, server, "/robots.txt")
    assert gaps(looks) == [pytest.approx(3600, abs=3), pytest.approx(3600, abs=3)]
    assert list(result["pages"].values()) == [200] * 5
    assert sorted({round(seconds, -2) for seconds in result["left"]}) == [3600]
    assert len(result["left"]) == 10
    assert result["log"].count("nothing is sent for 3600 s, it asks to be left alone") == 2


def test_a_robots_txt_that_always_asks_to_be_left_alone_closes_its_host(crawl):
    with Server(site(Answer(429, headers={"Retry-After": "100"}))) as server:
        result = crawl([f"{server.url}/{n}" for n in range(3)], waits=True)
    assert len(server.paths()) == 4
    assert set(result["pages"].values()) == {"robots for now"}


@pytest.mark.slow
def test_redirects_of_robots_txt_that_lead_nowhere_close_the_host(crawl):
    to = ["/robots.txt", "http://127.0.0.2:1/robots.txt", "ftp://127.0.0.1/r", "http://[", ""]
    with servers([site(Answer(301, headers={"Location": where})) for where in to]) as hosts:
        urls = [f"{host.url}/{n}" for n in range(5) for host in hosts]
        result = crawl(urls)
    assert [result["pages"][url] for url in urls] == ["robots for now"] * 25
    assert [set(host.paths()) for host in hosts] == [{"/robots.txt"}] * 5
    assert len(hosts[0].paths()) == 1


def test_redirects_of_robots_txt_in_a_circle_end_after_one_lap(crawl):
    """Whatever the circle's length; of a longer one five redirects are followed."""

    def circle(length: int) -> Callable[[str, int], Answer]:
        laps = ["/robots.txt", *(f"/hop/{n}" for n in range(1, length))]

        def answer(path: str, nth: int) -> Answer:
            if path not in laps:
                return Answer()
            there = laps[(laps.index(path) + 1) % length]
            return Answer(302, headers={"Location": f"{there}#again"})

        return answer

    with servers([circle(length) for length in (1, 2, 5, 6, 7)]) as hosts:
        result = crawl([f"{host.url}/{n}" for n in range(2) for host in hosts])
    assert set(result["pages"].values()) == {"robots for now"}
    assert [len(host.paths()) for host in hosts] == [1, 2, 5, 6, 6]


def test_a_host_at_a_private_address_is_refused_for_that(crawl):
    with Server(site("")) as server:
        result = crawl([f"{server.url}/{n}" for n in range(3)], allowed=[])
    assert list(result["pages"].values()) == ["unsafe_address"] * 3
    assert server.log == []


@pytest.mark.realtime
def test_a_host_that_is_not_there_is_given_up(crawl):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = f"http://127.0.0.1:{taken.getsockname()[1]}"
    began = time.monotonic()
    result = crawl([f"{free}/{n}" for n in range(30)], real=True)
    assert set(result["pages"].values()) == {"unreachable for now"}
    assert 15 <= time.monotonic() - began < 25


def test_out_of_scope_is_never_asked_for(crawl):
    with Server(site("")) as server:
        result = crawl([f"{server.url}/a", "file:///etc/passwd"], scope=["http://127.0.0.1:1/"])
    assert set(result["pages"].values()) == {"out_of_scope"}
    assert server.log == []


@pytest.mark.realtime
def test_a_service_s_limit_holds_over_runs_side_by_side_and_one_after_the_other(crawl):
    # No Crawl-delay, DOWNLOAD_DELAY 0: the interval is the limit's alone.
    with Server(site("")) as server, ThreadPoolExecutor() as threads:
        runs = [
            threads.submit(
                crawl,
                [f"{server.url}/{run}-{n}" for n in range(3)],
                meta={"huffarchive_limit": "commoncrawl_data"},
                real=True,
            )
            for run in range(2)
        ]
        for run in runs:
            assert list(run.result()["pages"].values()) == [200] * 3
        crawl([f"{server.url}/later"], meta={"huffarchive_limit": "commoncrawl_data"}, real=True)
    times = [asked.at for asked in server.log if asked.path != "/robots.txt"]
    assert len(times) == 7
    assert not too_fast(times, 0.56)


def test_no_setting_turns_robots_off(crawl):
    settings = {"ROBOTSTXT_OBEY": False, "HUFFARCHIVE_BACKOFF": 0, "USER_AGENT": "Mozilla/5.0"}
    meta = {"dont_obey_robotstxt": True, "huffarchive_robots": True}
    with Server(site(FORBIDDEN)) as server:
        result = crawl([f"{server.url}/no/1"], settings=settings, meta=meta)
    assert set(result["pages"].values()) == {"robots"}
    assert server.paths() == ["/robots.txt"]
    assert server.log[0].headers["User-Agent"] == "huffarchive/0.1.0 (+https://example.org/contact)"


def test_a_run_without_operator_says_so_to_the_server(crawl):
    with Server(site("")) as server:
        urls = [f"{server.url}/{n}" for n in range(3)]
        crawl(urls, settings={"HUFFARCHIVE_OPERATOR": None})
    assert server.log[0].headers["User-Agent"] == "huffarchive/0.1.0 (no contact given)"


@pytest.mark.long
def test_a_server_gone_in_mid_crawl_is_waited_for(crawl):
    answer = site("User-agent: *\nCrawl-delay: 0.1\n")
    with Server(answer) as server:
        port = server.port
        back: list[Server] = []

        def away() -> None:
            while len(server.log) < 8:
                time.sleep(0.01)
            server.__exit__()
            time.sleep(2.5)
            back.append(Server(answer, port).__enter__())

        thread = threading.Thread(target=away)
        thread.start()
        result = crawl([f"{server.url}/{n}" for n in range(20)], tries=9, real=True)
        thread.join()
    again = back[0]
    again.__exit__()
    assert set(result["pages"].values()) == {200}
    assert len(result["pages"]) == 20
    assert set(server.paths()) | set(again.paths()) >= {f"/{n}" for n in range(20)}
    assert min(again.times()) - max(server.times()) >= 2.5
    # Those that were under way fail, at most eight; then one in each pause finds out.
    assert 1 <= result["failures"] <= 8 + 2


def test_waiting_requests_do_not_hold_up_the_end_of_a_run(crawl):
    paused = site("", lambda *_: Answer(429, headers={"Retry-After": "86400"}))
    with servers([paused, site(Answer(500)), site("User-agent: *\nCrawl-delay: 9999\n")]) as hosts:
        settings = {"CLOSESPIDER_TIMEOUT": 1, "HUFFARCHIVE_BACKOFF": 2000}
        result = crawl([f"{host.url}/{n}" for n in range(20) for host in hosts], settings=settings)
    assert list(result["pages"].values()) == ["stopped"] * 60
    assert len(hosts[0].paths()) <= 9
    assert [len(host.paths()) for host in hosts[1:]] == [1, 1]
