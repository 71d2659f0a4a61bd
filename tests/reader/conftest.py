"""Pages as the reader gets them."""

from datetime import UTC, datetime

from huffarchive.editions import HUFFPOST_QC
from huffarchive.reader import read_response
from huffarchive.reading import Reading

ARTICLE = "https://www.huffpost.com/archive/qc/entry/un-article_n_4001008"
CAPTURED = datetime(2026, 11, 20, 12, tzinfo=UTC)


def response(body: bytes, content_type: str = "text/html; charset=utf-8", status: int = 200) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("ascii") + body


def read_page(
    body: str | bytes,
    url: str = ARTICLE,
    captured_at: datetime = CAPTURED,
    content_type: str = "text/html; charset=utf-8",
    status: int = 200,
) -> Reading:
    data = body.encode() if isinstance(body, str) else body
    return read_response(url, captured_at, response(data, content_type, status), HUFFPOST_QC)
