"""JSONL files read line by line, strictly."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, BinaryIO

from huffarchive.article import Article

KEYS = tuple(field.name for field in fields(Article))
MAX_LINE = 64 << 20
"""Bytes of a line, at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it begins, and what it says or why that cannot be read."""

    offset: int
    raw: bytes
    row: dict[str, Any] | None
    fault: str | None


def lines(file: BinaryIO, limit: int | None = None) -> Iterator[Line]:
    """Every line of a JSONL file, up to `limit` bytes."""
    offset = 0
    while limit is None or offset < limit:
        raw = file.readline(MAX_LINE if limit is None else min(MAX_LINE, limit - offset))
        if not raw:
            return
        row, fault = _read(raw)
        yield Line(offset, raw, row, fault)
        offset += len(raw)


def _read(raw: bytes) -> tuple[dict[str, Any] | None, str | None]:
    if not raw.endswith(b"\n"):
        return None, "the last line has no end"
    if not raw.strip():
        return None, "the line is empty"
    try:
        row = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return None, f"no JSON: {error}"
    return (row, None) if isinstance(row, dict) else (None, "no JSON object")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a key stands twice")
    return row


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def canonical(row: dict[str, Any]) -> bytes:
    """A record as `Article.to_json` writes it."""
    line = json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return line.encode("utf-8", "replace") + b"\n"
