"""Sitemaps: lists that would send the crawl anywhere, for ever."""

import gzip

from tests.trials.hostile.case import Answer, Own
from tests.trials.hostile.say import Group, bomb, filled, made, ok, raw, to, whole

GROUP = Group("sitemaps")
_add = GROUP.add
_XML = b"Content-Type: application/xml"
_URLSET = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def _set(*locations: str) -> bytes:
    return (
        _URLSET + b"".join(f"<url><loc>{x}</loc></url>".encode() for x in locations) + b"</urlset>"
    )


def _index(*locations: str) -> bytes:
    return (
        b"<sitemapindex>"
        + b"".join(f"<sitemap><loc>{x}</loc></sitemap>".encode() for x in locations)
        + b"</sitemapindex>"
    )


def _filled(body: bytes) -> Answer:
    return Answer(lambda here: (whole(filled(body, here), _XML),))


_GOOD = "{site}/entry/bonne_n_2000777"


def _map(
    name: str,
    does: str,
    expect: str,
    *answers: Answer,
    key: str = "sitemap:quebec.huffingtonpost.ca/sitemap.xml",
    limit: int = 220,
    more: dict[str, tuple[Answer, ...]] | None = None,
    quick: bool = False,
    exit: int | None = None,
    seconds: float = 12.0,
) -> None:
    robots = Answer(
        lambda here: (whole(b"User-agent: *\nSitemap: " + here.site.encode() + b"/sitemap.xml\n"),)
    )
    paths = {"/robots.txt": (robots,), "/sitemap.xml": answers, **(more or {})}
    _add(
        f"sitemap-{name}",
        does,
        expect,
        seconds=seconds,
        own=Own(paths, listed=False, key=key, arguments=("-a", f"limit={limit}")),
        exit=exit,
        quick=quick,
    )


_READ = "captured/not_an_article"
_FOUND = "captured/article"
_map(
    "good",
    "a sitemap, to compare: the page that it names is captured",
    _FOUND,
    _filled(_set(_GOOD)),
    key="n:2000777",
    limit=220,
)
_map(
    "500",
    "500 to the last",
    "failed/server_error",
    raw(whole(b"", _XML, status=b"HTTP/1.1 500 No\r\n")),
)
_map("hanging", "no answer", "failed/timeout", raw(end="hang"), seconds=25.0)
_map(
    "html",
    "an HTML page",
    "failed/malformed",
    ok(b"<html><title>x</title><a href='/entry/x_n_5'>x</a>"),
)
_map(
    "25-mb",
    "25 MB, its length announced",
    "failed/too_large",
    made(lambda: (whole(_URLSET + b"<url/>" * 4_200_000),), end="hang"),
)
_map("loop", "a redirect to itself", "failed/redirect_loop", to("{site}/sitemap.xml"))
_map(
    "redirect-to-canary",
    "a redirect to the canary",
    "gone/moved_away",
    to("http://{canary}/sitemap.xml"),
    quick=True,
)
_map(
    "bomb",
    "a gzip bomb by Content-Encoding",
    "failed/too_large",
    ok(lambda: bomb(31), _XML, b"Content-Encoding: gzip"),
)
_map(
    "bomb-as-file",
    "a gzip bomb as a .xml.gz",
    "failed/too_large",
    ok(lambda: bomb(31), b"Content-Type: application/gzip"),
)
_map(
    "bomb-in-bomb",
    "a bomb in a .xml.gz in gzip",
    "failed/too_large",
    ok(lambda: gzip.compress(bomb(31) * 20, mtime=0), _XML, b"Content-Encoding: gzip"),
)
_map(
    "cut-file",
    "half of a .xml.gz",
    "failed/malformed",
    ok(
        lambda: gzip.compress(_set(*(f"http://example.org/{n}" for n in range(5000))), mtime=0)[
            :9000
        ]
    ),
)
_map(
    "laughs",
    "the billion laughs",
    "failed/malformed",
    ok(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "n">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(12))
        + b"]><urlset><url><loc>&m;</loc></url></urlset>",
        _XML,
    ),
    quick=True,
)
_map(
    "xxe",
    "an external entity that names a file",
    _READ,
    ok(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>&e;</loc></url></urlset>',
        _XML,
    ),
)
_map(
    "xxe-http",
    "an external DTD at the canary",
    _READ,
    Answer(
        lambda h: (
            whole(
                f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://{h.canary}/x.dtd"><urlset><url><loc>http://{h.canary}/entry/x_n_5</loc></url></urlset>'.encode(),
                _XML,
            ),
        )
    ),
)
_map(
    "file-locations",
    "locations that name files, and one good page",
    _FOUND,
    _filled(
        _set(
            "file:///etc/passwd",
            "ftp://{canary}/x_n_5.html",
            "data:text/html,x_n_5",
            "javascript:x_n_5",
            "//{canary}/entry/x_n_5",
            "http://{canary}/entry/x_n_5",
            "http://localhost:{port}/entry/x_n_5",
            "http://[::1/",
            "",
            "a" * 5000,
            _GOOD,
        )
    ),
    key="n:2000777",
    limit=220,
    quick=True,
)
_map(
    "escapes",
    "locations with controls and escapes, and one good page",
    _FOUND,
    _filled(
        _set(
            "{site}/entry/&#x202e;x_n_5",
            "{site}/entry/%00x_n_6",
            "{site}/entry/\u0085x_n_7",
            "{site}/../../etc/x_n_8",
            _GOOD,
        )
    ),
    key="n:2000777",
    limit=220,
)
_map(
    "not-well-formed",
    "XML that breaks off, one good page in it",
    _FOUND,
    _filled(_set(_GOOD)[:-9] + b"<url><loc>http://"),
    key="n:2000777",
    limit=220,
)
_map(
    "wrong-charset",
    "an encoding that nobody knows",
    "failed/malformed",
    ok(b'<?xml version="1.0" encoding="neige-9"?><urlset></urlset>', _XML),
)
_map(
    "utf-16",
    "UTF-16",
    _READ,
    ok(
        _set("http://example.org/").decode().replace("?>", ' encoding="utf-16"?>').encode("utf-16"),
        _XML,
    ),
)
_map(
    "deep",
    "a sitemap 300,000 elements deep",
    "failed/malformed",
    ok(lambda: _URLSET + b"<url>" * 300_000, _XML),
)
_map(
    "million",
    "a million addresses, 60 MB",
    "failed/too_large",
    made(
        lambda: (
            whole(
                _URLSET
                + b"<url><loc>http://quebec.huffingtonpost.ca/a_n_123456.html</loc></url>"
                * 1_000_000
            ),
        ),
        end="hang",
    ),
)
_map(
    "million-packed",
    "a million addresses in a .xml.gz of 300 KB",
    "failed/too_large",
    ok(
        lambda: gzip.compress(
            _URLSET + b"<url><loc>http://a.example/b</loc></url>" * 1_000_000 + b"</urlset>",
            1,
            mtime=0,
        )
    ),
)
_map(
    "200000-pages",
    "200,000 pages of the edition, of which 50,000 count",
    "failed/too_large",
    made(
        lambda: (
            whole(
                b"<urlset>"
                + b"".join(
                    b"<url><loc>https://quebec.huffingtonpost.ca/a_n_%d.html</loc></url>"
                    % (7_000_000 + n)
                    for n in range(200_000)
                )
                + b"</urlset>"
            ),
        )
    ),
    limit=220,
    seconds=20.0,
)
_map(
    "itself",
    "an index that names itself",
    _READ,
    _filled(_index("{site}/sitemap.xml", "{site}/sitemap.xml#a", "{site}/sitemap.xml?a=1")),
)
_map(
    "endless-indexes",
    "every index names the next one; the crawl comes to its end",
    _READ,
    _filled(_index("{site}/s/1/sitemap.xml")),
    more={
        "/s/*": (
            Answer(
                lambda h: (
                    whole(_index(f"{h.site}/s/{int(h.path.split('/')[2]) + 1}/sitemap.xml"), _XML),
                )
            ),
        )
    },
    limit=400,
    exit=5,
)
_map(
    "index-of-50000",
    "an index of 50,000 indexes",
    _READ,
    made(
        lambda: (
            whole(
                _index(
                    *(f"https://quebec.huffingtonpost.ca/s/{n}/sitemap.xml" for n in range(50_000))
                )
            ),
        )
    ),
    limit=220,
    seconds=20.0,
)
_map(
    "feed",
    "a feed with links to the canary",
    _READ,
    Answer(
        lambda h: (
            whole(
                f"<rss><channel><item><link>http://{h.canary}/entry/x_n_5</link></item></channel></rss>".encode(),
                _XML,
            ),
        )
    ),
)
