"""The table of a run, as docs/hostile.md holds it."""

import platform
from importlib.metadata import version
from pathlib import Path

from tests.trials.hostile.crawl import Measured, Result

_HEAD = """# A hostile web

What servers, pages and answers of all kinds did to `scrapy crawl`, and what came of it, beside the
same cases on stock Scrapy. Written by

```
python -m tests.trials.hostile --write docs/hostile.md
```

which measures the groups. `--list` names every case, what it does and how it must end; `--cases FILE`
writes how each ended, in how many seconds and with how much memory, beside stock Scrapy.

Each case is one address of a site on loopback (`tests/trials/hostile/`); with a good page before and
after it in the list, in a crawl of the project's own settings. The time bound of a download is 4 s
instead of 30 s, and the waits between tries are left out; `--own-waits` runs with both. A case is
good when its page ended in the state and for the reason that the table of cases names, in time, and
its neighbours were captured with their own words in their records (unless the case shuts the whole
host: robots.txt, certificates). "At the function" are cases that need no crawl: addresses outside
loopback are judged at the last step before the socket, and no packet is sent.

**s** are the seconds between the last request for the page and its settlement, the wait for the
reading process included. **MiB** is the most that the crawling process held while the page was
under way, from its first request to its end, looked at every 20 ms, and **still** the longest that
the event loop was late meanwhile: up to four pages are under way together, so both are the page's
own only where nothing larger was beside it. A group's peak is the kernel's (VmHWM). "Of it busy" is
the most processor time that the loop itself took for one step: the rest of a standstill is the
disk, and other programs on the machine.

**Answers kept**: the server notes what it sent, and each answer of which a byte went out, robots.txt,
sitemaps and good pages among them, is looked for in the WARC: it begins byte for byte as it was
sent, and goes as far as it must (`tests/trials/hostile/evidence.py`). One that is missing or short is a
fault. After each crawl `gzip -t`, `warcio check`, `scrapy verify`, and `scrapy extract` against the
run's JSONL; warcio is kept from unpacking brotli, over which it falls with brotli 1.2 and newer.

"""
_STOCK = """
## Stock Scrapy

The same lists and servers through `tests/trials/hostile/stock.py`: Scrapy's defaults with a JOBDIR, a
JSONL feed, a WARC by warcio from the responses, `allowed_domains`, an errback, trafilatura in the
callback, and the same bound of 4 s on a download. Sitemaps go through its SitemapSpider (at most 220
pages, as ours), robots.txt through `ROBOTSTXT_OBEY`. A process over 2 GiB or 240 s is killed and
started again with its JOBDIR, up to five times. Every name resolves to this machine, so that nothing
leaves it. The canary is another port of the site's host, which `allowed_domains` cannot tell apart.
An outcome is the item, the errback with its error, or neither: nobody is told that the page was
there. An item says nothing of whether the page was whole. The cases of a group are one crawl, so
where its process dies the harmless pages beside the bomb are lost with it: "process died" and, after
a new start, "neither" name the pages that had no outcome, not the one that did the harm.

"""
_WAITS = """
## With the waits of the settings

A few cases of each group with the time bound of 30 s and all waits as they are in production
(`--own-waits --quick`).

"""


def write_table(
    path: Path,
    results: list[Result],
    measured: dict[str, Measured],
    waits: dict[str, Measured],
) -> None:
    """Write what the groups of a run cost; `waits` is that with the waits of the settings."""
    wrong = [result for result in results if not result.good]
    lines = [
        _HEAD,
        f"{len(results)} cases, {len(wrong)} that did not end as they must. Python "
        f"{platform.python_version()}, Scrapy {version('scrapy')}, {platform.system()}; a machine "
        "of two cores that others used too.\n\n## Groups\n\n",
        row(
            "group",
            "cases",
            "good",
            "crawler, peak",
            "reader, peak",
            "loop still",
            "of it busy",
            "answers kept",
            "canary hits",
            "tracebacks",
            "files",
        ),
        row("---", *["---:"] * 9, "---"),
    ]
    for group, cost in measured.items():
        members = [result for result in results if result.case.group == group]
        lines.append(
            row(
                group,
                len(members),
                sum(result.good for result in members),
                _mib(cost.crawler),
                _mib(cost.worker),
                f"{cost.still:.2f} s",
                f"{cost.busy:.2f} s",
                cost.kept,
                cost.canary,
                cost.tracebacks,
                "sound" if not cost.faults else f"{len(cost.faults)} faults",
            )
        )
    path.write_text("".join(lines + _stock(measured) + _waits(waits)), "utf-8")


def write_cases(path: Path, results: list[Result], measured: dict[str, Measured]) -> None:
    """Write how each case of a run ended."""
    lines = ["# Hostile cases\n"]
    for group in measured:
        members = [result for result in results if result.case.group == group]
        lines += [f"\n## {group}\n\n", row(*_COLUMNS), row(*["---"] * 3, *["---:"] * 3, "---")]
        lines += [_case(result) for result in members]
    path.write_text("".join(lines), "utf-8")


_COLUMNS = ("case", "what is done", "outcome", "s", "MiB", "still", "stock Scrapy")


def _case(result: Result) -> str:
    case = result.case
    mark = "" if result.good else f" **(must be {case.expect})**"
    cost = ["at the function", "", ""] if case.direct else [f"{result.seconds:.1f}", "", ""]
    if result.memory:
        cost[1:] = [str(result.memory >> 20), f"{result.still:.2f}"]
    stock = result.stock.outcome if result.stock is not None else "–"
    return row(cell(case.name), cell(case.does), cell(result.outcome) + mark, *cost, stock)


def _stock(measured: dict[str, Measured]) -> list[str]:
    """What the groups cost stock Scrapy."""
    costs = [(group, cost.stock) for group, cost in measured.items() if cost.stock is not None]
    costs = [(group, cost) for group, cost in costs if cost.seconds]
    if not costs:
        return []
    lines = [
        _STOCK,
        row(
            "group",
            "crawler, peak",
            "loop still",
            "canary hits",
            "died",
            "without an outcome",
            "good neighbours in the feed",
        ),
        row("---", *["---:"] * 6),
    ]
    for group, cost in costs:
        still = "not known" if cost.died and not cost.still else f"{cost.still:.2f} s"
        good = f"{cost.good} of {cost.neighbours}" if cost.neighbours else "–"
        lines.append(
            row(
                group,
                _mib(cost.crawler),
                still,
                cost.canary,
                cost.died,
                cost.neither,
                good,
            )
        )
    return lines


def _waits(waits: dict[str, Measured]) -> list[str]:
    """What a sample of each group cost with the waits and the bounds of the settings."""
    if not waits:
        return []
    lines = [
        _WAITS,
        row("group", "cases", "good", "seconds", "crawler, peak", "loop still", "files"),
        row("---", *["---:"] * 5, "---"),
    ]
    for group, cost in waits.items():
        files = "sound" if not cost.faults else f"{len(cost.faults)} faults"
        lines.append(
            row(
                group,
                *cost.cases,
                f"{cost.seconds:.0f}",
                _mib(cost.crawler),
                f"{cost.still:.2f} s",
                files,
            )
        )
    return lines


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"


def _mib(size: int) -> str:
    return f"{size >> 20} MiB"


def cell(text: str) -> str:
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return shown.replace("|", "\\|").replace("<", "&lt;")
