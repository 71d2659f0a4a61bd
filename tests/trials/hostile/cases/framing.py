"""Where a response begins and ends, and servers that disagree with themselves about it."""

from tests.trials.hostile.say import HTML, OK, PAGE, Group, chunks, drip, made, raw, whole

GROUP = Group("framing")
_add = GROUP.add
_CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
_DUE = b"Content-Length: %d\r\n\r\n"


def _length(text: str, body: bytes = PAGE) -> bytes:
    return OK + b"Content-Length: " + text.encode() + b"\r\n\r\n" + body


_add(
    "length-too-short",
    "a Content-Length of 40 and a whole page: 40 bytes are the answer",
    "captured/unreadable",
    raw(_length("40")),
)
_add(
    "length-too-long",
    "a Content-Length of 99,999, then the end",
    "failed/cut",
    raw(_length("99999"), end="close"),
    quick=True,
)
_add(
    "length-too-long-and-silence",
    "a Content-Length of 99,999, then nothing",
    "failed/timeout",
    raw(_length("99999"), end="hang"),
    seconds=25,
)
_add(
    "length-negative",
    "Content-Length: -1",
    "failed/malformed",
    raw(_length("-1"), end="hang"),
    quick=True,
)
_add(
    "length-twice-the-same",
    "the same Content-Length twice",
    "captured/article",
    raw(OK + b"Content-Length: %d\r\n" % len(PAGE) + _DUE % len(PAGE) + PAGE),
)
_add(
    "length-twice-different",
    "two Content-Lengths",
    "failed/malformed",
    raw(OK + b"Content-Length: 10\r\n" + _DUE % len(PAGE) + PAGE, end="hang"),
)
_add(
    "length-list", "Content-Length: 10, 20", "failed/malformed", raw(_length("10, 20"), end="hang")
)
_add(
    "length-hexadecimal",
    "Content-Length: 0x200",
    "failed/malformed",
    raw(_length("0x200"), end="hang"),
)
_add("length-with-plus", "Content-Length: +5", "failed/malformed", raw(_length("+5"), end="hang"))
_add(
    "length-with-underscore",
    "Content-Length: 1_0",
    "failed/malformed",
    raw(_length("1_0"), end="hang"),
)
_add(
    "length-other-digits",
    "a Content-Length in superscript digits",
    "failed/malformed",
    raw(OK + "Content-Length: ²³\r\n\r\n".encode() + PAGE, end="hang"),
)
_add(
    "length-of-20-digits",
    "a Content-Length of 10^20",
    "failed/too_large",
    raw(_length("1" + "0" * 20), end="hang"),
)
_add(
    "length-of-5000-digits",
    "a Content-Length of 5,000 digits",
    "failed/malformed",
    raw(_length("9" * 5000), end="hang"),
)
_add("length-empty", "an empty Content-Length", "failed/malformed", raw(_length(""), end="hang"))
_add(
    "length-and-chunks",
    "a Content-Length and chunks",
    "captured/article",
    raw(OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(PAGE), end="hang"),
)
_add(
    "chunk-huge",
    "a chunk of 2^60 bytes",
    "failed/timeout",
    raw(_CHUNKED + b"1000000000000000\r\n" + PAGE, end="hang"),
    seconds=25,
)
_add(
    "chunk-of-17-digits",
    "a chunk size of 17 hexadecimal digits",
    "failed/timeout",
    raw(_CHUNKED + b"f" * 17 + b"\r\n" + PAGE, end="hang"),
    seconds=25,
)
_add(
    "chunk-size-endless",
    "a chunk size that never ends",
    "failed/malformed",
    raw(_CHUNKED + b"0" * 100_000, end="hang"),
)
_add(
    "chunk-negative",
    "a chunk of -5 bytes",
    "failed/malformed",
    raw(_CHUNKED + b"-5\r\nneige\r\n0\r\n\r\n", end="hang"),
)
_add(
    "chunk-garbage",
    "letters for a chunk size",
    "failed/malformed",
    raw(_CHUNKED + b"5\r\nneige\r\nzz\r\n", end="hang"),
    quick=True,
)
_add(
    "chunk-with-0x",
    "a chunk size of 0x5",
    "failed/malformed",
    raw(_CHUNKED + b"0x5\r\nneige\r\n0\r\n\r\n", end="hang"),
)
_add(
    "chunk-longer-than-said",
    "more data than the chunk's size",
    "failed/malformed",
    raw(_CHUNKED + b"5\r\nneigeneige\r\n0\r\n\r\n", end="hang"),
)
_add(
    "chunks-without-end",
    "chunks, then the end of the connection",
    "failed/cut",
    raw(_CHUNKED + chunks(PAGE)[:-5], end="close"),
)
_add(
    "chunks-never-end",
    "chunks for ever",
    "failed/too_large",
    made(lambda: (_CHUNKED, *(chunks(b"x" * 65536)[:-5] for _ in range(600))), end="hang"),
    seconds=25,
)
_add(
    "chunks-of-one-byte",
    "a page of 300,000 chunks of one byte",
    "captured/article",
    made(lambda: (_CHUNKED, chunks(PAGE)[:-5], b"1\r\n \r\n" * 300_000, b"0\r\n\r\n")),
    seconds=20,
)
_add(
    "chunk-extension-of-1-mb",
    "a chunk extension of 1 MB",
    "failed/malformed",
    raw(_CHUNKED + b"5;" + b"e" * 1_000_000 + b"\r\nneige\r\n0\r\n\r\n", end="hang"),
)
_add(
    "trailers-endless",
    "trailers for ever",
    "failed/malformed",
    made(
        lambda: (_CHUNKED + b"5\r\nneige\r\n0\r\n", *(b"X: 1\r\n" * 10_000 for _ in range(600))),
        end="hang",
    ),
    seconds=25,
)
_add(
    "trailer-that-is-a-length",
    "a Content-Length in the trailers",
    "captured/article",
    raw(_CHUNKED + chunks(PAGE, trailer=b"Content-Length: 3\r\n")),
)
_add(
    "coding-unknown",
    "Transfer-Encoding: neige",
    "failed/malformed",
    raw(OK + b"Transfer-Encoding: neige\r\n\r\n" + PAGE, end="hang"),
)
_add(
    "coding-twice",
    "Transfer-Encoding: chunked, chunked",
    "failed/malformed",
    raw(OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + chunks(PAGE), end="hang"),
)
_add(
    "coding-gzip-chunked",
    "Transfer-Encoding: gzip, chunked",
    "failed/malformed",
    raw(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunks(PAGE), end="hang"),
)
_add(
    "coding-identity",
    "Transfer-Encoding: identity, an old server's habit",
    "failed/malformed",
    raw(OK + b"Transfer-Encoding: identity\r\n" + _DUE % len(PAGE) + PAGE, end="close"),
)
_add(
    "coding-hidden",
    "a Transfer-Encoding with a vertical tab",
    "captured/article",
    raw(OK + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + chunks(PAGE), end="hang"),
)
_add(
    "closed-at-once",
    "the connection closed without a byte",
    "failed/cut",
    raw(end="close"),
    quick=True,
)
_add("closed-in-head", "half a head, then the end", "failed/cut", raw(OK + b"X-A: ", end="close"))
_add("reset-at-once", "a reset without a byte", "failed/cut", raw(end="reset"))
_add("reset-in-body", "half a body, then a reset", "failed/cut", raw(_length("99999"), end="reset"))
_add("silence", "nothing, ever", "failed/timeout", raw(end="hang"), seconds=25)
_add(
    "drip-head",
    "a head, one byte each 20 ms",
    "failed/timeout",
    raw(*drip(OK + b"X: " + b"d" * 1500, 0.02), end="hang"),
    seconds=25,
)
_add(
    "drip-body",
    "a body, one byte each 20 ms",
    "failed/timeout",
    raw(*drip(OK + b"Content-Length: 5000\r\n\r\n" + b"d" * 1500, 0.02), end="hang"),
    seconds=25,
)
_add(
    "drip-chunks",
    "chunks of one byte each 20 ms",
    "failed/timeout",
    raw(_CHUNKED, *(x for _ in range(1500) for x in (b"1\r\nd\r\n", 0.02)), end="hang"),
    seconds=25,
)
_add(
    "smuggled-response",
    "a second response behind the first",
    "captured/article",
    raw(whole(PAGE) + whole(b"<h1>smuggled</h1>")),
    quick=True,
)
_add(
    "smuggled-before",
    "a response before it was asked for",
    "captured/article",
    raw(whole(PAGE), 0.2, whole(b"<h1>smuggled</h1>")),
)
_add("http-0.9", "a page without a head", "failed/malformed", raw(PAGE, end="close"))
_add("icy", "ICY 200 OK", "failed/malformed", raw(b"ICY 200 OK\r\n\r\n" + PAGE, end="hang"))
_add(
    "ssh",
    "an SSH banner",
    "failed/malformed",
    raw(b"SSH-2.0-OpenSSH_9.6\r\n", end="hang"),
    quick=True,
)
_add("ftp", "an FTP greeting", "failed/malformed", raw(b"220 ftp ready\r\n", end="hang"))
_add(
    "smtp-then-close",
    "an SMTP greeting, then the end",
    "failed/malformed",
    raw(b"220 mail ESMTP\r\n", end="close"),
)
_add("noise", "all 256 bytes", "failed/malformed", raw(bytes(range(256)) + b"\n\n", end="hang"))
_add("zeros", "a megabyte of zeros", "failed/too_large", raw(bytes(1_000_000), end="hang"))
_add(
    "http-2",
    "the preface of HTTP/2",
    "failed/malformed",
    raw(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\n\n", end="hang"),
)
_add(
    "tls-alert",
    "a TLS alert on a plain port",
    "failed/malformed",
    raw(b"\x15\x03\x01\0\x02\x02\x46\n", end="hang"),
)
_add(
    "http-9.9",
    "HTTP/9.9",
    "captured/article",
    raw(whole(PAGE, HTML, status=b"HTTP/9.9 200 OK\r\n")),
)
_add(
    "http-1.0-kept-open",
    "HTTP/1.0 without a length that never closes",
    "failed/timeout",
    raw(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE, end="hang"),
    seconds=25,
)
_add(
    "blank-lines-first",
    "blank lines before the status line",
    "failed/malformed",
    raw(b"\r\n\r\n" + whole(PAGE), end="hang"),
)
_add(
    "flood",
    "40 MB without a length",
    "failed/too_large",
    made(lambda: (OK + b"\r\n", *(b"x" * 65536 for _ in range(640))), end="hang"),
    seconds=25,
    quick=True,
)
_add(
    "length-of-50-mb",
    "a page of 50 MB, its length announced",
    "failed/too_large",
    made(
        lambda: (OK + b"Content-Length: 50000000\r\n\r\n", *(PAGE * 20 for _ in range(1000))),
        end="hang",
    ),
    seconds=10,
)
_add(
    "50-mb-in-chunks",
    "a page of 50 MB in chunks, its length unknown",
    "failed/too_large",
    made(lambda: (_CHUNKED, *(chunks(PAGE * 20)[:-5] for _ in range(1000)), b"0\r\n\r\n")),
    seconds=10,
    quick=True,
)
_add(
    "50-mb-until-close",
    "a page of 50 MB that ends with the connection",
    "failed/too_large",
    made(lambda: (OK + b"\r\n", *(PAGE * 20 for _ in range(1000))), end="close"),
    seconds=10,
)
_add(
    "page-in-tiny-pieces",
    "a page in pieces of one byte",
    "captured/article",
    raw(*drip(whole(PAGE[:600]), 0.001)),
    seconds=10,
)
_add(
    "two-in-one-then-close",
    "a good page, and the connection closed",
    "captured/article",
    raw(whole(PAGE), end="close"),
)
