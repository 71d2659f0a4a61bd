"""Ctrl-C and termination end a command without a traceback, before it has begun its work too."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from huffarchive.exits import Exit
from tests.commands.conftest import ROOT, Archive

_HIT = """
import os, signal, sys
sys.argv[0] = {name!r}
import huffarchive.settings
os.kill(os.getpid(), {number:d})
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", ["/venv/bin/scrapy", "huffarchive", "theirs.py"])
def test_a_signal_before_a_command_begins(name: str, number: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _HIT.format(name=name, number=number)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        # Whoever runs the tests in the background of a shell has Ctrl-C ignored, and they inherit it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
    if name == "theirs.py":  # whoever imports the package handles signals himself
        assert done.returncode == -number
        return
    assert (done.returncode, done.stderr) == (Exit.STOPPED, "stopped before anything was begun\n")


def test_a_signal_while_a_command_begins(
    archive: Archive, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def stopped() -> Iterator[None]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr("huffarchive.commands.base.may_go_unread", stopped)
    done = run("schema", *archive.options)
    assert (done.code, done.err) == (5, "scrapy schema: stopped; nothing half-written was left\n")
