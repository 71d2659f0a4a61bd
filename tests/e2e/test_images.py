"""Pictures, where a crawl wants them: asked once, through the same gate, each in one state."""

import json
import re
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from huffarchive.http import Message
from huffarchive.sample.catalogue import Entry
from huffarchive.sample.responses import png
from huffarchive.sample.server import Service
from huffarchive.sample.site import SEED, Site
from huffarchive.warc.capture import captures
from huffarchive.warc.reader import records
from tests.e2e.conftest import Archived, options
from tests.kit.command import Result, scrapy
from tests.kit.gold import Golds

pytestmark = pytest.mark.slow

HOST = "img.huffingtonpost.com"


def name(odd: str) -> str:
    """A picture's name that says what becomes of it: 24 hex digits."""
    return odd.encode().hex().ljust(24, "0")[:24]


LOST, REPLACED = "00" + "a" * 22, "01" + "a" * 22
MOVED, AWAY, WRONG, LARGE, BARRED, SECRET, TWICE = (
    name(odd) for odd in ("moved", "away", "wrong", "large", "barred", "secret", "twice")
)
THERE = name("there")
STATES = {
    LOST: ("gone", "not_found"),
    REPLACED: ("gone", "soft_404"),
    MOVED: ("gone", "moved"),
    THERE: ("captured", "not_an_article"),
    AWAY: ("gone", "moved_away"),
    WRONG: ("failed", "malformed"),
    LARGE: ("failed", "too_large"),
    BARRED: ("refused", "robots"),
    SECRET: ("refused", "forbidden"),
    TWICE: ("captured", "not_an_article"),
}
FIRST = (LOST, REPLACED, MOVED, AWAY, WRONG, LARGE, BARRED, SECRET, TWICE, TWICE, "elsewhere")
"""What the first picture of each of eleven articles is."""


@dataclass(frozen=True)
class Odd(Site):
    """The sample, with other first pictures in eleven articles."""

    odd: dict[int, str] = field(default_factory=dict)

    def markup(self, entry: Entry, *, corrected: bool = False) -> str:
        text, odd = super().markup(entry, corrected=corrected), self.odd.get(entry.number)
        if odd is None:
            return text
        first = Golds(self)[str(entry.key)].images[0].url
        if odd == "elsewhere":
            return text.replace(first, "https://pictures.example/asset/x.jpeg")
        return text.replace(re.findall(r"[0-9a-f]{24}", first)[0], odd)


@dataclass
class Server:
    """The sample's service, with answers of its own for odd pictures."""

    service: Service
    urls: list[str]
    healed: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def respond(self, method: str, target: str, headers: dict[str, str]) -> bytes:
        self.asked.append((target, headers))
        if target == "/robots.txt":
            return answer(200, "text/plain", b"User-agent: *\nDisallow: /asset/" + BARRED.encode())
        for odd, said in (
            (MOVED, answer(302, "text/html", b"", f"Location: /asset/{THERE}.jpeg?ops=90_90")),
            (AWAY, answer(301, "text/html", b"", "Location: https://www.huffpost.com/")),
            (SECRET, answer(403, "text/html", b"")),
            (WRONG, answer(200, "image/jpeg", b"<html></html>")),
            (LARGE, answer(200, "image/png", png("large", 9, 9) + bytes(17 << 20))),
        ):
            if odd in target and not (self.healed and odd in (WRONG, LARGE)):
                return said
        return self.sample(method, target, headers)

    def __post_init__(self) -> None:
        self.sample = self.service._server.respond
        self.service._server.respond = self.respond


def answer(status: int, kind: str, body: bytes, *more: str) -> bytes:
    head = (f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more)
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    plain = Site(SEED, 120)
    numbers = [
        n for n in range(plain.size)
        if Golds(plain)[str(plain.register.entry(n).key)].images
        and n not in plain.oddities.failing | plain.oddities.redirected
    ][: len(FIRST)]  # fmt: skip
    site = Odd(SEED, 120, odd=dict(zip(numbers, FIRST, strict=True)))
    urls = list(site.plain_urls())
    with Service(site) as service:
        yield Server(service, [urls[n] for n in numbers])


def crawl(server: Server, folder: Path, *more: str) -> Result:
    return scrapy(
        "crawl", "huffpost_qc", "-a", f"site={server.service.base}", "-a", "urls=-", *more,
        *options(folder), stdin="\n".join(server.urls).encode(),
    )  # fmt: skip


@dataclass(frozen=True)
class Run:
    archive: Archived
    pictures: dict[str, tuple[str, str]]
    """Name -> state and reason after the first run."""
    asked: list[tuple[str, dict[str, str]]]
    again: Result
    asked_again: list[tuple[str, dict[str, str]]]


def pictures(folder: Path, archive: str = "qc") -> dict[str, tuple[str, str]]:
    with closing(sqlite3.connect(folder / "output" / archive / "ledger.sqlite3")) as ledger:
        rows = ledger.execute("SELECT key, state, reason FROM page WHERE kind = 'image'").fetchall()
    assert all(key.startswith(f"image:{HOST}/asset/") for key, _, _ in rows)
    return {re.findall("/asset/([^.]+)", key)[0]: (state, reason) for key, state, reason in rows}


@pytest.fixture(scope="module")
def run(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("pictures")
    first = crawl(server, folder, "-a", "images=true")
    asked, server.asked[:] = list(server.asked), []
    found = pictures(folder)
    server.healed = True
    again = crawl(server, folder, "-a", "images=true")
    return Run(Archived(folder, "qc", first), found, asked, again, list(server.asked))


def test_each_picture_ends_in_one_state(run: Run) -> None:
    assert {odd: run.pictures.get(odd) for odd in STATES} == STATES
    others = {odd: end for odd, end in run.pictures.items() if odd not in STATES}
    assert set(others.values()) == {("captured", "not_an_article")}
    named = {i["url"] for row in run.archive.rows for i in row["images"] if HOST in i["url"]}
    assert len(run.pictures) == len(named) + 1  # and the one that another moved to
    assert run.archive.result.code == 3


def test_a_picture_is_asked_once_and_none_elsewhere(run: Run) -> None:
    asked = Counter(target for target, _ in run.asked if "/asset/" in target)
    assert len([target for target in asked if TWICE in target]) == 1
    assert set(asked.values()) == {1}
    assert not any(BARRED in target or "pictures.example" in target for target in asked)
    accepted = {headers["accept"] for target, headers in run.asked if "/asset/" in target}
    assert accepted == {"image/*,*/*;q=0.8"}


def test_the_next_run_asks_for_what_failed_and_is_done(run: Run) -> None:
    assert run.again.code == 0, run.again.out
    asked = [target for target, _ in run.asked_again if target != "/robots.txt"]
    assert sorted(re.findall("/asset/([^.]+)", t)[0] for t in asked) == sorted((WRONG, LARGE))
    assert pictures(run.archive.folder)[LARGE] == ("captured", "not_an_article")


def test_there_is_no_record_of_a_picture_and_every_byte_of_it(run: Run) -> None:
    assert len(run.archive.rows) == len(FIRST)
    assert {row["kind"] for row in run.archive.rows} <= {"news", "blog", "gallery"}
    found = 0
    for path in run.archive.warcs:
        for capture in captures(records(path)):
            note = capture.note
            if note is None or not (note.page or "").startswith("qc:image:"):
                continue
            assert note.url is not None
            assert note.url.startswith(f"https://{HOST}/asset/")
            if note.state == "captured":
                size = re.findall(r"ops=(\d+)_(\d+)", note.url)[0]
                shown = re.findall("/asset/([^.]+)", note.url)[0]
                assert Message.parse(capture.response).content == png(shown, *map(int, size))
                found += 1
    captured = [end for end in pictures(run.archive.folder).values() if end[0] == "captured"]
    assert found == len(captured) > 5


def test_what_is_on_disk_is_right(run: Run, tmp_path: Path) -> None:
    checked = scrapy("verify", "--workers=0", *run.archive.options)
    assert checked.code == 0, checked.out
    out = tmp_path / "out.jsonl"
    assert scrapy("extract", *map(str, run.archive.warcs), "-o", str(out), "--workers=0").code == 0
    assert out.read_bytes() == b"".join(path.read_bytes() for path in run.archive.jsonls)


def test_a_ledger_made_again_knows_the_pictures(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(run.archive.folder, folder)
    before = pictures(folder)
    (folder / "output/qc/ledger.sqlite3").unlink()
    assert scrapy("recover", "qc", *options(folder)).code == 0
    after = pictures(folder)
    assert {odd for odd, end in after.items() if end[0] == "captured"} == {
        odd for odd, end in before.items() if end[0] == "captured"
    }
    assert set(after) == set(before)


def test_pictures_can_be_listed_and_unchanged_they_are_revisits(run: Run, server: Server) -> None:
    time.sleep(1.1)  # a WARC's dates have seconds
    before = set(run.archive.warcs)
    named = {i["url"] for row in run.archive.rows for i in row["images"] if HOST in i["url"]}
    urls = sorted(url for url in named if not any(odd in url for odd in STATES))[:5]
    again = scrapy(
        "crawl", "huffpost_qc", "-a", f"site={server.service.base}", "-a", "urls=-",
        "-a", "recrawl=0", *run.archive.options, stdin="\n".join(urls).encode(),
    )  # fmt: skip
    assert again.code == 0, again.out
    found = [
        item.record.field("WARC-Target-URI")
        for path in set(run.archive.warcs) - before
        for item in records(path)
        if item.record.type == "revisit"
    ]
    assert sorted(found) == [url.replace(f"https://{HOST}", server.service.base) for url in urls]


@pytest.mark.long
def test_killed_between_article_and_picture_the_same_list_completes(
    server: Server, tmp_path: Path
) -> None:
    server.healed = True
    stopped = crawl(server, tmp_path, "-a", "images=true", "-a", f"limit={len(server.urls)}")
    assert stopped.code == 5, stopped.out
    left = [odd for odd, end in pictures(tmp_path).items() if end[0] == "wanted"]
    assert len(left) > 5
    assert crawl(server, tmp_path, "-a", "images=true").code == 0
    assert {end[0] for end in pictures(tmp_path).values()} == {"captured", "gone", "refused"}


def test_without_the_option_there_are_none_and_later_it_finds_them(
    sample: Archived, copied: Archived
) -> None:
    assert pictures(sample.folder, sample.name) == {}
    folder = copied.folder
    done = scrapy(
        "crawl", "huffpost_qc", "-a", "source=sample", "-a", "images=true", *options(folder)
    )
    assert done.code == 0, done.err
    found = pictures(folder, sample.name)
    named = {i["url"] for row in sample.rows for i in row["images"]}
    assert len(found) == len(named) > 300
    assert set(found.values()) == {
        ("captured", "not_an_article"), ("gone", "not_found"), ("gone", "soft_404")
    }  # fmt: skip
    later = Archived(folder, sample.name, done)
    assert later.rows == sample.rows
    status = scrapy("status", "qc-sample", "--json", *options(folder))
    account = json.loads(status.out)
    captured = sum(end[0] == "captured" for end in found.values())
    assert account["pictures"]["captured"] == captured
    assert account["article_pages"] == json.loads(
        scrapy("status", "qc-sample", "--json", *sample.options).out
    )["article_pages"]  # fmt: skip
    shown = scrapy("status", "qc-sample", *options(folder)).out
    assert f"{len(found):,} of all are pictures: {captured} captured, " in shown


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("-a", "images=yes"), "-a images=yes: give true or false"),
        (("-a", "images=true", "-a", "source=wayback"), "add live to -a source="),
    ],
)
def test_a_mistake_is_answered_with_one_line(
    tmp_path: Path, given: tuple[str, ...], says: str
) -> None:
    done = scrapy("crawl", "huffpost_qc", *given, *options(tmp_path))
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err
