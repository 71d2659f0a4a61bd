"""Options, arguments and settings: a mistake in one is told in one line, with the next step."""

import argparse
import difflib
import os
import sys
from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any, NoReturn

from scrapy.settings import BaseSettings

from huffarchive import printable, program
from huffarchive.exits import Exit


def mistake(command: str, text: str) -> NoReturn:
    """Print the line and exit with the status of wrong usage."""
    print(f"{program()} {command}: {printable(text)}", file=sys.stderr)
    sys.exit(Exit.USAGE)


def plural(number: int, noun: str) -> str:
    """A number with its noun: "1 file", "2 files"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def hint(word: str, known: Iterable[str]) -> str:
    """A question whether the known name is meant that is most like this one; "" if none is."""
    spelt = {name.lower().replace("-", "_"): name for name in known}
    near = difflib.get_close_matches(word.lower().replace("-", "_"), spelt, 1, 0.85)
    return f"did you mean {spelt[near[0]]}? " if near else ""


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


_STEPS = {
    "not allowed with argument": "give one of them",
    "invalid int value": "give a whole number",
    "invalid float value": "give a number",
    "expected one argument": "give its value behind it",
    "ignored explicit argument": "it takes no value, leave that out",
}
"""What to do about a mistake, by argparse's words for it."""


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
            near = difflib.get_close_matches(option, known, 1, 0.75)  # the dashes are alike
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
