"""What a check found: one line for a person, one row for a program."""

from dataclasses import dataclass
from enum import StrEnum

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

    def row(self) -> dict[str, object]:
        """The same for JSON."""
        return {
            "severity": str(self.severity),
            "rule": self.rule,
            "file": self.file,
            "offset": self.offset,
            "record": self.record,
            "detail": self.detail,
            "remedy": self.remedy,
        }


def safe(text: str, limit: int = MAX_DETAIL) -> str:
    """A text of others made fit for a terminal: printable ASCII, cut."""
    shown = text if text.isascii() and text.isprintable() else ascii(text)[1:-1]
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}~"
