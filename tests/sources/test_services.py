"""Addresses of the services: what is asked, under which limit, and which files may be asked for."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.politeness.limits import LIMITS, limit_of
from huffarchive.sources import QUERIES, SOURCES
from huffarchive.sources.commoncrawl import CommonCrawl, file_is_safe
from huffarchive.sources.memento import Memento
from huffarchive.sources.source import is_query
from huffarchive.sources.wayback import Wayback

FILE = "crawl-data/CC-MAIN-2022-05/segments/1/warc/x.warc.gz"
CAPTURE = Memento("", "20150101000000", "http://a.example/", 200, "", "", 9, FILE, 0)


def test_a_query_asks_for_pages_and_revisits_and_a_key_to_go_on() -> None:
    first, *_ = SOURCES["wayback"].queries(HUFFPOST_QC)
    query = parse_qs(urlsplit(first.url).query)
    assert query["url"] == ["quebec.huffingtonpost.ca/*"]
    assert query["filter"] == ["statuscode:200|-", "mimetype:text/html|warc/revisit"]
    assert query["showResumeKey"] == ["true"]
    assert is_query(first.key)
    assert first.key.kind in QUERIES["wayback"]
    assert not first.key.is_article
    assert Request(first.url).url == first.url  # Scrapy changes nothing


@pytest.mark.parametrize("source", ["wayback", "commoncrawl"])
def test_every_part_of_the_edition_is_asked_for(source: str) -> None:
    asked = [a.url for a in SOURCES[source].queries(HUFFPOST_QC)]
    if source == "wayback":
        assert [parse_qs(urlsplit(url).query)["url"][0] for url in asked] == [
            "quebec.huffingtonpost.ca/*",
            "m.quebec.huffingtonpost.ca/*",
            "m.huffpost.com/qc/*",
            "www.huffpost.com/archive/qc/*",
        ]
    else:
        assert asked == ["https://index.commoncrawl.org/collinfo.json"]


def test_the_real_services_are_under_their_limits_whatever_names_them() -> None:
    wayback, crawl = Wayback(), CommonCrawl()
    urls = {
        wayback.cdx(HUFFPOST_QC, "x/*").url: "wayback_cdx",
        wayback.request(CAPTURE)[0]: "wayback_pages",
        crawl.extent(HUFFPOST_QC, "CC-MAIN-2022-05", "x/*").url: "commoncrawl_index",
        crawl.request(CAPTURE)[0]: "commoncrawl_data",
    }
    for url, name in urls.items():
        asked = [source for source in SOURCES.values() if source.asks(url)]
        assert [source.name for source in asked] == [name.split("_")[0]]
        assert asked[0].limit(url) == name
        assert limit_of(url) is LIMITS[name]
    for other in ("https://web.archive.org/save/x", "https://www.huffpost.com/"):
        assert not [source for source in SOURCES.values() if source.asks(other)]


@pytest.mark.parametrize(
    "name",
    [
        "../x.warc.gz",
        "/etc/x.warc.gz",
        "a/../../x.warc.gz",
        "https://elsewhere.example/x.warc.gz",
        "//elsewhere.example/x.warc.gz",
        "//[elsewhere/x.warc.gz",
        "a/%2e%2e/x.warc.gz",
        "a//x.warc.gz",
        "x?y=.warc.gz",
        "crawl-data/x.warc",
        "crawl-data/\r\nx.warc.gz",
        "crawl-data/\u202ex.warc.gz",
        "x" * 600 + ".warc.gz",
        "",
    ],
)
def test_names_that_are_not_asked_for(name: str) -> None:
    assert not file_is_safe(name)


@given(st.text() | st.text().map(lambda text: f"{text}.warc.gz"))
def test_a_safe_name_stays_on_its_host(name: str) -> None:
    assert file_is_safe(FILE)
    if file_is_safe(name):
        parts = urlsplit(Request(CommonCrawl().request(replace(CAPTURE, file=name))[0]).url)
        assert (parts.scheme, parts.netloc) == ("https", "data.commoncrawl.org")
        assert ".." not in parts.path.split("/")
