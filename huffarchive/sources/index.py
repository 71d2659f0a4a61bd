"""What the archives' indexes answer: captures known, and where to go on."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from huffarchive.editions import Edition
from huffarchive.memento import TRUNCATED, Memento
from huffarchive.message import Message
from huffarchive.sources.services import ROWS, Services, file_is_safe, patterns
from huffarchive.urls import MAX_URL, Address, PageKey, identify

MAX_MEMBER = 16 * 1024 * 1024
"""Members of Common Crawl over this are not asked for (bytes)."""
MAX_KEY = 4096
"""Characters of a key from which an index goes on."""
MAX_PAGES = 10_000
"""Pages that one crawl's index can have: far more than a site of a million pages fills."""
_TIMESTAMP = re.compile(r"[0-9]{14}")
_TEXT = re.compile(rb"\s*[<A-Za-z]")
_CRAWL = re.compile(r"CC-MAIN-[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")


class IndexFormatError(ValueError):
    """An index answered with something that is no index."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one page of an index gave."""

    mementos: tuple[tuple[Address, Memento], ...] = ()
    more: tuple[Address, ...] = ()
    """The next pages of the index."""
    passed_over: int = 0
    """Rows that are malformed or name no page of the edition."""
    source: str = ""
    """Whose index it is."""


def read_index(
    message: Message, key: PageKey, url: str, edition: Edition, services: Services
) -> Found:
    """Read a page of an index; IndexFormatError or MessageError when it is none."""
    if key.kind == "collinfo-query":
        return _collections(message, edition, services)
    if key.kind == "ccpages-query":
        return _extent(message, url, edition, services)
    if key.kind == "ccindex-query":
        return _commoncrawl(message, edition)
    return _cdx(message, url, edition, services)


def _collections(message: Message, edition: Edition, services: Services) -> Found:
    rows = _json(message.content)
    if not isinstance(rows, list):
        raise IndexFormatError("the list of crawls is no list")
    names = [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    names = [
        n for n in names if _CRAWL.fullmatch(n) and (not services.crawls or n in services.crawls)
    ]
    more = tuple(services.extent(edition, n, p) for n in names for p in patterns(edition))
    return Found(more=more)


def _extent(message: Message, url: str, edition: Edition, services: Services) -> Found:
    if _is_empty(message):
        return Found()
    row = _json(message.content)
    pages = row.get("pages") if isinstance(row, dict) else None
    if not isinstance(pages, int) or not 0 <= pages <= MAX_PAGES:
        raise IndexFormatError("no number of pages")
    parts = urlsplit(url)
    crawl = parts.path.rpartition("/")[2].removesuffix("-index")
    (pattern,) = parse_qs(parts.query).get("url", [""])
    return Found(more=tuple(services.index(edition, crawl, pattern, n) for n in range(pages)))


def _cdx(message: Message, url: str, edition: Edition, services: Services) -> Found:
    text = message.content
    if not text.strip():
        return Found()
    rows = _json(text)
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise IndexFormatError("the index is no list of rows")
    if len(rows) > 2 * ROWS:
        raise IndexFormatError(f"{len(rows)} rows, where at most {ROWS} were asked for")
    if not rows:
        return Found()
    more: tuple[Address, ...] = ()
    if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1:
        (resume,) = rows[-1]
        if not isinstance(resume, str) or len(resume) > MAX_KEY or not resume.isascii():
            raise IndexFormatError("the index goes on from a key that is none")
        rows = rows[:-2]
        pattern = parse_qs(urlsplit(url).query).get("url", [""])[0]
        more = (services.cdx(edition, pattern, resume),)
        if more[0].url == url:
            raise IndexFormatError("the index goes round in a circle")
    names = [name if isinstance(name, str) else "" for name in rows[0]] if rows else []
    dicts = (dict(zip(names, row, strict=False)) for row in rows[1:])
    return _found(dicts, edition, "wayback", more)


def _commoncrawl(message: Message, edition: Edition) -> Found:
    if _is_empty(message):
        return Found()
    rows = []
    broken = 0
    for line in message.content.splitlines():
        if not line.strip():
            continue
        if _TEXT.match(line):  # an error's page or text, behind rows too
            raise IndexFormatError(f"the index goes on with what is no row: {line[:80]!r}")
        try:
            rows.append(_json(line))
        except IndexFormatError:
            broken += 1
    if broken and not rows:
        raise IndexFormatError("the index is no list of JSON objects")
    return _found(
        (row for row in rows if isinstance(row, dict)), edition, "commoncrawl", (), broken
    )


def _is_empty(message: Message) -> bool:
    """Whether a crawl says that it has no captures: with a 404 and a JSON error."""
    if message.status != 404:
        return False
    row = _json(message.content)
    said = (row.get("message") or row.get("error")) if isinstance(row, dict) else None
    if isinstance(said, str) and said.lower().startswith("no captures"):
        return True
    raise IndexFormatError("a 404 that does not say that there are no captures")


def _found(
    rows: Iterator[dict[str, object]],
    edition: Edition,
    source: str,
    more: tuple[Address, ...],
    broken: int = 0,
) -> Found:
    mementos: list[tuple[Address, Memento]] = []
    for row in rows:
        memento = _memento(row, source)
        where = identify(memento.url, edition) if memento is not None else None
        if memento is None or not isinstance(where, Address):
            broken += 1
            continue
        mementos.append((where, memento))
    return Found(tuple(mementos), more, broken, source)


def _memento(row: dict[str, object], source: str) -> Memento | None:
    timestamp = str(row.get("timestamp", ""))
    url = str(row.get("original") or row.get("url") or "")
    file, offset = row.get("filename"), _number(row.get("offset"))
    length = _number(row.get("length")) or 0
    if not _TIMESTAMP.fullmatch(timestamp) or not url or len(url) > MAX_URL:
        return None
    if source == "commoncrawl" and (
        not isinstance(file, str)
        or not file_is_safe(file)
        or offset is None
        or not 0 < length <= MAX_MEMBER
    ):
        return None
    return Memento(
        source,
        timestamp,
        url,
        _number(row.get("statuscode") or row.get("status")),
        _plain(row.get("mimetype") or row.get("mime")),
        _plain(row.get("digest")).removeprefix("sha1:"),
        length,
        file if isinstance(file, str) and source == "commoncrawl" else None,
        offset,
        TRUNCATED if row.get("truncated") else "",
    )


def read_cdxj(line: bytes, edition: Edition) -> Address | None:
    """The page that a line of a CDXJ file names; None when it names none of the edition's.

    Lines are "urlkey timestamp {json}"; captures of other statuses than 200 name no page.
    """
    try:
        row = _json(line[line.index(b"{") :])
    except ValueError:
        return None
    url = row.get("url") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(url, str):
        return None
    if _number(row.get("status", 200)) != 200:
        return None
    where = identify(url, edition)
    return where if isinstance(where, Address) else None


def _plain(value: object) -> str:
    """A short text in ASCII; what an index says otherwise is of no use, and may not be storable."""
    text = value if isinstance(value, str) else ""
    return text if len(text) <= 100 and text.isascii() and text.isprintable() else "?"


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _json(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise IndexFormatError(f"the index is no JSON: {error}"[:200]) from error
