"""What one robots.txt says."""

import re
from dataclasses import dataclass
from typing import Self

from protego import Protego

from huffarchive.outcome import Reason
from huffarchive.politeness.agent import TOKEN

MAX_BYTES = 500 * 1024
"""What is read of a robots.txt (RFC 9309, section 2.5); the rest is ignored."""
_AGENT = re.compile(r"\s*user(?:-|\s+)?agent(?=[\s:]|$)[\s:]*(?P<name>[^#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one scheme, host and port for this program."""

    state: str
    """"rules"; "open" where there are none, so that all is allowed; "closed" where they could
    not be had, so that nothing is."""
    crawl_delay: float | None = None
    """Seconds between requests; None where nothing is said."""
    sitemaps: tuple[str, ...] = ()
    """The sitemaps it names, as written."""
    detail: str = ""
    """Why it is closed."""
    reason: Reason = Reason.ROBOTS
    """Why a page that is not allowed is refused."""
    again: float | None = None
    """Where it is closed: seconds after which it is worth waiting to look again, in this run."""
    _parsed: Protego | None = None

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a robots.txt: any bytes give rules, those that say nothing allow everything.

        UTF-8, or UTF-16 by its mark; broken sequences are passed over. Every line that is a rule
        counts, whatever stands before it (RFC 9309, section 2.2); an HTML page has none.
        """
        head = body[:MAX_BYTES]
        if len(body) > MAX_BYTES:
            # The last line is cut, and half a rule is another rule.
            head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]
        utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = head.decode("utf-16" if utf16 else "utf-8-sig", "ignore")
        parsed = Protego.parse("\n".join(_own(line) for line in text.splitlines()))
        delay = parsed.crawl_delay(TOKEN)
        return cls("rules", delay, tuple(dict.fromkeys(parsed.sitemaps)), _parsed=parsed)

    def allowed(self, url: str) -> bool:
        """Whether this program may fetch an address of the host."""
        if self.state == "closed":
            return False
        return self._parsed is None or self._parsed.can_fetch(url, TOKEN)


def _own(line: str) -> str:
    """A line with its user agent made ours, anybody's or somebody else's.

    Somebody else's are all one: thousands of names over thousands of rules would keep the parser
    busy for minutes. A version behind our name is no part of it (RFC 9309, section 2.2.1).
    """
    if (found := _AGENT.match(line)) is None:
        return line
    name = re.split(r"[/\s]", found["name"].strip().lower(), maxsplit=1)[0]
    return f"User-agent: {name if name in (TOKEN, '*') else 'somebody-else'}"
