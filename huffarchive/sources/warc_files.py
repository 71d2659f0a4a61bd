"""Files of others (WARC, WACZ, CDXJ): the pages of ours they name, and the captures they hold."""

import io
import logging
import os
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from huffarchive.editions.edition import Edition
from huffarchive.http import Message, MessageError
from huffarchive.sources.commoncrawl import MAX_MEMBER
from huffarchive.sources.index_files import ENDINGS as INDEXES
from huffarchive.sources.index_files import is_index, named_pages
from huffarchive.sources.memento import ELSEWHERE, Memento
from huffarchive.sources.source import Form, Source
from huffarchive.urls import MAX_URL, Address, identify
from huffarchive.warc.parser import Fault, parse
from huffarchive.warc.reader import MAX_MEMBER as MAX_PLAIN
from huffarchive.warc.reader import (
    Capture,
    WarcError,
    archive_members,
    captures,
    member,
    open_member,
    records,
)
from huffarchive.warc.record import (
    ID,
    RECORD_TYPES,
    UNDATED,
    Record,
    Stored,
    contradicts,
    read_warc_date,
    warc_date,
)
from huffarchive.warc.stream import FileWindow, Member, Plain, Segment, segment_at

log = logging.getLogger(__name__)

ENDINGS = (".warc.gz", ".warc", ".warc.zst", ".arc.gz", ".arc", ".wacz", *INDEXES)
"""Names of files that can be read."""
_WITHIN = "!"
"""Between a package and a file in it; either name may have it too."""
STATED_DIGEST = "X-Original-Block-Digest"
"""Field of a record written anew with the block digest that it came with, where that is wrong."""
_HTML = ("text/html", "application/xhtml+xml")
_END = b"\r\n\r\n"
_FOLDED = re.compile(rb"\n[ \t]")
_HTTP = "application/http;msgtype=response"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")
"""A WARC-Date that every reader takes: index makers give a whole file up over another."""
_FORMS = {
    "warc-concurrent-to": ID,
    "warc-refers-to": ID,
    "warc-segment-origin-id": ID,
    "warc-warcinfo-id": ID,
    "warc-payload-digest": re.compile(r"[A-Za-z0-9.-]+:[A-Za-z0-9+/=_-]+"),
}
"""Fields that lead to other records, and what an index takes over, with the form of each."""


class WarcFiles(Source):
    """Files on disk: WARC and WACZ, of this program or of others."""

    name = "warc"
    form = Form.MEMBER
    on_disk = True

    def request(self, memento: Memento) -> tuple[str, dict[str, str]]:
        """The file's path."""
        assert memento.file is not None
        return memento.file, {}

    def read(self, memento: Memento) -> bytes:
        """The member as it stands, or made of its record; OSError as for `read_member`."""
        return read_member(memento)


@dataclass(frozen=True, slots=True)
class FoundCapture:
    """A page that a file names, with its capture where the file holds it."""

    address: Address
    memento: Memento | None


def elsewhere(address: Address) -> FoundCapture:
    """A page of which a file says that there is a capture, and does not hold it."""
    memento = Memento(WarcFiles.name, "0" * 14, address.url, None, "", "", 0, tried=ELSEWHERE)
    return FoundCapture(address, memento)


def find_captures(path: Path, edition: Edition) -> Iterator[FoundCapture | None]:
    """What a file names, in its order; None for each item that is no page of the edition.

    OSError when it cannot be opened, WarcError after what is readable of a damaged file.
    """
    if is_index(path):
        for address in named_pages(path, edition):
            yield elsewhere(address) if address is not None else None
        return
    unread: Counter[str] = Counter()
    repeats: list[Address] = []
    altered = 0
    for capture in captures(_told(records(path), edition, unread, repeats)):
        found = _named(capture, path, edition)
        yield found
        record = capture.answer.record
        altered += found is not None and contradicts(
            record.field("WARC-Block-Digest"), record.block
        )
        while repeats:
            yield elsewhere(repeats.pop())
    yield from map(elsewhere, repeats)
    if altered:
        log.warning("%s: %d captures are not what their WARC-Block-Digest says", path, altered)
    if unread:
        why = ", ".join(f"{n:,} {name}" for name, n in unread.most_common())
        raise WarcError(str(path), 0, f"answers that may be of articles cannot be taken in: {why}")


def _told(
    stored: Iterator[Stored], edition: Edition, unread: Counter[str], repeats: list[Address]
) -> Iterator[Stored]:
    for item in stored:
        if (address := repeated(item, edition)) is not None:
            repeats.append(address)
        if (why := unplaced(item, (edition,))) is not None:
            unread[why] += 1
        yield item


_BESIDE = ("warcinfo", "request", "metadata")
_NO_PAGE = {"conversion": "conversion of a page", "continuation": "segment of an answer"}


def unplaced(stored: Stored, editions: Collection[Edition]) -> str | None:
    """Why a record that may be of an article's page gives none; None for all others."""
    record = stored.record
    answer = record.block.startswith(b"HTTP/")
    if record.type == "resource" or (record.type in _BESIDE and not answer):
        return None
    targets = [v.strip("<>") for n, v in record.fields if n.lower() == "warc-target-uri"] or [""]
    named = [_names_article(target, editions) for target in targets]
    if record.type not in RECORD_TYPES:
        return "no type of record" if answer or any(named) else None
    if record.type != "response":
        return _of_no_response(record) if any(named) else None
    if named[0]:
        return None
    if any(named):
        why = "several addresses"
    elif not _is_address(targets[0]):
        return "no address"
    else:
        parts = urlsplit(targets[0])
        odd = "@" in parts.netloc or parts.port
        if not (odd or len(targets[0]) > MAX_URL):
            return None
        path = parts.path[:200] + parts.path[200:][-1000:]
        if not _names_article(f"{parts.scheme}://{parts.hostname}{path}", editions):
            return None
        why = "user or port in its address" if odd else "address too long"
    try:
        return why if Capture(stored, None).head.status == 200 else None
    except MessageError:
        return why


def _of_no_response(record: Record) -> str | None:
    """Why a record of another type, under an article's address, may hold a page and gives none."""
    if record.type in _BESIDE:
        return f"answer in a record of type {record.type}"
    if record.type != "revisit":
        return _NO_PAGE[record.type]
    try:
        body = Message.parse(record.block, lenient=True).body
    except MessageError:
        body = record.block
    if body.strip():
        return "revisit with a body"
    return None if record.field("WARC-Profile") else "revisit that does not say of what"


def repeated(stored: Stored, edition: Edition) -> Address | None:
    """The article of which a record says that a capture of it was made anew; None for others."""
    if stored.record.type != "revisit" or _of_no_response(stored.record) is not None:
        return None
    address = identify(Capture(stored, None).target, edition)
    return address if isinstance(address, Address) and address.key.is_article else None


def _names_article(url: str, editions: Collection[Edition]) -> bool:
    found = (identify(url, edition) for edition in editions)
    return any(isinstance(address, Address) and address.key.is_article for address in found)


def _is_address(target: str) -> bool:
    """Whether a WARC-Target-URI names anything: it has a scheme, and more than that."""
    try:
        parts = urlsplit(target)
        _ = parts.port  # ValueError where it is none
        named = bool(parts.scheme and (parts.netloc or parts.path.strip("/")))
        return named and target.isprintable()
    except ValueError:
        return False


def _named(capture: Capture, path: Path, edition: Edition) -> FoundCapture | None:
    stored = capture.answer
    if capture.is_playback:
        return None  # a playback's evidence is two records: such files are kept as they are
    address = identify(capture.url, edition)
    if not isinstance(address, Address):
        return None
    try:
        head = capture.head
    except MessageError:
        if not address.key.is_article:
            return None
        head = Message("", 200, "", (), b"")  # that it cannot be read is found when it is asked for
    kind = (head.header("content-type") or "").split(";")[0].strip().lower()
    # Of an article's page what it is shows when it is read: a type is no more than a claim.
    if head.status != 200 or not (address.key.is_article or kind in _HTML):
        return None
    within = f"{_WITHIN}{stored.file}" if stored.file != path.name else ""
    memento = Memento(
        WarcFiles.name,
        capture.captured_at.strftime("%Y%m%d%H%M%S").zfill(14),
        capture.url,
        head.status,
        kind if kind in _HTML else "",
        "",
        stored.length,
        f"{path.resolve()}{within}",
        stored.offset,
        "" if 0 < stored.length <= MAX_MEMBER else "too_large",
    )
    return FoundCapture(address, memento)


def read_member(memento: Memento) -> bytes:
    """The gzip member of a capture in a file on disk; a record that is not packed so is packed.

    A record that no strict reader could take (no Content-Length or a wrong one, bare LF, a space in
    its address, no id, an odd WARC-Date; one of an ARC; a type or Content-Type that its block
    belies) is written anew with the same block and its other fields. OSError when the file is not
    there, or is no longer what it was.
    """
    assert memento.file is not None
    path, within = _parted(memento.file)
    with path.open("rb") as file:
        if not within:
            return _member(file, memento.offset, memento.length)
        try:
            with zipfile.ZipFile(file) as package:
                inner = archive_members(package)[within]
                with open_member(package, inner) as member:
                    return _member(member, memento.offset, memento.length)
        except (zipfile.BadZipFile, KeyError) as error:
            raise OSError(f"{within} is not in it any more") from error


def _parted(name: str) -> tuple[Path, str]:
    """The path of a file, and the name of a file in it where it is a package."""
    path, within = name, ""
    while not os.path.lexists(path) and _WITHIN in path:
        path, _, end = path.rpartition(_WITHIN)
        within = f"{end}{_WITHIN}{within}" if within else end
    return Path(path), within


def sound_member(data: bytes, name: str) -> bytes:
    """The same of a gzip member that an archive sent; WarcError where it is not one record's."""
    member(data, name)
    return _member(io.BytesIO(data), 0, len(data))


def _member(file: IO[bytes], offset: int | None, length: int) -> bytes:
    assert offset is not None
    source = FileWindow(file)
    data = bytes(source.at(offset, length))
    if len(data) != length:
        raise OSError("the file is shorter than when it was read")
    stretch = segment_at(source, offset)
    plain = data if isinstance(stretch, Plain) else _unpacked(stretch)
    try:
        stored = next(parse(segment_at(source, offset), ""))
    except (Fault, StopIteration) as error:
        raise OSError("the file is no longer what it was when it was read") from error
    if stored is None:
        return data
    types = _types(stored)
    if types != (stored.record.type, None) or not _is_sound(stored.record, plain):
        return _anew(stored, *types).to_member()
    if isinstance(stretch, Member):
        return data
    deflater = zlib.compressobj(6, zlib.DEFLATED, 31)
    return deflater.compress(plain.removesuffix(_END) + _END) + deflater.flush()


def _unpacked(stretch: Segment) -> bytes:
    parts, size = [], 0
    while size <= MAX_PLAIN and (part := stretch.more()):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _is_sound(record: Record, plain: bytes) -> bool:
    """Whether a record's bytes are laid out as the standard has it, and so are the fields that
    others go by.
    """
    head, _, rest = plain.partition(b"\r\n\r\n")
    address = record.field("WARC-Target-URI") or ""
    uri = f"WARC-Target-URI: {address}".encode()
    return (
        plain.startswith((b"WARC/1.0\r\n", b"WARC/1.1\r\n"))
        and head.count(b"\n") == head.count(b"\r\n")
        and _FOLDED.search(head) is None
        and record.field("Content-Length") == str(len(record.block))
        and rest in (record.block, record.block + _END)
        and f"WARC-Type: {record.type}".encode() in head
        and _DATE.fullmatch(date := record.field("WARC-Date") or "") is not None
        and (date.startswith("0001-01-01") or read_warc_date(date) != UNDATED)
        and address.strip("<").startswith(("http:", "https:"))
        and address.isascii()
        and (uri in head or uri.replace(b": ", b": <") + b">" in head)
        and not (record.type == "resource" and record.field("WARC-Concurrent-To"))
        and not _malformed(record)
        and not contradicts(record.field("WARC-Block-Digest"), record.block)
    )


def _malformed(record: Record) -> set[str]:
    """The fields, in lower case, by which no other record or index can go."""
    names = ((name.lower(), value) for name, value in record.fields)
    return {name for name, value in names if name in _FORMS and not _FORMS[name].fullmatch(value)}


def _types(stored: Stored) -> tuple[str, str | None]:
    """The type that a record has by its block, and the Content-Type where it states another."""
    record = stored.record
    stated = re.sub(r'[\s"]', "", record.field("Content-Type") or "").lower()
    if not Capture(stored, None).holds_http:
        unknown = not stated or stated.startswith("application/http")
        return "resource", _HTML[0] if unknown else None
    sound = record.type == "response" and stated in ("application/http", _HTTP)
    return "response", None if sound else _HTTP


def _anew(stored: Stored, kind: str, content_type: str | None) -> Record:
    record = stored.record
    wrong = {"content-length", "warc-block-digest", "warc-concurrent-to", *_malformed(record)}
    if kind != record.type or record.field("Content-Length") != str(len(record.block)):
        wrong.add("warc-payload-digest")
    right = {
        "WARC-Target-URI": Capture(stored, None).target,
        "WARC-Date": warc_date(read_warc_date(record.field("WARC-Date") or "")),
        "Content-Type": content_type or record.field("Content-Type") or "",
    }
    wrong |= {name.lower() for name in right}
    if record.stated_id is None:
        wrong.add("warc-record-id")
    kept = [(n, v) for n, v in record.fields if n.lower() not in wrong]
    if contradicts(stated := record.field("WARC-Block-Digest"), record.block):
        kept.append((STATED_DIGEST, stated or ""))
    return replace(record, type=kind, fields=(*right.items(), *kept))
