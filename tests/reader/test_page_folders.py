"""Every folder of tests/pages: one test for every field that its expected.json names."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from huffarchive.editions import HUFFPOST_QC
from huffarchive.reader import read_response
from huffarchive.reading import Reading

PAGES = Path(__file__).parent.parent / "pages"


def _folders() -> list[Path]:
    return sorted(path.parent for path in PAGES.glob("*/expected.json"))


def _load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


@cache
def _reading(folder: Path) -> Reading:
    meta = _load(folder / "meta.json")
    body = (folder / "page.html").read_bytes()
    kind = meta.get("content_type", "text/html; charset=utf-8")
    head = f"HTTP/1.1 {meta.get('status', 200)} X\r\nContent-Type: {kind}\r\n\r\n".encode()
    captured_at = datetime.fromisoformat(meta["captured_at"])
    return read_response(meta["url"], captured_at, head + body, HUFFPOST_QC)


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
    for folder in _folders():
        expected = _load(folder / "expected.json")
        for field in ("page_type", "page_links"):
            if field in expected:
                out.append(pytest.param(folder, field, expected[field], id=f"{folder.name}-{field}"))
        for field, value in expected.get("text", {}).items():
            out.append(pytest.param(folder, field, value, id=f"{folder.name}-{field}"))
    return out


@pytest.mark.parametrize(("folder", "field", "expected"), _cases())
def test_field(folder: Path, field: str, expected: Any) -> None:
    reading = _reading(folder)
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


def test_there_are_pages() -> None:
    assert len(_folders()) >= 60
