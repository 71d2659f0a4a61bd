"""The limits of services that are asked over and over: values, which no setting raises."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Limit:
    """How often a part of a service may be asked, counted over all runs of the machine's user."""

    name: str
    """The limit's name, as a request's meta "huffarchive_limit" gives it."""
    service: str
    """Limits of one service share its pauses."""
    host: str
    prefix: str
    """Addresses on `host` whose path begins so are under this limit, whatever their meta says."""
    interval: float
    """Least seconds between two requests. A little more than the published figure, so that
    jitter on the way does not put one request too many into a minute."""
    first_pause: float = 60.0
    """Seconds of the first pause after a 429 or 503, doubling."""
    slows: bool = False
    """Whether such an answer also lengthens the interval, twofold each time, up to 16-fold;
    good answers shorten it again by 1 % each."""


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
"""Every limit by its name, the narrower before the wider."""


def limit_of(url: str, name: str | None = None) -> Limit | None:
    """The limit that an address is under: by host and path, else the one named, else None.

    KeyError for a name that is none.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    path = unquote(parts.path) or "/"
    fits = (x for x in LIMITS.values() if host == x.host and path.startswith(x.prefix))
    return next(fits, None) or (None if name is None else LIMITS[name])
