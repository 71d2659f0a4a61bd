"""A page to be read by another process: the job, its answer, how both pass a pipe, and whose
fault it is when nothing could be read.
"""

import gzip
import hashlib
import socket
import struct
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TypeGuard

import brotli
import zstandard
from msgspec import ValidationError
from msgspec.msgpack import Decoder, Encoder

from huffarchive.editions import EDITIONS
from huffarchive.editions.edition import Edition
from huffarchive.http import Message, MessageError
from huffarchive.reading import Caution, Reading

READER = "huffarchive.reader:read_response"
"""Where the function stands that reads a page."""

Reader = Callable[[str, datetime, bytes, Edition], Reading]


@dataclass(frozen=True, slots=True)
class Job:
    """One captured response to be read."""

    url: str
    captured_at: datetime
    response: bytes
    """The HTTP response as it crossed the wire."""
    edition_code: str
    site: str | None = None
    """The base that serves the edition, where it is not the edition's own."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a response gave no reading."""

    fault: str
    """A MessageError's fault ("malformed", "cut", "too_large"), or one of the reader's own:
    "reader_timeout", "reader_memory", "reader_failed"."""
    detail: str = ""
    """One printable line."""
    place: str = field(default="", compare=False)
    """Where in our code, or a library's, an exception was raised."""

    @property
    def is_of_the_page(self) -> bool:
        """Whether it tells anything of the page: an exception and a crash are faults of ours."""
        return self.fault != Caution.READER_FAILED or self.detail.startswith(_VERDICTS)


def is_suspect(answer: Reading | Unread) -> TypeGuard[Unread]:
    """Whether it may be a fault of ours: it is no verdict of the reader's on the page."""
    if isinstance(answer, Reading) or answer.detail.startswith(_VERDICTS):
        return False
    return answer.fault.startswith("reader_")


NO_TEXT = "NotTextError: "
"""How a verdict begins on a body that is no text."""
_VERDICTS = ("TooMuchTextError: ", NO_TEXT)
NO_ANSWER = "an answer that cannot be read: "
_NO_PAGE_S = ("ImportError: ", "ModuleNotFoundError: ", NO_ANSWER)
TOO_SLOW = Unread(Caution.READER_TIMEOUT.value, "the time bound was reached")
OUT_OF_MEMORY = Unread(Caution.READER_MEMORY.value, "the memory bound was reached")
OF_THE_PAGE = (*_VERDICTS, TOO_SLOW.detail, OUT_OF_MEMORY.detail)
"""How details begin that tell something of a page; any other is of a reader that failed."""


def failed(error: Exception) -> Unread:
    """A reading that ended in an exception."""
    place, trace = "", error.__traceback__
    while trace is not None:
        place, trace = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}", trace.tb_next
    detail = one_line(f"{type(error).__name__}: {error}")
    return Unread(Caution.READER_FAILED.value, detail, one_line(place))


def find_reader(name: str) -> Reader:
    """The function that "module:function" names; ValueError where trafilatura misreads a page."""
    module, _, function = name.partition(":")
    reader: Reader = getattr(import_module(module), function)
    if name == READER:
        import_module("huffarchive.reader.vote").check_vote()
    return reader


@lru_cache(maxsize=8)
def _edition(code: str, site: str | None) -> Edition:
    edition = EDITIONS[code]
    return edition if site is None else edition.at(site)


def read(job: Job, reader: Reader) -> Reading | Unread:
    """Read one page here and now; a failure is a value, whatever the page did."""
    try:
        edition = _edition(job.edition_code, job.site)
        return reader(job.url, job.captured_at, job.response, edition)
    except MessageError as error:
        return _broken_codec() or Unread(error.fault, one_line(str(error)))
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception as error:  # noqa: BLE001 - a page must cost no more than itself
        return failed(error)


def one_line(text: str) -> str:
    """A text as a printable line of bounded length."""
    return "".join(c if c.isprintable() else " " for c in text[:300])


LENGTH = struct.Struct(">Q")
MAX_ANSWER = 256 * 1024 * 1024
"""Bytes of an answer; a longer one is a reader gone mad."""

_ENDS = 4096
_encode = Encoder().encode
_job = Decoder(tuple[str, str, str, str | None])
_answer = Decoder(tuple[bytes, Reading | None, Unread | None])


def pack_job(job: Job) -> bytes:
    """What a reader is told of a page beside its response."""
    return _encode((job.url, job.captured_at.isoformat(), job.edition_code, job.site))


def unpack_job(head: bytearray, response: bytes) -> Job:
    """The job that `pack_job` packed, with its response."""
    url, captured_at, code, site = _job.decode(head)
    return Job(url, datetime.fromisoformat(captured_at), response, code, site)


def digest(job: Job) -> bytes:
    """The SHA-256 of all that a reader is told of a page."""
    found = hashlib.sha256(pack_job(job))
    found.update(job.response)
    return found.digest()


def name_of(job: Job) -> bytes:
    """What an answer names its job by: of a large one not all is hashed, lest the loop wait."""
    response = job.response
    said = (pack_job(job), b"%d" % len(response), response[:_ENDS], response[-_ENDS:])
    return hashlib.sha256(b"".join(said)).digest()


def pack(answer: Reading | Unread, job: Job) -> bytes:
    """An answer as bytes that name its job; TypeError or ValueError where no answer holds it."""
    both = (answer, None) if isinstance(answer, Reading) else (None, answer)
    return _encode((name_of(job), *both))


def unpack(data: memoryview, job: Job) -> Reading | Unread:
    """The answer to this job that `pack` packed; msgspec.MsgspecError where it is none.

    Whatever a reader that a page has taken over may send, it makes these values and nothing else.
    """
    name, reading, unread = _answer.decode(data)
    if name != name_of(job):
        raise ValidationError("it is to another page")
    answer = reading if unread is None else unread
    if answer is None:
        raise ValidationError("neither a reading nor a failure")
    return answer


def send(connection: socket.socket, data: bytes) -> None:
    """Send one frame, waiting as long as it takes."""
    connection.sendall(LENGTH.pack(len(data)) + data)  # at once: the other side wakes once


def receive(connection: socket.socket) -> bytearray | None:
    """Wait for one frame; None when the other side is gone."""
    head = _exactly(connection, LENGTH.size)
    return None if head is None else _exactly(connection, LENGTH.unpack(head)[0])


def _exactly(connection: socket.socket, size: int) -> bytearray | None:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        if (count := connection.recv_into(view[got:])) == 0:
            return None
        got += count
    return data


_FOLDER = Path(__file__).with_name("known_good")
_ENTRY = "https://www.huffpost.com/archive/qc/entry"
_PAGES = {
    "archive.html": f"{_ENTRY}/un-article_n_4001011",
    "amp.html": f"{_ENTRY}/un-article_n_6455284/amp",
    "2017.html": "https://quebec.huffingtonpost.ca/2017/08/25/un-article_a_23185823/",
    "2014.html": "http://quebec.huffingtonpost.ca/2014/03/05/x_n_5304536.html",
    "2012.html": "http://quebec.huffingtonpost.ca/2012/10/05/larmee-bombarde_n_1941790.html",
    "generic.html": f"{_ENTRY}/un-article_n_4003001",
    "sitemap.xml": "https://www.huffpost.com/sitemaps/a.xml",
}
_CODINGS = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstandard.compress}


class ReadersFailedError(RuntimeError):
    """No page can be read here, whatever it is: one line that says why and what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"no page can be read here ({one_line(why)}): that is the fault of this installation "
            "and of no page; mend it, then run the same command again, which reads them all"
        )


def known_good() -> tuple[Job, ...]:
    """A page of each layout, one in each content coding as captured today, and a sitemap.

    All of them can be read.
    """
    today = datetime.now(UTC)
    first, *others = plain()
    return first, *(replace(job, captured_at=today) for job in _coded()), *others


@cache
def plain() -> tuple[Job, ...]:
    """The known pages as they stand, each with words of its own."""
    return tuple(_known(name, url) for name, url in _PAGES.items())


@cache
def _coded() -> tuple[Job, ...]:
    name, url = next(iter(_PAGES.items()))
    return tuple(_known(name, url, *coding) for coding in _CODINGS.items())


def _known(name: str, url: str, coding: str = "", pack: Callable[[bytes], bytes] = bytes) -> Job:
    kind = "application/xml" if name.endswith(".xml") else "text/html; charset=utf-8"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n"
    head += f"Content-Encoding: {coding}\r\n" if coding else ""
    body = pack((_FOLDER / name).read_bytes())
    return Job(url, datetime(2021, 3, 9, tzinfo=UTC), f"{head}\r\n".encode() + body, "qc")


@cache
def _said() -> dict[str, tuple[str, object]]:
    """Name and words of each known page, by its URL."""
    said = tomllib.loads((_FOLDER / "said.toml").read_text("utf-8"))
    return {url: (name, said[name]) for name, url in _PAGES.items()}


def misread(known: Job, answer: Reading | Unread, reader: str = READER) -> str:
    """Why an answer is none to this known page; "" where it says what stands there.

    What another reader than ours says of it, is not compared: it only has to read the page.
    """
    if isinstance(answer, Unread):
        return answer.detail
    name, words = _said()[known.url]
    said: dict[str, object] = {"links": list(answer.links)}
    if (text := answer.text) is not None:
        said = {"headline": text.headline, "paragraphs": list(text.paragraphs)}
    if reader != READER or said == words:
        return ""
    return f"the reader reads other words than stand in a known page, {name}"


def check(reader: Reader, name: str = "", pages: Iterable[Job] = ()) -> None:
    """ReadersFailedError unless the reader of this name reads known pages, here and now; all of
    them, 30 ms, where no `pages` are given.
    """
    for known in pages or known_good():
        if why := misread(known, read(known, reader), name):
            raise ReadersFailedError(why)


def _broken_codec() -> Unread | None:
    """That a codec of ours cannot unpack a known page; None where all can."""
    sound = Message.parse(plain()[0].response).content
    for job in _coded():
        try:
            if Message.parse(job.response).content != sound:
                return failed(ValueError("a codec unpacks other bytes than were packed"))
        except Exception as error:  # noqa: BLE001 - of whatever library
            return failed(error)
    return None


FEW = 5
"""How many different pages must fail, and no article be read, before the fault is ours."""


PUT_OFF = (1, 2, 4, 8)
"""Seconds after which a page that failed is to be read again, while others were not read at all."""


class ReadLaterError(Exception):
    """A page failed whose fault may be ours: it is to be read again after others."""

    def __init__(self, why: str, seconds: int = PUT_OFF[0]) -> None:
        super().__init__(why)
        self.seconds = seconds


class Repeated:
    """Whether one page after the other fails, each of whatever it may be.

    Where no article was ever read, that is no fault of theirs, even if the known pages can be
    read; from the first one on that was, each page that fails does so for itself. Where `wanted`,
    the number of pages that are wanted still, says that there are others, failures are put off, so
    that none is settled before that is known.
    """

    def __init__(self, wanted: Callable[[], int] | None = None) -> None:
        self._wanted, self._over = wanted or (lambda: 0), False
        self._pages: Counter[str] = Counter()
        self._last = ""

    @property
    def failing(self) -> str:
        """What all pages failed of so far; "" where none did, or an article was read."""
        if self._over or not self._pages:
            return ""
        return f"pages that failed one after the other: {len(self._pages)}, the last: {self._last}"

    def seen(self, job: Job, answer: Reading | Unread) -> Reading | Unread:
        """The answer; ReadLaterError, ReadersFailedError.

        No page can bring about that a package is missing, or an answer cannot be read.
        """
        if not is_suspect(answer):
            self._over |= isinstance(answer, Reading) and answer.text is not None
            return answer
        if answer.detail.startswith(_NO_PAGE_S):
            raise ReadersFailedError(answer.detail)
        if self._over:
            return answer
        self._last = answer.detail
        if answer.place:
            self._last += f", at {answer.place}"
        times = self._pages[job.url]
        self._pages[job.url] += 1
        if len(self._pages) == FEW:
            raise ReadersFailedError(self.failing)
        if times < len(PUT_OFF) and self._wanted() > len(self._pages):
            raise ReadLaterError(self._last, PUT_OFF[times])
        return answer


def read_here(job: Job, reader: Reader) -> Reading | Unread:
    """Read a page in this process; ReadersFailedError where none can be read."""
    answer = read(job, reader)
    if not is_suspect(answer):
        return answer
    check(reader)
    return read(job, reader)
