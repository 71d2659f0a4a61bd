"""A page to be read, and the answer when nothing could be read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib import import_module

from huffarchive.editions import EDITIONS, Edition
from huffarchive.message import MessageError
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

    @property
    def is_suspect(self) -> bool:
        """Whether it may be a fault of ours: it is no verdict of the reader's on the page."""
        return self.fault.startswith("reader_") and not self.detail.startswith(_VERDICTS)

    @property
    def is_of_the_page(self) -> bool:
        """Whether it tells anything of the page.

        A failed reading that was noted before the two were told apart does not.
        """
        return self.fault != Caution.READER_FAILED or self.detail.startswith((_OWN, *_VERDICTS))

    def of_the_page(self) -> "Unread":
        """The same as the page's own fault, after other pages could be read."""
        if self.is_of_the_page:
            return self
        return replace(self, detail=f"{_OWN}{self.detail}"[:300])


_VERDICTS = ("TooMuchTextError: ", "NotTextError: ")
_OWN = "its own fault: "
TOO_SLOW = Unread(Caution.READER_TIMEOUT.value, "the time bound was reached")
OUT_OF_MEMORY = Unread(Caution.READER_MEMORY.value, "the memory bound was reached")
OF_THE_PAGE = (_OWN, *_VERDICTS, TOO_SLOW.detail, OUT_OF_MEMORY.detail)
"""How details begin that tell something of a page; any other is of a reader that failed."""


def failed(error: Exception) -> Unread:
    """A reading that ended in an exception."""
    return Unread(Caution.READER_FAILED.value, one_line(f"{type(error).__name__}: {error}"))


def find_reader(name: str) -> Reader:
    """The function that "module:function" names."""
    module, _, function = name.partition(":")
    reader: Reader = getattr(import_module(module), function)
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
        return Unread(error.fault, one_line(str(error)))
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception as error:  # noqa: BLE001 - a page must cost no more than itself
        return failed(error)


def one_line(text: str) -> str:
    """A text as a printable line of bounded length."""
    return "".join(c if c.isprintable() else " " for c in text[:300])
