"""Reading the articles of a WARC again, and comparing them with the JSONL beside it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huffarchive.archive.extract import articles
from huffarchive.archive.record import EXTRACTOR
from huffarchive.verify.lines import lines
from huffarchive.warc.read import WarcError


@dataclass(frozen=True, slots=True)
class Reading:
    """How articles are read again: in how many processes, and within which bounds."""

    workers: int
    seconds: float
    memory: int


Difference = tuple[str, int | None, str | None, str]
"""Rule, offset of the line, id of the article, what differs."""


def reread(jsonl: Path, warc: Path, reading: Reading) -> Iterator[Difference | None]:
    """Compare record by record; None for each that is equal.

    Both files hold the same captures in the same order, so they are walked side by side; where
    one has a capture that the other has not, it is named and the walk goes on.
    """
    with jsonl.open("rb") as file:
        written = lines(file)
        line = next(written, None)
        try:
            for article in articles(warc, reading.workers, reading.seconds, reading.memory):
                while line is not None and (
                    line.row is None or _at(line.row) < article.warc_offset
                ):
                    if line.row is not None:
                        yield _extra(line.offset, line.row)
                    line = next(written, None)
                if line is None or line.row is None or _at(line.row) > article.warc_offset:
                    place = f"{article.warc_file} byte {article.warc_offset}"
                    yield (
                        "jsonl-reread",
                        None,
                        article.id,
                        f"{place} is an article without a record",
                    )
                    continue
                fresh = article.to_json()
                yield None if fresh == line.raw else _differs(line.offset, line.row, fresh)
                line = next(written, None)
        except WarcError:
            return  # the scan has named the damage
        while line is not None:
            if line.row is not None:
                yield _extra(line.offset, line.row)
            line = next(written, None)


def _at(row: dict[str, Any]) -> int:
    at = row.get("warc_offset")
    return at if isinstance(at, int) else -1


def _extra(offset: int, row: dict[str, Any]) -> Difference:
    return "jsonl-reread", offset, _id(row), "reading the WARC again gives no such record"


def _differs(offset: int, row: dict[str, Any], fresh: bytes) -> Difference:
    again = json.loads(fresh)
    names = [name for name in again if row.get(name, ...) != again[name]]
    names += [name for name in row if name not in again]
    detail = f"{', '.join(names[:8])} read differently" if names else "the bytes differ"
    if row.get("extractor") != EXTRACTOR:
        return "jsonl-version", offset, _id(row), f"written by {row.get('extractor')}; {detail}"
    return "jsonl-reread", offset, _id(row), detail


def _id(row: dict[str, Any]) -> str | None:
    found = row.get("id")
    return found if isinstance(found, str) else None
