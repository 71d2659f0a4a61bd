"""Ctrl-C and termination end a command without a traceback, before it has begun its work too."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from huffarchive.commands.crawl import _hung_up
from huffarchive.crawl.display import Progress
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


def test_little_is_imported_before_signals_are_heard() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import huffarchive; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert "signal" in done.stdout.split()
    assert not {"typing", "threading", "pathlib"} & set(done.stdout.split())


def test_a_signal_while_a_command_begins(
    archive: Archive, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def stopped() -> Iterator[None]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr("huffarchive.commands.streams.may_go_unread", stopped)
    done = run("schema", *archive.options)
    assert (done.code, done.err) == (5, "scrapy schema: stopped; nothing half-written was left\n")


def test_a_hang_up_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    progress, told, came = object.__new__(Progress), [], []
    loop = SimpleNamespace(call_soon_threadsafe=lambda _, name: told.append(name))
    progress._loop, progress._before = loop, {signal.SIGTERM: lambda n, _: came.append(n)}
    before = signal.signal(signal.SIGTERM, progress._heard)
    try:
        _hung_up(signal.SIGHUP, None)
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (told, came) == (["SIGHUP", "SIGTERM"], [signal.SIGHUP, signal.SIGTERM])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "where", "code", "said"),
    [
        ("--version", ">&-", 0, "huffarchive: the version could not be written: Bad file descriptor; "
         "look where the output goes, and at the disk, and run the same command again"),
        ("status qc", ">&-", 4, "huffarchive status: could not be written: Bad file descriptor; "
         "look where the output goes, and at the disk, and run the same command again"),
        ("status qc", ">&- 2>&-", 4, ""),
        ("crawl qc -a source=sample -a limit=1 -s HUFFARCHIVE_WORKERS=0 -L ERROR", ">/dev/full", 5,
         "huffarchive crawl: the summary could not be written: No space left on device; "
         "make room, and run the same command again"),
    ],
)  # fmt: skip
def test_an_output_that_takes_nothing(
    typed: str, where: str, code: int, said: str, archive: Archive
) -> None:
    line = f'exec "{sys.executable}" -m huffarchive {typed} {where}'
    env = os.environ | {"HUFFARCHIVE_HOME": str(archive.folder)}
    done = subprocess.run(
        ["sh", "-c", line], cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.strip()) == (code, "", said)
