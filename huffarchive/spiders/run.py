"""One run: the archive, the frontier and the readers of a crawl, and how it ends."""

import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from huffarchive import __version__
from huffarchive.archive import (
    Archive,
    ArchiveCorruptError,
    Limits,
    LockedError,
    Places,
    StorageError,
)
from huffarchive.archive.foreign import named
from huffarchive.archive.report import Report, write_report
from huffarchive.exits import Exit
from huffarchive.ledger import LedgerDamagedError, NewerLedgerError, Task
from huffarchive.outcome import Reason, State
from huffarchive.politeness import user_agent
from huffarchive.sources.services import Services
from huffarchive.spiders.frontier import Frontier
from huffarchive.spiders.job import Job
from huffarchive.urls import Address, PageKey
from huffarchive.warc.read import WarcError
from huffarchive.workers import ReaderPool

log = logging.getLogger(__name__)

PORTION = 500
"""Captures of a file of others that are noted at once."""
CLOSED_FOR = 600
"""Seconds for which a host that could not be reached is left alone."""


class Run:
    """Opens what a crawl stores into, and closes it with an exit status.

    `open` fails with a status and one line in `problem`; `stop` ends the run early; `close` is
    safe at any moment, more than once, and commits whatever can still be committed.
    """

    def __init__(self, job: Job, settings: BaseSettings, end: Callable[[str], None]) -> None:
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
        self.asked = 0
        """Visits in this run."""
        self.began = time.monotonic()
        self.services = services_of(settings, job)
        self.down: dict[str, Reason] = {}
        """Hosts and archives that do not answer, and will not be asked again in this run."""
        self._paused: dict[str, float] = {}
        self.closed_hosts: set[str] = set()
        self._stopped_as: Exit | None = None

    # --- beginning

    def open(self) -> bool:
        """Open the archive, want the first pages, start the readers; False when that failed."""
        try:
            self._open()
        except LockedError as error:
            self._refuse(Exit.LOCKED, str(error))
        except (ArchiveCorruptError, LedgerDamagedError, NewerLedgerError) as error:
            self._refuse(Exit.NOT_STARTED, str(error))
        except StorageError as error:
            self._not_stored(error)
        return self.status is None

    def _open(self) -> None:
        settings, job = self._settings, self.job
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
        if self.archive.short_of_space:
            self._out_of_space()
            self.close("disk")
            return
        self.named = (_named(self.archive), Counter())
        self._want(self.archive)
        self.pool = ReaderPool(
            settings.getint("HUFFARCHIVE_WORKERS"),
            settings.getfloat("HUFFARCHIVE_READ_SECONDS"),
            settings.getint("HUFFARCHIVE_READ_MEMORY"),
        )
        self.frontier = Frontier(
            self.archive,
            job.limit,
            self._paused_hosts,
            self.closed_hosts,
            indexes_first=job.asks_archives,
            indexes_only=job.discover,
        )

    def _want(self, archive: Archive) -> None:
        """Add what this run was asked for to what is wanted."""
        pages, again, job = archive.ledger.pages, archive.ledger.again, self.job
        with archive.changing():
            again.try_again([State.FAILED])
            again.try_addresses_again()
            again.try_again([State.REFUSED], ["rate_limited"])
            for source in job.sources:
                again.want_elsewhere(source)
            if job.urls is not None and job.discover:
                for address in self._listed():
                    pages.want([address.url], "urls")
            elif job.urls is not None:
                pages.select(self._listed(), "urls")
            elif job.listed_urls:
                pages.want(job.edition.known_urls(), "list")
            for source in job.sources:
                pages.want_queries(self.services.queries(source, job.edition))
            if job.recrawl is not None:
                own = not {"live", "sample"}.isdisjoint(job.sources)
                again.want_older(
                    time.time() - job.recrawl * 86400, pages=own, indexes=job.asks_archives
                )

    async def read_files(self) -> None:
        """Want the pages that the job's files name, a portion in each transaction.

        A file that was read to its end is not read again; one that was under way when a run
        ended is, and what it names is then known already.
        """
        assert self.archive is not None
        for path in self.job.files:
            try:
                if self.archive.ledger.readings.is_read(path):
                    log.info("%s: read already", path)
                else:
                    await self._read_file(path)
            except (WarcError, OSError) as error:
                log.error("%s", error)  # noqa: TRY400 - one line
                self.unread_files += 1
                self.problem = str(error)
            if self._stopped_as is not None:
                return

    async def _read_file(self, path: Path) -> None:
        assert self.archive is not None
        pages, found, others, end = self.archive.ledger.pages, 0, 0, False
        items = named(path, self.job.edition)
        while not end and self._stopped_as is None:
            portion = list(islice(items, PORTION))
            ours = [item for item in portion if item is not None]
            found, others = found + len(ours), others + len(portion) - len(ours)
            end = len(portion) < PORTION
            with self.archive.changing():
                pages.remember(((n.address, n.memento) for n in ours), "warc")
                if end:
                    self.archive.ledger.readings.read(path)
            await asyncio.sleep(0)
        log.info("%s: %d captures of pages, %d others", path, found, others)

    def _listed(self) -> Iterator[Address]:
        """The pages of the URL list; what is wrong with the others goes to the log."""
        wrong = 0
        for item in self.job.listed():
            if isinstance(item, str):
                wrong += 1
                if wrong <= 20:
                    log.warning(item)
                continue
            yield item
        if wrong:
            log.warning("%d lines of the URL list were passed over", wrong)

    def _refuse(self, status: Exit, problem: str) -> None:
        self.status, self.problem = status, problem
        if hasattr(self, "frontier"):
            log.error(problem)

    # --- under way

    def leave_alone(self, task: Task, seconds: float) -> None:
        """The page's host asked to be left alone for so long."""
        self._paused[urlsplit(task.url).netloc] = time.monotonic() + seconds

    def close_host(self, task: Task, why: str) -> None:
        """The page's host will not be asked again in this run."""
        host = urlsplit(task.url).netloc
        if host not in self.closed_hosts:
            self.closed_hosts.add(host)
            log.error("%s: not asked again in this run: %s", host, why)
            asked = {
                urlsplit(self.job.edition.located(f"https://{h}/")).netloc: None
                for h in self.closed_hosts
            }
            self.problem = f"The site could not be reached: {', '.join(sorted(asked))} ({why})"

    def is_down(self, name: str, reason: Reason, why: str) -> None:
        """A host or an archive does not answer: its pages are asked of the other sources."""
        if name not in self.down:
            self.down[name] = reason
            log.error("%s: not asked again in this run: %s", name, why)
            self.problem = f"Not reached: {', '.join(sorted(self.down))} ({why})"

    def _paused_hosts(self) -> set[str]:
        now = time.monotonic()
        self._paused = {host: until for host, until in self._paused.items() if until > now}
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

    def _judge(self, counts: dict[State, int], reason: str) -> Exit:
        if self._stopped_as in (Exit.DISK_FULL, Exit.NOT_STORED):
            return self._stopped_as
        if self.status is Exit.DISK_FULL:
            return self.status
        if self.faults:
            return Exit.NOT_STORED
        if self._stopped_as is not None or reason not in ("finished", "disk"):
            return Exit.STOPPED
        if (
            getattr(self, "frontier", None) is not None
            and self.frontier.at_limit
            and counts[State.WANTED]
        ):
            return Exit.STOPPED
        missing = self.unread_files or (self.job.discover and self.down)
        if counts[State.FAILED] or counts[State.WANTED] or missing:
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


def services_of(settings: BaseSettings, job: Job) -> Services:
    """The archives that are asked beside the site."""

    def base(name: str) -> str:
        return str(settings.get(f"HUFFARCHIVE_{name}_URL")).rstrip("/")

    return Services(
        base("WAYBACK"), base("COMMONCRAWL_INDEX"), base("COMMONCRAWL_DATA"), job.crawls
    )


def places_of(settings: BaseSettings, name: str) -> Places:
    """Where an archive's files are; relative folders are relative to the project."""
    warc, output = settings.get("HUFFARCHIVE_WARC_DIR"), settings.get("HUFFARCHIVE_OUTPUT_DIR")
    return Places(project_folder() / warc, project_folder() / output, name)


def project_folder() -> Path:
    """The folder of scrapy.cfg; the current one when there is none."""
    from scrapy.utils.conf import closest_scrapy_cfg

    found = closest_scrapy_cfg()
    return Path(found).parent if found else Path.cwd()
