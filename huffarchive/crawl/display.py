"""How far a run is: a bar on a terminal, a line a minute in the log, facts for `scrapy status`."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call
from tqdm import tqdm
from tqdm.contrib import DummyTqdmFile

from huffarchive.archive.files import StorageError
from huffarchive.archive.status import duration, moment, percent, size
from huffarchive.crawl.hooks import Hooks, log_as_json, of_archive
from huffarchive.outcome import State
from huffarchive.politeness.middleware import PolitenessMiddleware
from huffarchive.politeness.throttle import Throttle

if TYPE_CHECKING:
    from huffarchive.crawl.run import Run

log = logging.getLogger(__name__)

INTERVAL = 60.0
"""Seconds between two lines of the log."""
HEARTBEAT = 1.0
"""Seconds between two looks at whether a commit is due, and two states of the bar."""
TOLD = 5.0
"""Seconds between two accounts to whoever asks for the status."""
_COST = 20
"""So many times as long as counting took, nothing is counted again: a list may be a long one."""
_HOUR, _MINUTE, _MOMENT = 3600.0, 60.0, 3.0
_IN_VAIN = 10
"""So many pages as might have been settled tell a rate; where none was, no end is foretold."""
_TIDY = 8
"""Columns without which no bar is drawn beside the figures."""


class Pace:
    """How many pages a second are settled, over the last hour, and how many are to be expected.

    What is tried again and again settles nothing, and so makes nothing faster or slower.
    """

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def add(self, now: float, settled: int) -> None:
        """Note how many pages are settled now (seconds of any steady clock)."""
        self._samples.append((now, settled))
        while len(self._samples) > 2 and self._samples[1][0] <= now - _HOUR:
            self._samples.popleft()

    def rate(self, most: float | None) -> float | None:
        """Pages settled a second, at most what the hosts' delays allow; None before that tells."""
        (began, first), (now, last) = self._samples[0], self._samples[-1]
        if last <= first or now - began < max(_MOMENT, _IN_VAIN / most if most else 0):
            return None
        found = (last - first) / (now - began)
        return found if most is None else min(found, most)

    def expected(self, most: float | None) -> float | None:
        """Pages a second to come: as many as were, at first as the hosts' delays allow.

        None while nobody knows: also where the delays allowed ten pages and none was settled.
        """
        (began, first), (now, last) = self._samples[0], self._samples[-1]
        if most is not None and last == first and now - began >= max(_MINUTE, _IN_VAIN / most):
            return None
        return self.rate(most) or most


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is."""

    counts: dict[State, int]
    left: int
    """Pages that this run may still ask for."""
    rate: float | None
    """Pages settled a second; None before that was measured."""
    seconds: float | None
    """Seconds that it will take."""
    size: int
    """Bytes of WARC."""
    paused: dict[str, datetime]
    """Hosts that are left alone, and until when."""

    @property
    def settled(self) -> int:
        """Pages that are not wanted any more."""
        return sum(n for state, n in self.counts.items() if state is not State.WANTED)


def fit(parts: list[tuple[int, str]], width: int) -> str:
    """What has room of a line: parts in their order, those of the highest numbers left out."""
    kept = list(parts)
    while len(kept) > 1 and len("  ".join(text for _, text in kept)) > width:
        kept.remove(max(kept, key=lambda part: part[0]))
    return "  ".join(text for _, text in kept)[:width]


def lines(standing: Standing, width: int, now: datetime) -> tuple[str, str]:
    """The bar's figures, and the line below it, each in so many columns."""
    counts, known = standing.counts, standing.settled + standing.left
    first = [
        (1, f"{standing.settled:,}/{known:,}"),
        (2, percent(standing.settled, known)),
        (4, f"{standing.rate:.2f}/s" if standing.rate is not None else ""),
        (3, f"{duration(standing.seconds)} left" if standing.seconds is not None else ""),
    ]
    second = [
        *((0, f"{host} paused until {moment(t, now)}") for host, t in standing.paused.items()),
        (3, f"{counts[State.CAPTURED]:,} captured"),
        (4, f"{counts[State.GONE]:,} gone"),
        (1, f"{counts[State.FAILED]:,} failed"),
        (5, f"{counts[State.REFUSED]:,} refused" if counts[State.REFUSED] else ""),
        (2, size(standing.size)),
    ]
    return (
        fit([part for part in first if part[1]], width),
        fit([part for part in second if part[1]], width),
    )


class _Line(tqdm):  # type: ignore[type-arg]
    """A line of the terminal that stays below what is logged."""

    monitor_interval = 0  # no thread of its own


class Bar:
    """The two lines; what is logged to the terminal meanwhile stands above them."""

    def __init__(self) -> None:
        tqdm.set_lock(threading.RLock())  # the default takes a semaphore of the system
        self._lines = [
            _Line(total=1, position=n, bar_format="{desc}", dynamic_ncols=True, leave=False)
            for n in range(2)
        ]
        self._moved = [
            handler
            for handler in logging.getLogger().handlers
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr
        ]
        for handler in self._moved:
            handler.setStream(DummyTqdmFile(sys.stderr))

    def show(self, standing: Standing, now: datetime) -> None:
        """Draw it anew."""
        first = self._lines[0]
        width = (first.format_dict["ncols"] or 80) - 1
        texts = lines(standing, width, now)
        room = width - len(texts[0]) - 1 >= _TIDY
        first.bar_format = "{desc} {bar}" if room else "{desc}"
        first.total, first.n = max(1, standing.settled + standing.left), standing.settled
        for line, text in zip(self._lines, texts, strict=True):
            line.set_description_str(text)

    def close(self) -> None:
        """Give the terminal back."""
        for line in reversed(self._lines):
            line.close()
        for handler in self._moved:
            handler.setStream(sys.stderr)


class Progress:
    """Shows how far the run is, and commits what no new page would commit."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._beat = create_looping_call(self._tick)
        self._pace = Pace()
        self._bar: Bar | None = None
        self._next_line = self._next_count = self._next_told = 0.0
        self._before: dict[int, Any] = {}
        self._json: logging.Handler | None = None
        self.hooks: Hooks | None = None
        """Who else is told of the run; None where it did not begin."""
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it."""
        return cls(crawler)

    @property
    def _run(self) -> "Run":
        run: Run = self._crawler.spider.run  # type: ignore[union-attr]
        return run

    @property
    def _throttle(self) -> Throttle:
        gate = self._crawler.get_downloader_middleware(PolitenessMiddleware)
        assert gate is not None
        return gate.throttle

    def _opened(self, spider: Any) -> None:
        if spider.refused is not None:
            return
        name, settings = spider.job.archive_name, self._crawler.settings
        self._json = log_as_json(settings, name)
        self.hooks = Hooks(settings, name)
        self.hooks.began()
        self._loop = asyncio.get_running_loop()
        self._next_line = time.monotonic() + INTERVAL
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._bar = Bar()
        # Scrapy sets its handlers when the reactor starts, which may be after this.
        self._loop.call_soon(self._listen)
        self._beat.start(HEARTBEAT, now=True)

    def close(self) -> None:
        """Give back the terminal, the log and the signals; stopped at once a run has not."""
        if self._beat.running:
            self._beat.stop()
        if self._bar is not None:
            self._bar.close()
        if self._json is not None:
            logging.getLogger().removeHandler(self._json)
            self._json.close()
        for number, before in self._before.items():
            if signal.getsignal(number) in (self._heard, self._heard_again):
                signal.signal(number, before)

    # --- signals

    def _listen(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                before = signal.getsignal(number)
                if callable(before) and before is not signal.default_int_handler:
                    self._before[number] = before
                    signal.signal(number, self._heard)

    def _heard(self, number: int, frame: Any) -> None:
        self._pass_on(number, frame, self._acknowledge)
        for each in self._before:  # what takes the next one, and ends the run at once
            then = signal.getsignal(each)
            if callable(then) and then != self._heard:
                self._before[each] = then
                signal.signal(each, self._heard_again)

    def _heard_again(self, number: int, frame: Any) -> None:
        self._pass_on(number, frame, self._acknowledge_again)

    def _pass_on(self, number: int, frame: Any, say: Callable[[str], None]) -> None:
        self._loop.call_soon_threadsafe(say, signal.Signals(number).name)
        handler = self._before.get(number) or self._before[signal.SIGTERM]  # which SIGHUP is too
        handler(number, frame)

    def _acknowledge(self, name: str) -> None:
        pages = self._under_way or "what is stored"
        log.warning("%s: finishing %s; again to stop now", name, pages)

    def _acknowledge_again(self, name: str) -> None:
        pages = self._under_way
        log.warning(
            "%s again: stopping now%s",
            name,
            f"; the next run asks for {pages} again" if pages else "",
        )

    @property
    def _under_way(self) -> str:
        count = self._throttle.all_under_way
        return "" if not count else "1 page" if count == 1 else f"{count} pages"

    # --- the beat

    def _tick(self) -> None:
        run = self._run
        if run.over:
            return
        if run.archive.broken is not None:
            run.storage_failed(run.archive.broken)
            return
        try:
            run.commit_if_due()
        except StorageError as error:
            run.storage_failed(error)
            return
        now = time.monotonic()
        if now >= self._next_count:
            standing = self.standing(now)
            self._next_count = now + _COST * (time.monotonic() - now)
            self._show(standing, now)

    def standing(self, now: float) -> Standing:
        """How far the run is."""
        run, hosts = self._run, self._throttle.hosts()
        ledger = run.archive.ledger
        counts = ledger.counts.by_state(selected=True)
        left = counts[State.WANTED]
        if (limit := run.frontier.room) is not None:
            left = min(left, limit)
        self._pace.add(now, sum(counts.values()) - counts[State.WANTED])
        allowed = [1 / delay for delay, _ in hosts.values() if delay]
        most = sum(allowed) if allowed and len(allowed) == len(hosts) else None
        expected = self._pace.expected(most)
        pauses = {host: seconds for host, (_, seconds) in hosts.items() if seconds}
        waits = min(pauses.values()) if len(pauses) == len(hosts) > 0 else 0.0
        at = run.archive.clock()
        return Standing(
            counts,
            left,
            self._pace.rate(most),
            max(waits, run.frontier.wait) + left / expected if expected else None,
            sum(row.warc_length for row in ledger.files.all()),
            {host: datetime.fromtimestamp(at + s, UTC) for host, s in sorted(pauses.items())},
        )

    def _show(self, standing: Standing, now: float) -> None:
        archive = self._run.archive
        at = datetime.fromtimestamp(archive.clock(), UTC)
        if self._bar is not None:
            self._bar.show(standing, at)
        if now >= self._next_told:
            self._next_told = now + TOLD
            ends = None if standing.seconds is None else at + timedelta(seconds=standing.seconds)
            archive.tell(
                rate=None if standing.rate is None else round(standing.rate, 4),
                eta=None if ends is None else ends.isoformat(timespec="seconds"),
                paused={h: t.isoformat(timespec="seconds") for h, t in standing.paused.items()},
            )
            self._tell(standing, at)
        if now >= self._next_line:
            self._next_line = now + INTERVAL
            counts, seconds = standing.counts, standing.seconds
            log.info(
                "%d captured, %d gone, %d refused, %d failed; %d left%s: %s",
                counts[State.CAPTURED],
                counts[State.GONE],
                counts[State.REFUSED],
                counts[State.FAILED],
                standing.left,
                "" if standing.rate is None else f" at {standing.rate:.2f} a second",
                "no rate yet" if seconds is None else timedelta(seconds=int(seconds)),
            )

    def _tell(self, standing: Standing, at: datetime) -> None:
        assert self.hooks is not None
        counts = self._run.archive.ledger.counts
        of_run = {
            "left": standing.left,
            "rate": standing.rate,
            "seconds_left": standing.seconds,
            "paused_hosts": len(standing.paused),
        }
        figures = of_archive(counts.by_state(), counts.given_up(), standing.size) | of_run
        self.hooks.under_way("  ".join(lines(standing, 200, at)), figures)
