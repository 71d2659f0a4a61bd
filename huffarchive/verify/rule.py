"""A rule, a finding, and the counts of both: the rules as data, and their table for the docs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from huffarchive import printable

MAX_DETAIL = 240
"""Characters of a detail; values of others are not trusted to be short."""


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """A rule is broken: the file is not what it should be."""
    NOTE = "note"
    """Unusual, and allowed: worth knowing, no reason to act."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place."""

    severity: Severity
    rule: str
    """Name of the rule, e.g. "block-digest"; docs/verify.md explains each."""
    file: str
    offset: int | None
    """Byte of the file where the record's gzip member (or the record, or the line) begins."""
    record: str | None
    """WARC-Record-ID, or the article's id; None where there is none."""
    detail: str
    remedy: str

    def line(self) -> str:
        """One printable line: file, offset, record, rule, what is wrong, what to do."""
        place = "" if self.offset is None else f" byte {self.offset}:"
        record = f" {safe(self.record)}:" if self.record else ""
        return (
            f"{safe(self.file)}:{place}{record} {self.severity} {self.rule}: "
            f"{self.detail}; {self.remedy}"
        )


def safe(text: str) -> str:
    """A text of others made fit for a terminal, and cut."""
    shown = printable(text[: MAX_DETAIL + 1])
    return shown if len(shown) <= MAX_DETAIL else f"{shown[: MAX_DETAIL - 1]}~"


@dataclass(slots=True)
class CheckCounts:
    """Complete when the survey's findings are."""

    files: int = 0
    records: int = 0
    lines: int = 0
    reread: int = 0
    """Lines whose article was read again and is equal."""
    size: int = 0
    """Bytes of the files."""
    errors: int = 0
    notes: int = 0

    def add(self, finding: Finding) -> None:
        """Count a finding."""
        if finding.severity is Severity.ERROR:
            self.errors += 1
        else:
            self.notes += 1


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
    CDXJ = "cdxj"
    """The index beside a WARC file of ours."""
    JSONL = "jsonl"
    """A JSONL file and the WARC records that it points to."""
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
    severity: Severity = Severity.ERROR
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


CHECKS: dict[str, Callable[..., Iterator[Any]]] = {}


def check(function: _F) -> _F:
    """Make a function the check of the rule of its name, `field_missing` of "field-missing".

    Its docstring says what must hold.
    """
    CHECKS[function.__name__.strip("_").replace("_", "-")] = function
    return function


TITLES = {
    Scope.FILE: "The file around its records",
    Scope.RECORD: "Each record",
    Scope.HTTP: "The HTTP messages",
    Scope.LINK: "Records and what they say of each other",
    Scope.JSONL: "JSONL against WARC",
    Scope.CDXJ: "Indexes beside our WARC files",
    Scope.LEDGER: "Ledger against files",
}


def table() -> str:
    """Every rule by what it looks at, in Markdown; docs/verify.md holds it, and a test compares."""
    parts = []
    for scope, title in TITLES.items():
        parts.append(f"### {title}\n")
        parts.append("| rule | what must hold | source | severity |\n| --- | --- | --- | --- |")
        parts += [_row(rule) for rule in RULES.values() if rule.scope is scope]
        parts.append("")
    return "\n".join(parts)


def _row(rule: Rule) -> str:
    severity = str(rule.severity)
    if rule.ours is not None and rule.ours is not rule.severity:
        severity += f"; {rule.ours} in our own archive"
    return f"| `{rule.name}` | {rule.says} | {rule.source} | {severity} |"
