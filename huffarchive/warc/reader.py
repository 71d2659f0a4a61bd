"""Reading WARC files, ours or anybody's: records, captures with their annotations, damaged
places.
"""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TypeVar

from huffarchive import typed
from huffarchive.http import Message, MessageError
from huffarchive.reconcile import reconciled
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.parser import (
    MAX_HEAD,
    MAX_LINE,
    NO_RECORD,
    Fault,
    Resync,
    begins_record,
    parse,
)
from huffarchive.warc.playback import Playback, is_playback, playback
from huffarchive.warc.record import Record, Stored, escaped, read_warc_date, sha1, sha256
from huffarchive.warc.stream import MAGIC, FileWindow, is_packed, segment_at


@dataclass(frozen=True, slots=True)
class DamagedBytes:
    """One such place, as large as it can be: no readable record begins in it."""

    offset: int
    length: int
    records: int
    """How many records were begun in it; those whose beginnings are gone cannot be counted."""


class DamageLog:
    """The places of one file, found in their order; each is told of when it has ended."""

    def __init__(self, told: Callable[[DamagedBytes], None]) -> None:
        self._told = told
        self._last: DamagedBytes | None = None
        self.problem = ""
        """What the first is."""
        self.first: int | None = None
        """Where the first begins; None where nothing is lost."""
        self.places = 0
        self.size = 0
        """Bytes."""

    def add(self, begin: int, end: int, problem: str) -> None:
        """Take note that bytes are lost; those that follow others at once are of one place."""
        last = self._last
        if last is not None:
            last = DamagedBytes(last.offset, end - last.offset, last.records + 1)
        elif self.first is None:
            self.first, self.problem = begin, problem
        self.size += end - begin
        self._last = last or DamagedBytes(begin, end - begin, 1)

    def over(self) -> None:
        """Take note that a readable record follows, or the end."""
        if self._last is not None:
            self.places += 1
            self._told(self._last)
            self._last = None

    def __str__(self) -> str:
        """What is wrong with the file."""
        places = "1 place" if self.places == 1 else f"{self.places:,} places"
        return f"{self.problem}; {self.size:,} bytes are lost in {places}, all else was read"


_STEP = f"; restore the file from a copy, or run `{typed()} recover` where it is an archive's own"
Item = TypeVar("Item")
_UNKNOWN = "application/octet-stream"
"""The type of a resource that states none."""

_DROPPED = dict.fromkeys(map(ord, "\t\r\n"))
"""What is nothing in an address (WHATWG URL, section 4.4)."""

MAX_MEMBER = 20 * 1024 * 1024
"""Bytes that one member of another archive may unpack to."""


def printable(text: str) -> str:
    """A text of others made fit for a terminal or log: control characters and such are escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class WarcError(ValueError):
    """A file that is not whole: names the file, the first offset and what to do."""

    def __init__(self, path: str, offset: int, problem: str, step: str = "") -> None:
        super().__init__(printable(f"{path}: at byte {offset}: {problem}{step}"))
        self.path, self.offset, self.problem = path, offset, problem


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

    @property
    def url(self) -> str:
        """The address of the page."""
        return self.played.url if self.played else self.target

    @property
    def captured_at(self) -> datetime:
        """The WARC-Date, or the Memento-Datetime; UNDATED where it is no date."""
        if self.played:
            return self.played.captured_at
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

    @property
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


_CONTAINERS = {
    b"\xfd7zXZ\x00": "an xz file",
    b"BZh": "a bzip2 file",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip file",
    b"Rar!\x1a\x07": "a RAR file",
    b"\x04\x22\x4d\x18": "an LZ4 file",
    b"\x37\xa4\x30\xec": "a zstd dictionary",
}
"""What is no container of records, by its first bytes: nothing is looked for in it."""
_IN_ARCHIVE = re.compile(
    r"(?!__MACOSX/)(?:(?:[^/]+/)?archive/(?:[^/]+/)*[^/.][^/]*"
    r"|(?:[^/]+/)*[^/.][^/]*\.w?arc(?:\.gz|\.zst)?)",
    re.IGNORECASE,
)
_TAR = slice(257, 262)


_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*(?:<|\{|\[|%PDF)")
"""How a page, JSON or a PDF begins, which may show records and holds none."""


_TEXTS = "a page, records (JSONL) or other text"


def _other_container(head: bytes) -> str | None:
    """The name of another kind of file than WARC, ARC or WACZ, where its first bytes tell it."""
    plain = _unpacked(head)
    if _TEXT.match(plain):
        return _TEXTS
    if plain[_TAR] == b"ustar":
        return "a tar file"
    if plain is not head and is_packed(plain):
        return "a file that was packed twice"
    return next((name for magic, name in _CONTAINERS.items() if head.startswith(magic)), None)


def is_arc(file: IO[bytes]) -> bool:
    """Whether a file begins as an ARC does."""
    file.seek(0)
    return _unpacked(file.read(512)).startswith(b"filedesc://")


def _unpacked(head: bytes) -> bytes:
    if head.startswith(MAGIC):
        with suppress(zlib.error):
            return zlib.decompressobj(31).decompress(head, 512)
    return head


def _is_http(block: bytes) -> bool:
    try:
        return bool(Message.head(block, lenient=True).status)
    except MessageError:
        return False


def records(
    path: Path,
    told: Callable[[DamagedBytes], None] = lambda _: None,
    begin: int = 0,
    end: int | None = None,
) -> Iterator[Stored]:
    """Read all records of a WARC, ARC or WACZ file, in order, on both sides of any damage.

    With `begin` and `end` (bytes) those that stand between two records' beginnings of a WARC file.

    WarcError after everything readable when the file is empty, cut, damaged or none of these;
    OSError when it cannot be opened. `told` hears of each place where bytes are lost.
    """
    with path.open("rb") as file:
        if not is_package(file):
            file.seek(begin)
            if (other := _other_container(file.read(512))) is not None:
                step = "name the WARC file it was made of" if other == _TEXTS else "unpack it first"
                raise WarcError(str(path), 0, f"{other}, not a WARC file; {step}")
            yield from _read(file, path.name, str(path), told, begin, end)
            return
    try:
        package = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise WarcError(str(path), 0, f"not a WACZ ({error}); fetch or make it again") from error
    with package:
        members = archive_members(package)
        if not members:
            raise WarcError(str(path), 0, "a zip file without WARC files; give a WACZ or a WARC")
        faults: list[WarcError | OSError] = []
        for name, info in members.items():
            yield from readable(_of_member(package, name, info, f"{path}!{name}", told), faults)
        for fault in faults:
            raise fault


def is_package(file: IO[bytes]) -> bool:
    """Whether a file is a zip file, whatever its name is and whatever stands before it."""
    file.seek(0)
    head = file.read(MAX_LINE)
    if head.startswith(b"PK\x03\x04"):
        return True
    begun = is_packed(head) or begins_record(head.lstrip())
    return not begun and zipfile.is_zipfile(file)


PACKED = (zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError)
"""What unpacking a member of a zip file raises beside OSError and RuntimeError."""


def _of_member(
    package: zipfile.ZipFile,
    name: str,
    info: zipfile.ZipInfo,
    shown: str,
    told: Callable[[DamagedBytes], None],
) -> Iterator[Stored]:
    if info.flag_bits & 1:
        raise WarcError(shown, 0, "it is encrypted; unpack the package with its password first")
    try:
        with open_member(package, info) as member:
            yield from _read(member, name, shown, told)
    except (*PACKED, RuntimeError, OSError) as error:
        if getattr(error, "errno", None) is not None:
            raise  # of the disk
        problem = f"it cannot be unpacked ({error}); fetch or make the package again"
        raise WarcError(shown, 0, problem) from error


def archive_members(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The WARC files of a WACZ, also of one that was packed with its folder or by a Mac, or of
    another zip file, by name.

    A name that another member has too is given a number: `archive/x.warc.gz#2`.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    for info in package.infolist():
        if _IN_ARCHIVE.fullmatch(name := info.filename):
            same = sum(other.filename == name for other in found.values())
            found[f"{name}#{same + 1}" if same else name] = info
    return found


def open_member(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """Open a file of a WACZ; of a packed WARC the members' own checksums are what counts."""
    if info.filename.lower().endswith(".gz"):
        info.CRC = None  # type: ignore[assignment]  # one for all of it would make its end an error
    return package.open(info)


def readable(items: Iterator[Item], faults: list[WarcError | OSError]) -> Iterator[Item]:
    """What can be read, up to the WarcError or OSError, which is added to `faults`."""
    try:
        yield from items
    except (WarcError, OSError) as fault:
        faults.append(fault)


def records_from(path: Path, offset: int) -> Iterator[Stored]:
    """Read the records of a WARC file from the one on that begins at `offset`.

    WarcError at the first that is not whole.
    """
    with path.open("rb") as file:
        source = FileWindow(file)
        while source.at(offset, 1):
            stretch = segment_at(source, offset)
            try:
                yield from filter(None, parse(stretch, path.name))
            except Fault as fault:
                raise WarcError(str(path), fault.offset, fault.problem) from fault
            offset = stretch.end


def member(data: bytes, name: str) -> Stored:
    """Read the one record of a gzip member; WarcError when there is not exactly one.

    It unpacks to at most 20 MiB, of which 64 KiB are its head: the crawl waits for it.
    """
    stream = zlib.decompressobj(31)
    try:
        plain = stream.decompress(data, MAX_MEMBER)
    except zlib.error as error:
        raise WarcError(name, 0, f"no gzip member: {error}") from error
    if not stream.eof or stream.unused_data:
        raise WarcError(name, 0, f"not one whole gzip member of at most {MAX_MEMBER} bytes")
    if not plain.startswith(b"WARC/") or b"\r\n\r\n" not in plain[:MAX_HEAD]:
        raise WarcError(name, 0, "no WARC record in the gzip member")
    found = [*_read(io.BytesIO(plain), name, name)]
    if len(found) != 1:
        raise WarcError(name, 0, f"{len(found)} readable records where one was asked for")
    if not (found[0].record.field("Content-Length") or "").strip().isdigit():
        raise WarcError(name, 0, "a record without its length")
    return replace(found[0], offset=0, length=len(data))


def _read(
    file: IO[bytes],
    name: str,
    shown: str,
    told: Callable[[DamagedBytes], None] = lambda _: None,
    begin: int = 0,
    end: int | None = None,
) -> Iterator[Stored]:
    source = FileWindow(file, end)
    resume, losses = Resync(source), DamageLog(told)
    offset: int | None = begin
    count = 0
    while offset is not None and source.at(offset, 1):
        stretch = segment_at(source, offset)
        try:
            for stored in parse(stretch, name):
                count += 1
                losses.over()
                resume.whole(stretch)
                if stored is not None:
                    yield stored
            offset = stretch.end
        except Fault as fault:
            offset = resume.after(fault.offset, stretch.end)
            until = offset if offset is not None else file.seek(0, io.SEEK_END)
            losses.add(fault.offset, until, fault.problem)
    losses.over()
    if losses.first is None and not count:
        raise WarcError(shown, 0, "the file is empty; nothing was captured in it")
    if not count and losses.problem == NO_RECORD:
        raise WarcError(shown, 0, "not a WARC file; give a .warc or .warc.gz")
    if losses.first is not None:
        raise WarcError(shown, losses.first, str(losses), _STEP)


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
