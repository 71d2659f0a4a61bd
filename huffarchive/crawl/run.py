"""One run: the archive, the queue and the readers of a crawl, and how it ends."""

import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage
from scrapy.settings import BaseSettings

from huffarchive import __version__
from huffarchive.archive.archive import Archive, Limits
from huffarchive.archive.files import ArchiveCorruptError, LockedError, StorageError
from huffarchive.archive.run_report import Report, write_report
from huffarchive.crawl.arguments import CrawlArguments, places_of, sources_of
from huffarchive.crawl.queue import RequestQueue
from huffarchive.crawl.seeds import UrlList, enqueue, read_files
from huffarchive.crawl.servers import Servers
from huffarchive.exits import Exit
from huffarchive.ledger.schema import LedgerError
from huffarchive.outcome import State
from huffarchive.politeness.limits import user_agent
from huffarchive.urls import PageKey
from huffarchive.workers.job import ReadersFailedError
from huffarchive.workers.pool import ReaderPool


class Memory(MemoryUsage):
    """Scrapy's extension (MEMUSAGE_LIMIT_MB), over what the process holds now.

    Scrapy's own counts the peak that the kernel notes, which a process inherits from the one that
    started it: a run that a large process starts would end at once.
    """

    def get_virtual_size(self) -> int:
        """The resident memory in bytes; where the kernel does not tell it, Scrapy's figure."""
        try:
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        except OSError:
            return super().get_virtual_size()
        return pages * os.sysconf("SC_PAGE_SIZE")


log = logging.getLogger(__name__)


class NotBegunError(Exception):
    """A run that could not begin; it has changed nothing on disk."""

    def __init__(self, status: Exit, problem: str) -> None:
        super().__init__(problem)
        self.status = status


class Run:
    """What a crawl stores into, from its beginning to its end, and how it ended.

    Making one opens the archive; NotBegunError when that fails. `begin` wants the first pages;
    `stop` ends the run early; `close` is safe at any moment, more than once, and commits whatever
    can still be committed.
    """

    def __init__(
        self, job: CrawlArguments, settings: BaseSettings, end: Callable[[str], None]
    ) -> None:
        self.job, self._settings, self._end = job, settings, end
        self.command: str | None = settings.get("HUFFARCHIVE_COMMAND")
        self._listing = UrlList(job)
        if job.urls is not None and self._listing.empty:
            why = f"-a urls={job.urls}: it names no page of {job.edition.name}; give one URL a line"
            raise NotBegunError(Exit.USAGE, why)
        self.problems: list[str] = []
        """For the user, a line each: why the run ended early or missed something."""
        self.status: Exit | None = None
        """Why it ends early; from its end on, how it ended."""
        self.report: Report | None = None
        self.over = self._begun = False
        self.faults = 0
        """Callbacks that raised, and readings."""
        self.unread_files = 0
        """Files of others that could not be read to their end."""
        self.unread: Counter[str] = Counter()
        """Captured pages that a fault of ours left unread, by source, at the run's end."""
        self.limited = False
        """Whether `-a limit=` alone ended it."""
        self.asked = 0
        """Visits in this run."""
        self.provisional: tuple[int, str | None] = (0, None)
        """Pages whose state waits for a second run, and from when on, at the run's end."""
        self._started = time.monotonic()
        self.sources = sources_of(settings, job)
        self.servers = Servers(job, self.problems)
        self.places = places_of(settings, job.archive_name)
        self.archive = self._opened()
        self.named = (_named(self.archive), Counter[str]())
        """Articles by who named them, at the run's beginning and at its end."""
        try:
            self.pool = ReaderPool(
                settings.getint("HUFFARCHIVE_WORKERS"),
                settings.getfloat("HUFFARCHIVE_READ_SECONDS"),
                settings.getint("HUFFARCHIVE_READ_MEMORY"),
                wanted=self._wanted,
            )
        except ReadersFailedError as error:
            self.archive.close(Exit.NOT_STORED, str(error))
            raise NotBegunError(Exit.NOT_STORED, str(error)) from error
        self.frontier = RequestQueue(
            self.archive,
            job.limit,
            self.servers.paused,
            self.servers.closed,
            self.servers.down,
            sources=job.sources,
            server=self.servers.named,
        )

    def _opened(self) -> Archive:
        settings, job = self._settings, self.job
        operator = settings.get("HUFFARCHIVE_OPERATOR")
        try:
            return Archive(
                self.places,
                job.edition,
                limits=Limits(settings.getint("HUFFARCHIVE_WARC_SIZE"), self._reserve),
                facts={
                    "operator": operator or "unknown",
                    "robots": "obeyed",
                    "isPartOf": job.edition.name,
                    "http-header-user-agent": user_agent(operator),
                },
            )
        except LockedError as error:
            raise NotBegunError(Exit.LOCKED, str(error)) from error
        except StorageError as error:
            raise NotBegunError(*_not_stored(error)) from error
        except (ArchiveCorruptError, LedgerError) as error:
            raise NotBegunError(Exit.NOT_STARTED, str(error)) from error

    def _wanted(self) -> int:
        return self.archive.ledger.counts.by_state(selected=True)[State.WANTED]

    @property
    def problem(self) -> str | None:
        """The last of `problems`."""
        return self.problems[-1] if self.problems else None

    @property
    def passed_over(self) -> int:
        """Lines of the URL list that name no page of the edition."""
        return self._listing.passed_over

    @property
    def _reserve(self) -> int:
        return self._settings.getint("HUFFARCHIVE_MIN_FREE")

    def begin(self) -> bool:
        """Want the first pages; False, and the run is closed, when that cannot be."""
        try:
            if self.command:
                self.archive.tell(command=self.command)
            if self.archive.short_of_space:
                self._fail(*_out_of_space(self._reserve))
            else:
                enqueue(self.archive, self.job, self.sources, self._listing)
        except StorageError as error:
            self._fail(*_not_stored(error))
        self._begun = self.status is None
        if not self._begun:
            self.close("not_started")
        return self._begun

    async def read_files(self) -> None:
        """Want the pages that the job's files name, and the pictures of earlier records."""
        named, problems = await read_files(self.archive, self.job, lambda: self.status is not None)
        self.unread_files += len(problems)
        self.problems += problems
        if self.job.files and not (named or self.job.discover) and self.status is None:
            first, *others = self.job.files
            files = f"{first} and {len(others)} other files" if others else f"{first}"
            self.stop(
                Exit.FAILURES if problems else Exit.USAGE,
                f"-a files={files}: none of {'their' if others else 'its'} captures is of a page "
                f"of {self.job.edition.name}, and nothing was settled; name files that hold some",
            )

    # --- under way

    def commit_if_due(self) -> None:
        """Commit when it is time; stop the run when the disk runs short."""
        if self.archive.due:
            self.archive.commit()
            if self.archive.short_of_space:
                self.stop(*_out_of_space(self._reserve))

    def storage_failed(self, error: StorageError) -> None:
        """Something could not be stored: stop at once."""
        self.stop(*_not_stored(error))

    def readers_failed(self, error: ReadersFailedError) -> None:
        """No page can be read: end the run, and settle none of them."""
        self.stop(Exit.NOT_STORED, str(error))

    def stop(self, status: Exit, problem: str) -> None:
        """End the run early."""
        if self.status is None:
            self._fail(status, problem)
            self.frontier.stop()
            self._end(status.name.lower())

    def _fail(self, status: Exit, problem: str) -> None:
        self.status = status
        self.problems.append(problem)
        if self._begun:
            log.error(problem)

    # --- ending

    def close(self, reason: str) -> None:
        """Commit, finish the files, judge the run, write its report."""
        if self.over:
            return
        self.over, archive = True, self.archive
        try:
            if archive.broken is None:
                archive.finish()
        except StorageError as error:
            self._fail(*_not_stored(error))
        if archive.broken is not None and self.status is None:
            self._fail(*_not_stored(archive.broken))
        if archive.broken is None:
            self.named = (self.named[0], _named(archive))
            counts = archive.ledger.counts.by_state(selected=True)
            self.unread = archive.ledger.not_read.by_source(selected=True)
            counts[State.FAILED] -= archive.ledger.counts.given_up(selected=True)
            self._settle_single(archive, ended=reason == "finished" and not counts[State.WANTED])
            status = self._judge(counts, reason)
            try:
                self.report = write_report(
                    archive,
                    status=status,
                    reason=reason,
                    problem=self.problem,
                    facts={
                        "huffarchive": __version__,
                        "python": sys.version.split()[0],
                        "asked": self.asked,
                        "addresses_passed_over": archive.ledger.pages.passed_over,
                        "seconds": round(time.monotonic() - self._started, 1),
                    },
                )
            except OSError as error:
                told = "the report could not be written: %s; mend that, then run the same command"
                log.error(told, error)  # noqa: TRY400 - one line
                status = Exit.NOT_STORED
            self.status = status
        try:
            status = Exit.NOT_STORED if self.status is None else self.status
            archive.close(status, self.problem or reason if status == Exit.NOT_STORED else reason)
        except StorageError as error:
            self._fail(*_not_stored(error))

    def _settle_single(self, archive: Archive, *, ended: bool) -> None:
        """Settle the pages that are gone singly; count those whose state is provisional."""
        provisional = archive.ledger.provisional
        try:
            with archive.changing():
                provisional.clear_isolated(archive.clock(), ended=ended)
        except StorageError as error:
            self._fail(*_not_stored(error))
            return
        if self.job.doubts:
            self.provisional = provisional.waiting(selected=True)

    def _judge(self, counts: dict[State, int], reason: str) -> Exit:
        if self.status is not None:
            return self.status
        if self.faults:
            self.problems.append("a page met a fault of huffarchive's: the log says which, and how")
            return Exit.NOT_STORED
        limited = self.frontier.at_limit and counts[State.WANTED] and not self.servers.closed
        if limited and (why := self.pool.repeated.failing):
            self.problems.append(str(ReadersFailedError(why)))
            return Exit.NOT_STORED
        if reason != "finished" or limited:
            self.limited = reason == "finished"
            return Exit.STOPPED
        missing = (
            self.unread_files
            or (self.unread and not self.job.discover)
            or (self.servers.down and self.job.discover)
        )
        if counts[State.FAILED] or counts[State.WANTED] or missing or self.provisional[0]:
            return Exit.FAILURES
        return Exit.DONE


def _not_stored(error: StorageError) -> tuple[Exit, str]:
    mend = "nothing that was committed is lost: mend it, then run the same command"
    return Exit.DISK_FULL if error.disk_full else Exit.NOT_STORED, f"{error}; {mend}"


def _out_of_space(reserve: int) -> tuple[Exit, str]:
    return Exit.DISK_FULL, (
        f"less than {reserve:,} bytes are free (HUFFARCHIVE_MIN_FREE); "
        "make room and run the same command again"
    )


def _named(archive: Archive) -> Counter[str]:
    """How many articles each discoverer names."""
    found: Counter[str] = Counter()
    for count in archive.ledger.tally.all():
        if PageKey(archive.edition.code, count.kind, "").is_article:
            for name in count.named_by:
                found[name] += count.pages
    return found
