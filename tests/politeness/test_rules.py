import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.politeness.robots import MAX_BYTES, SLOW, RobotsRules

REFUSED = "User-agent: *\nDisallow: /no\n"
REAL = b"""User-agent: *
Crawl-delay: 4
Disallow: /*?*page=
Disallow: /member
Disallow: /search
User-agent: GPTBot
Disallow: /
Sitemap: https://www.huffpost.com/sitemaps/sitemap-v1.xml
Sitemap: https://www.huffpost.com/sitemaps/sections.xml
"""
SITE = "https://www.huffpost.com"


def test_the_site_s_own_rules():
    rules = RobotsRules.parse(REAL)
    assert rules.state == "rules"
    assert rules.crawl_delay == 4
    assert rules.sitemaps == (
        f"{SITE}/sitemaps/sitemap-v1.xml",
        f"{SITE}/sitemaps/sections.xml",
    )
    assert rules.allowed(f"{SITE}/archive/qc/entry/x_n_1")
    assert not rules.allowed(f"{SITE}/archive/qc/topic/x?page=2")
    assert not rules.allowed(f"{SITE}/search")


@pytest.mark.parametrize(
    ("body", "allowed", "delay"),
    [
        ("", True, None),
        ("User-agent: *\nDisallow: /", False, None),
        ("User-agent: *\nDisallow:", True, None),
        ("User-agent: huffarchive\nDisallow: /\nUser-agent: *\nAllow: /", False, None),
        ("User-agent: *\nDisallow: /\n\nUser-agent: HuffArchive/2.0\nCrawl-delay: 2", True, 2),
        ("User-agent: other\nUser-agent: huffarchive # us\nDisallow: /", False, None),
        ("user agent : *\nDisallow: /", False, None),
        ("user-agent *\ndisallow /", False, None),
        ("User-agent: huff\nDisallow: /", True, None),
        ("User-agent: nothuffarchive\nDisallow: /", True, None),
        ("User-agent: *\nCrawl-delay: -1", True, SLOW),
        ("User-agent: *\nCrawl-delay: inf", True, SLOW),
        ("User-agent: *\nCrawl-delay: nan", True, SLOW),
        ("User-agent: *\nCrawl-delay: 1e400", True, SLOW),
        ("User-agent: *\nCrawl-delay: 0.5", True, 0.5),
        ("\ufeffUser-agent: *\nDisallow: /", False, None),
        ("<!DOCTYPE html>\n<p>User-agent: *\nDisallow: /\n", True, None),
        ("<br />\n<b>Warning</b>: a\nUser-agent: *\nCrawl-delay: 4\nDisallow: /\n", False, 4),
        ("<!-- ours -->\nUser-agent: *\nDisallow: /\n", False, None),
    ],
)
def test_what_is_allowed(body, allowed, delay):
    rules = RobotsRules.parse(body.encode())
    assert rules.allowed("https://example.org/a") is allowed
    assert rules.crawl_delay == delay


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("2s", 2), ("2 s", 2), ("1,5", 1.5), ("1.5 sec.", 1.5), ("10 seconds", 10), (".5s", 0.5),
        ("10 secondes # lent", 10), ("500ms", 0.5), ("2 min", 120), ("1 hour", 3600), ("7.", 7),
        ("slow", SLOW), ("ten", SLOW), ("1.000.000", SLOW), ("5-10", SLOW), ("1 fortnight", SLOW),
        ("", None), ("# nothing", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Crawl-delay:", "crawl-delay :", "CRAWL-DELAY "])
def test_the_forms_of_a_crawl_delay(name, given, seconds):
    rules = RobotsRules.parse(f"User-agent: *\n{name} {given}\nDisallow: /x\n".encode())
    assert rules.crawl_delay == seconds
    assert not rules.allowed("https://example.org/x")


def test_an_unreadable_crawl_delay_is_told(caplog):
    RobotsRules.parse("User-agent: *\nCrawl-delay: à\x9b31m l’aise\u202e\n".encode())
    assert "Crawl-delay: à\\x9b31m l’aise\\u202e cannot be read" in caplog.text


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "cp1252"])
@pytest.mark.parametrize("word", ["é", "été", "a/œuvre", "Ÿ"])
def test_letters_close_what_they_name_and_nothing_else(charset, word):
    try:
        raw = word.encode(charset)
    except UnicodeEncodeError:
        pytest.skip("the charset has no such letter")
    rules = RobotsRules.parse(b"User-agent: *\nDisallow: /" + raw + b"\nDisallow: /no\n")
    for there in (word.encode(), raw):
        assert not rules.allowed(f"https://example.org/{quote(there)}/1")
    for there in ("/", "/a", "/e", "/a/x"):
        assert rules.allowed(f"https://example.org{there}")
    assert not rules.allowed("https://example.org/no")


def test_letters_of_an_allow_open_nothing_else():
    rules = RobotsRules.parse(b"User-agent: *\nDisallow: /\nAllow: /\xe9\n")
    assert not rules.allowed("https://example.org/a")
    assert rules.allowed("https://example.org/%E9")


def test_utf16_is_read_by_its_mark():
    body = "User-agent: *\nDisallow: /é".encode("utf-16")
    assert not RobotsRules.parse(body).allowed("https://example.org/%C3%A9")


@pytest.mark.parametrize(
    "body",
    [
        *(REFUSED.encode(name) for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")),
        *(f"\ufeff{REFUSED}".encode(name) for name in ("utf-16-le", "utf-16-be", "utf-32-le")),
        f"\ufeff\ufeff{REFUSED}".encode(),
        REFUSED.replace("\n", "\0\n").encode(),
        REFUSED.replace("\n", "\r").encode(),
    ],
)
def test_marks_and_zeros_hide_no_rule(body):
    rules = RobotsRules.parse(body)
    assert not rules.allowed("https://example.org/no")
    assert rules.allowed("https://example.org/yes")


def test_the_states():
    assert RobotsRules("open").allowed("https://example.org/")
    assert not RobotsRules("closed").allowed("https://example.org/")
    assert RobotsRules.parse(b" <html>Disallow: /").allowed("https://example.org/")


def test_what_is_beyond_the_bound_is_ignored_and_no_rule_is_halved():
    head = b"User-agent: *\nDisallow: /no\n"
    filler = b"#" * (MAX_BYTES - len(head) - len(b"\nDisallow: /s")) + b"\n"
    rules = RobotsRules.parse(head + filler + b"Disallow: /secret\nDisallow: /late\n")
    assert not rules.allowed("https://example.org/no")
    # Cut in the bound's middle it would have read "Disallow: /s".
    assert rules.allowed("https://example.org/story")
    assert rules.allowed("https://example.org/late")


@pytest.mark.parametrize(("over", "said"), [(-1, False), (0, False), (1, True), (MAX_BYTES, True)])
@pytest.mark.parametrize("delay", ["", "Crawl-delay: soon\n"])
def test_a_bound_that_cuts_says_so(over: int, said: bool, delay: str) -> None:
    body = f"User-agent: *\n{delay}Disallow: /no\n".encode()
    rules = RobotsRules.parse(body.ljust(MAX_BYTES + over, b"#"))
    assert ("are read" in rules.detail) is said
    assert (f"of {MAX_BYTES + over:,} bytes" in rules.detail) is said
    assert ("Crawl-delay" in rules.detail) is bool(delay)


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"User-agent: b{n}\n" for n in range(20_000)) + "Disallow: /x\n" * 12_000,
        "User-agent: *\n" + "".join(f"Disallow: /x{n}*y{n}*z\n" for n in range(20_000)),
        "User-agent: *\nDisallow: /" + "*a" * 200_000 + "b$",
        "User-agent:" + " " * 400_000 + "\n",
        "user" + " " * 400_000 + "x\n",
    ],
)
def test_hostile_rules_cost_little_time(body):
    began = time.process_time()
    rules = RobotsRules.parse(body.encode())
    rules.allowed("https://example.org/" + "a" * 2000)
    assert time.process_time() - began < 3


@given(st.binary(), st.text(max_size=50))
def test_total(body, path):
    rules = RobotsRules.parse(b"User-agent: *\n" + body)
    assert rules.allowed("https://example.org/" + path) in (True, False)
    assert rules.crawl_delay is None or rules.crawl_delay >= 0
