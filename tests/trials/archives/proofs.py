"""The proofs: each stands up a rig, crawls, and returns its figures or says what failed."""

import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.trials.archives import evidence
from tests.trials.archives.holdings import GOOD
from tests.trials.archives.manners import Asked
from tests.trials.archives.partial import PartialSite
from tests.trials.archives.rig import Crawler, Ended, Rig
from tests.trials.archives.software import free_port

MOMENT = "2022-03-10T12:00:00+00:00"
Figures = dict[str, Any]


class FailedProofError(AssertionError):
    """What a proof found wrong, a line each."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__(
            "\n".join(wrong[:20]) + (f"\nand {len(wrong) - 20} more" * (len(wrong) > 20))
        )


def _hold(wrong: list[str]) -> None:
    if wrong:
        raise FailedProofError(wrong)


def _ended(ended: Ended, status: int = 0) -> None:
    if ended.status != status:
        raise FailedProofError([f"exit status {ended.status}, not {status}", ended.output[-1500:]])


def same_articles(folder: Path, source: str, articles: int = 36) -> Figures:
    """Discovery and capture through one archive give what the live crawl gave."""
    with Rig(folder, articles=articles) as rig:
        crawler = rig.crawler("from")
        ended = crawler.run("crawl", "huffpost_qc", "-a", f"source={source}")
        _ended(ended)
        _hold(evidence.differences(rig.live, crawler, rig.base))
        _hold(evidence.of_the_files(crawler))
        _hold(evidence.of_the_layers(crawler, MOMENT))
        _hold(evidence.of_the_replay(crawler, rig.articles, GOOD))
        _hold(rig.manners.broken())
        choices = [str(row["capture_choice"]).partition(", ")[2] for row in crawler.records]
        return {
            "articles": len(crawler.records),
            "after another capture": sum(bool(c) for c in choices),
            "seconds": round(ended.seconds, 1),
            **rig.manners.summary(),
        }


def killed(folder: Path, source: str, articles: int = 24) -> Figures:
    """Killed twice in discovery, twice in capture, the next run completes; nothing is doubled."""
    index, pages = f"{source}_{'cdx' if source == 'wayback' else 'index'}", _pages(source)
    with Rig(folder, articles=articles) as rig:
        crawler = rig.crawler("killed")
        command = ["crawl", "huffpost_qc", "-a", f"source={source}"]
        log = rig.manners
        kills = []
        for service, number in ((index, 2), (index, 4), (pages, 3), (pages, 14)):
            ended = crawler.run(*command, kill_when=lambda: len(log.times(service)) >= number)  # noqa: B023
            _ended(ended, -9)
            kills.append(f"{service} {len(log.times(service))}")
        ended = crawler.run(*command)
        _ended(ended)
        _hold(evidence.differences(rig.live, crawler, rig.base))
        _hold(evidence.of_the_files(crawler))
        _hold(evidence.of_the_layers(crawler, MOMENT))
        _hold(log.broken())
        return {"killed at": kills, "articles": len(crawler.records), **log.summary()}


def _pages(source: str) -> str:
    return "wayback_pages" if source == "wayback" else "commoncrawl_data"


def recovered(folder: Path, articles: int = 14) -> Figures:
    """A lost ledger is made again with what the indexes told; nothing is asked for twice."""
    with Rig(folder, articles=articles) as rig:
        figures: Figures = {}
        for source in ("wayback", "commoncrawl"):
            crawler = rig.crawler(source)
            command = ["crawl", "huffpost_qc", "-a", f"source={source}"]
            first = len(rig.manners.log)
            _ended(crawler.run(*command))
            before, asked = crawler.jsonl, len(rig.manners.log)
            for path in crawler.places.output.glob("ledger.sqlite3*"):
                path.unlink()
            _ended(crawler.run("recover", "huffpost_qc"))
            _hold(evidence.of_the_files(crawler))
            _ended(crawler.run(*command))
            _hold(evidence.of_the_files(crawler))
            if crawler.jsonl != before:
                raise FailedProofError(["the records are not those of before"])
            again = [a.target for a in rig.manners.log[asked:] if a.service != "robots"]
            _hold([f"asked again: {target}" for target in again])
            requests = f"{asked - first} requests, then none"
            figures[source] = f"{len(crawler.records)} articles, {requests}"
        return figures


def pace(folder: Path) -> Figures:
    """Two runs one after the other, of two archives: one pace, and one pause after a 429."""
    with Rig(folder, articles=12, faults={("wayback_cdx", 4): 429}) as rig:
        first, second = rig.crawler("first"), rig.crawler("second")
        command = ["discover", "huffpost_qc", "-a", "source=wayback"]
        log = rig.manners
        _ended(first.run(*command, kill_when=lambda: len(log.times("wayback_cdx")) >= 2), -9)
        began = time.monotonic()
        # The fourth request of all, this run's second, is turned away; the run is killed then.
        ended = second.run(*command, kill_when=lambda: any(_a_second_ago(a) for a in log.log))
        _ended(ended, -9)
        turned_away = max(a.at for a in log.log if a.status == 429)
        _ended(first.run(*command))
        later = [at for at in log.times("wayback_cdx") if at > turned_away]
        _hold(log.broken())
        pause = min(later) - turned_away
        if pause < 60:
            raise FailedProofError([f"asked again {pause:.1f} s after a 429"])
        across = min(at for at in log.times("wayback_cdx") if at > began) - max(
            at for at in log.times("wayback_cdx") if at < began
        )
        return {
            "pause after the 429, in another run": f"{pause:.1f} s",
            "gap between two runs": f"{across:.2f} s",
            **log.summary(),
        }


def _a_second_ago(asked: Asked) -> bool:
    """Whether a request was turned away, and its client has had the time to take note of it."""
    return asked.status == 429 and time.monotonic() - asked.at > 1


def thirds(folder: Path, articles: int = 30) -> Figures:
    """A third of the pages is missing in each of three sources: what is anywhere is captured."""
    with (
        Rig(
            folder,
            articles=articles,
            not_in_wayback=lambda n: n % 6 in (0, 1),
            not_in_commoncrawl=lambda n: n % 6 in (3, 4),
        ) as rig,
        PartialSite(rig.site, rig.keys(lambda n: n % 6 in (0, 3))) as live,
    ):
        crawler = rig.crawler("thirds")
        source = "source=live,wayback,commoncrawl"
        ended = crawler.run("crawl", "huffpost_qc", "-a", source, "-a", f"site={live.base}")
        _ended(ended, status=3)  # two thirds of the site are gone: doubted until a second day
        _hold(_thirds(rig, crawler))
        _hold(evidence.of_the_files(crawler))
        _hold(evidence.of_the_layers(crawler, MOMENT))
        _hold(rig.manners.broken())
        return {
            "articles": len(crawler.records),
            "by source": evidence.counted(crawler),
            "seconds": round(ended.seconds, 1),
            **rig.manners.summary(),
        }


def _thirds(rig: Rig, crawler: Crawler) -> list[str]:
    sources = {str(row["id"]): row["source"] for row in crawler.records}
    wrong = [f"{len(crawler.records)} records of {len(sources)} articles"]
    wrong = wrong if len(sources) != len(crawler.records) else []
    for article in rig.articles:
        due = {0: "commoncrawl", 3: "wayback"}.get(article.number % 6, "mirror")
        if sources.pop(str(article.key), None) != due:
            wrong.append(f"{article.key}: not captured from {due}")
    return wrong + [f"{i}: never was" for i in sources]


def dead_site(folder: Path, articles: int = 12) -> Figures:
    """The live site and Common Crawl do not answer: the Wayback Machine's pages are captured all
    the same, the rest counts as failed; once Common Crawl is back, the same command has them."""
    with Rig(folder, articles=articles, not_in_wayback=lambda n: n % 2 == 0) as rig:
        crawler = rig.crawler("dead")
        nobody = f"http://127.0.0.1:{free_port()}"
        command = ["crawl", "huffpost_qc", "-a", "source=live,wayback,commoncrawl"]
        command += ["-a", f"site={nobody}", "-a", f"urls={rig.list}"]
        rig.manners.down.add("commoncrawl_index")
        first = crawler.run(*command)
        _ended(first, 3)
        figures: Figures = {"first": evidence.counted(crawler), "seconds": round(first.seconds)}
        _hold([f"{figures['first']}"] if figures["first"] != {"wayback": articles // 2} else [])
        rig.manners.down.clear()
        _ended(crawler.run(*command))
        _hold(evidence.differences(rig.live, crawler, rig.base))
        _hold(evidence.of_the_files(crawler))
        return figures | {"second": evidence.counted(crawler), **rig.manners.summary()}


def discovered(folder: Path, articles: int = 24) -> Figures:
    """`discover` through every source, killed on the way, names every article and fetches none."""
    with Rig(folder, articles=articles) as rig, PartialSite(rig.site, ()) as live:
        crawler = rig.crawler("found")
        package = folder / "one.wacz"
        with zipfile.ZipFile(package, "w") as made:
            made.write(folder / "archives" / "wayback" / "wayback.warc.gz", "archive/w.warc.gz")
        files = f"{package},{folder}/archives/wayback.cdxj"
        command = ["discover", "huffpost_qc", "-a", f"site={live.base}"]
        command += ["-a", f"source=list,sitemap,wayback,commoncrawl,{files}"]
        log = rig.manners
        _ended(crawler.run(*command, kill_when=lambda: len(log.times("wayback_cdx")) >= 3), -9)
        ended = crawler.run(*command)
        _ended(ended)
        _hold(
            [f"{s}: a page was asked for" for s in log.summary() if s.endswith(("pages", "data"))]
        )
        _hold(log.broken())
        lines = [line.strip() for line in ended.output.splitlines() if "articles named by" in line]
        named = {line.split()[-3].rstrip(","): int(line.split()[0]) for line in lines}
        wrong = [
            f"{name} named {named.get(name)} of {articles} articles"
            for name in ("wayback", "commoncrawl", "warc", "sitemap")
            if named.get(name, 0) < articles
        ]
        _hold(wrong)
        if crawler.records:
            raise FailedProofError([f"{len(crawler.records)} records"])
        return {"named": lines, "seconds": round(ended.seconds, 1), **log.summary()}


def repackaged(folder: Path, articles: int = 24) -> Figures:
    """`-a source=warc`: files of others give, with no network, the articles of the live crawl."""
    with Rig(folder, articles=articles) as rig:
        figures: Figures = {}
        for name, pattern in (
            ("commoncrawl", "data/**/*.warc.gz"),
            ("wayback", "wayback/*.warc.gz"),
        ):
            crawler = rig.crawler(f"copy-of-{name}")
            files = f"files={folder}/archives/{pattern}"
            ended = crawler.run("crawl", "huffpost_qc", "-a", "source=warc", "-a", files)
            _ended(ended)
            _hold(evidence.differences(rig.live, crawler, rig.base))
            _hold(evidence.of_the_files(crawler))
            _hold(evidence.of_the_layers(crawler, MOMENT))
            _hold([f"{a.service} was asked" for a in rig.manners.log])
            members = b"".join(p.read_bytes() for p in sorted((folder / "archives").rglob("*.gz")))
            warcs = {p.name: p.read_bytes() for p in crawler.warcs}
            for row in crawler.records:
                at, size = row["warc_offset"], row["warc_length"]
                if warcs[row["warc_file"]][at : at + size] not in members:
                    raise FailedProofError([f"{row['id']}: not copied byte for byte"])
            figures[name] = f"{len(crawler.records)} articles in {ended.seconds:.1f} s"
        return figures


PROOFS: dict[str, Callable[..., Figures]] = {
    "wayback": lambda folder, **size: same_articles(folder, "wayback", **size),
    "commoncrawl": lambda folder, **size: same_articles(folder, "commoncrawl", **size),
    "killed-wayback": lambda folder: killed(folder, "wayback"),
    "killed-commoncrawl": lambda folder: killed(folder, "commoncrawl"),
    "recovered": recovered,
    "pace": pace,
    "thirds": thirds,
    "dead-site": dead_site,
    "discovered": discovered,
    "repackaged": repackaged,
}
"""Every proof by its name; each takes an empty folder and returns its figures. The first two take
how many articles there are."""
