"""Addresses that pages and sitemaps name."""

import pytest

from huffarchive.reader.links import http_url


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://x.example/y", True),
        ("htTps://x.example/y", True),
        ("HTTP://x.example", True),
        ("https://é.example/ç d", True),
        ("http:xs[", False),
        ("http:\0\0xs[", False),
        ("http:///x y", False),
        ("http://[x y", False),
        ("ht\ntp://x.example/", False),
        ("https://x.example/" + 2048 * "y", False),
        ("ftp://x.example/", False),
    ],
)
def test_an_address_of_the_web(url: str, is_one: bool) -> None:
    assert http_url(url) == (url if is_one else None)
