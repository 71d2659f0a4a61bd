"""A capture that an archive holds, as its index tells of it, and which of several is taken."""

from collections.abc import Iterable
from dataclasses import dataclass

_HTML = ("text/html", "application/xhtml+xml", "unk", "")


@dataclass(frozen=True, slots=True)
class Memento:
    """One row of an archive's index."""

    source: str
    """wayback, commoncrawl or warc."""
    timestamp: str
    """14 digits, UTC."""
    url: str
    """The address that was captured."""
    status: int | None
    """HTTP status; None for a revisit whose original the index does not resolve."""
    mime: str
    digest: str
    """SHA-1 of the payload as the archive stores it, Base32 without prefix; "" when unknown."""
    length: int
    """Length of the stored member in bytes, headers and compression included; 0 when unknown."""
    file: str | None = None
    """The archive's WARC file, where it can be read by range."""
    offset: int | None = None

    @property
    def usable(self) -> bool:
        """Whether it may hold a page: HTML with status 200, or a revisit of one."""
        return self.status in (200, None) and self.mime.split(";")[0].lower() in (
            *_HTML,
            "warc/revisit",
        )


def ranked(mementos: Iterable[Memento]) -> list[Memento]:
    """The usable captures, the best first.

    The rule: a status of 200 before a revisit that only refers to one; then full length, which is
    at least half of the longest one's (a page cut short or a consent page is much shorter); then
    the later capture, since the archive layout of 2021 on is complete and known; at last the
    longer one, and the address, so that the order never depends on chance. That an answer is a
    soft 404 or no page is found when it is read: the next one is asked for then.
    """
    found = [m for m in mementos if m.usable and "err_code=404" not in m.url]
    longest = max((m.length for m in found), default=0)
    return sorted(
        found,
        key=lambda m: (
            m.status != 200,
            m.length * 2 < longest,
            _reversed(m.timestamp),
            -m.length,
            m.url,
        ),
    )


def _reversed(timestamp: str) -> int:
    return -int(timestamp) if timestamp.isdigit() else 0


def choice(chosen: Memento, place: int, among: int) -> str:
    """Why a capture was chosen, in one line for its record."""
    rank = "best" if place == 0 else f"number {place + 1}, those before it gave no page,"
    return f"{chosen.source} {chosen.timestamp}: {rank} of {among} captures"
