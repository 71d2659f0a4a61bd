"""What an answer means for the page that was asked for: one answer, one verdict."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit

from huffarchive.editions import Edition
from huffarchive.message import Message
from huffarchive.outcome import Reason, State
from huffarchive.urls import Address, OutOfScope, PageKey, identify, is_of_unknown_kind

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
class Verdict:
    """The page's next state."""

    state: State
    reason: Reason | None
    retry_in: float = 0
    """When WANTED: seconds to wait before it is asked again."""
    address: Address | None = None
    """Where a redirect leads: the same page's next address, or another wanted page."""
    detail: str = ""


def of_fault(reason: Reason, tries: int, detail: str = "") -> Verdict:
    """A request that gave no answer to judge; `tries` counts this one."""
    if reason in _PASSING:
        return passing(reason, tries, detail)
    state = {
        Reason.UNSAFE_ADDRESS: State.REFUSED,
        Reason.ROBOTS: State.REFUSED,
        Reason.FORBIDDEN: State.REFUSED,
        Reason.OUT_OF_SCOPE: State.REFUSED,
    }.get(reason, State.FAILED)
    return Verdict(state, reason, detail=detail)


def passing(reason: Reason, tries: int, detail: str = "") -> Verdict:
    """A fault of the moment: the page is asked again, and has failed after the last try."""
    if tries < MAX_TRIES:
        return Verdict(State.WANTED, None, RETRY_AFTER[min(tries, 4) - 1], detail=detail)
    state = State.REFUSED if reason is Reason.RATE_LIMITED else State.FAILED
    return Verdict(state, reason, detail=detail)


def of_status(
    message: Message, key: PageKey, url: str, edition: Edition, tries: int, hops: int
) -> Verdict | None:
    """Judge an answer by its status and Location alone; None when its body decides (a 200)."""
    status = message.status
    if status in REDIRECTS:
        return _redirect(message, key, url, edition, hops)
    if status == 200:
        return None
    if status == 404:
        return Verdict(State.GONE, Reason.NOT_FOUND)
    if status == 410:
        return Verdict(State.GONE, Reason.DELETED)
    if status in _FORBIDDEN:
        return Verdict(State.REFUSED, Reason.FORBIDDEN, detail=f"HTTP {status}")
    if status in _BUSY:
        return of_fault(Reason.RATE_LIMITED, tries, f"HTTP {status}")
    if status == 408 or 500 <= status <= 599:
        return of_fault(Reason.SERVER_ERROR, tries, f"HTTP {status}")
    return Verdict(State.FAILED, Reason.UNEXPECTED_STATUS, detail=f"HTTP {status}")


def _redirect(message: Message, key: PageKey, url: str, edition: Edition, hops: int) -> Verdict:
    places = {value for name, value in message.headers if name.lower() == "location"}
    if len(places) != 1 or not (place := places.pop()):
        return Verdict(State.FAILED, Reason.UNEXPECTED_STATUS, detail="a redirect to nowhere")
    # Octets that no URL has are escaped as they came, whatever charset they are of.
    place = "".join(c if c < "\x80" else f"%{ord(c):02X}" for c in place)
    try:
        target = urljoin(edition.located(url), place)
        query = parse_qs(urlsplit(target).query)
    except ValueError:
        return Verdict(State.FAILED, Reason.UNEXPECTED_STATUS, detail="a redirect to no URL")
    if "404" in query.get("err_code", ()):
        return Verdict(State.GONE, Reason.SOFT_404, detail="redirected to err_code=404")
    address = identify(edition.original(target), edition)
    if isinstance(address, OutOfScope):
        return Verdict(State.GONE, Reason.MOVED_AWAY, detail=f"redirect: {address.reason}")
    if address.key.is_picture and not key.is_picture:
        return Verdict(State.GONE, Reason.MOVED_AWAY, detail="redirect: to a picture")
    if hops >= MAX_HOPS or address.url == url:
        return Verdict(State.FAILED, Reason.REDIRECT_LOOP, detail=f"after {hops} redirects")
    if address.key != key:
        return Verdict(State.GONE, Reason.MOVED, address=address, detail=f"to {address.key}")
    return Verdict(State.WANTED, None, address=address)


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
