"""On a terminal a crawl shows two lines, hears Ctrl-C at once, and leaves the terminal as it was."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import options
from tests.e2e.scripted import BASE, Site, article, path
from tests.kit.command import ROOT, SCRAPY

SECONDS = 60.0


class Terminal:
    """What a program writes to a terminal of so many columns."""

    def __init__(self, columns: int) -> None:
        self._ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.text = ""

    def read_until(self, *words: str) -> str:
        """Everything so far, once it holds all words."""
        until = time.monotonic() + SECONDS
        while not all(word in self.text for word in words):
            assert time.monotonic() < until, self.text
            if select.select([self._ours], [], [], 0.2)[0]:
                self.text += os.read(self._ours, 1 << 16).decode("utf-8", "replace")
        return self.text

    def close(self) -> None:
        while select.select([self._ours], [], [], 0.2)[0]:
            self.text += os.read(self._ours, 1 << 16).decode("utf-8", "replace")
        os.close(self._ours)
        os.close(self.theirs)


def screen(text: str) -> list[str]:
    """What a terminal shows after a text, but for lines that are empty: enough for what we write."""
    lines, row, column = [""], 0, 0
    for found in re.finditer(r"\x1b\[(\d*)([A-Za-z])|(.)", text, re.DOTALL):
        count, order, char = found.groups()
        if order == "A":
            row = max(0, row - int(count or 1))
        elif char == "\r":
            column = 0
        elif char == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif char:
            line = lines[row].ljust(column)
            lines[row], column = line[:column] + char + line[column + 1 :], column + 1
    return [line for line in lines if line.strip()]


@pytest.mark.slow
@pytest.mark.parametrize("twice", [False, True])
def test_two_lines_and_ctrl_c(tmp_path: Path, twice: bool) -> None:
    held = threading.Event()

    def slow(_: int):
        held.wait(SECONDS)
        return article("Lent")

    script = {path(n): article(str(n)) for n in range(1, 4)} | {path(4): slow}
    (listed := tmp_path / "urls.txt").write_text("".join(f"{BASE}{p}\n" for p in script))
    terminal = Terminal(60)
    with Site(tmp_path, script) as site:
        command = ["crawl", "qc", "-a", f"site={site.url}", "-a", f"urls={listed}"]
        crawl = subprocess.Popen(
            [*SCRAPY, *command, *options(tmp_path)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal.theirs, text=True,
            env={**os.environ, "TERM": "xterm", "PYTHONUTF8": "1"},
        )  # fmt: skip
        try:
            terminal.read_until("3/4", "75.0 %", "3 captured", "0 failed")
            crawl.send_signal(signal.SIGINT)
            terminal.read_until("SIGINT: finishing 1 page; again to stop now")
            assert crawl.poll() is None
            if twice:
                crawl.send_signal(signal.SIGINT)
                terminal.read_until(
                    "SIGINT again: stopping now; the next run asks for 1 page again"
                )
            else:
                held.set()
            out, _ = crawl.communicate(timeout=SECONDS)
        finally:
            held.set()
            crawl.kill()
            crawl.wait()
    terminal.close()
    text = terminal.text
    assert crawl.returncode in ((5,) if twice else (0, 5))
    assert f"4 pages known = {int(twice)} wanted + {4 - twice} captured" in out
    # Nothing but the log is left on the terminal.
    assert not [line for line in screen(text) if not re.match(r"\d{4}-\d\d-\d\d ", line)]
    assert "captured  " not in out  # the bar is on standard error alone
    # A line of the log begins where a line of the bar was taken away.
    assert re.search(r"[\r\n](\x1b\[A)*\d{4}-\d\d-\d\d \S+ WARNING SIGINT: finishing", text)
