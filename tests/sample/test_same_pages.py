"""The sample is the same bytes from one version to the next: tests and figures rest on it.

A digest that changes on purpose is written anew from what the failing test shows.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from huffarchive.sample.responses import Answers
from huffarchive.sample.site import Site, site
from tests.kit.gold import Golds

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def pages() -> Iterator[str]:
    """Every article of the default sample, and of a heavy one with other dice."""
    for url, markup in (*site().pages(), *Site(7, 130, 40).pages()):
        yield f"{url}\n{markup}"


def corrected() -> Iterator[str]:
    """Every 17th article after its correction, long after the packaged ones too."""
    sample = Site(articles=5000)
    for number in range(0, 5000, 59):
        yield sample.markup(sample.register.entry(number), corrected=True)


def others() -> Iterator[str]:
    """What else the server answers."""
    answers = Answers(site())
    paths = (
        "/", "/feeds/verticals/qc.xml", "/archive/qc/static/frequently-asked-question", "/nowhere",
        "/news/politique/", "/archive/qc/topic/alep", "/archive/qc/topic/attaque-du-13-novembre",
        "/news/quebec-international/", "/author/lea-roy/", "/archive/qc/author/lea-roy",
        "/tag/sports/2", "/archive/qc/?err_code=404", "/robots.txt", "/sitemaps/sitemap-v1.xml",
        "/sitemaps/sections.xml", "/sitemaps-huffingtonpost/sitemap.xml",
        "/sitemaps/qc-sitemap-0.xml", "/sitemaps/qc-sitemap-2.xml", "/sitemaps/qc-sitemap-une.xml",
        "/archive/qc/entry/une-page-disparue_n_1999990",
        "/archive/qc/entry/x_b_3999990", "/archive/qc/entry/x_a_22999990",
        "/asset/00ff.jpeg", "/asset/01ff.jpeg",
    )  # fmt: skip
    for path in paths:
        yield answers.respond("GET", path, {}, NOW).decode("latin-1")
    for url in [*site().plain_urls()][:60]:
        path = "/" + url.split("/", 3)[3]
        for method in ("GET", "HEAD"):
            yield answers.respond(method, path, {}, NOW).decode("latin-1")


def gold() -> Iterator[str]:
    """What is meant by every page."""
    for ident, meant in Golds(site()).items():
        yield ident + json.dumps(asdict(meant), ensure_ascii=False)


@pytest.mark.parametrize(
    ("made", "digest"),
    [
        (pages, "2351d7e466cb4e6c"),
        (corrected, "e1c7c9437e86990b"),
        (others, "a5248f619c21c0c4"),
        (gold, "3eb1073795d41cd9"),
    ],
)
def test_the_sample_is_the_same_to_the_byte(made: Callable[[], Iterator[str]], digest: str) -> None:
    found = sha256("\0".join(made()).encode()).hexdigest()
    assert found[:16] == digest
