"""What is asked for, and how: addresses that are spelt oddly, conditional requests."""

import shlex
import sqlite3

import pytest

from huffarchive.exits import Exit
from tests.e2e.conftest import options
from tests.kit.command import scrapy
from tests.politeness.server import Answer, Server, site

PAGE = f"https://www.huffpost.com/archive/qc/entry/x_qc_{0:024x}"


def crawl(server: Server, tmp_path, *more: str):
    urls = tmp_path / "urls.txt"
    urls.write_text(f"{PAGE}\n")
    return scrapy(
        "crawl", "huffpost_qc", "-a", f"site={server.url}", "-a", f"urls={urls}",
        *options(tmp_path), *more,
    )  # fmt: skip


def test_a_site_may_be_at_an_ipv6_address(tmp_path):
    with Server(site("", lambda path, nth: Answer(404)), host="::1") as server:
        result = crawl(server, tmp_path)
    assert result.code == Exit.DONE, result.err
    assert server.paths() == ["/robots.txt", f"/archive/qc/entry/x_qc_{0:024x}"]
    assert server.log[0].headers["Host"] == f"[::1]:{server.port}"


def test_a_site_of_ones_own_and_the_sample_need_no_contact(tmp_path, sample):
    with Server(site("", lambda path, nth: Answer(404))) as server:
        mirror = crawl(server, tmp_path)
    assert "HUFFARCHIVE_OPERATOR" not in mirror.err + mirror.out + sample.result.err


def test_raw_utf_8_in_a_location_is_escaped_once(tmp_path):
    to = f"/archive/qc/entry/été_qc_{0:024x}"

    def answer(path: str, nth: int) -> Answer:
        if "/x_qc_" in path:
            return Answer(301, headers={"Location": to.encode().decode("latin-1")})
        return Answer(404)

    with Server(site("", answer)) as server:
        result = crawl(server, tmp_path)
    assert result.code == Exit.DONE, result.err
    assert server.paths()[-1] == f"/archive/qc/entry/%C3%A9t%C3%A9_qc_{0:024x}"


def test_only_the_site_s_own_validators_are_sent_to_it(tmp_path):
    def answer(path: str, nth: int) -> Answer:
        body = f"<html><title>{nth}</title><p>Une page sans article.</p></html>".encode()
        return Answer(body=body, headers={"ETag": '"un"', "Content-Type": "text/html"})

    with Server(site("", answer)) as server:
        assert crawl(server, tmp_path).code == Exit.DONE
        ledger = sqlite3.connect(tmp_path / "output/qc/ledger.sqlite3")
        with ledger:  # as if another archive had given it
            assert ledger.execute("UPDATE capture SET source = 'wayback'").rowcount == 1
        assert crawl(server, tmp_path, "-a", "recrawl=0").code == Exit.DONE
        assert crawl(server, tmp_path, "-a", "recrawl=0").code == Exit.DONE
        kept = ledger.execute("SELECT source FROM capture ORDER BY id").fetchall()
        ledger.close()
    asked = [one.headers.get("If-None-Match") for one in server.log if one.path != "/robots.txt"]
    assert asked == [None, None, '"un"']
    assert kept == [("wayback",), ("mirror",), ("mirror",)]


@pytest.mark.slow
def test_a_304_that_nobody_asked_for_is_no_revisit(tmp_path):
    def answer(path: str, nth: int) -> Answer:
        page = Answer(headers={"ETag": '"un"', "Content-Type": "text/html"})
        return Answer(304, b"", page.headers) if nth else page

    with Server(site("", answer)) as server:
        assert crawl(server, tmp_path).code == Exit.DONE
        with sqlite3.connect(tmp_path / "output/qc/ledger.sqlite3") as ledger:
            ledger.execute("UPDATE capture SET source = 'wayback'")
        ledger.close()
        assert crawl(server, tmp_path, "-a", "recrawl=0").code == Exit.FAILURES


def test_sitemaps_that_are_not_read_are_named(tmp_path):
    named = [
        "{}/sitemaps/a.xml",
        "{}/plan-\x9b31m-été.xml",
        "https://elsewhere.example/sitemap.xml",
    ]

    def answer(path: str, nth: int) -> Answer:
        if path != "/robots.txt":
            return Answer(404)
        return Answer(
            body="".join(f"Sitemap: {n}\n" for n in named).format(*[server.url] * 2).encode()
        )

    with Server(answer) as server:
        result = scrapy(
            "discover", "huffpost_qc", "-a", f"site={server.url}", "-a", "source=sitemap",
            *options(tmp_path),
        )  # fmt: skip
    said = [line.split(": ")[-1] for line in result.err.splitlines() if "is not read" in line]
    assert said == [f"{server.url}/plan-\\x9b31m-été.xml", "https://elsewhere.example/sitemap.xml"]
    assert server.paths()[:2] == ["/robots.txt", "/sitemaps/a.xml"]
    (after,) = [line for line in result.out.splitlines() if "Next: " in line]
    words = shlex.split(after.removeprefix("Done. Next: "))
    assert words[:6] == ["scrapy", "crawl", "huffpost_qc", "-a", f"site={server.url}", "-s"]
    assert words[6].startswith("HUFFARCHIVE_")
