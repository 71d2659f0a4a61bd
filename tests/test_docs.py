"""The docs say what the program does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.command import scrapy

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


def test_the_french_readme_keeps_step_with_the_english_one() -> None:
    english, french = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.fr.md"))
    commands = r"^    \S.*$|`[^`]+`"
    assert re.findall(commands, french, re.M) == re.findall(commands, english, re.M)
    links = r"\]\(([^)]+)\)"
    assert re.findall(links, french)[0] == "README.md"
    assert re.findall(links, english)[0] == "README.fr.md"
    assert re.findall(links, french)[1:] == re.findall(links, english)[1:]
    parts = r"^(#+|-|\|) "
    assert re.findall(parts, french, re.M) == re.findall(parts, english, re.M)


def test_the_french_readme_is_set_as_in_quebec() -> None:
    text = re.sub(
        r"^    .*$|`[^`]*`|\]\([^)]*\)", "", (ROOT / "README.fr.md").read_text("utf-8"), flags=re.M
    )
    assert not re.findall(r"\w'\w", text), "the apostrophe is ’"
    assert not re.findall(r"[^\u00a0]:(?!-)(?!//)", re.sub(r"---", "", text)), (
        "no-break space before a colon"
    )
    assert not re.findall(r"\s[;!?]", text), "no space before ; ! ?"
    assert not re.findall(r"«[^\u00a0]|[^\u00a0]»", text), "no-break spaces inside guillemets"
    assert not re.findall(r"\d \d{3}|\d (?:s|jours)\b", text), "no-break space in numbers"


def test_the_readme_begins_with_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    first, second, *_ = re.findall(r"(?m)(?:^    .*\n)+", text)
    made = "python3 -m venv .venv && . .venv/bin/activate && "
    assert first == f"    {made}pip install -e . && scrapy crawl huffpost_qc -a source=sample\n"
    assert second == "    . .venv/bin/activate && pip install -e '.[test]' && pytest\n"
    for script, command in (("pythons", first), ("run", second)):
        # Both scripts are in a virtual environment of their own, and take what comes after it.
        (pattern,) = re.findall(
            r'grep -m1 -o "(.*)" README.md', (ROOT / ".ci" / script).read_text("utf-8")
        )
        (found, *_) = re.findall(pattern, text)
        assert found == command[command.index("pip install") :].strip()


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
        done = scrapy(name, "--help")
        assert done.code == 0, (name, done.err)
        assert f"Example: scrapy {name}" in " ".join(done.out.split()), name
