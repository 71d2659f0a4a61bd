"""Pages that readers failed at, and those that were not read any more because of it."""

from types import SimpleNamespace
from typing import Any

from huffarchive.archive.store_visit import Visit
from huffarchive.crawl.spider import ArchiveSpider
from huffarchive.exits import Exit
from huffarchive.outcome import AnswerOutcome, State
from huffarchive.workers.job import ReadersFailedError, ReadLaterError


def test_what_failed_waits_behind_what_was_not_read() -> None:
    """Or a run that begins again would meet the same pages first, for ever."""
    run: Any = SimpleNamespace(status=None)
    run.readers_failed = lambda error: setattr(run, "status", Exit.NOT_STORED)
    spider: Any = SimpleNamespace(run=run)
    task: Any = SimpleNamespace(key="qc:n:1")
    visit = Visit(task, (), AnswerOutcome(State.WANTED, None))
    errors = [ReadLaterError("x"), ReadersFailedError("x"), ReadersFailedError("x")]
    visits = [ArchiveSpider._not_read(spider, visit, error) for error in errors]
    assert [one.outcome.retry_in for one in visits] == [1, 1, 0]
    assert not any(one.counted for one in visits)
    assert {one.outcome.state for one in visits} == {State.WANTED}
