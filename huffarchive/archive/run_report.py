"""The report of a run: counts, reasons, files with their checksums, and what is left."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huffarchive.storage.replacing import replace_text, replacing

if TYPE_CHECKING:
    from huffarchive.archive.archive import Archive


@dataclass(frozen=True, slots=True)
class Report:
    """What a run's report says, and where it is."""

    path: Path
    left_path: Path
    counts: dict[str, int]
    """known, wanted, captured, gone, refused, failed."""
    balanced: bool
    """Whether known is the sum of the others."""
    articles: int
    """Articles that were read, each once, however many versions of it there are."""
    new_articles: int
    """Those that this run captured, some of them once more."""
    reasons: dict[str, int]
    """"state/reason" and how many pages."""
    files: tuple[str, ...]
    """Names of the files that this run wrote."""
    not_read: int
    """Captured pages that a fault of ours left unread."""
    given_up: int
    """Pages that failed for good."""
    warc_bytes: int


def write_report(
    archive: "Archive", *, status: int, reason: str, problem: str | None, facts: Mapping[str, Any]
) -> Report:
    """Write `reports/<run>.json`, `latest.json` and `<run>-left.jsonl`.

    It is written after the run's files are finished and before its archive is closed.
    """
    counts = {str(state): number for state, number in archive.ledger.counts.by_state().items()}
    known = archive.ledger.counts.known()
    reasons: Counter[str] = Counter()
    for count in archive.ledger.tally.all():
        name = f"{count.state}/{count.reason}" if count.reason else str(count.state)
        reasons[name] += count.pages
    rows = archive.ledger.files.all()
    written = set(archive.written)
    report = Report(
        path=archive.places.reports / f"{archive.run_name}.json",
        left_path=archive.places.reports / f"{archive.run_name}-left.jsonl",
        counts={"known": known, **counts},
        balanced=known == sum(counts.values()),
        articles=archive.ledger.captures.articles(),
        new_articles=archive.ledger.captures.articles(
            [row.serial for row in rows if row.stem in written]
        ),
        reasons=dict(sorted(reasons.items())),
        files=tuple(row.stem for row in rows if row.stem in written),
        not_read=archive.ledger.not_read.by_source().total(),
        given_up=archive.ledger.counts.given_up(),
        warc_bytes=sum(row.warc_length for row in rows),
    )
    document = {
        "run": archive.run_name,
        "edition": archive.edition.code,
        "exit": int(status),
        "reason": reason,
        "problem": problem,
        **facts,
        "counts": report.counts,
        "balanced": report.balanced,
        "reasons": report.reasons,
        "articles": report.articles,
        "new_articles": report.new_articles,
        "not_read": report.not_read,
        "given_up": report.given_up,
        "mended": archive.mended,
        "files": [
            {
                "warc": f"{row.stem}.warc.gz",
                "warc_bytes": row.warc_length,
                "warc_sha256": row.warc_sha256,
                "jsonl": f"{row.stem}.jsonl",
                "jsonl_bytes": row.jsonl_length,
                "jsonl_sha256": row.jsonl_sha256,
                "articles": row.articles,
            }
            for row in rows
        ],
    }
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    replace_text(report.path, text)
    replace_text(archive.places.reports / "latest.json", text)
    with (
        replacing(report.left_path, lambda _: True) as draft,
        draft.path.open("w", encoding="utf-8") as file,
    ):
        file.writelines(left.to_line() for left in archive.ledger.remainder.all())
    return report
