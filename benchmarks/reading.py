"""What reading a page costs beside what others take: `python benchmarks/reading.py [--pages 12]`.

Every reader gets the same pages in one interleaved run: pages of 60 to 120 KB of every template
(see pages.py), and the real pages of ../shared/pages where they are. Ours gets the response as it
crossed the wire (gzip), and gives every field; the others get decoded text. What counts is the
CPU time of the fastest of several rounds, for each page and reader, since a busy machine only
ever adds.

Needs `pip install huffarchive[bench]`; a peer that is not installed is left out.
"""

import argparse
import gzip
import os
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import process_time

import trafilatura
from pages import Pages

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read_response
from huffarchive.reading import Reading

REAL = Path(__file__).parents[2] / "shared" / "pages"
CAPTURED = datetime(2026, 11, 20, 12, tzinfo=UTC)
OURS, STANDARD = "huffarchive", "trafilatura, default with metadata"


@dataclass
class Sheet:
    """A page, and what reading it cost each reader (seconds of CPU, a round each)."""

    group: str
    url: str
    text: str
    response: bytes
    costs: dict[str, list[float]] = field(default_factory=dict)


def response_of(text: str) -> bytes:
    """The page as a server sends it."""
    body = gzip.compress(text.encode("utf-8", "surrogateescape"), 6, mtime=0)
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def ours(sheet: Sheet) -> Reading:
    return read_response(sheet.url, CAPTURED, sheet.response, HUFFPOST_QC)


def sheets(per_template: int, *, lean: bool = False) -> list[Sheet]:
    """So many sample pages of each template, and the real ones."""
    made = Pages(per_template * 400, lean=lean)
    found: dict[str, list[Sheet]] = {}
    for number in range(made.site.size):
        entry = made.site.register.entry(number)
        pages = found.setdefault(entry.recipe.template, [])
        if len(pages) < per_template:
            text = made.markup(entry)
            url = HUFFPOST_QC.archive_url(entry.key, None)
            pages.append(Sheet(entry.recipe.template, url, text, response_of(text)))
    for number, path in enumerate(sorted(REAL.glob("*.html"))):
        text = path.read_text("utf-8", "replace")
        url = f"https://www.huffpost.com/archive/qc/entry/une-page_n_{4_100_000 + number}"
        found[f"real: {path.stem}"] = [Sheet(f"real: {path.stem}", url, text, response_of(text))]
    return [sheet for group in sorted(found) for sheet in found[group]]


def readers() -> dict[str, Callable[[Sheet], object]]:
    """Every reader that is installed, by name."""
    extract = trafilatura.bare_extraction
    known: dict[str, Callable[[Sheet], object]] = {
        OURS: ours,
        STANDARD: lambda s: extract(s.text, url=s.url, with_metadata=True),
        "trafilatura, fast with metadata": lambda s: extract(
            s.text, url=s.url, with_metadata=True, fast=True
        ),
        "trafilatura, fast, text alone": lambda s: extract(s.text, fast=True),
    }
    try:
        from resiliparse.extract.html2text import extract_plain_text

        known["resiliparse, text alone"] = lambda s: extract_plain_text(s.text, main_content=True)
    except ImportError:
        pass
    try:
        from readability import Document

        known["readability-lxml, text and title"] = lambda s: (
            (document := Document(s.text)).summary(),
            document.short_title(),
        )
    except ImportError:
        pass
    try:
        from newsplease import NewsPlease

        NewsPlease.from_html("<p>It imports what it needs only when it is used.</p>")
        known["news-please"] = lambda s: NewsPlease.from_html(s.text, url=s.url)
    except ImportError:
        pass
    return known


def measure(pages: list[Sheet], known: dict[str, Callable[[Sheet], object]], rounds: int) -> None:
    """Every page to every reader, one after the other; the first round is not counted."""
    names = list(known)
    for turn in range(rounds + 1):
        for number, sheet in enumerate(pages):
            shift = (turn + number) % len(names)
            for name in names[shift:] + names[:shift]:
                if name == "news-please" and turn > max(1, rounds // 3):
                    continue
                began = process_time()
                try:
                    known[name](sheet)
                except Exception as error:  # noqa: BLE001 - a peer may stumble over a page
                    print(f"{name}: {sheet.url}: {error!r}"[:200], file=sys.stderr)
                    continue
                if turn:
                    sheet.costs.setdefault(name, []).append(process_time() - began)
        print(f"round {turn} of {rounds}", end="\r", file=sys.stderr)
    print(file=sys.stderr)


def ratio(pages: list[Sheet], name: str, turn: int | None = None) -> float:
    """What a reader costs, with the standard as 1; of one round, or of the fastest of each page."""

    def cost(sheet: Sheet, who: str) -> float:
        return min(sheet.costs[who]) if turn is None else sheet.costs[who][turn]

    both = [sheet for sheet in pages if name in sheet.costs]
    return sum(cost(s, name) for s in both) / sum(cost(s, STANDARD) for s in both)


def report(pages: list[Sheet], names: list[str], rounds: int) -> None:
    """The tables."""
    layouts = {id(sheet): layout_of(sheet) for sheet in pages}
    known = [s for s in pages if layouts[id(s)] not in ("generic", "none")]
    unknown = [s for s in pages if layouts[id(s)] == "generic"]
    kilobytes = [len(s.text.encode("utf-8", "replace")) / 1000 for s in pages]
    print(f"{len(known)} pages of a known layout, {len(unknown)} of none; ", end="")
    print(f"{min(kilobytes):.0f} to {max(kilobytes):.0f} KB; {rounds} rounds; ", end="")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"trafilatura {version('trafilatura')}, Python {sys.version.split()[0]}\n")
    print("| CPU, trafilatura's default with metadata = 1 | known layout | unknown page |")
    print("|---|---|---|")
    for name in names:
        cells = [f"{ratio(group, name):.3f}" if group else "–" for group in (known, unknown)]
        print(f"| {name} | {cells[0]} | {cells[1]} |")
    spread = [ratio(known, OURS, turn) for turn in range(rounds)]
    print(
        f"\nours on a known layout, round by round: {min(spread):.3f} to {max(spread):.3f}, "
        f"median {statistics.median(spread):.3f}\n"
    )
    print("| page | KB | layout | ours, ms | default, ms | ratio |")
    print("|---|---|---|---|---|---|")
    for group in sorted({s.group for s in pages}):
        of = [s for s in pages if s.group == group]
        own, other = (1e3 * statistics.fmean(min(s.costs[n]) for s in of) for n in (OURS, STANDARD))
        size = statistics.fmean(len(s.text.encode("utf-8", "replace")) for s in of) / 1000
        what = "/".join(sorted({layouts[id(s)] for s in of}))
        print(f"| {group} | {size:.0f} | {what} | {own:.2f} | {other:.1f} | {own / other:.3f} |")


def layout_of(sheet: Sheet) -> str:
    """The layout that our reader took a page for; "none" for a page that is no article."""
    reading = ours(sheet)
    return reading.text.layout if reading.text is not None else "none"


def main() -> None:
    parser = argparse.ArgumentParser(description="Reading cost beside peers, in ratios.")
    parser.add_argument("--pages", type=int, default=8, help="sample pages of each template")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lean", action="store_true", help="pages as the sample has them")
    parser.add_argument("--only", action="store_true", help="ours and trafilatura's default alone")
    options = parser.parse_args()
    pages, known = sheets(options.pages, lean=options.lean), readers()
    if options.only:
        known = {name: known[name] for name in (OURS, STANDARD)}
    measure(pages, known, options.rounds)
    report(pages, list(known), options.rounds)


if __name__ == "__main__":
    main()
