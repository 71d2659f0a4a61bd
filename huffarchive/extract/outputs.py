"""A folder with an output for each file that was read, and beside it what the output is of."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from huffarchive.extract.extract import EXTRACTOR
from huffarchive.extract.parallel import ExtractedFile, FileState
from huffarchive.storage import disk
from huffarchive.storage.paths import GROWING
from huffarchive.storage.products import RECORDS
from huffarchive.storage.replacing import PREFIX, alone, check, folder_for

MARK = ".done"
"""Ending of the file that says what an output is of: `x.jsonl.done` beside `x.jsonl`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an output is of."""

    path: str
    """The file that was read; a growing one under the name that it will have."""
    complete: bool
    """Whether all of it was read without a fault, and it was not growing."""
    articles: int = 0
    output_bytes: int = 0
    size: int = 0
    sha256: str = ""
    """Of the file that was read."""
    extractor: str = EXTRACTOR

    @classmethod
    def read(cls, path: Path) -> "Mark | None":
        """The mark of a file; None where it is none."""
        try:
            found = json.loads(path.read_bytes())
            return cls(**found)
        except (OSError, ValueError, TypeError):
            return None


class Outputs:
    """Which output is whose, in a folder that one process at a time writes to."""

    def __init__(self, folder: Path, scratch: Path, *, replace: bool) -> None:
        self._folder = folder
        self._scratch = scratch
        self._replace = replace
        self._marks = {
            output: mark
            for path in sorted(folder.glob(f"*{MARK}"))
            if (mark := Mark.read(path)) and (output := path.with_suffix("")).is_file()
        }
        self._places: dict[Path, Path] = {}
        """The output of each part."""

    def assign(self, paths: list[Path]) -> tuple[list[tuple[Path, Path]], dict[Path, Mark]]:
        """(file, part) of those to be read, and the outputs that are complete already.

        An output is of a file when its mark names the file, or says that it held the same bytes;
        of two files with one name the second's output has a number. NotReplacedError where a
        file is in the way of which nothing says what it is.
        """
        named = [_identity(path) for path in paths]
        wanted: list[tuple[Path, Path]] = []
        complete: dict[Path, Mark] = {}
        taken: set[Path] = set()
        for path, name in zip(paths, named, strict=True):
            state = self._state(path)
            output = self._known(name, state, taken, named) or self._free(path, taken)
            taken.add(output)
            mark = self._marks.get(output)
            if mark is not None and _is_whole(mark, state, output):
                complete[output] = mark
                continue
            part = self._scratch / f"{len(self._places)}.part"
            self._places[part] = output
            wanted.append((path, part))
        return wanted, complete

    def keep(self, result: ExtractedFile) -> None:
        """Give what was read its name, but never in place of a better reading. OSError.

        It is not complete yet where it repeats captures that other files must hold.
        """
        output = self._places[result.output]
        earlier = self._marks.get(output)
        if result.state is None and (not result.articles or (earlier and earlier.complete)):
            disk.remove(result.output)
            return
        name = _identity(result.path)
        begun = Mark(name, complete=False, articles=result.articles)
        if earlier != begun:
            self._mark(output, begun)
        disk.replace(result.output, output)
        disk.sync_folder(self._folder)
        if not result.repeats:
            self.complete(result)

    def complete(self, result: ExtractedFile) -> None:
        """Say that an output is all that its file holds, where all of that was read. OSError."""
        if (state := result.state) is not None:
            output, name = self._places[result.output], _identity(result.path)
            size = output.stat().st_size
            read = (state.size, state.sha256)
            self._mark(output, Mark(name, True, result.articles, size, *read))

    def _mark(self, output: Path, mark: Mark) -> None:
        """Put a mark beside an output, durably."""
        growing = self._scratch / "mark"
        disk.remove(growing)
        with disk.create(growing) as file:
            text = json.dumps(asdict(mark), indent=1) + "\n"
            disk.write(file, text.encode("ascii"))
            disk.sync(file)
        disk.replace(growing, _mark(output))
        disk.sync_folder(self._folder)

    def _state(self, path: Path) -> FileState | None:
        """The file's state, where an output could be of it."""
        try:
            size = path.stat().st_size
            if path.name.endswith(GROWING) or not any(m.size == size for m in self._marks.values()):
                return None
            return FileState.of(path)
        except OSError:
            return None

    def _known(
        self, name: str, state: FileState | None, taken: set[Path], named: list[str]
    ) -> Path | None:
        free = {output: mark for output, mark in self._marks.items() if output not in taken}
        for output, mark in free.items():
            if mark.path == name:
                return output
        for output, mark in free.items():
            same = state == FileState(mark.size, mark.sha256)
            if mark.complete and same and mark.path not in named:
                return output
        return None

    def _free(self, path: Path, taken: set[Path]) -> Path:
        """A name that no other file's output has."""
        stem = Path(_identity(path)).name.removesuffix(".gz").removesuffix(".warc")
        names = (self._folder / f"{stem}{f'.{n}' if n else ''}.jsonl" for n in count())
        output = next(name for name in names if name not in taken and name not in self._marks)
        check(output, RECORDS.is_own, replace=self._replace)
        return output


@contextmanager
def outputs(folder: Path, *, replace: bool) -> Iterator[Outputs]:
    """Open a folder for outputs. NotReplacedError when another process has it, OSError."""
    scratch = folder / f"{PREFIX}extract"
    with folder_for(folder), alone(folder / f"{PREFIX}extract.lock", folder):
        disk.remove(scratch)
        scratch.mkdir()
        try:
            yield Outputs(folder, scratch, replace=replace)
        finally:
            with suppress(OSError):  # the next one does it
                disk.remove(scratch)


def _mark(output: Path) -> Path:
    return output.with_name(output.name + MARK)


def _identity(path: Path) -> str:
    """The file's place; a growing file's is that which it will have."""
    return str(path.resolve()).removesuffix(GROWING)


def _is_whole(mark: Mark, state: FileState | None, output: Path) -> bool:
    return (
        mark.complete
        and mark.extractor == EXTRACTOR
        and state == FileState(mark.size, mark.sha256)
        and output.stat().st_size == mark.output_bytes
    )
