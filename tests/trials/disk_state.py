"""What a folder looks like after a power cut: its journal, replayed up to any moment.

A change is durable when its file was fsynced after it; a name is durable when its folder was. All
other changes are at the mercy of the cut.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from random import Random

_HEAD = struct.Struct("<BHHQQQ")
_SECTOR = 512


class Cut(StrEnum):
    """What the cut does to that which was not synced."""

    LOST = "lost"
    """All of it is gone."""
    KEPT = "kept"
    """All of it is there: what `kill -9` leaves."""
    PREFIX = "prefix"
    """Kept in order up to some moment, the last write torn."""
    SUBSET = "subset"
    """Each change kept, torn or lost by itself."""
    NAMES = "names"
    """Names and sizes are kept, the bytes are zeros."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the journal."""

    op: str
    """C create, M make folder, W write, T truncate, S sync, F failed sync, R rename, U unlink,
    N note."""
    path: str
    path2: str
    ino: int
    offset: int
    length: int
    data: bytes


def changes(journal: Path) -> list[Change]:
    """Read a journal; a last change that was cut short is left out."""
    return list(_changes(journal.read_bytes()))


def _changes(data: bytes) -> Iterator[Change]:
    at = 0
    while at + _HEAD.size <= len(data):
        op, first, second, ino, offset, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        path = data[at : at + first].decode()
        path2 = data[at + first : at + first + second].decode()
        at += first + second
        size = length if chr(op) in "WN" else 0
        block = data[at : at + size]
        at += size
        if len(block) < size:
            return
        yield Change(chr(op), path, path2, ino, offset, length, block)


_Pending = tuple[int, int, bytes | None]
"""A change of a file: its moment, its offset or the new length, its data; None: a truncation."""


@dataclass(slots=True)
class _File:
    """A file's durable bytes, and what was done to it since."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[_Pending] = field(default_factory=list)
    doomed: set[int] = field(default_factory=set)
    """Moments of changes that no later fsync makes durable: one has failed for them."""
    folder: bool = False


@dataclass(frozen=True, slots=True)
class _Naming:
    """A change of names that is not durable yet."""

    moment: int
    add: tuple[str, _File] | None
    remove: str | None


class DiskState:
    """A folder that is replayed change by change and can be written out as a cut leaves it."""

    def __init__(self, root: Path, before: Path | None = None, *, obey_sync: bool = True) -> None:
        """Begin empty, or with all that is durable in `before`; `obey_sync` off forgets syncs."""
        self._root = str(root.resolve())
        self._obey_sync = obey_sync
        self._moment = 0
        self._inodes: dict[int, _File] = {}
        self._now: dict[str, _File] = {}
        self._durable: dict[str, _File] = {}
        self._pending: list[_Naming] = []
        self.notes: list[str] = []
        for path in sorted(before.rglob("*")) if before else ():
            name = str(path.relative_to(before))  # type: ignore[arg-type]
            known = _File(folder=path.is_dir())
            if path.is_file():
                known.durable += path.read_bytes()
            self._now[name] = self._durable[name] = known

    def adopt(self, folder: Path) -> None:
        """Learn the inodes of the files that were there before the journal began."""
        for name, known in self._now.items():
            self._inodes[(folder / name).stat().st_ino] = known

    def apply(self, change: Change) -> None:
        """Replay one change."""
        self._moment += 1
        path = self._name(change.path) if change.path else ""
        match change.op:
            case "C" | "M":
                new = self._inodes[change.ino] = _File(folder=change.op == "M")
                self._rename(path, None, new)
            case "W":
                self._inodes[change.ino].pending.append((self._moment, change.offset, change.data))
            case "T":
                self._inodes[change.ino].pending.append((self._moment, change.length, None))
            case "R":
                self._rename(self._name(change.path2), path, self._now[path])
            case "U":
                self._rename(None, path, None)
            case "S" if self._obey_sync:
                self._sync(path, change.ino)
            case "F" if not path.startswith("output/qc/ledger"):
                # The system may take the bytes for clean now, and never write them.
                file = self._inodes.get(change.ino)
                if file is not None:
                    file.doomed |= {moment for moment, _, _ in file.pending}
            case "N":
                self.notes.append(change.data.decode())

    def _name(self, path: str) -> str:
        return str(PurePosixPath(path).relative_to(self._root)) if path != self._root else "."

    def _rename(self, new: str | None, old: str | None, file: _File | None) -> None:
        if old is not None:
            del self._now[old]
        if new is not None and file is not None:
            self._now[new] = file
        add = (new, file) if new is not None and file is not None else None
        self._pending.append(_Naming(self._moment, add, old))

    def _sync(self, path: str, ino: int) -> None:
        file = self._inodes.get(ino)
        if file is not None and not file.folder:
            kept = [change for change in file.pending if change[0] not in file.doomed]
            file.durable = _played(file.durable, kept)
            file.pending.clear()
            return
        left = []
        for naming in self._pending:
            if path in _folders(naming):
                _play_naming(self._durable, naming)
            else:
                left.append(naming)
        self._pending = left

    # --- the cut

    def write(self, target: Path, cut: Cut, random: Random) -> None:
        """Write the folder out as the cut leaves it."""
        horizon = random.uniform(self._oldest_pending() - 1, self._moment + 1)
        names = dict(self._durable)
        for naming in self._pending:
            if (
                cut in (Cut.KEPT, Cut.NAMES)
                or (cut is Cut.PREFIX and naming.moment <= horizon)
                or (cut is Cut.SUBSET and random.random() < 0.5)
            ):
                _play_naming(names, naming)
        target.mkdir(parents=True)
        written: dict[int, bytes] = {}
        for name, file in sorted(names.items()):
            parents = [str(p) for p in PurePosixPath(name).parents if str(p) != "."]
            if not all(p in names and names[p].folder for p in parents):
                continue  # its folder is not there: it cannot be reached
            if file.folder:
                (target / name).mkdir()
                continue
            if id(file) not in written:
                written[id(file)] = self._content(file, cut, horizon, random)
            (target / name).write_bytes(written[id(file)])

    def _oldest_pending(self) -> int:
        moments = [n.moment for n in self._pending]
        moments += [m for f in self._now.values() for m, _, _ in f.pending]
        return min(moments, default=self._moment)

    def _content(self, file: _File, cut: Cut, horizon: float, random: Random) -> bytes:
        if cut is Cut.LOST:
            return bytes(file.durable)
        kept: list[_Pending] = []
        for moment, where, data in file.pending:
            if cut is Cut.PREFIX:
                if moment > horizon:
                    # The write that was under way: some of its bytes.
                    if data is not None:
                        kept.append((moment, where, data[: random.randrange(len(data) + 1)]))
                    break
            elif cut is Cut.SUBSET:
                fate = random.random()
                if fate < 1 / 3:
                    continue
                if fate < 2 / 3 and data is not None:
                    kept += _sectors(moment, where, data, random)
                    continue
            elif cut is Cut.NAMES and data is not None:
                size = max(len(_played(file.durable, kept)), where + len(data))
                kept.append((moment, size, None))
                continue
            kept.append((moment, where, data))
        return bytes(_played(file.durable, kept))


def _folders(naming: _Naming) -> set[str]:
    names = [naming.remove, naming.add[0] if naming.add else None]
    return {str(PurePosixPath(name).parent) for name in names if name is not None}


def _play_naming(names: dict[str, _File], naming: _Naming) -> None:
    if naming.remove is not None:
        names.pop(naming.remove, None)
    if naming.add is not None:
        names[naming.add[0]] = naming.add[1]


def _played(before: bytearray, pending: list[_Pending]) -> bytearray:
    content = bytearray(before)
    for _, where, data in pending:
        end = where if data is None else where + len(data)
        if len(content) < (where if data is not None else end):
            content.extend(bytes((where if data is not None else end) - len(content)))
        if data is None:
            del content[end:]
        else:
            content[where:end] = data
    return content


def _sectors(moment: int, where: int, data: bytes, random: Random) -> list[_Pending]:
    """Some of a write's sectors."""
    first = where // _SECTOR
    last = (where + len(data) - 1) // _SECTOR
    kept: list[_Pending] = []
    for sector in range(first, last + 1):
        if random.random() < 0.5:
            begin = max(sector * _SECTOR, where)
            end = min((sector + 1) * _SECTOR, where + len(data))
            kept.append((moment, begin, data[begin - where : end - where]))
    return kept
