"""What counts as a capture that an archive plays back, and what says nothing of the page."""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from huffarchive.http import Message
from huffarchive.sources.wayback import Wayback
from huffarchive.warc.playback import is_archived, original
from tests.cases.kit import ADDRESS, http, page
from tests.kit.command import Result, python
from tests.politeness.server import Answer, Server

ASKED = "20220310120000"
NOTICE = Answer(
    200, b"<html><title>Not now</title><p>The archive is being mended; come again later.</p></html>"
)
EXCEPTION = Answer(200, b"org.archive.util.RuntimeIOException: java.io.IOException: timed out\n")


def marked(number: int, timestamp: str = ASKED, **fields: str) -> Answer:
    """A capture played back; by default with the mark of its moment."""
    moment = time.strptime(timestamp, "%Y%m%d%H%M%S")
    mark = {"Memento-Datetime": time.strftime("%a, %d %b %Y %H:%M:%S GMT", moment)}
    found = {name.replace("_", "-"): value for name, value in fields.items()} or mark
    return Answer(200, page(number), {"Content-Type": "text/html", **found})


def led(target: str, **fields: str) -> Answer:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return Answer(302, b"", {"Location": target, **headers})


def at(second: int, url: str, flags: str = "id_") -> str:
    return f"/web/202203101200{second:02}{flags}/{url}"


def address(number: int) -> str:
    return ADDRESS.format(number)


def secure(number: int) -> str:
    return address(number).replace("http:", "https:")


def mobile(number: int) -> str:
    return address(number).replace("quebec.", "M.Quebec.")


Plays = Callable[[int, str, int], Answer]
"""Of a page's number, the timestamp that is asked for, and how often that was: the answer."""
CAPTURED = "captured/article"
PLAYS: dict[str, tuple[str, Plays]] = {
    "with its moment": (CAPTURED, lambda n, t, k: marked(n)),
    "with its original head": (CAPTURED, lambda n, t, k: marked(n, X_Archive_Orig_Server="Apache")),
    "with a link to its original": (
        CAPTURED,
        lambda n, t, k: marked(n, Link=f'<{address(n)}>; rel="original", </x>; rel="timegate"'),
    ),
    "a notice, in every try of a run": (
        "failed/server_error",
        lambda n, t, k: NOTICE if k < 5 else marked(n),
    ),
    "a notice, once": (CAPTURED, lambda n, t, k: marked(n) if k else NOTICE),
    "the page itself, from who knows where": (
        "failed/server_error",
        lambda n, t, k: Answer(200, page(n)),
    ),
    "another page, as it says": (
        "failed/server_error",
        lambda n, t, k: marked(n, Link=f'<{address(7777)}>; rel="original"'),
    ),
    "the nearest capture": (
        CAPTURED,
        lambda n, t, k: marked(n, t) if t > ASKED else led(at(2, address(n))),
    ),
    "the same by https": (
        CAPTURED,
        lambda n, t, k: marked(n, t) if t > ASKED else led(at(2, secure(n))),
    ),
    "the same of a host in capitals": (
        CAPTURED,
        lambda n, t, k: marked(n, t) if t > ASKED else led(at(2, mobile(n))),
    ),
    "the same by other flags": (
        CAPTURED,
        lambda n, t, k: marked(n, t) if t > ASKED else led(at(2, address(n), "")),
    ),
    "after three steps": (
        CAPTURED,
        lambda n, t, k: marked(n, t) if t.endswith("03") else led(at(int(t[-2:]) + 1, address(n))),
    ),
    "another article": (
        "failed/unexpected_status",
        lambda n, t, k: led(at(2, address(7777))),
    ),
    "a form to log in": ("failed/server_error", lambda n, t, k: led("/account/login")),
    "another archive": (
        "failed/server_error",
        lambda n, t, k: led(f"http://elsewhere.example{at(2, address(n))}"),
    ),
    "no address": ("failed/server_error", lambda n, t, k: led("http://[")),
    "a circle": (
        "failed/redirect_loop",
        lambda n, t, k: led(at(0 if t.endswith("05") else 5, address(n))),
    ),
    "itself": ("failed/redirect_loop", lambda n, t, k: led(at(0, address(n)))),
    "step after step": (
        "failed/redirect_loop",
        lambda n, t, k: led(at(int(t[-2:]) + 1, address(n))),
    ),
    "a redirect that was archived": (
        "gone/no_capture",
        lambda n, t, k: led("/", Memento_Datetime="Thu, 10 Mar 2022 12:00:00 GMT"),
    ),
    "a 404 that was archived": (
        "gone/no_capture",
        lambda n, t, k: Answer(404, b"", {"X-Archive-Orig-Server": "Apache"}),
    ),
    **{
        f"HTTP {status} that was archived": (
            "failed/server_error",
            lambda n, t, k, status=status: replace(marked(n), status=status),
        )
        for status in (206, 401, 403, 408, 429, 451, 500, 502, 503, 504, 520)
    },
    "HTTP 410 that was archived": (
        "gone/no_capture",
        lambda n, t, k: replace(marked(n), status=410),
    ),
    "a form to log in, once": (CAPTURED, lambda n, t, k: marked(n) if k else led("/login")),
    "a portal of a network, once": (
        CAPTURED,
        lambda n, t, k: marked(n) if k else led("http://portal.example/?next=x"),
    ),
    "a 404 of who knows what, in every try of a run": (
        "failed/server_error",
        lambda n, t, k: Answer(404, b"<html>") if k < 5 else marked(n),
    ),
    "another page, as it says, in every try of a run": (
        "failed/server_error",
        lambda n, t, k: (
            marked(n, Link=f'<{address(7777)}>; rel="original"') if k < 5 else marked(n)
        ),
    ),
    "a gzip stream that was cut": (
        "failed/cut",
        lambda n, t, k: Answer(
            200, b"\x1f\x8b\x08" * 9, {"Memento-Datetime": "Thu, 10 Mar 2022 12:00:00 GMT"}
        ),
    ),
}


def dated(text: str) -> Answer:
    return Answer(200, page(1), {"Content-Type": "text/html", "Memento-Datetime": text})


FRONTS: dict[str, Answer] = {
    "maintenance": NOTICE,
    "an exception": EXCEPTION,
    "a form to log in": Answer(
        200, b"<html><form action='/login'><input name='password'></form></html>",
        {"Content-Type": "text/html", "Set-Cookie": "s=1; Path=/"},
    ),
    "a block page": Answer(200, b"<html><h1>Access denied</h1><p>Too many requests.</p></html>"),
    "a check of humans": Answer(200, b"<html><script>challenge()</script></html>"),
    "an error in JSON": Answer(200, b'{"error": "unavailable"}', {"Content-Type": "application/json"}),
    "nothing at all": Answer(200, b""),
    "a calendar of captures": Answer(200, f"<a href='{at(0, address(1))}'>1 capture</a>".encode()),
    "a refresh": Answer(200, b"<meta http-equiv=refresh content='0; url=/'>"),
    "a proxy's copy of the page": Answer(200, page(1), {"Via": "1.1 proxy", "Age": "9"}),
    "an empty moment": dated(""),
    "a moment in words": dated("not yet"),
    "a number for a moment": dated("0"),
    "a moment of another form": dated("20220310120000"),
    "a day that is none": dated("Thu, 32 Mar 2022 12:00:00 GMT"),
    "the epoch": dated("Thu, 01 Jan 1970 00:00:00 GMT"),
    "the year 0": dated("Sat, 01 Jan 0000 00:00:00 GMT"),
    "a moment to come": dated("Fri, 31 Dec 9999 23:59:59 GMT"),
    "next year": dated("Thu, 10 Mar 2095 12:00:00 GMT"),
    "nothing found": Answer(404, b"<html>Not found</html>"),
    "nothing left": Answer(410, b""),
    "another page's 404": Answer(404, b"", {"Link": '<http://www.example.org/>; rel="original"'}),
    "a part": Answer(206, b"<html>", {"Content-Range": "bytes 0-5/90"}),
    "no content": Answer(204, b""),
    "a gateway's error": Answer(502, b"<html>Bad gateway</html>"),
    "a gateway's time-out": Answer(504, b""),
    "an error of its own": Answer(500, b'{"error": 1}'),
    "an error without a number": Answer(520, b""),
    "an error with a moment that is none": Answer(500, b"", {"Memento-Datetime": "never"}),
    "a broken connection": Answer(drop=True),
}  # fmt: skip
"""What the front of an archive answers for a while, in place of a capture."""
STUMBLES = (
    EXCEPTION,
    Answer(200, b'{"error": "later"}'),
    Answer(404, b"<html>Not found</html>"),
    led("/account/login"),
)
"""What an index answers before it gives its rows."""
SAID = {
    "another site's page": '<http://www.example.org/x>; rel="original"',
    "the front page": '<http://quebec.huffingtonpost.ca/>; rel="original"',
    "no address": '<nonsense>; rel="original"',
    "another kind of page": f'<{address(7).replace("_n_", "_b_")}>; rel="original"',
}
"""Links of captures that are of something else."""


@dataclass(frozen=True)
class Crawled:
    """A run that ended, and what it left."""

    done: Result
    states: dict[int, str]
    """Number -> "state/reason"."""
    records: dict[int, dict[str, Any]]
    asked: Counter[str]


def crawled_states(folder: Path) -> dict[int, str]:
    with closing(sqlite3.connect(folder / "output/qc/ledger.sqlite3")) as db:
        rows = db.execute("SELECT key, state || '/' || reason FROM page").fetchall()
    return {int(key[2:]): said for key, said in rows if key.startswith("n:")}


def records_of(folder: Path) -> dict[int, dict[str, Any]]:
    files = sorted((folder / "output/qc").glob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    return {int(row["id"].rpartition(":")[2]): row for row in rows}


def crawl(folder: Path, server: Server, numbers: list[int]) -> Crawled:
    listed = folder / "list.txt"
    listed.write_text("".join(f"{address(n)}\n" for n in numbers))
    folders = ("WARC", "OUTPUT", "CACHE")
    settings = [f"-sHUFFARCHIVE_{n}_DIR={folder / n.lower()}" for n in folders]
    settings += [f"-sHUFFARCHIVE_WAYBACK_URL={server.url}", "-sHUFFARCHIVE_WORKERS=0"]
    hurried = ("-m", "tests.kit.hurried", "crawl", "huffpost_qc", "-asource=wayback")
    done = python(*hurried, f"-aurls={listed}", *settings)
    asked = Counter(p for p in server.paths() if p != "/robots.txt")
    return Crawled(done, crawled_states(folder), records_of(folder), asked)


def archive(
    plays: list[Plays], stumbles: tuple[Answer, ...] = (), odd: tuple[Any, ...] = ()
) -> Server:
    """A Wayback Machine that holds a capture of each page; its index stumbles at first, and has odd
    rows before all others.
    """
    names = ["timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    rows = [[ASKED, address(n), "text/html", "200", "A" * 32, "3000"] for n in range(len(plays))]
    rows = [*odd, *rows]

    def answer(path: str, nth: int) -> Answer:
        if path == "/robots.txt":
            return Answer(404, b"")
        if path.startswith("/cdx/"):
            if nth < len(stumbles):
                return stumbles[nth]
            (pattern,) = parse_qs(urlsplit(path).query)["url"]
            found = [names, *rows] if pattern.startswith("quebec.") else []
            return Answer(200, json.dumps(found).encode(), {"Content-Type": "application/json"})
        timestamp = path.split("/")[2][:14]
        number = int(path.rpartition("_n_")[2].removesuffix(".html"))
        return plays[number](number, timestamp, nth)

    return Server(answer)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawled, Crawled]:
    """Two runs of the same list, one after the other."""
    folder = tmp_path_factory.mktemp("wayback")
    plays = [play for _, play in PLAYS.values()]
    for (
        front
    ) in FRONTS.values():  # a good one after each: an archive that gives none counts as down
        plays += [lambda n, t, k, front=front: marked(n) if k else front, lambda n, t, k: marked(n)]
    plays += [lambda n, t, k, link=link: marked(n, t, Link=link) for link in SAID.values()]
    with archive(plays, STUMBLES) as server:
        first = crawl(folder, server, list(range(len(plays))))
        return first, crawl(folder, server, list(range(len(plays))))


@pytest.mark.parametrize("case", PLAYS)
def test_what_a_playback_says_of_a_page(case: str, crawled: tuple[Crawled, Crawled]) -> None:
    first, _ = crawled
    number = list(PLAYS).index(case)
    assert first.states[number] == PLAYS[case][0], first.done.err[-3000:]
    assert (number in first.records) == (PLAYS[case][0] == CAPTURED)


def test_what_the_front_of_an_archive_says_is_no_capture(
    crawled: tuple[Crawled, Crawled],
) -> None:
    """Each is asked for again, and comes with the text and the moment of its capture."""
    first, _ = crawled
    wrong = []
    for place, front in enumerate(FRONTS):
        number = len(PLAYS) + 2 * place
        row = first.records.get(number, {})
        got = first.states[number], row.get("word_count"), row.get("captured_at")
        if got != (CAPTURED, 58, "2022-03-10T12:00:00+00:00"):
            wrong.append((front, got))
    assert (len(FRONTS), wrong) == (30, [])


def test_a_capture_of_something_else_is_none(crawled: tuple[Crawled, Crawled]) -> None:
    begin = len(PLAYS) + 2 * len(FRONTS)
    for run in crawled:
        states = {said: run.states[n] for n, said in enumerate(SAID, begin)}
        assert states == dict.fromkeys(SAID, "failed/server_error")
        assert not {*range(begin, begin + len(SAID))} & set(run.records)


def test_the_run_says_that_something_failed(crawled: tuple[Crawled, Crawled]) -> None:
    assert crawled[0].done.code == 3
    assert "Traceback" not in crawled[0].done.err


@pytest.mark.parametrize("case", ["the nearest capture", "after three steps"])
def test_the_moment_is_that_of_what_was_played(case: str, crawled: tuple[Crawled, Crawled]) -> None:
    row = crawled[0].records[list(PLAYS).index(case)]
    second = {"the nearest capture": 2, "after three steps": 3}[case]
    assert row["captured_at"] == f"2022-03-10T12:00:{second:02}+00:00"
    assert (
        f"wayback 202203101200{second:02}: 1 of {2 if second == 2 else 4} captures"
        in (row["capture_choice"])
    )
    assert f"{ASKED} moved" in row["capture_choice"]


def test_an_index_that_answers_with_something_else_is_asked_again(
    crawled: tuple[Crawled, Crawled],
) -> None:
    asked = crawled[0].asked
    assert {n for path, n in asked.items() if path.startswith("/cdx/")} == {5}


def test_the_next_run_asks_again_for_what_was_no_answer(
    crawled: tuple[Crawled, Crawled],
) -> None:
    later = [n for n, case in enumerate(PLAYS) if case.endswith("in every try of a run")]
    assert {crawled[1].states[n] for n in later} == {CAPTURED}
    gone = [n for n, (state, _) in enumerate(PLAYS.values()) if state.startswith("gone")]
    assert {crawled[1].states[n].partition("/")[0] for n in gone} == {"gone"}


def test_odd_rows_of_an_index_cost_their_lines(tmp_path: Path) -> None:
    """The captures of the others are had; a page that no row names is not gone, and recovery sees
    it as the crawl did.
    """
    odd = ("java.io.IOException", None, [ASKED], ["2022", address(4), "text/html", "200", "A", "9"])
    with archive([lambda n, t, k: marked(n)] * 3, odd=odd) as server:
        done = crawl(tmp_path, server, list(range(5)))
    states = dict.fromkeys(range(3), CAPTURED) | dict.fromkeys((3, 4), "failed/malformed")
    assert done.states == states
    assert (done.done.code, sorted(done.records)) == (3, [0, 1, 2])
    assert "rows of the index that are none: 3, the first 'java.io.IOException'" in done.done.err
    folders = [f"-sHUFFARCHIVE_{n}_DIR={tmp_path / n.lower()}" for n in ("WARC", "OUTPUT", "CACHE")]
    assert python("-m", "scrapy", "recover", "qc", "--force", *folders).code == 0
    assert crawled_states(tmp_path) == states


def test_another_capture_is_tried_behind_an_error_that_was_archived(tmp_path: Path) -> None:
    """An error that the index itself tells of is not asked for, and makes no page gone either."""
    later = ["20230310120000", address(0), "text/html", "200", "B" * 32, "3000"]
    told = [
        [ASKED, address(n), "text/html", s, "C" * 32, "300"] for n, s in ((1, "503"), (2, "404"))
    ]

    def plays(number: int, timestamp: str, nth: int) -> Answer:
        return replace(marked(number, timestamp), status=200 if timestamp == ASKED else 503)

    with archive([plays], odd=(later, *told)) as server:
        done = crawl(tmp_path, server, [0, 1, 2])
    assert done.states == {0: CAPTURED, 1: "failed/server_error", 2: "gone/no_capture"}
    asked = [path.split("/")[2][:14] for path in done.asked if path.startswith("/web/")]
    assert asked == ["20230310120000", ASKED]
    assert "20230310120000 archived_error" in done.records[0]["capture_choice"]
    folders = [f"-sHUFFARCHIVE_{n}_DIR={tmp_path / n.lower()}" for n in ("WARC", "OUTPUT", "CACHE")]
    checked = python("-m", "scrapy", "verify", "qc", *folders)
    assert checked.code == 0, checked.out


def test_a_run_in_which_nothing_is_answered_does_not_ask_for_every_page(tmp_path: Path) -> None:
    with archive([lambda n, t, k: NOTICE] * 60) as server:
        done = crawl(tmp_path, server, list(range(60)))
    asked = sum(n for path, n in done.asked.items() if path.startswith("/web/"))
    assert asked <= 60  # the 32 that were under way when it was clear, and the first 20
    assert set(done.states.values()) == {"failed/server_error"}
    assert done.done.code == 3


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<http://a.example/x>; rel="original"', "http://a.example/x"),
        ("<http://a.example/x>; rel=original", "http://a.example/x"),
        ('<http://t/>; rel="timegate", <http://a/,;x>; rel="original"', "http://a/,;x"),
        ('<http://a/>;type="text/html"; rel="first original"', "http://a/"),
        ('<http://t/>; rel="timegate"', None),
        ('<http://t/>; rel="originals"', None),
        ("original", None),
        ("<" * 50_000, None),
        ("<>" + ";a" * 30_000, None),
    ],
)
def test_a_link_to_the_original(link: str, found: str | None) -> None:
    message = Message.parse(http(b"", f"Link: {link}"))
    assert original(message) == found
    assert is_archived(message) == (found is not None)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/web/20220310120000id_/http://a/x", ("20220310120000", "http://a/x")),
        ("/web/20220310120000/https:/a/x?y=1", ("20220310120000", "https://a/x?y=1")),
        ("/web/20220310120000im_/a/x", ("20220310120000", "http://a/x")),
        ("/web/20220310120000id_/http%3A%2F%2Fa%2Fx%3Fy", ("20220310120000", "http://a/x?y")),
        ("/web/20220310120000/https%253A%252F%252Fa/x", ("20220310120000", "https://a/x")),
        ("/web/20220310120000/http://a/x%2Fy", ("20220310120000", "http://a/x%2Fy")),
        ("/web/2022id_/http://a/x", None),
        ("/web/*/http://a/x", None),
        ("/save/20220310120000id_/http://a/x", None),
        ("/web/20220310120000id_/", None),
        ("/", None),
    ],
)
def test_an_address_that_plays_back(path: str, found: tuple[str, str] | None) -> None:
    source = Wayback(base="http://localhost:8080/archive")
    for scheme in ("http", "https"):
        assert source.played_back(f"{scheme}://localhost:8080/archive{path}") == found
    assert source.played_back(f"http://localhost:8081/archive{path}") is None
    assert source.played_back(f"http://localhost:8080{path}") is None
