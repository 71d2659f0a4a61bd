"""An edition is a value. Its pages are read, and nobody else's are its own.

The folders beside this file are pages, each named by its edition's code and what it is.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.spider import iter_spider_classes

from huffarchive import spiders
from huffarchive.editions import EDITIONS
from huffarchive.editions.huffpost_ca import HUFFPOST_CA
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Message
from huffarchive.page import Page
from huffarchive.reader import read
from huffarchive.reading import Reading
from huffarchive.spiders import SPIDERS
from huffarchive.urls import Address, OutOfScope, identify

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/page.html"))


def reading(folder: Path) -> Reading:
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    message = Message.parse(head + (folder / "page.html").read_bytes())
    page = Page(meta["url"], datetime.fromisoformat(meta["captured_at"]), message)
    return read(page, EDITIONS[folder.name.partition("_")[0]])


def plain(value: Any) -> Any:
    return [*value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_its_pages_are_read(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    found = reading(folder)
    assert found.page_type == expected["page_type"]
    if "page_links" in expected:
        assert [*found.links] == expected["page_links"]
    for name, value in expected.get("text", {}).items():
        assert found.text is not None
        if name == "chrome_kinds":
            assert [piece.kind for piece in found.text.chrome] == value
        else:
            assert plain(getattr(found.text, name)) == value, name


@pytest.mark.parametrize("code", sorted(EDITIONS.keys() - {"qc"}))  # Quebec's: tests/pages
def test_there_are_pages(code: str) -> None:
    assert sum(folder.name.startswith(f"{code}_") for folder in FOLDERS) >= 4


def test_editions_that_share_a_host_never_share_a_page() -> None:
    hosts = [{(host.name, host.prefix) for host in edition.hosts} for edition in EDITIONS.values()]
    assert not set.intersection(*hosts)
    for edition in EDITIONS.values():
        for other in EDITIONS.values():
            if other is edition:
                continue
            for host in other.hosts:
                for path in (
                    "",
                    "entry/x_n_1",
                    "x_ca_5e450c22c5b671eafe1ee092",
                    "sitemap.xml",
                    "topic/x",
                ):
                    url = f"https://{host.name}{host.prefix}{path}"
                    assert isinstance(identify(url, edition), OutOfScope), (edition.code, url)


def test_what_a_host_has_for_all_is_everyones() -> None:
    for path in ("robots.txt", "sitemaps/sitemap-v1.xml", "sitemaps-huffingtonpost/sitemap.xml"):
        for edition in EDITIONS.values():
            assert isinstance(identify(f"https://www.huffpost.com/{path}", edition), Address)


def test_a_mark_is_no_edition() -> None:
    """Pieces that two editions shared keep the mark of the one that wrote them."""
    ident = "5e450c22c5b671eafe1ee092"
    shared = identify(f"https://www.huffpost.com/archive/qc/entry/x_ca_{ident}", HUFFPOST_QC)
    assert isinstance(shared, Address)
    assert str(shared.key) == f"qc:ca:{ident}"


def test_the_spider_is_its_name_and_its_edition() -> None:
    spider = SPIDERS["huffpost_ca"]
    assert spider.name == "huffpost_ca"
    assert spider.edition is HUFFPOST_CA is EDITIONS["ca"]
    assert set(iter_spider_classes(spiders)) == set(SPIDERS.values())
