"""Which servers a run may still ask: those that pause, do not answer, or have a bad hour."""

import logging
import time
from collections import Counter, deque
from urllib.parse import urlsplit

from huffarchive.archive.store_visit import Visit
from huffarchive.crawl.arguments import CrawlArguments
from huffarchive.ledger.rows import Task
from huffarchive.outcome import DISAPPEARED, PROVISIONAL, Reason
from huffarchive.sources import is_own, named
from huffarchive.sources.source import SITE

log = logging.getLogger(__name__)

MOST_UNANSWERED = 20
"""Answers in a row that are none, after which an archive counts as down."""
LAST = 25
"""Answers of a host that are looked at."""
MOST = 20
"""So many odd ones among them are a bad hour."""


class OddHour:
    """Counts what hosts answered in a run."""

    def __init__(self) -> None:
        self._last: dict[str, deque[Reason | None]] = {}
        self._confirmed: Counter[str] = Counter()
        self._good: Counter[str] = Counter()

    def judge(self, host: str, reason: Reason, doubted: str | None) -> str | None:
        """Take an answer in; in words what is odd of the last ones, or None.

        `doubted` is since when this page's answer waits for a second run. A host that said the same
        of many pages in two runs means it: it may say so of all the others too. One that has given
        no page yet may have none: disappearances are odd where pages came before. A wall is one
        on the second day as well.
        """
        odd = reason if reason in PROVISIONAL else None
        if odd in DISAPPEARED and doubted is not None:
            self._confirmed[host] += 1
        if odd in DISAPPEARED and (self._good[host] < LAST or self._confirmed[host] >= MOST):
            odd = None
        self._good[host] += reason not in PROVISIONAL
        last = self._last.setdefault(host, deque(maxlen=LAST))
        last.append(odd)
        said = Counter(what for what in last if what is not None)
        if said.total() < MOST:
            return None
        kinds = ", ".join(f"{number} {what}" for what, number in said.most_common())
        return f"{said.total()} of its last {len(last)} answers are {kinds}"


class Servers:
    """What a run knows of the servers that it asks; `problems` gets a line for each that is lost.

    A server is an archive as a whole, of the site the host that is asked.
    """

    def __init__(self, job: CrawlArguments, problems: list[str]) -> None:
        self._job, self._problems = job, problems
        self.down: dict[str, Reason] = {}
        """Servers that do not answer, and will not be asked again in this run."""
        self.closed: set[str] = set()
        """Hosts of the site that will not be asked again in this run."""
        self._unanswered: Counter[str] = Counter()
        """Answers of an archive in a row that are none."""
        self._paused: dict[str, float] = {}
        self._located: dict[str, str] = {}
        self._odd_hour = OddHour()

    def named(self, source: str, host: str) -> str:
        """Who answers for a source: an archive, or of the site the host that is asked."""
        if source != SITE and not is_own(source):
            return source
        if host not in self._located:  # asked for every page under way, with each portion drawn
            self._located[host] = urlsplit(self._job.edition.located(f"https://{host}/")).netloc
        return self._located[host]

    def of(self, task: Task, source: str) -> str:
        """Who is asked for a task's page, of a source."""
        return self.named(source, urlsplit(task.url).netloc)

    def leave_alone(self, server: str, seconds: float) -> None:
        """A server asked to be left alone for so long."""
        until = time.monotonic() + seconds
        self._paused[server] = max(until, self._paused.get(server, until))

    def paused(self) -> set[str]:
        """Those that are to be left alone now."""
        now = time.monotonic()
        self._paused = {server: until for server, until in self._paused.items() if until > now}
        return set(self._paused)

    def close(self, server: str, why: str) -> None:
        """A host of the site will not be asked again in this run."""
        if server not in self.closed:
            self.closed.add(server)
            log.error("%s: not asked again in this run: %s", server, why)
            names = ", ".join(sorted(self.closed))
            self._problems.append(f"The site could not be reached: {names} ({why})")

    def mark_unreachable(self, server: str, reason: Reason, why: str) -> None:
        """A server does not answer: its pages are asked of the other sources."""
        if server not in self.down:
            self.down[server] = reason
            log.error("%s: not asked again in this run: %s", server, why)
            self._problems.append(f"Not reached: {', '.join(sorted(self.down))} ({why})")

    def no_answer(self, source: str, why: str) -> None:
        """An archive gave something else than it was asked for; many times over, it is down."""
        self._unanswered[source] += 1
        if self._unanswered[source] >= MOST_UNANSWERED:
            self.mark_unreachable(source, Reason.SERVER_ERROR, why)

    def answers_again(self, source: str) -> None:
        """An archive gave what it was asked for."""
        self._unanswered[source] = 0

    def answered(self, visit: Visit) -> None:
        """Look at what the site said; where nearly all is odd, its host is left for this run.

        What has disappeared is no loss where archives are asked next: that is what they are for.
        Pages that are gone at their first address come at their second one after the other: that
        they are gone there too says nothing of the host.
        """
        task, reason = visit.task, visit.outcome.reason
        passed_on = reason in DISAPPEARED and self._job.sources[-1] != visit.source
        again = reason in PROVISIONAL and any(said in PROVISIONAL for _, said in task.tried)
        if named(visit.source).doubted and reason is not None and not passed_on and not again:
            server = self.of(task, visit.source)
            why = self._odd_hour.judge(server, reason, task.doubted)
            if why is not None and server not in self.closed:
                self.closed.add(server)
                self._problems.append(f"An odd hour of {server}: {why}")
                log.error("%s; not asked again in this run", self._problems[-1])
