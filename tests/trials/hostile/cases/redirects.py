"""Redirects, and pages that would lead elsewhere without one."""

from tests.trials.hostile.case import Answer
from tests.trials.hostile.say import PAGE, Group, article, ok, raw, to, whole

GROUP = Group("redirects")
_add = GROUP.add
_HERE = "/entry/x_n_{id}"


_OWN_PATH = (
    "to-canary-backslashes",
    "to-canary-three-slashes",
    "to-canary-one-slash",
    "to-scheme-none",
)
"""Of these `urljoin` makes paths of the site itself."""


def _away(name: str, location: str | bytes) -> None:
    expect = "failed/redirect_loop" if name in _OWN_PATH else "gone/moved_away"
    shown = location if isinstance(location, str) else location.decode("latin-1")
    _add(name, f"Location: {shown}"[:120], expect, to(location))


_add(
    "loop",
    "a redirect to itself",
    "failed/redirect_loop",
    to("{site}" + _HERE + "?a=1"),
    quick=True,
)
_add(
    "ping-pong",
    "two addresses of the page that point at each other",
    "failed/redirect_loop",
    *(to("/entry/ping_n_{id}"), to("/entry/pong_n_{id}")) * 10,
)
_add(
    "long-chain",
    "twelve addresses, one after the other",
    "failed/redirect_loop",
    *(to(f"/entry/c{n}_n_{{id}}") for n in range(12)),
    ok(PAGE),
    quick=True,
)
_add(
    "chain-of-nine",
    "nine redirects, then the page",
    "captured/article",
    *(to(f"/entry/c{n}_n_{{id}}") for n in range(9)),
    ok(PAGE),
)
_add(
    "endless-slugs",
    "always another address of the same page",
    "failed/redirect_loop",
    *(to(f"/entry/s{n}_n_{{id}}", 301) for n in range(60)),
)
_add(
    "to-another-page",
    "a redirect to another page, which is then wanted",
    "gone/moved",
    to("{site}/entry/autre_n_2900001"),
)
_add(
    "no-location",
    "302 without a Location",
    "failed/unexpected_status",
    raw(whole(b"", b"X: 1", status=b"HTTP/1.1 302 Found\r\n")),
)
_add("empty-location", "an empty Location", "failed/unexpected_status", to(""))
_add(
    "two-locations",
    "two Locations",
    "failed/unexpected_status",
    to("{site}" + _HERE, 302, b"Location: http://example.invalid/"),
)
_add(
    "location-broken-ipv6", "Location: http://[::1", "failed/unexpected_status", to("http://[::1/x")
)
_add(
    "location-of-60-kb",
    "a Location of 60,000 characters",
    "gone/moved_away",
    to("{site}/entry/" + "a" * 60_000 + "_n_{id}"),
)
_add(
    "location-with-controls",
    "a Location with escapes and a NUL",
    "gone/moved_away",
    to(b"/\x1b[2J\0\x07entry/x_n_{id}"),
)
_add(
    "location-utf-8",
    "a Location in bare UTF-8",
    "captured/article",
    to("/entry/élection-à-montréal_n_{id}"),
    ok(PAGE),
)
_add(
    "location-latin-1",
    "a Location in bare Latin-1",
    "captured/article",
    to(b"/entry/\xe9lection_n_{id}"),
    ok(PAGE),
)
_add(
    "redirect-with-bomb",
    "a redirect whose body is 16 MB",
    "captured/article",
    Answer(
        lambda h: (
            whole(
                b"x" * 16_000_000,
                b"Location: /entry/y_n_%d" % h.ident,
                status=b"HTTP/1.1 302 Found\r\n",
            ),
        )
    ),
    ok(PAGE),
)
_add("soft-404", "a redirect to err_code=404", "gone/soft_404", to("{site}/?err_code=404"))
_add(
    "refresh-header",
    "a Refresh header to the canary",
    "captured/article",
    ok(PAGE, b"Refresh: 0; url=http://127.0.0.1/"),
    quick=True,
)
_add(
    "meta-refresh",
    "a meta refresh to the canary",
    "captured/article",
    Answer(
        lambda h: (
            whole(article(head=f'<meta http-equiv="refresh" content="0;url=http://{h.canary}/">')),
        )
    ),
)
_add(
    "script-redirect",
    "a script that leads to the canary",
    "captured/article",
    Answer(lambda h: (whole(article(head=f'<script>location="http://{h.canary}/"</script>')),)),
)
_add(
    "canonical-elsewhere",
    "canonical and og:url at the canary",
    "captured/article",
    Answer(
        lambda h: (
            whole(
                article(
                    head=f'<link rel="canonical" href="http://{h.canary}/entry/x_n_1">'
                    f'<meta property="og:url" content="http://{h.canary}/entry/x_n_1">'
                )
            ),
        )
    ),
)
_add(
    "base-elsewhere",
    "a base element and pictures at the canary",
    "captured/article",
    Answer(
        lambda h: (
            whole(
                article(
                    head=f'<base href="http://{h.canary}/">',
                    body=f'<img src="http://{h.canary}/a.png"><iframe src="http://{h.canary}/"></iframe>',
                )
            ),
        )
    ),
)
_add(
    "retry-to-redirect",
    "503, then a redirect to the canary",
    "gone/moved_away",
    raw(whole(b"", b"Retry-After: 0", status=b"HTTP/1.1 503 Busy\r\n")),
    to("http://{canary}/entry/x_n_{id}"),
    quick=True,
)
_add(
    "500-to-redirect",
    "500, then a redirect to the canary",
    "gone/moved_away",
    raw(whole(b"", b"X: 1", status=b"HTTP/1.1 500 No\r\n")),
    to("http://{canary}" + _HERE),
)

for _name, _location in {
    "canary": "http://{canary}" + _HERE,
    "canary-without-scheme": "//{canary}" + _HERE,
    "canary-by-name": "http://localhost:{port}" + _HERE,
    "canary-dotted-name": "http://localhost.:{port}" + _HERE,
    "canary-decimal": "http://2130706433:{port}" + _HERE,
    "canary-hexadecimal": "http://0x7f000001:{port}" + _HERE,
    "canary-hexadecimal-dotted": "http://0x7f.0x0.0x0.0x1:{port}" + _HERE,
    "canary-octal": "http://0177.0.0.1:{port}" + _HERE,
    "canary-octal-long": "http://017700000001:{port}" + _HERE,
    "canary-short": "http://127.1:{port}" + _HERE,
    "canary-other-loopback": "http://127.255.255.254:{port}" + _HERE,
    "canary-zero": "http://0:{port}" + _HERE,
    "canary-0.0.0.0": "http://0.0.0.0:{port}" + _HERE,
    "canary-ipv6": "http://[::1]:{port}" + _HERE,
    "canary-ipv6-any": "http://[::]:{port}" + _HERE,
    "canary-ipv6-mapped": "http://[::ffff:127.0.0.1]:{port}" + _HERE,
    "canary-ipv6-mapped-hex": "http://[::ffff:7f00:1]:{port}" + _HERE,
    "canary-ipv6-compatible": "http://[::127.0.0.1]:{port}" + _HERE,
    "canary-ipv6-zone": "http://[::1%25lo]:{port}" + _HERE,
    "canary-circled-digits": "http://①②⑦.⓪.⓪.①:{port}" + _HERE,
    "canary-full-width": "http://１２７.０.０.１:{port}" + _HERE,
    "canary-ideographic-dots": "http://127。0。0。1:{port}" + _HERE,
    "canary-escaped-host": "http://%31%32%37.0.0.1:{port}" + _HERE,
    "canary-padded": "http://127.000.000.001:{port}" + _HERE,
    "canary-user-is-site": "http://quebec.huffingtonpost.ca@{canary}" + _HERE,
    "canary-password-is-site": "http://a:quebec.huffingtonpost.ca@{canary}" + _HERE,
    "canary-backslash": "http://quebec.huffingtonpost.ca:{port}\\@{canary}" + _HERE,
    "canary-backslashes": "\\\\{canary}" + _HERE,
    "canary-three-slashes": "http:///{canary}" + _HERE,
    "canary-one-slash": "http:/{canary}" + _HERE,
    "canary-tabs": "ht\ttp://{canary}" + _HERE,
    "canary-after-hash": "http://{canary}#@quebec.huffingtonpost.ca" + _HERE,
    "canary-as-subdomain": "http://quebec.huffingtonpost.ca.localhost:{port}" + _HERE,
    "other-port-of-the-site-by-name": "http://127.0.0.1:1" + _HERE,
    "https-of-the-same-port": "https://127.0.0.1:{port}" + _HERE,
    "scheme-file": "file:///etc/passwd",
    "scheme-file-entry": "file:///entry/x_n_{id}",
    "scheme-ftp": "ftp://{canary}" + _HERE,
    "scheme-data": "data:text/html,<p>neige</p>_n_{id}",
    "scheme-gopher": "gopher://{canary}/_x_n_{id}",
    "scheme-javascript": "javascript:alert(1)//_n_{id}",
    "scheme-ws": "ws://{canary}" + _HERE,
    "scheme-view-source": "view-source:http://{canary}" + _HERE,
    "scheme-capitals": "HTTP://{canary}" + _HERE,
    "scheme-unknown": "neige://{canary}" + _HERE,
    "scheme-none": "://{canary}" + _HERE,
}.items():
    _away(f"to-{_name}", _location)
