"""What became of a wanted page: its state and reason, and what one answer means for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, urljoin, urlsplit

from huffarchive.editions.edition import Edition
from huffarchive.urls import Address, OutOfScope, PageKey, identify, is_of_unknown_kind

if TYPE_CHECKING:
    from huffarchive.http import Message


class State(StrEnum):
    """Where a wanted page stands; every page is in exactly one of them."""

    WANTED = "wanted"
    """Not asked for yet, or to be asked again."""
    CAPTURED = "captured"
    """Its answer is in a WARC file."""
    GONE = "gone"
    """Its site says that it is no more."""
    REFUSED = "refused"
    """Its site, or our own rules, say that it must not be fetched."""
    FAILED = "failed"
    """It was tried as often as is decent; a later run tries again."""


class Reason(StrEnum):
    """Why a page is in its state: a closed list, mirrored in docs/outcomes.md."""

    state: State
    """The state of a page that it ends for, stated here and nowhere else."""

    def __new__(cls, name: str, state: State | None = None) -> Self:
        """A reason of the list, which names its state; TypeError where it does not."""
        if state is None:
            raise TypeError(f"the reason {name} has no state")
        made = str.__new__(cls, name)
        made._value_, made.state = name, state
        return made

    ARTICLE = "article", State.CAPTURED
    """An article was read from it."""
    NOT_AN_ARTICLE = "not_an_article", State.CAPTURED
    """A page that is none (a topic, a sitemap, an author's page), or a picture."""
    UNREADABLE = "unreadable", State.CAPTURED
    """An article's page of which the reader made nothing; see the record's warnings."""

    NOT_FOUND = "not_found", State.GONE
    """HTTP 404."""
    DELETED = "deleted", State.GONE
    """HTTP 410."""
    SOFT_404 = "soft_404", State.GONE
    """A redirect to an address with `err_code=404`, or a page that says so with a 200."""
    MOVED = "moved", State.GONE
    """A redirect to another page of the edition, which is wanted in its own right."""
    MOVED_AWAY = "moved_away", State.GONE
    """A redirect to an address that is no page of the edition."""
    NO_CAPTURE = "no_capture", State.GONE
    """The source asked (Wayback Machine, Common Crawl) holds no capture of it."""

    ROBOTS = "robots", State.REFUSED
    """Robots.txt disallows it, or could not be had."""
    RATE_LIMITED = "rate_limited", State.REFUSED
    """HTTP 429 or 428 to the last."""
    FORBIDDEN = "forbidden", State.REFUSED
    """HTTP 401, 403, 407 or 451."""
    OUT_OF_SCOPE = "out_of_scope", State.REFUSED
    """Not an address of the edition."""
    UNSAFE_ADDRESS = "unsafe_address", State.REFUSED
    """The name resolves to an address that is not on the public internet."""

    UNREACHABLE = "unreachable", State.FAILED
    """No connection (DNS, TCP); or a capture that no file holds."""
    TLS = "tls", State.FAILED
    """No secure connection."""
    TIMEOUT = "timeout", State.FAILED
    """The answer took too long."""
    CUT = "cut", State.FAILED
    """The connection ended before the answer did."""
    TOO_LARGE = "too_large", State.FAILED
    """The answer, or what it unpacks to, is over the bound."""
    MALFORMED = "malformed", State.FAILED
    """The answer is not HTTP, or its body does not decode."""
    SERVER_ERROR = "server_error", State.FAILED
    """HTTP 5xx."""
    UNEXPECTED_STATUS = "unexpected_status", State.FAILED
    """A status that no page has."""
    REDIRECT_LOOP = "redirect_loop", State.FAILED
    """More than ten redirects, or a circle."""
    CRASHED = "crashed", State.FAILED
    """The run ended while this page was under way, more than once."""
    ERROR = "error", State.FAILED
    """A fault of ours; the log has the traceback."""


DISAPPEARED = frozenset((Reason.NOT_FOUND, Reason.DELETED, Reason.SOFT_404))
"""What single pages of a sound site say; many together are a broken backend's."""
PROVISIONAL = DISAPPEARED | {Reason.FORBIDDEN, Reason.UNSAFE_ADDRESS, Reason.MOVED_AWAY}
"""Reasons that a bad hour of the network or the site gives too: a wall of 403, a portal that
redirects, a DNS filter. The site's word counts when it is the same in two runs a day apart."""
WORDLESS = "no text, or a few words"
"""Detail of a page that is captured as an article and has next to no text: another address that is
known to have it is asked."""
ANSWERED = frozenset((*DISAPPEARED, Reason.MOVED, Reason.MOVED_AWAY, Reason.UNEXPECTED_STATUS))
"""Reasons that an answer alone gives, which a WARC file holds."""


def is_answer(said: str) -> bool:
    """Whether a text is what a source said that gave no capture: "live=gone/not_found"."""
    source, _, outcome = said.partition("=")
    state, _, reason = outcome.partition("/")
    return source.isidentifier() and state in set(State) and reason in set(Reason)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wanted page that gave no article."""

    key: PageKey
    url: str
    state: State
    reason: Reason
    http_status: int | None = None
    detail: str = ""
    """One printable line for the log and the reports."""


MAX_HOPS = 10
"""Redirects followed for one page, those of other pages that led to it counted along."""
MAX_TRIES = 5
"""Times a page is asked for in one run before it counts as failed or refused."""
RETRY_AFTER = (1, 4, 16, 64)
"""Seconds before the second, third, … try of a page that a fault of the moment met."""

_PASSING = {
    Reason.UNREACHABLE,
    Reason.TLS,
    Reason.TIMEOUT,
    Reason.CUT,
    Reason.SERVER_ERROR,
    Reason.RATE_LIMITED,
    Reason.ERROR,
}
_FORBIDDEN = {401, 403, 407, 451}
_BUSY = {428, 429}
REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """The page's next state."""

    state: State
    reason: Reason | None
    retry_in: float = 0
    """When WANTED: seconds to wait before it is asked again."""
    address: Address | None = None
    """Where a redirect leads: the same page's next address, or another wanted page."""
    detail: str = ""


def outcome_of_error(reason: Reason, tries: int, detail: str = "") -> AnswerOutcome:
    """A request that gave no answer to judge; `tries` counts this one."""
    if reason in _PASSING:
        return passing(reason, tries, detail)
    return AnswerOutcome(reason.state, reason, detail=detail)


def passing(reason: Reason, tries: int, detail: str = "") -> AnswerOutcome:
    """A fault of the moment: the page is asked again, and has failed after the last try."""
    if tries < MAX_TRIES:
        return AnswerOutcome(State.WANTED, None, RETRY_AFTER[min(tries, 4) - 1], detail=detail)
    return AnswerOutcome(reason.state, reason, detail=detail)


def outcome_of_status(
    message: "Message", key: PageKey, url: str, edition: Edition, tries: int, hops: int
) -> AnswerOutcome | None:
    """Judge an answer by its status and Location alone; None when its body decides (a 200)."""
    status = message.status
    if status in REDIRECTS:
        return _redirect(message, key, url, edition, hops)
    if status == 200:
        return None
    if status == 404:
        return AnswerOutcome(State.GONE, Reason.NOT_FOUND)
    if status == 410:
        return AnswerOutcome(State.GONE, Reason.DELETED)
    if status in _FORBIDDEN:
        return AnswerOutcome(State.REFUSED, Reason.FORBIDDEN, detail=f"HTTP {status}")
    if status in _BUSY:
        return outcome_of_error(Reason.RATE_LIMITED, tries, f"HTTP {status}")
    if status == 408 or 500 <= status <= 599:
        return outcome_of_error(Reason.SERVER_ERROR, tries, f"HTTP {status}")
    return AnswerOutcome(State.FAILED, Reason.UNEXPECTED_STATUS, detail=f"HTTP {status}")


def _redirect(
    message: "Message", key: PageKey, url: str, edition: Edition, hops: int
) -> AnswerOutcome:
    places = {value for name, value in message.headers if name.lower() == "location"}
    if len(places) != 1 or not (place := places.pop()):
        return AnswerOutcome(State.FAILED, Reason.UNEXPECTED_STATUS, detail="a redirect to nowhere")
    # Octets that no URL has are escaped as they came, whatever charset they are of.
    place = "".join(c if c < "\x80" else f"%{ord(c):02X}" for c in place)
    try:
        target = urljoin(edition.located(url), place)
        query = parse_qs(urlsplit(target).query)
    except ValueError:
        return AnswerOutcome(State.FAILED, Reason.UNEXPECTED_STATUS, detail="a redirect to no URL")
    if "404" in query.get("err_code", ()):
        return AnswerOutcome(State.GONE, Reason.SOFT_404, detail="redirected to err_code=404")
    address = identify(edition.original(target, url), edition)
    if isinstance(address, OutOfScope):
        return AnswerOutcome(State.GONE, Reason.MOVED_AWAY, detail=f"redirect: {address.reason}")
    if address.key.is_picture and not key.is_picture:
        return AnswerOutcome(State.GONE, Reason.MOVED_AWAY, detail="redirect: to a picture")
    if hops >= MAX_HOPS or address.url == url:
        return AnswerOutcome(State.FAILED, Reason.REDIRECT_LOOP, detail=f"after {hops} redirects")
    if address.key != key:
        return AnswerOutcome(State.GONE, Reason.MOVED, address=address, detail=f"to {address.key}")
    return AnswerOutcome(State.WANTED, None, address=address)


def own_name(key: PageKey, url: str, canonical: str | None, edition: Edition) -> Address | None:
    """The address by which an article names itself, where its own does not tell its kind.

    Of a mobile address the number alone is known, which news and blogs share; what the page says
    counts where it is the same number.
    """
    if canonical is None or not is_of_unknown_kind(url):
        return None
    where = identify(edition.original(canonical), edition)
    if not isinstance(where, Address) or not where.key.is_article:
        return None
    same = where.key != key and where.key.id == key.id
    return where if same and not is_of_unknown_kind(where.url) else None
