"""What a crawl was asked to do: the `-a` arguments, checked; and which URLs that lets it ask
for.
"""

import codecs
import difflib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from glob import escape, glob
from itertools import islice, pairwise
from pathlib import Path
from typing import IO, Self
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings
from scrapy.utils.conf import closest_scrapy_cfg

from huffarchive.editions.edition import Edition
from huffarchive.outcome import Reason, State
from huffarchive.page import wide_charset
from huffarchive.sources import LIVE, QUERIES, SOURCES
from huffarchive.sources.commoncrawl import CRAWL, CommonCrawl
from huffarchive.sources.source import Source
from huffarchive.sources.warc_files import ENDINGS
from huffarchive.storage.paths import ArchivePaths
from huffarchive.urls import Address, OutOfScope, identify

DISCOVERERS = ("list", "sitemap", *QUERIES)
"""Who may be asked which pages there are, beside files."""
AGAIN = ("refused", "gone")
"""Settled states that `-a again=` may name."""
SAMPLED = "qc"
"""The edition that the sample site is of."""
ARGUMENTS = (
    "source",
    "files",
    "crawls",
    "urls",
    "site",
    "limit",
    "recrawl",
    "images",
    "again",
    "retry",
)


class CrawlArgumentError(ValueError):
    """An argument that cannot be used: one line that names it and the next step."""


@dataclass(frozen=True, slots=True)
class CrawlArguments:
    """A crawl's arguments."""

    edition: Edition
    sources: tuple[str, ...] = (LIVE.name,)
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
    again: tuple[State, ...] = ()
    """Settled states whose pages are asked for again."""
    retry: tuple[State, ...] = ()
    """The same of what failed for good."""

    @property
    def renewal(self) -> str:
        """Which settled pages are wanted again, and of which: empty when none are."""
        settled = {*self.again, *self.retry}
        if self.recrawl is None and not settled:
            return ""
        of = (self.recrawl, *sorted(settled), *sorted(self.sources), self.urls, self.discover)
        return " ".join(map(str, of))

    @classmethod
    def parse(cls, edition: Edition, arguments: dict[str, str], *, discover: bool = False) -> Self:
        """Check the `-a` arguments; CrawlArgumentError names the first that is wrong."""
        for name, value in arguments.items():
            if name not in ARGUMENTS:
                near = difflib.get_close_matches(name.lower(), ARGUMENTS, 1, 0.4)
                hint = f"did you mean {near[0]}=?" if near else f"known are {', '.join(ARGUMENTS)}"
                raise CrawlArgumentError(f"unknown argument -a {name}=: {hint}")
            if not value.strip():
                raise CrawlArgumentError(f"-a {name}=: give a value, or leave it out")
        default = "list,sitemap" if discover else LIVE.name
        given = [s.strip() for s in arguments.get("source", default).split(",") if s.strip()]
        patterns = [p.strip() for p in arguments.get("files", "").split(",") if p.strip()]
        if discover:
            patterns += [s for s in given if s.endswith(ENDINGS)]
            given = [s for s in given if not s.endswith(ENDINGS)]
        known = DISCOVERERS if discover else tuple(SOURCES)
        on_disk = [s for s in given if s in SOURCES and SOURCES[s].on_disk]
        if on_disk and not patterns:
            raise CrawlArgumentError(
                f"-a source={on_disk[0]}: name the files too, e.g. -a files='FOLDER/*.warc.gz'"
            )
        for source in given or (() if patterns else ("",)):
            if source not in known:
                also = f" or a file that ends in {', '.join(ENDINGS)}" if discover else ""
                raise CrawlArgumentError(
                    f"unknown source {source!r}: give one of {', '.join(known)}{also}"
                )
        files = tuple(path for pattern in patterns for path in _files(pattern))
        listed = "list" in given or not discover
        given = [LIVE.name if s == "sitemap" else s for s in given if s != "list"]
        sources = tuple(dict.fromkeys(given))
        for source in filter(_is_built_in, sources):
            if len(sources) > 1 or "site" in arguments:
                raise CrawlArgumentError(
                    f"-a source={source} stands alone; leave out other sources and -a site="
                )
            if edition.code != SAMPLED:
                raise CrawlArgumentError(
                    f"-a source={source}: the sample site is one of huffpost_qc; crawl that"
                )
        if "site" in arguments:
            try:
                edition = edition.at(arguments["site"])
            except ValueError as error:
                raise CrawlArgumentError(f"-a site=: {error}") from None
        urls = arguments.get("urls")
        if urls is not None and urls != "-":
            _check_list(urls)
        limit = _number("limit", arguments.get("limit"), whole=True)
        if files and not discover and not on_disk:
            raise CrawlArgumentError(
                f"-a files={arguments['files']}: files are read by source=warc alone; "
                "add warc to -a source="
            )
        crawls = tuple(c.strip() for c in arguments.get("crawls", "").split(",") if c.strip())
        for crawl in crawls:
            if not CRAWL.fullmatch(crawl):
                raise CrawlArgumentError(f"-a crawls={crawl}: give ids such as CC-MAIN-2022-05")
        if crawls and CommonCrawl.name not in sources:
            raise CrawlArgumentError(
                f"-a crawls={','.join(crawls)}: these are Common Crawl's; "
                f"add {CommonCrawl.name} to -a source="
            )
        recrawl = _number("recrawl", arguments.get("recrawl"), whole=False)
        if (wanted := arguments.get("images", "false")) not in ("true", "false"):
            raise CrawlArgumentError(f"-a images={wanted}: give true or false")
        images = wanted == "true"
        if images and not discover and not any(SOURCES[source].own for source in sources):
            raise CrawlArgumentError(
                "-a images=true: only the site has pictures; add live to -a source="
            )
        again = tuple(State(s) if s in AGAIN else _no_state(s) for s in _words(arguments, "again"))
        if arguments.get("retry", "failed") != "failed":
            raise CrawlArgumentError(f"-a retry={arguments['retry']}: give failed")
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
            again,
            (State.FAILED,) if "retry" in arguments else (),
        )

    @property
    def archive_name(self) -> str:
        """The archive that the pages go into; the sample's is apart from the real one."""
        built_in = next(filter(_is_built_in, self.sources), None)
        return f"{self.edition.code}-{built_in}" if built_in else self.edition.code

    @property
    def doubts(self) -> bool:
        """Whether what its servers say of a page may be a bad hour's word, asked again later."""
        return not self.discover and any(SOURCES[source].doubted for source in self.sources)

    def listed(self) -> Iterator[Address | str]:
        """The pages of the URL list, each line an Address, or a sentence on what is wrong with it.

        Blank lines and lines that begin with # are passed over; of a table whose first line says
        "url" the first column counts (tabs, commas or semicolons), otherwise each address of a
        line.
        """
        assert self.urls is not None
        name = "standard input" if self.urls == "-" else self.urls
        hosts = "|".join(re.escape(host.name) for host in self.edition.hosts)
        bare = re.compile(rf"(?:\A|(?<={_BETWEEN}))(?://)?(?=(?:{hosts})/)", re.IGNORECASE)
        stream = sys.stdin.buffer if self.urls == "-" else Path(self.urls).open("rb")  # noqa: SIM115 - below
        table = False
        with stream:
            for number, line in enumerate(lines(stream), 1):
                text = bare.sub("http://", line.strip().replace("\\/", "/"))  # of JSON
                if number == 1 and _first_cell(text).lower() == "url":
                    table = True
                    continue
                if not text or text.startswith("#"):
                    continue
                for found in [text.split("\t", 1)[0]] if table else addresses(text):
                    address = self._identify(found)
                    if isinstance(address, OutOfScope):
                        shown = found.encode("unicode_escape").decode("ascii")[:120]
                        why = _WHY[address.reason]
                        yield f"{name}, line {number}: passed over, {why}: {shown}"
                    else:
                        yield address

    def _identify(self, line: str) -> Address | OutOfScope:
        """The page of a line: an article's address ends where it names one and something follows
        that seldom stands in addresses; that of another page at a comma or a blank, if need be.
        """
        for found in islice(_ENDS.finditer(line), _MOST_ENDS):
            where = self._named(line[: found.start()])
            if isinstance(where, Address) and where.key.is_article:
                return where
        whole = self._named(line)
        if isinstance(whole, OutOfScope) and (cell := _first_cell(line)) != line:
            whole = self._named(cell)
        if isinstance(whole, OutOfScope) and len(words := line.split(None, 1)) > 1:
            return self._identify(words[0])
        return whole

    def _named(self, text: str) -> Address | OutOfScope:
        """The page of a text, without a sentence's end behind it."""
        where = identify(self.edition.original(text), self.edition)
        if (bare := text.rstrip(_CLOSING)) != text and isinstance(where, Address):
            found = identify(self.edition.original(bare), self.edition)
            same = isinstance(found, Address) and found.key == where.key
            return found if same else where
        return where


def lines(stream: IO[bytes]) -> Iterator[str]:
    """The lines of a text as its owner sees them, whatever ends them: CR, LF, both, or Unicode's.

    UTF-8, UTF-16 or UTF-32; a line over a megabyte comes in pieces, cut at a space or a comma.
    """
    rest, decoder = "", None
    while piece := stream.read(_PIECE):
        if decoder is None:
            decoder = codecs.getincrementaldecoder(wide_charset(piece[:4]) or "utf-8-sig")(
                "replace"
            )
        text = rest + decoder.decode(piece)
        whole = text.splitlines(keepends=True)
        # The last line may go on, and an LF may follow its CR.
        ends = bool(whole) and whole[-1].splitlines()[0] != whole[-1] and whole[-1][-1] != "\r"
        rest = "" if ends or not whole else whole.pop()
        if len(rest) > _LONGEST:
            cut = max(map(rest.rfind, " ,;\t")) + 1 or len(rest)
            whole.append(rest[:cut])
            rest = rest[cut:]
        yield from (line.splitlines()[0] if line else "" for line in whole)
    yield from rest.splitlines()


def addresses(line: str) -> list[str]:
    """The addresses of a line, each up to the next; the whole line where it begins none."""
    starts = [found.start(1) for found in _BEGINS.finditer(line)]
    if not starts:
        return [line.split("\t", 1)[0].strip()]
    cuts = (line[a:b] for a, b in pairwise([*starts, len(line)]))
    return [_END.split(cut, maxsplit=1)[0].strip(_AROUND) for cut in cuts]


def _first_cell(line: str) -> str:
    return re.split("[,;\t]", line, maxsplit=1)[0].strip(' "')


_MARKS = "\u00ab\u00bb\u201c\u201d\u201e\u2018\u2019`\ufeff\u200b\ufffd\0"
"""Quotes of other scripts, what is not seen, and what is no text in the list's charset."""
_BETWEEN = rf"[\s,;|<>\"'()\[\]{_MARKS}]"
_BEGINS = re.compile(
    rf"(?:\A[^/]*?|(?<=html)|{_BETWEEN}|[\s|][\w-]{{1,20}}[:=])(https?://)",
    re.IGNORECASE,
)
"""Where an address begins: not within another one."""
_END = re.compile(r"\t|\s\|")
"""What ends one: a tab, and the next cell of a table in Markdown."""
_ENDS = re.compile(rf"[\s,;|<>\"'(){{}}\[\]\\{_MARKS}]")
_MOST_ENDS = 30
"""Ends of an address that are tried: a slug may have a few such characters of its own."""
_CLOSING = ".,;:!?*_"
_AROUND = f" \t,;|<>\"'[{_MARKS}"
_PIECE = 1 << 16
_LONGEST = 1 << 20
"""Characters of a line that are kept until its end comes."""
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


def _words(arguments: dict[str, str], name: str) -> list[str]:
    return [word.strip() for word in arguments.get(name, "").split(",") if word.strip()]


def _no_state(text: str) -> State:
    raise CrawlArgumentError(f"-a again={text}: give {', '.join(AGAIN)}, or both with a comma")


def _check_list(name: str) -> None:
    step = "give a file with one URL a line"
    try:
        with Path(name).open("rb"):
            pass
    except OSError as error:
        if "://" in name:
            why = f"that is an address; {step}, or - for standard input"
        else:
            why = f"cannot be read ({error.strerror}); {step}"
        raise CrawlArgumentError(f"-a urls={name}: {why}") from None


def _files(pattern: str) -> list[Path]:
    found = [Path(name).resolve() for name in sorted(glob(pattern, recursive=True))]  # noqa: PTH207
    if not found:
        raise CrawlArgumentError(
            f"no file {pattern!r}; name files that exist, or a pattern in quotes"
        )
    for path in found:
        if path.is_dir():
            raise CrawlArgumentError(
                f"{path}: a folder; give '{path}/*', or a pattern for its files"
            )
    return found


def _number(name: str, text: str | None, *, whole: bool) -> float | None:
    if text is None:
        return None
    plain = re.fullmatch(r"[0-9]{1,18}" if whole else r"[0-9]{1,300}(\.[0-9]{1,18})?", text)
    value = float(text) if plain else -1.0
    if value < (1 if whole else 0):
        kind = "a whole number from 1" if whole else "days, 0 or more"
        raise CrawlArgumentError(f"-a {name}={text}: give {kind}, in digits")
    return value


def anywhere(name: str, value: str) -> str:
    """The value of an argument or a setting, so that it names the same files from any folder."""
    if name in ("HUFFARCHIVE_WARC_DIR", "HUFFARCHIVE_OUTPUT_DIR"):
        return str(project_folder() / value)
    if value != "-" and (name == "urls" or name.endswith(("_FILE", "_LOG_JSON", "_CACHE_DIR"))):
        return str(Path(value).absolute())
    if name in ("files", "source"):
        here = escape(str(Path.cwd()))
        parts = [part.strip() for part in value.split(",")]
        paths = [bool(p) and (name == "files" or p.endswith(ENDINGS)) for p in parts]
        return ",".join(
            f"{here}/{p}" if path and p[0] != "/" else p
            for p, path in zip(parts, paths, strict=True)
        )
    return value


def _is_built_in(source: str) -> bool:
    return SOURCES[source].built_in


def sources_of(settings: BaseSettings, job: CrawlArguments) -> dict[str, Source]:
    """Every source, at the bases that the settings name."""
    found = {}
    for name, source in SOURCES.items():
        bases = {f: str(settings.get(s)).rstrip("/") for f, s in source.settings.items()}
        found[name] = replace(source, crawls=job.crawls, **bases)
    return found


def places_of(settings: BaseSettings, name: str) -> ArchivePaths:
    """Where an archive's files are; relative folders are relative to the project."""
    warc, output = settings.get("HUFFARCHIVE_WARC_DIR"), settings.get("HUFFARCHIVE_OUTPUT_DIR")
    return ArchivePaths(project_folder() / warc, project_folder() / output, name)


def project_folder() -> Path:
    """HUFFARCHIVE_HOME, or the folder of scrapy.cfg; the current one when there is neither."""
    if home := os.environ.get("HUFFARCHIVE_HOME"):
        return Path(home).resolve()
    found = closest_scrapy_cfg()
    return Path(found).parent if found else Path.cwd()


def check_scope(url: str, job: CrawlArguments, sources: Mapping[str, Source]) -> Reason | None:
    """Why an address is not asked in a run; None for the edition's own and its sources'."""
    edition = job.edition
    if any(sources[name].asks(url) for name in job.sources):
        return None
    parts = urlsplit(url)
    if parts.path == "/robots.txt":
        fault = edition.fault(parts.scheme, parts.hostname or "", parts.port, parts.path)
        return Reason.OUT_OF_SCOPE if fault else None
    where = identify(url, edition)
    if isinstance(where, OutOfScope) or edition.located(where.url) != where.url:
        return Reason.OUT_OF_SCOPE
    # A URL inside a URL is judged by the inner one, but it is the outer one that is asked.
    return None if urlsplit(where.url).netloc == parts.netloc else Reason.OUT_OF_SCOPE
