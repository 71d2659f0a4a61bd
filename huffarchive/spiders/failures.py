"""Requests that gave no whole answer: what that means for the page, and for its host."""

import logging
from dataclasses import replace
from urllib.parse import urlsplit

from twisted.python.failure import Failure

from huffarchive.archive import Visit
from huffarchive.archive.fate import other_address
from huffarchive.capture import faults
from huffarchive.outcome import Reason, State
from huffarchive.politeness import Refused
from huffarchive.sources.services import OWN
from huffarchive.spiders.run import Run
from huffarchive.urls import Address, identify
from huffarchive.verdict import MAX_TRIES, Verdict, of_fault

log = logging.getLogger(__name__)


class Failures:
    """Judges visits whose request was refused, stopped, or failed on its way."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.job = run.job

    def judge(self, visit: Visit, failure: Failure) -> Visit:
        """The visit with its verdict."""
        task, error = visit.task, failure.value
        if isinstance(error, Refused):
            if error.lasting:
                verdict = of_fault(error.reason, MAX_TRIES, error.detail)
                return replace(visit, verdict=verdict)
            return replace(visit, verdict=self._down(visit, error), counted=False, memento=None)
        reason = faults.reason(failure, visit.exchanges)
        if reason is Reason.ERROR:
            log.error("%s: %r", task.key, error, exc_info=error)
            self.run.faults += 1
        detail = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return replace(visit, verdict=of_fault(reason, task.tries + 1, detail))

    def _down(self, visit: Visit, error: Refused) -> Verdict:
        """Where to ask for a page whose host is down: another source, another host, or later."""
        task, why = visit.task, error.detail or str(error.reason)
        own = visit.source in OWN
        if own and error.again is not None:
            self.run.leave_alone(self.run.server_of(task, visit.source), error.again)
            return Verdict(State.WANTED, None, error.again, detail=error.detail)
        if not own or any(s not in OWN for s in self.job.sources):
            source = task.source if visit.source == "index" else visit.source
            self.run.is_down(self.run.server_of(task, source), error.reason, why)
            return Verdict(State.FAILED, error.reason, detail=error.detail)
        self.run.close_server(self.run.server_of(task, visit.source), why)
        edition = self.job.edition
        other = other_address(task, edition)
        where = identify(other, edition) if other is not None else None
        if isinstance(where, Address) and (
            self.run.server(visit.source, urlsplit(where.url).netloc) not in self.run.closed
        ):
            return Verdict(State.WANTED, None, address=where)
        return Verdict(State.WANTED, None, detail=error.detail)
