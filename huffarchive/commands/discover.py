"""`scrapy discover`: find out which pages there are, and fetch none of them."""

import sys
from typing import TYPE_CHECKING

from huffarchive import program, typed
from huffarchive.commands import crawl
from huffarchive.commands.options import plural
from huffarchive.exits import Exit

if TYPE_CHECKING:
    from huffarchive.crawl.run import Run


class Command(crawl.Command):
    """The crawl's start alone: lists, sitemaps, other archives' indexes, files of others."""

    discovers = True

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Find out which pages an edition has, and fetch none of them"

    def long_desc(self) -> str:
        """What `--help` says."""
        from huffarchive.sources import QUERIES

        return (
            "Find out which pages an edition has, and fetch none of them; they are wanted "
            "from then on. Stopped in the middle, the same command goes on. "
            f"Example: {program()} discover huffpost_qc -a source=list,sitemap,wayback. "
            "Arguments (-a): source=list (the packaged list), sitemap (of the site, through its "
            f"robots.txt), {', '.join(QUERIES)}, or WARC, ARC, WACZ, CDX or CDXJ files, "
            "with commas between; default list,sitemap. files='FOLDER/*.cdxj' (such files "
            "by patterns, in quotes), urls=FILE or - (a list of yours), site=URL (another base), "
            "crawls=CC-MAIN-2022-05,... (default all), images=true (the pictures too that records "
            "here name), limit=N (pages of indexes this run), recrawl=DAYS (read indexes again "
            "that are older), again=refused,gone and retry=failed (those that ended so)."
        )

    def summary(self, run: "Run") -> None:
        """For each source the articles it names, and how many nobody had named before."""
        from huffarchive.archive.status import next_command

        if run.report is None:
            if run.problem:
                print(run.problem, file=sys.stderr)
            return
        before, after = run.named
        for name in sorted(after):
            print(f"{after[name]:>9,} articles named by {name}, {after[name] - before[name]:,} new")
        counts = run.report.counts
        print(f"{plural(counts['known'], 'page')} known, {counts['wanted']:,} of them wanted")
        print(f"Report: {run.report.path}")
        match run.status:
            case Exit.DONE:
                print(f"Done. Next: {typed()} {next_command(run.command, run.job.archive_name)}")
            case Exit.STOPPED:
                print("Stopped early. Run the same command again to go on where it stopped.")
            case Exit.FAILURES:
                why = f"{run.problem}. " if run.problem else ""
                print(f"{why}Not all could be asked: run the same command again later.")
            case _:
                print(run.problem or "The log says what went wrong.")
