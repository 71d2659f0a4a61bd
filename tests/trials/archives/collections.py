"""The archives' files on disk: WARC files, and indexes as pywb serves them."""

import gzip
import json
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from huffarchive.urls import PageKey
from tests.trials.archives import holdings
from tests.trials.archives.holdings import CRAWLS, Held
from tests.trials.archives.software import cdxj

PER_FILE = 9
"""Captures in one WARC file of Common Crawl."""
BLOCK = 8
"""Lines in one block of a Common Crawl index; the real one has 3,000."""
BLOCKS_A_PAGE = 2


def build(
    folder: Path,
    articles: list[Held],
    *,
    not_in_wayback: Collection[PageKey] = (),
    not_in_commoncrawl: Collection[PageKey] = (),
) -> None:
    """Write everything that pywb and nginx serve."""
    here = [a for a in articles if a.key not in not_in_wayback]
    mementos = [memento for article in here for memento in holdings.wayback(article)]
    holdings.write(folder / "wayback" / "wayback.warc.gz", mementos)
    lines = cdxj(folder, [folder / "wayback" / "wayback.warc.gz"], folder / "wayback")
    (folder / "wayback.cdxj").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    config = [
        "collections:",
        "  wayback:",
        f"    index_paths: {folder}/wayback.cdxj",
        f"    archive_paths: {folder}/wayback/",
    ]
    held: dict[str, list[holdings.Memento]] = defaultdict(list)
    for article in articles:
        if article.key not in not_in_commoncrawl:
            for crawl, memento in holdings.commoncrawl(article):
                held[crawl].append(memento)
    for crawl in CRAWLS:
        _crawl(folder, crawl, held[crawl])
        config += [
            f"  {crawl}:",
            "    index:",
            "      type: zipnum",
            f"      path: {folder}/index/{crawl}/cluster.idx",
            f"      shard_index_loc: {folder}/index/{crawl}/cluster.loc",
            f"      max_blocks: {BLOCKS_A_PAGE}",
            f"    archive_paths: {folder}/data/",
        ]
    (folder / "config.yaml").write_text("\n".join(config) + "\n", "utf-8")


def _crawl(folder: Path, crawl: str, mementos: list[holdings.Memento]) -> None:
    data = folder / "data"
    files = []
    for number in range(0, len(mementos), PER_FILE):
        name = f"crawl-data/{crawl}/segments/1/warc/{crawl}-{number:05d}.warc.gz"
        holdings.write(data / name, mementos[number : number + PER_FILE], "WARC/1.0")
        files.append(data / name)
    lines = [_common_crawls(line) for line in cdxj(folder, files, data)] if files else []
    _zipnum(folder / "index" / crawl, lines)


def _common_crawls(line: str) -> str:
    """A line of the index with what Common Crawl's has beside."""
    key, stamp, row = line.split(" ", 2)
    fields = json.loads(row)
    fields["mime-detected"] = fields.get("mime", "")
    if stamp == "20230404000000":
        fields["truncated"] = "length"
    return f"{key} {stamp} {json.dumps(fields)}"


def _zipnum(folder: Path, lines: list[str]) -> None:
    """A clustered index: packed blocks, and an index of the blocks (pywb reads it by pages)."""
    folder.mkdir(parents=True, exist_ok=True)
    # An index begins with lines of other sites, and ends with some.
    lines = ["com,example)/ 20220101000000 {}", *lines, "org,example)/ 20220101000000 {}"]
    summary: list[str] = []
    with (folder / "cdx-00000.gz").open("wb") as file:
        for number, start in enumerate(range(0, len(lines), BLOCK)):
            block = lines[start : start + BLOCK]
            packed = gzip.compress("".join(f"{line}\n" for line in block).encode())
            key, stamp, _ = block[0].split(" ", 2)
            summary.append(
                f"{key} {stamp}\tcdx-00000.gz\t{file.tell()}\t{len(packed)}\t{number + 1}"
            )
            file.write(packed)
    (folder / "cluster.idx").write_text("".join(f"{line}\n" for line in summary), "utf-8")
    (folder / "cluster.loc").write_text(f"cdx-00000.gz\t{folder}/cdx-00000.gz\n", "utf-8")
