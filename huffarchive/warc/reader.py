"""Reading the records of WARC files, ours or anybody's, on both sides of any damage."""

import io
import logging
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from huffarchive import printable, typed
from huffarchive.warc.containers import (
    PACKED,
    TEXTS,
    archive_members,
    doubles,
    is_package,
    may_hold,
    open_member,
    other_container,
)
from huffarchive.warc.damage import DamagedBytes, DamageLog, WarcError, readable
from huffarchive.warc.parser import MAX_HEAD, NO_RECORD, Fault, Resync, parse
from huffarchive.warc.record import Stored
from huffarchive.warc.stream import FileWindow, segment_at

log = logging.getLogger(__name__)

_STEP = f"; restore the file from a copy, or run `{typed()} recover` where it is an archive's own"
MAX_MEMBER = 20 * 1024 * 1024
"""Bytes that one member of another archive may unpack to."""


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
            if (other := other_container(file.read(512))) is not None:
                step = "name the WARC file it was made of" if other == TEXTS else "unpack it first"
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
        twice = doubles(package, members)
        for name, same in twice.items():
            log.warning("%s", printable(f"{path}!{name}: the same as {same} in it; read once"))
        for name, info in members.items():
            if name in twice:
                continue
            yield from readable(_of_member(package, name, info, f"{path}!{name}", told), faults)
        left = [n for n in package.namelist() if n not in members and may_hold(n)]
        if left and not faults:
            why = f"{len(left)} files in it may hold captures and are not read, e.g. {left[0]}"
            raise WarcError(str(path), 0, f"{why}; unpack them first")
        for fault in faults:
            raise fault


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
