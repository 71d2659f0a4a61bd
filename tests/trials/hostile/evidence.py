"""What the server sent against what the WARC holds: wherever bytes arrived, they are kept."""

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from tests.trials.hostile.case import Answer, Here

MAX_HEAD = 64 * 1024
"""Bytes of a head that are kept."""
SLACK = 4096
"""Bytes that a drip sends on before it sees that nobody listens."""
ON_THEIR_WAY = 16 * 1024 * 1024
"""Bytes that the machine takes from a server and that nobody has read yet."""


@dataclass(slots=True)
class Sent:
    """One answer of the server's: how much of it went out."""

    url: str
    answer: Answer
    here: Here
    size: int = 0

    def first(self, length: int) -> bytes:
        """Its first bytes, made once more."""
        parts: list[bytes] = []
        for piece in self.answer.pieces(self.here):
            if isinstance(piece, bytes):
                parts.append(piece[: length - sum(map(len, parts))])
                if sum(map(len, parts)) >= length:
                    break
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer of a WARC file's."""

    block: bytes
    truncated: str | None
    http: bool


def check_evidence(folder: Path, sent: list[Sent]) -> tuple[int, list[str]]:
    """How many answers of which bytes went out are kept as they were, and what is wrong.

    Of each address, the answers in the WARC files must be the answers sent, in their order: each
    begins as it was sent, byte for byte, and goes as far as it must. A whole answer goes to the end
    that the standard library finds in it; what follows is no part of it. One that is cut at a bound
    holds its head or as much of it as is bounded; one that ended early, all that went out; one that
    is no HTTP, its beginning.
    """
    kept: dict[str, list[Kept]] = {}
    for url, answer in _answers(folder):
        kept.setdefault(url, []).append(answer)
    found, faults = 0, []
    for one in sent:
        if not one.size:
            continue
        if not (left := kept.get(one.url)):
            faults.append(f"{one.url}: {one.size} bytes were sent, and none are kept")
            continue
        fault = compare(one, left.pop(0))
        found += fault is None
        if fault is not None:
            faults.append(f"{one.url}: {fault}")
    return found, faults


def compare(sent: Sent, kept: Kept) -> str | None:
    """What is wrong with an answer that was kept, or None."""
    size = len(kept.block)
    if sent.first(size) != kept.block:
        return f"the {size} bytes kept are not what was sent"
    if not size:
        return f"{sent.size} bytes were sent, and none are kept"
    if kept.truncated == "length":
        head = sent.first(MAX_HEAD).find(b"\r\n\r\n")
        least = min(sent.size, MAX_HEAD if head < 0 else head + 4)
    elif kept.truncated in ("time", "disconnect"):
        least = sent.size - (SLACK if sent.size < 64 * SLACK else ON_THEIR_WAY)
    elif kept.truncated is None and kept.http:
        least = _end(sent.first(sent.size))
    else:
        least = 1
    return None if size >= least else f"{size} of {sent.size} bytes are kept, not {least}"


class _Stream(BytesIO):
    """A stream that says where its reader stopped."""

    def makefile(self, _: str) -> "_Stream":
        """What a socket would give."""
        return self

    def close(self) -> None:
        """Stay open."""


def _end(stream: bytes) -> int:
    """Where the answer ends that a stream begins with, as the standard library reads it.

    All of it where that reads none.
    """
    reading = _Stream(stream)
    response = http.client.HTTPResponse(reading)  # type: ignore[arg-type]
    try:
        response.begin()
        response.read()
    except (http.client.HTTPException, OSError, ValueError):
        return len(stream)
    return reading.tell()


def _answers(folder: Path) -> Iterator[tuple[str, Kept]]:
    """The answers of a run, in the order of its files."""
    for path in sorted((folder / "warc").glob("*/*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                kind = record.rec_headers.get_header("Content-Type") or ""
                raw = record.rec_type == "metadata" and kind == "application/octet-stream"
                if record.rec_type != "response" and not raw:
                    continue
                url = record.rec_headers.get_header("WARC-Target-URI")
                cut = record.rec_headers.get_header("WARC-Truncated")
                yield url, Kept(record.raw_stream.read(), cut, not raw)
