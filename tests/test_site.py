"""The documentation as a site: built strict, searchable, and it asks no other host for anything."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def articles(site: Path) -> list[tuple[Path, html.HtmlElement]]:
    found = [(page, html.parse(page).getroot().find(".//article")) for page in site.rglob("*.html")]
    return [(page, article) for page, article in found if page.name != "404.html"]


def test_every_page_and_link_of_the_repository_is_there(site: Path) -> None:
    pages = {page.resolve() for page, _ in articles(site)}
    reached, new = set(), [site / "index.html"]
    while new:
        page = new.pop().resolve()
        if page in reached or page.suffix != ".html":
            continue
        assert page in pages, page
        reached.add(page)
        links = [a.get("href") for a in html.parse(page).getroot().find(".//article").iter("a")]
        here = [link.partition("#")[0] for link in links if link and not re.match(r"[a-z]+:", link)]
        assert all((page.parent / link).exists() for link in here), page
        new += [page.parent / link for link in here if link]
    assert pages - reached == set()


def test_nothing_of_markdown_is_left_in_what_is_read(site: Path) -> None:
    for page, article in articles(site):
        for element in article.xpath(".//*[self::p or self::li or self::td]"):
            text = "".join(element.xpath(".//text()[not(ancestor::code)]"))
            assert not re.search(r"\|.*\|.*\||^- |```|\]\(|\*\*|<!--|^#", text), (page.name, text)
        source = ROOT / "docs" / page.relative_to(site).with_suffix(".md")
        if source.exists():
            rows = re.sub(r"(?ms)^```.*?^```$", "", source.read_text("utf-8"))
            assert len(article.findall(".//tr")) == len(re.findall(r"^\|(?! ?:?-)", rows, re.M)), (
                page
            )


def test_it_asks_no_other_host(site: Path) -> None:
    for page in site.rglob("*.html"):
        for element in html.parse(page).getroot().iter("script", "link", "img", "iframe", "source"):
            for name in ("src", "href", "srcset"):
                assert not re.match(r"(https?:)?//", element.get(name) or ""), (
                    page,
                    element.attrib,
                )
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\W*(https?:)?//", sheet.read_text("utf-8")), sheet


def test_it_can_be_searched_for_what_pages_say(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    words = {doc["location"]: doc["text"] for doc in index["docs"]}
    assert set(index["config"]["lang"]) == {"en", "fr"}
    assert any("HUFFARCHIVE_MIN_FREE" in text for at, text in words.items() if "settings" in at)
    assert any("dépêches" in text for at, text in words.items() if "index.fr" in at)
