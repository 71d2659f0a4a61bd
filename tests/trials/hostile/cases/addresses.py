"""Addresses of machines, at the gates that no packet passes; and the lines of a URL list."""

from huffarchive.download.endpoint import UnsafeAddressError, _GuardedReactor, is_public
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Message
from huffarchive.outcome import outcome_of_status
from huffarchive.urls import Address, PageKey, identify
from tests.trials.hostile.case import Own
from tests.trials.hostile.say import Group

GROUP = Group("addresses and URLs")
_add = GROUP.add


class _Reactor:
    """A reactor that only takes note."""

    connected = False

    def connectTCP(self, *_: object, **__: object) -> None:  # noqa: N802
        """Where a packet would leave."""
        self.connected = True


def _connect(address: str) -> str:
    reactor = _Reactor()
    try:
        _GuardedReactor(reactor, "quebec.huffingtonpost.ca", 443, ()).connectTCP(address, 443)
    except UnsafeAddressError:
        return "refused" if not reactor.connected else "refused too late"
    return "connected" if reactor.connected else "nothing"


def _redirect(location: str) -> str:
    message = Message("HTTP/1.1", 302, "Found", (("Location", location),), b"")
    key = PageKey("qc", "n", "1000000")
    url = "https://quebec.huffingtonpost.ca/2015/01/02/x_n_1000000.html"
    outcome = outcome_of_status(message, key, url, HUFFPOST_QC, 1, 0)
    assert outcome is not None
    return f"{outcome.state}/{outcome.reason}" if outcome.reason else f"asks {outcome.address}"


_ADDRESSES = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "169.254.0.1",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2001::1",
    "3fff::1",
    "100::1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "",
)
for _address in _ADDRESSES:
    _add(
        f"connect {_address or '(empty)'}",
        "a name that resolves to this, at the last step before the socket",
        "refused",
        direct=lambda address=_address: _connect(address),
        quick=_address in ("127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"),
    )
for _address in ("1.1.1.1", "2606:4700::1111"):
    _add(
        f"public {_address}",
        "a public address, which is let through",
        "public",
        direct=lambda address=_address: "public" if is_public(address) else "refused",
    )
for _host in (
    "10.0.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "[fe80::1]",
    "[fd00::1]",
    "metadata.google.internal",
    "127.0.0.1.nip.io",
    "printer.local",
    "quebec.huffingtonpost.ca.evil.example",
    "huffpost.com",
    "evil-quebec.huffingtonpost.ca",
    "quebec.huffingtonpost.ca:8443",
    "quebec.huffingtonpost.ca:22",
    "user@quebec.huffingtonpost.ca",
    "xn--qubec-csa.huffingtonpost.ca",
    "québec.huffingtonpost.ca",
    "quebec.huffingtonpost.cа",
):
    _add(
        f"redirect to {_host}",
        "a redirect, at the gate",
        "gone/moved_away",
        direct=lambda host=_host: _redirect(f"https://{host}/2015/01/02/x_n_1000000.html"),
    )

for _name, _resolved in (
    ("loopback", "127.0.0.1"),
    ("ipv6-loopback", "::1"),
    ("any", "0.0.0.0"),
    ("mapped", "::ffff:127.0.0.1"),
):
    _add(
        f"name-resolves-to-{_name}",
        f"the site's own name resolves to {_resolved}",
        "refused/unsafe_address",
        url="https://quebec.huffingtonpost.ca/2015/01/02/{name}_n_{id}.html",
        own=Own(
            arguments=(
                "site=",
                "-s",
                "TWISTED_DNS_RESOLVER=tests.trials.hostile.resolver.Lying",
                "-s",
                f"HOSTILE_RESOLVES={_resolved}",
            )
        ),
        quick=_name == "loopback",
    )

_GONE = "no outcome"
for _name, _url, _expect in (
    ("url-of-10000", "{site}/entry/" + "a" * 10_000 + "_n_{id}", _GONE),
    ("url-of-1900", "{site}/entry/" + "a" * 1900 + "_n_{id}", "gone/not_found"),
    ("url-controls", "{site}/entry/a\x00\x1b[2J\x07b_n_{id}", _GONE),
    ("url-bidi", "{site}/entry/a\u202eb_n_{id}", "gone/not_found"),
    ("url-surrogate", "{site}/entry/a\ud800b_n_{id}", "gone/not_found"),
    ("url-traversal", "{site}/../../../../etc/passwd/x_n_{id}", "gone/not_found"),
    ("url-traversal-escaped", "{site}/entry/..%2f..%2f..%2fetc%2fx_n_{id}", "gone/not_found"),
    ("url-traversal-twice-escaped", "{site}/%252e%252e/%252e%252e/x_n_{id}", "gone/not_found"),
    ("url-file", "file:///etc/x_n_{id}", _GONE),
    ("url-idn", "http://québec.huffingtonpost.ca/entry/x_n_{id}", _GONE),
    ("url-credentials", "http://user:pass@127.0.0.1/entry/x_n_{id}", _GONE),
    ("url-newline-escape", "{site}/entry/a%0d%0aX-Evil:%201_n_{id}", _GONE),
    ("url-broken-escape", "{site}/entry/a%zz%_n_{id}", "gone/not_found"),
    ("url-broken-ipv6", "http://[::1/entry/x_n_{id}", _GONE),
    ("url-port-99999", "http://127.0.0.1:99999/entry/x_n_{id}", _GONE),
    ("url-nested-1000", "{site}/" + "http://127.0.0.1/" * 100 + "x_n_{id}", _GONE),
    ("url-null-id", "{site}/entry/x_n_000000{id}", "gone/not_found"),
):
    _add(
        _name,
        f"a line of the list: {_url.encode('unicode_escape').decode()[:60]}",
        _expect,
        url=_url,
    )
for _name, _text, _expect in (
    ("id-of-100-digits", "https://quebec.huffingtonpost.ca/x_n_" + "9" * 100 + ".html", "no page"),
    ("url-not-a-string-of-ascii", "https://quebec.huffingtonpost.ca/\U0001f600_n_5.html", "qc:n:5"),
    ("url-half-surrogate", "https://quebec.huffingtonpost.ca/\ud800_n_5.html", "no page"),
    ("url-of-a-million", "https://quebec.huffingtonpost.ca/" + "a" * 1_000_000, "no page"),
    (
        "url-million-escapes",
        "https://quebec.huffingtonpost.ca/" + "%25" * 600 + "_n_5.html",
        "qc:n:5",
    ),
    ("url-of-slashes", "https://quebec.huffingtonpost.ca" + "/" * 2000, "qc:home:/"),
):
    _add(
        _name,
        "a URL, at the function that names pages",
        _expect,
        direct=lambda text=_text: (
            str(found.key)
            if isinstance(found := identify(text, HUFFPOST_QC), Address)
            else "no page"
        ),
    )
