"""What our commands share: help as data, mistakes in one line, where they read and write."""

import argparse
import contextlib
import difflib
import functools
import io
import os
import re
import select
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from scrapy.settings import BaseSettings

from huffarchive import program, stopped_at_once, typed
from huffarchive.editions import EDITIONS
from huffarchive.editions.edition import Edition
from huffarchive.exits import Exit, whole_installation

if TYPE_CHECKING:
    from huffarchive.storage.paths import ArchivePaths


def mistake(command: str, text: str) -> NoReturn:
    """Print the line and exit with the status of wrong usage."""
    from huffarchive.warc.reader import printable

    print(f"{program()} {command}: {printable(text)}", file=sys.stderr)
    sys.exit(Exit.USAGE)


def take_options(
    command: str, settings: Any, opts: argparse.Namespace, take: Callable[[], object]
) -> str | None:
    """Have Scrapy `take` its options; ends the command where one names what it would destroy.

    The file for the process's number, which is written when nothing else is wrong.
    """
    from huffarchive.commands.output import Output

    pidfile: str | None = opts.pidfile
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
    return pidfile


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


def write_pidfile(command: str, pidfile: str | None) -> None:
    """Write this process's number to the file that --pidfile names."""
    try:
        if pidfile:
            Path(pidfile).write_text(f"{os.getpid()}\n", "utf-8")
    except OSError as error:
        mistake(command, f"--pidfile {pidfile}: cannot be written ({error.strerror}); name another")


def plural(number: int, noun: str) -> str:
    """A number with its noun: "1 file", "2 files"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def told_our_way(parser: argparse.ArgumentParser, command: str, syntax: str) -> None:
    """Have a mistake in the options told as all others are: without the usage, with a next step.

    To be called before the options are added: of each that is given twice the parser takes note.
    """
    parser.usage = f"{program()} {command} {syntax}"
    parser.register("action", None, _Value)

    def error(text: str) -> NoReturn:
        step = next((f"; {step}" for said, step in _STEPS.items() if said in text), "")
        mistake(command, text + step)

    parser.error = error  # type: ignore[method-assign,assignment]


class _Value(argparse.Action):
    """Keeps an option's value; the last one counts."""

    others = False
    """Whether there were other values before."""

    def __call__(self, _: Any, namespace: Any, values: Any, __: str | None = None) -> None:
        # Of what was given once: a value that is no number is not equal to itself.
        self.others |= "given" in vars(self) and vars(self)["given"] != values
        vars(self)["given"] = values
        setattr(namespace, self.dest, values)


def repeated(parser: argparse.ArgumentParser, opts: argparse.Namespace) -> list[str]:
    """What was given more than once, with different values: options, arguments, settings."""
    options = (a for a in parser._actions if isinstance(a, _Value) and a.others)  # noqa: SLF001
    found = ["-o" if action.dest == "output" else action.option_strings[-1] for action in options]
    for option, pairs in (("-a", getattr(opts, "spargs", None)), ("-s", opts.set)):
        names = Counter(pair.partition("=")[0] for pair in dict.fromkeys(pairs or ()))
        found += [f"{option} {name}=" for name, times in names.items() if times > 1]
    return found


def which_counts(command: str, again: Iterable[str]) -> None:
    """Say of what was given more than once that the last one counts."""
    for what in again:
        print(f"{program()} {command}: {what} was given twice; the last counts", file=sys.stderr)


_STEPS = {
    "not allowed with argument": "give one of them",
    "invalid int value": "give a whole number",
    "invalid float value": "give a number",
    "ignored explicit argument": "it takes no value, leave that out",
}
"""What to do about a mistake, by argparse's words for it."""


def hint(word: str, known: Iterable[str]) -> str:
    """A question whether the known name is meant that is most like this one; "" if none is."""
    spelt = {name.lower().replace("-", "_"): name for name in known}
    near = difflib.get_close_matches(word.lower().replace("-", "_"), spelt, 1, 0.85)
    return f"did you mean {spelt[near[0]]}? " if near else ""


def readers(given: int | None, command: str) -> int:
    """How many processes are to read: one for each core where nothing is said."""
    cores = len(os.sched_getaffinity(0))
    most = cores * _A_CORE
    if given is not None and not 0 <= given <= most:
        mistake(command, f"--workers {given}: give 0 to {most}, {plural(cores, 'core')} being here")
    return cores if given is None else given


_A_CORE = 16
"""Readers that a core may have; each takes 50 MB."""


def needed(modules: Iterable[str], command: str, what: str = "it") -> None:
    """End the command where modules of the extra that has its name are not there."""
    if lacking := " and ".join(name for name in modules if find_spec(name) is None):
        mistake(command, f"{what} needs {lacking}; run pip install 'huffarchive[{command}]'")


def no_options(args: list[str], parser: argparse.ArgumentParser | None, command: str) -> None:
    """End the command where an argument is an option that it does not have, and name the nearest.

    Scrapy passes on as arguments what it does not know.
    """
    known = [] if parser is None else [o for a in parser._actions for o in a.option_strings]  # noqa: SLF001 - argparse lists them nowhere else
    for arg in args:
        if arg.startswith("-") and arg != "-":
            option = arg.partition("=")[0]
            near = difflib.get_close_matches(option, known, 1, 0.7)
            step = f"did you mean {near[0]}?" if near else f"see {program()} {command} --help"
            mistake(command, f"unknown option {option}: {step}")


def right_settings(settings: BaseSettings, command: str) -> None:
    """End the command where a setting of ours is misspelt, or has a value that cannot be used."""
    from huffarchive.addon import check_names, check_values

    try:
        check_names(settings)
        check_values(settings)
    except ValueError as error:
        mistake(command, str(error))


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
        _drop_rest()


@contextmanager
def unwritten_told(what: str) -> Iterator[None]:
    """Have what cannot be printed told in one line, and leave the status as it is."""
    try:
        with may_go_unread():
            yield
    except OSError as error:
        print(f"{what} {_told(error)}", file=sys.stderr)
        _drop_rest()


def _drop_rest() -> None:
    """Have what standard output did not take go nowhere: Python writes it at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_read() -> bool:
    looked = select.poll()
    looked.register(sys.stdout.fileno(), 0)
    return not any(event & select.POLLERR for _, event in looked.poll(0))


_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_REPLACED = (signal.SIG_DFL, signal.default_int_handler, stopped_at_once)
"""Handlers that a command's own takes the place of; under nohup a hang-up is ignored."""


def ends_well(command: Any, name: str, work: Callable[[], object]) -> None:
    """Do a command's work; status 5 when it is stopped, 4 when something cannot be written, 7 when
    there is no room for it.

    What it prints is UTF-8 whatever the locale, and what nobody reads any more ("| head") is no
    error. Termination unwinds as Ctrl-C does, so that nothing half-written is left.
    """
    import sqlite3

    from huffarchive.ledger.readable import is_of_the_disk
    from huffarchive.storage import disk
    from huffarchive.storage.replacing import NotReplacedError
    from huffarchive.workers.job import ReadersFailedError

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        with _stopped_by_signals(), may_go_unread():
            work()
    except KeyboardInterrupt:
        print(f"{program()} {name}: stopped; nothing half-written was left", file=sys.stderr)
        command.exitcode = Exit.STOPPED
    except ReadersFailedError as error:
        print(f"{program()} {name}: {error}", file=sys.stderr)
        command.exitcode = Exit.NOT_STORED
    except NotReplacedError as error:
        mistake(name, str(error))
    except (OSError, sqlite3.Error) as error:
        if not is_of_the_disk(error):
            raise
        print(f"{program()} {name}: {_told(error)}", file=sys.stderr)
        command.exitcode = Exit.DISK_FULL if disk.is_full(error) else Exit.NOT_STORED
        try:
            sys.stdout.flush()
        except OSError:  # and it would raise again at the end
            _drop_rest()


def _told(error: Exception) -> str:
    from huffarchive.storage import disk
    from huffarchive.warc.reader import printable

    said = getattr(error, "strerror", None) or " ".join(str(error).split())
    what, step = f"could not be written: {said}", "look where the output goes, and at the disk"
    if isinstance(error, OSError) and error.filename:
        what = f"{printable(str(error.filename))}: could not be written or read: {said}"
        step = "look at its rights and its disk"
    return f"{what}; {'make room' if disk.is_full(error) else step}, and run the same command again"


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Have Ctrl-C, termination and a hang-up unwind the command."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _STOPS}
    for number, handler in before.items():
        if handler in _REPLACED:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler in _REPLACED:
                # The work is done: a signal now must not take its exit status.
                signal.signal(number, signal.SIG_IGN if handler is stopped_at_once else handler)


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
    example: ClassVar[str]
    """The arguments of a call that is of use."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Modules of the extra that has the command's name."""
    again: Iterable[str] = ()
    """What was given more than once."""
    pidfile: str | None = None
    settings: Any
    """Scrapy's Settings: there when `run` is called."""

    def __init_subclass__(cls, **named: Any) -> None:
        """Have `run` end as a command does, whatever happens; see `ends_well`."""
        super().__init_subclass__(**named)
        run = cls.run  # type: ignore[attr-defined]
        name = cls._name()

        @functools.wraps(run)
        def run_to_its_end(self: Any, args: list[str], opts: argparse.Namespace) -> None:
            needed(self.needs, name)
            no_options(args, getattr(self, "parser", None), name)
            if blank := [arg for arg in args if not arg.strip()]:
                mistake(name, f"{blank[0]!r} is no name; give one, or leave it out")
            if args and not self.arguments.replace("[options]", ""):
                mistake(name, f"{' '.join(args)}: it takes no argument, leave that out")
            with whole_installation(f"{program()} {name}"):
                right_settings(self.settings, name)
                which_counts(name, self.again)
                write_pidfile(name, self.pidfile)
                ends_well(self, name, lambda: run(self, args, opts))

        cls.run = run_to_its_end  # type: ignore[attr-defined]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options; what is wrong with any is told in one line."""
        self.parser = parser
        told_our_way(parser, self._name(), self.syntax())
        super().add_options(parser)  # type: ignore[misc]

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's options, but for a file of an archive that one names to be written over."""
        name = self._name()
        take = functools.partial(super().process_options, args, opts)  # type: ignore[misc]
        self.again = repeated(self.parser, opts)
        self.pidfile = take_options(name, self.settings, opts, take)

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
        said = " ".join((type(self).__doc__ or "").split())
        return f"{said} Example: {program()} {self._name()} {self.example}"

    @classmethod
    def _name(cls) -> str:
        return cls.__module__.rpartition(".")[2]


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
    codes = {edition.spider: code for code, edition in EDITIONS.items()}
    if all(arg in codes or arg.removesuffix("-sample") in EDITIONS for arg in args):
        return codes
    return {name: edition.code for name, edition in spider_editions(settings).items()}


def archives(
    settings: BaseSettings, args: list[str], command: str, *, lost: bool = False
) -> list[tuple["ArchivePaths", Edition]]:
    """The archives named (by spider, edition or folder), or all that there are.

    One that is named must be there, at least its WARC files where the rest may be `lost`.
    """
    from huffarchive.crawl.arguments import places_of

    names = archive_codes(settings, args)
    known = [f"{code}{kind}" for code in EDITIONS for kind in ("", "-sample")]
    wanted = [names.get(arg, arg) for arg in args]
    for arg, name in zip(args, wanted, strict=True):
        if name not in known:
            there = [*names, *known]
            mistake(
                command, f"no archive {arg!r}; {hint(arg, there)}name one of {', '.join(there)}"
            )
    places = [places_of(settings, name) for name in wanted or known]
    found = [p for p in places if wanted or p.output.exists()]
    missing = next(
        (p for p in found if not (p.output.exists() or (lost and p.warc.exists()))), None
    )
    if missing is not None:
        code, sample = missing.name.removesuffix("-sample"), missing.name.endswith("-sample")
        crawl = f"{typed()} crawl huffpost_{code}" + (" -a source=sample" if sample else "")
        other = places_of(settings, code if sample else f"{code}-sample")
        beside = f"{other.name} is there, name that; or " if other.output.exists() else ""
        where = f"no archive {missing.name} in {missing.output_root} yet"
        mistake(command, f"{where}; {beside}run {crawl}")
    if not found:
        mistake(
            command, f"no archive in {places[0].output_root} yet; run {typed()} crawl huffpost_qc"
        )
    named = {p.name: p for p in found}  # one that is named twice is one
    return [(p, EDITIONS[name.removesuffix("-sample")]) for name, p in named.items()]
