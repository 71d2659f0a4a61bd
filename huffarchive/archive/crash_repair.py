"""What an opening does about an unclean end: cut what no commit covers, close what is open."""

import hashlib
import logging
import shutil
from dataclasses import replace
from pathlib import Path

from huffarchive import typed
from huffarchive.archive.files import ArchiveCorruptError
from huffarchive.ledger.ledger import FileRow, Ledger
from huffarchive.storage import disk
from huffarchive.storage.paths import GROWING, ArchivePaths
from huffarchive.warc.cdxj import index_path, write_index
from huffarchive.warc.damage import WarcError

log = logging.getLogger(__name__)


def repair(places: ArchivePaths, ledger: Ledger) -> list[str]:
    """Bring the files to what the ledger committed; one line for each thing that was done.

    Open pairs are cut to their committed length and closed; nothing is deleted, cut bytes go to
    the quarantine. ArchiveCorruptError when a file is missing, shorter than committed, or not
    known to the ledger, or when a finished one begins otherwise than it did.
    """
    done: list[str] = []
    rows = ledger.files.all()
    known = {row.stem for row in rows}
    check_strangers(places, known, growing=not ledger.runs.last())
    for row in rows:
        pairs = (
            (places.warc_file, row.warc_length, row.warc_sha256),
            (places.jsonl_file, row.jsonl_length, row.jsonl_sha256),
        )
        for name, length, finished in pairs:
            growing, whole = name(row.stem, growing=True), name(row.stem)
            path = growing if growing.exists() and not row.whole else whole
            done += _cut(path, length, finished if row.whole else None, places)
            if path is growing:
                disk.rename(growing, whole)
        if not row.whole:
            sums = [sha256_of(name(row.stem)) for name, _, _ in pairs]
            _index(places.warc_file(row.stem))
            with ledger.transaction():
                ledger.files.store(_closed(row, *sums))
            done.append(f"{row.stem}: closed after an unclean end")
        elif not index_path(places.warc_file(row.stem)).exists():
            _index(places.warc_file(row.stem))
    for folder in (places.warc, places.output):
        for path in sorted(folder.glob(f"*{GROWING}")):
            done.append(f"{path.name}: begun and never committed; moved to the quarantine")
            _set_aside(path, places)
    for line in done:
        log.warning(line)
    return done


def _index(warc: Path) -> None:
    """Make the index that a crash took, or somebody; of a damaged file `verify` says more."""
    try:
        write_index(warc)
    except WarcError as error:
        log.error("not indexed: %s", error)  # noqa: TRY400 - one line


def check_strangers(places: ArchivePaths, known: set[str], *, growing: bool = True) -> None:
    """ArchiveCorruptError when a file is of a pair that is not known.

    One that still grows counts with `growing`: a run is noted before its first file is begun.
    """
    for folder, kind in ((places.warc, ".warc.gz"), (places.output, ".jsonl")):
        for ending in (kind, kind + GROWING) if growing else (kind,):
            for path in sorted(folder.glob(f"{places.name}-*{ending}")):
                if path.name.removesuffix(ending) not in known:
                    raise ArchiveCorruptError(
                        f"{path}: the ledger does not know this file; run `{typed()} recover` to "
                        "make the ledger again from the files, or move the file elsewhere"
                    )


def _cut(path: Path, length: int, finished: str | None, places: ArchivePaths) -> list[str]:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise ArchiveCorruptError(
            f"{path}: missing; put it back, or run `{typed()} recover` to want its pages again"
        ) from None
    if size < length:
        raise ArchiveCorruptError(
            f"{path}: {size} bytes, but {length} were committed; restore it from a copy, or run "
            f"`{typed()} recover` to keep what is readable and want the rest again"
        )
    if size == length:
        return []
    if finished is not None and sha256_of(path, length) != finished:
        raise ArchiveCorruptError(
            f"{path}: not what it was when it was finished, and longer; restore it from a copy, or "
            f"run `{typed()} recover`"
        )
    disk.make_folder(places.quarantine)
    kept = _free_name(places.quarantine / f"{path.name}.from-{length}")
    with path.open("rb") as source, disk.create(kept) as target:
        source.seek(length)
        while part := source.read(1 << 20):
            disk.write(target, part)
        disk.sync(target)
    disk.sync_folder(places.quarantine)
    disk.truncate(path, length)
    return [f"{path.name}: {size - length} bytes past the last commit moved to {kept.name}"]


def _set_aside(path: Path, places: ArchivePaths) -> None:
    disk.make_folder(places.quarantine)
    shutil.move(path, _free_name(places.quarantine / path.name))


def _free_name(path: Path) -> Path:
    for number in range(1, 1_000_000):
        free = path if number == 1 else path.with_name(f"{path.name}.{number}")
        if not free.exists():
            return free
    raise FileExistsError(path)


def sha256_of(path: Path, length: int | None = None) -> str:
    """SHA-256 of a file, or of so many bytes at its beginning, 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        left = path.stat().st_size if length is None else length
        while part := file.read(min(left, 1 << 20)):
            digest.update(part)
            left -= len(part)
    return digest.hexdigest()


def _closed(row: FileRow, warc_sha256: str, jsonl_sha256: str) -> FileRow:
    return replace(row, whole=True, warc_sha256=warc_sha256, jsonl_sha256=jsonl_sha256)
