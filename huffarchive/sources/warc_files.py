"""Files of others (WARC, WACZ, CDXJ): the pages of ours they name, and the captures they hold."""

import logging
import os
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from huffarchive.editions.edition import Edition
from huffarchive.http import Message, MessageError
from huffarchive.outcome import MAX_TRIES, Reason, outcome_of_error
from huffarchive.sources.answer import Answer, Asked
from huffarchive.sources.commoncrawl import MAX_MEMBER
from huffarchive.sources.index_files import ENDINGS as INDEXES
from huffarchive.sources.index_files import is_index, named_pages
from huffarchive.sources.members import MemberSource, member_at
from huffarchive.sources.memento import ELSEWHERE, Memento
from huffarchive.sources.playbacks import no_capture
from huffarchive.urls import MAX_URL, Address, PageKey, identify
from huffarchive.warc.capture import Capture, captures
from huffarchive.warc.containers import archive_members, open_member
from huffarchive.warc.damage import WarcError
from huffarchive.warc.reader import records
from huffarchive.warc.record import (
    RECORD_TYPES,
    UNDATED,
    Record,
    Stored,
    contradicts,
    read_warc_date,
)

log = logging.getLogger(__name__)

ENDINGS = (".warc.gz", ".warc", ".warc.zst", ".arc.gz", ".arc", ".wacz", *INDEXES)
"""Names of files that can be read."""
_WITHIN = "!"
"""Between a package and a file in it; either name may have it too."""
_HTML = ("text/html", "application/xhtml+xml")


class WarcFiles(MemberSource):
    """Files on disk: WARC and WACZ, of this program or of others."""

    name = "warc"
    on_disk = True

    def judge(self, asked: Asked) -> Answer:
        """The member as it stands, or made of its record."""
        path = asked.memento.file or ""
        try:
            data = read_member(asked.memento)
        except OSError as error:
            detail = f"{path}: {error.strerror or error}"
            log.error("%s", detail)  # noqa: TRY400 - one line
            return outcome_of_error(Reason.UNREACHABLE, MAX_TRIES, detail)
        return self.copied(asked, data, Path(path).name)


@dataclass(frozen=True, slots=True)
class FoundCapture:
    """A page that a file names, with its capture where the file holds it."""

    address: Address
    memento: Memento | None


def elsewhere(address: Address) -> FoundCapture:
    """A page of which a file says that there is a capture, and does not hold it."""
    memento = Memento(WarcFiles.name, "0" * 14, address.url, None, "", "", 0, tried=ELSEWHERE)
    return FoundCapture(address, memento)


def find_captures(path: Path, edition: Edition) -> Iterator[FoundCapture | None]:
    """What a file names, in its order; None for each item that is no page of the edition.

    OSError when it cannot be opened, WarcError after what is readable of a damaged file.
    """
    if is_index(path):
        for address in named_pages(path, edition):
            yield elsewhere(address) if address is not None else None
        return
    unread: Counter[str] = Counter()
    repeats: list[Address] = []
    altered = 0
    for capture in captures(_told(records(path), edition, unread, repeats)):
        found = _named(capture, path, edition, unread)
        yield found
        record = capture.answer.record
        altered += found is not None and contradicts(
            record.field("WARC-Block-Digest"), record.block
        )
        while repeats:
            yield elsewhere(repeats.pop())
    yield from map(elsewhere, repeats)
    if altered:
        log.warning("%s: %d captures are not what their WARC-Block-Digest says", path, altered)
    if unread:
        why = ", ".join(f"{n:,} {name}" for name, n in unread.most_common())
        raise WarcError(str(path), 0, f"answers that may be of articles cannot be taken in: {why}")


def _told(
    stored: Iterator[Stored], edition: Edition, unread: Counter[str], repeats: list[Address]
) -> Iterator[Stored]:
    for item in stored:
        if (address := repeated(item, edition)) is not None:
            repeats.append(address)
        if (why := unplaced(item, (edition,))) is not None:
            unread[why] += 1
        yield item


_BESIDE = ("warcinfo", "request", "metadata")
_NO_PAGE = {"conversion": "conversion of a page", "continuation": "segment of an answer"}


def unplaced(stored: Stored, editions: Collection[Edition]) -> str | None:
    """Why a record that may be of an article's page gives none; None for all others."""
    record = stored.record
    answer = record.block.startswith(b"HTTP/")
    if record.type == "resource" or (record.type in _BESIDE and not answer):
        return None
    targets = [v.strip("<>") for n, v in record.fields if n.lower() == "warc-target-uri"] or [""]
    named = [_names_article(target, editions) for target in targets]
    if record.type not in RECORD_TYPES:
        return "no type of record" if answer or any(named) else None
    if record.type != "response":
        return _of_no_response(record) if any(named) else None
    if named[0]:
        return None
    if any(named):
        why = "several addresses"
    elif not _is_address(targets[0]):
        return "no address"
    else:
        parts = urlsplit(targets[0])
        odd = "@" in parts.netloc or parts.port
        if not (odd or len(targets[0]) > MAX_URL):
            return None
        path = parts.path[:200] + parts.path[200:][-1000:]
        if not _names_article(f"{parts.scheme}://{parts.hostname}{path}", editions):
            return None
        why = "user or port in its address" if odd else "address too long"
    try:
        return why if Capture(stored, None).head.status == 200 else None
    except MessageError:
        return why


def _of_no_response(record: Record) -> str | None:
    """Why a record of another type, under an article's address, may hold a page and gives none."""
    if record.type in _BESIDE:
        return f"answer in a record of type {record.type}"
    if record.type != "revisit":
        return _NO_PAGE[record.type]
    try:
        body = Message.parse(record.block, lenient=True).body
    except MessageError:
        body = record.block
    if body.strip():
        return "revisit with a body"
    return None if record.field("WARC-Profile") else "revisit that does not say of what"


def repeated(stored: Stored, edition: Edition) -> Address | None:
    """The article of which a record says that a capture of it was made anew; None for others."""
    if stored.record.type != "revisit" or _of_no_response(stored.record) is not None:
        return None
    address = identify(Capture(stored, None).target, edition)
    return address if isinstance(address, Address) and address.key.is_article else None


def _names_article(url: str, editions: Collection[Edition]) -> bool:
    found = (identify(url, edition) for edition in editions)
    return any(isinstance(address, Address) and address.key.is_article for address in found)


def _is_address(target: str) -> bool:
    """Whether a WARC-Target-URI names anything: it has a scheme, and more than that."""
    try:
        parts = urlsplit(target)
        _ = parts.port  # ValueError where it is none
        named = bool(parts.scheme and (parts.netloc or parts.path.strip("/")))
        return named and target.isprintable()
    except ValueError:
        return False


def unproven(capture: Capture, head: Message, key: PageKey, edition: Edition) -> str | None:
    """Why another program's record of an archive's answer is no evidence of the page (as it is of a
    playback of ours); None for all others.
    """
    if not (capture.foreign and capture.is_playback):
        return None
    dated = read_warc_date(capture.answer.record.field("WARC-Date") or "")
    moment = dated if dated != UNDATED else datetime.max.replace(tzinfo=UTC)
    wrong = no_capture(head, capture.target, moment, key, edition)
    return None if wrong is None else "archive's answer that is no capture of the page"


def _named(
    capture: Capture, path: Path, edition: Edition, unread: Counter[str]
) -> FoundCapture | None:
    stored = capture.answer
    if capture.is_playback and not capture.foreign:
        return None  # a playback's evidence is two records: such files are kept as they are
    address = identify(capture.url, edition)
    if not isinstance(address, Address):
        return None
    try:
        head = capture.head
    except MessageError:
        if not address.key.is_article:
            return None
        head = Message("", 200, "", (), b"")  # that it cannot be read is found when it is asked for
    kind = (head.header("content-type") or "").split(";")[0].strip().lower()
    # Of an article's page what it is shows when it is read: a type is no more than a claim.
    if head.status != 200 or not (address.key.is_article or kind in _HTML):
        return None
    if (why := unproven(capture, head, address.key, edition)) is not None:
        unread.update([why] if address.key.is_article else ())
        return None
    within = f"{_WITHIN}{stored.file}" if stored.file != path.name else ""
    memento = Memento(
        WarcFiles.name,
        capture.captured_at.strftime("%Y%m%d%H%M%S").zfill(14),
        capture.url,
        head.status,
        kind if kind in _HTML else "",
        "",
        stored.length,
        f"{path.resolve()}{within}",
        stored.offset,
        "" if 0 < stored.length <= MAX_MEMBER else "too_large",
    )
    return FoundCapture(address, memento)


def read_member(memento: Memento) -> bytes:
    """The member of a capture in a file on disk, as `member_at` gives it; OSError when the file is
    not there, or is no longer what it was.
    """
    assert memento.file is not None
    path, within = _parted(memento.file)
    with path.open("rb") as file:
        if not within:
            return member_at(file, memento.offset, memento.length)
        try:
            with zipfile.ZipFile(file) as package:
                inner = archive_members(package)[within]
                with open_member(package, inner) as member:
                    return member_at(member, memento.offset, memento.length)
        except (zipfile.BadZipFile, KeyError) as error:
            raise OSError(f"{within} is not in it any more") from error


def _parted(name: str) -> tuple[Path, str]:
    """The path of a file, and the name of a file in it where it is a package."""
    path, within = name, ""
    while not os.path.lexists(path) and _WITHIN in path:
        path, _, end = path.rpartition(_WITHIN)
        within = f"{end}{_WITHIN}{within}" if within else end
    return Path(path), within
