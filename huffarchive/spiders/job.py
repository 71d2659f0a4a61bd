"""What a crawl was asked to do: the `-a` arguments, checked."""

import difflib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Self

from huffarchive.archive.foreign import ENDINGS
from huffarchive.editions import Edition
from huffarchive.urls import Address, OutOfScope, identify

SOURCES = ("live", "sample", "wayback", "commoncrawl", "warc")
"""Where pages may be captured from."""
DISCOVERERS = ("list", "sitemap", "wayback", "commoncrawl")
"""Who may be asked which pages there are, beside files."""
ARCHIVES = ("wayback", "commoncrawl")
SAMPLED = "qc"
"""The edition that the sample site is of."""
ARGUMENTS = ("source", "files", "crawls", "urls", "site", "limit", "recrawl", "images")


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
    files: tuple[Path, ...] = ()
    """Files of others (WARC, WACZ, CDXJ) to read."""
    images: bool = False
    """Whether the pictures that the articles' records name are wanted too."""
    discover: bool = False
    """Only find out which pages there are; fetch none of them."""
    listed_urls: bool = True
    """Whether the packaged list of URLs is wanted."""

    @classmethod
    def parse(cls, edition: Edition, arguments: dict[str, str], *, discover: bool = False) -> Self:
        """Check the `-a` arguments; JobError names the first that is wrong."""
        for name in arguments:
            if name not in ARGUMENTS:
                near = difflib.get_close_matches(name, ARGUMENTS, 1, 0.4)
                hint = f"did you mean {near[0]}=?" if near else f"known are {', '.join(ARGUMENTS)}"
                raise JobError(f"unknown argument -a {name}=: {hint}")
        default = "list,sitemap" if discover else "live"
        given = [s.strip() for s in arguments.get("source", default).split(",") if s.strip()]
        patterns = [p.strip() for p in arguments.get("files", "").split(",") if p.strip()]
        if discover:
            patterns += [s for s in given if s.endswith(ENDINGS)]
            given = [s for s in given if not s.endswith(ENDINGS)]
        known = DISCOVERERS if discover else SOURCES
        for source in given or (() if patterns else ("",)):
            if source not in known:
                also = f" or a file that ends in {', '.join(ENDINGS)}" if discover else ""
                raise JobError(f"unknown source {source!r}: give one of {', '.join(known)}{also}")
        files = tuple(path for pattern in patterns for path in _files(pattern))
        listed = "list" in given or not discover
        given = ["live" if s == "sitemap" else s for s in given if s != "list"]
        sources = tuple(dict.fromkeys(given))
        if "sample" in sources and (len(sources) > 1 or "site" in arguments):
            raise JobError("-a source=sample stands alone; leave out other sources and -a site=")
        if "sample" in sources and edition.code != SAMPLED:
            raise JobError("-a source=sample: the sample site is one of huffpost_qc; crawl that")
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
        images = _switch("images", arguments.get("images", "false"))
        if images and not discover and {"live", "sample"}.isdisjoint(sources):
            raise JobError("-a images=true: only the site has pictures; add live to -a source=")
        return cls(
            edition,
            sources,
            urls,
            int(limit) if limit is not None else None,
            recrawl,
            crawls,
            files,
            images,
            discover,
            listed,
        )

    @property
    def asks_archives(self) -> bool:
        """Whether other archives' indexes are asked."""
        return not set(ARCHIVES).isdisjoint(self.sources)

    @property
    def archive_name(self) -> str:
        """The archive that the pages go into; the sample's is apart from the real one."""
        return f"{self.edition.code}-sample" if "sample" in self.sources else self.edition.code

    def listed(self) -> Iterator[Address | str]:
        """The pages of the URL list, each line an Address, or a sentence on what is wrong with it.

        Blank lines and lines that begin with # are passed over; of a table (tabs, commas or
        semicolons) the first column counts.
        """
        assert self.urls is not None
        name = "standard input" if self.urls == "-" else self.urls
        stream = sys.stdin.buffer if self.urls == "-" else Path(self.urls).open("rb")  # noqa: SIM115 - below
        with stream:
            for number, line in enumerate(stream, 1):
                text = line.decode("utf-8", "replace").split("\t", 1)[0].strip().lstrip("\ufeff")
                cell = re.split("[,;]", text, maxsplit=1)[0].strip(' "')
                if not text or text.startswith("#") or (number == 1 and cell.lower() == "url"):
                    continue
                address = self._identify(text, cell)
                if isinstance(address, OutOfScope):
                    shown = text.encode("unicode_escape").decode("ascii")[:120]
                    yield f"{name}, line {number}: passed over, {_WHY[address.reason]}: {shown}"
                else:
                    yield address

    def _identify(self, line: str, cell: str) -> Address | OutOfScope:
        """The page of a line: commas and semicolons end its first cell, and may stand in a URL."""
        whole = identify(self.edition.original(line), self.edition)
        first = identify(self.edition.original(cell), self.edition) if cell != line else whole
        if isinstance(first, Address) and (first.key.is_article or isinstance(whole, OutOfScope)):
            return first
        return whole


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


def _files(pattern: str) -> list[Path]:
    found = [Path(name).resolve() for name in sorted(glob(pattern, recursive=True))]  # noqa: PTH207
    if not found:
        raise JobError(f"no file {pattern!r}; name files that exist, or a pattern in quotes")
    for path in found:
        if not path.name.endswith(ENDINGS):
            raise JobError(f"{path}: give files that end in {', '.join(ENDINGS)}")
    return found


def _switch(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise JobError(f"-a {name}={text}: give true or false")
    return text == "true"


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
