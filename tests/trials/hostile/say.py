"""How answers are spelt: the words that the cases are written in."""

import re
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache

from tests.trials.hostile.case import Answer, Case, Here, Own, Piece

OK = b"HTTP/1.1 200 OK\r\n"
HTML = b"Content-Type: text/html; charset=utf-8"

WORDS = (
    "La neige tombe sur Montréal depuis le milieu de la nuit et les écoles resteront fermées. "
    "Les services de la Ville demandent aux automobilistes d'éviter le centre jusqu'à midi. "
)


def article(title: str = "La neige tombe", body: str = "", head: str = "") -> bytes:
    """A good page of an article, with more in its body or its head."""
    paragraphs = "".join(f"<p>{WORDS} ({n})</p>" for n in range(4))
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article">{head}</head>'
        f"<body><article><h1>{title}</h1>{paragraphs}{body}</article></body></html>"
    ).encode("utf-8", "surrogatepass")


PAGE = article()


def raw(*pieces: Piece, end: str = "keep") -> Answer:
    """These bytes and pauses, nothing else."""
    return Answer(lambda _: pieces, end)


def made(pieces: Callable[[], Iterable[Piece]], end: str = "keep") -> Answer:
    """Bytes that are made when they are asked for."""
    return Answer(lambda _: pieces(), end)


def whole(body: bytes, *headers: bytes, status: bytes = OK) -> bytes:
    """A response with its length."""
    lines = b"".join(line + b"\r\n" for line in headers or (HTML,))
    return status + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


def ok(body: bytes | Callable[[], bytes], *headers: bytes, status: bytes = OK) -> Answer:
    """A whole response, its body made when asked for where it is a function."""
    if callable(body):
        return Answer(lambda _: (whole(body(), *headers, status=status),))
    return raw(whole(body, *headers, status=status))


def to(location: str | bytes, status: int = 302, *more: bytes) -> Answer:
    """A redirect; {site}, {canary}, {port} and {id} are filled in."""

    def pieces(here: Here) -> Iterable[Piece]:
        text = location.encode("utf-8") if isinstance(location, str) else location
        text = filled(text, here)
        yield whole(b"", b"Location: " + text, *more, status=b"HTTP/1.1 %d Moved\r\n" % status)

    return Answer(pieces)


def filled(text: bytes, here: Here) -> bytes:
    """A text with {site}, {canary}, {port} and {id} filled in."""
    values = {
        b"site": here.site.encode(),
        b"canary": here.canary.encode(),
        b"port": str(here.canary_port).encode(),
        b"id": str(here.ident).encode(),
    }
    return re.sub(rb"\{(site|canary|port|id)\}", lambda m: values[m[1]], text)


def drip(data: bytes, pause: float) -> tuple[Piece, ...]:
    """One byte at a time."""
    return tuple(x for i in range(len(data)) for x in (data[i : i + 1], pause))


def chunks(*parts: bytes, trailer: bytes = b"") -> bytes:
    """A body in chunks."""
    return b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in parts) + b"0\r\n" + trailer + b"\r\n"


@lru_cache(maxsize=8)
def bomb(wbits: int, size: int = 2 * 1024**3) -> bytes:
    """Two gibibytes of zeros, packed by zlib; made of one block over and over."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1024 * 1024)
    begun = stream.compress(block) + stream.flush(zlib.Z_FULL_FLUSH)
    again = stream.compress(block) + stream.flush(zlib.Z_FULL_FLUSH)
    end = stream.flush()
    count = size // len(block)
    data = begun + again * (count - 1) + end
    if wbits == -15:
        return data
    total = 0 if wbits == 31 else 1
    for _ in range(count):
        total = (zlib.crc32 if wbits == 31 else zlib.adler32)(block, total)
    if wbits == 15:
        return b"\x78\xda" + data + total.to_bytes(4, "big")
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    return head + data + total.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")


class Group:
    """Collects the cases of one group."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cases: list[Case] = []

    def add(
        self,
        name: str,
        does: str,
        expect: str,
        *answers: Answer,
        url: str | None = None,
        own: Own | None = None,
        direct: Callable[[], str] | None = None,
        seconds: float = 10.0,
        exit: int | None = None,
        quick: bool = False,
    ) -> None:
        """One more case."""
        self.cases.append(
            Case(name, self.name, does, expect, answers, url, own, direct, seconds, exit, quick)
        )
