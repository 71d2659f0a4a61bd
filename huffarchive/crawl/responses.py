"""What each response means: by status, by index, by reading; and which source is asked next."""

import logging
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from huffarchive.archive.store_visit import Copied, Visit
from huffarchive.crawl.seeds import enqueue_links
from huffarchive.editions.edition import Edition
from huffarchive.extract.extract import captured_as, unarticled
from huffarchive.http import Message, MessageError
from huffarchive.ledger.rows import Task
from huffarchive.outcome import (
    MAX_TRIES,
    REDIRECTS,
    AnswerOutcome,
    Reason,
    State,
    outcome_of_error,
    outcome_of_status,
    own_name,
    passing,
)
from huffarchive.reading import PageType, Reading
from huffarchive.sources import QUERIES, SOURCES, named, of_query
from huffarchive.sources.memento import (
    MOVED,
    NO_END,
    TRUNCATED,
    UNDECIDED,
    UNKNOWN_LAYOUT,
    UNREADABLE,
    Memento,
    choice,
    ranked,
)
from huffarchive.sources.source import Form, Found, IndexFormatError
from huffarchive.sources.warc_files import sound_member
from huffarchive.urls import Address, identify
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.playback import is_archived, original, playback, played_at
from huffarchive.warc.reader import Capture, WarcError, member
from huffarchive.warc.record import sha1
from huffarchive.warc.stream import MAGIC
from huffarchive.workers.job import Job, Unread

if TYPE_CHECKING:
    from huffarchive.crawl.run import Run

log = logging.getLogger(__name__)

_GONE_THERE = {Reason.NOT_FOUND, Reason.DELETED, Reason.SOFT_404, Reason.MOVED_AWAY}
_SHA1 = re.compile(r"sha1:[A-Z2-7]{32}")


@dataclass(frozen=True, slots=True)
class CaptureTarget:
    """What a request asks for: of which source, for which of its captures."""

    source: str
    """live, sample, wayback, commoncrawl, warc; index for a page of an archive's index."""
    memento: Memento | None = None
    choice: str | None = None
    others: bool = False
    """Whether there are other captures that were not asked for yet."""


MAX_PLAYBACKS = 5
"""Captures of a page that an archive may lead on from."""
OTHER_PAGE = "a record of another page"
"""Why a member is none of the page that it was asked for."""


class ResponseHandler:
    """Completes a visit whose answer is whole with what was read and with its verdict."""

    def __init__(self, edition: Edition, run: "Run") -> None:
        self._edition, self._run = edition, run

    async def judge(self, visit: Visit, ask: CaptureTarget) -> Visit:
        """The visit with its verdict; a broken answer is a verdict too, never an exception."""
        try:
            match named(ask.source).form:
                case Form.PAGE:
                    return await self._live(visit)
                case Form.INDEX:
                    return self._index(visit)
                case Form.PLAYBACK:
                    return await self._playback(visit)
                case Form.MEMBER:
                    return await self._member(visit)
        except MessageError as error:
            if visit.memento is not None:
                mark = TRUNCATED if error.fault == "cut" else None
                return _passed_over(visit, Reason(error.fault), str(error), mark)
            tries = visit.task.tries + 1
            return replace(visit, outcome=outcome_of_error(Reason(error.fault), tries, str(error)))

    async def _live(self, visit: Visit) -> Visit:
        if (outcome := self._before_reading(visit)) is not None:
            return replace(visit, outcome=outcome)
        last = visit.exchanges[-1]
        return await self._read(
            visit, Job(last.url, last.began, last.response, self._edition.code, self._edition.site)
        )

    def _before_reading(self, visit: Visit) -> AnswerOutcome | None:
        """The verdict that needs no reading."""
        task, response = visit.task, visit.exchanges[-1].response
        url = visit.exchanges[-1].url
        if task.previous is not None and _unchanged(Message.parse(response), task, url):
            return AnswerOutcome(State.CAPTURED, task.previous.reason)
        return self._by_status(Message.head(response), task)

    def _by_status(self, message: Message, task: Task) -> AnswerOutcome | None:
        outcome = outcome_of_status(
            message, task.key, task.url, self._edition, task.tries + 1, task.hops
        )
        if outcome is None or outcome.state is not State.WANTED or outcome.address is None:
            return outcome
        # No address is asked twice in a round: what one said then, it says now.
        said = dict(task.tried).get(outcome.address.url)
        if said == Reason.MOVED:
            return AnswerOutcome(State.FAILED, Reason.REDIRECT_LOOP, detail="in a circle")
        if said in _GONE_THERE:
            return AnswerOutcome(
                State.GONE, Reason(said), detail="redirect: to an address that is gone"
            )
        return outcome

    async def _read(self, visit: Visit, job: Job) -> Visit:
        reading = await self._run.pool.read(job)
        outcome = self._of_reading(visit.task, reading)
        if visit.memento is None and (own := _own_name(visit.task, reading, self._edition)):
            detail = f"to {own.key}, as the page says"
            outcome = AnswerOutcome(State.GONE, Reason.MOVED, address=own, detail=detail)
        if isinstance(reading, Reading) and not visit.follows:
            reading = replace(reading, links=())  # a list of URLs is crawled, and nothing else
        pictures: tuple[str, ...] = ()
        if self._run.job.images and isinstance(reading, Reading) and reading.text is not None:
            pictures = tuple(image.url for image in reading.text.images)
        read = replace(visit, outcome=outcome, reading=reading, pictures=pictures)
        return await enqueue_links(self._run.archive, read)

    def _of_reading(self, task: Task, reading: Reading | Unread) -> AnswerOutcome:
        if isinstance(reading, Unread):
            if reading.fault in Reason.__members__.values():
                return outcome_of_error(Reason(reading.fault), task.tries + 1, reading.detail)
            log.warning("%s: captured and not read: %s", task.key, reading.detail or reading.fault)
            self._run.faults += not reading.is_of_the_page
            if task.key.kind == "sitemap":  # nobody knows which pages it names
                return AnswerOutcome(State.FAILED, Reason.MALFORMED, detail=reading.detail)
            reason = Reason.UNREADABLE if task.key.is_article else Reason.NOT_AN_ARTICLE
            return AnswerOutcome(State.CAPTURED, reason, detail=reading.detail)
        if reading.page_type is PageType.ERROR:
            return AnswerOutcome(State.GONE, Reason.SOFT_404, detail="the page says so")
        if reading.cut:
            log.warning("%s: %s", task.key, reading.cut)
            reason = Reason(reading.cut.partition(":")[0])
            return outcome_of_error(reason, task.tries + 1, reading.cut)
        return AnswerOutcome(State.CAPTURED, captured_as(reading))

    # --- other archives

    def _index(self, visit: Visit) -> Visit:
        """A page of an index; what is none may be one the next time, as an error's page is."""
        task, tries = visit.task, visit.task.tries + 1
        try:
            return self._index_page(visit, Message.parse(visit.exchanges[-1].response))
        except IndexFormatError as error:
            outcome = passing(Reason.MALFORMED, tries, str(error))
        except MessageError as error:
            fault = passing if error.fault == "malformed" else outcome_of_error
            outcome = fault(Reason(error.fault), tries, str(error))
        log.info("%s: %s", task.url, outcome.detail)
        return replace(visit, outcome=outcome)

    def _index_page(self, visit: Visit, message: Message) -> Visit:
        task = visit.task
        source = self._run.sources[of_query(task.key) or ""]
        empty = message.status == 404 and task.key.kind in source.empty_kinds
        if message.status != 200 and not empty:
            if _is_of_a_page(message.status):  # an index has no page that is gone or moved
                raise IndexFormatError(f"HTTP {message.status} where an index was asked for")
            outcome = self._by_status(message, task) or AnswerOutcome(State.FAILED, Reason.ERROR)
            return replace(visit, outcome=outcome)
        found = source.read_index(message, task.key, task.url, self._edition)
        if found.passed_over:
            log.info("%s: %d rows of no page of ours", task.url, found.passed_over)
        outcome = AnswerOutcome(State.CAPTURED, Reason.NOT_AN_ARTICLE)
        return replace(visit, outcome=outcome, found=found)

    async def _playback(self, visit: Visit) -> Visit:
        last = visit.exchanges[-1]
        try:
            message = Message.parse(last.response)
        except MessageError as error:
            return self._unanswered(visit, str(error))
        if message.status in REDIRECTS:
            return self._led_on(visit, message)
        status, problem = message.status, self._no_capture(visit, message)
        # A service that is down may give links along; when it was so is of a capture alone.
        dated = message.header("memento-datetime") is not None
        if not _is_of_a_page(status) and (problem is not None or not dated):
            return replace(visit, outcome=self._of_the_service(message, visit.task))
        if problem is not None:
            return self._unanswered(visit, problem)
        self._run.servers.answers_again(visit.source)
        if status != 200:
            return _passed_over(visit, Reason.NO_CAPTURE, f"HTTP {status} was archived")
        played = playback(last.url, last.response)
        if played.truncated:
            return _passed_over(visit, Reason.NO_CAPTURE, TRUNCATED)
        job = Job(played.url, played.captured_at, played.response, self._edition.code)
        read = _judged(await self._read(visit, job), played.response)
        return replace(read, played=played) if read.outcome.state is State.CAPTURED else read

    def _unanswered(self, visit: Visit, why: str) -> Visit:
        """What says nothing of the capture: it is asked for again, as after a 503."""
        self._run.servers.no_answer(visit.source, why)
        return replace(
            visit, outcome=outcome_of_error(Reason.SERVER_ERROR, visit.task.tries + 1, why)
        )

    def _led_on(self, visit: Visit, message: Message) -> Visit:
        """A redirect of the archive: to another capture of the page, which is asked for next."""
        memento, task = visit.memento, visit.task
        assert memento is not None
        try:
            target = urljoin(visit.exchanges[-1].url, message.header("location") or "")
        except ValueError:
            target = ""
        found = self._run.sources[visit.source].played_back(target)
        where = identify(found[1], self._edition) if found is not None else None
        if found is None or not isinstance(where, Address) or where.key != task.key:
            if self._no_capture(visit, message) is None:
                detail = f"HTTP {message.status} was archived"
                return replace(
                    visit, outcome=AnswerOutcome(State.GONE, Reason.NO_CAPTURE, detail=detail)
                )
            detail = f"HTTP {message.status} to what is no capture of the page"
            self._run.servers.no_answer(visit.source, detail)
            outcome = AnswerOutcome(State.FAILED, Reason.UNEXPECTED_STATUS, detail=detail)
            return replace(visit, outcome=outcome)
        self._run.servers.answers_again(visit.source)
        timestamp, url = found
        known = self._run.archive.ledger.mementos.of(task.page, visit.source)
        there = {(m.timestamp, m.url): m.tried for m in known}
        hops = sum(m.tried == MOVED for m in known)
        if there.get((timestamp, url)) or (timestamp, url) == (memento.timestamp, memento.url):
            detail = "the archive leads round in a circle"
            outcome = AnswerOutcome(State.FAILED, Reason.REDIRECT_LOOP, detail=detail)
            return replace(visit, outcome=outcome)
        if hops >= MAX_PLAYBACKS:
            detail = f"the archive led on {hops} times"
            outcome = AnswerOutcome(State.FAILED, Reason.REDIRECT_LOOP, detail=detail)
            return replace(visit, outcome=outcome)
        led = replace(memento, timestamp=timestamp, url=url, digest="", tried="")
        outcome = AnswerOutcome(State.GONE, Reason.MOVED, detail=f"played back as {timestamp}")
        named = Found(mementos=((where, led),), source=visit.source)
        return replace(visit, outcome=outcome, found=named, set_aside=MOVED)

    async def _member(self, visit: Visit) -> Visit:
        message = Message.parse(visit.exchanges[-1].response)
        if message.status in (404, 410, 416):
            return self._unanswered(visit, f"HTTP {message.status} for what the index names")
        if message.status not in (200, 206):
            return replace(visit, outcome=self._of_the_service(message, visit.task))
        data, memento = message.entity, visit.memento
        assert memento is not None
        if not data.startswith(MAGIC):
            return self._unanswered(visit, "no member of a WARC file")
        try:
            data = sound_member(data, memento.file or "")
        except (ValueError, OSError) as error:
            if len(data) != memento.length:
                asked = f"{len(data)} bytes where {memento.length} were asked for"
                return self._unanswered(visit, asked)
            return _passed_over(visit, Reason.MALFORMED, str(error))
        read = await self.copied(visit, data, visit.exchanges[-1].url)
        if read.outcome.state is State.CAPTURED:
            self._run.servers.answers_again(visit.source)
        return read

    async def copied(self, visit: Visit, data: bytes, source: str) -> Visit:
        """Judge the gzip member of another archive's file; `source` is where it was had."""
        memento = visit.memento
        assert memento is not None
        try:
            stored = member(data, memento.file or "")
        except (WarcError, ValueError) as error:
            return _passed_over(visit, Reason.MALFORMED, str(error))
        capture = Capture(stored, Annotation(source=visit.source))
        problem = mismatch(capture, memento, visit.task, self._edition)
        if problem == OTHER_PAGE and not SOURCES[visit.source].on_disk:
            return self._unanswered(visit, problem)
        if problem is not None:
            mark = TRUNCATED if problem == TRUNCATED else None
            return _passed_over(visit, Reason.MALFORMED, mark or problem, mark)
        asked = (self._edition.code, self._edition.site)
        job = Job(capture.url, capture.captured_at, capture.readable, *asked)
        read = _judged(await self._read(visit, job), job.response)
        if read.outcome.state is not State.CAPTURED:
            return read
        file = source if SOURCES[visit.source].on_disk else memento.file
        origin = f"{file} {memento.offset} {memento.length}"
        return replace(read, member=Copied(stored.record, data, source, origin))

    def _of_the_service(self, message: Message, task: Task) -> AnswerOutcome:
        """What a status means of the service that gives it, not of a page."""
        status = message.status
        unexpected = AnswerOutcome(State.FAILED, Reason.UNEXPECTED_STATUS, detail=f"HTTP {status}")
        return unexpected if _is_of_a_page(status) else self._by_status(message, task) or unexpected

    def _no_capture(self, visit: Visit, message: Message) -> str | None:
        """Why an answer is none of the archive's captures of the page; None where it is one.

        One says that it is, when that can have been, and of which page where it names one.
        """
        asked = visit.exchanges[-1]
        moment = played_at(asked.url, message)
        possible = moment is not None and moment < asked.began + timedelta(days=1)
        if not possible or not is_archived(message):
            return f"HTTP {message.status} without the archive's mark of a capture"
        if (said := original(message)) is None:
            return None
        where = identify(said if "://" in said else f"http://{said}", self._edition)
        if isinstance(where, Address) and where.key == visit.task.key:
            return None
        return f"a capture of {where.key if isinstance(where, Address) else said[:100]}"


def _is_of_a_page(status: int) -> bool:
    """Whether a status speaks of a page; the others speak of the service that answers."""
    return status < 400 or status in (404, 410)


def _own_name(task: Task, reading: Reading | Unread, edition: Edition) -> Address | None:
    text = reading.text if isinstance(reading, Reading) else None
    return own_name(task.key, task.url, text.canonical_url, edition) if text is not None else None


def _passed_over(visit: Visit, reason: Reason, detail: str, mark: str | None = None) -> Visit:
    """A capture that is no page, and never will be."""
    mark = mark or (detail if detail == TRUNCATED else None)
    return replace(visit, outcome=AnswerOutcome(State.GONE, reason, detail=detail), set_aside=mark)


def _judged(visit: Visit, response: bytes) -> Visit:
    """Of several captures, one that is no article's page, or in doubt, is passed over."""
    outcome, memento = visit.outcome, visit.memento
    if outcome.state is not State.CAPTURED or memento is None:
        # What an archive keeps does not change: asking again would give the same.
        mark = TRUNCATED if outcome.reason in (Reason.CUT, None) else str(outcome.reason)
        gone = replace(outcome, state=State.GONE, reason=outcome.reason or Reason.CUT, retry_in=0)
        return replace(visit, outcome=gone, set_aside=mark)
    if visit.task.key.is_article and outcome.reason is Reason.NOT_AN_ARTICLE:
        return _passed_over(visit, Reason.NOT_AN_ARTICLE, "not an article's page")
    reading = visit.reading if visit.task.key.is_article else None
    if reading is not None and (kind := unarticled(reading, response)) is not None:
        return _passed_over(visit, Reason.MALFORMED, f"no article: {kind}", Reason.UNREADABLE)
    if visit.others and memento.tried == "" and (doubt := _doubt(visit, response)) is not None:
        return _passed_over(visit, Reason.NO_CAPTURE, f"another may be better: {doubt}", doubt)
    return visit


def _doubt(visit: Visit, response: bytes) -> str | None:
    """Why another capture of the article is looked at before this one is taken."""
    # An archive that unpacked a body that was cut short leaves no other trace of it.
    if b"</html" not in Message.parse(response).content[-4096:].lower():
        return NO_END
    text = visit.reading.text if isinstance(visit.reading, Reading) else None
    return UNKNOWN_LAYOUT if text is not None and text.layout == "generic" else None


def mismatch(capture: Capture, memento: Memento, task: Task, edition: Edition) -> str | None:
    """Why a member is not the capture that its index promised, or None if it is."""
    record = capture.answer.record
    where = identify(capture.url, edition)
    by_a_tool = SOURCES[memento.source].on_disk
    if record.type != "response" and (record.type != "resource" or not by_a_tool):
        return f"a {record.type} record where a response was promised"
    if not isinstance(where, Address) or where.key != task.key:
        return OTHER_PAGE
    if record.is_cut:
        return TRUNCATED
    if by_a_tool:
        return None  # what a tool states of a body that it decoded need not fit
    message = Message.parse(capture.response)
    stated = record.field("WARC-Payload-Digest") or ""
    computed = sha1(message.body)
    if memento.digest and f"sha1:{memento.digest}" not in (computed, stated):
        return "the digest is not the index's"
    if _SHA1.fullmatch(stated) and stated != computed and not message.chunked:
        return "the payload's digest is wrong"
    return None


def _unchanged(message: Message, task: Task, url: str) -> bool:
    """Whether an answer from `url` repeats the newest capture."""
    if message.status == 304:
        return task.validated_at(url) is not None
    assert task.previous is not None
    known = task.previous.payload_sha1
    return message.status == 200 and known is not None and sha1(message.entity) == known


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What to ask an archive for: the capture, and the request that gets it."""

    ask: CaptureTarget
    url: str
    """The address to ask; of a file on disk its path."""
    headers: dict[str, str]


class NextSource:
    """The other archives, as this run may ask them."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._unread: dict[str, AnswerOutcome | None] = {}

    def question(self, task: "Task", source: str) -> SourceRequest | AnswerOutcome:
        """The best capture left to ask for; a verdict where there is none."""
        known = self._run.archive.ledger.mementos.of(task.page, source)
        best = ranked(known)
        if not best:
            undecided = sorted(m.tried for m in known if m.tried in UNDECIDED)
            if undecided:
                return outcome_of_error(Reason(undecided[0]), MAX_TRIES, f"no answer from {source}")
            unreadable = sorted(m.tried for m in known if m.tried in UNREADABLE)
            if unreadable:
                reason = Reason(UNREADABLE[unreadable[0]])
                return outcome_of_error(reason, MAX_TRIES, f"no capture in {source} could be read")
            unread = self._unread_index(source)
            return unread or AnswerOutcome(
                State.GONE, Reason.NO_CAPTURE, detail=f"none in {source}"
            )
        memento = best[0]
        others = any(m.tried == "" for m in best[1:])
        ask = CaptureTarget(source, memento, choice(memento, known), others)
        return SourceRequest(ask, *self._run.sources[source].request(memento))

    def _unread_index(self, source: str) -> AnswerOutcome | None:
        """What it means that an index was not read to its end: nobody knows what it holds."""
        if source not in self._unread:
            base = next(iter(self._run.sources[source].bases), "")
            found = self._run.archive.ledger.frontier.unread_index(QUERIES.get(source, ()), base)
            why = f"the index of {source} could not be read"
            state = State.REFUSED if found and found[0] is State.REFUSED else State.FAILED
            self._unread[source] = AnswerOutcome(state, found[1], detail=why) if found else None
        return self._unread[source]
