"""How often the estimate's interval holds the truth: `python benchmarks/estimate.py [runs]`.

Archives of known size, lists drawn from them. "Popular" articles are likelier to be in every list:
the logit of an article's chance in each list is shifted by a normal variable of that width.
"""

import math
import random
import sys
from collections import Counter
from dataclasses import dataclass
from statistics import mean

from huffarchive.sources.estimate import Estimate, estimate


@dataclass(frozen=True)
class World:
    """An archive and the lists made from it."""

    name: str
    lists: tuple[float, ...]
    """Each list's chance to name an article of middling popularity."""
    size: int = 3_000
    popularity: float = 0.0
    """Standard deviation of the logit."""
    copied: float = 0.0
    """Share of the first list that the second copies."""
    hidden: float = 0.0
    """Share of articles that no list can find."""

    def draw(self, dice: random.Random) -> Counter[frozenset[str]]:
        """The patterns of one archive."""
        logits = [math.log(chance / (1 - chance)) for chance in self.lists]
        found: Counter[frozenset[str]] = Counter()
        for _ in range(round(self.size * (1 - self.hidden))):
            shift = dice.gauss(0, self.popularity) if self.popularity else 0.0
            names = set()
            for number, logit in enumerate(logits):
                if dice.random() < 1 / (1 + math.exp(-logit - shift)):
                    names.add("abcdef"[number])
            if self.copied and "a" in names and dice.random() < self.copied:
                names.add("b")
            found[frozenset(names)] += 1
        del found[frozenset()]
        return found


WORLDS: tuple[World, ...] = (
    World("2 lists, independent", (0.4, 0.3)),
    World("2 lists, independent, short", (0.05, 0.03)),
    World("2 lists, independent, 30,000", (0.4, 0.3), 30_000),
    World("3 lists, independent", (0.5, 0.3, 0.2)),
    World("3 lists, independent, short", (0.1, 0.05, 0.03)),
    World("4 lists, independent", (0.6, 0.4, 0.2, 0.1)),
    World("4 lists, independent, 30,000", (0.6, 0.4, 0.2, 0.1), 30_000),
    World("2 lists, popularity 0.5", (0.4, 0.3), popularity=0.5),
    World("2 lists, popularity 1", (0.4, 0.3), popularity=1),
    World("3 lists, popularity 0.5", (0.5, 0.3, 0.2), popularity=0.5),
    World("3 lists, popularity 1", (0.5, 0.3, 0.2), popularity=1),
    World("4 lists, popularity 0.5", (0.6, 0.4, 0.2, 0.1), popularity=0.5),
    World("4 lists, popularity 1", (0.6, 0.4, 0.2, 0.1), popularity=1),
    World("4 lists, popularity 2", (0.6, 0.4, 0.2, 0.1), popularity=2),
    World("4 lists, popularity 1, 30,000", (0.6, 0.4, 0.2, 0.1), 30_000, popularity=1),
    World("3 lists, one copies half of another", (0.4, 0.2, 0.3), copied=0.5),
    World("4 lists, one copies half of another", (0.4, 0.2, 0.3, 0.2), copied=0.5),
    World("4 lists, independent, 20 % hidden", (0.6, 0.4, 0.2, 0.1), hidden=0.2),
)


def trial(world: World, runs: int) -> str:
    """One line: how the estimates of so many archives lie about the truth."""
    dice = random.Random(world.name)
    found = [e for _ in range(runs) if isinstance(e := estimate(world.draw(dice)), Estimate)]
    holds = sum(e.low <= world.size <= e.high for e in found) / len(found)
    below = sum(world.size > e.high for e in found) / len(found)
    cells = (
        world.name,
        f"{mean(e.named for e in found) / world.size:.2f}",
        f"{mean(e.at_least for e in found) / world.size:.2f}",
        f"{mean(e.total for e in found) / world.size:.2f}",
        f"{mean(e.high - e.low for e in found) / world.size:.2f}",
        f"{holds:.1%}",
        f"{below:.1%}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"{number} archives each (a tenth for those of 30,000); all figures but the last two")
    print("as shares of the true number\n")
    print("| world | named | lower bound | estimate | width | interval holds | truth above it |")
    print("|---|---|---|---|---|---|---|")
    for world in WORLDS:
        print(trial(world, number if world.size < 10_000 else max(number // 10, 20)), flush=True)
