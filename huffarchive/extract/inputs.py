"""Which files are read of those that a user names, each once; what is passed over is told."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from huffarchive.extract.files import is_url, remote
from huffarchive.sources.index_files import ENDINGS as INDEXES
from huffarchive.sources.warc_files import ENDINGS
from huffarchive.storage.paths import GROWING
from huffarchive.storage.replacing import PREFIX
from huffarchive.warc.cdxj import index_path
from huffarchive.warc.containers import may_hold

_READABLE = (*(ending for ending in ENDINGS if ending not in INDEXES), ".zip")
_SHOWN = 5
"""Files that are named in a line."""


@dataclass(slots=True)
class Inputs:
    """The files to be read, in their order, and what is told of the others."""

    names: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """What is passed over, a line for each kind."""
    lost: bool = False
    """Whether captures may be in what is passed over."""

    _known: dict[object, str] = field(default_factory=dict)

    def add(self, name: str) -> int:
        """Take the files that the name of a file, a folder or a URL stands for; how many there are.

        OSError, and whatever else a library raises that reaches a URL.
        """
        found = self._listed(name)
        for file in found:
            same = self._known.setdefault(_identity(file) or file, file)
            if same is file:
                self.names.append(file)
            else:
                self.lines.append(f"{file}: the same file as {same}; it is read once")
        return len(found)

    def _listed(self, name: str) -> list[str]:
        if not is_url(name):
            if not Path(name).is_dir() or name.endswith(_READABLE):
                return [name]
            every = [*self._walked(name)]
        else:
            files, path = remote(name)
            if "*" in path:
                facts = files.glob(path, detail=True)
                found = [p for p, about in facts.items() if about["type"] != "directory"]
            elif name.endswith("/") or not path.endswith(_READABLE):
                found = files.find(path)
            else:
                return [name]
            every = [files.unstrip_protocol(path) for path in found]
        every.sort()
        named = (file for file in every if file.lower().endswith(_READABLE))
        read = [file for file in named if not Path(file).name.startswith("._")]  # of a Mac
        self._pass_over(name, {*every} - {*read} - {str(index_path(Path(f))) for f in read})
        return read

    def _walked(self, folder: str) -> Iterator[str]:
        """The files under a folder, those under links to folders too."""
        seen = {_identity(folder)}
        for root, folders, files in os.walk(folder, onerror=self._unopened, followlinks=True):
            new = {_identity(str(Path(root, name))): name for name in sorted(folders)}
            folders[:] = [name for key, name in new.items() if key not in seen]
            seen |= {*new}
            yield from (str(Path(root, f)) for f in files if not f.startswith(PREFIX))

    def _unopened(self, error: OSError) -> None:
        self.lines.append(f"{error.filename}: {error.strerror}; nothing in it is read")
        self.lost = True

    def _pass_over(self, folder: str, files: set[str]) -> None:
        growing = {file for file in files if file.endswith(GROWING)}
        lost = {file for file in files - growing if may_hold(file)}
        self.lost |= bool(lost)
        for left, what, step in (
            (
                lost,
                "may hold captures and cannot be read here",
                "; unpack them, or name their WARCs",
            ),
            (growing, "may still grow", "; run this again later"),
            (files - growing - lost, "are no files of captures", ""),
        ):
            if left:
                shown = ", ".join(sorted(Path(file).name for file in left)[:_SHOWN])
                more = ", …" if len(left) > _SHOWN else ""
                count = f"{len(left):,} file{'s' * (len(left) > 1)} passed over that {what}"
                self.lines.append(f"{folder}: {count}: {shown}{more}{step}")


def listed(name: str) -> list[str]:
    """The files that are read of a folder, a pattern or a URL, for engines of others; OSError."""
    inputs = Inputs()
    inputs.add(name)
    return inputs.names


def _identity(name: str) -> tuple[int, int] | None:
    """What tells two names of one file or folder of this machine; None of any other."""
    try:
        found = Path(name).stat() if not is_url(name) else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None
