"""A capture that an archive holds, as its index tells of it, and which of several is taken."""

from collections.abc import Iterable
from dataclasses import dataclass

from huffarchive.outcome import REDIRECTS, Reason, State

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
    tried: str = ""
    """Why it was passed over when it was asked for: a Reason, or one of the two below."""

    @property
    def of_an_error(self) -> bool:
        """Whether its index says that what was captured says nothing of the page."""
        return self.status not in (200, None) and not says_absent(self.status)

    @property
    def usable(self) -> bool:
        """Whether it may hold a page: HTML with status 200, or a revisit of one."""
        kind = self.mime.split(";")[0].strip().lower()
        return (
            self.status in (200, None)
            and kind in (*_HTML, "warc/revisit")
            and self.tried in ("", *SECOND_CHOICE)
        )


def says_absent(status: int | None) -> bool:
    """Whether a status that was archived says that there was no page at that address; any other
    than 200 (a server's error, a refusal, a part) says nothing of it.
    """
    return status in (*REDIRECTS, 404, 410)


TRUNCATED = "truncated"
"""Mark of a capture that was cut short when it was made."""
UNKNOWN_LAYOUT = "unknown_layout"
"""Mark of a capture that no known template fits."""
NO_END = "no_end"
"""Mark of a capture whose HTML has no end: it may have been cut short."""
SECOND_CHOICE = (UNKNOWN_LAYOUT, NO_END)
"""Marks of captures that are taken when no other one gives the page, the better first."""
ELSEWHERE = "elsewhere"
"""Mark of a capture that a line of an index or a revisit tells of, and that no file holds."""
ARCHIVED_ERROR = "archived_error"
"""Mark of a capture of a server's error, of a refusal or of a part: no evidence that the page was
not there.
"""
UNREADABLE = {
    TRUNCATED: "cut",
    "malformed": "malformed",
    "too_large": "too_large",
    "unreadable": "malformed",
    ELSEWHERE: "unreachable",
    ARCHIVED_ERROR: "server_error",
}
"""Marks of captures that are there and cannot be read or had, each with its Reason."""
UNDECIDED = frozenset(
    reason.value
    for reason in Reason
    if reason.state in (State.FAILED, State.REFUSED)
    and reason not in (*UNREADABLE, Reason.OUT_OF_SCOPE, Reason.CRASHED)
)
"""Marks that say nothing of the capture: the archive did not give it this time."""
MOVED = "moved"
"""Mark of a capture in whose place the archive plays back another one of the page."""

_KINDS_SQL = ", ".join(f"'{kind}'" for kind in (*_HTML, "warc/revisit"))
_MARKS_SQL = ", ".join(f"'{mark}'" for mark in ("", *SECOND_CHOICE))
USABLE = (
    "(status IS NULL OR status = 200) AND instr(url, 'err_code=404') = 0 AND "
    f"lower(trim(substr(mime, 1, instr(mime || ';', ';') - 1))) IN ({_KINDS_SQL}) "
    f"AND tried IN ({_MARKS_SQL})"
)
"""A condition of the ledger's table of mementos: those that `ranked` gives."""


def ranked(mementos: Iterable[Memento]) -> list[Memento]:
    """The usable captures, the best first.

    The rule: those not asked for yet, before those found to be of no known layout, before those
    found to have no end; a status of 200 before a revisit that only refers to one; then full
    length, which is at least half of the longest one's (a consent page or a stub is much
    shorter); then the later capture, since the archive layout of 2021 on is complete and known;
    at last the longer one, and the address, so that the order never depends on chance. That an
    answer is cut short, a soft 404 or no page is found when it is read: the next one is asked for
    then.
    """
    found = [m for m in mementos if m.usable and "err_code=404" not in m.url]
    longest = max((m.length for m in found), default=0)
    return sorted(
        found,
        key=lambda m: (
            ("", *SECOND_CHOICE).index(m.tried),
            m.status != 200,
            m.length * 2 < longest,
            _reversed(m.timestamp),
            -m.length,
            m.url,
        ),
    )


def _reversed(timestamp: str) -> int:
    return -int(timestamp) if timestamp.isdigit() else 0


def choice(chosen: Memento, known: Iterable[Memento]) -> str:
    """Why a capture was chosen, in one line for its record."""
    every = list(known)
    passed = sorted(f"{m.timestamp} {m.tried}" for m in every if m.tried and m != chosen)
    among = f"1 of {len(every)} captures" if len(every) > 1 else "the only capture"
    after = f", after {', '.join(passed[-5:])}" if passed else ""
    return f"{chosen.source} {chosen.timestamp}: {among}{after}"
