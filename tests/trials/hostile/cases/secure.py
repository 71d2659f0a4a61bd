"""TLS: servers that do not prove who they are, or do not speak it."""

from tests.trials.hostile.case import Own
from tests.trials.hostile.say import PAGE, Group, ok, raw, whole

GROUP = Group("TLS")
_add = GROUP.add

_add(
    "tls-good",
    "a certificate that proves the server's name, to compare",
    "captured/article",
    ok(PAGE),
    own=Own(tls="good"),
    exit=0,
)
for _kind, _does in (
    ("self_signed", "a certificate that signs itself"),
    ("another_ca", "a certificate of an authority that nobody trusts"),
    ("expired", "a certificate that ended yesterday"),
    ("wrong_host", "another server's certificate"),
    ("old", "TLS 1.1 at most"),
):
    _add(
        f"tls-{_kind.replace('_', '-')}",
        f"{_does}: no request is sent, the page stays wanted",
        "wanted",
        ok(PAGE),
        own=Own(tls=_kind),
        exit=3,
        quick=_kind == "self_signed",
    )
_add(
    "tls-on-a-plain-port",
    "a plain server where TLS is expected",
    "wanted",
    ok(PAGE),
    url="https://quebec.huffingtonpost.ca/entry/x_n_{id}",
    own=Own(arguments=("-a", "site={secure}")),
    exit=3,
)
_add(
    "tls-cut-body",
    "a body that ends without TLS's own end",
    "failed/cut",
    raw(b"HTTP/1.1 200 OK\r\n\r\n" + PAGE, end="drop"),
    own=Own(tls="good"),
)
_add(
    "tls-redirect-to-plain",
    "a redirect from TLS to plain HTTP on the same port",
    "gone/moved_away",
    raw(
        whole(
            b"", b"Location: http://127.0.0.1/entry/x_n_1000000", status=b"HTTP/1.1 302 Found\r\n"
        )
    ),
    own=Own(tls="good"),
)
