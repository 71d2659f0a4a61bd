"""The kinds of exchange of the contract: what is asked, what is answered, how it must end."""

import gzip
from dataclasses import dataclass, field

from huffarchive.http import Exchange

BOUND = 256 * 1024
"""The crawl's DOWNLOAD_MAXSIZE."""
SECONDS = 6.0
"""Its DOWNLOAD_TIMEOUT, of all that is meant to meet it."""
PATIENT = 120.0
"""That of all else, on a busy machine too."""
MAX_HEAD = 64 * 1024

OK = b"HTTP/1.1 200 OK\r\n"
PAGE = "<!DOCTYPE html><title>Été</title><p>Il a neigé à Québec.\n".encode() * 40


def whole(body: bytes = PAGE, *headers: bytes, status: bytes = OK) -> bytes:
    """A response with its length."""
    lines = b"".join(line + b"\r\n" for line in headers)
    return status + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunks(*parts: bytes, trailer: bytes = b"") -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in parts) + b"0\r\n" + trailer + b"\r\n"


@dataclass(frozen=True)
class Ask:
    """One request; several of a kind follow one another."""

    path: str = "/page"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = SECONDS
    way: str = "spider"
    """`engine` uses `engine.download_async`, as robots.txt is fetched; `again` replaces the one
    before, as a retry does."""


@dataclass(frozen=True)
class Answer:
    """Bytes, with pauses in seconds between them, and how the connection ends."""

    pieces: tuple[bytes | float, ...]
    end: str = "keep"


@dataclass(frozen=True)
class Kind:
    name: str
    answers: tuple[Answer, ...]
    """By number of request received; the last one answers all the rest."""
    asks: tuple[Ask, ...] = (Ask(),)
    truncated: str | None = None
    """Of the last exchange."""
    reason: str | None = None
    """Of the failure; None for a response."""
    surplus: bytes = b""
    """What was sent after the response's end and is no part of it."""
    entity: bytes = b""
    """What the response says, where `Message` is not to be asked."""
    exchanges: tuple[int, ...] = ()
    """How many for each ask; one for each unless said."""
    connections: int | None = None


@dataclass
class Plan:
    """What to crawl, by name of the chain, and with what."""

    chains: dict[str, tuple[str, tuple[Ask, ...]]]
    settings: dict[str, object]
    results: str
    breakage: str | None = None
    quiet: float = 0.0
    """`tap.QUIET`: 0 shows connections that are used again at once."""


@dataclass
class Result:
    """What became of one request."""

    url: str
    exchanges: tuple[Exchange, ...]
    before: tuple[Exchange, ...]
    """What a request that was not downloaded yet claims to have recorded."""
    reason: str | None = None
    error: str = ""
    status: int | None = None
    body: bytes = b""
    meta: list[str] = field(default_factory=list)


def kind(name: str, *pieces: bytes | float, end: str = "keep", **rest) -> Kind:
    return Kind(name, (Answer(pieces, end),), **rest)


def cut(name: str, *pieces: bytes | float, end: str = "close", **rest) -> Kind:
    return kind(name, *pieces, end=end, truncated="disconnect", reason="cut", **rest)


def refused(name: str, *pieces: bytes | float, end: str = "hang", **rest) -> Kind:
    return kind(name, *pieces, end=end, truncated="unspecified", reason="malformed", **rest)


def drip(data: bytes, pause: float) -> tuple[bytes | float, ...]:
    return tuple(x for i in range(len(data)) for x in (data[i : i + 1], pause))


GZIP = gzip.compress(PAGE, mtime=0)
FLOOD = (b"x" * 65536,) * 8

KINDS = (
    kind("length", whole()),
    kind("empty-body", whole(b"")),
    kind("body-at-the-bound", whole(b"y" * BOUND)),
    kind("keep-alive", whole(), asks=(Ask("/1"), Ask("/2"), Ask("/3")), connections=1),
    kind("byte-by-byte", *drip(whole(b"slow but sure", b"X: 1"), 0.002)),
    kind("interim-100", b"HTTP/1.1 100 Continue\r\n\r\n" + whole()),
    kind(
        "interim-103",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
        0.05,
        b"HTTP/1.1 103 Early Hints\r\nlink: </b.css>\r\n\r\n" + whole(),
    ),
    kind("head", OK + b"Content-Length: 4711\r\n\r\n", asks=(Ask(method="HEAD"),)),
    kind(
        "head-with-body",
        whole(),
        asks=(Ask(method="HEAD"), Ask("/after", method="HEAD")),
        surplus=PAGE,
        connections=2,
    ),
    kind("post", whole(), asks=(Ask(method="POST", body=b"q=neige&a=\xe9\x00\xff"),)),
    kind("post-empty", whole(), asks=(Ask(method="POST"),)),
    kind("post-large", whole(), asks=(Ask(method="POST", body=bytes(range(256)) * 800),)),
    kind(
        "request-headers",
        whole(),
        asks=(Ask("/a;b=c?d=%C3%A9&&e#part", headers=(("x-odd-CASE", "1"), ("Accept", "*/*"))),),
    ),
    kind("redirect", whole(b"moved", b"Location: /other", status=b"HTTP/1.1 302 Found\r\n")),
    kind(
        "not-modified",
        b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 99\r\n\r\n',
        asks=(Ask(headers=(("If-None-Match", '"1"'),)),),
    ),
    kind(
        "no-content-with-body",
        whole(b"oops", status=b"HTTP/1.1 204 No Content\r\n"),
        surplus=b"oops",
    ),
    kind("error-500", whole(b"sorry", status=b"HTTP/1.1 500 Internal Server Error\r\n")),
    kind("status-999", whole(b"", status=b"HTTP/1.1 999 Request denied\r\n")),
    Kind(
        "retry",
        asks=(Ask(), Ask(way="again"), Ask(way="again")),
        answers=(
            Answer((whole(b"1", b"Retry-After: 0", status=b"HTTP/1.1 503 Busy\r\n"),)),
            Answer((whole(b"22", b"Retry-After: 0", status=b"HTTP/1.1 429 Too Many\r\n"),)),
            Answer((whole(b"333"),)),
        ),
    ),
    kind(
        "robots",
        whole(b"User-agent: *\nCrawl-delay: 2\n"),
        asks=(Ask("/robots.txt", way="engine"),),
    ),
    cut(
        "robots-cut",
        OK + b"Content-Length: 99\r\n\r\nUser-agent: *\n",
        asks=(Ask("/robots.txt", way="engine"),),
    ),
    kind("chunked", OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(PAGE, b"z", PAGE)),
    kind(
        "chunked-extensions-trailers",
        OK + b"TRANSFER-encoding:  Chunked\r\nTrailer: X-Sum\r\n\r\n"
        b'0005;name=value;q="a b"\r\nNeige\r\n',
        0.05,
        b"A;x\r\n0123456789\r\n000;last\r\nX-Sum: 15\r\nx-other:  2 \r\n\r\n",
        entity=b"Neige0123456789",
    ),
    kind(
        "chunked-gzip",
        OK
        + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunks(GZIP[:10], GZIP[10:]),
    ),
    kind("gzip", whole(GZIP, b"content-encoding: GZIP")),
    kind(
        "odd-headers",
        whole(
            b"ok",
            b"sErVeR:tight",
            b"X-A: 1",
            b"X-a:   2  ",
            b"X-A: 1",
            b"Set-Cookie: a=1",
            b"Set-Cookie: b=2",
            b"X-Empty:",
        ),
    ),
    kind(
        "non-ascii-headers",
        whole(
            b"ok",
            "X-Ville: Montréal".encode(),
            b"X-L1: \xe9t\xe9\xff",
            status="HTTP/1.1 200 D'accord, très bien\r\n".encode(),
        ),
    ),
    kind("empty-reason", whole(status=b"HTTP/1.1 200 \r\n")),
    kind("no-reason", whole(status=b"HTTP/1.1 200\r\n")),
    kind("folded-header", whole(b"ok", b"X-Folded: one\r\n  two\r\n\tthree")),
    kind("header-without-colon", whole(b"ok", b"this line is no header", b"X-After: 1")),
    kind("header-of-20-kib", whole(b"ok", b"X-Long: " + b"l" * 20_000)),
    kind("head-of-64-kib", whole(b"ok", *(b"X: %04d" % i + b"h" * 990 for i in range(64)))),
    kind("bare-line-feeds", b"HTTP/1.1 200 OK\nContent-Length: 5\nX: 1\n\nneige"),
    kind("http-1.0", b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE, end="close"),
    kind("until-close", OK + b"Connection: close\r\n\r\n" + PAGE, 0.05, PAGE, end="close"),
    kind(
        "too-long",
        whole() + b"and more",
        surplus=b"and more",
        asks=(Ask("/1"), Ask("/2")),
        connections=2,
    ),
    kind(
        "second-response",
        whole() + whole(b"smuggled"),
        surplus=whole(b"smuggled"),
        asks=(Ask("/1"), Ask("/2")),
        connections=2,
    ),
    kind(
        "chunked-surplus",
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(PAGE) + b"more",
        surplus=b"more",
    ),
    Kind(
        "sent-again",
        asks=(Ask("/first"), Ask("/second")),
        answers=(Answer((whole(),)), Answer((), "close"), Answer((whole(b"here"),))),
        exchanges=(1, 2),
        connections=2,
    ),
    Kind(
        "sent-again-in-vain",
        asks=(Ask("/first"), Ask("/second")),
        answers=(Answer((whole(),)), Answer((), "close"), Answer((), "hang")),
        exchanges=(1, 2),
        truncated="time",
        reason="timeout",
    ),
    cut("too-short", OK + b"Content-Length: 9999\r\n\r\n" + PAGE),
    cut("chunks-cut", OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(PAGE)[:-7]),
    cut("head-cut", OK + b"Content-Type: te"),
    cut("nothing"),
    cut("reset-in-body", OK + b"Content-Length: 9999\r\n\r\n" + PAGE, end="reset"),
    cut("until-reset", OK + b"\r\n" + PAGE, end="reset"),
    cut("switching", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nx"),
    refused("ssh", b"SSH-2.0-OpenSSH_9.6\r\n"),
    refused("icecast", b"ICY 200 OK\r\n\r\n"),
    refused("noise", bytes(range(256)) + b"\n\n"),
    refused("status-word", b"HTTP/1.1 OK\r\n\r\n"),
    refused("conflicting-lengths", OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    refused("negative-length", OK + b"Content-Length: -1\r\n\r\nab"),
    refused("unknown-transfer-coding", OK + b"Transfer-Encoding: br\r\n\r\nab"),
    refused("broken-chunk", OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nneige\r\nzz\r\n"),
    kind(
        "slow-body",
        OK + b"Content-Length: 9999\r\n\r\n" + PAGE,
        end="hang",
        truncated="time",
        reason="timeout",
    ),
    kind("slow-head", OK + b"Content-Ty", end="hang", truncated="time", reason="timeout"),
    kind("silence", end="hang", truncated="time", reason="timeout"),
    kind(
        "drip-in-head",
        *drip(OK + b"X: " + b"d" * 1000, 0.01),
        end="hang",
        truncated="time",
        reason="timeout",
    ),
    kind(
        "drip-in-body",
        *drip(OK + b"Content-Length: 1000\r\n\r\n" + b"d" * 900, 0.01),
        end="hang",
        truncated="time",
        reason="timeout",
    ),
    kind(
        "drip-until-close",
        *drip(OK + b"\r\n" + b"d" * 900, 0.01),
        end="hang",
        truncated="time",
        reason="timeout",
    ),
    kind(
        "announced-too-large",
        OK + b"Content-Length: 9999999999\r\n\r\n" + PAGE,
        end="hang",
        truncated="length",
        reason="too_large",
    ),
    kind("flood", OK + b"\r\n", *FLOOD, end="hang", truncated="length", reason="too_large"),
    kind(
        "chunked-flood",
        OK + b"Transfer-Encoding: chunked\r\n\r\n",
        *((b"1;%b\r\nx\r\n" % (b"e" * 1000)) * 64,) * 8,
        end="hang",
        truncated="length",
        reason="too_large",
    ),
    kind(
        "endless-head",
        OK,
        *(b"X-%05d: " % i + b"h" * 990 + b"\r\n" for i in range(100)),
        end="hang",
        truncated="length",
        reason="too_large",
    ),
    kind(
        "endless-header",
        OK + b"X: ",
        *(b"h" * 1000,) * 100,
        end="hang",
        truncated="length",
        reason="too_large",
    ),
    kind(
        "endless-interim",
        *(b"HTTP/1.1 102 Processing\r\n\r\n" * 100,) * 40,
        end="hang",
        truncated="length",
        reason="too_large",
    ),
)
