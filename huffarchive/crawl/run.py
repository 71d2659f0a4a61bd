"""One run: the archive, the queue and the readers of a crawl, and how it ends."""

import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.extensions.memusage import MemoryUsage
from scrapy.settings import BaseSettings

from huffarchive import __version__
from huffarchive.archive.archive import Archive, Limits
from huffarchive.archive.files import ArchiveCorruptError, LockedError, StorageError
from huffarchive.archive.run_report import Report, write_report
from huffarchive.archive.store_visit import Visit
from huffarchive.crawl.arguments import CrawlArguments, places_of, services_of
from huffarchive.crawl.odd_hour import OddHour
from huffarchive.crawl.queue import RequestQueue
from huffarchive.crawl.seeds import UrlList, enqueue, read_files
from huffarchive.exits import Exit
from huffarchive.ledger.ledger import LedgerDamagedError
from huffarchive.ledger.rows import Task
from huffarchive.ledger.schema import NewerLedgerError, OlderLedgerError
from huffarchive.outcome import DISAPPEARED, Reason, State
from huffarchive.politeness.limits import user_agent
from huffarchive.sources.index import OWN, SITE
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

MOST_UNANSWERED = 20
"""Answers in a row that are none, after which an archive counts as down."""


class Run:
    """Opens what a crawl stores into, and closes it with an exit status.

    `open` fails with a status and one line in `problem`; `stop` ends the run early; `close` is
    safe at any moment, more than once, and commits whatever can still be committed.
    """

    def __init__(
        self, job: CrawlArguments, settings: BaseSettings, end: Callable[[str], None]
    ) -> None:
        self.job = job
        self._settings = settings
        self._end = end
        self.archive: Archive | None = None
        self.report: Report | None = None
        self.status: Exit | None = None
        self.problem: str | None = None
        """One line for the user: why it could not begin, or why it ended early."""
        self.faults = 0
        """Callbacks that raised."""
        self.named: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        """Articles by who named them, at the run's beginning and at its end."""
        self.unread_files = 0
        """Files of others that could not be read to their end."""
        self.unread: Counter[str] = Counter()
        """Captured pages that a fault of ours left unread, by source, at the run's end."""
        self.passed_over = 0
        """Lines of the URL list that name no page of the edition."""
        self.asked = 0
        """Visits in this run."""
        self.began = time.monotonic()
        self.services = services_of(settings, job)
        self.down: dict[str, Reason] = {}
        """Servers that do not answer, and will not be asked again in this run."""
        self._unanswered: Counter[str] = Counter()
        """Answers of an archive in a row that are none."""
        self._paused: dict[str, float] = {}
        self.closed: set[str] = set()
        self.provisional: tuple[int, str | None] = (0, None)
        """Pages whose state waits for a second run, and from when on, at the run's end."""
        self.odd_hour = OddHour()
        self._stopped_as: Exit | None = None

    # --- beginning

    def open(self) -> bool:
        """Open the archive, want the first pages, start the readers; False when that failed."""
        try:
            self._open()
        except LockedError as error:
            self._refuse(Exit.LOCKED, str(error))
        except (
            ArchiveCorruptError,
            LedgerDamagedError,
            NewerLedgerError,
            OlderLedgerError,
        ) as error:
            self._refuse(Exit.NOT_STARTED, str(error))
        except ReadersFailedError as error:
            self._refuse(Exit.NOT_STORED, str(error))
            self.close("readers")
        except StorageError as error:
            self._not_stored(error)
        return self.status is None

    def _open(self) -> None:
        settings, job = self._settings, self.job
        listing = UrlList(job)
        if job.urls is not None and listing.empty:
            why = f"-a urls={job.urls}: it names no page of {job.edition.name}; give one URL a line"
            self._refuse(Exit.USAGE, why)
            return  # with nothing on disk made or changed
        self.places = places_of(settings, job.archive_name)
        self.archive = Archive(
            self.places,
            job.edition,
            limits=Limits(
                settings.getint("HUFFARCHIVE_WARC_SIZE"), settings.getint("HUFFARCHIVE_MIN_FREE")
            ),
            facts={
                "operator": settings.get("HUFFARCHIVE_OPERATOR") or "unknown",
                "robots": "obeyed",
                "isPartOf": job.edition.name,
                "http-header-user-agent": user_agent(settings.get("HUFFARCHIVE_OPERATOR")),
            },
        )
        if command := settings.get("HUFFARCHIVE_COMMAND"):
            self.archive.tell(command=command)
        if self.archive.short_of_space:
            self._out_of_space()
            self.close("disk")
            return
        self.named = (_named(self.archive), Counter())
        enqueue(self.archive, job, self.services, listing)
        self.passed_over = listing.passed_over
        self.pool = ReaderPool(
            settings.getint("HUFFARCHIVE_WORKERS"),
            settings.getfloat("HUFFARCHIVE_READ_SECONDS"),
            settings.getint("HUFFARCHIVE_READ_MEMORY"),
        )
        self.frontier = RequestQueue(
            self.archive,
            job.limit,
            self._paused_servers,
            self.closed,
            sources=job.sources,
            server=self.server,
            indexes_only=job.discover,
        )

    async def read_files(self) -> None:
        """Want the pages that the job's files name, and the pictures of earlier records."""
        assert self.archive is not None
        problems = await read_files(self.archive, self.job, lambda: self._stopped_as is not None)
        self.unread_files += len(problems)
        self.problem = problems[-1] if problems else self.problem

    def _refuse(self, status: Exit, problem: str) -> None:
        self.status, self.problem = status, problem
        if hasattr(self, "frontier"):
            log.error(problem)

    # --- under way

    def server(self, source: str, host: str) -> str:
        """Who answers for a source: an archive as a whole, of the site the host that is asked."""
        if source != SITE and source not in OWN:
            return source
        return urlsplit(self.job.edition.located(f"https://{host}/")).netloc

    def server_of(self, task: Task, source: str) -> str:
        """Who is asked for a task's page, of a source."""
        return self.server(source, urlsplit(task.url).netloc)

    def leave_alone(self, server: str, seconds: float) -> None:
        """A server asked to be left alone for so long."""
        until = time.monotonic() + seconds
        self._paused[server] = max(until, self._paused.get(server, until))

    def close_server(self, server: str, why: str) -> None:
        """A host of the site will not be asked again in this run."""
        if server not in self.closed:
            self.closed.add(server)
            log.error("%s: not asked again in this run: %s", server, why)
            self.problem = (
                f"The site could not be reached: {', '.join(sorted(self.closed))} ({why})"
            )

    def answered(self, visit: Visit) -> None:
        """Look at what the site said; where nearly all is odd, its host is left for this run.

        What has disappeared is no loss where archives are asked next: that is what they are for.
        """
        passed_on = visit.outcome.reason in DISAPPEARED and self.job.sources[-1] != visit.source
        if visit.source == "live" and visit.outcome.reason is not None and not passed_on:
            server = self.server_of(visit.task, visit.source)
            why = self.odd_hour.judge(server, visit.outcome.reason, visit.task.doubted)
            if why is not None and server not in self.closed:
                self.closed.add(server)
                self.problem = f"An odd hour of {server}: {why}"
                log.error("%s; not asked again in this run", self.problem)

    def mark_unreachable(self, server: str, reason: Reason, why: str) -> None:
        """A server does not answer: its pages are asked of the other sources."""
        if server not in self.down:
            self.down[server] = reason
            log.error("%s: not asked again in this run: %s", server, why)
            self.problem = f"Not reached: {', '.join(sorted(self.down))} ({why})"

    def no_answer(self, source: str, why: str) -> None:
        """An archive gave something else than it was asked for; many times over, it is down."""
        self._unanswered[source] += 1
        if self._unanswered[source] >= MOST_UNANSWERED:
            self.mark_unreachable(source, Reason.SERVER_ERROR, why)

    def answers_again(self, source: str) -> None:
        """An archive gave what it was asked for."""
        self._unanswered[source] = 0

    def _paused_servers(self) -> set[str]:
        now = time.monotonic()
        self._paused = {server: until for server, until in self._paused.items() if until > now}
        return set(self._paused)

    def commit_if_due(self) -> None:
        """Commit when it is time; stop the run when the disk runs short."""
        assert self.archive is not None
        if self.archive.due:
            self.archive.commit()
            if self.archive.short_of_space:
                self._out_of_space()
                self.stop(Exit.DISK_FULL)

    def _out_of_space(self) -> None:
        reserve = self._settings.getint("HUFFARCHIVE_MIN_FREE")
        self._refuse(
            Exit.DISK_FULL,
            f"less than {reserve:,} bytes are free (HUFFARCHIVE_MIN_FREE); "
            "make room and run the same command again",
        )

    def storage_failed(self, error: StorageError) -> None:
        """Something could not be stored: stop at once."""
        if self.status is None:
            self.stop(self._not_stored(error))

    def _not_stored(self, error: StorageError) -> Exit:
        status = Exit.DISK_FULL if error.disk_full else Exit.NOT_STORED
        self._refuse(
            status,
            f"{error}; nothing that was committed is lost: mend it, then run the same command",
        )
        return status

    def readers_failed(self, error: ReadersFailedError) -> None:
        """No page can be read: end the run, and settle none of them."""
        if self._stopped_as is None:
            self._refuse(Exit.NOT_STORED, str(error))
            self.stop(Exit.NOT_STORED)

    def stop(self, status: Exit) -> None:
        """End the run early."""
        if self._stopped_as is None:
            self._stopped_as = status
            if hasattr(self, "frontier"):
                self.frontier.stop()
            self._end(status.name.lower())

    # --- ending

    def close(self, reason: str) -> None:
        """Commit, finish the files, judge the run, write its report."""
        archive, self.archive = self.archive, None
        if archive is None:
            return
        try:
            if archive.broken is None:
                archive.finish()
        except StorageError as error:
            self._not_stored(error)
        if archive.broken is not None and self.status is None:
            self._not_stored(archive.broken)
        if archive.broken is None:
            self.named = (self.named[0], _named(archive))
            counts = archive.ledger.counts.by_state(selected=True, indexes=self.job.discover)
            self.unread = archive.ledger.not_read.by_source(selected=True)
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
                        "seconds": round(time.monotonic() - self.began, 1),
                    },
                )
            except OSError as error:
                log.error("the report could not be written: %s", error)  # noqa: TRY400 - one line
                status = Exit.NOT_STORED
            self.status = status
        try:
            archive.close(Exit.NOT_STORED if self.status is None else self.status, reason)
        except StorageError as error:
            self._not_stored(error)

    def _settle_single(self, archive: Archive, *, ended: bool) -> None:
        """Settle the pages that are gone singly; count those whose state is provisional."""
        provisional = archive.ledger.provisional
        try:
            with archive.changing():
                provisional.clear_isolated(archive.clock(), ended=ended)
        except StorageError as error:
            self._not_stored(error)
            return
        if "live" in self.job.sources and not self.job.discover:
            self.provisional = provisional.waiting(selected=True)

    def _judge(self, counts: dict[State, int], reason: str) -> Exit:
        if self._stopped_as in (Exit.DISK_FULL, Exit.NOT_STORED):
            return self._stopped_as
        if self.status in (Exit.DISK_FULL, Exit.NOT_STORED, Exit.USAGE):
            return self.status
        if self.faults:
            return Exit.NOT_STORED
        if self._stopped_as is not None or reason not in ("finished", "disk"):
            return Exit.STOPPED
        if (
            getattr(self, "frontier", None) is not None
            and self.frontier.at_limit
            and counts[State.WANTED]
            and not self.closed
        ):
            return Exit.STOPPED
        missing = (
            self.unread_files
            or (self.unread and not self.job.discover)
            or (self.down and self.job.discover)
        )
        if counts[State.FAILED] or counts[State.WANTED] or missing or self.provisional[0]:
            return Exit.FAILURES
        return Exit.DONE

    async def close_readers(self) -> None:
        """End the reading processes."""
        if hasattr(self, "pool"):
            await self.pool.close()


def _named(archive: Archive) -> Counter[str]:
    """How many articles each discoverer names."""
    found: Counter[str] = Counter()
    for count in archive.ledger.tally.all():
        if PageKey(archive.edition.code, count.kind, "").is_article:
            for name in count.named_by:
                found[name] += count.pages
    return found
