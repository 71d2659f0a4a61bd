"""A source: where captures may come from, what it is asked, and what its answers say.

The sources are registered in `sources/__init__.py`; each is a value of a class of its own.
"""

import hashlib
import json
import re
import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from huffarchive.editions.edition import Edition
from huffarchive.http import Message, MessageError
from huffarchive.outcome import AnswerOutcome, Reason, outcome_of_error, passing
from huffarchive.sources.answer import Answer, Asked, is_of_a_page
from huffarchive.sources.memento import TRUNCATED, Memento
from huffarchive.urls import Address, PageKey, identify
from huffarchive.workers.job import Job

SITE = "site"
"""The site, whatever source is to reach it, among those whom pages wait for."""
MIRROR = "mirror"
"""What a capture says of its source that was asked of the site at another base (`-a site=`)."""
_TIMESTAMP = re.compile(r"[0-9]{14}")


class IndexFormatError(ValueError):
    """An index answered with something that is no index."""


@dataclass(frozen=True, slots=True)
class Service:
    """One server of an archive: what of it may be asked, and how often."""

    limit: str
    """The name of its limit."""
    base: str
    asked: str
    """How the path of every address begins that may be asked, behind the base."""
    counted: str
    """How the path begins of what the limit counts, at the real server."""
    interval: float
    """Seconds between requests."""
    slows: bool = False
    """Whether a refusal lengthens the interval."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one page of an index gave."""

    mementos: tuple[tuple[Address, Memento], ...] = ()
    more: tuple[Address, ...] = ()
    """The next pages of the index."""
    passed_over: int = 0
    """Rows that name no page of the edition."""
    odd: tuple[str, ...] = ()
    """What is no row, as it begins: nobody knows which pages it would have named."""
    source: str = ""
    """Whose index it is."""


@dataclass(frozen=True)
class Source:
    """Where captures may come from; what a source does not have is left as it is here."""

    name: ClassVar[str]
    """As arguments, notes, records and the ledger have it."""
    title: ClassVar[str | None] = None
    """An archive's name in references."""
    own: ClassVar[bool] = False
    """Whether it is the site itself, and no archive of it."""
    built_in: ClassVar[bool] = False
    """Whether it is a server of ours, started with the run."""
    doubted: ClassVar[bool] = False
    """Whether the network may have a bad hour, so that what it says is asked again a day later."""
    copies: ClassVar[bool] = False
    """Whether its captures are members of WARC files, kept byte for byte."""
    on_disk: ClassVar[bool] = False
    """Whether its captures are in files of this machine."""
    query_kinds: ClassVar[tuple[str, ...]] = ()
    """The kinds of page that its index is made of."""
    empty_kinds: ClassVar[tuple[str, ...]] = ()
    """Those of them of which a 404 may say that there are no captures."""
    settings: ClassVar[Mapping[str, str]] = {}
    """Fields that are base addresses, each with the setting that names another."""

    crawls: tuple[str, ...] = ()
    """Parts of its index that are asked (`-a crawls=`), e.g. "CC-MAIN-2022-05"; () for all."""

    # --- what is asked

    def queries(self, edition: Edition) -> Iterable[Address]:  # noqa: ARG002 - none has an index
        """The pages of its index to begin with."""
        return ()

    def request(self, memento: Memento) -> tuple[str, dict[str, str]]:
        """The address and the headers that get a capture."""
        raise NotImplementedError(self.name)

    def server(self, edition: Edition) -> str:  # noqa: ARG002 - the site's is the edition's
        """A URL of the server of others that is asked; "" when there is none."""
        return self.services[0].base if self.services else ""

    # --- what an answer says

    def judge(self, asked: Asked) -> Answer:
        """What the answer to a request for a page is; MessageError when it is broken."""
        raise NotImplementedError(self.name)

    def judge_index(self, asked: Asked) -> Found | AnswerOutcome:
        """A page of its index; what is none may be one the next time, as an error's page is."""
        try:
            message = Message.parse(asked.last.response)
            empty = message.status == 404 and asked.key.kind in self.empty_kinds
            if message.status == 200 or empty:
                return self.read_index(message, asked.key, asked.url, asked.edition)
            if is_of_a_page(message.status):  # an index has no page that is gone or moved
                said = f"HTTP {message.status} where an index was asked for"
                return passing(Reason.MALFORMED, asked.tries, said)
            return asked.of_the_service(message)
        except IndexFormatError as error:
            return passing(Reason.MALFORMED, asked.tries, str(error))
        except MessageError as error:
            fault = passing if error.fault == "malformed" else outcome_of_error
            return fault(Reason(error.fault), asked.tries, str(error))

    def read_index(self, message: Message, key: PageKey, url: str, edition: Edition) -> Found:
        """Read a page of its index; IndexFormatError or MessageError when it is none."""
        raise NotImplementedError(self.name)

    def at_query(self, url: str) -> Self:  # noqa: ARG002 - none has an index
        """The source as it was addressed when a page of its index was asked for."""
        return self

    def noted(self, edition: Edition) -> str:  # noqa: ARG002 - of the site only
        """The name that a capture's note gives it."""
        return self.name

    # --- whom it asks

    @property
    def services(self) -> tuple[Service, ...]:
        """Its servers, that of its index first."""
        return ()

    @property
    def bases(self) -> list[str]:
        """The base addresses of its servers."""
        return list(dict.fromkeys(service.base for service in self.services))

    def limit(self, url: str) -> str | None:
        """The name of the limit that an address is under; None when it is none of the source's."""
        return next((s.limit for s in self.services if url.startswith(s.base + s.asked)), None)

    def asks(self, url: str) -> bool:
        """Whether an address is one of the source's."""
        robots = (f"{base}/robots.txt" for base in self.bases)
        return self.limit(url) is not None or url in robots

    @property
    def waits_as(self) -> str:
        """Whom a page waits for that is to be asked of it."""
        return SITE if self.own else self.name


class Site(Source):
    """The site itself, wherever it is."""

    own = True

    def judge(self, asked: Asked) -> Answer:
        """The page, where its status does not say what became of it."""
        last, edition = asked.last, asked.edition
        job = Job(last.url, last.began, last.response, edition.code, edition.site)
        return asked.by_status(Message.head(last.response)) or job


class Live(Site):
    """The site."""

    name = "live"
    doubted = True

    def server(self, edition: Edition) -> str:
        """The historical host; a base that the user named is no stranger's."""
        return "" if edition.site is not None else f"//{edition.hosts[0].name}"

    def noted(self, edition: Edition) -> str:
        """Where another base was asked, MIRROR."""
        return self.name if edition.site is None else MIRROR


class Sample(Site):
    """The sample site: on this machine, where there is no network to have a bad hour."""

    name = "sample"
    built_in = True


class Index(Source):
    """Any archive's index, whose pages wait with those of the archive."""

    name = "index"


# --- for indexes of all kinds


def patterns(edition: Edition) -> list[str]:
    """The edition's parts of the web as an index takes them: "host/folder/*"."""
    return [f"{host.name}{host.prefix}*" for host in edition.hosts]


def query(edition: Edition, kind: str, url: str) -> Address:
    """A page of an index, as a page that is wanted."""
    ident = hashlib.sha256(url.encode()).hexdigest()[:24]
    return Address(PageKey(edition.code, kind, ident), None, url)


def is_query(key: PageKey) -> bool:
    """Whether a page is one of an archive's index."""
    return key.kind.endswith("-query")


def collected(
    rows: Iterable[Memento | str], edition: Edition, source: str, more: tuple[Address, ...] = ()
) -> Found:
    """The captures of an index's rows; of what is no row it takes how that begins."""
    mementos: list[tuple[Address, Memento]] = []
    odd: list[str] = []
    passed_over = 0
    for memento in rows:
        if isinstance(memento, str):
            odd.append(memento)
        elif isinstance(where := identify(memento.url, edition), Address):
            mementos.append((where, memento))
        else:
            passed_over += 1
    return Found(tuple(mementos), more, passed_over, tuple(odd), source)


def row_memento(row: object, source: str) -> Memento | str:
    """A row of a CDX server; how it begins where it names no address.

    A capture whose moment is none cannot be asked for, and is there all the same.
    """
    url = (row.get("original") or row.get("url")) if isinstance(row, Mapping) else None
    if not isinstance(row, Mapping) or not isinstance(url, str):
        return odd_row(row)
    timestamp = str(row.get("timestamp", ""))
    dated = _TIMESTAMP.fullmatch(timestamp) is not None
    return Memento(
        source,
        timestamp if dated else "0" * 14,
        url,
        number(row.get("statuscode") or row.get("status")),
        _plain(row.get("mimetype") or row.get("mime")),
        _plain(row.get("digest")).removeprefix("sha1:"),
        number(row.get("length")) or 0,
        offset=number(row.get("offset")),
        tried=str(Reason.MALFORMED) if not dated else TRUNCATED if row.get("truncated") else "",
    )


def odd_row(row: object) -> str:
    """How something begins that stands in a row's place, fit for a log."""
    return reprlib.repr(row)[:80]


def _plain(value: object) -> str:
    """A short text in ASCII; what an index says otherwise is of no use, and may not be storable."""
    text = value if isinstance(value, str) else ""
    return text if len(text) <= 100 and text.isascii() and text.isprintable() else "?"


def number(value: object) -> int | None:
    """A whole number from 0 of at most 15 digits; None for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def read_json(text: bytes) -> object:
    """The value of a JSON text; IndexFormatError when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise IndexFormatError(f"the index is no JSON: {error}"[:200]) from error
