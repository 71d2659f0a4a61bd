"""Pages as the reader gets them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Message
from huffarchive.page import Page
from huffarchive.reader import read
from huffarchive.reading import Reading

PAGES = Path(__file__).parent.parent / "pages"
REAL = Path(__file__).parents[3] / "shared" / "pages"
ARTICLE = "https://www.huffpost.com/archive/qc/entry/un-article_n_4001008"
CAPTURED = datetime(2026, 11, 20, 12, tzinfo=UTC)


def page_of(
    body: str | bytes,
    url: str = ARTICLE,
    captured_at: datetime = CAPTURED,
    content_type: str = "text/html; charset=utf-8",
    status: int = 200,
) -> Page:
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\n\r\n".encode("ascii")
    return Page(url, captured_at, Message.parse(head + data))


@dataclass(frozen=True)
class Folder:
    """One page folder: the page, and what is expected of it."""

    name: str
    page: Page
    expected: dict[str, Any]

    @property
    def body(self) -> bytes:
        return self.page.message.body


def load(path: Path) -> Folder:
    meta = json.loads((path / "meta.json").read_text("utf-8"))
    page = page_of(
        (path / "page.html").read_bytes(),
        meta["url"],
        datetime.fromisoformat(meta["captured_at"]),
        meta.get("content_type", "text/html; charset=utf-8"),
        meta.get("status", 200),
    )
    return Folder(path.name, page, json.loads((path / "expected.json").read_text("utf-8")))


def folders() -> list[Folder]:
    return [load(path.parent) for path in sorted(PAGES.glob("*/expected.json"))]


@pytest.fixture
def read_page() -> Callable[..., Reading]:
    return lambda *args, **kwargs: read(page_of(*args, **kwargs), HUFFPOST_QC)


@pytest.fixture(scope="session")
def all_folders() -> list[Folder]:
    return folders()


@pytest.fixture(scope="session")
def make_page() -> Callable[..., Page]:
    return page_of
