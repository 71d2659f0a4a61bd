"""The server's answers, byte for byte: shapes, codings, failures that heal, dead links."""

import gzip
import re
import time
import zlib
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Message
from huffarchive.sample.catalogue import named
from huffarchive.sample.responses import GARBLED, Answers, Reply
from huffarchive.sample.site import DEAD, Site, dead_address
from huffarchive.urls import Address, identify
from tests.kit.gold import Golds, dead_ids

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
GZIP = {"accept-encoding": "gzip, deflate", "host": "127.0.0.1:1"}


@pytest.fixture
def answers(sample: Site) -> Answers:
    return Answers(sample)


def path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def ask(answers: Answers, target: str, method: str = "GET", **headers: str) -> Message:
    sent = {**GZIP, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Message.parse(answers.respond(method, target, sent, NOW))


def test_a_reply_is_what_it_says_to_the_byte() -> None:
    reply = Reply(200, "OK", (("X-a", "1"), ("x-A", "2")), b"bonjour")
    assert (
        reply.wire() == b"HTTP/1.1 200 OK\r\nX-a: 1\r\nx-A: 2\r\nContent-Length: 7\r\n\r\nbonjour"
    )
    assert reply.wire(head_only=True).endswith(b"Content-Length: 7\r\n\r\n")
    chunked = Reply(200, "", (), b"x" * 97, chunked=True, trailer=True).wire()
    assert chunked.startswith(b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n")
    assert b";part=corps\r\n" in chunked
    assert re.search(rb"\r\n0\r\nX-Checksum: [0-9a-f]{8}\r\n\r\n$", chunked)
    assert Message.parse(chunked).entity == b"x" * 97
    assert Reply(304, "Not Modified").wire() == b"HTTP/1.1 304 Not Modified\r\n\r\n"


def test_an_article_answers_the_same_under_all_its_addresses(
    sample: Site, answers: Answers
) -> None:
    odd = {*sample.oddities.failing, *sample.oddities.redirected}
    for number in [n for n in range(0, 340, 17) if n not in odd]:
        gold = Golds(sample)[str(sample.register.entry(number).key)]
        pages = {ask(answers, path(url)).content for url in gold.aliases}
        assert len(pages) == 1
        assert sample.markup(sample.register.entry(number)).encode() in pages


def test_every_known_address_is_answered_sensibly(sample: Site, answers: Answers) -> None:
    kinds: Counter[str] = Counter()
    for url in HUFFPOST_QC.known_urls():
        address = identify(url, HUFFPOST_QC)
        assert isinstance(address, Address)
        message = ask(answers, path(url))
        assert message.status == 200, url
        kinds["article" if address.key.is_article else address.key.kind] += 1
        if address.key.is_article:
            headline = Golds(sample)[str(address.key)].headline
            text = message.content.decode().replace("&amp;", "&").replace("&#x27;", "'")
            assert headline in text
        elif address.key.kind == "feed":
            assert ET.fromstring(message.content).tag == "rss"
        else:
            assert b'og:type" content="blog"' in message.content
    assert kinds == {"article": 79, "topic": 31, "author": 2, "feed": 1, "home": 3}


def test_bodies_come_in_every_coding_and_unpack_to_the_page(sample: Site, answers: Answers) -> None:
    codings: Counter[tuple[str, bool]] = Counter()
    odd = {*sample.oddities.failing, *sample.oddities.redirected}
    for number, url in enumerate(sample.plain_urls()):
        if number in odd or number > 130:
            continue
        message = ask(answers, path(url))
        coding = message.header("content-encoding") or "identity"
        codings[coding, message.chunked] += 1
        assert message.content == sample.markup(sample.register.entry(number)).encode()
        if not message.chunked:
            assert message.header("content-length") == str(len(message.body))
    assert set(codings) == {
        ("gzip", False), ("gzip", True), ("identity", False), ("identity", True), ("deflate", False),
    }  # fmt: skip
    plain = answers.respond("GET", path(next(sample.plain_urls())), {}, NOW)
    assert Message.parse(plain).header("content-encoding") is None


def test_headers_are_odd_here_and_there(sample: Site, answers: Answers) -> None:
    heads = []
    for number, url in enumerate(sample.plain_urls()):
        if number < 130:
            heads.append(answers.respond("HEAD", path(url), GZIP, NOW))
    whole = b"".join(heads)
    assert b"\r\ncontent-type: text/html" in whole
    assert b"\r\nCONTENT-TYPE: text/html" in whole
    assert b"\r\ncONTENT-tYPE: text/html" in whole
    assert b"X-sErVeD-bY: cache-\xe9\xe0\xfc-01" in whole
    assert b"X-Cache: MISS\r\nX-Cache: HIT, HIT\r\n" in whole
    assert b"HTTP/1.1 200 \r\n" in whole


def test_validators_are_honoured(sample: Site, answers: Answers) -> None:
    strong, weak, dated = 2, 4, 3
    urls = list(sample.plain_urls())
    for number in (strong, weak):
        tag = ask(answers, path(urls[number])).header("etag")
        assert tag is not None
        assert tag.startswith("W/") == (number == weak)
        again = ask(answers, path(urls[number]), if_none_match=f'"x", {tag}')
        assert (again.status, again.body, again.header("etag")) == (304, b"", tag)
        assert ask(answers, path(urls[number]), if_none_match='"x"').status == 200
    changed = ask(answers, path(urls[dated])).header("last-modified")
    assert changed is not None
    assert ask(answers, path(urls[dated]), if_modified_since=changed).status == 304
    assert (
        ask(answers, path(urls[dated]), if_modified_since="Sun, 01 Jan 2006 00:00:00 GMT").status
        == 200
    )
    assert ask(answers, path(urls[dated]), if_modified_since="hier").status == 200


def test_failures_heal_at_the_second_request(sample: Site, answers: Answers) -> None:
    seen = {}
    urls = list(sample.plain_urls())
    for number, form in sample.oddities.failing.items():
        first, second = ask(answers, path(urls[number])), ask(answers, path(urls[number]))
        seen[form] = (first.status, first.header("retry-after"))
        assert second.status in (200, 304)
        assert ask(Answers(sample), path(urls[number])).status == first.status, "per server"
    later = seen.pop("429-date")[1]
    assert later is not None
    assert (parsedate_to_datetime(later) - NOW).total_seconds() == 2
    assert seen == {"500": (500, None), "428": (428, "1"), "429-seconds": (429, "1")}


def test_old_addresses_lead_to_the_archive(sample: Site, answers: Answers) -> None:
    for number, form in sample.oddities.redirected.items():
        key = sample.register.entry(number).key
        old = Golds(sample)[str(key)].aliases[0]
        trail = []
        target = path(old)
        for _ in range(4):
            message = ask(answers, target)
            if message.status == 200:
                break
            where = message.header("location")
            assert where is not None
            trail.append((message.status, where.split("/")[0] + "//" if "//" in where else "/"))
            target = path(where)
            assert named(target) == (key.kind, key.id)
        assert message.status == 200
        assert target.startswith("/archive/qc/entry/")
        assert (
            trail
            == {
                "path": [(301, "/")],
                "own-host": [(302, "http://")],
                "chain": [(302, "/"), (301, "/")],
                "real-host": [(301, "https://")],
            }[form]
        )


def test_dead_links_are_dead(sample: Site, answers: Answers) -> None:
    found = {}
    for (kind, ident), reason in DEAD.items():
        message = ask(answers, path(dead_address(kind, ident)))
        found[ident] = (message.status, message.header("location"))
        assert f"qc:{kind}:{ident}" not in Golds(sample)
        assert dead_ids()[f"qc:{kind}:{ident}"] == reason
    assert found.pop("22999990")[0] == 301
    assert found == {
        "1999990": (404, None),
        "2999990": (410, None),
        "3999990": (302, "/archive/qc/?err_code=404"),
        "4999990": (200, None),
        "5999990": (301, "https://www.huffpost.com/"),
    }
    assert b"introuvable" in ask(answers, "/archive/qc/?err_code=404").content
    assert ask(answers, "/rien").status == 404
    assert ask(answers, "/", "POST").status == 405


def test_robots_and_sitemaps_name_every_article_that_they_should(
    sample: Site, answers: Answers
) -> None:
    robots = ask(answers, "/robots.txt").content.decode()
    for line in ("Crawl-delay: 0.02", "Disallow: /*?*page=", "Disallow: /*?*err_code=404"):
        assert line in robots.splitlines()
    queue = re.findall(r"Sitemap: (\S+)", robots)
    assert len(queue) == 3
    sizes, listed = [], set()
    while queue:
        url = queue.pop(0)
        body = ask(answers, path(url)).content
        if url.endswith(".gz"):
            assert body[:2] == b"\x1f\x8b"
            body = gzip.decompress(body)
        root = ET.fromstring(body)
        found = [e.text or "" for e in root.iter() if e.tag.endswith("}loc")]
        if root.tag.endswith("}sitemapindex"):
            queue += found
            continue
        sizes.append(len(found))
        for loc in found:
            address = identify(loc, HUFFPOST_QC)
            if isinstance(address, Address) and address.key.is_article:
                assert str(address.key) not in listed
                listed.add(str(address.key))
    assert 1 in sizes
    assert listed >= {f"qc:{k}:{i}" for k, i in list(DEAD)[:3]}
    missing = set(Golds(sample)) - listed
    assert 20 < len(missing) < 80
    topics = b"".join(
        ask(answers, f"/news/{name}/").content
        for name in ("nouvelles", "politique", "quebec-international", "economie", "divertissement",
                     "style-de-vie", "blogues", "sports")
    ).decode()  # fmt: skip
    for ident in missing:
        assert f"_{ident.split(':')[1]}_{ident.split(':')[2]}" in topics or (
            f"/entry/{ident.split(':')[2]}" in topics
        ), ident


def test_one_topic_is_not_utf8_and_pagination_is_offered(answers: Answers) -> None:
    body = ask(answers, f"/archive/qc/topic/{GARBLED}").content
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    assert b"?page=2" in body
    assert b"HuffPost Canada" in body
    ask(answers, "/archive/qc/topic/alep").content.decode("utf-8")


def test_a_raw_client_reads_several_answers_on_one_connection(sample: Site, wire) -> None:
    urls = [path(url) for url in sample.plain_urls()][:7]
    for target in urls:
        raw = wire.ask(target, "Accept-Encoding: gzip, deflate")
        number = urls.index(target)
        assert Message.parse(raw).content == sample.markup(sample.register.entry(number)).encode()
    assert wire.ask(urls[0], method="HEAD").endswith(b"\r\n\r\n")
    tag = Message.parse(wire.ask(urls[2])).header("etag")
    assert b" 304 " in wire.ask(urls[2], f"If-None-Match: {tag}").split(b"\r\n")[0]


def test_pages_weigh_what_is_asked() -> None:
    heavy = Site(articles=2000, weight=90)
    sizes = [len(heavy.markup(heavy.register.entry(n)).encode()) for n in range(100, 160)]
    assert min(sizes) >= 60_000
    assert max(sizes) < 125_000
    packed = [
        len(zlib.compress(heavy.markup(heavy.register.entry(n)).encode())) for n in (101, 102)
    ]
    assert min(packed) > 12_000


def test_a_large_archive_is_made_page_by_page() -> None:
    large = Answers(Site(articles=100_000))
    began = time.process_time()
    entry = large.site.register.entry(99_999)
    url = Golds(large.site)[str(entry.key)].aliases[-2]
    assert ask(large, path(url)).status == 200
    index = ask(large, "/sitemaps/sitemap-v1.xml").content
    assert index.count(b"<sitemap>") == 51
    assert time.process_time() - began < 5
