"""The real command line at work on the trials' site, and the archive that it leaves."""

import json
import os
import re
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.storage.paths import ArchivePaths
from tests.trials import preload, site
from tests.trials.check import Snapshot, examine, unaccounted
from tests.trials.site import Site

PROJECT = Path(__file__).parents[2]
SECONDS = 300
"""After which a crawl that does not end is killed, and has failed."""


@dataclass(frozen=True, slots=True)
class Crawl:
    """A `scrapy crawl` of a site into a folder."""

    site: Site
    folder: Path
    warc_size: int = 60_000
    workers: int = 1
    spider: str = "huffpost_qc"
    settings: tuple[str, ...] = ()
    """More settings, NAME=value."""
    environment: tuple[tuple[str, str], ...] = ()
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    """Every process of it, and of those made from it."""

    @property
    def places(self) -> ArchivePaths:
        """Where its archive is."""
        return ArchivePaths(self.archive / "warc", self.archive / "output", HUFFPOST_QC.code)

    @property
    def archive(self) -> Path:
        """The folder of its WARC and output folders, and of nothing else."""
        return self.folder / "archive"

    def command(self) -> list[str]:
        """What one would type."""
        settings = (
            f"HUFFARCHIVE_WARC_DIR={self.places.warc_root}",
            f"HUFFARCHIVE_OUTPUT_DIR={self.places.output_root}",
            f"HUFFARCHIVE_WARC_SIZE={self.warc_size}",
            f"HUFFARCHIVE_WORKERS={self.workers}",
            "HUFFARCHIVE_OPERATOR=trials@example.org",
            "HUFFARCHIVE_MIN_FREE=0",
            *self.settings,
        )
        options = [part for setting in settings for part in ("-s", setting)]
        crawl = ["crawl", self.spider, "-a", f"site={self.site.base}"]
        return [sys.executable, "-m", "scrapy", *crawl, *options]

    def journaled(self, journal: Path, fault: str = "") -> Self:
        """The same under the preloaded library, with a fault ("<mode>:<step>") where given."""
        self.archive.mkdir(exist_ok=True)
        environment = {
            **preload.environment(preload.library()),
            "DISK_ROOT": str(self.archive),
            "DISK_JOURNAL": str(journal),
            **({"DISK_FAULT": fault} if fault else {}),
        }
        return replace(self, environment=tuple(environment.items()))

    def start(self) -> subprocess.Popen[str]:
        """Start it in a process group of its own; its output goes to `log` in the folder."""
        with (self.folder / "log").open("a") as log:
            process = subprocess.Popen(
                self.command(),
                cwd=PROJECT,
                env={**os.environ, **dict(self.environment)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                text=True,
            )
        self.started.append(process)
        return process

    def run(self, seconds: float = SECONDS) -> int:
        """Run it to its end: its exit status; it is killed when it does not come to one."""
        process = self.start()
        try:
            return self.meant(process.wait(seconds))
        finally:
            self.stop()

    def meant(self, status: int) -> int:
        """An exit status; 0 where nothing is left but to hear once more, a day later, what is gone.

        Much of the trials' site is gone on purpose, as in a bad hour. What failed or is wanted
        still is no such end.
        """
        _, _, summary = self.log().rpartition(" pages known = ")
        over = re.match(r"0 wanted \+ .* \+ 0 failed\n", summary)
        return 0 if status == 3 and over and "provisional, see" in summary else status

    def stop(self) -> None:
        """Kill what still runs of it."""
        for process in self.started:
            if process.poll() is None:
                kill(process)

    def log(self) -> str:
        """All that its runs said."""
        path = self.folder / "log"
        return path.read_text("utf-8") if path.exists() else ""

    def examine(
        self, stops: tuple[Snapshot, ...] = (), pages: Mapping[str, str] | None = None
    ) -> list[str]:
        """Everything that is wrong with the finished archive; empty when nothing is."""
        expected = pages if pages is not None else site.expected(self.site.pages)
        again = self._extracted()
        wrong = examine(
            self.places,
            expected,
            lambda path: again.get(path.name, b""),
            with_record=lambda key: expected[key] == "captured",
        )
        for stop in stops:
            wrong += unaccounted(stop, self.places)
        return wrong + self._misread()

    def _extracted(self) -> dict[str, bytes]:
        """What `scrapy extract` gives, by the WARC file that each record names."""
        files = sorted(self.places.warc.glob("*.warc.gz"))
        target = self.folder / "extracted.jsonl"
        command = [sys.executable, "-m", "scrapy", "extract", *map(str, files), "-o", str(target)]
        done = subprocess.run(
            command, cwd=PROJECT, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        if done.returncode:
            raise RuntimeError(f"scrapy extract: {done.returncode}: {done.stderr[-500:]}")
        found: dict[str, bytes] = defaultdict(bytes)
        for line in target.read_bytes().splitlines(keepends=True):
            found[json.loads(line)["warc_file"]] += line
        return found

    def _misread(self) -> list[str]:
        """Records that hold another page's text."""
        wrong = []
        for path in self.places.output.glob("*.jsonl"):
            for line in path.read_bytes().splitlines():
                record = json.loads(line)
                number = int(record["legacy_id"] or 0) - site.FIRST
                if f"l’article {number} " not in record["text"]:
                    wrong.append(f"{record['id']}: holds another page's text")
        return wrong


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a crawl with all its processes, and wait until it is gone."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
