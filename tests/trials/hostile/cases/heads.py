"""Status lines and headers."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from huffarchive.politeness.limits import retry_after
from tests.trials.hostile.case import Own
from tests.trials.hostile.say import HTML, OK, PAGE, Group, made, ok, raw, to, whole

GROUP = Group("headers and status")
_add = GROUP.add
_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _status(line: bytes, body: bytes = PAGE, *headers: bytes) -> bytes:
    return whole(body, *headers, status=line + b"\r\n")


_add(
    "endless-headers",
    "headers for ever",
    "failed/too_large",
    made(lambda: (OK, *(b"X-%06d: x\r\n" % n for n in range(200_000))), end="hang"),
    quick=True,
)
_add(
    "endless-header",
    "one header for ever",
    "failed/too_large",
    made(lambda: (OK + b"X: ", *(b"x" * 65536 for _ in range(200))), end="hang"),
)
_add(
    "endless-status-line",
    "a reason phrase for ever",
    "failed/too_large",
    made(lambda: (b"HTTP/1.1 200 ", *(b"O" * 65536 for _ in range(200))), end="hang"),
)
_add(
    "endless-interim",
    "103 Early Hints for ever",
    "failed/too_large",
    made(lambda: (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100 for _ in range(5000)), end="hang"),
)
_add(
    "5000-cookies",
    "5,000 Set-Cookie headers",
    "failed/too_large",
    raw(
        whole(PAGE, HTML, *(b"Set-Cookie: c%04d=neige; path=/" % n for n in range(5000))),
        end="hang",
    ),
    quick=True,
)
_add(
    "1000-cookies",
    "1,000 Set-Cookie headers, within the bound",
    "captured/article",
    raw(whole(PAGE, HTML, *(b"Set-Cookie: c%04d=neige" % n for n in range(1000)))),
)
_add("header-nul", "a NUL in a header", "captured/article", ok(PAGE, HTML, b"X-A: a\0b"))
_add(
    "header-bare-cr", "a bare CR in a header", "captured/article", ok(PAGE, HTML, b"X-A: a\rX-B: b")
)
_add(
    "header-bare-lf",
    "lines that end with LF alone",
    "captured/article",
    raw(b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: %d\n\n" % len(PAGE) + PAGE),
)
_add(
    "header-folded",
    "folded headers, one before all others",
    "captured/article",
    raw(whole(PAGE, HTML, b"X-A: a\r\n b\r\n\tc")),
)
_add(
    "header-folded-first",
    "a folded line right after the status line",
    "failed/malformed",
    raw(whole(PAGE, b" folded: first", HTML), end="hang"),
)
_add(
    "header-latin-1",
    "bytes over 127 in values",
    "captured/article",
    ok(PAGE, HTML, b"X-Ville: Montr\xe9al"),
)
_add(
    "header-latin-1-name",
    "bytes over 127 in a name",
    "failed/malformed",
    raw(whole(PAGE, HTML, b"X-\xe9t\xe9: 1"), end="hang"),
)
_add(
    "header-without-colon",
    "a line that is no header",
    "captured/article",
    ok(PAGE, HTML, b"no header"),
)
_add(
    "header-without-name",
    "a header without a name",
    "failed/malformed",
    ok(PAGE, HTML, b": nameless"),
)
_add(
    "header-space-before-colon",
    "a space before the colon of Content-Length",
    "failed/malformed",
    raw(OK + b"Content-Length : 40\r\n\r\n" + PAGE, end="hang"),
)
_add(
    "header-escapes",
    "escape sequences and bidi overrides in headers",
    "captured/article",
    ok(PAGE, HTML, b"Server: \x1b]0;owned\x07", "X-A: \u202egnp.exe".encode()),
)
_add(
    "content-type-image",
    "an article's page that says it is a picture",
    "captured/article",
    ok(PAGE, b"Content-Type: image/png"),
)
_add(
    "content-type-of-30-kb",
    "a Content-Type of 30,000 characters",
    "captured/article",
    ok(PAGE, b"Content-Type: text/html; charset=" + b"u" * 30_000),
)
_add(
    "etag-with-crlf-escapes",
    "an ETag that would split a later request",
    "captured/article",
    ok(PAGE, HTML, b'ETag: "a\0b\x7f%0d%0aX-Evil: 1"'),
)
for _line, _expect in (
    (b"HTTP/1.1 200", "captured/article"),
    (b"HTTP/1.1 200 ", "captured/article"),
    ("HTTP/1.1 200 D'accord, voilà ☃".encode(), "captured/article"),
    (b"HTTP/1.1 200 O\0K", "captured/article"),
    (b"HTTP/1.1 0200 OK", "failed/malformed"),
    (b"HTTP/1.1 20 OK", "failed/malformed"),
    (b"HTTP/1.1 2 OK", "failed/malformed"),
    (b"HTTP/1.1 999 Denied", "failed/unexpected_status"),
    (b"HTTP/1.1 600 What", "failed/unexpected_status"),
    (b"HTTP/1.1 1000 What", "failed/malformed"),
    (b"HTTP/1.1 -200 OK", "failed/malformed"),
    (b"HTTP/1.1 2e2 OK", "failed/malformed"),
    (b"HTTP/1.1 OK", "failed/malformed"),
    (b"HTTP/1.1", "failed/malformed"),
    (b"HTTP/1.1 200200200200 OK", "failed/malformed"),
    (b"HTTP/x.y 200 OK", "failed/malformed"),
    (b"http/1.1 200 ok", "failed/malformed"),
    (b"HTTP/1.1\t200\tOK", "failed/malformed"),
):
    _shown = _line.decode("utf-8").replace("\0", "<NUL>").replace("\t", "<TAB>")
    _add(f"status-line {_shown!r}", "a status line", _expect, raw(_status(_line), end="close"))
_add(
    "status-204-with-body",
    "204 with a body",
    "failed/unexpected_status",
    raw(_status(b"HTTP/1.1 204 No Content")),
)
_add("status-205", "205", "failed/unexpected_status", raw(_status(b"HTTP/1.1 205 Reset", b"")))
_add(
    "status-206",
    "206 without having asked for a part",
    "failed/unexpected_status",
    ok(PAGE, b"Content-Range: bytes 0-9/20", status=b"HTTP/1.1 206 Partial Content\r\n"),
)
_add(
    "status-304-unasked",
    "304 to a first request, with a body",
    "failed/unexpected_status",
    raw(_status(b"HTTP/1.1 304 Not Modified"), end="close"),
    quick=True,
)
_add(
    "status-100-then-200",
    "100 Continue first",
    "captured/article",
    raw(b"HTTP/1.1 100 Continue\r\n\r\n" + whole(PAGE)),
)
_add(
    "status-100-only",
    "100 Continue, then the end",
    "failed/cut",
    raw(b"HTTP/1.1 100 Continue\r\n\r\n", end="close"),
)
_add(
    "status-101",
    "101 Switching Protocols",
    "failed/cut",
    raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: neige\r\n\r\n", end="close"),
    quick=True,
)
_add(
    "status-300",
    "300 Multiple Choices",
    "failed/unexpected_status",
    raw(_status(b"HTTP/1.1 300 Choices", PAGE, b"Location: {site}/")),
)
_add(
    "status-401",
    "401 with a challenge",
    "refused/forbidden",
    raw(_status(b"HTTP/1.1 401 No", PAGE, b"WWW-Authenticate: Basic realm=x")),
)
_add("status-403", "403", "refused/forbidden", raw(_status(b"HTTP/1.1 403 No")))
_add(
    "status-407",
    "407 from no proxy",
    "refused/forbidden",
    raw(_status(b"HTTP/1.1 407 No", PAGE, b"Proxy-Authenticate: NTLM")),
    quick=True,
)
_add("status-451", "451", "refused/forbidden", raw(_status(b"HTTP/1.1 451 No")))
_add(
    "status-408",
    "408 to the last",
    "failed/server_error",
    raw(_status(b"HTTP/1.1 408 Slow"), end="close"),
)
_add("status-500", "500 to the last", "failed/server_error", raw(_status(b"HTTP/1.1 500 No")))
_add(
    "status-500-then-200",
    "500, then a page",
    "captured/article",
    raw(_status(b"HTTP/1.1 500 No")),
    ok(PAGE),
)
_add("status-599", "599 to the last", "failed/server_error", raw(_status(b"HTTP/1.1 599 No")))

for _name, _value in (
    ("zero", b"0"),
    ("one", b"1"),
    ("past", b"Wed, 21 Oct 2015 07:28:00 GMT"),
    ("nonsense", b"bient\xf4t"),
    ("negative", b"-5"),
    ("empty", b""),
):
    for _code in (429, 503):
        _add(
            f"{_code}-retry-after-{_name}",
            f"{_code} with Retry-After: {_value.decode('latin-1')}, then a page",
            "captured/article",
            raw(_status(b"HTTP/1.1 %d Later" % _code, b"", b"Retry-After: " + _value)),
            ok(PAGE),
        )
_add(
    "429-to-the-last",
    "429 without end",
    "refused/rate_limited",
    raw(_status(b"HTTP/1.1 429 Later", b"", b"Retry-After: 0")),
)
_add(
    "428-to-the-last",
    "428 without end",
    "refused/rate_limited",
    raw(_status(b"HTTP/1.1 428 Later", b"")),
)
_add(
    "429-for-ages",
    "429 with Retry-After: 10^20; the run is stopped while it waits",
    "wanted",
    raw(_status(b"HTTP/1.1 429 Later", b"", b"Retry-After: 1" + b"0" * 20)),
    own=Own(stop_after=7.0),
    exit=5,
)
_add(
    "429-to-a-redirect",
    "429, then a redirect to the canary",
    "gone/moved_away",
    raw(_status(b"HTTP/1.1 429 Later", b"", b"Retry-After: 0")),
    to("http://{canary}/entry/x_n_{id}"),
)
for _value, _seconds in (
    ("0", 0.0),
    ("120", 120.0),
    ("1" + "0" * 20, 86400.0),
    ("9" * 5000, 86400.0),
    (format_datetime(_NOW + timedelta(hours=1), usegmt=True), 3600.0),
    ("Fri, 31 Dec 2099 23:59:59 GMT", 86400.0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", 86400.0),
    ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ("-1", None),
    ("1.5", None),
    ("٣", None),
    ("Infinity", None),
    ("NaN", None),
    ("a" * 60_000, None),
    ("31 Feb 2026 99:99:99 GMT", None),
):
    _add(
        f"retry-after {_value[:30]}{'…' if len(_value) > 30 else ''}",
        "a Retry-After, at the function that reads it",
        f"{_seconds} s",
        direct=lambda value=_value: f"{retry_after(value, _NOW)} s",
    )
