"""robots.txt: the file that decides whether anything else is asked for."""

from tests.trials.hostile.case import Answer, Own
from tests.trials.hostile.say import HTML, OK, PAGE, Group, bomb, made, ok, raw, to, whole

GROUP = Group("robots.txt")
_add = GROUP.add
_PLAIN = b"Content-Type: text/plain"


def _file(
    name: str, does: str, expect: str, *answers: Answer, exit: int = 0, quick: bool = False
) -> None:
    _add(
        f"robots-{name}",
        does,
        expect,
        ok(PAGE),
        own=Own({"/robots.txt": answers}),
        exit=exit,
        quick=quick,
    )


_SHUT = "wanted"
_file(
    "500",
    "500: nothing is asked for",
    _SHUT,
    raw(whole(b"", _PLAIN, status=b"HTTP/1.1 500 No\r\n")),
    exit=3,
    quick=True,
)
_file(
    "503", "503 to the last", _SHUT, raw(whole(b"", _PLAIN, status=b"HTTP/1.1 503 No\r\n")), exit=3
)
_file(
    "500-then-200",
    "500, then rules",
    "captured/article",
    raw(whole(b"", _PLAIN, status=b"HTTP/1.1 500 No\r\n")),
    ok(b"User-agent: *\nAllow: /", _PLAIN),
)
_file("hanging", "no answer", _SHUT, raw(end="hang"), exit=3)
_file("closed", "the connection closed", _SHUT, raw(end="close"), exit=3)
_file("noise", "no HTTP", _SHUT, raw(bytes(range(256)) + b"\n\n", end="hang"), exit=3)
_file("html", "an HTML page: no rules", "captured/article", ok(PAGE, HTML))
_file(
    "404",
    "404: no rules",
    "captured/article",
    raw(whole(b"", _PLAIN, status=b"HTTP/1.1 404 No\r\n")),
)
_file(
    "403",
    "403: no rules (RFC 9309)",
    "captured/article",
    raw(whole(b"", _PLAIN, status=b"HTTP/1.1 403 No\r\n")),
)
_file(
    "25-mb",
    "25 MB, its length announced",
    _SHUT,
    made(lambda: (whole(b"User-agent: *\nDisallow: /x\n" * 900_000),), end="hang"),
    exit=3,
)
_file(
    "10-mb",
    "10 MB of rules, of which 500 KiB count",
    "captured/article",
    ok(lambda: b"User-agent: *\nDisallow: /x\n" * 370_000, _PLAIN),
)
_file(
    "endless",
    "a file without end",
    _SHUT,
    made(lambda: (OK + b"\r\n", *(b"Disallow: /x\n" * 5000 for _ in range(600))), end="hang"),
    exit=3,
)
_file("bomb", "a gzip bomb", _SHUT, ok(lambda: bomb(31), _PLAIN, b"Content-Encoding: gzip"), exit=3)
_file(
    "cut-gzip",
    "gzip that breaks off",
    _SHUT,
    ok(bomb(31, 2**21)[:500], _PLAIN, b"Content-Encoding: gzip"),
    exit=3,
)
_file("loop", "a redirect to itself", _SHUT, to("{site}/robots.txt"), exit=3)
_file(
    "redirect-to-canary",
    "a redirect to the canary",
    _SHUT,
    to("http://{canary}/robots.txt"),
    exit=3,
    quick=True,
)
_file("redirect-to-file", "a redirect to a file", _SHUT, to("file:///etc/passwd"), exit=3)
_file("redirect-to-nothing", "a redirect to no address", _SHUT, to("http://[::1"), exit=3)
_file(
    "nul",
    "NULs and controls",
    "captured/article",
    ok(b"\0User-agent: *\0\nDisallow: \x1b/\0\n", _PLAIN),
)
_file(
    "utf-16", "UTF-16", "refused/robots", ok("User-agent: *\nDisallow: /".encode("utf-16"), _PLAIN)
)
_file(
    "long-lines",
    "a rule of 400 KB",
    "captured/article",
    ok(lambda: b"User-agent: *\nDisallow: /" + b"a" * 400_000, _PLAIN),
)
_file(
    "many-stars",
    "a rule of 10,000 stars and dollars",
    "captured/article",
    ok(b"User-agent: *\nDisallow: /" + b"*a" * 10_000 + b"$\n", _PLAIN),
)
_file(
    "many-star-rules",
    "5,000 rules of 20 stars",
    "captured/article",
    ok(
        lambda: (
            b"User-agent: *\n"
            + b"Disallow: /"
            + b"*x" * 20
            + b"y$\n"
            + (b"Disallow: /" + b"*e" * 20 + b"y$\n") * 5000
        ),
        _PLAIN,
    ),
)
_file(
    "many-agents",
    "20,000 agents and a rule",
    "captured/article",
    ok(
        lambda: b"".join(b"User-agent: a%d\n" % n for n in range(20_000)) + b"Disallow: /\n", _PLAIN
    ),
)
_file(
    "many-groups",
    "10,000 groups of one rule",
    "captured/article",
    ok(lambda: b"".join(b"User-agent: *\nDisallow: /x%d\n" % n for n in range(10_000)), _PLAIN),
)
for _value in (b"-1", b"NaN", b"Infinity", b"1e-9", b"abc", b"0.0"):
    _file(
        f"crawl-delay {_value.decode()}",
        "a Crawl-delay that is none",
        "captured/article",
        ok(b"User-agent: *\nCrawl-delay: " + _value + b"\nAllow: /", _PLAIN),
    )
_add(
    "robots-crawl-delay 1e300",
    "a Crawl-delay of 10^300: a day, and the run is stopped meanwhile",
    "wanted",
    ok(PAGE),
    own=Own(
        {"/robots.txt": (ok(b"User-agent: *\nCrawl-delay: " + b"9" * 300, _PLAIN),)}, stop_after=6.0
    ),
    exit=5,
)
_file(
    "disallow",
    "Disallow: /",
    "refused/robots",
    ok(b"User-agent: *\nDisallow: /", _PLAIN),
    exit=0,
    quick=True,
)
_file(
    "sitemaps",
    "20,000 sitemaps, of a list's crawl none is asked for",
    "captured/article",
    ok(
        lambda: b"".join(b"Sitemap: http://127.0.0.1:1/s%d.xml\n" % n for n in range(15_000)),
        _PLAIN,
    ),
)
