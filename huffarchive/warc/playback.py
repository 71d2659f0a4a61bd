"""What archives play back: the response as it was archived."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from huffarchive.http import Message, MessageError, decoded
from huffarchive.reconcile import peel, stated

_PLAYBACK = re.compile(
    r"https?:/+(?P<host>[^/?#]+)/[^?#]*?(?:(?<=/)(?P<timestamp>\d{1,14})(?:[a-z]{2}_)?/)?"
    r"(?P<url>https?(?::|%(?:25)*3a)(?:/|%(?:25)*2f).+)",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_ESCAPED = re.compile(r"[a-z]+:?%", re.IGNORECASE)
_ORIGINAL = "x-archive-orig-"
_LINK_ORIGINAL = re.compile(
    r"<([^<>]*)>\s*(?:;[^<>;,]*)*?;\s*rel\s*=\s*(?:\"[^\"]*\boriginal\b[^\"]*\"|original\b)",
    re.IGNORECASE,
)
_FRAMING = {"transfer-encoding", "content-length", "content-encoding", "connection"}


@dataclass(frozen=True, slots=True)
class Playback:
    """An archived response: when it was captured, of which address, and its bytes."""

    url: str
    captured_at: datetime
    response: bytes
    """The response made of the original head and the archived body, unpacked."""
    content_type: str
    payload: bytes
    truncated: bool
    """Whether the original head promises more than the archive kept."""


def is_playback(url: str) -> bool:
    """Whether an address is one under which archives play a capture back."""
    return _place(url) is not None


def playback(url: str, response: bytes) -> Playback:
    """Take a playback apart; MessageError("malformed") when it is none.

    The original head comes back as X-Archive-Orig-* fields. Its Content-Encoding can be wrong
    after the archive unpacked the body, so head and body are reconciled.
    """
    message = Message.parse(response)
    found = played_back(url, message)
    if found is None:
        raise MessageError("malformed", "no playback: Memento-Datetime is missing or no date")
    body = _body(message)
    original = [
        (name[len(_ORIGINAL) :], value)
        for name, value in message.headers
        if name.lower().startswith(_ORIGINAL)
    ]
    fields = original or [(n, v) for n, v in message.headers if n.lower() == "content-type"]
    kept = [f"{n}: {v}\r\n" for n, v in fields if n.lower() not in _FRAMING]
    head = f"HTTP/1.1 {message.status} {message.reason}\r\n{''.join(kept)}\r\n"
    kind = next((v for n, v in fields if n.lower() == "content-type"), "text/html")
    return Playback(
        *found,
        head.encode("latin-1", "replace") + body,
        kind,
        body,
        _is_cut(message, body),
    )


def original(message: Message) -> str | None:
    """The address that an answer says it is an archived copy of (RFC 7089, section 2.2)."""
    links = ", ".join(value for name, value in message.headers if name.lower() == "link")
    found = _LINK_ORIGINAL.search(links)
    return found[1].strip() if found else None


def is_archived(message: Message) -> bool:
    """Whether an answer carries a mark of the archive: its own pages carry none."""
    return (
        message.header("memento-datetime") is not None
        or original(message) is not None
        or any(name.lower().startswith(_ORIGINAL) for name, _ in message.headers)
    )


def _body(message: Message) -> bytes:
    original = message.header(f"{_ORIGINAL}content-encoding") or ""
    fields = (("Content-Encoding", original), *message.headers)
    body, left = peel(message.entity, stated(replace(message, headers=fields)))
    return body if left is None else decoded(body, left)


def _is_cut(message: Message, body: bytes) -> bool:
    """Whether the archived body is shorter than its server said, as far as one can tell."""
    promised = message.header(f"{_ORIGINAL}content-length") or ""
    if not promised.isascii() or not promised.isdigit():
        return False
    try:
        kept = len(message.entity)
    except MessageError:
        kept = len(body)
    # An unpacked body says nothing of the packed one's length.
    coded = message.header(f"{_ORIGINAL}content-encoding") or message.header("content-encoding")
    return kept < int(promised[:15]) and not (coded and kept == len(body))


def played_back(url: str, message: Message) -> tuple[str, datetime] | None:
    """Address and moment of the capture that an answer plays back; None where neither it nor its
    address names one, or one from before there was a web.
    """
    found = _place(url)
    moment = _moment(message, found[1]) if found else None
    return (found[0], moment) if found and moment and moment.year >= 1990 else None


def _place(url: str) -> tuple[str, str] | None:
    """The address inside another host's, and the timestamp before it."""
    if (found := _PLAYBACK.match(url)) is None:
        return None
    inner = plain_address(found["url"])
    return None if inner.split("/")[2] == found["host"] else (inner, found["timestamp"] or "")


def plain_address(inner: str) -> str:
    """An address inside another, which may be escaped or have lost a slash, as it stands alone."""
    while _ESCAPED.match(inner):
        inner = unquote(inner)
    return re.sub(r"^(https?):/+", r"\1://", inner, flags=re.IGNORECASE)


def _moment(message: Message, timestamp: str) -> datetime | None:
    text = message.header("memento-datetime")
    if text is not None:
        try:
            moment = parsedate_to_datetime(text)
            if f"{moment.year:04}" not in text:  # it makes 2000 of the year 0
                return None
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return None
    if len(timestamp) == 14:
        try:
            return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return None
    return None
