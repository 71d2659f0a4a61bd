"""What became of a wanted page."""

from dataclasses import dataclass
from enum import StrEnum

from huffarchive.urls import PageKey


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

    ARTICLE = "article"
    """captured: an article was read from it."""
    NOT_AN_ARTICLE = "not_an_article"
    """captured: a page that is none (a topic, a sitemap, an author's page), or a picture."""
    UNREADABLE = "unreadable"
    """captured: an article's page of which the reader made nothing; see the record's warnings."""

    NOT_FOUND = "not_found"
    """gone: HTTP 404."""
    DELETED = "deleted"
    """gone: HTTP 410."""
    SOFT_404 = "soft_404"
    """gone: a redirect to an address with `err_code=404`, or a page that says so with a 200."""
    MOVED = "moved"
    """gone: a redirect to another page of the edition, which is wanted in its own right."""
    MOVED_AWAY = "moved_away"
    """gone: a redirect to an address that is no page of the edition."""
    NO_CAPTURE = "no_capture"
    """gone: the source asked (Wayback Machine, Common Crawl) holds no capture of it."""

    ROBOTS = "robots"
    """refused: robots.txt disallows it, or could not be had."""
    RATE_LIMITED = "rate_limited"
    """refused: HTTP 429 or 428 to the last."""
    FORBIDDEN = "forbidden"
    """refused: HTTP 401, 403, 407 or 451."""
    OUT_OF_SCOPE = "out_of_scope"
    """refused: not an address of the edition."""
    UNSAFE_ADDRESS = "unsafe_address"
    """refused: the name resolves to an address that is not on the public internet."""

    UNREACHABLE = "unreachable"
    """failed: no connection (DNS, TCP)."""
    TLS = "tls"
    """failed: no secure connection."""
    TIMEOUT = "timeout"
    """failed: the answer took too long."""
    CUT = "cut"
    """failed: the connection ended before the answer did."""
    TOO_LARGE = "too_large"
    """failed: the answer, or what it unpacks to, is over the bound."""
    MALFORMED = "malformed"
    """failed: the answer is not HTTP, or its body does not decode."""
    SERVER_ERROR = "server_error"
    """failed: HTTP 5xx."""
    UNEXPECTED_STATUS = "unexpected_status"
    """failed: a status that no page has."""
    REDIRECT_LOOP = "redirect_loop"
    """failed: more than ten redirects, or a circle."""
    CRASHED = "crashed"
    """failed: the run ended while this page was under way, more than once."""
    ERROR = "error"
    """failed: a fault of ours; the log has the traceback."""


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
