"""The account of an archive: how much is known, captured and missing, and what nobody names."""

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from huffarchive import typed
from huffarchive.archive.files import look_at_lock
from huffarchive.archive.recovery_plan import plan_of
from huffarchive.editions.edition import Edition
from huffarchive.exits import Exit
from huffarchive.ledger.ledger import Ledger, RunRow
from huffarchive.ledger.stats import PageCount
from huffarchive.outcome import Reason, State
from huffarchive.sources import SOURCES
from huffarchive.sources.estimate import estimate
from huffarchive.storage.paths import ArchivePaths
from huffarchive.storage.replacing import replace_text
from huffarchive.urls import PageKey

_ARCHIVES = (name for name, source in SOURCES.items() if not source.own)
INDEPENDENT = frozenset(("list", "sitemap", "urls", *_ARCHIVES))
"""Discoverers that find articles each in its own way, and so may be compared. What "link",
"robots" or "recover" name depends on which pages others led to."""

_NO_ARTICLE_AFTER_ALL = frozenset((Reason.MOVED, Reason.NOT_AN_ARTICLE))
"""Another article's old address, or no article: these do not count among the articles there are."""


def archive_status(places: ArchivePaths, edition: Edition) -> dict[str, Any]:
    """Counts by state, reason, month of publication and discoverer, the estimate, what to do next.

    LedgerError when the ledger cannot be read.
    """
    running, told = look_at_lock(places.lock)
    ledger = Ledger.view(places.ledger, edition)
    try:
        with ledger.snapshot():
            everything = ledger.tally.all()
            runs = ledger.runs.last()
            files = ledger.files.all()
            provisional = ledger.provisional.waiting()
            not_read = ledger.not_read.by_source()
            given_up = ledger.counts.given_up()
            read = ledger.captures.articles()
    finally:
        ledger.close()
    # The sample's articles are made up: what the paper published is no measure of them.
    published = {} if places.name != edition.code else {str(y): n for y, n in edition.published}
    articles = [count for count in everything if PageKey(edition.code, count.kind, "").is_article]
    counts = _by_state(everything)
    command = next_command(told.get("command"), places.name)
    if runs and runs[0].exit == Exit.DONE and "-a urls=" in command:
        command = command_for_others(command, places.reports / f"{runs[0].name}-left.jsonl")
    return {
        "archive": places.name,
        "name": edition.name,
        **_run(runs, told, running=running),
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
        "given_up": given_up,
        "articles": read,
        "records": sum(row.articles for row in files),
        "files": len(files),
        "bytes": sum(row.warc_length for row in files),
        "last_run": _last(runs, told, running=running),
        "next": "nothing; a run is under way"
        if running
        else f"`{typed()} recover {places.name}` finishes the recovery that was interrupted"
        if plan_of(places).exists()
        else _next(
            counts | {State.FAILED: counts[State.FAILED] - given_up},
            not_read,
            provisional,
            command,
        ),
    }


def percent(part: int, whole: int) -> str:
    """A share; what is less than all is never 100."""
    share = 100 * part / whole if whole else 100.0
    return f"{share if part >= whole else min(99.9, share):.1f} %"


def duration(seconds: float) -> str:
    """A time that something takes, in its two largest units: "3 d 4 h", "12 min", "40 s"."""
    whole = max(0, int(seconds))  # the clock may have been put back since it began
    days, hours, minutes = whole // 86400, whole // 3600 % 24, whole // 60 % 60
    if days:
        return f"{days} d {hours} h" if hours and days < 100 else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{whole} s"


def size(number: float) -> str:
    """Bytes: "3.1 GB"."""
    units = ["bytes", "kB", "MB", "GB", "TB"]
    while round(number, 1) >= 1000 and len(units) > 1:
        number /= 1000
        del units[0]
    return f"{number:.1f} {units[0]}" if units[0] != "bytes" else f"{number} bytes"


def moment(when: datetime, now: datetime) -> str:
    """A time of day, or the day where it is another one, of this machine's zone."""
    here, today = when.astimezone(), now.astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here.day} {here:%b}" + (f" {here.year}" if here.year != today.year else "")


def short(found: dict[str, Any], now: datetime) -> str:
    """An archive's account (`archive_status`) in one line."""
    counts = found["counts"]
    known, settled = counts["known"], counts["known"] - counts["wanted"]
    state = found["state"] or "no run known"
    if state == "running" and found["started"]:
        state += f" {duration((now - datetime.fromisoformat(found['started'])).total_seconds())}"
    elif found["exit"]:
        state += ", with failures" if state == "ended" else ""
        state += f" (exit {found['exit']})"
    parts = [state, f"{settled:,} of {known:,} ({percent(settled, known)})"]
    if found["rate"]:
        parts.append(f"{found['rate']:.2f}/s")
    if found["eta"]:
        parts.append(f"ends {moment(datetime.fromisoformat(found['eta']), now)}")
    for host, until in found["paused"].items():
        if (ends := datetime.fromisoformat(until)) > now:
            parts.append(f"{host} paused until {moment(ends, now)}")
    if counts["failed"]:
        parts.append(f"{counts['failed']:,} failed")
    if found["not_read"]:
        parts.append(f"{found['not_read']:,} not read")
    parts.append(size(found["bytes"]))
    if found["problem"]:
        parts.append(found["problem"])
    return f"{found['archive']}: {' · '.join(parts)}"


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


_NOT_STORED = "it could not store"
_ENDED: dict[int | None, str] = {Exit.DONE: "done", Exit.FAILURES: "ended"}
"""How a run came to its end by itself; with any other status something stopped it."""


def _run(runs: list[RunRow], told: dict[str, Any], *, running: bool) -> dict[str, Any]:
    """The run that is under way, or the last: `told` is what it says in the lock's file.

    `state` is running, stopped, died, ended (with failures) or done, and null where the ledger has
    no run: before the first, and once it was made anew. `problem` is what ended the last run with
    status 4, in one line, null where another status did.
    """
    last = runs[0] if runs else None
    status = None if running or last is None else last.exit
    if not running and status is None and last and told.get("run") == last.name:
        status = told.get("exit")  # the ledger could not be written
    ended = "died" if status is None else _ENDED.get(status, "stopped")
    live = told if running else {}
    return {
        "state": "running" if running else ended if last else None,
        "pid": live.get("pid"),
        "started": live.get("started") or (last.started if last else None),
        "ended": None if running or last is None else last.ended,
        "last_commit": told.get("last_commit") if running or last else None,
        "rate": live.get("rate"),
        "eta": live.get("eta"),
        "paused": live.get("paused") or {},
        "exit": status,
        "problem": last.reason or _NOT_STORED if last and status == Exit.NOT_STORED else None,
        "command": told.get("command"),
    }


def _last(runs: list[RunRow], told: dict[str, Any], *, running: bool) -> str | None:
    if not runs:
        return None
    last = runs[0]
    if last.ended:
        told_above = last.exit == Exit.NOT_STORED or last.reason in (None, "finished")
        why = "" if told_above else f", {last.reason}"
        if last.exit == Exit.STOPPED and last.reason == "finished":
            why = ", limit"  # so Scrapy calls a run that nothing else ended
        ended = _ENDED.get(last.exit, "stopped")
        return f"{last.name}: {ended} (exit {last.exit}{why})"
    if told.get("run") == last.name and told.get("exit") and not running:
        return f"{last.name}: stopped (exit {told['exit']}, could not store)"
    return f"{last.name}: " + ("under way" if running else "died: it was killed, or the power cut")


def next_command(said: object, name: str) -> str:
    """The command that goes on where the last run ended: its own, a crawl where it discovered.

    Without what it begins with (`typed`).
    """
    code = name.removesuffix("-sample")
    crawl = f"crawl huffpost_{code}" + (" -a source=sample" if code != name else "")
    try:
        words = shlex.split(said) if isinstance(said, str) else []
    except ValueError:
        words = []
    if words[1:2] == ["crawl"]:
        return shlex.join(words[1:])
    pairs = zip(words[3::2], words[4::2], strict=False)
    kept = [pair for pair in pairs if pair[0] == "-s" or pair[1].startswith("site=")]
    return " ".join([crawl, *map(shlex.join, kept)])


_OF_A_LIST = ("urls=", "limit=", "recrawl=", "again=", "retry=")
"""Arguments of a list's run that one over other pages has not."""


def command_for_others(command: str, left: Path) -> str:
    """A list's command made one for what it is not about: the pages of a run's account."""
    words = shlex.split(command)
    kept = words[:1]
    for before, word in pairwise(words):
        if before == "-a" and word.startswith(_OF_A_LIST):
            kept.pop()
        else:
            kept.append(word)
    return shlex.join([*kept, "-a", f"urls={left.absolute()}"])


def _pages(number: int, which: str = "") -> str:
    return f"the {number:,} {which}page{'' if number == 1 else 's'}"


def _next(
    counts: dict[str, int],
    not_read: Counter[str],
    provisional: tuple[int, str | None],
    command: str,
) -> str:
    begin = typed()
    if not_read:
        again = f"{' '.join(command.split()[:2])} -a source={','.join(sorted(not_read))}"
        return f"`{begin} {again}` reads {_pages(not_read.total())} again that were not read"
    if wanted := counts[State.WANTED]:
        limit = next((int(n) for n in re.findall(r"-a limit=(\d+)", command)[-1:]), wanted)
        some = f"{limit:,} of " if limit < wanted else ""
        return f"`{begin} {command}` goes on with {some}{_pages(wanted, 'wanted ')}"
    if counts[State.FAILED]:
        return f"`{begin} {command}` tries {_pages(counts[State.FAILED], 'failed ')} again"
    if provisional[0]:
        number, when = provisional
        return (
            f"`{begin} {command}` asks again for {_pages(number, 'provisional ')}, from {when} on"
        )
    return f"nothing; `{begin} verify` checks what was saved"
