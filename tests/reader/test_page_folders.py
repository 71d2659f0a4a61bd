"""Every folder of tests/pages: one test for every field that its expected.json names."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read
from huffarchive.reading import Reading, Text

PAGES = Path(__file__).parent.parent / "pages"


@pytest.fixture(scope="module")
def readings(all_folders: Any) -> dict[str, Reading]:
    return {folder.name: read(folder.page, HUFFPOST_QC) for folder in all_folders}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "url"):
        return [value.url, value.caption, value.credit]
    if hasattr(value, "kind"):
        return [value.kind, value.text]
    return value


def _cases() -> list[Any]:
    out = []
    for path in sorted(PAGES.glob("*/expected.json")):
        expected = json.loads(path.read_text("utf-8"))
        name = path.parent.name
        of_page = {
            field: expected[field] for field in ("page_type", "page_links") if field in expected
        }
        for field, value in {**of_page, **expected.get("text", {})}.items():
            out.append(pytest.param(name, field, value, id=f"{name}-{field}"))
    return out


@pytest.mark.parametrize(("name", "field", "expected"), _cases())
def test_field(name: str, field: str, expected: Any, readings: dict[str, Reading]) -> None:
    reading = readings[name]
    if field == "page_type":
        assert reading.page_type == expected
        assert (reading.text is not None) == (expected == "article")
        return
    if field == "page_links":
        assert list(reading.links) == expected
        return
    assert reading.text is not None
    if field == "chrome_kinds":
        assert [piece.kind for piece in reading.text.chrome] == expected
    elif field == "chrome_has":
        pieces = _plain(reading.text.chrome)
        assert [piece for piece in expected if piece not in pieces] == []
    else:
        assert _plain(getattr(reading.text, field)) == expected


def test_every_field_is_tested() -> None:
    tested = {case.values[1] for case in _cases()}
    assert {field.name for field in fields(Text)} - tested == {"chrome"}
    assert {"chrome_has", "chrome_kinds"} <= tested
    assert len(list(PAGES.glob("*/expected.json"))) >= 60
