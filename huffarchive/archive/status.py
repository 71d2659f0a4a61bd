"""The account of an archive: how much is known, captured and missing, and what nobody names."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from huffarchive.archive.recovery_plan import plan_of
from huffarchive.editions.edition import Edition
from huffarchive.ledger.ledger import Ledger, RunRow
from huffarchive.ledger.stats import PageCount
from huffarchive.outcome import Reason, State
from huffarchive.sources.estimate import estimate
from huffarchive.storage.paths import ArchivePaths
from huffarchive.storage.replacing import replace_text
from huffarchive.urls import PageKey

INDEPENDENT = frozenset(("list", "sitemap", "wayback", "commoncrawl", "urls", "warc"))
"""Discoverers that find articles each in its own way, and so may be compared. What "link",
"robots" or "recover" name depends on which pages others led to."""

_NO_ARTICLE_AFTER_ALL = frozenset((Reason.MOVED, Reason.NOT_AN_ARTICLE))
"""Another article's old address, or no article: these do not count among the articles there are."""


def archive_status(places: ArchivePaths, edition: Edition) -> dict[str, Any]:
    """Counts by state, reason, month of publication and discoverer, the estimate, what to do next.

    LedgerDamagedError, OlderLedgerError or NewerLedgerError when the ledger cannot be read.
    """
    ledger = Ledger.view(places.ledger, edition)
    try:
        with ledger.snapshot():
            everything = ledger.tally.all()
            runs = ledger.runs.last()
            files = ledger.files.all()
            provisional = ledger.provisional.waiting()
            not_read = ledger.not_read.by_source()
            read = ledger.captures.articles()
    finally:
        ledger.close()
    # The sample's articles are made up: what the paper published is no measure of them.
    published = {} if places.name != edition.code else {str(y): n for y, n in edition.published}
    articles = [count for count in everything if PageKey(edition.code, count.kind, "").is_article]
    counts = _by_state(everything)
    return {
        "archive": places.name,
        "name": edition.name,
        "counts": counts,
        "article_pages": _by_state(articles),
        "pictures": _by_state(c for c in everything if PageKey("", c.kind, "").is_picture),
        "reasons": _reasons(everything),
        "years": _periods(articles, 4, published),
        "months": _periods(articles, 7, {}),
        "discoverers": _discoverers(articles),
        "estimate": _estimate(articles),
        "provisional": {"pages": provisional[0], "from": provisional[1]},
        "not_read": not_read.total(),
        "articles": read,
        "records": sum(row.articles for row in files),
        "files": len(files),
        "last_run": _last(runs),
        "next": _next(counts, not_read, provisional, places.name)
        if not plan_of(places).exists()
        else f"`scrapy recover {places.name}` finishes the recovery that was interrupted",
    }


def write_status(path: Path, found: dict[str, Any]) -> None:
    """Keep an account as a JSON file; a reader sees the old one or the new one. OSError."""
    replace_text(path, json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _by_state(counts: Iterable[PageCount]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for count in counts:
        found["known"] += count.pages
        found[count.state] += count.pages
    return {name: found[name] for name in ("known", *map(str, State))}


def _reasons(counts: Iterable[PageCount]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for count in counts:
        if count.reason:
            found[f"{count.state}/{count.reason}"] += count.pages
    return dict(sorted(found.items()))


def _periods(
    articles: list[PageCount], length: int, published: dict[str, int]
) -> dict[str, dict[str, int]]:
    """Articles by year (4 characters) or month (7) of publication; "" where it is not known.

    In years that a study counted, `published` is its number of news items and `captured_news` what
    compares with it: the captured articles with the numbers that the study joined on (`_n_`). Of
    later ids only the page tells whether it is a blog post, or an older story once more.
    """
    groups: dict[str, list[PageCount]] = {}
    for count in articles:
        groups.setdefault(count.month[:length], []).append(count)
    found = {}
    for period in sorted(groups.keys() | published.keys()):
        group = groups.get(period, [])
        found[period] = _by_state(group)
        if period in published:
            news = (c.pages for c in group if c.state is State.CAPTURED and c.kind == "n")
            found[period] |= {"published": published[period], "captured_news": sum(news)}
    return found


def _discoverers(articles: list[PageCount]) -> dict[str, dict[str, int]]:
    """Articles by who named them; `alone` are those that nobody else did."""
    groups: dict[str, list[PageCount]] = {}
    for count in articles:
        for name in count.named_by:
            groups.setdefault(name, []).append(count)
    return {
        name: _by_state(group) | {"alone": sum(c.pages for c in group if len(c.named_by) == 1)}
        for name, group in sorted(groups.items())
    }


def _estimate(articles: list[PageCount]) -> dict[str, Any]:
    """How many articles exist, by what the independent lists have in common; or why none tells.

    `known` counts those that anyone names; more of them than the interval allows contradict it.
    """
    patterns: Counter[frozenset[str]] = Counter()
    for count in articles:
        if count.reason not in _NO_ARTICLE_AFTER_ALL:
            patterns[INDEPENDENT.intersection(count.named_by)] += count.pages
    found = estimate(patterns)
    if isinstance(found, str):
        return {"none": found}
    known = patterns.total()
    figures = asdict(found)
    for name in ("total", "low", "at_least"):
        figures[name] = max(figures[name], known)
    return figures | {
        "unseen": figures["total"] - found.named,
        "known": known,
        "contradicted": known > found.high,
    }


def _last(runs: list[RunRow]) -> str | None:
    if not runs:
        return None
    last = runs[0]
    if last.ended:
        return f"{last.name}: {last.reason} (exit {last.exit})"
    return f"{last.name}: under way, or it was killed"


def _next(
    counts: dict[str, int],
    not_read: Counter[str],
    provisional: tuple[int, str | None],
    name: str,
) -> str:
    code = name.removesuffix("-sample")
    command = f"scrapy crawl huffpost_{code}" + (" -a source=sample" if code != name else "")
    if not_read:
        again = f"scrapy crawl huffpost_{code} -a source={','.join(sorted(not_read))}"
        return f"`{again}` reads the {not_read.total():,} pages again that were not read"
    if counts[State.WANTED]:
        return f"`{command}` goes on with the {counts[State.WANTED]:,} wanted pages"
    if counts[State.FAILED]:
        return f"`{command}` tries the {counts[State.FAILED]:,} failed pages again"
    if provisional[0]:
        number, when = provisional
        return f"`{command}` asks again for the {number:,} provisional pages, from {when} on"
    return "nothing; `scrapy verify` checks what was saved"
