"""What our commands share: help as data, mistakes in one line, where they read and write."""

import argparse
import contextlib
import difflib
import functools
import glob
import io
import os
import select
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from scrapy.settings import BaseSettings

from huffarchive.editions import EDITIONS
from huffarchive.editions.edition import Edition
from huffarchive.exits import Exit

if TYPE_CHECKING:
    from huffarchive.storage.paths import ArchivePaths
    from huffarchive.storage.products import Product


def mistake(command: str, text: str) -> NoReturn:
    """Print the line and exit with the status of wrong usage."""
    from huffarchive.warc.reader import printable

    print(f"scrapy {command}: {printable(text)}", file=sys.stderr)
    sys.exit(Exit.USAGE)


def plural(number: int, noun: str) -> str:
    """A number with its noun: "1 file", "2 files"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def one_line_errors(parser: argparse.ArgumentParser, command: str) -> None:
    """Have a mistake in the options told as all others are, without the usage."""
    parser.error = partial(mistake, command)  # type: ignore[method-assign]


def no_options(args: list[str], parser: argparse.ArgumentParser | None, command: str) -> None:
    """End the command where an argument is an option that it does not have, and name the nearest.

    Scrapy passes on as arguments what it does not know.
    """
    known = [] if parser is None else [o for a in parser._actions for o in a.option_strings]  # noqa: SLF001 - argparse lists them nowhere else
    for arg in args:
        if arg.startswith("-") and arg != "-":
            option = arg.partition("=")[0]
            near = difflib.get_close_matches(option, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"see scrapy {command} --help"
            mistake(command, f"unknown option {option}: {hint}")


def usable_folders(settings: BaseSettings, command: str) -> None:
    """End the command where a setting names a folder that can neither be used nor made."""
    from huffarchive.crawl.arguments import project_folder

    for name in ("HUFFARCHIVE_WARC_DIR", "HUFFARCHIVE_OUTPUT_DIR", "HUFFARCHIVE_CACHE_DIR"):
        given = settings.get(name)
        if given is None:
            continue
        path = (project_folder() / given).expanduser().absolute()
        there = next((p for p in (path, *path.parents) if os.path.lexists(p)), path)
        if not there.is_dir():
            mistake(command, f"{name}={given}: {there} is no folder; name another place")
        if not os.access(there, os.W_OK | os.X_OK):
            mistake(command, f"{name}={given}: {there} cannot be written to; name another place")


@contextlib.contextmanager
def may_go_unread() -> Iterator[None]:
    """End what is within silently when the reader of the standard output has ended ("| head").

    Other pipes that break, to a reading process, are raised on.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        if _is_read():
            raise
        # Python writes the rest at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_read() -> bool:
    looked = select.poll()
    looked.register(sys.stdout.fileno(), 0)
    return not any(event & select.POLLERR for _, event in looked.poll(0))


_STOPS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ends_well(command: Any, name: str) -> Iterator[None]:
    """End a command with status 5 when it is stopped, 4 when something cannot be written.

    What it prints is UTF-8 whatever the locale, and what nobody reads any more ("| head") is no
    error. Termination unwinds as Ctrl-C does, so that nothing half-written is left.
    """
    from huffarchive.storage.replacing import NotReplacedError
    from huffarchive.workers.job import ReadersFailedError

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        with _stopped_by_signals(), may_go_unread():
            yield
    except KeyboardInterrupt:
        print(f"scrapy {name}: stopped; nothing half-written was left", file=sys.stderr)
        command.exitcode = Exit.STOPPED
    except ReadersFailedError as error:
        print(f"scrapy {name}: {error}", file=sys.stderr)
        command.exitcode = Exit.NOT_STORED
    except NotReplacedError as error:
        mistake(name, str(error))
    except OSError as error:
        print(f"scrapy {name}: {_told(error)}", file=sys.stderr)
        command.exitcode = Exit.NOT_STORED
        try:
            sys.stdout.flush()
        except OSError:  # and it would raise again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: OSError) -> str:
    if not error.filename:
        return f"could not be written: {error.strerror or error}"
    from huffarchive.warc.reader import printable

    name = printable(str(error.filename))
    return f"{name}: could not be written or read: {error.strerror}"


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Have termination and a hang-up unwind the command; a hang-up not under nohup."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _STOPS}
    for number, handler in before.items():
        if handler is signal.SIG_DFL:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is signal.SIG_DFL:
                signal.signal(number, handler)


class ArchiveCommand:
    """Stands before Scrapy's class of a command that needs no crawl.

    The docstring of a command is its help: the first line for the list of commands, all of it for
    `--help`.

    Not a command itself: Scrapy takes every subclass of ScrapyCommand here for one.
    """

    requires_project = True
    requires_crawler_process = False

    arguments: ClassVar[str] = "[options] [huffpost_qc | qc | qc-sample]"
    """What stands behind the command's name."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Modules of the extra that has the command's name."""
    settings: Any
    """Scrapy's Settings: there when `run` is called."""

    def __init_subclass__(cls, **named: Any) -> None:
        """Have `run` end as a command does, whatever happens; see `ends_well`."""
        super().__init_subclass__(**named)
        run = cls.run  # type: ignore[attr-defined]
        name = cls.__module__.rpartition(".")[2]

        @functools.wraps(run)
        def run_to_its_end(self: Any, args: list[str], opts: argparse.Namespace) -> None:
            if lacking := [needed for needed in self.needs if find_spec(needed) is None]:
                what = " and ".join(lacking)
                mistake(name, f"it needs {what}; run pip install 'huffarchive[{name}]'")
            no_options(args, getattr(self, "parser", None), name)
            with ends_well(self, name):
                run(self, args, opts)

        cls.run = run_to_its_end  # type: ignore[attr-defined]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options; what is wrong with any is told in one line."""
        super().add_options(parser)  # type: ignore[misc]
        self.parser = parser
        one_line_errors(parser, type(self).__module__.rpartition(".")[2])

    @staticmethod
    def add_output(parser: argparse.ArgumentParser, metavar: str, where: str) -> None:
        """The options of a command that writes a product."""
        parser.add_argument("-o", "--output", metavar=metavar, help=where)
        parser.add_argument(
            "--replace", action="store_true", help="replace an earlier product under this name"
        )

    def syntax(self) -> str:
        """The arguments."""
        return self.arguments

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return (type(self).__doc__ or "").partition(".\n")[0]

    def long_desc(self) -> str:
        """What `--help` says."""
        return " ".join((type(self).__doc__ or "").split())


_CAPTURES = (".warc.gz", ".warc", ".warc.zst", ".arc.gz", ".arc", ".wacz", ".cdxj")
_OWNED = ("scrapy.cfg", "ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm")
EXPORTS = "exports"
"""Folder of an archive that is there for products."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command was asked to write."""

    command: str
    settings: Any
    """Scrapy's Settings: there when `run` is called."""
    inputs: tuple[Path, ...] = ()
    """What the command reads."""
    makes_folders: bool = False
    """Whether the folders around a file are made."""

    def given(self, name: str, product: "Product", *, replace: bool) -> Path:
        """The place that `-o` names, with symbolic links followed; ends the command otherwise."""
        if not name.strip():
            self._refuse(name, "that is no name; give one")
        if name == "-":
            self._refuse(name, f"{product.name} cannot go to standard output; name a place")
        try:
            path = Path(name).resolve()
            there = os.path.lexists(path)
            kind = "folder" if path.is_dir() else "file"
            length = max(len(os.fsencode(part)) for part in path.parts)
        except (OSError, RuntimeError) as error:
            self._refuse(name, f"{getattr(error, 'strerror', None) or error}; name another")
        if length > 255:
            self._refuse(name, "that name is too long; give a shorter one")
        if not product.folder and (kind == "folder" or name.endswith("/")):
            self._refuse(name, "that is a folder; name a file in it")
        if why := self._reason(path, product):
            self._refuse(name, f"{why}; name another place")
        if not (product.folder or self.makes_folders or path.parent.is_dir()):
            self._refuse(name, f"{path}: No such file or directory; make its folder first")
        if product.folder and there and kind == "file":
            self._refuse(name, "that is a file, and a folder cannot take its place; name another")
        if there and kind == "file" and not path.is_file():
            self._refuse(name, "that is no regular file; name another, or - for standard output")
        self.free(path, product, replace=replace)
        return path

    def spare(self, option: str, name: str) -> None:
        """End the command where an option of Scrapy's own (a log, a feed) names what is kept."""
        from huffarchive.storage.products import RECORDS

        path = Path(name.removeprefix("file://")).resolve()
        if why := self._reason(path, RECORDS):
            mistake(self.command, f"{option} {name}: {why}; name another place")

    def free(self, path: Path, product: "Product", *, replace: bool) -> None:
        """End the command when something is there that may not be replaced."""
        from huffarchive.storage.products import FOLDER, PAGE_FOLDER
        from huffarchive.storage.replacing import NotReplacedError, check

        if product is FOLDER:
            return
        if product is PAGE_FOLDER and os.path.lexists(path):
            mistake(self.command, f"{path} is there already; name another with -o")
        try:
            check(path, product.is_own if replace else None)
        except NotReplacedError as error:
            mistake(self.command, str(error))

    def _refuse(self, name: str, why: str) -> NoReturn:
        mistake(self.command, f"-o {name}: {why}")

    def _reason(self, path: Path, product: "Product") -> str | None:
        """Why nothing may be written there; None when it may."""
        from huffarchive.storage.products import FOLDER

        plain = path.name.lower().removesuffix(".open")
        captures = tuple(end for end in _CAPTURES if end not in product.endings)
        growing = plain.endswith(".jsonl") and plain != path.name.lower()
        read = path.is_file() and any(i.is_file() and path.samefile(i) for i in self.inputs)
        if plain.endswith(captures) or growing or read:
            return "that is a file of captures or of records"
        if plain in _OWNED:
            return f"{plain} is the name of a file that is never a product"
        chain, itself = _chain(path), _marks(path)
        for places in self._archives(path):
            if _lies_in(chain, places.warc) or _lies_in(chain, places.output):
                if self._is_slot(path, chain, places, product):
                    continue
                return f"it lies in the archive {places.output.name}"
        for kept, name in self._kept():
            if kept.is_dir() and product is FOLDER and kept == Path.cwd().resolve():
                continue  # outputs may stand beside what is there
            if itself & _chain(kept):
                return f"it is, or holds, {name}"
        package = Path(__file__).resolve().parent.parent
        for inner in (package, *(path for path in self.inputs if path.is_dir())):
            if _lies_in(chain, inner):
                return f"it lies in {inner}"
        return self._linked(path)

    def _is_slot(
        self, path: Path, chain: set[object], places: "ArchivePaths", product: "Product"
    ) -> bool:
        """Whether a place in an archive's folder is there for products."""
        exports = places.output / EXPORTS
        if _lies_in(chain, exports):
            return not _marks(path) & _marks(exports)
        names = {slot.format(name=places.name) for slot in product.slots}
        return path.name in names and bool(_marks(path.parent) & _marks(places.output))

    def _archives(self, around: Path) -> Iterator["ArchivePaths"]:
        """The archives of the settings, also those that are to come, and any around a place."""
        from huffarchive.crawl.arguments import places_of
        from huffarchive.editions import EDITIONS
        from huffarchive.storage.paths import ArchivePaths

        home = places_of(self.settings, "")
        names = {f"{code}{kind}" for code in EDITIONS for kind in ("", "-sample")}
        for root in (home.warc_root, home.output_root):
            if root.is_dir():
                names |= {path.name for path in root.iterdir() if _is_archive(path)}
        yield from (places_of(self.settings, name) for name in sorted(names))
        for folder in around.parents:
            if _is_archive(folder):
                yield ArchivePaths(folder.parent, folder.parent, folder.name)

    def _kept(self) -> Iterator[tuple[Path, str]]:
        """What a product must neither be nor hold, and how it is called."""
        from huffarchive.crawl.arguments import places_of, project_folder

        places = places_of(self.settings, "")
        yield project_folder() / "scrapy.cfg", "the project"
        yield Path(__file__).resolve().parent.parent, "the program"
        for root in (places.warc_root, places.output_root):
            yield root, "the archives"
        for path in self.inputs:
            yield path.resolve(), "what the command reads"
        with suppress(RuntimeError):  # somebody without one
            yield Path.home().resolve(), "the home folder"
        yield Path.cwd().resolve(), "the current folder"

    def _linked(self, path: Path) -> str | None:
        """Whether it is a second name (a hard link) of a file that must not be lost."""
        if not path.is_file() or path.stat().st_nlink == 1:
            return None
        folders = [folder for p in self._archives(path) for folder in (p.warc, p.output)]
        kept = (inner for folder in folders for inner in folder.rglob("*"))
        for other in (*self.inputs, *kept):
            if other.is_file() and other.samefile(path) and other.resolve() != path:
                return f"it is another name of {other}"
        return None


def _is_archive(folder: Path) -> bool:
    """Whether a folder holds what only an archive's do."""
    if not folder.is_dir():
        return False
    stem = f"{glob.escape(folder.name)}-{'[0-9]' * 14}-*.warc.gz*"
    return (folder / "ledger.sqlite3").exists() or any(folder.glob(stem))


def _marks(path: Path) -> set[object]:
    """What tells a place from others: its name, and the file itself however it is called."""
    try:
        found = path.stat()
    except OSError:
        return {str(path.resolve())}
    return {str(path.resolve()), (found.st_dev, found.st_ino)}


def _chain(path: Path) -> set[object]:
    """The marks of a place and of every folder around it."""
    return {mark for place in (path, *path.parents) for mark in _marks(place)}


def _lies_in(chain: set[object], folder: Path) -> bool:
    return bool(chain & _marks(folder))


def spider_editions(settings: BaseSettings) -> dict[str, Edition]:
    """Every edition by its spider's name."""
    from scrapy.spiderloader import get_spider_loader

    loader = get_spider_loader(settings)
    return {
        name: found
        for name in sorted(loader.list())
        if (found := getattr(loader.load(name), "edition", None)) is not None
    }


def archive_codes(settings: BaseSettings, args: Iterable[str]) -> dict[str, str]:
    """Editions' codes by their spiders' names; all spiders are loaded only for a name not ours."""
    codes = {f"huffpost_{code}": code for code in EDITIONS}
    if all(arg in codes or arg.removesuffix("-sample") in EDITIONS for arg in args):
        return codes
    return {name: edition.code for name, edition in spider_editions(settings).items()}


def archives(
    settings: BaseSettings, args: list[str], command: str, *, lost: bool = False
) -> list[tuple["ArchivePaths", Edition]]:
    """The archives named (by spider, edition or folder), or all that there are.

    One that is named must be there, unless its folder may be `lost`.
    """
    from huffarchive.crawl.arguments import places_of

    names = archive_codes(settings, args)
    known = [f"{code}{kind}" for code in EDITIONS for kind in ("", "-sample")]
    wanted = [names.get(arg, arg) for arg in args]
    for arg, name in zip(args, wanted, strict=True):
        if name not in known:
            mistake(command, f"no archive {arg!r}; name one of {', '.join([*names, *known])}")
    places = [places_of(settings, name) for name in wanted or known]
    found = [p for p in places if wanted or p.output.exists()]
    missing = next((p for p in found if not (lost or p.output.exists())), None)
    if missing is not None:
        code, sample = missing.name.removesuffix("-sample"), missing.name.endswith("-sample")
        crawl = f"scrapy crawl huffpost_{code}" + (" -a source=sample" if sample else "")
        other = places_of(settings, code if sample else f"{code}-sample")
        there = f"{other.name} is there, name that; or " if other.output.exists() else ""
        where = f"no archive {missing.name} in {missing.output_root} yet"
        mistake(command, f"{where}; {there}run {crawl}")
    if not found:
        mistake(command, f"no archive in {places[0].output_root} yet; run scrapy crawl huffpost_qc")
    return [(p, EDITIONS[p.name.removesuffix("-sample")]) for p in found]
