"""How well pages of unknown templates are read, beside peers: `python benchmarks/unknown_pages.py`.

The pages are ours: 41 templates of frameworks, blogs, governments, papers and magazines
(`unknown/*.html`, French and English), filled with eight stories of our own (`unknown/stories.toml`).
What a careful annotator would write down stands above each template: paragraphs, pictures.

The text is compared by 4-grams of words and as a whole (letters and digits); the headline, where a
reader gives it as text, is taken out for all. `--show NAME` prints one page's text beside its gold.

Needs `pip install huffarchive[bench]`; a peer that is not installed is left out.
"""

import argparse
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import process_time
from urllib.parse import urlsplit

import trafilatura
from lxml import html

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read_response
from huffarchive.reader.text import key
from huffarchive.reading import Text

FOLDER = Path(__file__).parent / "unknown"
CAPTURED = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://www.huffpost.com/archive/qc/entry/une-page_n_4100001"
DOUBTS = frozenset(
    ("no_text", "short_text", "extractors_differ", "text_left_out", "fallback_extractor")
)
_SLOT = re.compile(r"\{\{(\w+)\}\}")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Sheet:
    """A page and its gold."""

    name: str
    markup: str
    title: str
    author: str
    paragraphs: tuple[str, ...]
    images: tuple[tuple[str, str | None, str | None], ...]
    """File name, caption and credit."""

    @property
    def gold(self) -> str:
        return "\n".join(self.paragraphs)


@cache
def sheets() -> tuple[Sheet, ...]:
    """All pages."""
    stories = tomllib.loads((FOLDER / "stories.toml").read_text("utf-8"))
    found = []
    for path in sorted(FOLDER.glob("*.html")):
        front, _, markup = path.read_text("utf-8").partition("+++\n")
        about = tomllib.loads(front)
        words = {**stories[about["story"]], **about.get("own", {})}
        found.append(
            Sheet(
                path.stem,
                _SLOT.sub(lambda slot, words=words: words[slot[1]], markup),
                words["title"],
                words["author"],
                tuple(words[name] for name in about["gold"].split()),
                tuple(
                    (file, words.get(caption), words.get(credit))
                    for file, caption, credit in about["images"]
                ),
            )
        )
    return tuple(found)


def ours(sheet: Sheet) -> Text:
    """Our reading."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    text = read_response(URL, CAPTURED, (head + sheet.markup).encode(), HUFFPOST_QC).text
    assert text is not None, sheet.name
    return text


def pictures(text: Text) -> tuple[tuple[str, str | None, str | None], ...]:
    """Its pictures, by file name."""
    return tuple(
        (urlsplit(i.url).path.rsplit("/", 1)[-1], i.caption, i.credit) for i in text.images
    )


def grams(text: str) -> Counter[tuple[str, ...]]:
    """The 4-grams of a text's words."""
    words = _WORD.findall(text.casefold())
    return Counter(zip(*(words[n:] for n in range(4)), strict=False))


def f1(said: str, gold: str) -> float:
    """F1 of the 4-grams."""
    mine, right = grams(said), grams(gold)
    return 2 * (mine & right).total() / max(1, mine.total() + right.total())


def readers() -> dict[str, Callable[[Sheet], str]]:
    """Every reader that is installed: from a page to its text."""
    extract = trafilatura.extract
    known: dict[str, Callable[[Sheet], str]] = {
        "huffarchive": lambda s: "\n".join(ours(s).paragraphs),
        "trafilatura, default": lambda s: extract(s.markup, with_metadata=True) or "",
        "trafilatura, fast": lambda s: extract(s.markup, fast=True, with_metadata=True) or "",
        "trafilatura, precision": lambda s: (
            extract(s.markup, favor_precision=True, with_metadata=True) or ""
        ),
    }
    for name, reader in list(known.items())[1:]:
        known[name] = lambda s, reader=reader: re.sub(
            r"\A---\n.*?\n---\n?", "", reader(s), flags=re.S
        )
    try:
        from readability import Document

        known["readability-lxml"] = lambda s: "\n".join(
            html.fromstring(Document(s.markup).summary() or "<p></p>").itertext()
        )
    except ImportError:
        pass
    return known


def without_title(text: str, title: str) -> str:
    """A text without its headline's line."""
    return "\n".join(line for line in text.split("\n") if key(line) != key(title))


def report(rounds: int) -> None:
    """The table."""
    pages, known = sheets(), readers()
    said: dict[str, list[str]] = {name: [] for name in known}
    costs: dict[str, list[float]] = {name: [] for name in known}
    for number, sheet in enumerate(pages):
        names = list(known)
        least = dict.fromkeys(names, float("inf"))
        for turn in range(rounds + 1):
            shift = (number + turn) % len(names)
            for name in names[shift:] + names[:shift]:
                began = process_time()
                text = known[name](sheet)
                least[name] = min(least[name], process_time() - began) if turn else least[name]
                if not turn:
                    said[name].append(without_title(text, sheet.title))
        for name in names:
            costs[name].append(least[name])
    doubted = [not DOUBTS.isdisjoint(ours(sheet).warnings) for sheet in pages]
    print(f"{len(pages)} pages; trafilatura {trafilatura.__version__}\n")
    print("| reader | F1 | exact text | empty or below half | the same without a warning | CPU |")
    print("|---|---|---|---|---|---|")
    for name, texts in said.items():
        scores = [f1(text, sheet.gold) for text, sheet in zip(texts, pages, strict=True)]
        exact = sum(key(t) == key(s.gold) for t, s in zip(texts, pages, strict=True))
        low = [2 * len(key(t)) < len(key(s.gold)) for t, s in zip(texts, pages, strict=True)]
        silent = sum(
            a and not (b and name == "huffarchive") for a, b in zip(low, doubted, strict=True)
        )
        cost = sum(costs[name]) / sum(costs["trafilatura, default"])
        print(
            f"| {name} | {sum(scores) / len(scores):.3f} | {exact} | {sum(low)} | {silent} | {cost:.2f} |"
        )
    readings = [ours(sheet) for sheet in pages]
    right = sum(pictures(t) == s.images for t, s in zip(readings, pages, strict=True))
    titles = sum(t.headline == s.title for t, s in zip(readings, pages, strict=True))
    print(f"\nours: headlines right {titles}, pictures right {right}, warned of {sum(doubted)}")


def show(name: str) -> None:
    """One page: what is missing and what is too much, by reader."""
    sheet = next(s for s in sheets() if s.name == name)
    for who, reader in readers().items():
        text = without_title(reader(sheet), sheet.title)
        lines = [line for line in text.split("\n") if line.strip()]
        print(f"\n{who}: {f1(text, sheet.gold):.3f}")
        print(*(f"  - {p[:100]}" for p in sheet.paragraphs if key(p) not in key(text)), sep="\n")
        print(*(f"  + {p[:100]}" for p in lines if key(p) not in key(sheet.gold)), sep="\n")
    text = ours(sheet)
    print(text.headline, text.dek, text.byline_raw, text.warnings, pictures(text), sheet.images)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Unknown templates beside peers.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--show", metavar="NAME")
    options = parser.parse_args()
    show(options.show) if options.show else report(options.rounds)
