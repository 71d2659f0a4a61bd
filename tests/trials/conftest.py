"""Fixtures of the trials' tests: places to work in, and disks that can be made small."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


@pytest.fixture
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `python -m tests.trials.<name>`; skipped where the preloaded library cannot be built."""
    from tests.trials import preload

    try:
        preload.library()
    except preload.NoCompilerError as error:
        pytest.skip(str(error))

    def run(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", f"tests.trials.{name}", *map(str, arguments)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )

    return run


class SmallDisk:
    """A tmpfs of our own, whose size and mode can be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def remount(self, options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", self.folder], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """An empty disk of 400 KB; skipped where nothing may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk; the test with RLIMIT_FSIZE stands in for it")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "none", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no mount here: {mounted.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
