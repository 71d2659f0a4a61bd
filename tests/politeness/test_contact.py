"""Who runs a crawl: what reaches nobody is said first and last."""

import pytest
from scrapy.settings import Settings

from huffarchive.crawl.arguments import CrawlArguments, sources_of
from huffarchive.crawl.spider import _asks_strangers
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.politeness.limits import missing_contact

NOBODY = [
    None, "", "  ", "https://example.org/about-this-crawl", "http://www.example.com", "EXAMPLE.NET",
    "me@example.org", "mailto:me@lab.example", "https://crawler.test:8080/", "nobody@here.invalid",
    "http://localhost/", "root@localhost", "https://x.localhost/?a",
]  # fmt: skip
SOMEBODY = [
    "https://archives.example-library.ca/crawl", "marie@universite.ca", "+1 514 555 0100",
    "https://latest.org/", "https://example.org.library.ca/", "https://contest.ca/example.org.html",
    "Bibliothèque, équipe du Web",
]  # fmt: skip


@pytest.mark.parametrize("operator", NOBODY)
def test_a_contact_that_reaches_nobody_is_named_with_what_to_add(operator: str | None) -> None:
    said = missing_contact(operator)
    assert said is not None
    assert "-s HUFFARCHIVE_OPERATOR=" in said
    assert (ascii(operator.strip()) in said) if operator and operator.strip() else True


@pytest.mark.parametrize("operator", SOMEBODY)
def test_a_contact_is_taken(operator: str) -> None:
    assert missing_contact(operator) is None


def test_what_is_typed_reaches_no_terminal_as_it_is() -> None:
    assert "\x1b" not in str(missing_contact("\x1b[31mexample.org"))


@pytest.mark.parametrize(
    ("arguments", "settings", "asked"),
    [
        ({}, {}, True),
        ({"source": "live,wayback"}, {}, True),
        ({"source": "wayback"}, {"HUFFARCHIVE_WAYBACK_URL": "http://127.0.0.1:8000"}, False),
        ({"source": "live", "site": "http://mirror.lan:80"}, {}, False),
        ({"source": "live,commoncrawl", "site": "http://mirror.lan:80"}, {}, True),
        ({"source": "sample"}, {}, False),
    ],
)
def test_servers_of_others_want_a_contact(arguments, settings, asked) -> None:
    job = CrawlArguments.parse(HUFFPOST_QC, arguments, discover=False)
    known = Settings()
    known.setmodule("huffarchive.settings")
    known.update(settings)
    assert _asks_strangers(job, sources_of(known, job)) is asked
