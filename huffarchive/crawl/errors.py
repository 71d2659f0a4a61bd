"""Requests that gave no whole answer, and pages that Scrapy dropped: each still ends in a state."""

import logging
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from huffarchive.archive.files import StorageError
from huffarchive.archive.store_visit import Visit, other_address
from huffarchive.crawl.run import Run
from huffarchive.download import errors
from huffarchive.download.recording import exchanges_of, release
from huffarchive.outcome import MAX_TRIES, AnswerOutcome, Reason, State, outcome_of_error
from huffarchive.politeness.limits import Refused
from huffarchive.sources import INDEX, is_own
from huffarchive.urls import Address, identify

VISIT = "huffarchive_visit"
"""Request meta: the visit that it makes, without what is answered."""


class LostItems:
    """Settles pages that never reached the archive, because code of somebody else raised.

    A callback of a subclass that raises, or another pipeline that raises or drops a visit, costs
    one page: what crossed the wire is kept, the page has failed, the exit status is NOT_STORED.
    Without this the frontier would wait for the page for ever.
    """

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self._run = run
        crawler.signals.connect(self._raised, signals.spider_error)
        crawler.signals.connect(self._lost, signals.item_error)
        crawler.signals.connect(self._dropped, signals.item_dropped)
        crawler.signals.connect(self._ended, signals.item_scraped)

    def _raised(self, response: Any) -> None:
        request = getattr(response, "request", None)  # of a Response, or of an errback's Failure
        if request is None or (visit := request.meta.get(VISIT)) is None:
            return
        outcome = outcome_of_error(Reason.ERROR, MAX_TRIES)
        self._store(Visit(visit.task, exchanges_of(request), outcome))
        release(request)

    def _lost(self, item: Any, response: Any) -> None:
        if isinstance(item, Visit):
            self._store(item)
        self._ended(response)

    def _dropped(self, item: Any, response: Any, exception: BaseException) -> None:
        # It would hold the visit until the garbage is collected.
        exception.__traceback__ = None
        self._lost(item, response)

    def _ended(self, response: Any) -> None:
        request = getattr(response, "request", None)
        if request is not None:
            release(request)  # now, not when the garbage is collected: an answer may be large

    def _store(self, visit: Visit) -> None:
        archive, task = self._run.archive, visit.task
        if not self._run.frontier.is_under_way(task):
            return  # it was settled: the drop was our own way of saying that there is no item
        self._run.faults += 1
        try:
            archive.apply(archive.captured(task) or archive.capture(visit))
        except StorageError as error:
            self._run.storage_failed(error)
        finally:
            self._run.frontier.done(task)


log = logging.getLogger(__name__)


class ErrorHandler:
    """Judges visits whose request was refused, stopped, or failed on its way."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.job = run.job

    def judge(self, visit: Visit, failure: Failure) -> Visit:
        """The visit with its verdict."""
        task, error = visit.task, failure.value
        if isinstance(error, Refused):
            if error.lasting:
                outcome = outcome_of_error(error.reason, MAX_TRIES, error.detail)
                return replace(visit, outcome=outcome)
            return replace(visit, outcome=self._down(visit, error), counted=False, memento=None)
        reason = errors.reason(failure, visit.exchanges)
        if reason is Reason.ERROR:
            log.error("%s: %r", task.key, error, exc_info=error)
            self.run.faults += 1
        detail = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return replace(visit, outcome=outcome_of_error(reason, task.tries + 1, detail))

    def _down(self, visit: Visit, error: Refused) -> AnswerOutcome:
        """Where to ask for a page whose host is down: another source, another host, or later."""
        task, why, servers = visit.task, error.detail or str(error.reason), self.run.servers
        own = is_own(visit.source)
        if own and error.again is not None:
            servers.leave_alone(servers.of(task, visit.source), error.again)
            return AnswerOutcome(State.WANTED, None, error.again, detail=error.detail)
        if not own or not all(map(is_own, self.job.sources)):
            source = task.source if visit.source == INDEX.name else visit.source
            servers.mark_unreachable(servers.of(task, source), error.reason, why)
            return AnswerOutcome(State.FAILED, error.reason, detail=error.detail)
        servers.close(servers.of(task, visit.source), why)
        edition = self.job.edition
        other = other_address(task, edition)
        where = identify(other, edition) if other is not None else None
        if isinstance(where, Address) and (
            servers.named(visit.source, urlsplit(where.url).netloc) not in servers.closed
        ):
            return AnswerOutcome(State.WANTED, None, address=where)
        return AnswerOutcome(State.WANTED, None, detail=error.detail)
