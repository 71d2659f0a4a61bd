"""The sample site in a process of its own, which cannot outlive the one that started it."""

import subprocess
import sys
from pathlib import Path
from typing import Self

from huffarchive.sample.website import ARTICLES, SEED, Site

START_SECONDS = 30.0


class Server:
    """Serves a site on a free port of 127.0.0.1.

    It ends when stopped, when its time is over, or when this process dies: it waits for the end
    of its standard input.
    """

    def __init__(
        self,
        site: Site | None = None,
        *,
        minutes: float = 15.0,
        delay: float = 0.0,
        log: Path | None = None,
    ) -> None:
        self.site = site or Site(SEED, ARTICLES)
        self._minutes, self._delay, self._log = minutes, delay, log
        self._child: subprocess.Popen[bytes] | None = None
        self.base = ""
        """"http://127.0.0.1:PORT", once it has started."""

    def start(self) -> Self:
        """Start it and wait until it listens; RuntimeError when it does not."""
        command = [sys.executable, "-m", "huffarchive.sample", "--port", "0", "--attached"]
        command += ["--seed", str(self.site.seed), "--articles", str(self.site.articles)]
        command += ["--pages-of", str(self.site.weight), "--crawl-delay", str(self.site.delay)]
        command += ["--minutes", str(self._minutes), "--delay", str(self._delay)]
        if self._log is not None:
            command += ["--log", str(self._log)]
        self._child = subprocess.Popen(  # noqa: S603 - our own module, numbers for arguments
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert self._child.stdout is not None
        line = self._child.stdout.readline().decode("ascii", "replace").strip()
        if not line.startswith("http://127.0.0.1:"):
            self.stop()
            raise RuntimeError("the sample site did not start")
        self.base = line
        return self

    def stop(self) -> None:
        """End it and wait until it is gone."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.close()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()
