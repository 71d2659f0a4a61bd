"""The account of an archive: how much is known, captured and missing."""

from collections import Counter
from typing import Any

from huffarchive.archive.places import Places
from huffarchive.editions import Edition
from huffarchive.ledger import Ledger
from huffarchive.outcome import State


def account(places: Places, edition: Edition) -> dict[str, Any]:
    """Counts by state, reason and month of publication, the last run, and what to do next.

    LedgerDamagedError when the ledger cannot be read.
    """
    ledger = Ledger.view(places.ledger, edition)
    try:
        counts = ledger.pages.counts()
        reasons: Counter[str] = Counter()
        months: Counter[str] = Counter()
        articles: Counter[str] = Counter()
        for state, reason, kind, month, number in ledger.pages.tally():
            if reason:
                reasons[f"{state}/{reason}"] += number
            is_article = len(kind) <= 2
            articles[state] += number if is_article else 0
            if state == State.CAPTURED and is_article:
                months[month] += number
        runs = ledger.runs.last()
        files = ledger.files.all()
    finally:
        ledger.close()
    last = runs[0] if runs else None
    return {
        "archive": places.name,
        "name": edition.name,
        "counts": {"known": sum(counts.values()), **{str(s): n for s, n in counts.items()}},
        "article_pages": dict(sorted(articles.items())),
        "reasons": dict(sorted(reasons.items())),
        "months": dict(sorted(months.items())),
        "articles": sum(row.articles for row in files),
        "files": len(files),
        "last_run": (
            f"{last.name}: {last.reason} (exit {last.exit})"
            if last and last.ended
            else f"{last.name}: under way, or it was killed"
            if last
            else None
        ),
        "next": _next(counts, places.name),
    }


def _next(counts: dict[State, int], name: str) -> str:
    code = name.removesuffix("-sample")
    command = f"scrapy crawl huffpost_{code}" + (" -a source=sample" if code != name else "")
    if counts[State.WANTED]:
        return f"`{command}` goes on with the {counts[State.WANTED]:,} wanted pages"
    if counts[State.FAILED]:
        return f"`{command}` tries the {counts[State.FAILED]:,} failed pages again"
    return "nothing; `scrapy verify` checks what was saved"
