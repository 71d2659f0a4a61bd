"""Archives that play captures back (Memento, RFC 7089): what such an answer is."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

from huffarchive.editions.edition import Edition
from huffarchive.http import Message, MessageError
from huffarchive.outcome import REDIRECTS, Reason
from huffarchive.sources.answer import (
    Answer,
    Archived,
    Asked,
    LedOn,
    NoAnswer,
    PassedOver,
    archived_status,
    is_of_a_page,
    unexpected,
)
from huffarchive.sources.memento import TRUNCATED
from huffarchive.sources.source import Source
from huffarchive.urls import Address, PageKey, identify
from huffarchive.warc.playback import is_archived, original, playback, played_back
from huffarchive.workers.job import Job


class PlaybackSource(Source):
    """An archive that answers with the page as archived, its own head around it."""

    def judge(self, asked: Asked) -> Answer:
        """The capture, or where the archive leads on to, or what it says of itself."""
        last, page = asked.last, (asked.key, asked.edition)
        try:
            message = Message.parse(last.response)
        except MessageError as error:
            return NoAnswer(str(error))
        if message.status in REDIRECTS:
            return self._led_on(asked, message)
        status, problem = message.status, no_capture(message, last.url, last.began, *page)
        # A service that is down may give links along; when it was so is of a capture alone.
        dated = message.header("memento-datetime") is not None
        if not is_of_a_page(status) and (problem is not None or not dated):
            return asked.of_the_service(message)
        if problem is not None:
            return NoAnswer(problem)
        if status != 200:
            return archived_status(status)
        played = playback(last.url, last.response)
        if played.truncated:
            return PassedOver(Reason.NO_CAPTURE, TRUNCATED)
        job = Job(played.url, played.captured_at, played.response, asked.edition.code)
        return Archived(job, played=played)

    def played_back(self, url: str) -> tuple[str, str] | None:
        """Of which moment and which address a URL plays a capture back; None when it does not."""
        raise NotImplementedError(self.name)

    def _led_on(self, asked: Asked, message: Message) -> Answer:
        """A redirect of the archive: to another capture of the page."""
        try:
            target = urljoin(asked.last.url, message.header("location") or "")
        except ValueError:
            target = ""
        found = self.played_back(target)
        where = identify(found[1], asked.edition) if found is not None else None
        if found is not None and isinstance(where, Address) and where.key == asked.key:
            timestamp, url = found
            led = replace(asked.memento, timestamp=timestamp, url=url, digest="", tried="")
            return LedOn(where, led)
        began, page = asked.last.began, (asked.key, asked.edition)
        if no_capture(message, asked.last.url, began, *page) is None:
            return archived_status(message.status)
        why = f"HTTP {message.status} to what is no capture of the page"
        # To a form to log in or a notice it may lead for a while, to another capture for ever.
        return NoAnswer(why, unexpected(why) if found is not None else None)


def no_capture(
    message: Message, url: str, asked_at: datetime, key: PageKey, edition: Edition
) -> str | None:
    """Why an answer is none of the archive's captures of the page; None where it is one.

    One says that it is, when that can have been, and of which page where it names one.
    """
    found = played_back(url, message)
    if found is None or found[1] - timedelta(days=1) >= asked_at or not is_archived(message):
        return f"HTTP {message.status} without the archive's mark of a capture"
    if (said := original(message)) is None:
        return None
    where = identify(said if "://" in said else f"http://{said}", edition)
    if isinstance(where, Address) and where.key == key:
        return None
    return f"a capture of {where.key if isinstance(where, Address) else said[:100]}"
