"""What one page passes in the crawling process: `python benchmarks/hops.py [--list]`.

Crawls three pages of the sample site, one at a time, and traces every call while the last of them is
under way, from the moment it is drawn to the commit: the modules of huffarchive in which a function is
called, the classes of which a frozen value is made, and how often an HTTP head is parsed (what `http.py`
remembers is not parsed again). The reader works in a process of its own and is not in these figures.
"""

import argparse
import dataclasses
import io
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from types import FrameType

from huffarchive import http
from huffarchive.archive.archive import Archive
from huffarchive.crawl.queue import RequestQueue
from huffarchive.ledger.rows import Task

COMMAND = "scrapy crawl huffpost_qc -a source=sample -a limit=3 -L ERROR"
HEAD = http._parsed.__code__
PAGES = 3
"""The first ones bring robots.txt, sitemaps and what is made once in a run."""


class Trace:
    """Counts calls while it is on."""

    def __init__(self) -> None:
        self.modules: Counter[str] = Counter()
        self.values: Counter[str] = Counter()
        self.heads = 0
        self.on = False

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """As `sys.setprofile` calls it."""
        if not self.on or event != "call":
            return
        name = frame.f_globals.get("__name__", "")
        code = frame.f_code
        if code.co_name == "__init__" and dataclasses.is_dataclass(
            made := frame.f_locals.get("self")
        ):
            kind = type(made)
            if kind.__module__.startswith("huffarchive") and kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
                self.values[f"{kind.__module__}.{kind.__qualname__}"] += 1
        elif name.startswith("huffarchive.") and code.co_name != "<module>":
            self.modules[name] += 1
            self.heads += code is HEAD


def traced() -> Trace:
    """The trace of the last page."""
    trace, drawn = Trace(), RequestQueue.tasks
    given: list[Task] = []

    async def one_by_one(queue: RequestQueue) -> AsyncIterator[Task]:
        async for task in drawn(queue):
            while len(queue.under_way) > 1:
                await queue._nap()
            given.append(task)
            trace.on = len(given) == PAGES
            yield task

    def settled(queue: RequestQueue, task: Task) -> None:
        trace.on = False
        done(queue, task)

    done = RequestQueue.done
    RequestQueue.tasks, RequestQueue.done = one_by_one, settled  # type: ignore[method-assign]
    Archive.due = True  # type: ignore[assignment,method-assign]
    threading.setprofile(trace)
    sys.setprofile(trace)
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            from scrapy.cmdline import execute

            execute(COMMAND.split())
    except SystemExit:
        pass
    finally:
        sys.setprofile(None)
    return trace


def main() -> None:
    """Print the counts, and with --list what was counted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="name what was counted")
    listed = parser.parse_args().list
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "huffarchive.settings")
    with tempfile.TemporaryDirectory() as home:
        os.environ["HUFFARCHIVE_HOME"] = home
        trace = traced()
    for what, found in (("modules", trace.modules), ("value types", trace.values)):
        print(f"{len(found):3} {what}")
        if listed:
            print(
                "\n".join(
                    f"      {name.removeprefix('huffarchive.')} ({n})"
                    for name, n in sorted(found.items())
                )
            )
    print(f"{trace.heads:3} parses of an HTTP head")


if __name__ == "__main__":
    main()
