"""What the ledger costs a crawl: `python benchmarks/ledger_cost.py [--articles 1000]`.

The same crawl with the ledger and without it (a list is the frontier, nothing is remembered), in
turns. A list of URLs gives no links; what links cost is in benchmarks/ledger.py.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from job import Systems, options
from measured import load
from nginx_site import NginxSite


def main() -> None:
    parser = argparse.ArgumentParser(description="A crawl with the ledger and without it.")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    ratios, costs = [], {"with": [], "without": []}
    with tempfile.TemporaryDirectory(prefix="ledger-") as name:
        base = Path(name)
        base.chmod(0o755)
        with NginxSite(base / "site", given.articles) as web:
            systems = Systems(web, 1, None)
            for turn in range(given.rounds):
                kinds = ("with", "without") if turn % 2 else ("without", "with")
                for kind in kinds:
                    more = () if kind == "with" else options(EXTENSIONS='{"no_ledger.NoLedger": 1}')
                    with tempfile.TemporaryDirectory(dir=base) as folder:
                        cost = systems.ours(Path(folder), *more)
                    costs[kind].append(1e3 * cost.cpu / given.articles)
                ratios.append(costs["with"][-1] / costs["without"][-1])
                print(f"round {turn + 1}: {ratios[-1]:.3f}; {load()}", file=sys.stderr)
    for kind, found in costs.items():
        print(f"{kind} the ledger: {statistics.median(found):.2f} ms of CPU a page, ", end="")
        print(f"{min(found):.2f} to {max(found):.2f}")
    print(
        f"with / without: {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}),"
        f" of the medians {statistics.median(costs['with']) / statistics.median(costs['without']):.3f}"
        f"; {given.articles} pages, {given.rounds} rounds, {load()}"
    )


if __name__ == "__main__":
    main()
