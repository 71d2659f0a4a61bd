"""What the records of a JSONL file say that is to be written again from its WARC."""

import json
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import msgspec

from huffarchive.article import Article


class FullerRecords:
    """The records of a JSONL file from which more was read than now."""

    def __init__(self, jsonl: Path) -> None:
        self._jsonl = jsonl

    @cached_property
    def _offsets(self) -> dict[str, int]:
        """Where the records stand that were read, by their captures."""
        found: dict[str, int] = {}
        with suppress(FileNotFoundError), self._jsonl.open("rb") as lines:
            offset = 0
            for line in lines:
                with suppress(ValueError, LookupError, TypeError):
                    row = json.loads(line)
                    if row["layout"] != "unread":
                        found[row["warc_record_id"]] = offset
                offset += len(line)
        return found

    def of(self, article: Article) -> Article:
        """The record, or the fuller one that is there of the same capture."""
        offset = None
        if article.layout == "unread":  # of the page's bounds, which may be others now
            offset = self._offsets.get(article.warc_record_id)
        if offset is None:
            return article
        with self._jsonl.open("rb") as lines:
            lines.seek(offset)
            try:
                before = msgspec.json.decode(lines.readline(), type=Article)
            except (msgspec.MsgspecError, ValueError):
                return article
        if (before.id, before.payload_sha256) != (article.id, article.payload_sha256):
            return article
        return replace(
            before, warc_file=article.warc_file, warc_offset=article.warc_offset,
            warc_length=article.warc_length,
        )  # fmt: skip


def addresses(jsonl: Path) -> dict[str, tuple[str, ...]]:
    """The pages of a JSONL file by their ids, each with its addresses; what is no record is not."""
    found: dict[str, tuple[str, ...]] = {}
    with jsonl.open("rb") as lines:
        for line in lines:
            with suppress(ValueError, LookupError, TypeError):
                row = json.loads(line)
                found[row["id"]] = (row["canonical_url"] or row["url"], row["url"])
    return found
