"""The table of a run, as docs/hostile.md holds it."""

import platform
from pathlib import Path

from trials.hostile.crawl import Measured, Result

_HEAD = """# A hostile web

What servers, pages and answers of all kinds did to `scrapy crawl`, and what came of it. Written by

```
python -m trials.hostile --write docs/hostile.md
```

Each case is one address of a site on loopback (`trials/hostile/`); with a good page before and
after it in the list, in a crawl of the project's own settings. The time bound of a download is 4 s
instead of 30 s, and the waits between tries are left out; `--own-waits` runs with both. A case is
good when its page ended in the state and for the reason that the table of cases names, in time, and
its neighbours were captured with their own words in their records. "At the function" are cases that
need no crawl: addresses outside loopback are judged at the last step before the socket, and no
packet is sent. Seconds are those between the last request for the page and its settlement, the wait
for the reading process included.

After each crawl `gzip -t`, `warcio check`, `scrapy verify`, and `scrapy extract` against the run's
JSONL; warcio is kept from unpacking brotli, over which it falls with brotli 1.2 and newer.

"""


def write_table(path: Path, results: list[Result], measured: dict[str, Measured]) -> None:
    """Write the table of a run."""
    wrong = [result for result in results if not result.good]
    lines = [
        _HEAD,
        f"{len(results)} cases, {len(wrong)} that did not end as they must. Python "
        f"{platform.python_version()}, {platform.system()}; a machine of two cores that others used too.\n\n",
        "| group | cases | good | crawler, peak | reading worker, peak | loop still, longest | "
        "canary hits | tracebacks | files |\n|---|---:|---:|---:|---:|---:|---:|---:|---|\n",
    ]
    for group, cost in measured.items():
        members = [result for result in results if result.case.group == group]
        good = sum(result.good for result in members)
        files = "sound" if not cost.faults else f"{len(cost.faults)} faults"
        lines.append(
            f"| {group} | {len(members)} | {good} | {cost.crawler >> 20} MiB | "
            f"{cost.worker >> 20} MiB | {cost.still:.2f} s | {cost.canary} | {cost.tracebacks} | {files} |\n"
        )
    for group in measured:
        lines.append(
            f"\n## {group}\n\n| case | what is done | outcome | seconds |\n|---|---|---|---:|\n"
        )
        for result in results:
            if result.case.group == group:
                case = result.case
                mark = "" if result.good else f" **(must be {case.expect})**"
                took = "at the function" if case.direct else f"{result.seconds:.1f}"
                lines.append(
                    f"| {_cell(case.name)} | {_cell(case.does)} | {_cell(result.outcome)}{mark} | {took} |\n"
                )
    path.write_text("".join(lines), "utf-8")


def _cell(text: str) -> str:
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return shown.replace("|", "\\|").replace("<", "&lt;")
