"""axe in a real browser: no violation, no request, nothing wider than the screen."""

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("jinja2")
if find_spec("pygal") is None:
    pytest.skip("needs pygal", allow_module_level=True)

from huffarchive.archive import Places
from huffarchive.editions import HUFFPOST_QC
from huffarchive.reports import gather, render

BROWSER = Path(__file__).parent.parent / "browser"


@pytest.mark.long
@pytest.mark.skipif(
    not (shutil.which("chromium") and (BROWSER / "node_modules" / "axe-core").exists()),
    reason="needs chromium, and npm install --prefix tests/browser",
)
def test_axe_finds_nothing(places: Places, tmp_path: Path) -> None:
    facts = gather(places, HUFFPOST_QC)
    pages = []
    for language in ("fr", "en"):
        path = tmp_path / f"{language}.html"
        path.write_text(render(facts, language), encoding="utf-8")
        pages.append(str(path))
    shots = Path(os.environ.get("SHOTS") or tmp_path)
    done = subprocess.run(
        ["node", str(BROWSER / "axe.mjs"), *pages, "--shots", f"{shots}/report"],
        check=False,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["pages"] == 4
    assert found["rules"] > 30
    assert (found["violations"], found["outside"], found["overflow"]) == ([], [], [])
    assert done.returncode == 0
    assert len(list(shots.glob("report*.png"))) == 4
