"""What a survey looked at, and how much of it was wrong."""

from dataclasses import dataclass

from huffarchive.verify.finding import Finding, Severity


@dataclass(slots=True)
class Counts:
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
