"""Odd spellings of real URLs, and what must hold for each: `python tests/fuzz/urls.py 100000`."""

import random
import sys
import time
from urllib.parse import quote

from huffarchive.editions import EDITIONS
from huffarchive.editions.edition import Edition
from huffarchive.urls import MAX_URL, Address, OutOfScope, PageKey, identify

PICTURES = (
    "https://img.huffingtonpost.com/asset/5cd4d0ae2300005700bc2a8d.jpeg?ops=scalefit_720_noupscale&cache=x",
    "http://i.huffpost.com/gen/1234567/thumbs/o-MANIFESTATION-570.jpg?6",
)
SEEDS = tuple(url for edition in EDITIONS.values() for url in edition.known_urls())
MUTATED = (*SEEDS, *PICTURES * 20)
REASONS = {"too_long", "malformed", "scheme", "credentials", "host", "port", "edition", "shape"}
SHARED = {"robots", "sitemap", "image"}
"""Kinds of page that a host has for all its editions."""
_BITS = (
    "http://", "https://", "http:/", "HTTP://", "//", "/", "\\", "..", "/../", "/./", "%2e%2e", "%2F", "%252F",
    "%5c", "%00", "%0a", "%", "%zz", "%u00e9", "?", "#", "&page=2", "?page=４", ";", "@", "user:pw@", ":80", ":443",
    ":99999", ":", "[::1]", "[", "]", ".html", ".html.html", "/amp", "/amp/", "_n_1", "_n_000123", "_b_２",
    "_qc_5CCC6223E4B03B38D6933D24", "_n_5ccc6223e4b03b38d6933d24", "_ca_", "/archive/ca/", "/archive/qc/", "/qc/",
    "/entry/", "evil.example", "127.0.0.1", "xn--qubec-csa.ca", "québec", "ｑuebec", "K", "\ud800", "\x00", "\x7f",
    "\t", "\r\n", " ", "\u2028", "\u202e", "é", "%C3%A9", "%E9", "😀", "http%3A%2F%2F", "http%253A%252F%252F",
    "https:///", "javascript:", "data:,", "mailto:", "err_code=404", "?page=4&page=5", "a" * 300,
)  # fmt: skip


def spelling(dice: random.Random) -> str:
    """One odd URL."""
    if dice.random() < 0.05:
        return "".join(
            chr(dice.choice((dice.randrange(128), dice.randrange(0x110000)))) for _ in range(40)
        )
    text = dice.choice(MUTATED)
    for _ in range(dice.randrange(1, 6)):
        throw = dice.randrange(10)
        here, there = sorted(dice.randrange(len(text) + 1) for _ in range(2))
        if throw < 4:
            text = text[:here] + dice.choice(_BITS) + text[here:]
        elif throw == 4:
            text = text[:here] + text[there:]
        elif throw == 5:
            text = text[:here] + text[here:there].swapcase() + text[there:]
        elif throw == 6:
            text = text[:here] + quote(text[here:there], safe="", errors="replace") + text[there:]
        elif throw == 7:
            text = dice.choice(MUTATED) + dice.choice(("/", "", "?u=", "//")) + text
        elif throw == 8:
            text = text[:here] + chr(dice.randrange(0x110000)) + text[here + 1 :]
        else:
            text = quote(text, safe=dice.choice(("", "/:", "/")), errors="replace")
    return text


def check(url: str, edition: Edition) -> Address | None:
    """What must hold for any text at all; the address, where it is one."""
    found = identify(url, edition)
    if isinstance(found, OutOfScope):
        assert found.reason in REASONS
        return None
    assert identify(found.url, edition) == found, "not idempotent"
    assert len(found.url) <= MAX_URL
    assert found.url.isascii()
    assert found.url.isprintable()
    assert not set(found.url) & set(' \\"<>#^`{|}')
    assert PageKey.parse(str(found.key)) == found.key
    assert found.key.edition == edition.code
    host, _, path = found.url.partition("://")[2].partition("/")
    assert ".." not in path.partition("?")[0].split("/")
    places = edition.pictures if found.key.is_picture else edition.hosts
    held = any(h.name == host and h.holds(f"/{path.partition('?')[0]}") for h in places)
    assert held or found.key.kind in SHARED - {"image"}
    return found


def fuzz(count: int, seed: int = 2021) -> dict[str, int]:
    """Check so many odd URLs under every edition; how many were pages, and how many were not."""
    dice = random.Random(seed)
    pages = 0
    for _ in range(count):
        url = spelling(dice)
        try:
            found = [address for edition in EDITIONS.values() if (address := check(url, edition))]
            assert len(found) <= 1 or {a.key.kind for a in found} <= SHARED, "two editions"
        except Exception as error:
            error.add_note(f"of {url!r}")
            raise
        pages += bool(found)
    return {"urls": count, "pages": pages, "out of scope": count - pages}


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    began = time.perf_counter()
    print(fuzz(number), f"no exception, {time.perf_counter() - began:.1f} s")
