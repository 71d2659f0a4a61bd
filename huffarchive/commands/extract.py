"""`scrapy extract`: records from WARC files, with no network."""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Protocol

from scrapy.commands import ScrapyCommand

from huffarchive import printable
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import mistake, plural, readers
from huffarchive.commands.output import Output
from huffarchive.commands.streams import to_stdout
from huffarchive.exits import Exit

_NONE = "no article: none of its answers with status 200 is an article's page"
ENGINES = ("local", "ray", "dask")

if TYPE_CHECKING:
    from huffarchive.extract.inputs import Inputs
    from huffarchive.extract.parallel import Bounds, ExtractedFile
    from huffarchive.extract.repeats import Known, Repeat


class Command(ArchiveCommand, ScrapyCommand):
    """Read the articles of WARC files, with no network.

    Of WARC (.gz, .zst), ARC or WACZ files, ours or anybody's, or of all in a folder, it writes
    one JSON record a line. Over the WARC of a run it gives the run's JSONL, byte for byte. With
    -o FOLDER/ each file gets an output of its own, and beside it X.jsonl.done, which says what
    the output is of once all of it was read: killed, or started again when a damaged file was
    mended, it reads what is not complete. Files and folder may be URLs (s3://, gs://, hf://),
    and --engine ray or dask reads on a cluster: docs/scale.md.
    """

    example = "warc/qc/*.warc.gz -o articles.jsonl"
    arguments = "[options] <file.warc.gz | folder | URL> ..."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        self.add_output(parser, "FILE", "where to write, a file or a folder/; default stdout")
        parser.add_argument(
            "--workers",
            type=int,
            metavar="N",
            help="processes that read; default: one for each core; 0: this one alone",
        )
        parser.add_argument(
            "--engine",
            choices=ENGINES,
            default="local",
            help="who reads: this machine (local), or a cluster of ray or dask",
        )
        parser.add_argument(
            "--address", help="the cluster; default: RAY_ADDRESS, or one made on this machine"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read every file; go on with the next where one is damaged, and say so."""
        from huffarchive.extract.files import is_url
        from huffarchive.extract.parallel import Bounds, extract_files
        from huffarchive.storage.products import FOLDER, RECORDS

        if not args:
            mistake("extract", "name at least one WARC file, e.g. warc/qc/*.warc.gz")
        workers = readers(opts.workers, "extract")
        if opts.address is not None and opts.engine == "local":
            mistake("extract", "--address: name the --engine that runs there, or leave it out")
        inputs = _named(args)
        names = inputs.names
        paths = [Path(name) for name in names]
        bounds = Bounds(*self.bounds)

        if opts.engine != "local" or any(map(is_url, (*names, opts.output or ""))):
            self._on_engine(args, names, opts, bounds, workers)
            if inputs.lost and not self.exitcode:
                self.exitcode = Exit.FAILURES
            return

        def read(
            files: list[tuple[Path, Path]], *, marked: bool = False
        ) -> "Iterator[ExtractedFile]":
            for result in extract_files(files, workers, bounds, _bar(len(files)), marked=marked):
                if result.problem is not None:
                    _tell(result.problem)
                elif not result.articles and not result.repeats:
                    _tell(f"{result.path}: {_NONE}")
                yield result

        place = Output("extract", self.settings, _read_from(args, names))
        name = opts.output
        if name in (None, "-"):
            done = _printed(paths, read)
        elif name.endswith("/") or Path(name).is_dir():
            done = _to_folder(paths, place.given(name, FOLDER, replace=True), read, opts.replace)
        else:
            target = place.given(name, RECORDS, replace=opts.replace)
            done = _to_file(paths, target, read, opts.replace)
        where = name if name not in (None, "-") else "standard output"
        where += f"; {name} was left as it was" if done.kept else ""
        _tell_sum(done.articles, len(paths), done.bad, done.known, where)
        lost = done.tell_repeats() or done.bad or inputs.lost
        self.exitcode = Exit.FAILURES if lost else Exit.DONE

    def _on_engine(
        self,
        args: list[str],
        names: list[str],
        opts: argparse.Namespace,
        bounds: "Bounds",
        workers: int,
    ) -> None:
        """Write an output for each file that has none, each by one call of an engine."""
        from huffarchive.extract.engines import EngineError, engine, extract_on
        from huffarchive.extract.files import cleared, incomplete, is_url, join, opened
        from huffarchive.extract.repeats import lacking, told
        from huffarchive.storage.products import FOLDER

        folder = opts.output or ""
        if not (folder.endswith("/") or (not is_url(folder) and Path(folder or "-").is_dir())):
            mistake("extract", "with URLs or --engine name a folder to write to: -o FOLDER-or-URL/")
        if not is_url(folder):
            place = Output("extract", self.settings, _read_from(args, names))
            folder = str(place.given(folder, FOLDER, replace=True))
        targets: dict[str, str] = {}
        for name in names:
            stem = name.rpartition("/")[2].removesuffix(".gz").removesuffix(".warc")
            target = f"{folder.rstrip('/')}/{stem}.jsonl"
            if target in targets:
                where = f"{targets[target]} and {name} would both be {target}"
                mistake("extract", f"{where}; read them into folders of their own")
            targets[target] = name if is_url(name) else str(Path(name).resolve())
        try:
            run = engine(opts.engine, opts.address, workers)
        except EngineError as error:
            mistake("extract", str(error))
        bad = there = articles = 0
        made: list[str] = []
        repeats: dict[str, tuple[Repeat, ...]] = {}
        show = _bar(len(targets))
        files = [(name, target) for target, name in targets.items()]
        with cleared(folder):
            results = extract_on(run, files, bounds, replaced=opts.replace)
            for number, done in enumerate(results):
                articles += done.articles
                there += done.there
                made += [done.target] if done.problem is None else []
                repeats |= {done.target: done.repeats} if done.repeats else {}
                if done.problem is not None:
                    bad += 1
                    _tell(done.problem)
                elif not (done.articles or done.there or done.repeats):
                    _tell(f"{done.source}: {_NONE}")
                if done.fault:
                    full = done.disk_full or self.exitcode == Exit.DISK_FULL
                    self.exitcode = Exit.DISK_FULL if full else Exit.NOT_STORED
                show(number + 1)
            lacks = {name: lacking(found, made, opened) for name, found in repeats.items()}
            for target, left in lacks.items():
                if left:
                    bad += 1
                    _tell(told(targets[target], left))
                    if target in made:  # the next call says so again
                        join([target], incomplete(target))
        _tell_sum(articles, len(files), bad, there, folder)
        if bad and not self.exitcode:
            self.exitcode = Exit.FAILURES


def _read_from(args: list[str], names: list[str]) -> tuple[Path, ...]:
    """The files that are read, and the folders that were named for them."""
    return (*map(Path, names), *(Path(arg) for arg in args if Path(arg).is_dir()))


def _named(args: list[str]) -> "Inputs":
    """The files that the arguments name, those of folders among them; what is not read is told."""
    from huffarchive.extract.inputs import Inputs

    inputs = Inputs()
    for name in args:
        try:
            found = inputs.add(name)
        except Exception as error:  # noqa: BLE001 - of whatever library reaches it
            mistake("extract", f"{name}: {error}")
        if not found:
            _tell("\n".join(inputs.lines))
            mistake("extract", f"{name}: no WARC file is in it; name a file or another")
    _tell("\n".join(inputs.lines))
    return inputs


@dataclass(slots=True)
class _Done:
    """What came of an extraction."""

    articles: int = 0
    bad: int = 0
    """Files that were not read whole."""
    known: int = 0
    """Files whose output was complete before."""
    kept: bool = False
    """Whether an earlier product was left, since the new one would not have been whole."""
    repeats: "dict[str, tuple[Repeat, ...]]" = field(default_factory=dict)
    """By file the revisits of articles whose captures it does not hold."""
    known_captures: "Known | None" = None
    """The captures of all files, where that was asked for."""

    def add(self, result: "ExtractedFile") -> None:
        self.articles += result.articles
        self.bad += result.problem is not None
        if result.repeats:
            self.repeats[str(result.path)] = result.repeats

    def tell_repeats(self) -> bool:
        """Name the revisits whose captures are in none of the files; whether there are any."""
        from huffarchive.extract.repeats import told

        found = False
        for path, repeats in self.repeats.items():
            lacking = self.known_captures.lack(repeats) if self.known_captures else repeats
            if lacking:
                found = True
                _tell(told(path, lacking))
        return found


class _Read(Protocol):
    def __call__(
        self, files: list[tuple[Path, Path]], *, marked: bool = False
    ) -> Iterator["ExtractedFile"]: ...


def _joined(paths: list[Path], scratch: Path, target: IO[bytes], read: _Read) -> _Done:
    """Write the records of all files to one, in the order of the files."""
    from huffarchive.extract.repeats import Known

    done = _Done(known_captures=(known := Known()))
    parts = [(path, scratch / f"{number}.part") for number, path in enumerate(paths)]
    for result in read(parts):
        done.add(result)
        with result.output.open("rb") as part:
            shutil.copyfileobj(part, target)
            part.seek(0)
            known.read(part)
        result.output.unlink()
    target.flush()
    return done


def _printed(paths: list[Path], read: _Read) -> _Done:
    with TemporaryDirectory(prefix="extract-") as scratch, to_stdout() as product:
        return _joined(paths, Path(scratch), product, read)


def _to_file(paths: list[Path], target: Path, read: _Read, replace: bool) -> _Done:
    """Write one file; where not all could be read, nothing that is there is replaced by it."""
    from huffarchive.storage.products import RECORDS
    from huffarchive.storage.replacing import replacing

    with replacing(target, RECORDS.is_own, replace=replace) as draft:
        with draft.path.open("wb") as file:
            done = _joined(paths, draft.scratch(), file, read)
        if done.bad and (target.exists() or not done.articles):
            draft.discard()
            done.kept = target.exists()
    return done


def _to_folder(paths: list[Path], folder: Path, read: _Read, replace: bool) -> _Done:
    """Write an output for each file that has no complete one, and say beside it what it is of."""
    from huffarchive.extract.outputs import outputs
    from huffarchive.extract.repeats import Known

    done = _Done()
    with outputs(folder, replace=replace) as kept:
        wanted, complete = kept.assign(paths)
        done.known = len(complete)
        done.articles = sum(mark.articles for mark in complete.values())
        waiting = []
        for result in read(wanted, marked=True):
            done.add(result)
            kept.keep(result)
            waiting += [result] if result.repeats else []
            if result.state is None and result.problem is None:
                done.bad += 1
                print(f"{result.path}: it may still grow; run this again later", file=sys.stderr)
        if done.repeats:
            done.known_captures = Known()
            for output in sorted(folder.glob("*.jsonl")):
                with output.open("rb") as lines:
                    done.known_captures.read(lines)
            for result in waiting:
                if not done.known_captures.lack(result.repeats):
                    kept.complete(result)
    return done


def _bar(total: int) -> Callable[[int], None]:
    """A line that says how many files are done; on a terminal only."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\r{done} of {plural(total, 'file')}", end=end, file=sys.stderr)

    return show


def _tell_sum(articles: int, files: int, bad: int, known: int, where: str) -> None:
    there = f", {known} of them complete before" if known else ""
    read = f"{plural(articles, 'article')} from {files - bad} of {plural(files, 'file')}"
    print(f"{read}{there} to {where}", file=sys.stderr)


def _tell(problem: str) -> None:
    for line in problem.splitlines():
        print(printable(line), file=sys.stderr)
