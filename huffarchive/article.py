"""The record: what one captured article says, and where the evidence is."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypedDict, get_type_hints

import msgspec

SCHEMA_VERSION = "1.0"
_NOTHING_KNOWN = ("unread", "generic")
"""Layouts of a page whose reading ended early, and of one whose template is not known."""
COPIES = OWN, AGENCY, UNKNOWN = "own", "agency", "unknown"
"""Whose copy an article is: the paper's own, an agency's, or nothing tells."""


def copy_of(is_wire: bool | None) -> str:
    """One of COPIES; every count of own and agency copy goes by it, not by `agency`."""
    return UNKNOWN if is_wire is None else AGENCY if is_wire else OWN


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article."""

    url: str
    """Absolute address of the picture, as the page gives it."""
    caption: str | None
    """Caption; null when there is none."""
    credit: str | None
    """Credit line, e.g. "AFP"; null when there is none."""


@dataclass(frozen=True, slots=True)
class Chrome:
    """A piece of the page that is the site's and not the article's."""

    kind: str
    """archive_banner, closure_notice, close_widget, faq_footer, ad_label, …"""
    text: str
    """Its visible text."""


@dataclass(frozen=True, slots=True)
class Article:
    """One captured article: a pure function of its WARC records.

    Every key is always there; what is unknown is null (or an empty list).
    """

    schema_version: str
    """Version of these fields, "1.0"; its first number changes when a field changes meaning."""
    id: str
    """The article's one name, edition:mark:number, e.g. "qc:n:1941787": cite it and join on it."""
    edition: str
    """Code of the edition, e.g. "qc"."""
    kind: str | None
    """news, blog, gallery or live; null where neither the address nor what was read tells."""
    legacy_id: str | None
    """The number after _n_, _b_, _a_ or _g_ in the URL, e.g. "1941787"; null for later ids."""
    url: str
    """The address that was asked for, as captured (the WARC-Target-URI)."""
    canonical_url: str | None
    """The address that the page names as its own; null when it names none."""
    aliases: list[str]
    """Other addresses of the article known when it was captured, sorted; 100 at most."""
    headline: str | None
    """The headline; null when the page has none."""
    dek: str | None
    """The line below the headline where it says something else; null otherwise."""
    description: str | None
    """The page's own summary (meta description); null when there is none."""
    authors: list[str]
    """Names of people who signed it, in the page's order, without agencies and without "Par"."""
    byline_raw: str | None
    """The byline as it stands on the page; null when there is none."""
    agency: str | None
    """The agency whose copy it is, from a closed list, e.g. "AFP"; null unless is_wire."""
    agency_signature: str | None
    """The agency's desk signature that closes the text, e.g. "nr-mra/bdx"; null without one."""
    section: str | None
    """Section, e.g. "Nouvelles"; null when unknown."""
    keywords: list[str]
    """Tags, in the page's order."""
    language: str | None
    """Language of the text, ISO 639-1; null when the text is too short to tell."""
    date_published: str | None
    """When it was published: ISO 8601 with the edition's offset, or a date alone; or null."""
    date_published_raw: str | None
    """The text from which date_published was read; null when there is none."""
    date_modified: str | None
    """When it was last changed, ISO 8601 with offset; null when unknown."""
    text: str
    """The article and nothing else: paragraphs separated by a blank line; "" when it has none."""
    paragraphs: list[str]
    """The paragraphs (headings, list items and quotes too) of text, in order."""
    word_count: int
    """Words in text, separated by white space."""
    images: list[Image]
    """Pictures of the article, in order, each once."""
    links: list[str]
    """Absolute targets of the links in the text, in order, each once."""
    chrome: list[Chrome]
    """What was taken away from the page's visible main text, in order, each with its kind."""
    source: str
    """Where the capture came from: live, mirror, sample, wayback, commoncrawl or warc."""
    captured_at: str | None
    """When it was captured, ISO 8601 in UTC (WARC-Date or Memento-Datetime); null if unknown."""
    http_status: int
    """Status of the captured answer, e.g. 200."""
    warc_file: str
    """Name of the WARC file that holds the evidence."""
    warc_offset: int
    """Where the record's gzip member begins in the file, in bytes."""
    warc_length: int
    """Length of the gzip member, in bytes."""
    warc_record_id: str
    """WARC-Record-ID of the response, "<urn:uuid:…>"."""
    payload_sha1: str
    """SHA-1 of the entity body (transfer coding undone, content coding kept), "sha1:" + Base32."""
    payload_sha256: str
    """SHA-256 of the same, 64 hex digits."""
    previous_id: str | None
    """WARC-Record-ID of the earlier capture whose text this one replaces; null for the first."""
    layout: str
    """Template generation that the page was read by, e.g. "archive"; "generic" when unknown."""
    extractor: str
    """Program that read it, e.g. "huffarchive 0.1.0, trafilatura 2.3.1"."""
    warnings: list[str]
    """What a reader of this record should know, from a closed list; [] when all is well."""
    is_wire: bool | None
    """Whether it is agency copy; false for the paper's own, null when nothing tells."""
    agency_read_from: str | None
    """Where the agency was read: byline, logo, signature, dateline or credit; or null."""
    date_read_from: str | None
    """Where date_published was read: json-ld, meta, visible, url or objectid; or null."""
    capture_choice: str | None
    """Why this capture was chosen among several of an archive; null when there was no choice."""

    def to_json(self) -> bytes:
        """The record as one line of JSONL: UTF-8, keys in order, one newline at the end."""
        row: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        row["images"] = [
            {"url": i.url, "caption": i.caption, "credit": i.credit} for i in self.images
        ]
        row["chrome"] = [{"kind": c.kind, "text": c.text} for c in self.chrome]
        line = json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return line.encode("utf-8") + b"\n"


_HINTS = get_type_hints(Article)
_OBJECTS = dict.fromkeys(("images", "chrome"), list[dict[str, str | None]])
_EMPTY: dict[str, Any] = {n: "" if h is str else 0 if h is int else None for n, h in _HINTS.items()}
_LISTS = {name for name, hint in _HINTS.items() if getattr(hint, "__origin__", None) is list}
_Fields = TypedDict(  # type: ignore[misc]
    "_Fields",
    {n: hint if n == "id" else hint | None for n, hint in (_HINTS | _OBJECTS).items()},
    total=False,
)
_DECODER = msgspec.json.Decoder(_Fields)
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")


def read_record(line: bytes) -> dict[str, Any]:
    """A line of JSONL as a record with all its fields; ValueError says why it is none.

    A field that is missing, or null where it may not be, is empty ([], "", 0); a date that is none
    is null. Fields that are not ours are left out.
    """
    try:
        found: Any = _DECODER.decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (RecursionError, msgspec.MsgspecError) as error:
        raise ValueError(str(error).removeprefix("JSON is malformed: ")) from error
    if "id" not in found:
        raise ValueError("it has no id")
    version = found.get("schema_version") or SCHEMA_VERSION
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise ValueError(f"schema_version {version}, and this program knows {SCHEMA_VERSION}")
    row = _EMPTY | {name: [] for name in _LISTS}
    row |= {name: value for name, value in found.items() if value is not None}
    for name in ("date_published", "date_modified", "captured_at"):
        if row[name] is not None and not _is_date(row[name], whole=name == "captured_at"):
            row[name] = None
    return row


class RecordError(ValueError):
    """A line of a JSONL file that is no record: names both, and says why."""


def records_in(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file, in its order; RecordError, OSError."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = read_record(line)
            except ValueError as error:
                raise RecordError(f"{path}: line {number} is no record ({error})") from error
            yield row


def _is_date(text: str, *, whole: bool) -> bool:
    with suppress(ValueError):
        if _DAY.match(text):
            return bool(datetime.fromisoformat(text) if whole else date.fromisoformat(text[:10]))
    return False


def standing(row: dict[str, Any]) -> int:
    """What shows that a version was read as the article, from 3 to 0: template, text.

    2 for a known template, or a text on a page that names the article or states its date in its
    head, as no error page, wall or notice with status 200 does; 1 more for a text.
    """
    has_text = bool(row["text"])
    own = row["id"].rpartition(":")[2] in (row["canonical_url"] or "")
    own = own or row["date_read_from"] in ("json-ld", "meta")
    return 2 * (row["layout"] not in _NOTHING_KNOWN or (has_text and own)) + has_text


def rank(row: dict[str, Any], line: bytes) -> str:
    """Sorts an article's versions: by their standing, the later, the one that stands later."""
    where = f"{row.get('warc_file') or ''} {row.get('warc_offset') or 0:016}"
    digest = blake2b(line.rstrip(b"\r\n"), digest_size=8).hexdigest()
    return f"{standing(row)} {row['captured_at'] or ''} {where} {digest}"
