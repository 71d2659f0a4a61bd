"""`scrapy crawl`: capture what is wanted, and say with the exit status how that went."""

import argparse
import contextlib
import io
import logging
import os
import re
import shlex
import signal
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.crawler import Crawler
from scrapy.spiderloader import get_spider_loader

from huffarchive import program, typed
from huffarchive.commands.options import (
    hint,
    mistake,
    no_options,
    plural,
    right_settings,
    told_our_way,
)
from huffarchive.commands.output import Output, take_options, usable_folders
from huffarchive.commands.streams import unwritten_told
from huffarchive.editions import EDITIONS
from huffarchive.exits import Exit, load, whole_installation
from huffarchive.outcome import Reason, State

if TYPE_CHECKING:
    from huffarchive.crawl.run import Run
    from huffarchive.crawl.spider import ArchiveSpider

_PARTS = [
    *("huffarchive.crawl.display", "huffarchive.crawl.pipelines", "huffarchive.crawl.spider"),
    *("huffarchive.download.handler", "surt"),
]
"""What a crawl imports, some of it late: all of it is seen to be there before it begins."""

_SECRET = re.compile("^[^=]*(PING_URL|PASS|SECRET|TOKEN|KEY|PROXY|CREDENTIAL)|://[^/?#]*@")
"""In settings that the command which is kept and shown leaves out."""

_SUCH = {
    "source": "live", "files": "'FOLDER/*.warc.gz'", "crawls": "CC-MAIN-2022-05", "urls": "FILE",
    "site": "http://127.0.0.1:8000/", "limit": "3", "recrawl": "30", "images": "true",
    "again": "refused,gone", "retry": "failed",
}  # fmt: skip
"""A value of each argument, to say how it is given."""


class Command(CrawlCommand):
    """Scrapy's crawl, with our arguments checked, our exit statuses and a summary."""

    discovers = False
    """Whether only the pages there are is found out."""

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Capture an edition's wanted pages to WARC and JSONL"

    def long_desc(self) -> str:
        """What `--help` says."""
        from huffarchive.sources import SOURCES

        return (
            "Capture an edition's wanted pages to WARC and JSONL. "
            f"Example: {program()} crawl huffpost_qc -a source=sample. "
            f"Arguments (-a): source={'|'.join(SOURCES)}, or several with commas, "
            "asked in this order for each page; urls=FILE or - (these pages only); site=URL "
            "(another base, such as a mirror); limit=N pages this run; recrawl=DAYS (ask again "
            "for what is older); again=refused,gone (ask again for what is settled so); "
            "retry=failed (ask again for what failed for good); "
            "images=true (the pictures too that the articles' records name; default false); "
            "crawls=CC-MAIN-2022-05,... (Common Crawl's, default all); "
            "files='FOLDER/*.warc.gz' (for source=warc: WARC or WACZ files whose captures are "
            "copied record by record, with no network; patterns in quotes, separated by commas)."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options; what is wrong with any is told in one line."""
        self.parser = parser
        told_our_way(parser, "discover" if self.discovers else "crawl", self.syntax())
        super().add_options(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check everything that can be checked before anything is started."""
        with whole_installation(f"{program()} {'discover' if self.discovers else 'crawl'}"):
            given = " ".join(opts.spargs or [])
            load([*_PARTS, *["huffarchive.sample.server"] * ("sample" in given)])
            self._check(args, opts)

    def _check(self, args: list[str], opts: argparse.Namespace) -> None:
        from huffarchive.crawl.arguments import (
            ARGUMENTS,
            DISCOVERERS,
            SAMPLED,
            CrawlArgumentError,
            CrawlArguments,
            anywhere,
        )
        from huffarchive.crawl.spider import ArchiveSpider
        from huffarchive.download.compat import PrivateNameMissingError
        from huffarchive.sources import SOURCES

        assert self.settings is not None
        name = "discover" if self.discovers else "crawl"
        for pair in opts.spargs or []:
            if "=" not in pair:
                such = f"{pair}={(args[1:] or [_SUCH[pair]])[0]}" if pair in _SUCH else "limit=3"
                mistake(name, f"-a {pair}: give NAME=VALUE, e.g. -a {such}")
        for pair in opts.set or []:
            if not pair.partition("=")[0].strip() or "=" not in pair:
                mistake(name, f"-s {pair}: give NAME=VALUE, e.g. -s HUFFARCHIVE_WORKERS=0")
        take = partial(super().process_options, args, opts)
        begin = take_options(name, self.settings, self.parser, opts, take)
        for number, word in enumerate(args):
            known, _, value = word.lstrip("-").partition("=")
            if known in ARGUMENTS and (word.startswith("-") or "=" in word):
                value = value or next(iter(args[number + 1 :]), "…")
                mistake(name, f"{word}: say -a {known}={value}")
        no_options(args, self.parser, name)
        args[:] = [EDITIONS[word].spider if word in EDITIONS else word for word in args]
        for word in args:
            if word in (*SOURCES, *DISCOVERERS):
                source = f"-a source={word}"
                such = f"{program()} {name} huffpost_{SAMPLED} {source}"
                mistake(name, f"{word}: say {source}, e.g. {such}")
        if len(args) != 1:
            said = f"{' '.join(args)}: " if args else ""
            mistake(name, f"{said}name one spider, e.g. {program()} {name} huffpost_qc")
        usable_folders(self.settings, name)
        right_settings(self.settings, name)
        level = self.settings.get("LOG_LEVEL")
        if level not in (levels := logging.getLevelNamesMapping()):
            mistake(name, f"LOG_LEVEL={level}: give one of {', '.join(levels)}")
        if (ca_file := self.settings.get("HUFFARCHIVE_CA_FILE")) and not Path(ca_file).is_file():
            mistake("crawl", f"HUFFARCHIVE_CA_FILE={ca_file}: no such file; give one in PEM form")
        try:
            spiders = get_spider_loader(self.settings)
        except PrivateNameMissingError as error:
            print(error, file=sys.stderr)
            sys.exit(Exit.NOT_STARTED)
        place = Output(name, self.settings)
        for kept in ("HUFFARCHIVE_LOG_JSON", "HUFFARCHIVE_METRICS_FILE"):
            if (path := self.settings.get(kept) or os.environ.get(kept)) and path != "-":
                place.spare(kept, str(path))
                pipe = kept.endswith("JSON") and not Path(path).is_dir()  # a log may go into one
                if Path(path).exists() and not (pipe or Path(path).is_file()):
                    mistake(name, f"{kept} {path}: that is no regular file; name another place")
        if jobs := self.settings.get("JOBDIR"):
            place.spare("JOBDIR", str(jobs))
        for feed in self.settings.getdict("FEEDS"):
            if "://" not in str(feed) or str(feed).startswith("file://"):
                place.spare("-o", str(feed))
        if args[0] not in (there := sorted(spiders.list())):
            if args[0] == f"{SAMPLED}-sample":
                mistake(name, f"{args[0]}: say {typed()} crawl huffpost_{SAMPLED} -a source=sample")
            near = hint(args[0], there)
            mistake(name, f"no spider {args[0]!r}; {near}there are {', '.join(there)}")
        spider_class = spiders.load(args[0])
        try:
            if issubclass(spider_class, ArchiveSpider):
                CrawlArguments.parse(spider_class.edition, opts.spargs, discover=self.discovers)
        except CrawlArgumentError as error:
            mistake(name, str(error))
        if log_file := self.settings.get("LOG_FILE"):
            try:
                Path(log_file).open("ab").close()
            except OSError as error:
                why = f"cannot be written ({error.strerror}); make its folder, or name another"
                mistake(name, f"--logfile {log_file}: {why}")
        begin()
        opts.spargs = {key: anywhere(key, value) for key, value in opts.spargs.items()}
        pairs = [("-a", f"{key}={value}") for key, value in opts.spargs.items()]
        for given in opts.set:
            if not _SECRET.search(given):
                key, _, value = given.partition("=")
                pairs.append(("-s", f"{key}={anywhere(key, value)}"))
        words = [program(), name, args[0], *(word for pair in pairs for word in pair)]
        self.settings.set("HUFFARCHIVE_COMMAND", shlex.join(words), "cmdline")
        # Levels are reset when Scrapy configures its logging; filters are not. The crawler would
        # list the settings, and secrets among them.
        quiet = ["scrapy.crawler"]
        if self.settings.get("LOG_LEVEL") != "DEBUG":
            quiet += ["scrapy.utils.log", "scrapy.addons"]
        for name in quiet:
            logging.getLogger(name).addFilter(lambda line: line.levelno >= logging.WARNING)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, print the summary, set the exit status."""
        from huffarchive.crawl.display import Progress
        from huffarchive.crawl.spider import ArchiveSpider

        assert self.crawler_process is not None
        spider_class = self.crawler_process.spider_loader.load(args[0])
        crawler = self._create_crawler(spider_class)
        more = {"discover": True} if self.discovers else {}
        self.crawler_process.crawl(crawler, **opts.spargs, **more)
        # A hang-up ends a run as a termination does, save under nohup; Scrapy handles only the
        # latter.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, _hung_up)
        self.crawler_process.start()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # The run is closed in a moment; a signal now must not take its exit status.
            signal.signal(number, signal.SIG_IGN)
        spider = crawler.spider
        if not isinstance(spider, ArchiveSpider):
            self.exitcode = Exit.NOT_STARTED if self.crawler_process.bootstrap_failed else Exit.DONE
            return
        progress = crawler.get_extension(Progress)
        if progress is not None:
            progress.close()
        self.exitcode = int(spider.ended())
        name = "discover" if self.discovers else "crawl"
        with unwritten_told(f"{program()} {name}: the summary"):
            if spider.refused is not None:
                print(spider.refused, end="\n" * bool(str(spider.refused)), file=sys.stderr)
                _tell(crawler, spider, str(spider.refused))
                return
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                self.summary(spider.run)
            try:
                print(said.getvalue(), end="")
            finally:
                _tell(crawler, spider, said.getvalue())
            if spider.no_contact and spider.run.report is not None:
                print(spider.no_contact)

    def summary(self, run: "Run") -> None:
        """Say what came of it, and what to do next."""
        _summary(run)


def _hung_up(number: int, frame: FrameType | None) -> None:
    """Do what is done at a termination, under the name of the signal that came."""
    handler = signal.getsignal(signal.SIGTERM)
    if callable(handler):
        handler(number, frame)
    else:
        signal.raise_signal(signal.SIGTERM)


def _tell(crawler: Crawler, spider: "ArchiveSpider", summary: str) -> None:
    """Tell those who are to know how the run ended."""
    from huffarchive.crawl.display import Progress
    from huffarchive.crawl.hooks import Hooks, of_archive

    progress = crawler.get_extension(Progress)
    hooks = (progress and progress.hooks) or Hooks(crawler.settings, spider.job.archive_name)
    found = spider.run.report if spider.refused is None else None
    figures = of_archive(found.counts, found.given_up, found.warc_bytes) if found else {}
    hooks.ended(spider.ended(), summary, figures)


_UNREADABLE = f"{State.CAPTURED}/{Reason.UNREADABLE}"


def _summary(run: "Run") -> None:
    report = run.report
    if report is None:
        if run.problem:
            print(run.problem, file=sys.stderr)
        return
    counts = report.counts
    sum_line = " + ".join(f"{counts[state]:,} {state}" for state in State)
    sign = "=" if report.balanced else "IS NOT"
    print(
        f"{plural(report.new_articles, 'article')} captured in this run, "
        f"{report.articles:,} in all."
    )
    print(f"{plural(counts['known'], 'page')} known {sign} {sum_line}")
    for reason, number in report.reasons.items():
        if reason.partition("/")[0] in ("gone", "refused", "failed") or reason == _UNREADABLE:
            print(f"  {number:,} {reason.replace('/', ': ')}")
    if report.not_read:
        print(
            f"{plural(report.not_read, 'captured page')} not read, by a fault of ours: a run with "
            f"-a source={','.join(sorted(run.unread)) or '...'} reads them again"
        )
    if report.given_up:
        print(
            f"{plural(report.given_up, 'page')} failed for good, in five runs over seven days: "
            "-a retry=failed asks again"
        )
    if run.passed_over:
        print(
            f"{plural(run.passed_over, 'line')} of the URL list passed over: no page of the "
            "edition; the log shows the first 20"
        )
    if passed := run.archive.ledger.pages.passed_over:
        from huffarchive.ledger.pages import MAX_ALIASES

        print(f"Other addresses of pages passed over: {passed:,}; {MAX_ALIASES} of each are kept")
    if report.files:
        print(f"WARC:   {run.places.warc}/{report.files[0]}.warc.gz{_more(report.files)}")
        print(f"JSONL:  {run.places.output}/{report.files[0]}.jsonl{_more(report.files)}")
    print(f"Report: {report.path}")
    print(_next_step(run))
    if run.places.is_sample and report.articles and run.status != Exit.NOT_STORED:
        _look_at(run.places.name)


def _look_at(name: str) -> None:
    """Say what shows a first crawl's result, and what to install for it where that is missing."""
    from huffarchive.commands import browse, report

    print(
        f"Look at it: {typed()} report {name}   one HTML page: what was captured, what is missing"
    )
    print(f"            {typed()} browse {name}   a reading room: search, text beside its capture")
    if any(find_spec(needed) is None for needed in (*report.NEEDS, *browse.NEEDS)):
        print("    first:  pip install 'huffarchive[report,browse]'")


def _more(files: tuple[str, ...]) -> str:
    return f" and {len(files) - 1} more" if len(files) > 1 else ""


def _next_step(run: "Run") -> str:
    from huffarchive.archive.status import command_for_others, next_command

    assert run.report is not None
    again = "Run the same command again"
    match run.status:
        case Exit.DONE:
            failed = " but what failed for good" if run.report.given_up else ""
            counts = run.report.counts
            others = counts[State.WANTED] + counts[State.FAILED] - run.report.given_up
            if run.job.urls is not None and others:
                command = next_command(run.command, run.job.archive_name)
                return (
                    f"Done: nothing of this list is left and nothing of it failed{failed}. "
                    f"{plural(others, 'page')} of other lists: "
                    f"{typed()} {command_for_others(command, run.report.left_path)}"
                )
            return f"Done: nothing wanted is left and nothing failed{failed}."
        case Exit.FAILURES if run.problem:
            return (
                f"{run.problem}. {again} later; to see huffarchive work without it: "
                f"{typed()} crawl huffpost_qc -a source=sample"
            )
        case Exit.FAILURES if run.provisional[0]:
            number, when = run.provisional
            return (
                f"{plural(number, 'page')} gone or refused as in a bad hour of the network or the "
                f"site: provisional, see {run.report.left_path}. {again}, from {when} on for these."
            )
        case Exit.FAILURES:
            return f"Some pages failed, see {run.report.left_path}. {again} to try them once more."
        case Exit.STOPPED:
            why = f"The limit of {run.job.limit:,} is reached" if run.limited else "Stopped early"
            return f"{why}. {again} to go on where it stopped."
        case Exit.NOT_STORED | Exit.DISK_FULL:
            return f"{run.problem}."
        case _:
            return run.problem or ""
