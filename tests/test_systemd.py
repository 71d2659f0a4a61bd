"""The systemd units are what systemd takes."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parent.parent / "docs/systemd"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_units(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        # The program is wherever it was installed; what is checked is the unit.
        text = unit.read_text().replace("/srv/huffarchive/.venv/bin/scrapy", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "huffarchive" not in done.stderr, done.stderr
