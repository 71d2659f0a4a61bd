"""The list of pages of a package: each record's address, date, title, text and id."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

UNDATED = "0001-01-01T00:00:00Z"
"""Stands for the time of a capture that states none, as in the index: both must have one."""
HEADER = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}


class RecordError(ValueError):
    """A line that is no record: names the file and the line."""


def superseded(jsonls: Iterable[Path]) -> set[str]:
    """Record ids of captures that a later one replaces; there are few. RecordError."""
    found = set()
    for path in jsonls:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    previous = json.loads(line)["previous_id"]
                except (ValueError, KeyError, TypeError) as error:
                    raise RecordError(f"{path}: line {number} is no record ({error!r})") from error
                if previous is not None:
                    found.add(previous)
    return found


def pages(jsonls: Iterable[Path], older: set[str]) -> Iterator[bytes]:
    """The lines of pages.jsonl: a header, then one line for each record.

    A page's id is the article's; that of a version which a later one replaces has "@" and the
    date of capture behind it.
    """
    yield _line(HEADER)
    for path in jsonls:
        with path.open("rb") as file:
            for line in file:
                row = json.loads(line)
                moment = (row["captured_at"] or UNDATED).replace("+00:00", "Z")
                later = row["warc_record_id"] in older
                yield _line(
                    {
                        "id": f"{row['id']}@{moment}" if later else row["id"],
                        "url": row["url"],
                        "ts": moment,
                        "title": row["headline"] or row["url"],
                        "text": row["text"],
                        "article": row["id"],
                        "date_published": row["date_published"],
                    }
                )


def _line(row: dict[str, object]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"
