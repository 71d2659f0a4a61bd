"""Revisits of articles in files of others, and which of them repeat a capture that nobody gave."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from msgspec import Struct
from msgspec.json import Decoder

from huffarchive.warc.annotation import Annotation
from huffarchive.warc.record import UNDATED, Record, Stored, read_warc_date

SHOWN = 5
"""Addresses that are named, of one file."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A revisit: whose, and by what the capture is known that it repeats."""

    url: str
    names: tuple[int, ...]

    @classmethod
    def of(cls, record: Record) -> "Repeat":
        """What a revisit says of itself."""
        uri = (record.field("WARC-Refers-To-Target-URI") or "").strip("<>")
        names = _names(
            record.field("WARC-Refers-To"),
            record.field("WARC-Payload-Digest"),
            uri,
            record.field("WARC-Refers-To-Date"),
        )
        return cls((record.field("WARC-Target-URI") or "").strip("<>"), tuple(names))


def _names(ident: str | None, digest: str | None, url: str, date: str | None) -> Iterator[int]:
    moment = read_warc_date(date or "")
    at = f"{url} {moment.isoformat()}" if url and moment != UNDATED else None
    for name in filter(None, (ident, digest, at)):
        yield int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest())


class Repeats:
    """The revisits of a file, one after the other; one with a note of ours beside it is no loss."""

    def __init__(self) -> None:
        self.found: list[Repeat] = []
        self._last = ""

    def add(self, stored: Stored) -> None:
        """Take a revisit of an article."""
        self.found.append(Repeat.of(stored.record))
        self._last = stored.record.id

    def beside(self, record: Record) -> None:
        """Take a metadata record, which may be the note of the last one."""
        noted = self._last and record.field("WARC-Concurrent-To") == self._last
        if noted and Annotation.from_block(record.block) is not None:
            self.found.pop()
            self._last = ""


class _Row(Struct):
    url: str = ""
    captured_at: str | None = None
    warc_record_id: str | None = None
    payload_sha1: str | None = None


_RECORD = Decoder(_Row)


class Known:
    """The captures of which there are records."""

    def __init__(self) -> None:
        self._names = array("Q")
        self._set: frozenset[int] | None = None

    def read(self, lines: Iterable[bytes]) -> None:
        """Add those of JSONL lines."""
        self._set = None
        for line in lines:
            row = _RECORD.decode(line)
            self._names.extend(
                _names(row.warc_record_id, row.payload_sha1, row.url, row.captured_at)
            )

    def lack(self, repeats: Iterable[Repeat]) -> tuple[Repeat, ...]:
        """Those whose captures are none of these."""
        if self._set is None:
            self._set = frozenset(self._names)
        return tuple(r for r in repeats if self._set.isdisjoint(r.names))


def lacking(
    repeats: Sequence[Repeat],
    outputs: Iterable[Path | str],
    opened: Callable[[Any], AbstractContextManager[IO[bytes]]] = lambda path: path.open("rb"),
) -> tuple[Repeat, ...]:
    """Those whose captures have no record in the outputs. OSError."""
    known = Known()
    for output in outputs if repeats else ():
        with opened(output) as lines:
            known.read(lines)
    return known.lack(repeats)


def told(path: object, lacking: tuple[Repeat, ...]) -> str:
    """The line that says so of a file."""
    urls = ", ".join(repeat.url for repeat in lacking[:SHOWN])
    more = ", …" if len(lacking) > SHOWN else ""
    many = f"{len(lacking):,} revisits of articles repeat captures"
    many = many if len(lacking) > 1 else "1 revisit of an article repeats a capture"
    return f"{path}: {many} of which no file given has an article: {urls}{more}"
