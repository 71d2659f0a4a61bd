"""Every folder of tests/pages: each field that its expected.json names."""

import json
from dataclasses import fields
from typing import Any

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read
from huffarchive.reading import Reading, Text
from tests.reader.conftest import PAGES, load


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "url"):
        return [value.url, value.caption, value.credit]
    if hasattr(value, "kind"):
        return [value.kind, value.text]
    return value


def _expected() -> dict[str, dict[str, Any]]:
    """What each folder says of its page, by field."""
    out = {}
    for path in sorted(PAGES.glob("*/expected.json")):
        said = json.loads(path.read_text("utf-8"))
        of_page = {field: said[field] for field in ("page_type", "page_links") if field in said}
        out[path.parent.name] = of_page | said.get("text", {})
    return out


EXPECTED = _expected()


def _found(reading: Reading, field: str, expected: Any) -> Any:
    """What was read where something is expected: of the chrome, what is expected and is there."""
    if field == "page_type":
        assert (reading.text is not None) == (expected == "article")
        return reading.page_type
    if field == "page_links":
        return list(reading.links)
    assert reading.text is not None
    if field == "chrome_kinds":
        return [piece.kind for piece in reading.text.chrome]
    if field == "chrome_has":
        pieces = _plain(reading.text.chrome)
        return [piece for piece in expected if piece in pieces]
    return _plain(getattr(reading.text, field))


@pytest.mark.parametrize("name", EXPECTED)
def test_fields(name: str) -> None:
    reading = read(load(PAGES / name).page, HUFFPOST_QC)
    expected = EXPECTED[name]
    assert {f: _found(reading, f, value) for f, value in expected.items()} == expected


def test_every_field_is_tested() -> None:
    tested = {field for expected in EXPECTED.values() for field in expected}
    assert {field.name for field in fields(Text)} - tested == {"chrome"}
    assert {"chrome_has", "chrome_kinds"} <= tested
    assert len(EXPECTED) >= 60
