"""The net below the chain: a page that falls out of it still ends in a state."""

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from huffarchive.archive import StorageError, Visit
from huffarchive.capture.recording import let_go, recorded
from huffarchive.outcome import Reason
from huffarchive.spiders.run import Run
from huffarchive.verdict import MAX_TRIES, of_fault

TASK = "huffarchive_task"
"""Request meta: the task that the request is for."""


class Net:
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
        if request is None or (task := request.meta.get(TASK)) is None:
            return
        self._store(Visit(task, recorded(request), of_fault(Reason.ERROR, MAX_TRIES)))
        let_go(request)

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
            let_go(request)  # now, not when the garbage is collected: an answer may be large

    def _store(self, visit: Visit) -> None:
        archive, task = self._run.archive, visit.task
        if archive is None or not self._run.frontier.is_under_way(task):
            return  # it was settled: the drop was our own way of saying that there is no item
        self._run.faults += 1
        try:
            archive.settle(archive.captured(task) or archive.capture(visit))
        except StorageError as error:
            self._run.storage_failed(error)
        finally:
            self._run.frontier.done(task)
