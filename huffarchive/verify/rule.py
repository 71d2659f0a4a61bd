"""The rules as data: each a name, a source, what must hold, and a small function."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from huffarchive.verify.finding import Finding, Severity, safe

ERROR, NOTE = Severity.ERROR, Severity.NOTE
_F = TypeVar("_F", bound=Callable[..., Iterator[Any]])


class Scope(StrEnum):
    """What a rule looks at."""

    FILE = "file"
    """The bytes between and around records; seen while the file is taken apart."""
    RECORD = "record"
    """One record: its named fields and its block."""
    HTTP = "http"
    """The HTTP message in a record's block."""
    LINK = "link"
    """Records and what they say of each other."""
    JSONL = "jsonl"
    """A JSONL file and the WARC records that it points to."""
    CDXJ = "cdxj"
    """The index beside a WARC file of ours."""
    LEDGER = "ledger"
    """The ledger and the files."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold."""

    name: str
    scope: Scope
    source: str
    """Where it is written: a clause of the standard, or a promise of this project."""
    says: str
    """What must hold, as a sentence."""
    remedy: str
    """What to do when it does not."""
    severity: Severity = ERROR
    ours: Severity | None = None
    """Severity in our own archive's files, where it is another one."""
    check: Callable[..., Iterator[Any]] | None = None
    """Gives the details of what is wrong; None when the file's reader itself sees it."""
    about: frozenset[str] = frozenset()
    """Fields (lower case) without which the rule has nothing to look at; empty: it always has."""
    kinds: frozenset[str] = frozenset()
    """Types of record that it looks at; empty: all."""
    unless: str = ""
    """Property of an Entry that, when true, leaves the rule nothing to say."""
    by_shape: bool = False
    """Whether the type and the names of the fields decide it: it is then asked once for each."""

    def finding(
        self,
        file: str,
        offset: int | None,
        record: str | None,
        detail: str,
        *,
        ours: bool = False,
        remedy: str | None = None,
    ) -> Finding:
        """A finding of this rule."""
        severity = self.ours if ours and self.ours is not None else self.severity
        return Finding(
            severity, self.name, file, offset, record, safe(detail), remedy or self.remedy
        )


RULES: dict[str, Rule] = {}
"""Every rule by its name, in the order of the documentation."""


def declare(
    name: str,
    scope: Scope,
    source: str,
    says: str,
    remedy: str,
    *,
    severity: Severity = ERROR,
) -> None:
    """Add a rule that the file's reader itself checks."""
    _add(Rule(name, scope, source, says, remedy, severity))


def rule(
    name: str,
    scope: Scope,
    source: str,
    remedy: str,
    *,
    severity: Severity = ERROR,
    ours: Severity | None = None,
    about: str = "",
    kinds: str = "",
    unless: str = "",
    by_shape: bool = False,
) -> Callable[[_F], _F]:
    """Declare the decorated function as a rule's check; its docstring says what must hold.

    `about` and `kinds` are names with spaces between them; see Rule for what the others mean.
    """

    def add(check: _F) -> _F:
        new = Rule(
            name,
            scope,
            source,
            " ".join((check.__doc__ or "").split()),
            remedy,
            severity,
            ours,
            check,
            about=frozenset(about.split()),
            kinds=frozenset(kinds.split()),
            unless=unless,
            by_shape=by_shape,
        )
        _add(new)
        return check

    return add


def _add(new: Rule) -> None:
    assert new.name not in RULES
    RULES[new.name] = new
