"""Everything together: the archives of one site, and crawls that are pointed at them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from huffarchive.sample.server import Server
from huffarchive.sample.site import site
from huffarchive.storage.paths import ArchivePaths
from huffarchive.urls import PageKey
from tests.trials.archives import collections, holdings
from tests.trials.archives.manners import Manners
from tests.trials.archives.proxy import Proxy
from tests.trials.archives.software import Program, start_nginx, start_pywb

if TYPE_CHECKING:
    from tests.trials.archives.holdings import Held

PROJECT = Path(__file__).resolve().parents[3]
CRAWL_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ended."""

    status: int
    output: str
    seconds: float


@dataclass
class Crawler:
    """Runs our commands on an archive of its own."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def places(self) -> ArchivePaths:
        """Where its files are."""
        return ArchivePaths(self.folder / "warc", self.folder / "output", "qc")

    @property
    def warcs(self) -> list[Path]:
        """Its finished WARC files, in order."""
        return sorted(self.places.warc.glob("*.warc.gz"))

    @property
    def jsonl(self) -> bytes:
        """Its finished records, in order."""
        return b"".join(p.read_bytes() for p in sorted(self.places.output.glob("*.jsonl")))

    @property
    def records(self) -> list[dict[str, Any]]:
        """The same, parsed."""
        return [json.loads(line) for line in self.jsonl.splitlines()]

    def run(
        self, *arguments: str, kill_when: Callable[[], bool] | None = None, quiet: bool = True
    ) -> Ended:
        """Run `scrapy …` to its end, or kill it (SIGKILL) as soon as a condition holds."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "scrapy", *arguments]
        for name, value in {
            "HUFFARCHIVE_WARC_DIR": str(self.folder / "warc"),
            "HUFFARCHIVE_OUTPUT_DIR": str(self.folder / "output"),
            "HUFFARCHIVE_CACHE_DIR": str(self.folder / "cache"),
            "HUFFARCHIVE_MIN_FREE": "1000000",
            "HUFFARCHIVE_OPERATOR": "https://example.org/trials",
            **self.settings,
        }.items():
            command += ["-s", f"{name}={value}"]
        began = time.monotonic()
        log = self.folder / "log.txt"
        with log.open("ab") as out:
            start = out.tell()
            child = subprocess.Popen(
                command, cwd=PROJECT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )
            try:
                while child.poll() is None:
                    if kill_when is not None and kill_when():
                        os.killpg(child.pid, signal.SIGKILL)
                        child.wait()
                        break
                    if time.monotonic() - began > CRAWL_SECONDS:
                        raise TimeoutError(" ".join(command))
                    time.sleep(0.02)
            finally:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
        text = log.read_bytes()[start:].decode("utf-8", "replace")
        if not quiet:
            print(text)
        return Ended(child.returncode, text, time.monotonic() - began)


class Rig:
    """The archives of a sample site of `articles` articles, standing until it is closed."""

    def __init__(
        self,
        folder: Path,
        *,
        articles: int = 36,
        not_in_wayback: Callable[[int], bool] = lambda _: False,
        not_in_commoncrawl: Callable[[int], bool] = lambda _: False,
        faults: dict[tuple[str, int], int] | None = None,
    ) -> None:
        self.folder = folder
        self.site = site(articles=articles)
        self.live = Crawler(folder / "live")
        self.manners = Manners(faults)
        self._missing = not_in_wayback, not_in_commoncrawl
        self._programs: list[Program] = []
        self.articles: list[Held] = []

    def __enter__(self) -> Self:
        try:
            self._crawl_live()
            self._stand_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _crawl_live(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.list = self.folder / "urls.txt"
        self.list.write_text("".join(f"{url}\n" for url in self.site.plain_urls()), "utf-8")
        with Server(self.site) as server:
            self.base = server.base
            ended = self.live.run(
                "crawl", "huffpost_qc", "-a", f"site={server.base}", "-a", f"urls={self.list}"
            )
        if ended.status != 0:
            raise RuntimeError(f"the live crawl ended with {ended.status}:\n{ended.output}")
        self.articles = holdings.held(self.live.warcs)

    def _stand_up(self) -> None:
        folder = self.folder / "archives"
        collections.build(
            folder,
            self.articles,
            not_in_wayback=self.keys(self._missing[0]),
            not_in_commoncrawl=self.keys(self._missing[1]),
        )
        pywb = start_pywb(folder)
        self._programs.append(pywb)
        nginx = start_nginx(folder, folder / "data")
        self._programs.append(nginx)
        self.proxy = Proxy(pywb.wait().port, nginx.wait().port, self.manners).__enter__()

    def keys(self, chosen: Callable[[int], bool]) -> set[PageKey]:
        """The articles whose number is chosen."""
        return {article.key for article in self.articles if chosen(article.number)}

    def crawler(self, name: str) -> Crawler:
        """A crawler that takes the rig for the Wayback Machine and for Common Crawl."""
        return Crawler(
            self.folder / name,
            {
                "HUFFARCHIVE_WAYBACK_URL": self.proxy.wayback,
                "HUFFARCHIVE_COMMONCRAWL_INDEX_URL": self.proxy.index,
                "HUFFARCHIVE_COMMONCRAWL_DATA_URL": self.proxy.data,
                # One user of the machine has one pace, whatever archive is written.
                "HUFFARCHIVE_CACHE_DIR": str(self.folder / "cache"),
            },
        )

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "proxy"):
            self.proxy.__exit__()
        for program in self._programs:
            program.stop()


def ids(records: Collection[dict[str, Any]]) -> list[str]:
    """The ids of records, in order."""
    return [str(record["id"]) for record in records]
