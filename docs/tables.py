"""Writes the generated tables of the docs: `python docs/tables.py`, or `--check` to compare only.

Each stands between `<!-- table: name -->` and `<!-- end of table -->`, made from the docstrings of
the code, so that the docs say what the program does.
"""

import argparse
import ast
import importlib
import inspect
import sys
import textwrap
from argparse import HelpFormatter
from collections.abc import Callable
from enum import Enum
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from scrapy.settings import BaseSettings

from huffarchive import article, exits, outcome, reading, settings
from huffarchive.exports.dataset_info import schema

DOCS = Path(__file__).parent
BEGIN, END = "<!-- table: {} -->", "<!-- end of table -->"


def attribute_docs(source: type | ModuleType) -> dict[str, str]:
    """The docstring below each attribute of a class or module, as one line."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(source)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else tree.body
    found: dict[str, str] = {}
    for first, second in pairwise(body):
        if isinstance(first, ast.Assign):
            target = first.targets[0]
        elif isinstance(first, ast.AnnAssign):
            target = first.target
        else:
            continue
        if (
            isinstance(target, ast.Name)
            and isinstance(second, ast.Expr)
            and isinstance(second.value, ast.Constant)
        ):
            found[target.id] = " ".join(str(second.value.value).split())
    return found


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    cells = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in cells)


def fields() -> str:
    """The record's fields."""
    rows = []
    for name, spec in schema()["properties"].items():
        kinds = spec.get("type", "array")
        kind = kinds if isinstance(kinds, str) else " or ".join(sorted(kinds, key="null".__eq__))
        if kind == "array":
            kind = f"list of {spec['items'].get('type', 'object')}s"
        rows.append((f"`{name}`", kind, spec["description"]))
    return _table(("field", "type", "what it is"), rows)


def parts() -> str:
    """The fields of images and chrome pieces."""
    rows = [
        (f"`{field}[].{name}`", text)
        for field, part in (("images", article.Image), ("chrome", article.Chrome))
        for name, text in attribute_docs(part).items()
    ]
    return _table(("field", "what it is"), rows)


def _enum(kind: type[Enum], head: tuple[str, str]) -> str:
    docs = attribute_docs(kind)
    rows = [(f"`{m.value}`", docs.get(m.name, "")) for m in kind]
    return _table(head, rows)


def exit_statuses() -> str:
    """The exit statuses."""
    return _enum(exits.Exit, ("status", "what it says"))


def states() -> str:
    """The states of a page."""
    return _enum(outcome.State, ("state", "what it says"))


def reasons() -> str:
    """The reasons of a state."""
    docs = attribute_docs(outcome.Reason)
    rows = [(r.state.value, f"`{r.value}`", docs[r.name]) for r in outcome.Reason]
    return _table(("state", "reason", "what it says"), rows)


def warnings() -> str:
    """The warnings of a record."""
    return _enum(reading.Caution, ("warning", "what it says"))


def our_settings() -> str:
    """Our settings."""
    docs = attribute_docs(settings)
    rows = [
        (f"`{name}`", f"`{getattr(settings, name)!r}`", text)
        for name, text in docs.items()
        if name.startswith("HUFFARCHIVE_")
    ]
    return _table(("setting", "default", "what it is"), rows)


def options_of(command: str) -> list[argparse.Action]:
    """The options of a command of ours, without those that every Scrapy command has."""
    made = importlib.import_module(f"huffarchive.commands.{command}").Command()
    made.settings = BaseSettings()
    parser = argparse.ArgumentParser(add_help=False, conflict_handler="resolve")
    made.add_options(parser)
    common = {a for g in parser._action_groups[2:] for a in g._group_actions}
    return [a for a in parser._actions if a.option_strings and a not in common]


def commands() -> list[str]:
    """The names of our commands."""
    folder = DOCS.parent / "huffarchive/commands"
    return sorted(p.stem for p in folder.glob("*.py") if "class Command(" in p.read_text("utf-8"))


def options() -> str:
    """The options of each command that are ours."""
    rows = []
    for command in set(commands()) - {"crawl", "discover"}:  # theirs are Scrapy's, or -a
        for action in options_of(command):
            value = (
                ""
                if action.nargs == 0
                else f" {action.metavar or '|'.join(action.choices or ['N'])}"
            )
            names = ", ".join(f"`{name}{value}`" for name in action.option_strings)
            rows.append(
                (f"`{command}`", names, HelpFormatter("")._expand_help(action).replace("<", "\\<"))
            )
    return _table(("command", "option", "does"), sorted(rows))


def verify_rules() -> str:
    """The rules of `scrapy verify`."""
    from huffarchive.verify.rule import table

    return table()


TABLES: dict[str, Callable[[], str]] = {
    "fields": fields,
    "parts": parts,
    "exit statuses": exit_statuses,
    "states": states,
    "reasons": reasons,
    "warnings": warnings,
    "settings": our_settings,
    "options": options,
    "verify rules": verify_rules,
}


def fresh(text: str) -> str:
    """A document with its tables as they should be."""
    for name, make in TABLES.items():
        begin = BEGIN.format(name)
        if begin in text:
            before, rest = text.split(begin, 1)
            _, after = rest.split(END, 1)
            text = f"{before}{begin}\n{make()}\n{END}{after}"
    return text


def main() -> int:
    """Write, or with --check only say, which documents are stale."""
    stale = [
        p for p in sorted(DOCS.rglob("*.md")) if fresh(p.read_text("utf-8")) != p.read_text("utf-8")
    ]
    for path in stale:
        print(f"{path.relative_to(DOCS.parent)}: stale tables")
        if "--check" not in sys.argv:
            path.write_text(fresh(path.read_text("utf-8")), "utf-8")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
