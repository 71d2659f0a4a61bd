"""What a crawl was asked to do: the `-a` arguments, checked."""

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from huffarchive.editions import Edition
from huffarchive.urls import Address, OutOfScope, identify

SOURCES = ("live", "sample", "wayback", "commoncrawl")
"""Where pages may be captured from."""
ARGUMENTS = ("source", "urls", "site", "limit", "recrawl", "crawls")


class JobError(ValueError):
    """An argument that cannot be used: one line that names it and the next step."""


@dataclass(frozen=True, slots=True)
class Job:
    """A crawl's arguments."""

    edition: Edition
    sources: tuple[str, ...] = ("live",)
    urls: str | None = None
    """A file of URLs, one a line, or "-" for standard input; only these are crawled."""
    limit: int | None = None
    """Pages to ask for in this run, at most."""
    recrawl: float | None = None
    """Ask again for captures older than so many days."""
    crawls: tuple[str, ...] = ()
    """Common Crawl's crawls to ask; all when empty."""
    discover: bool = False
    """Only find out which pages there are; fetch none of them."""

    @classmethod
    def parse(cls, edition: Edition, arguments: dict[str, str]) -> Self:
        """Check the `-a` arguments; JobError names the first that is wrong."""
        for name in arguments:
            if name not in ARGUMENTS:
                near = difflib.get_close_matches(name, ARGUMENTS, 1, 0.4)
                hint = f"did you mean {near[0]}=?" if near else f"known are {', '.join(ARGUMENTS)}"
                raise JobError(f"unknown argument -a {name}=: {hint}")
        sources = tuple(s.strip() for s in arguments.get("source", "live").split(",") if s.strip())
        for source in sources or ("",):
            if source not in SOURCES:
                raise JobError(f"unknown source {source!r}: give one of {', '.join(SOURCES)}")
        if "sample" in sources and (len(sources) > 1 or "site" in arguments):
            raise JobError("-a source=sample stands alone; leave out other sources and -a site=")
        if "site" in arguments:
            try:
                edition = edition.at(arguments["site"])
            except ValueError as error:
                raise JobError(f"-a site=: {error}") from None
        urls = arguments.get("urls")
        if urls is not None and urls != "-":
            _check_list(Path(urls))
        limit = _number("limit", arguments.get("limit"), whole=True)
        crawls = tuple(c.strip() for c in arguments.get("crawls", "").split(",") if c.strip())
        recrawl = _number("recrawl", arguments.get("recrawl"), whole=False)
        return cls(
            edition, sources, urls, int(limit) if limit is not None else None, recrawl, crawls
        )

    @property
    def archive_name(self) -> str:
        """The archive that the pages go into; the sample's is apart from the real one."""
        return f"{self.edition.code}-sample" if "sample" in self.sources else self.edition.code

    def listed(self) -> Iterator[Address | str]:
        """The pages of the URL list, each line an Address, or a sentence on what is wrong with it.

        Blank lines and lines that begin with # are passed over; of a table the first column counts.
        """
        assert self.urls is not None
        name = "standard input" if self.urls == "-" else self.urls
        stream = sys.stdin.buffer if self.urls == "-" else Path(self.urls).open("rb")
        with stream:
            for number, line in enumerate(stream, 1):
                text = line.decode("utf-8", "replace").split("\t", 1)[0].strip().lstrip("\ufeff")
                if not text or text.startswith("#") or (number == 1 and text.lower() == "url"):
                    continue
                address = identify(self.edition.original(text), self.edition)
                if isinstance(address, OutOfScope):
                    shown = text.encode("unicode_escape").decode("ascii")[:120]
                    yield f"{name}, line {number}: passed over, {_WHY[address.reason]}: {shown}"
                else:
                    yield address


_WHY = {
    "too_long": "over 2,048 characters",
    "malformed": "no URL",
    "scheme": "neither http nor https",
    "credentials": "it holds a user name",
    "host": "not a host of the edition",
    "port": "not the edition's port",
    "edition": "another edition's path",
    "shape": "no page of the edition that we know the shape of",
}


def _check_list(path: Path) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise JobError(
            f"-a urls={path}: cannot be read ({error.strerror}); give a file with one URL a line"
        ) from None


def _number(name: str, text: str | None, *, whole: bool) -> float | None:
    if text is None:
        return None
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = -1
    if not (value >= (1 if whole else 0)) or value == float("inf"):
        kind = "a whole number from 1" if whole else "days, 0 or more"
        raise JobError(f"-a {name}={text}: give {kind}")
    return value
