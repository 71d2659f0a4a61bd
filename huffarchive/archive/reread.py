"""Many WARC files read again on all cores: a file is the unit of work."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from msgspec import MsgspecError
from msgspec.msgpack import Decoder, encode

from huffarchive.archive.extract import articles
from huffarchive.warc.read import WarcError
from huffarchive.workers import ReadersFailedError

PART = ".part"
"""Ending of an output that is being written; without it the output is complete."""
_ORDER = Decoder(tuple[bytes, bytes])
_ANSWER = Decoder(tuple[int, bytes | None])
_LONGEST = 1 << 20
"""Bytes of an answer; a longer one is none of ours."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of one file."""

    path: Path
    output: Path
    """Its records, one a line, in the file's order."""
    articles: int
    problem: str | None = None
    """Why the file could not be read to its end; its readable records are in the output."""
    skipped: bool = False
    """Whether the output was complete before."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one page may take."""

    seconds: float = 10
    memory: int = 1_000_000_000


def reread(
    files: Sequence[tuple[Path, Path]],
    workers: int,
    bounds: Bounds,
    progress: Callable[[int], None],
) -> Iterator[Reread]:
    """Read each (WARC, output) on `workers` processes; results in the order of the files.

    An output appears under its name only when it is complete, so that a reading which was killed
    goes on where it was; its bytes are the same whatever the number of workers. A process that a
    page kills costs that file a second, careful reading with a process for its pages.
    """
    results: dict[int, Reread] = {}
    waiting = list(enumerate(files))
    waiting.reverse()
    busy: dict[Connection, tuple[int, BaseProcess]] = {}
    shown = 0
    try:
        while waiting or busy:
            while waiting and len(busy) < max(1, workers):
                _begin(waiting, busy, results, bounds)
            for pipe in connection.wait(list(busy), timeout=1):
                assert isinstance(pipe, Connection)
                number, process = busy[pipe]
                try:
                    results[number] = _told(files[number], pipe.recv_bytes(_LONGEST))
                except (EOFError, OSError, MsgspecError):  # gone, or driven mad by a page
                    process.kill()
                    results[number] = read_file(*files[number], 1, bounds)
                    process.join()
                if waiting and process.is_alive():
                    index, pair = waiting.pop()
                    busy[pipe] = (index, process)
                    pipe.send_bytes(_order(*pair))
                else:
                    del busy[pipe]
                    pipe.close()
                    process.join()
            progress(len(results))
            while shown in results:
                yield results.pop(shown)
                shown += 1
        while shown in results:
            yield results.pop(shown)
            shown += 1
    finally:
        for pipe, (_, process) in busy.items():
            process.terminate()
            process.join()
            pipe.close()


def _order(path: Path, output: Path) -> bytes:
    return encode((os.fsencode(path), os.fsencode(output)))


def _told(pair: tuple[Path, Path], answer: bytes) -> Reread:
    """What a process tells of a file: bytes that make two values and nothing else."""
    count, problem = _ANSWER.decode(answer)
    return Reread(*pair, count, None if problem is None else os.fsdecode(problem))


def _begin(
    waiting: list[tuple[int, tuple[Path, Path]]],
    busy: dict[Connection, tuple[int, BaseProcess]],
    results: dict[int, Reread],
    bounds: Bounds,
) -> None:
    number, (path, output) = waiting.pop()
    if output.exists():
        lines = output.read_bytes().count(b"\n")
        results[number] = Reread(path, output, lines, skipped=True)
        return
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, bounds), daemon=True)
    process.start()
    theirs.close()
    ours.send_bytes(_order(path, output))
    busy[ours] = (number, process)


def _work(pipe: Connection, bounds: Bounds) -> None:
    """A process that reads files until nobody gives it another."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_DFL)
    # Where no page can be read, the careful reading that follows says so.
    with suppress(EOFError, OSError, ReadersFailedError):
        while True:
            path, output = map(os.fsdecode, _ORDER.decode(pipe.recv_bytes()))
            done = read_file(Path(path), Path(output), 0, bounds, alarm=True)
            problem = None if done.problem is None else os.fsencode(done.problem)
            pipe.send_bytes(encode((done.articles, problem)))


def read_file(
    path: Path, output: Path, workers: int, bounds: Bounds, *, alarm: bool = False
) -> Reread:
    """Read one file to its output; with `alarm` this process dies of a page that takes too long."""
    problem = None
    count = 0
    part = output.with_name(output.name + PART)
    with part.open("wb") as file:
        try:
            for article in articles(path, workers, bounds.seconds, bounds.memory):
                if alarm:
                    signal.setitimer(signal.ITIMER_REAL, bounds.seconds * 3)
                file.write(article.to_json())
                count += 1
        except WarcError as error:
            problem = str(error)
        except OSError as error:
            problem = f"{path}: {error.strerror}; name a readable file"
        finally:
            if alarm:
                signal.setitimer(signal.ITIMER_REAL, 0)
        file.flush()
        os.fsync(file.fileno())
    part.replace(output)
    return Reread(path, output, count, problem)
