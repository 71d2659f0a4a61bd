"""Crawls of a scripted site, and its archives, through the real command line."""

import atexit
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

from huffarchive.archive.recover import rebuild
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.storage.paths import ArchivePaths
from huffarchive.verify.check import Checker
from huffarchive.verify.rule import Severity
from huffarchive.warc.reader import records
from tests.kit.command import ROOT
from tests.kit.ledger_rows import rows
from tests.politeness.server import Answer, Server

_FOLDERS = ("warc", "output", "cache")
BASE = "https://www.huffpost.com"
WORDS = "<p>Le conseil municipal de Laval a adopté lundi soir le budget, numéro {}.</p>"


def path(number: int, slug: str = "titre", mark: str = "n") -> str:
    """The path of an article."""
    return f"/archive/qc/entry/{slug}_{mark}_{number}"


def article(title: str = "Titre", *links: str, head: str = "") -> Answer:
    """An article's page."""
    body = "".join(WORDS.format(f"{title}.{k}") for k in range(6))
    body += "".join(f"<p><a href='{link}'>Lire aussi</a></p>" for link in links)
    page = (
        f"<!doctype html><html lang='fr'><head><title>{title}</title>{head}"
        "<meta property='article:published_time' content='2012-10-05T10:00:00-04:00'>"
        f"</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )
    return Answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


def moved(target: str) -> Answer:
    """A redirect."""
    return Answer(302, b"", {"Location": target})


def wayback(pages: dict[str, bytes], timestamp: str = "20220310120000") -> "Script":
    """A Wayback Machine that holds one capture of each page: its index, and the captures."""
    names = ["timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    rows = [[timestamp, f"{BASE}{p}", "text/html", "200", "A" * 32, "9000"] for p in pages]
    index = json.dumps([names, *rows]).encode()
    when = "Thu, 10 Mar 2022 12:00:00 GMT"
    said = {"Memento-Datetime": when, "X-Archive-Orig-Content-Type": "text/html; charset=utf-8"}
    script: Script = {"/cdx/search/cdx": Answer(200, index, {"Content-Type": "application/json"})}
    for place, body in pages.items():
        script[f"/web/{timestamp}id_/{BASE}{place}"] = Answer(200, body, said)
    return script


class Crawler:
    """A process that crawls, one job after the other."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.crawler"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.end)

    def end(self) -> None:
        """Leave no process behind, not even one that a failed test left crawling."""
        with self.process:
            self.process.kill()

    def crawl(self, arguments: dict[str, Any], settings: dict[str, str]) -> int | None:
        job = {"arguments": arguments, "settings": settings}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the crawl ended in an error"
        return json.loads(answer)


@cache
def crawler() -> Crawler:
    return Crawler()


Script = dict[str, Answer | list[Answer] | Callable[[int], Answer]]
"""Path -> its answer, its answers in turn (the last one for ever), or what gives them."""


@dataclass
class Site:
    """A server that answers by a script; what the script does not name is a 404."""

    folder: Path
    script: Script = field(default_factory=dict)
    robots: str = "User-agent: *\nDisallow:\n"
    conditional: bool = False
    """Whether a request whose If-None-Match is the answer's ETag gets a 304."""

    def __enter__(self) -> Self:
        self.server = Server(self._answer).__enter__()
        self.url = self.server.url
        return self

    def __exit__(self, *args: object) -> None:
        self.server.__exit__(*args)

    def _answer(self, asked: str, nth: int) -> Answer:
        if asked == "/robots.txt" and asked not in self.script:
            return Answer(body=self.robots.encode())
        found = self.script.get(asked) or self.script.get(asked.partition("?")[0], Answer(404, b""))
        if isinstance(found, list):
            found = found[min(nth, len(found) - 1)]
        if callable(found):
            found = found(nth)
        tag = self.server.log[-1].headers.get("If-None-Match")
        if self.conditional and tag and tag == found.headers.get("ETag"):
            return Answer(304, b"", {"ETag": tag})
        return found

    def crawl(
        self,
        *arguments: str,
        urls: list[str] | None = None,
        discover: bool = False,
        **settings: str,
    ) -> int | None:
        """Crawl the site, and say the exit status; `urls` are paths of it, or whole, for a list."""
        given: dict[str, Any] = {"site": self.url, "discover": discover}
        given |= dict(argument.split("=", 1) for argument in arguments)
        if urls is not None:
            listed = self.folder / "urls.txt"
            listed.write_text("".join(f"{urljoin(BASE, p)}\n" for p in urls))
            given["urls"] = str(listed)
        folders = {f"HUFFARCHIVE_{n.upper()}_DIR": f"{self.folder / n}" for n in _FOLDERS}
        return crawler().crawl(given, folders | {"HUFFARCHIVE_WORKERS": "0"} | settings)

    @property
    def places(self) -> ArchivePaths:
        return ArchivePaths(self.folder / "warc", self.folder / "output", "qc")

    def asked(self) -> Counter[str]:
        """How often each path was asked for, robots.txt left out."""
        return Counter(p for p in self.server.paths() if p != "/robots.txt")

    def records(self) -> list[dict[str, Any]]:
        found = sorted(self.places.output.glob("*.jsonl"))
        return [json.loads(line) for file in found for line in file.read_bytes().splitlines()]

    def report(self) -> dict[str, Any]:
        """The last run's report."""
        return json.loads((self.places.reports / "latest.json").read_bytes())

    def revisits(self) -> list[tuple[str | None, str | None]]:
        """Profile, and the address referred to, of each revisit."""
        files = sorted(self.places.warc.glob("*.warc.gz"))
        found = [stored.record for file in files for stored in records(file)]
        return [
            (r.field("WARC-Profile"), r.field("WARC-Refers-To-Target-URI"))
            for r in found
            if r.type == "revisit"
        ]

    def verify(self) -> list[str]:
        """What `scrapy verify` finds that is wrong."""
        found = Checker(None).archive(self.places)
        return [str(finding) for finding in found if finding.severity is Severity.ERROR]

    def recover(self) -> None:
        """Make the ledger again from the files: its captures must be those of the lost one."""
        lost = self.places.ledger.rename(self.folder / "lost.sqlite3")
        rebuild(self.places, HUFFPOST_QC, 0, lambda _: None)
        assert rows(self.places.ledger, "capture") == rows(lost, "capture")
        lost.unlink()

    def states(self) -> dict[str, str]:
        """Page -> "state/reason"; indexes are left out."""
        return dict(self._rows("key", "kind NOT LIKE '%-query' "))

    def kinds(self) -> dict[str, str]:
        """Kind -> "state/reason" of one of its pages."""
        return dict(self._rows("kind", "1"))

    def _rows(self, name: str, where: str) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(self.places.ledger)) as db:
            return db.execute(
                f"SELECT {name}, state || '/' || ifnull(reason, '') FROM page WHERE {where}"
            ).fetchall()


__all__ = ["Answer", "Site", "article", "moved", "path"]
