"""One file of captures to one of records, wherever both are: what an engine runs on its workers.

Names are paths, or URLs that fsspec knows (`s3://`, `gs://`, `hf://`). A remote file is read from
scratch; an output is written whole under a name of its own and then takes its target's, so that two
attempts at one file, as when a node is wrongly held dead, do not meet.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from huffarchive.extract import parallel
from huffarchive.extract.parallel import USUAL, WHOLE, Bounds, Stretch, read_file, stretches
from huffarchive.extract.repeats import Repeat
from huffarchive.storage import disk
from huffarchive.storage.replacing import PREFIX, alone, folder_for
from huffarchive.warc.cdxj import index_path

_PIECE = 1 << 20
STORES = {"s3", "s3a", "gs", "gcs", "az", "abfs", "adl", "oss", "hf", "memory"}
"""Protocols of stores in which a file is there when all of it has been put."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What became of one file."""

    source: str
    target: str
    articles: int = 0
    """Records that this call wrote."""
    problem: str | None = None
    """Why not all of the file was read; what was read is at `incomplete(target)`."""
    there: bool = False
    """Whether the target was complete before."""
    fault: bool = False
    """Whether it could not be stored."""
    disk_full: bool = False
    repeats: tuple[Repeat, ...] = ()
    """Revisits of articles whose captures are not in it."""


def extract_file(
    source: str,
    target: str,
    *,
    bounds: Bounds = USUAL,
    careful: bool = False,
    stretch: Stretch = WHOLE,
    replace: bool = False,
) -> Extracted:
    """Write the records of a file, or of a stretch of it, to the target: one a line, in its order.

    A target that exists is done, but for `replace`. With `careful` pages are read in a process of
    their own, within the bounds; otherwise a page that takes too much kills this process. OSError
    when the output cannot be stored, FetchError, ReadersFailedError where no page can be read.
    """
    if not replace and exists(target):
        return Extracted(source, target, there=True)
    with TemporaryDirectory(prefix="extract-") as scratch, _written(target) as part:
        path = fetched(source, Path(scratch), stretch)
        done = read_file(path, part, int(careful), bounds, alarm=not careful, stretch=stretch)
        if done.fault is not None:
            raise done.fault
        problem = done.problem and done.problem.replace(str(path), source)
        if problem is None or done.articles:
            put(part, target if problem is None else incomplete(target))
    if problem is None:
        remove(incomplete(target))
    return Extracted(source, target, done.articles, problem, repeats=done.repeats)


def incomplete(target: str) -> str:
    """Where the records of a file stand that could not be read to its end."""
    return f"{target.removesuffix('.jsonl')}.incomplete.jsonl"


def is_url(name: str) -> bool:
    """Whether a name is not a path of this machine."""
    return "://" in name


def exists(name: str) -> bool:
    """Whether there is such a file."""
    if not is_url(name):
        return Path(name).exists()
    files, path = remote(name)
    files.invalidate_cache()
    return bool(files.exists(path))


def divided(source: str) -> list[Stretch]:
    """Of a large file with an index beside it: stretches that can be read apart."""
    if not is_url(source):
        return stretches(Path(source))
    index = index_path(Path(source)).name
    where = f"{source.rpartition('/')[0]}/{index}"
    files, path = remote(source)
    try:
        if (size := files.size(path)) <= parallel.LARGE:
            return [WHOLE]  # with no look for an index: there may be very many
        with TemporaryDirectory(prefix="extract-") as scratch:
            near = Path(scratch) / index
            files.get_file(remote(where)[1], str(near))
            return stretches(Path(source), size, near)
    except OSError:
        return [WHOLE]


def join(parts: list[str], target: str) -> None:
    """Write the parts one after the other to the target, and remove them. OSError."""
    with _written(target) as whole:
        with whole.open("wb") as file:
            for part in parts:
                with opened(part) as source:
                    shutil.copyfileobj(source, file, _PIECE)
        put(whole, target)
    remove(incomplete(target))
    for part in parts:
        remove(part)


@contextmanager
def opened(name: str) -> Iterator[Any]:
    """A file to be read from its beginning. OSError."""
    files, path = remote(name) if is_url(name) else (None, name)
    with Path(path).open("rb") if files is None else files.open(path, "rb") as file:
        yield file


class FetchError(RuntimeError):
    """An input that could not be had: one line."""


def fetched(source: str, scratch: Path, stretch: Stretch = WHOLE) -> Path:
    """A path under which a file can be read: a copy of what is needed, at its place.

    FetchError; OSError where there is no room for it.
    """
    if not is_url(source):
        return Path(source)
    try:
        return _copied(source, scratch / source.rpartition("/")[2], stretch)
    except OSError as error:
        if disk.is_full(error):
            raise
        raise FetchError(f"{error.strerror or error}") from error


def _copied(source: str, copy: Path, stretch: Stretch) -> Path:
    files, path = remote(source)
    if stretch == WHOLE:
        files.get_file(path, str(copy))
        return copy
    with files.open(path, "rb", cache_type="readahead") as file, copy.open("wb") as target:
        file.seek(stretch.begin)
        target.seek(stretch.begin)  # a hole before it: offsets stay those of the file
        left = (files.size(path) if stretch.end is None else stretch.end) - stretch.begin
        while left and (piece := file.read(min(left, 8 * _PIECE))):
            target.write(piece)
            left -= len(piece)
    return copy


@contextmanager
def _written(target: str) -> Iterator[Path]:
    """Where to write what becomes the target: beside it, or in scratch where it is remote."""
    folder = None
    if not is_url(target):
        folder = Path(target).parent
        disk.make_folder(folder)
    with TemporaryDirectory(prefix=f"{PREFIX}extract-", dir=folder) as scratch:
        yield Path(scratch) / "part"


@contextmanager
def cleared(folder: str) -> Iterator[None]:
    """Have a local folder alone, without what a kill left in it; with a URL nothing is done.

    NotReplacedError when another command has it.
    """
    if is_url(folder):
        yield
        return
    path = Path(folder)
    with folder_for(path), alone(path / f"{PREFIX}extract.lock", path):
        for left in path.glob(f"{PREFIX}extract-*"):
            disk.remove(left)
        yield


def put(part: Path, target: str) -> None:
    """Give a written file its name, at once. OSError."""
    if not is_url(target):
        disk.replace(part, Path(target))
        disk.sync_folder(Path(target).parent)
        return
    files, path = remote(target)
    protocols = {files.protocol} if isinstance(files.protocol, str) else set(files.protocol)
    place = path if protocols & STORES else f"{path}.{uuid4().hex}.part"
    try:
        files.put_file(str(part), place)
    except FileNotFoundError:  # folders that are none in a store
        files.makedirs(path.rpartition("/")[0], exist_ok=True)
        files.put_file(str(part), place)
    if place != path:
        files.mv(place, path)
    files.invalidate_cache()


def remove(name: str) -> None:
    """Remove a file; nothing where there is none. OSError."""
    if not is_url(name):
        Path(name).unlink(missing_ok=True)
        return
    files, path = remote(name)
    with suppress(FileNotFoundError):
        if files.exists(path):
            files.rm_file(path)


def remote(name: str) -> tuple[Any, str]:
    """The file system of a URL and the path in it. OSError where its library is missing."""
    try:
        from fsspec.core import url_to_fs

        return url_to_fs(name)  # type: ignore[no-any-return]
    except (ImportError, ValueError) as error:
        raise OSError(
            f"{error}; install huffarchive[remote], and the library of {name.partition(':')[0]}:// "
            "where it is another than s3"
        ) from error
