"""A command without the waits between tries and requests: `python -m tests.kit.hurried …`."""

import sys
from dataclasses import replace

from scrapy import cmdline

from huffarchive import outcome
from huffarchive.crawl import seeds
from huffarchive.politeness import host_state, limits
from huffarchive.politeness.throttle import Throttle

outcome.RETRY_AFTER = seeds.RETRY_AFTER = (0, 0, 0, 0)  # type: ignore[assignment]
for name, known in limits.LIMITS.items():
    limits.LIMITS[name] = replace(known, interval=0.0, first_pause=0.0)
host_state.OUTAGE = (0.02, 60.0)  # type: ignore[misc]
Throttle.__init__.__kwdefaults__["patience"] = (0.25, 300.0)
cmdline.execute(["scrapy", *sys.argv[1:]])
