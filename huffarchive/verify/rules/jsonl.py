"""Rules of JSONL records and the WARC records that they point to."""

from collections.abc import Iterator

from huffarchive.verify.jsonl import KEYS, Line, canonical
from huffarchive.verify.rule import check


@check
def jsonl_keys(line: Line) -> Iterator[str]:
    """A record has every key, and no other, in the documented order."""
    assert line.row is not None
    keys = tuple(line.row)
    if keys == KEYS:
        return
    missing, more = [k for k in KEYS if k not in keys], [k for k in keys if k not in KEYS]
    if missing or more:
        parts = (("without", missing), ("with", more))
        yield ", ".join(f"{word} {', '.join(names[:5])}" for word, names in parts if names)
    else:
        yield "the keys stand in another order"


@check
def jsonl_form(line: Line) -> Iterator[str]:
    """A line is written as the program writes it: no spaces, no escapes that are not needed."""
    assert line.row is not None
    if canonical(line.row) != line.raw:
        yield "the line was written by another program"
