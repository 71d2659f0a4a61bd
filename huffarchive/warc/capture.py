"""A captured answer with its annotation, and the grouping of a file's records into captures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from huffarchive.http import Message, MessageError
from huffarchive.reconcile import reconciled
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.damage import WarcError, readable
from huffarchive.warc.playback import Playback, is_playback, playback, played_back
from huffarchive.warc.record import Record, Stored, escaped, read_warc_date, sha1, sha256

_UNKNOWN = "application/octet-stream"
"""The type of a resource that states none."""
_DROPPED = dict.fromkeys(map(ord, "\t\r\n"))
"""What is nothing in an address (WHATWG URL, section 4.4)."""


@dataclass(frozen=True)
class Capture:
    """One captured answer with the note beside it; of a playback, the capture played back."""

    answer: Stored
    note: Annotation | None
    known_digests: tuple[str, str] | None = None
    """SHA-1 and SHA-256 of the entity, where the writer has just computed them."""

    @cached_property
    def is_playback(self) -> bool:
        """Whether an archive was asked to play a capture back, by this program or another."""
        return (self.note is None or self.note.of_archive) and is_playback(self.target)

    @cached_property
    def played(self) -> Playback | None:
        """The capture played back."""
        if not self.is_playback:
            return None
        block = self.answer.record.block
        try:
            return playback(self.target, reconciled(block) if self.foreign else block)
        except MessageError:
            return None

    @property
    def target(self) -> str:
        """The WARC-Target-URI, in ASCII; some writers put angle brackets around it, or write
        `HTTP:`.
        """
        stated = self.answer.record.field("WARC-Target-URI") or ""
        uri = escaped(stated.translate(_DROPPED)).strip("<>")
        scheme, colon, rest = uri.partition(":")
        return f"{scheme.lower()}{colon}{rest}"

    @cached_property
    def _played_back(self) -> tuple[str, datetime] | None:
        """Address and moment of the capture played back, of another program's also where the body
        cannot be read.
        """
        if self.played:
            return self.played.url, self.played.captured_at
        try:
            shown = self.foreign and self.is_playback
            return played_back(self.target, self.head) if shown else None
        except MessageError:
            return None

    @property
    def url(self) -> str:
        """The address of the page."""
        return self._played_back[0] if self._played_back else self.target

    @property
    def captured_at(self) -> datetime:
        """The WARC-Date, or the Memento-Datetime; UNDATED where it is no date."""
        if self._played_back:
            return self._played_back[1]
        return read_warc_date(self.answer.record.field("WARC-Date") or "")

    @cached_property
    def foreign(self) -> bool:
        """Whether another program wrote the answer."""
        note = self.note
        ours = note is not None and note.origin is None and self.is_playback
        return note is None or (note.of_archive and not ours)

    @property
    def holds_http(self) -> bool:
        """Whether the block is an HTTP response; another program's is, whatever its type, where it
        begins as one does.
        """
        record = self.answer.record
        if self.foreign and _is_http(record.block):
            return True
        kind = (record.field("Content-Type") or "").lower()
        claimed = not kind or kind.startswith("application/http") or not self.foreign
        return record.type != "resource" and claimed

    @property
    def response(self) -> bytes:
        """The HTTP response, of a playback of ours the archived one."""
        return self.played.response if self.played and not self.foreign else self._recorded

    @property
    def _recorded(self) -> bytes:
        """The HTTP response as its record has it; where the block is none, one is made of it."""
        record = self.answer.record
        if self.holds_http:
            return record.block
        kind = record.field("Content-Type") or ""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind or _UNKNOWN}\r\n\r\n"
        return head.encode("latin-1", "replace") + record.block

    @cached_property
    def readable(self) -> bytes:
        """The HTTP response as it is read: of another program's, head and body are reconciled."""
        return reconciled(self.response) if self.foreign else self.response

    @property
    def head(self) -> Message:
        """Its status and headers, without its body; MessageError when it is no HTTP."""
        return Message.head(self.response, lenient=self.foreign)

    @cached_property
    def message(self) -> Message:
        """The HTTP response taken apart; MessageError when it is none."""
        return Message.parse(self.response, lenient=self.foreign)

    @cached_property
    def digests(self) -> tuple[str, str]:
        """SHA-1 and SHA-256 of the record's payload (WARC/1.1, 5.5): the entity, also of a playback
        as the archive gave it; the body as it stands where it has none.
        """
        if self.known_digests is not None:
            return self.known_digests
        message = Message.parse(self._recorded, lenient=self.foreign)
        try:
            entity = message.entity
        except MessageError:
            entity = message.body
        return sha1(entity), sha256(entity)


def _is_http(block: bytes) -> bool:
    try:
        return bool(Message.head(block, lenient=True).status)
    except MessageError:
        return False


class Grouping:
    """Groups records that come one after the other; an answer is a response of HTTP or a resource.

    Its note is the metadata record that is concurrent to it.
    """

    def __init__(self) -> None:
        self._answer: Stored | None = None
        self._note: Annotation | None = None

    @property
    def bare(self) -> Stored | None:
        """The answer under way, as long as its note has not come."""
        return self._answer if self._note is None else None

    def add(self, stored: Stored) -> Capture | None:
        """Take the next record; the capture that ends before it, if one does."""
        record, answer = stored.record, self._answer
        beside = answer is not None and record.field("WARC-Concurrent-To") == answer.record.id
        if record.type == "metadata" and beside:
            self._note = Annotation.from_block(record.block) or self._note
        if record.type not in ("response", "resource"):
            return None
        if record.type == "resource" and beside:
            return None  # the same page once more, for replay
        done = self.end()
        self._answer = stored if _is_answer(record) else None
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


def _is_answer(record: Record) -> bool:
    uri = (record.field("WARC-Target-URI") or "").strip("<>")
    return uri.lower().startswith(("http:", "https:"))
