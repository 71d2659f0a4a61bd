"""How often a host or service may be asked, by whom, and why a request was not sent."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import unquote, urlsplit

from scrapy.exceptions import IgnoreRequest

from huffarchive import __version__
from huffarchive.outcome import Reason
from huffarchive.sources import SOURCES

DAY = 86_400.0
"""The longest wait that a server is granted, in seconds."""


def retry_after(value: str | bytes | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, section 10.2.3), between 0 and a day.

    Both forms are read: whole seconds, and an HTTP date, which counts from `now` (aware). None
    where there is no header or where it says nothing that can be read. Total: nothing raises.
    """
    if value is None:
        return None
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    text = text.strip(" \t")
    if text.isascii() and text.isdigit():
        # The length alone tells that a long number is over a day; int() refuses very long ones.
        digits = text.lstrip("0")
        return DAY if len(digits) > 6 else min(DAY, float(digits or 0))
    if not text or len(text) > 100:
        return None
    try:
        when = parsedate_to_datetime(text)
        # A date without a zone is in UTC, as all HTTP dates are.
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(DAY, max(0.0, seconds))


TOKEN = "huffarchive"  # noqa: S105 - RFC 9309 calls a robot's name its token
"""The name that a robots.txt may address."""

_PLACEHOLDER = re.compile(
    r"(?:^|[@./])(?:example\.(?:com|net|org)|[^@/]*\.(?:example|invalid|test|localhost)|localhost)"
    r"(?=[:/?#>\s]|$)",
    re.IGNORECASE,
)


def user_agent(operator: str | None) -> str:
    """Compose "huffarchive/<version> (+<contact>)" from HUFFARCHIVE_OPERATOR.

    Characters that no header or comment may hold are left out.
    """
    contact = "".join(c for c in operator or "" if " " <= c <= "~" and c not in "()\\").strip()
    if not contact:
        return f"{TOKEN}/{__version__} (no contact given)"
    return f"{TOKEN}/{__version__} (+{contact[:200]})"


def missing_contact(operator: str | None) -> str | None:
    """Return what is wrong with HUFFARCHIVE_OPERATOR and what to add; None where it names somebody.

    Names under the domains that RFC 2606 and RFC 6761 keep for examples and for one's own machine
    reach nobody: they are left from documentation.
    """
    named = (operator or "").strip()
    if named and not _PLACEHOLDER.search(named):
        return None
    wrong = f"is a placeholder ({named[:60]!a})" if named else "is not set"
    return (
        f"HUFFARCHIVE_OPERATOR {wrong}: nobody at the site can tell whom to ask. Give your page or "
        "your mail address: -s HUFFARCHIVE_OPERATOR=..."
    )


class Refused(IgnoreRequest):
    """A request that must not be sent; its errback gets this as `failure.value`."""

    def __init__(
        self,
        reason: Reason,
        detail: str = "",
        *,
        lasting: bool = True,
        again: float | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        self.lasting = lasting
        """False where the cause is a failure that may pass: robots.txt could not be had, or the
        host does not answer. Asking again later, in this run or the next, is right then."""
        self.again = again
        """Seconds after which this run should ask again, where it should wait for that."""


class Stopped(IgnoreRequest):
    """The request was not sent, and its page is as wanted as before: it need wait here no longer.

    The run is ending, or the host is to be left alone for `seconds`.
    """

    def __init__(self, name: str, seconds: float | None = None) -> None:
        super().__init__(name)
        self.seconds = seconds


LEAST_DELAY = 1.0
"""Seconds between requests to any host that is not this machine, though it names no Crawl-delay."""
FIRST = 60.0
"""Seconds of the first pause after a 429, 428 or 503 that does not say how long."""
MOST = 3600.0
"""Ceiling of a host's pauses: in a run of weeks, one question an hour finds out that it is over."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The pace of a host or a part of a service, counted over all runs of the machine's user."""

    name: str
    """The limit's name, as a request's meta "huffarchive_limit" gives it; of a host, the host."""
    service: str
    """Limits of one service share its pauses."""
    host: str
    prefix: str
    """Addresses on `host` whose path begins so are under this limit, whatever their meta says."""
    interval: float
    """Least seconds between two requests. Of a service a little more than the published figure,
    so that jitter on the way does not put one request too many into a minute."""
    first_pause: float = FIRST
    """Seconds of the first pause after a 429, 428 or 503, doubling."""
    least_pause: float = FIRST
    """The same where the answer names a shorter time in its Retry-After."""
    most_pause: float = DAY
    """Where the doubling ends; a Retry-After may be longer."""
    slows: bool = False
    """Whether such an answer also lengthens the interval, twofold each time, up to 16-fold;
    good answers shorten it again by 1 % each."""
    shared: bool = True
    """Whether it outlives the run and counts over all of them."""

    @classmethod
    def of_host(cls, host: str, delay: float, backoff: float, *, shared_here: bool = True) -> Self:
        """The pace of a host (and port) that is under no service's limit.

        `delay` and `backoff` can only lengthen the least delay and the first pause, but of a server
        of this machine, which may be asked at any pace. `shared_here` says whether such a server's
        pace outlives the run: its port may be another server's by then.
        """
        here = is_loopback(host)
        return cls(
            host,
            host,
            host,
            "/",
            delay if here else max(LEAST_DELAY, delay),
            first_pause=backoff if here else max(FIRST, backoff),
            least_pause=1.0,
            most_pause=MOST,
            shared=shared_here or not here,
        )


LIMITS: dict[str, Limit] = {
    s.limit: Limit(s.limit, name, urlsplit(s.base).netloc, s.counted, s.interval, slows=s.slows)
    for name, source in SOURCES.items()
    for s in source.services
}
"""Every service's limit by its name, the narrower before the wider."""


def limit_of(url: str, name: str | None = None) -> Limit | None:
    """The service's limit that an address is under: by host and path, else the one named, or None.

    KeyError for a name that is none.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    path = unquote(parts.path) or "/"
    fits = (x for x in LIMITS.values() if host == x.host and path.startswith(x.prefix))
    return next(fits, None) or (None if name is None else LIMITS[name])


def is_loopback(host: str) -> bool:
    """Whether a host is a server of this machine: only those may be asked at any pace."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
