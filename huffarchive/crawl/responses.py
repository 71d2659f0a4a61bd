"""What each response means: by status, by index, by reading; and which source is asked next."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from huffarchive.archive.store_visit import Visit
from huffarchive.crawl.seeds import enqueue_links
from huffarchive.editions.edition import Edition
from huffarchive.extract.extract import captured_as, is_wordless, unarticled
from huffarchive.http import Message, MessageError
from huffarchive.ledger.rows import Task
from huffarchive.outcome import (
    MAX_TRIES,
    WORDLESS,
    AnswerOutcome,
    Reason,
    State,
    outcome_of_error,
    own_name,
    passing,
)
from huffarchive.reading import PageType, Reading
from huffarchive.sources import INDEX, QUERIES, is_own, of_query
from huffarchive.sources.answer import (
    Answer,
    Archived,
    Asked,
    LedOn,
    NoAnswer,
    PassedOver,
)
from huffarchive.sources.memento import (
    ARCHIVED_ERROR,
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
from huffarchive.sources.source import Found, Source
from huffarchive.urls import Address
from huffarchive.warc.record import sha1
from huffarchive.workers.job import Job, Unread

if TYPE_CHECKING:
    from huffarchive.crawl.run import Run

log = logging.getLogger(__name__)

_GONE_THERE = {Reason.NOT_FOUND, Reason.DELETED, Reason.SOFT_404, Reason.MOVED_AWAY}


MAX_PLAYBACKS = 5
"""Captures of a page that an archive may lead on from."""


class ResponseHandler:
    """Completes a visit whose answer is whole with what was read and with its verdict."""

    def __init__(self, edition: Edition, run: "Run") -> None:
        self._edition, self._run = edition, run

    async def judge(self, visit: Visit) -> Visit:
        """The visit with its verdict; a broken answer is a verdict too, never an exception."""
        task, name = visit.task, visit.source
        tries = task.tries + 1
        asked = Asked(
            *(task.key, task.url, self._edition, visit.exchanges, visit.memento, tries, task.hops)
        )
        try:
            if name == INDEX.name:
                return self._index(visit, self._run.sources[of_query(task.key) or ""], asked)
            if is_own(name) and _is_unchanged(visit):
                assert task.previous is not None
                return replace(visit, outcome=AnswerOutcome(State.CAPTURED, task.previous.reason))
            return await self._settled(visit, self._run.sources[name].judge(asked))
        except MessageError as error:
            if visit.memento is not None:
                mark = TRUNCATED if error.fault == "cut" else None
                return _passed_over(visit, Reason(error.fault), str(error), mark)
            return replace(visit, outcome=outcome_of_error(Reason(error.fault), tries, str(error)))

    def _index(self, visit: Visit, source: Source, asked: Asked) -> Visit:
        found = source.judge_index(asked)
        if isinstance(found, AnswerOutcome):
            log.info("%s: %s", asked.url, found.detail)
            return replace(visit, outcome=found)
        if found.passed_over:
            log.info("%s: %d rows of no page of ours", asked.url, found.passed_over)
        outcome = AnswerOutcome(State.CAPTURED, Reason.NOT_AN_ARTICLE)
        if found.odd:  # its other rows stand; a page that it does not name is not gone
            said = f"rows of the index that are none: {len(found.odd)}, the first {found.odd[0]}"
            log.warning("%s: %s", asked.url, said)
            outcome = passing(Reason.MALFORMED, asked.tries, said)
        return replace(visit, outcome=outcome, found=found)

    async def _settled(self, visit: Visit, answer: Answer) -> Visit:
        """The visit as its answer has it; a page is read first."""
        servers = self._run.servers
        match answer:
            case AnswerOutcome():
                return replace(visit, outcome=_in_a_circle(visit.task, answer) or answer)
            case NoAnswer(why, outcome):
                servers.no_answer(visit.source, why)
                tries = visit.task.tries + 1
                outcome = outcome or outcome_of_error(Reason.SERVER_ERROR, tries, why)
                return replace(visit, outcome=outcome)
            case PassedOver(reason, detail, mark):
                servers.answers_again(visit.source)
                return _passed_over(visit, reason, detail, mark)
            case LedOn():
                servers.answers_again(visit.source)
                return self._led_on(visit, answer)
            case Job():
                return await self._read(visit, answer)
            case Archived(job):
                read = await self._read(visit, job)
                servers.answers_again(visit.source)
                read = _judged(read, job.response)
                if read.outcome.state is not State.CAPTURED:
                    return read
                return replace(read, played=answer.played, member=answer.member)

    async def _read(self, visit: Visit, job: Job) -> Visit:
        reading = await self._run.pool.read(job)
        outcome = self._of_reading(visit.task, reading)
        if visit.memento is None and (own := _own_name(visit.task, reading, self._edition)):
            detail = f"to {own.key}, as the page says"
            outcome = AnswerOutcome(State.GONE, Reason.MOVED, address=own, detail=detail)
        elif is_own(visit.source) and outcome.state is State.CAPTURED and is_wordless(reading):
            outcome = self._where_read(visit.task) or outcome
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
        reason = captured_as(reading)
        wordless = reason is Reason.ARTICLE and is_wordless(reading)
        return AnswerOutcome(State.CAPTURED, reason, detail=WORDLESS if wordless else "")

    def _where_read(self, task: Task) -> AnswerOutcome | None:
        """The address where the text of a page was read that has none here, to be asked instead."""
        url = self._run.archive.ledger.pages.read_at(task.key)
        if url is None:
            return None
        address, detail = Address(task.key, None, url), f"{WORDLESS}: asked for where it was read"
        return AnswerOutcome(State.WANTED, None, address=address, detail=detail)

    def _led_on(self, visit: Visit, led: LedOn) -> Visit:
        """The other capture is asked for next, where it was not before."""
        assert visit.memento is not None
        known = self._run.archive.ledger.mementos.of(visit.task.page, visit.source)
        asked = {(m.timestamp, m.url) for m in known if m.tried}
        asked.add((visit.memento.timestamp, visit.memento.url))
        hops = sum(m.tried == MOVED for m in known)
        circle = (led.memento.timestamp, led.memento.url) in asked
        if circle or hops >= MAX_PLAYBACKS:
            why = "leads round in a circle" if circle else f"led on {hops} times"
            outcome = AnswerOutcome(State.FAILED, Reason.REDIRECT_LOOP, detail=f"the archive {why}")
            return replace(visit, outcome=outcome)
        detail = f"played back as {led.memento.timestamp}"
        outcome = AnswerOutcome(State.GONE, Reason.MOVED, detail=detail)
        named = Found(mementos=((led.address, led.memento),), source=visit.source)
        return replace(visit, outcome=outcome, found=named, set_aside=MOVED)


def _in_a_circle(task: Task, outcome: AnswerOutcome) -> AnswerOutcome | None:
    """What it means that a redirect leads to an address that was asked in this round; None where
    none does. What it said then, it says now.
    """
    if outcome.state is not State.WANTED or outcome.address is None:
        return None
    said = dict(task.tried).get(outcome.address.url)
    if said == Reason.MOVED:
        return AnswerOutcome(State.FAILED, Reason.REDIRECT_LOOP, detail="in a circle")
    if said in _GONE_THERE:
        detail = "redirect: to an address that is gone"
        return AnswerOutcome(State.GONE, Reason(said), detail=detail)
    return None


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
    reading = visit.reading if visit.task.key.is_article else None
    if reading is not None and (kind := unarticled(reading, response)) is not None:
        return _passed_over(visit, Reason.MALFORMED, f"no article: {kind}", Reason.UNREADABLE)
    if visit.task.key.is_article and outcome.reason is Reason.NOT_AN_ARTICLE:
        return _passed_over(visit, Reason.NOT_AN_ARTICLE, "not an article's page")
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


def _is_unchanged(visit: Visit) -> bool:
    """Whether an answer of the site repeats the newest capture."""
    if (previous := visit.task.previous) is None:
        return False
    last = visit.exchanges[-1]
    message = Message.parse(last.response)
    if message.status == 304:
        return visit.task.validated_at(last.url) is not None
    known = previous.payload_sha1
    return message.status == 200 and known is not None and sha1(message.entity) == known


class NextSource:
    """The other archives, as this run may ask them."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._unread: dict[str, AnswerOutcome | None] = {}

    def question(self, visit: Visit) -> Visit:
        """The visit with the best capture left to ask for; with a verdict where there is none."""
        known = self._run.archive.ledger.mementos.of(visit.task.page, visit.source)
        best = ranked(known)
        if not best:
            return replace(visit, outcome=self._without(known, visit.source))
        others = any(m.tried == "" for m in best[1:])
        return replace(visit, memento=best[0], choice=choice(best[0], known), others=others)

    def _without(self, known: Iterable[Memento], source: str) -> AnswerOutcome:
        """What it means that no capture is left to ask for."""
        undecided = sorted(m.tried for m in known if m.tried in UNDECIDED)
        if undecided:
            return outcome_of_error(Reason(undecided[0]), MAX_TRIES, f"no answer from {source}")
        unreadable = sorted(m.tried for m in known if m.tried in UNREADABLE)
        if any(m.of_an_error for m in known):  # it is not asked for
            unreadable.append(ARCHIVED_ERROR)
        if unreadable:
            reason = Reason(UNREADABLE[unreadable[0]])
            return outcome_of_error(reason, MAX_TRIES, f"no capture in {source} could be read")
        unread = self._unread_index(source)
        return unread or AnswerOutcome(State.GONE, Reason.NO_CAPTURE, detail=f"none in {source}")

    def _unread_index(self, source: str) -> AnswerOutcome | None:
        """What it means that an index was not read to its end: nobody knows what it holds."""
        if source not in self._unread:
            base = next(iter(self._run.sources[source].bases), "")
            found = self._run.archive.ledger.frontier.unread_index(QUERIES.get(source, ()), base)
            why = f"the index of {source} could not be read"
            state = State.REFUSED if found and found[0] is State.REFUSED else State.FAILED
            self._unread[source] = AnswerOutcome(state, found[1], detail=why) if found else None
        return self._unread[source]
