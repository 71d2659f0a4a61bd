"""The page in a real browser: nothing wrong for axe, no request, no table cut without a sign."""

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

if find_spec("pygal") is None:
    pytest.skip("needs pygal", allow_module_level=True)

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reports import render
from huffarchive.reports.corpus_stats import gather
from huffarchive.storage.paths import ArchivePaths

BROWSER = Path(__file__).parent.parent / "browser"


pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (shutil.which("chromium") and (BROWSER / "node_modules" / "axe-core").exists()),
        reason="needs chromium, and npm install --prefix tests/browser",
    ),
]


@pytest.fixture
def pages(places: ArchivePaths, tmp_path: Path) -> list[str]:
    """The report in both languages, as files."""
    facts = gather(places, HUFFPOST_QC)
    paths = []
    for language in ("fr", "en"):
        path = tmp_path / f"{language}.html"
        path.write_text(render(facts, language), encoding="utf-8")
        paths.append(str(path))
    return paths


def node(script: str, *args: str, scheme: str = "light") -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        ["node", str(BROWSER / script), *args], env=os.environ | {"SCHEME": scheme},
        check=False, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(pages: list[str], tmp_path: Path, scheme: str) -> None:
    shots = Path(os.environ.get("SHOTS") or tmp_path)
    status, found = node("axe.mjs", *pages, "--shots", f"{shots}/report-{scheme}", scheme=scheme)
    assert found["pages"] == 6
    assert found["rules"] > 30
    assert (found["violations"], found["outside"], found["overflow"]) == ([], [], [])
    assert status == 0
    assert len(list(shots.glob(f"report-{scheme}*.png"))) == 6


def test_on_a_phone_a_wide_table_says_that_it_scrolls_and_the_keyboard_scrolls_it(
    pages: list[str],
) -> None:
    _, found = node("tables.mjs", *pages)
    assert {"Ce qui manque", "Fichiers", "What is missing", "Files"} <= set(found["wide"])
    assert (found["cut"], found["stuck"], found["sideways"]) == ([], [], [])
