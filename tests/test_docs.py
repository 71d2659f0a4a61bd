"""The docs say what the program does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_generated_tables_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "docs/tables.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    commands = {
        p.stem
        for p in (ROOT / "huffarchive/commands").glob("*.py")
        if "class Command(" in p.read_text("utf-8")
    }
    missing = {name for name in commands if f"`scrapy {name}" not in text}
    assert not missing


def test_every_command_has_help_with_an_example() -> None:
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    for name in sorted(set(re.findall(r"`scrapy (\w+)", text))):
        done = subprocess.run(
            [sys.executable, "-m", "scrapy.cmdline", name, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (name, done.stderr)
        assert f"Example: scrapy {name}" in " ".join(done.stdout.split()), name
