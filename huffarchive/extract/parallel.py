"""Many WARC files read again on all cores: a file is the unit of work."""

import hashlib
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from multiprocessing import connection
from multiprocessing.connection import Connection
from pathlib import Path
from subprocess import Popen
from typing import Self

from msgspec import MsgspecError
from msgspec.msgpack import Decoder, encode

from huffarchive.extract.extract import articles
from huffarchive.extract.repeats import Repeat, lacking
from huffarchive.storage import disk
from huffarchive.storage.paths import GROWING
from huffarchive.warc.cdxj import index_path, is_fresh, rows
from huffarchive.warc.damage import WarcError, readable
from huffarchive.workers.job import ReadersFailedError
from huffarchive.workers.start import start

_ORDER = Decoder(tuple[bytes, bytes, int, int | None])
_ANSWER = Decoder(
    tuple[
        int,
        bytes | None,
        tuple[int, str] | None,
        tuple[int, str] | None,
        tuple[tuple[str, tuple[int, ...]], ...],
    ]
)
_LONGEST = 1 << 20
"""Bytes of an answer; a longer one is none of ours."""


@dataclass(frozen=True, slots=True)
class ExtractedFile:
    """What became of one file."""

    path: Path
    output: Path
    """Its records, one a line, in the file's order."""
    articles: int
    problem: str | None = None
    """Why the file could not be read to its end; its readable records are in the output."""
    fault: OSError | None = None
    """Why the output could not be written."""
    state: "FileState | None" = None
    """What exactly was read, where that was all of a file that does not grow."""
    repeats: tuple[Repeat, ...] = ()
    """Revisits of articles whose captures it does not hold."""


@dataclass(frozen=True, slots=True)
class FileState:
    """A file's bytes as they were at a time."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Read it once. OSError."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(file.tell(), digest)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one page may take."""

    seconds: float = 10
    memory: int = 1_000_000_000


USUAL = Bounds()


@dataclass(frozen=True, slots=True)
class Stretch:
    """The records of a WARC file that begin at `begin` or later and before `end` (bytes)."""

    begin: int = 0
    end: int | None = None


WHOLE = Stretch()
LARGE = 256_000_000
"""Bytes of a file that is read in stretches, so that all cores have some of it."""
STRETCH = 64_000_000
"""Bytes of a stretch, about."""
_Order = tuple[Path, Path, Stretch]


def stretches(path: Path, size: int | None = None, index: Path | None = None) -> list[Stretch]:
    """The stretches of a large WARC file that has a fresh index beside it; otherwise all of it.

    They begin where an answer does: what belongs to one stands behind it. `size` and `index` are
    given for a file that is elsewhere.
    """
    try:
        near = index_path(path) if index is None else index
        if index is None and not is_fresh(path):
            return [WHOLE]
        size = path.stat().st_size if size is None else size
        if size <= LARGE:
            return [WHOLE]
        begins = {int(row.fields["offset"]) for row in rows(near) if "status" in row.fields}
    except (OSError, ValueError, KeyError):
        return [WHOLE]
    cuts = [0]
    for begin in sorted(begins):
        if begin >= cuts[-1] + STRETCH and begin + STRETCH / 2 < size:
            cuts.append(begin)
    return [Stretch(*pair) for pair in zip(cuts, [*cuts[1:], None], strict=True)]


def extract_files(
    files: Sequence[tuple[Path, Path]],
    workers: int,
    bounds: Bounds,
    progress: Callable[[int], None],
    *,
    marked: bool = False,
) -> Iterator[ExtractedFile]:
    """Read each (WARC, output) on `workers` processes; results in the order of the files.

    The bytes are the same whatever the number of workers. A large file is read in stretches. A
    process that a page kills costs that file a second, careful reading with a process for its
    pages. OSError when an output cannot be written: no result says so. `marked` has the state of
    each file taken.
    """
    orders: list[list[_Order]] = []
    for path, output in files:
        cut = stretches(path) if workers > 1 else [WHOLE]
        parts = [output.with_name(f"{output.name}.{part.begin}") for part in cut]
        named = [output] if len(cut) == 1 else parts
        orders.append([(path, part, stretch) for part, stretch in zip(named, cut, strict=True)])
    before = [_stat(path) for path, _ in files]
    found = _extract([order for parts in orders for order in parts], workers, bounds, marked)
    for number, (path, output) in enumerate(files):
        results = [next(found) for _ in orders[number]]
        progress(number + 1)
        if len(results) == 1:
            yield results[0]
            continue
        if all(part.problem is None for part in results):
            result = _joined(path, output, results, before[number], marked=marked)
        else:
            result = read_file(path, output, 1, bounds, marked=marked)  # undivided, for its faults
        for part in results:
            part.output.unlink(missing_ok=True)
        if result.fault is not None:
            raise result.fault
        yield result


def _joined(
    path: Path,
    output: Path,
    parts: list[ExtractedFile],
    before: tuple[int, ...] | None,
    *,
    marked: bool,
) -> ExtractedFile:
    with output.open("wb") as file:
        for part in parts:
            with part.output.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
        disk.sync(file)
    repeats = lacking([repeat for part in parts for repeat in part.repeats], [output])
    count = sum(part.articles for part in parts)
    return replace(_checked(path, output, count, before, marked=marked), repeats=repeats)


def _extract(
    files: Sequence[_Order], workers: int, bounds: Bounds, marked: bool
) -> Iterator[ExtractedFile]:
    results: dict[int, ExtractedFile] = {}
    waiting = list(enumerate(files))
    waiting.reverse()
    busy: dict[Connection, tuple[int, Popen[bytes]]] = {}
    shown = 0
    try:
        while waiting or busy:
            while waiting and len(busy) < max(1, workers):
                _begin(waiting, busy, bounds, marked)
            for pipe in connection.wait(list(busy), timeout=1):
                assert isinstance(pipe, Connection)
                number, process = busy[pipe]
                try:
                    results[number] = _told(files[number][:2], pipe.recv_bytes(_LONGEST))
                except (EOFError, OSError, MsgspecError):  # gone, or driven mad by a page
                    process.kill()
                    path, output, part = files[number]
                    state = marked and part == WHOLE
                    results[number] = read_file(path, output, 1, bounds, marked=state, stretch=part)
                    process.wait()
                if (fault := results[number].fault) is not None:
                    raise fault
                if waiting and process.poll() is None:
                    index, order = waiting.pop()
                    busy[pipe] = (index, process)
                    pipe.send_bytes(_packed(*order))
                else:
                    del busy[pipe]
                    pipe.close()
                    process.wait()
            while shown in results:
                yield results.pop(shown)
                shown += 1
        while shown in results:
            yield results.pop(shown)
            shown += 1
    finally:
        for pipe, (_, process) in busy.items():
            process.terminate()
            process.wait()
            pipe.close()


def _packed(path: Path, output: Path, part: Stretch) -> bytes:
    return encode((os.fsencode(path), os.fsencode(output), part.begin, part.end))


def _told(pair: tuple[Path, Path], answer: bytes) -> ExtractedFile:
    """What a process tells of a file: bytes that make a few values and nothing else."""
    count, problem, fault, state, repeats = _ANSWER.decode(answer)
    return ExtractedFile(
        *pair,
        count,
        None if problem is None else os.fsdecode(problem),
        fault and OSError(*fault),
        state and FileState(*state),
        tuple(Repeat(*repeat) for repeat in repeats),
    )


def _begin(
    waiting: list[tuple[int, _Order]],
    busy: dict[Connection, tuple[int, Popen[bytes]]],
    bounds: Bounds,
    marked: bool,
) -> None:
    number, order = waiting.pop()
    ours, theirs = connection.Pipe()
    with theirs:
        process = start(__name__, theirs.fileno(), speaks=True, marked=marked, **asdict(bounds))
    ours.send_bytes(_packed(*order))
    busy[ours] = (number, process)


def main(fd: int, seconds: float, memory: int, marked: bool) -> None:
    """Read files until nobody gives this process another."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_DFL)
    pipe, bounds = Connection(fd), Bounds(seconds, memory)
    # Where no page can be read, the careful reading that follows says so.
    with suppress(EOFError, OSError, ReadersFailedError):
        while True:
            *names, begin, end = _ORDER.decode(pipe.recv_bytes())
            path, output = (Path(os.fsdecode(name)) for name in names)
            part = Stretch(begin, end)
            state = marked and part == WHOLE
            done = read_file(path, output, 0, bounds, alarm=True, marked=state, stretch=part)
            problem = None if done.problem is None else os.fsencode(done.problem)
            fault = done.fault and (done.fault.errno or 0, done.fault.strerror or str(done.fault))
            taken = done.state and (done.state.size, done.state.sha256)
            repeats = [(repeat.url, repeat.names) for repeat in done.repeats]
            pipe.send_bytes(encode((done.articles, problem, fault, taken, repeats)))


def read_file(
    path: Path,
    output: Path,
    workers: int,
    bounds: Bounds,
    *,
    alarm: bool = False,
    marked: bool = False,
    stretch: Stretch = WHOLE,
) -> ExtractedFile:
    """Read one file, or a stretch of it, to its output.

    With `alarm` this process dies of a page that takes too long.
    """
    faults: list[WarcError | OSError] = []
    repeats: list[Repeat] = []
    count = 0
    before = _stat(path)
    try:
        with output.open("wb", 0) as file:
            asked = (workers, bounds.seconds, bounds.memory, stretch.begin, stretch.end)
            found = articles(path, *asked, alarm=alarm, repeats=repeats)
            for article in readable(found, faults):
                disk.write(file, article.to_json())
                count += 1
            disk.sync(file)
        left = lacking(repeats, [output])
    except OSError as error:
        return ExtractedFile(path, output, count, fault=error)
    if faults:
        return ExtractedFile(path, output, count, _said(path, faults[0]), repeats=left)
    return replace(_checked(path, output, count, before, marked=marked), repeats=left)


def _checked(
    path: Path, output: Path, count: int, before: tuple[int, ...] | None, *, marked: bool
) -> ExtractedFile:
    """What became of a file that was read to its end, if it is still the same."""
    if path.name.endswith(GROWING):
        return ExtractedFile(path, output, count)
    try:
        state = FileState.of(path) if marked else None
    except OSError as error:
        return ExtractedFile(path, output, count, _said(path, error))
    if _stat(path) != before:
        return ExtractedFile(
            path, output, count, f"{path}: it changed while it was read; read it again"
        )
    return ExtractedFile(path, output, count, state=state)


def _said(path: Path, fault: WarcError | OSError) -> str:
    if isinstance(fault, OSError):
        return f"{path}: {fault.strerror or fault}; name a readable file"
    return str(fault)


def _stat(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
