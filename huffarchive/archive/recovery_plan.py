"""What a recovery puts in place at its end: a durable list of moves, which no interruption loses.

New files are written in a folder `recovering` beside those that they replace, under their names.
Until the plan is there nothing else was touched, and the folder may go; from then on the plan is
carried out to its end, by this recovery or by the next, and no run begins before that.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from huffarchive import typed
from huffarchive.archive.crash_repair import sha256_of
from huffarchive.archive.files import ArchiveCorruptError
from huffarchive.storage import disk
from huffarchive.storage.paths import ArchivePaths

STAGING = "recovering"


@dataclass(frozen=True, slots=True)
class Move:
    """A file that leaves its place, or takes one, or both."""

    folder: str
    """"warc" or "output"."""
    name: str
    aside: str | None
    """Its name in the quarantine; None where nothing is there yet."""
    fresh: bool
    """Whether the staged file of this name takes the place."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuilding found."""

    files: int
    captured: int
    wanted: int
    mended: tuple[str, ...]
    """One line for each file that was not as it should be."""
    moved: tuple[str, ...]
    """One line for each file that went to the quarantine: which, and where to."""


def staged(path: Path) -> Path:
    """Where the new file is written that is to take this place."""
    return path.parent / STAGING / path.name


def plan_of(places: ArchivePaths) -> Path:
    """The plan: there from the moment at which everything that it names is durable."""
    return places.output / STAGING / "plan.json"


def check_finished(places: ArchivePaths) -> None:
    """Remove what a recovery left that was interrupted before it put its files in place.

    ArchiveCorruptError when it was interrupted while it did.
    """
    plan = plan_of(places)
    if plan.exists():
        raise ArchiveCorruptError(
            f"{plan}: a recovery was interrupted; run `{typed()} recover` to finish it"
        )
    discard(places)


def discard(places: ArchivePaths) -> None:
    """Remove what a recovery staged that did not come as far as its plan."""
    for folder in (places.warc, places.output):
        if (folder / STAGING).exists():
            disk.remove(folder / STAGING)


def write_plan(places: ArchivePaths, moves: list[Move], found: Rebuilt) -> None:
    """Make the staged files durable, then the plan; the ledger's move stands last."""
    for move in moves:
        if move.fresh:
            with staged(_path(places, move)).open("rb") as file:
                disk.sync(file)
    for folder in (places.warc, places.output):
        disk.sync_folder(folder / STAGING)
        disk.sync_folder(folder)
    plan = plan_of(places)
    growing = plan.with_suffix(".part")
    document = {"moves": [asdict(move) for move in moves], "found": asdict(found)}
    with disk.create(growing) as file:
        disk.write(file, json.dumps(document, ensure_ascii=True, indent=1).encode() + b"\n")
        disk.sync(file)
    disk.rename(growing, plan)


def carry_out(places: ArchivePaths) -> Rebuilt | None:
    """Do what is left of the plan, and forget it; None where there is none.

    ArchiveCorruptError when the plan cannot be read; OSError when a move fails: the plan stays.
    """
    plan = plan_of(places)
    try:
        document = json.loads(plan.read_bytes())
        moves = [Move(**row) for row in document["moves"]]
        found = Rebuilt(**document["found"])
        found = replace(found, mended=tuple(found.mended), moved=tuple(found.moved))
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ArchiveCorruptError(
            f"{plan}: cannot be read ({error}); restore it from a copy, or move the folders "
            f"{STAGING} out of {places.warc} and {places.output} and run "
            f"`{typed()} recover` again"
        ) from None
    disk.make_folder(places.quarantine)
    for move in moves:
        _carry_out(places, move)
    plan.unlink()
    disk.sync_folder(plan.parent)
    with suppress(OSError):  # the next recovery does it
        discard(places)
    return found


def _carry_out(places: ArchivePaths, move: Move) -> None:
    path = _path(places, move)
    fresh = staged(path)
    if move.fresh and not fresh.exists():
        return  # it is in place
    if move.aside is not None and path.exists():
        kept = next(
            kept for kept in _names(places.quarantine / move.aside)
            if not kept.exists() or sha256_of(kept) == sha256_of(path)
        )  # fmt: skip
        disk.move(path, kept)
    if move.fresh:
        disk.replace(fresh, path)
        disk.sync_folder(path.parent)


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, 1_000_000):
        yield path.with_name(f"{path.name}.{number}")


def _path(places: ArchivePaths, move: Move) -> Path:
    return (places.warc if move.folder == "warc" else places.output) / move.name
