"""The docs say what the program does."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import huffarchive
from docs import hooks, pictures, tables
from huffarchive import settings
from huffarchive.crawl import arguments
from tests.kit.command import scrapy

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_generated_tables_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "docs/tables.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def links(page: Path) -> list[tuple[str, str]]:
    """File and anchor of each link to a place in the repository; code is none."""
    text = re.sub(r"(?ms)^```.*?^```$|^ {4}.*?$|`[^`\n]*`", "", page.read_text("utf-8"))
    found = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", text)
    return [(file, anchor) for file, anchor in found if not re.match(r"[a-z]+:", file)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text("utf-8"))
    seen: dict[str, int] = {}
    for heading in re.findall(r"^#+ (.*)$", text, re.M):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        seen[slug] = seen.get(slug, -1) + 1
        seen.setdefault(f"{slug}-{seen[slug]}" if seen[slug] else slug, 0)
    return set(seen)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for file, anchor in links(page):
        target = page.parent / file if file else page
        assert target.exists(), file
        assert not anchor or anchor in anchors(target), f"{file}#{anchor}"


def test_every_page_is_reached_from_the_four_doors() -> None:
    reached, new = set(), [ROOT / "docs/index.md"]
    while new:
        page = new.pop().resolve()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        if page != ROOT / "README.md":  # it may change without the doors
            new += [page.parent / file for file, _ in links(page) if file]
    assert not {p for p in PAGES if ROOT / "docs" in p.parents} - reached
    assert ROOT / "docs/index.md" in {(ROOT / f).resolve() for f, _ in links(ROOT / "README.md")}


FRENCH = [ROOT / "README.fr.md", ROOT / "docs/index.fr.md"]


@pytest.mark.parametrize("page", FRENCH, ids=lambda p: p.name)
def test_a_french_page_keeps_step_with_the_english_one(page: Path) -> None:
    other = page.with_name(page.name.replace(".fr", ""))
    english, french = other.read_text("utf-8"), page.read_text("utf-8")
    for part in (
        r"^    \S.*$|`[^`]+`",  # what is typed
        r"^(#+|-|\|) ",
        r"\]\(([^)]+)\)",
    ):
        found = [re.findall(part, text, re.M) for text in (english, french)]
        if part.endswith(r"\)"):  # each names the other, and pages that are in both languages
            own = r"\.(fr|en)(?=\.)|(?<=index\.md)#.*|(?<=index\.fr\.md)#.*"  # headings are translated
            found = [sorted(re.sub(own, "", li) for li in links) for links in found]
            assert f"({other.name})" in french
            assert f"({page.name})" in english
        assert found[0] == found[1]


@pytest.mark.parametrize("page", FRENCH, ids=lambda p: p.name)
def test_french_is_set_as_in_quebec(page: Path) -> None:
    text = re.sub(
        r"^    .*$|`[^`]*`|\]\([^)]*\)|In English:", "", page.read_text("utf-8"), flags=re.M
    )
    assert not re.findall(r"\w'\w", text), "the apostrophe is ’"
    assert not re.findall(r"[^\u00a0]:(?!-)(?!//)", re.sub(r"---", "", text)), (
        "no-break space before a colon"
    )
    assert not re.findall(r"\s[;!?](?!\[)", text), "no space before ; ! ?"
    assert not re.findall(r"«[^\u00a0]|[^\u00a0]»", text), "no-break spaces inside guillemets"
    assert not re.findall(r"\d \d{3}|\d (?:s|jours)\b", text), "no-break space in numbers"


def test_the_site_names_every_page_once() -> None:
    named = re.findall(
        r"- (?:[^:\n]+: )?(\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M
    )
    docs = [str(p.relative_to(ROOT / "docs")) for p in PAGES if ROOT / "docs" in p.parents]
    listed = {page for page in docs if not re.match(r"decisions/\d", page)}  # by their own README
    assert sorted(named) == sorted([*listed, *hooks.PAGES.values()]), "mkdocs.yml"
    assert {p.name for p in ROOT.glob("*.md")} == set(hooks.PAGES)


def test_the_citation_names_the_version_that_is_newest_in_the_changes() -> None:
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    version, day = re.findall(
        r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M
    )[0]
    assert version == huffarchive.__version__
    # Of the program and of the preferred form.
    assert re.findall(r"^ *version: (.*)$", citation, re.M) == [version] * 2
    assert re.findall(r"^ *date-released: (.*)$", citation, re.M) == [day] * 2


def test_the_templates_name_what_there_is() -> None:
    templates = sorted((ROOT / ".github").rglob("*.md"))
    assert len(templates) > 3
    for page in templates:
        named = re.findall(r"`([\w/-]+\.md)`", page.read_text("utf-8"))
        assert all((ROOT / file).is_file() for file in named), page
        commands = re.findall(r"`scrapy ([a-z]+)", page.read_text("utf-8"))
        assert set(commands) <= {*COMMANDS, "version"}, page


def test_the_pictures_are_small_and_all_are_shown() -> None:
    shown = [
        file
        for name in ("README.md", "README.fr.md")
        for alt, file in re.findall(r"!\[(.*?)\]\((.*?)\)", (ROOT / name).read_text("utf-8"))
        if alt
    ]
    there = sorted((ROOT / "docs/pictures").iterdir())
    assert sorted(ROOT / file for file in shown) == there
    assert max(picture.stat().st_size for picture in there) < pictures.MOST


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


COMMANDS = tables.commands()
OPTIONS = {
    name: {text for action in tables.options_of(name) for text in action.option_strings}
    for name in COMMANDS
}
SCRAPYS = {
    "--help",
    "--logfile",
    "--loglevel",
    "--nolog",
    "--profile",
    "--pidfile",
    "--set",
    "--pdb",
}
"""Options that every command has, by Scrapy."""


def test_every_command_option_and_argument_is_documented() -> None:
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    assert len(COMMANDS) > 10
    assert not [name for name in COMMANDS if f"`scrapy {name}" not in text]
    for name in set(COMMANDS) - {"crawl", "discover"}:  # theirs are Scrapy's
        assert not [o for o in OPTIONS[name] if not re.search(rf"`{name}` \\|.*`{o}[ `]", text)]
    assert not [name for name in arguments.ARGUMENTS if f"-a {name}=" not in text]
    ours = [name for name in vars(settings) if name.startswith("HUFFARCHIVE_")]
    assert ours
    assert not [name for name in ours if name not in (ROOT / "docs/settings.md").read_text("utf-8")]


@pytest.mark.parametrize("name", ["crawl", "discover"])
def test_the_help_names_every_argument(name: str) -> None:
    help_ = import_module(f"huffarchive.commands.{name}").Command().long_desc()
    assert set(re.findall(r"\b([a-z]+)=", help_)) == set(arguments.ARGUMENTS)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_a_page_tells_to_type_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    code = re.findall(r"(?ms)^```.*?^```$", text) + re.findall(
        r"`([^`\n]+)`|^ {4}(.*)$", text, re.M
    )
    lines = [
        line
        for found in code
        for block in ([found] if isinstance(found, str) else found)
        for line in block.splitlines()
    ]
    for line in lines:
        for call in re.split(r"[|;&#]", line):
            named = re.search(r"(?:^|[\s/(])scrapy ([a-z]+)(?=$|\s)(.*)", call)
            if named:
                name, rest = named.groups()
                assert name in {*COMMANDS, "list", "shell"}, line
                options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest))
                assert options <= OPTIONS.get(name, set()) | SCRAPYS, line
        for name in re.findall(r"-a (\w+)=", line):
            assert name in arguments.ARGUMENTS, line
    for name in re.findall(r"\bHUFFARCHIVE_[A-Z_]+\b", text):
        of_the_environment = ("HUFFARCHIVE_HOME", "HUFFARCHIVE_PYWB")  # the latter the tests' own
        assert hasattr(settings, name) or name in of_the_environment, name


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_programs_that_a_page_names_are_there(page: Path) -> None:
    """Paths from the top of the repository; on the page of the tree also those in the package."""
    text = page.read_text("utf-8")
    folders = r"(?:huffarchive|tests|docs|benchmarks|\.ci)"
    named = re.findall(rf"`({folders}/[\w./-]*\w/?)(?:::\w+)?`", text)
    if page.name == "architecture.md":
        named += re.findall(r"`([a-z]+(?:/\w+)*/\w+\.py)`", text)
    programs = re.findall(rf"(?:python|bash) (?:-m )?({folders}[\w./]*\w)", text)
    named += [p if "/" in p else p.replace(".", "/") for p in programs]
    for name in named:
        places = [
            root / f"{name}{end}"
            for root in (ROOT, ROOT / "huffarchive")
            for end in ("", ".py", "/__main__.py")
        ]
        assert any(place.exists() for place in places), name


def test_every_command_has_help_with_an_example() -> None:
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    for name in sorted(set(re.findall(r"`scrapy (\w+)", text))):
        done = scrapy(name, "--help")
        assert done.code == 0, (name, done.err)
        assert f"Example: scrapy {name}" in " ".join(done.out.split()), name


def test_what_the_docs_import_is_there() -> None:
    """Recipes for programs that the tests do not run name what is in this package."""
    found = []
    for page in PAGES:
        for module, names in re.findall(
            r"^ *from (huffarchive[\w.]*) import ([^;\n]+)", page.read_text("utf-8"), re.MULTILINE
        ):
            found += [(page.name, module, name.strip()) for name in names.split(",")]
    missing = [row for row in found if not hasattr(import_module(row[1]), row[2].split(" ")[0])]
    assert len(found) >= 5
    assert missing == []
