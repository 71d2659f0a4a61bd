"""How often a host or a part of a service may be asked: values, which no setting raises."""

import ipaddress
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from huffarchive.politeness.retry_after import DAY

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
        here = _loopback(host)
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
    limit.name: limit
    for limit in (
        # 24 a minute, of 30 that are hard; 8 a second, of 10.
        Limit("wayback_cdx", "wayback", "web.archive.org", "/cdx", 2.55),
        Limit("wayback_pages", "wayback", "web.archive.org", "/", 0.13),
        Limit("commoncrawl_index", "commoncrawl", "index.commoncrawl.org", "/", 1.02, slows=True),
        Limit("commoncrawl_data", "commoncrawl", "data.commoncrawl.org", "/", 0.56, slows=True),
    )
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


def _loopback(host: str) -> bool:
    """Whether a host is a server of this machine: only those may be asked at any pace."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
