"""From an answer to the visit's verdict: by status, by index, by reading."""

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from huffarchive.archive import Visit
from huffarchive.editions import Edition
from huffarchive.ledger import Task
from huffarchive.memento import Memento
from huffarchive.message import Message, MessageError
from huffarchive.outcome import Reason, State
from huffarchive.reading import PageType, Reading
from huffarchive.sources.index import IndexFormatError, read_index
from huffarchive.urls import Address, identify
from huffarchive.verdict import Verdict, of_fault, of_status
from huffarchive.warc.digest import sha1
from huffarchive.warc.note import Note
from huffarchive.warc.playback import playback
from huffarchive.warc.read import Capture, WarcError, member
from huffarchive.warc.repair import readable
from huffarchive.workers import Job, Unread

if TYPE_CHECKING:
    from huffarchive.spiders.run import Run

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request asks for: of which source, for which of its captures."""

    source: str
    """live, sample, wayback, commoncrawl; index for a page of an archive's index."""
    memento: Memento | None = None
    choice: str | None = None


class Judge:
    """Completes a visit whose answer is whole with what was read and with its verdict."""

    def __init__(self, edition: Edition, run: "Run") -> None:
        self._edition, self._run = edition, run

    async def judge(self, visit: Visit, ask: Ask) -> Visit:
        """The visit with its verdict; a broken answer is a verdict too, never an exception."""
        try:
            message = Message.parse(visit.exchanges[-1].response)
            if ask.source == "index":
                return self._index(visit, message)
            if ask.source == "wayback":
                return await self._playback(visit, message)
            if ask.source == "commoncrawl":
                return await self._member(visit, message)
            return await self._live(visit, message)
        except MessageError as error:
            tries = visit.task.tries + 1
            return replace(visit, verdict=of_fault(Reason(error.fault), tries, str(error)))

    async def _live(self, visit: Visit, message: Message) -> Visit:
        task = visit.task
        if task.previous is not None and _unchanged(message, task):
            reason = Reason.ARTICLE if task.previous.article else Reason.NOT_AN_ARTICLE
            return replace(visit, verdict=Verdict(State.CAPTURED, reason))
        verdict = self._by_status(message, task)
        if verdict is not None:
            return replace(visit, verdict=verdict)
        last = visit.exchanges[-1]
        return await self._read(
            visit, Job(last.url, last.began, last.response, self._edition.code, self._edition.site)
        )

    def _by_status(self, message: Message, task: Task) -> Verdict | None:
        return of_status(message, task.key, task.url, self._edition, task.tries + 1, task.hops)

    async def _read(self, visit: Visit, job: Job) -> Visit:
        reading = await self._run.pool.read(job)
        verdict = self._of_reading(visit.task, reading)
        if isinstance(reading, Reading) and self._run.job.urls is not None:
            reading = replace(reading, links=())  # a list of URLs is crawled, and nothing else
        return replace(visit, verdict=verdict, reading=reading)

    def _of_reading(self, task: Task, reading: Reading | Unread) -> Verdict:
        if isinstance(reading, Unread):
            if reading.fault in Reason.__members__.values():
                return of_fault(Reason(reading.fault), task.tries + 1, reading.detail)
            log.warning("%s: captured and not read: %s", task.key, reading.detail or reading.fault)
            reason = Reason.UNREADABLE if task.key.is_article else Reason.NOT_AN_ARTICLE
            return Verdict(State.CAPTURED, reason, detail=reading.detail)
        if reading.page_type is PageType.ARTICLE and reading.text is not None:
            return Verdict(State.CAPTURED, Reason.ARTICLE)
        if reading.page_type is PageType.ERROR:
            return Verdict(State.GONE, Reason.SOFT_404, detail="the page says so")
        return Verdict(State.CAPTURED, Reason.NOT_AN_ARTICLE)

    # --- other archives

    def _index(self, visit: Visit, message: Message) -> Visit:
        task = visit.task
        if message.status != 200 and not (
            message.status == 404 and task.key.kind == "ccindex-query"
        ):
            verdict = self._by_status(message, task) or Verdict(State.FAILED, Reason.ERROR)
            return replace(visit, verdict=verdict)
        try:
            found = read_index(message, task.key, task.url, self._edition, self._run.services)
        except IndexFormatError as error:
            verdict = of_fault(Reason.MALFORMED, task.tries + 1, str(error))
            return replace(visit, verdict=verdict)
        if found.passed_over:
            log.info("%s: %d rows of no page of ours", task.url, found.passed_over)
        verdict = Verdict(State.CAPTURED, Reason.NOT_AN_ARTICLE)
        return replace(visit, verdict=verdict, found=found)

    async def _playback(self, visit: Visit, message: Message) -> Visit:
        last = visit.exchanges[-1]
        if message.status != 200:
            return replace(visit, verdict=self._no_page(visit, message))
        played = playback(last.url, last.response)
        job = Job(played.url, played.captured_at, played.response, self._edition.code)
        read = await self._read(visit, job)
        return replace(read, verdict=_article_or_next(read.verdict), played=played)

    async def _member(self, visit: Visit, message: Message) -> Visit:
        if message.status not in (200, 206):
            return replace(visit, verdict=self._no_page(visit, message))
        memento = visit.memento
        assert memento is not None
        try:
            stored = member(message.entity, memento.file or "")
        except (WarcError, ValueError) as error:
            return replace(visit, verdict=of_fault(Reason.MALFORMED, 99, str(error)))
        capture = Capture(stored, Note(source="commoncrawl"))
        if (problem := _mismatch(capture, memento, visit.task, self._edition)) is not None:
            return replace(visit, verdict=of_fault(Reason.MALFORMED, 99, problem))
        job = Job(capture.url, capture.captured_at, readable(capture), self._edition.code)
        read = await self._read(visit, job)
        return replace(read, verdict=_article_or_next(read.verdict), member=stored)

    def _no_page(self, visit: Visit, message: Message) -> Verdict:
        """A service's answer that is no capture: asked again when it was a fault of the moment."""
        verdict = self._by_status(message, visit.task)
        if verdict is not None and verdict.retry_in:
            return verdict
        return Verdict(State.GONE, Reason.NO_CAPTURE, detail=f"HTTP {message.status}")


def _article_or_next(verdict: Verdict) -> Verdict:
    """Of several captures, one that is no article's page is no capture of it."""
    if verdict.reason in (Reason.ARTICLE, Reason.UNREADABLE) or verdict.retry_in:
        return verdict
    return Verdict(State.GONE, Reason.NO_CAPTURE, detail=verdict.detail or str(verdict.reason))


def _mismatch(capture: Capture, memento: Memento, task: Task, edition: Edition) -> str | None:
    """Why a member is not the capture that the index promised, or None if it is."""
    record = capture.answer.record
    where = identify(capture.url, edition)
    if record.type != "response":
        return f"a {record.type} record where a response was promised"
    if not isinstance(where, Address) or where.key != task.key:
        return "a record of another page"
    if memento.digest:
        message = Message.parse(capture.response)
        stated = record.field("WARC-Payload-Digest") or ""
        computed = sha1(message.body)
        if f"sha1:{memento.digest}" not in (computed, stated):
            return "the digest is not the index's"
        if stated.startswith("sha1:") and stated != computed and not message.chunked:
            return "the payload's digest is wrong"
    return None


def _unchanged(message: Message, task: Task) -> bool:
    if message.status == 304:
        return True
    assert task.previous is not None
    known = task.previous.payload_sha1
    return message.status == 200 and known is not None and sha1(message.entity) == known
