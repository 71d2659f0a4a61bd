"""Captures out of records: each answer with the note beside it."""

from collections.abc import Iterator

from huffarchive.warc.note import Note
from huffarchive.warc.read import Capture, WarcError, readable
from huffarchive.warc.record import Record, Stored


class Grouping:
    """Groups records that come one after the other; an answer is a response of HTTP or a resource.

    Its note is the metadata record that is concurrent to it.
    """

    def __init__(self) -> None:
        self._answer: Stored | None = None
        self._note: Note | None = None

    @property
    def bare(self) -> Stored | None:
        """The answer under way, as long as its note has not come."""
        return self._answer if self._note is None else None

    def add(self, stored: Stored) -> Capture | None:
        """Take the next record; the capture that ends before it, if one does."""
        record, answer = stored.record, self._answer
        beside = answer is not None and record.field("WARC-Concurrent-To") == answer.record.id
        if record.type == "metadata" and beside:
            self._note = Note.from_block(record.block) or self._note
        if record.type not in ("response", "resource"):
            return None
        if record.type == "resource" and beside:
            return None  # the same page once more, for replay
        done = self.end()
        self._answer = stored if _is_http(record) else None
        return done

    def end(self) -> Capture | None:
        """The capture under way, if there is one: no more records are of it."""
        answer, note = self._answer, self._note
        self._answer = self._note = None
        return None if answer is None else Capture(answer, note)


def captures(stored: Iterator[Stored]) -> Iterator[Capture]:
    """Group records to captures; those that can be read come before a WarcError or OSError."""
    grouping = Grouping()
    faults: list[WarcError | OSError] = []
    for item in readable(stored, faults):
        if (done := grouping.add(item)) is not None:
            yield done
    if (last := grouping.end()) is not None:
        yield last
    for fault in faults:
        raise fault


def _is_http(record: Record) -> bool:
    uri = (record.field("WARC-Target-URI") or "").strip("<>")
    return uri.startswith(("http:", "https:"))
