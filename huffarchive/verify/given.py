"""The files that are to be checked."""

from dataclasses import dataclass
from pathlib import Path

WARC_ENDINGS = (".warc", ".warc.gz", ".warc.gz.open", ".warc.zst", ".arc", ".arc.gz", ".wacz")
JSONL_ENDINGS = (".jsonl", ".jsonl.open")


@dataclass(frozen=True, slots=True)
class Given:
    """A file to look at; `limit` is how far it is to be read, None for all of it."""

    path: Path
    name: str
    """Its name when it is whole."""
    limit: int | None = None
    ours: bool = False
    length: int | None = None
    """Bytes that were committed to it, where the ledger knows the file: fewer are a loss."""


def ours(folder: Path, ending: str, rows: dict[str, tuple[bool, int]]) -> list[Given]:
    """The files of an archive's folder; of one that grows, what is committed.

    `rows` says of each stem in the ledger whether it grows, and its length.
    """
    found = []
    for path in sorted(folder.glob(f"*{ending}")) + sorted(folder.glob(f"*{ending}.open")):
        name = path.name.removesuffix(".open")
        growing, length = rows.get(name.removesuffix(ending), (False, None))
        if path.name.endswith(".open") and name.removesuffix(ending) not in rows:
            continue  # begun and never committed: the next run sets it aside
        found.append(Given(path, name, length if growing else None, ours=True, length=length))
    return found


def found_under(folder: Path) -> list[Path]:
    """The WARC, WACZ and JSONL files of a folder and the folders in it, in order."""
    endings = (*WARC_ENDINGS, *JSONL_ENDINGS)
    return sorted(p for p in folder.rglob("*") if p.name.endswith(endings) and p.is_file())
