"""Where a command may write: never over an archive, an input, or what is not its own product."""

import argparse
import glob
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from scrapy.settings import BaseSettings

from huffarchive import program
from huffarchive.commands.archives import ARCHIVES
from huffarchive.commands.options import mistake, repeated

if TYPE_CHECKING:
    from huffarchive.storage.paths import ArchivePaths
    from huffarchive.storage.products import Product


_CAPTURES = (".warc.gz", ".warc", ".warc.zst", ".arc.gz", ".arc", ".wacz", ".cdxj")
_OWNED = ("scrapy.cfg", "ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm")
EXPORTS = "exports"
"""Folder of an archive that is there for products."""


_OTHERS = frozenset((".doc", ".docx", ".ods", ".odt", ".pdf", ".rtf", ".xls", ".xlsx"))
"""Endings of what no command writes, and what would not open under them."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command was asked to write."""

    command: str
    settings: Any
    """Scrapy's Settings: there when `run` is called."""
    inputs: tuple[Path, ...] = ()
    """What the command reads."""

    def given(self, name: str, product: "Product", *, replace: bool) -> Path:
        """The place that `-o` names, with symbolic links followed; ends the command otherwise."""
        if not name.strip():
            self._refuse(name, "that is no name; give one")
        if name == "-":
            self._refuse(name, f"{product.name} cannot go to standard output; name a place")
        try:
            path = Path(name).resolve()
            special = Path(name).exists() and not (path.is_file() or path.is_dir())
            there = os.path.lexists(path)
            kind = "folder" if path.is_dir() else "file"
            length = max(len(os.fsencode(part)) for part in path.parts)
        except (OSError, RuntimeError) as error:
            self._refuse(name, f"{getattr(error, 'strerror', None) or error}; name another")
        if path.suffix.lower() in _OTHERS:
            other = f"{product.name} is not what {path.suffix} says"
            self._refuse(name, f"{other}; give it another ending")
        if length > 255:
            self._refuse(name, "that name is too long; give a shorter one")
        if not product.folder and (kind == "folder" or name.endswith("/")):
            self._refuse(name, "that is a folder; name a file in it")
        if why := self._reason(path, product):
            self._refuse(name, f"{why}; name another place")
        above = next(folder for folder in path.parents if os.path.lexists(folder))
        if not above.is_dir():
            self._refuse(name, f"{above} is no folder; name another place")
        if not os.access(above, os.W_OK | os.X_OK):
            self._refuse(name, f"{above} cannot be written to; name another place")
        if product.folder and there and kind == "file":
            self._refuse(name, "that is a file, and a folder cannot take its place; name another")
        if special:
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
            check(path, product.is_own, replace=replace)
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
        from huffarchive.storage.paths import ArchivePaths

        home = places_of(self.settings, "")
        names = {*ARCHIVES}
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
    stem = f"{glob.escape(folder.name)}-{'[0-9]' * 14}-{'[0-9]' * 5}.*"
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


def take_options(
    command: str,
    settings: Any,
    parser: argparse.ArgumentParser,
    opts: argparse.Namespace,
    take: Callable[[], object],
) -> Callable[[], None]:
    """Have Scrapy `take` its options; ends the command where one names what it would destroy.

    What to do when nothing else is wrong: the file for the process's number is written, and of
    what was given more than once a line says that the last one counts.
    """
    again, pidfile = repeated(parser, opts), opts.pidfile
    opts.pidfile = None  # Scrapy writes it before anything else is known
    take()
    log_file = settings.get("LOG_FILE")
    if log_file and Path(log_file).resolve().suffix == ".log":
        log_file = None  # may stand in an archive's folder
    elif log_file and not _is_log(Path(log_file)):
        mistake(command, f"--logfile {log_file}: that is no log; name another file")
    for option, name in (
        ("--pidfile", pidfile),
        ("--profile", opts.profile),
        ("--logfile", log_file),
    ):
        if name:
            Output(command, settings).spare(option, str(name))

    def begin() -> None:
        try:
            if pidfile:
                Path(pidfile).write_text(f"{os.getpid()}\n", "utf-8")
        except OSError as error:
            why = f"cannot be written ({error.strerror}); name another"
            mistake(command, f"--pidfile {pidfile}: {why}")
        for what in again:
            print(
                f"{program()} {command}: {what} was given twice; the last counts", file=sys.stderr
            )

    return begin


def _is_log(path: Path) -> bool:
    """Whether a file is, or may become, a log: it is not there, is empty, or begins with a date."""
    try:
        begin = b""
        if path.is_file():
            with path.open("rb") as stream:
                begin = stream.read(10)
    except OSError:
        return True  # that is told of whatever cannot be written
    return not begin or re.fullmatch(rb"\d{4}-\d\d-\d\d", begin) is not None


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
