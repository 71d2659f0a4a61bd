"""Sitemaps through the real crawl: of each, cut where it may be, every page or a reason."""

import gzip
import zlib
from pathlib import Path

import pytest

from tests.e2e.scripted import BASE, Answer, Site, path

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">'
)
MORE = (
    "<image:image><image:loc>https://img.huffingtonpost.com/{0}.jpg</image:loc></image:image>"
    '<xhtml:link rel="alternate" hreflang="fr" href="https://www.huffpost.com/{0}"/>'
)
NEWS = (
    "<news:news><news:publication><news:name>HuffPost</news:name></news:publication>"
    "<news:title>Un titre assez long pour qu’il compte</news:title></news:news>"
)
FORMS = {"plain": 0, "one": 1, "several": 5}
"""Members of gzip."""


def sitemap(first: int, pages: int, times: int = 1) -> bytes:
    rows = "".join(
        f"<url><loc>{BASE}{path(n)}</loc>{(MORE * times).format(n)}{NEWS}</url>\n"
        for n in range(first, first + pages)
    )
    return f"{HEAD}{rows}</urlset>".encode()


def packed(data: bytes, members: int) -> bytes:
    if not members:
        return data
    size = -(-len(data) // members)
    parts = (data[at : at + size] for at in range(0, len(data), size))
    return b"".join(gzip.compress(part, 1, mtime=0) for part in parts)


def came_through(body: bytes, members: int) -> int:
    """How many pages' entries stand whole in a file that is cut."""
    text = b"" if members else body
    for _ in range(members):
        stream = zlib.decompressobj(31)
        text += stream.decompress(body)
        body = stream.unused_data
    return text.count(b"</url>")


def crawled(folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    """What became of sitemaps, by their names, and of the pages that they name."""
    robots = "User-agent: *\nDisallow:\n" + "".join(f"Sitemap: {BASE}/{f}\n" for f in files)
    script = {f"/{name}": Answer(200, body) for name, body in files.items()}
    with Site(folder, script, robots=robots) as site:
        site.crawl("source=sitemap", discover=True)
        assert set(site.asked().values()) == {1}
        return site.states()


@pytest.mark.parametrize("form", FORMS)
def test_cut_at_any_byte_a_sitemap_gives_what_came_through_and_a_reason(
    tmp_path: Path, form: str
) -> None:
    members, pages, files, named = FORMS[form], 9, {}, set()
    whole = packed(sitemap(1, pages), members)
    step = len(whole) // 23
    cuts = [1, 2, 3, 9, 10, 11, 19, *range(40, len(whole), step)]
    cuts += [len(whole) - n for n in (9, 8, 7, 5, 4, 3, 2, 1, 0)]
    for number, at in enumerate(cuts, 1):
        body = packed(sitemap(number * 100, pages), members)
        body = body[: len(body) - len(whole) + at] if at > len(whole) // 2 else body[:at]
        files[f"{number}.sitemap.xml"] = body
        named |= {f"n:{number * 100 + n}" for n in range(came_through(body, members))}
    files["white.sitemap.xml"] = packed(b" \xef\xbb\xbf\r\n" + sitemap(9000, pages), members)
    named |= {f"n:{9000 + n}" for n in range(pages)}
    states = crawled(tmp_path, files)
    assert {key for key in states if key.startswith("n:")} == named
    assert len(named) > 9 * pages
    said = [states.pop(f"sitemap:www.huffpost.com/{name}") for name in files]
    assert said == ["failed/malformed"] * (len(files) - 2) + ["captured/not_an_article"] * 2


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("form", FORMS)
def test_a_sitemap_of_the_full_size(tmp_path: Path, form: str) -> None:
    """50,000 pages with pictures, news and languages, 50 MB, whole and cut in its last third."""
    data, members = sitemap(1, 50_000, 4), FORMS[form]
    assert 45_000_000 < len(data) <= 52_428_800
    body = packed(data, members)
    cut = body[: len(body) * 3 // 4]
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    for name, part, said in (
        ("whole", body, "captured/not_an_article"),
        ("cut", cut, "failed/malformed"),
    ):
        states = crawled(tmp_path / name, {"sitemap.xml": part})
        assert states["sitemap:www.huffpost.com/sitemap.xml"] == said
        assert sum(key.startswith("n:") for key in states) == came_through(part, members)


def test_a_content_coding_that_is_cut_is_asked_for_again(tmp_path: Path) -> None:
    """What came through is wanted meanwhile."""
    body = gzip.compress(sitemap(1, 40), mtime=0)[:-30]
    robots = f"User-agent: *\nDisallow:\nSitemap: {BASE}/sitemap.xml\n"
    script = {"/sitemap.xml": Answer(200, body, {"Content-Encoding": "gzip"})}
    with Site(tmp_path, script, robots=robots) as site:
        assert site.crawl("source=sitemap", "limit=1", discover=True) == 5
        states = site.states()
        assert states.pop("sitemap:www.huffpost.com/sitemap.xml") == "wanted/"
        assert len(states) == came_through(body, 1) > 30
