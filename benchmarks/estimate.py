"""How often what the estimate claims is true: `python benchmarks/estimate.py [runs] [--write]`.

Archives of known size, lists drawn from them. `--write` puts the table into docs/estimate.md.
"""

import itertools
import math
import random
import re
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from huffarchive.sources.estimate import Claim, Estimate, estimate

DOCS = Path(__file__).parents[1] / "docs" / "estimate.md"
MARKS = ("<!-- table: simulated -->", "<!-- end of table -->")
HEAD = "| world | named | no estimate | estimate | interval | it holds | claimed | claim holds |"


@dataclass(frozen=True)
class World:
    """An archive and the lists made from it."""

    name: str
    lists: tuple[float, ...]
    """Each list's chance to name an article of middling popularity."""
    size: int = 3_000
    """Articles that a list could find."""
    popularity: float = 0.0
    """Standard deviation, on the logit scale, of how easily an article is found by every list."""
    copied: float = 0.0
    """Share of the first list that the second copies."""
    nested: bool = False
    """Whether the second list was chosen from the first."""
    avoided: float = 0.0
    """Share of the second list's articles that it leaves out because the first has them."""

    def patterns(self) -> dict[frozenset[str], float]:
        """The chance of every pattern of lists, none included."""
        grid = [(i - 200) / 25 for i in range(401)] if self.popularity else [0.0]
        weights = [math.exp(-point * point / 2) for point in grid]
        found: Counter[tuple[bool, ...]] = Counter()
        for point, weight in zip(grid, weights, strict=True):
            shift = self.popularity * point
            chances = [1 / (1 + (1 / c - 1) * math.exp(-shift)) for c in self.lists]
            for on in itertools.product((True, False), repeat=len(self.lists)):
                share = math.prod(c if yes else 1 - c for c, yes in zip(chances, on, strict=True))
                for pattern, part in self._changed(on):
                    found[pattern] += share * part * weight / sum(weights)
        return {
            frozenset(name for name, yes in zip("abcdef", on, strict=False) if yes): share
            for on, share in found.items()
        }

    def _changed(self, on: tuple[bool, ...]) -> list[tuple[tuple[bool, ...], float]]:
        first, second, *rest = on
        if first and not second and self.copied:
            return [((True, True, *rest), self.copied), (on, 1 - self.copied)]
        if second and not first and self.nested:
            return [((False, False, *rest), 1.0)]
        if first and second and self.avoided:
            return [((True, False, *rest), self.avoided), (on, 1 - self.avoided)]
        return [(on, 1.0)]


TWO, THREE, FOUR = (0.4, 0.3), (0.5, 0.3, 0.2), (0.6, 0.4, 0.2, 0.1)
WORLDS: tuple[World, ...] = (
    World("2 lists, independent", TWO),
    World("2 lists, independent, 30,000", TWO, 30_000),
    World("2 lists, unequal", (0.9, 0.02)),
    World("2 lists, very unequal", (0.5, 0.003)),
    World("2 lists, short", (0.05, 0.03)),
    World("2 lists, long", (0.95, 0.9)),
    World("2 lists, one within the other", (0.5, 0.1), nested=True),
    World("2 lists, few of one within the other", (0.3, 0.003), nested=True),
    World("2 lists, popularity 0.5", TWO, popularity=0.5),
    World("2 lists, popularity 1", TWO, popularity=1),
    World("2 lists, short, popularity 1", (0.05, 0.03), popularity=1),
    World("2 lists, one copies half of the other", TWO, copied=0.5),
    World("3 lists, independent", THREE),
    World("3 lists, independent, 30,000", THREE, 30_000),
    World("3 lists, unequal", (0.8, 0.1, 0.02)),
    World("3 lists, short", (0.1, 0.05, 0.03)),
    World("3 lists, popularity 0.5", THREE, popularity=0.5),
    World("3 lists, popularity 1", THREE, popularity=1),
    World("3 lists, popularity 2", THREE, popularity=2),
    World("3 lists, popularity 1, 30,000", THREE, 30_000, popularity=1),
    World("3 lists, popularity 1.5, 30,000", THREE, 30_000, popularity=1.5),
    World("3 lists, short, popularity 1", (0.1, 0.05, 0.03), popularity=1),
    World("3 lists, one copies half of another", (0.4, 0.2, 0.3), copied=0.5),
    World("3 lists, one within another", THREE, nested=True),
    World("3 lists, one avoids half of another", THREE, avoided=0.5),
    World("4 lists, independent", FOUR),
    World("4 lists, independent, 30,000", FOUR, 30_000),
    World("4 lists, unequal", (0.8, 0.1, 0.05, 0.01)),
    World("4 lists, short", (0.1, 0.05, 0.03, 0.03)),
    World("4 lists, popularity 0.5", FOUR, popularity=0.5),
    World("4 lists, popularity 1", FOUR, popularity=1),
    World("4 lists, popularity 2", FOUR, popularity=2),
    World("4 lists, popularity 1, 30,000", FOUR, 30_000, popularity=1),
    World("4 lists, popularity 1.5, 30,000", FOUR, 30_000, popularity=1.5),
    World("4 lists, short, popularity 1", (0.1, 0.05, 0.05, 0.03), popularity=1),
    World("4 lists, one copies half of another", (0.4, 0.2, 0.3, 0.2), copied=0.5),
    World("4 lists, one within another", FOUR, nested=True),
)


@dataclass(frozen=True)
class Trial:
    """What came of so many archives of one world."""

    world: World
    found: list[Estimate]
    none: int
    """Archives of which nothing was claimed but what a line of words says."""

    def claims_hold(self) -> float:
        """Share of the estimates whose claim is true."""
        size = self.world.size
        return sum(
            e.at_least <= size if e.claim is Claim.AT_LEAST else e.low <= size <= e.high
            for e in self.found
        ) / len(self.found)

    def row(self) -> str:
        """One line of the table."""
        size, found = self.world.size, self.found
        share = self.none / (self.none + len(found))
        if not found:
            return f"| {self.world.name} | | {share:.0%} | | | | | |"
        intervals = sum(e.claim is Claim.INTERVAL for e in found) / len(found)
        bound = median(e.at_least for e in found) / size
        claimed = f"at least {bound:.2f}" if intervals < 1 else "interval"
        if 0 < intervals < 1:
            claimed = f"interval ({intervals:.0%}), else {claimed}"
        low, high = median(e.low for e in found) / size, median(e.high for e in found) / size
        inside = sum(e.low <= size <= e.high for e in found) / len(found)
        cells = (
            self.world.name,
            f"{median(e.named for e in found) / size:.2f}",
            f"{share:.0%}",
            f"{median(e.total for e in found) / size:.2f}",
            f"{low:.2f}–{high:.2f}",
            f"{inside:.1%}",
            claimed,
            f"{self.claims_hold():.1%}",
        )
        return f"| {' | '.join(cells)} |"


def trial(world: World, runs: int) -> Trial:
    """Estimate so many archives of a world."""
    dice = random.Random(world.name)
    chances = world.patterns()
    patterns, weights = [*chances], [*chances.values()]
    found, none = [], 0
    for _ in range(runs):
        made = estimate(Counter(dice.choices(patterns, weights, k=world.size)))
        if isinstance(made, Estimate):
            found.append(made)
        else:
            none += 1
    return Trial(world, found, none)


def main(runs: int, *, write: bool) -> None:
    """Print the table; with `write`, put it into the docs."""
    lines = [f"{runs:,} archives of each world:", "", HEAD, "|---" * 8 + "|"]
    print("\n".join(lines))
    with ProcessPoolExecutor() as pool:
        for done in pool.map(partial(trial, runs=runs), WORLDS):
            lines.append(done.row())
            print(lines[-1], flush=True)
    if write:
        text = DOCS.read_text("utf-8")
        table = "\n".join(["", *lines, ""])
        between = re.compile(f"(?<={MARKS[0]}).*(?={MARKS[1]})", re.DOTALL)
        DOCS.write_text(between.sub(lambda _: table, text), "utf-8")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(numbers[0] if numbers else 300, write="--write" in sys.argv)
