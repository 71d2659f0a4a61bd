"""Serve the sample site by hand: `python -m huffarchive.sample --port 8000`."""

import argparse
import os
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from huffarchive.sample.server import Service
from huffarchive.sample.site import ARTICLES, SEED, Site


def main(arguments: list[str] | None = None) -> int:
    """Serve until the time is over, a signal comes or (attached) the standard input ends."""
    options = _parser().parse_args(arguments)
    if not 1 <= options.articles <= 100_000:
        sys.stderr.write("--articles: give a number from 1 to 100000\n")
        return 2
    site = Site(options.seed, options.articles, options.pages_of, options.crawl_delay)
    if options.urls:
        sys.stdout.writelines(f"{url}\n" for url in site.plain_urls())
        return 0
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _stop)
    end = time.monotonic() + 60 * options.minutes
    service = Service(site, options.port, delay=options.delay, log=options.log)
    with suppress(KeyboardInterrupt), service:
        sys.stdout.write(f"{service.base}\n")
        sys.stdout.flush()
        _wait(end, attached=options.attached)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m huffarchive.sample",
        description="Serve the sample site of HuffPost Québec on 127.0.0.1.",
        epilog="example: python -m huffarchive.sample --port 8000 --minutes 60",
    )
    parser.add_argument("--port", type=int, default=8000, help="0 for a free one (default 8000)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--articles", type=int, default=ARTICLES, help="1 to 100000 (default 340)")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--crawl-delay", type=float, default=0.02, help="what robots.txt asks for")
    parser.add_argument("--pages-of", type=int, default=0, metavar="KB", help="average page weight")
    parser.add_argument("--minutes", type=float, default=15.0, help="its life (default 15)")
    parser.add_argument("--log", type=Path, help="append a line for each request to this file")
    parser.add_argument("--urls", action="store_true", help="print one plain URL per article, stop")
    parser.add_argument("--attached", action="store_true", help="end with the standard input")
    return parser


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _wait(end: float, *, attached: bool) -> None:
    while (left := end - time.monotonic()) > 0:
        if not attached:
            time.sleep(min(left, 1.0))
            continue
        ready, _, _ = select.select([sys.stdin], [], [], min(left, 1.0))
        if ready and not os.read(sys.stdin.fileno(), 1024):
            return


if __name__ == "__main__":
    sys.exit(main())
