"""robots.txt of every host: fetched before anything else is asked for, and again every day."""

import asyncio
import contextlib
import logging
import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from huffarchive import printable
from huffarchive.http import Message, MessageError
from huffarchive.outcome import Reason
from huffarchive.politeness.limits import FIRST, TOKEN, Refused, Stopped, retry_after
from huffarchive.urls import MAX_URL

MAX_BYTES = 500 * 1024
"""What is read of a robots.txt (RFC 9309, section 2.5); the rest is ignored."""
_AGENT = re.compile(r"\s*user(?:-|\s+)?agent(?=[\s:]|$)[\s:]*(?P<name>[^#]*)", re.IGNORECASE)
_DISALLOW = re.compile(r"\s*disallow", re.IGNORECASE)
_DELAY = re.compile(r"\s*crawl[- ]?delay(?=[\s:])\s*:?(?P<value>[^#]*)", re.IGNORECASE)
_DURATION = re.compile(
    r"(?P<number>[0-9]{1,6}(?:[.,][0-9]{0,6})?|[.,][0-9]{1,6})\s*"
    r"(?P<unit>ms|milliseconds?|s|secs?|seconds?|secondes?|m|mins?|minutes?|h|hours?|heures?)?\.?",
    re.IGNORECASE,
)
_SIZES = {
    0.001: ("ms", "millisecond", "milliseconds"),
    1.0: ("s", "sec", "secs", "second", "seconds", "seconde", "secondes"),
    60.0: ("m", "min", "mins", "minute", "minutes"),
    3600.0: ("h", "hour", "hours", "heure", "heures"),
}
_UNITS = {name: seconds for seconds, names in _SIZES.items() for name in names}
SLOW = 30.0
"""Seconds between requests where a Crawl-delay is given that nobody can read."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules of one scheme, host and port for this program."""

    state: str
    """"rules"; "open" where there are none, so that all is allowed; "closed" where they could
    not be had, so that nothing is."""
    crawl_delay: float | None = None
    """Seconds between requests; None where nothing is said."""
    sitemaps: tuple[str, ...] = ()
    """The sitemaps it names, as written."""
    detail: str = ""
    """Why it is closed; what is odd about the rules."""
    reason: Reason = Reason.ROBOTS
    """Why a page that is not allowed is refused."""
    again: float | None = None
    """Where it is closed: seconds after which it is worth waiting to look again, in this run."""
    _parsed: Protego | None = None

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a robots.txt: any bytes give rules, those that say nothing allow everything.

        UTF-8, or UTF-16 by its mark; bytes that are neither stand for themselves, as in an address
        (%E9), and a Disallow with them for Windows-1252's letters too. Zero bytes, as of UTF-16
        without its mark, say nothing. Every line that is a rule counts, whatever stands before it
        (RFC 9309, section 2.2); an HTML page has none.
        """
        head = body[:MAX_BYTES]
        if len(body) > MAX_BYTES:
            # The last line is cut, and half a rule is another rule.
            head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]
        utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = head.decode("utf-16", "ignore") if utf16 else _decoded(head)
        text = text.replace("\0", "").lstrip("\ufeff")
        parsed = Protego.parse("\n".join(_delay(_own(line)) for line in text.splitlines()))
        delay = parsed.crawl_delay(TOKEN)
        notes = [f"with a Crawl-delay of {SLOW:g} s, or an unreadable one"] if delay == SLOW else []
        if len(body) > MAX_BYTES:
            notes.append(f"only the first {len(head):,} of {len(body):,} bytes are read")
        sitemaps = tuple(dict.fromkeys(parsed.sitemaps))
        return cls("rules", delay, sitemaps, "; ".join(notes), _parsed=parsed)

    def allowed(self, url: str) -> bool:
        """Whether this program may fetch an address of the host."""
        if self.state == "closed":
            return False
        return self._parsed is None or self._parsed.can_fetch(url, TOKEN)


def _decoded(head: bytes) -> str:
    lines: list[str] = []
    for line in head.splitlines():
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            text = line.decode("utf-8", "surrogateescape")
            lines.append("".join(f"%{ord(c) - 0xDC00:02X}" if _is_byte(c) else c for c in text))
            if _DISALLOW.match(text):
                lines.append(line.decode("cp1252", "replace"))
    return "\n".join(lines)


def _is_byte(character: str) -> bool:
    return "\udc80" <= character <= "\udcff"


def _delay(line: str) -> str:
    """A line with its Crawl-delay in seconds; one that cannot be read asks for slowness."""
    if (found := _DELAY.match(line)) is None or not (value := found["value"].strip()):
        return line
    with contextlib.suppress(ValueError):
        if 0 <= float(value) < math.inf:
            return line
    seconds = SLOW
    if told := _DURATION.fullmatch(value):
        number, unit = told["number"].replace(",", "."), (told["unit"] or "s").lower()
        seconds = float(number) * _UNITS[unit]
    else:
        logger.warning("robots.txt: %s cannot be read: %g s count", printable(line[:120]), SLOW)
    return f"Crawl-delay: {seconds:g}"


def _own(line: str) -> str:
    """A line with its user agent made ours, anybody's or somebody else's.

    Somebody else's are all one: thousands of names over thousands of rules would keep the parser
    busy for minutes. A version behind our name is no part of it (RFC 9309, section 2.2.1).
    """
    if (found := _AGENT.match(line)) is None:
        return line
    name = re.split(r"[/\s]", found["name"].strip().lower(), maxsplit=1)[0]
    return f"User-agent: {name if name in (TOKEN, '*') else 'somebody-else'}"


KEPT_FOR = 86_400.0
"""Seconds that rules count (RFC 9309, section 2.4)."""
RENEWED_AFTER = 82_800.0
"""Seconds after which they are fetched anew: a robots.txt that fails for an hour closes nothing."""
WAITED_FOR = 172_800.0
"""Seconds after rules were had last for which a run waits for new ones; then it goes without."""
CLOSED_FOR = 600.0
"""Seconds after which a robots.txt that could not be had is asked for again."""
MAX_HOPS = 5
TRIES = 4
"""How often a robots.txt that fails is asked for before its host counts as closed."""


@dataclass(slots=True)
class _Entry:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: RobotsRules | None = None
    until: float = 0.0
    """When the rules no longer count."""
    renewal: float = 0.0
    """When they are asked for again."""
    had: float | None = None
    """When there was an answer that counted."""
    tries: int = 0
    """How often it was asked for since, and failed."""


class Robots:
    """The rules of every scheme, host and port, fetched once and awaited by all who need them.

    `download` sends a request through the crawler (`engine.download_async`), where it waits for
    its turn like any other and passes the scope check. One that follows a redirect may go to any
    public host (RFC 9309, section 2.3.1.2): the rules found there count for the host first asked.
    Each exchange is given to `on_exchange`, whether it succeeded or not. `reason_of` says what a
    failed download means. `check` raises Stopped while a host is to be left alone for long: who
    needs its rules is not kept waiting.
    """

    def __init__(
        self,
        download: Callable[[Request], Awaitable[Response]],
        on_exchange: Callable[[Request], None],
        reason_of: Callable[[Request, Exception], Reason],
        *,
        backoff: float = FIRST,
        check: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._check = check
        self._download = download
        self._on_exchange = on_exchange
        self._reason_of = reason_of
        self._waits = [backoff / 30, backoff / 8, backoff / 2]
        self._entries: dict[str, _Entry] = {}
        self._asking: dict[Request, bool] = {}
        """Requests of ours, each with whether it follows a redirect."""
        self._closing = asyncio.Event()

    def asks(self, request: Request) -> bool:
        """Whether a request is one of ours: the only ones that no robots.txt is asked about."""
        return request in self._asking

    def follows(self, request: Request) -> bool:
        """Whether a request of ours follows a redirect, which may lead to any public host."""
        return self._asking.get(request, False)

    def known(self, url: str) -> RobotsRules | None:
        """The rules for an address where they are known and fresh."""
        entry = self._entries.get(base_of(url))
        if entry is None or entry.until <= asyncio.get_running_loop().time():
            return None
        return entry.rules

    async def rules(self, url: str) -> RobotsRules:
        """The rules for an address; waits until they are known.

        Refused("unreachable") while the host does not answer; Stopped when the run ends, or when
        the host is to be left alone for longer than is worth waiting for here.
        """
        base = base_of(url)
        entry = self._entries.setdefault(base, _Entry())
        async with entry.lock:
            if entry.rules is None or entry.renewal <= asyncio.get_running_loop().time():
                self._check(url)
                self._renew(base, entry, await self._ask(base, entry))
            assert entry.rules is not None
            return entry.rules

    def _renew(self, base: str, entry: _Entry, rules: RobotsRules) -> None:
        entry.tries = 0
        now = asyncio.get_running_loop().time()
        if rules.state != "closed":
            logger.info("%s/robots.txt: %s", base, f"{rules.state} {rules.detail}".rstrip())
            entry.rules, entry.had = rules, now
            entry.until, entry.renewal = now + KEPT_FOR, now + RENEWED_AFTER
            return
        entry.renewal = now + CLOSED_FOR
        if entry.had is not None and now < entry.had + KEPT_FOR:
            entry.renewal = min(entry.renewal, entry.until)
            logger.warning("%s: %s; the older rules count on", base, rules.detail)
            return
        logger.warning("%s/robots.txt: closed %s", base, rules.detail)
        if entry.had is not None and now < entry.had + WAITED_FOR:
            rules = replace(rules, again=CLOSED_FOR)
        entry.rules, entry.until = rules, entry.renewal

    def close(self) -> None:
        """End all waiting with Stopped: the run ends."""
        self._closing.set()

    async def _ask(self, base: str, entry: _Entry) -> RobotsRules:
        """Ask until there is an answer that counts, or often enough, over pauses too."""
        while True:
            answer = await self._follow(f"{base}/robots.txt")
            if isinstance(answer, RobotsRules):
                return answer
            if answer in (Reason.UNREACHABLE, Reason.CUT):
                continue  # The pace waits, and says when it is enough.
            entry.tries += 1
            if entry.tries == TRIES:
                return RobotsRules("closed", detail=f"robots.txt: {answer}")
            self._check(base)
            await self.wait(base, self._waits[entry.tries - 1])

    async def wait(self, url: str, seconds: float) -> None:
        """Wait for a host; Stopped when the run ends meanwhile."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
            raise Stopped(url)

    async def _follow(self, url: str) -> RobotsRules | Reason | str:
        """Follow redirects to the rules; else why there are none that count.

        RFC 9309 (section 2.3.1.2) lets a crawler take endless redirects for no robots.txt at all,
        and asks none to: here they close the host, as all that is no answer does.
        """
        asked: list[str] = []
        while len(asked) <= MAX_HOPS:
            if url in asked:
                return RobotsRules("closed", detail="redirects in a circle")
            response = await self._fetch(url, follows=bool(asked))
            asked.append(url)
            if not isinstance(response, Response):
                return response
            status = response.status
            if 200 <= status < 300:
                return await asyncio.to_thread(_read, response)  # many rules take their time
            if 400 <= status < 500 and status not in (428, 429):
                return RobotsRules("open", detail=f"HTTP {status}")
            if status in (301, 302, 303, 307, 308) and (to := response.headers.get("Location")):
                said = response.headers.get("Retry-After")
                if seconds := retry_after(said, datetime.now(UTC)):
                    # About the address it leads to, maybe at another host (RFC 9110, 10.2.3).
                    logger.info("%s: not followed for %.0f s, as it asks", url, seconds)
                    await self.wait(url, seconds)
                try:
                    there = urljoin(url, to.decode("utf-8", "replace").strip()).split("#", 1)[0]
                    parts = urlsplit(there)
                    url = base_of(there) + parts._replace(scheme="", netloc="").geturl()
                except ValueError:
                    return RobotsRules("closed", detail="a redirect to no address")
                if parts.scheme not in ("http", "https") or "@" in parts.netloc:
                    return RobotsRules("closed", detail="a redirect to no web address")
                if len(url) > MAX_URL:
                    return RobotsRules("closed", detail="a redirect to an address without end")
                self._check(url)
                continue
            return f"HTTP {status}"
        return RobotsRules("closed", detail="too many redirects")

    async def _fetch(self, url: str, *, follows: bool) -> Response | RobotsRules | Reason:
        try:
            request = Request(url, callback=NO_CALLBACK, dont_filter=True)
        except ValueError:
            return RobotsRules("closed", detail="a redirect to no address")
        self._asking[request] = follows
        try:
            return await self._download(request)
        except Refused as refused:
            if refused.reason is Reason.UNREACHABLE:
                raise
            return RobotsRules("closed", detail=f"a redirect out of scope: {refused.reason}")
        except Stopped:
            raise
        except Exception as error:
            reason = self._reason_of(request, error)
            if reason is Reason.ERROR:
                raise  # A fault of ours is for the page's errback, and the log.
            if reason is Reason.UNSAFE_ADDRESS:
                mine = Reason.ROBOTS if follows else reason
                return RobotsRules("closed", detail=str(error), reason=mine)
            return reason
        finally:
            del self._asking[request]
            self._on_exchange(request)


def base_of(url: str) -> str:
    """Scheme, host and port of an address: what one robots.txt speaks for."""
    parts = urlsplit(url)
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host
    port = parts.port
    return f"{parts.scheme}://{name}" + (f":{port}" if port not in (None, standard) else "")


def _read(response: Response) -> RobotsRules:
    """The rules in an answer; one whose body cannot be unpacked was not had."""
    codings = response.headers.getlist("Content-Encoding")
    headers = tuple(("Content-Encoding", value.decode("latin-1")) for value in codings)
    try:
        content = Message("HTTP/1.1", response.status, "", headers, response.body).content
    except MessageError as error:
        return RobotsRules("closed", detail=str(error))
    return RobotsRules.parse(content)
