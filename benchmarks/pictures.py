"""How well an article's pictures are read: `python benchmarks/pictures.py [--sample 400] [--folder DIR]`.

Two sets with gold: the sample's articles, and the page folders of tests/pages whose `images` were
written by hand from what a browser shows. A picture is right where its address is the gold's,
missed where it is not given, wrong where it is none of the article's; captions and credits are
counted over the pictures that are right. Every page that is not as its gold is named.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read_response
from huffarchive.reading import Text
from huffarchive.sample.content import fold
from huffarchive.sample.site import site
from tests.kit.gold import Golds

FOLDERS = Path(__file__).parents[1] / "tests" / "pages"
CAPTURED = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n"
HTML = "text/html; charset=utf-8"


class Picture(NamedTuple):
    """One picture, as gold or as read."""

    url: str
    caption: str | None
    credit: str | None


class Page(NamedTuple):
    """A page with its gold."""

    name: str
    text: Text
    gold: tuple[Picture, ...]


def text_of(url: str, body: bytes, kind: str = HTML) -> Text | None:
    """What the reader says of a page."""
    return read_response(url, CAPTURED, (HEAD % kind).encode() + body, HUFFPOST_QC).text


def folders(folder: Path, start: str) -> Iterator[Page]:
    """The page folders whose pictures are named."""
    for path in sorted(folder.glob(f"{start}*/expected.json")):
        gold = json.loads(path.read_text("utf-8")).get("text", {}).get("images")
        meta = json.loads((path.parent / "meta.json").read_text("utf-8"))
        body = (path.parent / "page.html").read_bytes()
        text = gold is not None and text_of(meta["url"], body, meta.get("content_type", HTML))
        if text:
            yield Page(path.parent.name, text, tuple(Picture(*image) for image in gold))


def sample(articles: int) -> Iterator[Page]:
    """Articles of the sample."""
    made = site(articles=articles)
    for number in range(made.size):
        entry = made.register.entry(number)
        gold = Golds(made)[str(entry.key)]
        text = text_of(HUFFPOST_QC.archive_url(entry.key, None), made.markup(entry).encode())
        if text:
            yield Page(
                gold.id, text, tuple(Picture(i.url, i.caption, i.credit) for i in gold.images)
            )


def counts(page: Page) -> Counter[str]:
    """What is right of one page."""
    read = {i.url: i for i in page.text.images}
    right = [g for g in page.gold if g.url in read]
    found = Counter(
        pages=1,
        pictures=len(page.gold),
        right=len(right),
        missed=len(page.gold) - len(right),
        wrong=len(read.keys() - {g.url for g in page.gold}),
    )
    for part in ("caption", "credit"):
        found[part] = sum(
            fold(getattr(g, part) or "") == fold(getattr(read[g.url], part) or "") for g in right
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Pictures, captions and credits beside their gold."
    )
    parser.add_argument("--sample", type=int, default=400, help="articles of the sample")
    parser.add_argument("--folder", type=Path, default=FOLDERS)
    parser.add_argument("--start", default="", help="only folders whose names begin so")
    options = parser.parse_args()
    sets = {"sample": sample(options.sample), "folders": folders(options.folder, options.start)}
    print(
        "| pages | layout | n | pictures | right | missed | wrong | captions right | credits right |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    off = []
    for title, pages in sets.items():
        by: dict[str, Counter[str]] = defaultdict(Counter)
        for page in pages:
            found = counts(page)
            for layout in (page.text.layout, "all"):
                by[layout] += found
            if (
                found["missed"]
                or found["wrong"]
                or not found["right"] == found["caption"] == found["credit"]
            ):
                off.append(
                    f"{page.name}: {[(i.url, i.caption, i.credit) for i in page.text.images]}"
                )
        for layout, n in sorted(by.items(), key=lambda pair: (pair[0] == "all", pair[0])):
            cells = (
                n[c] for c in ("pages", "pictures", "right", "missed", "wrong", "caption", "credit")
            )
            print(f"| {title} | {layout} | {' | '.join(map(str, cells))} |")
    print(*off, sep="\n")


if __name__ == "__main__":
    main()
