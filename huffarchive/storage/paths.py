"""Where an archive's files are."""

import re
from dataclasses import dataclass
from pathlib import Path

from huffarchive.storage import disk

GROWING = ".open"
"""Ending of a file that may still grow; without it the file is whole."""


@dataclass(frozen=True, slots=True)
class ArchivePaths:
    """The folders and files of one edition's archive."""

    warc_root: Path
    output_root: Path
    name: str
    """The edition's code; the sample site's archive is apart, "<code>-sample"."""

    @property
    def code(self) -> str:
        """The edition's code."""
        return self.name.removesuffix("-sample")

    @property
    def is_sample(self) -> bool:
        """Whether its articles are the sample site's, which are invented."""
        return self.name != self.code

    @property
    def warc(self) -> Path:
        """Folder of the WARC files."""
        return self.warc_root / self.name

    @property
    def output(self) -> Path:
        """Folder of the JSONL files, the ledger and the reports."""
        return self.output_root / self.name

    @property
    def ledger(self) -> Path:
        """The ledger."""
        return self.output / "ledger.sqlite3"

    @property
    def lock(self) -> Path:
        """The file whose kernel lock a run holds."""
        return self.output / "lock"

    @property
    def reports(self) -> Path:
        """Folder of the run reports."""
        return self.output / "reports"

    @property
    def quarantine(self) -> Path:
        """Where bytes go that no commit covers; nothing is ever deleted."""
        return self.output / "quarantine"

    def warc_file(self, stem: str, *, growing: bool = False) -> Path:
        """A WARC file by its stem."""
        return self.warc / f"{stem}.warc.gz{GROWING if growing else ''}"

    def jsonl_file(self, stem: str, *, growing: bool = False) -> Path:
        """A JSONL file by its stem."""
        return self.output / f"{stem}.jsonl{GROWING if growing else ''}"

    def jsonl_files(self) -> list[Path]:
        """The finished JSONL files of runs, in their order: no product that lies beside them."""
        named = re.compile(rf"{re.escape(self.name)}-\d{{14}}-\d+\.jsonl")
        return sorted(p for p in self.output.glob("*.jsonl") if named.fullmatch(p.name))

    def make(self) -> None:
        """Make the folders, durably: a name that a power cut takes takes all that is below it."""
        for folder in (self.warc, self.output, self.reports):
            disk.make_folder(folder)
