"""Files of others (WARC, WACZ, CDXJ): the pages of ours they name, and the captures they hold."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from huffarchive.editions import Edition
from huffarchive.memento import Memento
from huffarchive.message import Message, MessageError
from huffarchive.sources.index import MAX_MEMBER, read_cdxj
from huffarchive.urls import Address, identify
from huffarchive.warc.grouping import captures
from huffarchive.warc.read import Capture, records

ENDINGS = (".warc.gz", ".warc", ".wacz", ".cdxj")
"""Names of files that can be read."""
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Named:
    """A page that a file names, with its capture where the file holds it."""

    address: Address
    memento: Memento | None


def named(path: Path, edition: Edition) -> Iterator[Named | None]:
    """What a file names, in its order; None for each item that is no page of the edition.

    OSError when it cannot be opened, WarcError after what is readable of a damaged file.
    """
    if path.name.endswith(".cdxj"):
        with path.open("rb") as lines:
            for line in lines:
                address = read_cdxj(line, edition)
                yield Named(address, None) if address is not None else None
        return
    for capture in captures(records(path)):
        yield _named(capture, path, edition)


def _named(capture: Capture, path: Path, edition: Edition) -> Named | None:
    record, stored = capture.answer.record, capture.answer
    if record.type != "response" or (capture.note and capture.note.source == "wayback"):
        return None  # a playback's evidence is two records: such files are kept as they are
    address = identify(capture.url, edition)
    try:
        message = Message.parse(capture.response)
    except MessageError:
        return None
    kind = (message.header("content-type") or "").split(";")[0].strip().lower()
    if not isinstance(address, Address) or message.status != 200 or kind not in _HTML:
        return None
    within = f"!{stored.file}" if path.name.endswith(".wacz") else ""
    memento = Memento(
        "warc",
        capture.captured_at.strftime("%Y%m%d%H%M%S").zfill(14),
        capture.url,
        message.status,
        kind,
        "",
        stored.length,
        f"{path.resolve()}{within}",
        stored.offset,
    )
    return Named(address, memento if 0 < stored.length <= MAX_MEMBER else None)


def member_of(memento: Memento) -> bytes:
    """The gzip member of a capture in a file on disk; a record that is not packed is packed.

    OSError when the file is not there, or is no longer what it was.
    """
    assert memento.file is not None
    assert memento.offset is not None
    name, _, within = memento.file.partition("!")
    if within:
        try:
            with zipfile.ZipFile(name) as package:
                inner = next(n for n in package.namelist() if n.endswith(f"/{within}"))
                with package.open(inner) as file:
                    data = _stretch(file, memento.offset, memento.length)
        except (zipfile.BadZipFile, StopIteration) as error:
            raise OSError(f"{within} is not in it any more") from error
    else:
        with Path(name).open("rb") as file:
            data = _stretch(file, memento.offset, memento.length)
    if data[:2] == b"\x1f\x8b":
        return data
    deflater = zlib.compressobj(6, zlib.DEFLATED, 31)
    return deflater.compress(data) + deflater.flush()


def _stretch(file: IO[bytes], offset: int, length: int) -> bytes:
    file.seek(offset)
    data = file.read(length)
    if len(data) != length:
        raise OSError("the file is shorter than when it was read")
    return data
