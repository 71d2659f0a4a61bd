"""How many articles exist that no list names: capture–recapture over independent lists.

Two lists: Chapman's form of Lincoln and Petersen's estimator [1]. Three or more: a log-linear
model, which lets lists favour the same articles, beside Chao's lower bound for lists of unequal
length [2], which for two lists is Chapman's. Intervals are on a logarithmic scale [3, 4], so they
never fall below what is known.

[1] Chapman: Some properties of the hypergeometric distribution with applications to zoological
    sample censuses. University of California Publications in Statistics 1 (1951), 131–160.
[2] Chao, Lee, Jeng: Estimating population size for capture–recapture data when capture
    probabilities vary by time and individual animal. Biometrics 48 (1992), 201–216.
[3] Sadinle: Transformed logit confidence intervals for small populations in single
    capture–recapture estimation. Communications in Statistics 38 (2009), 1909–1924.
[4] Chao: Estimating the population size for capture–recapture data with unequal catchability.
    Biometrics 43 (1987), 783–791.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from huffarchive.sources.loglinear import Pattern, averaged

Z = 1.959964
"""Half the width of a 95 % interval, in standard deviations."""

MOST_LISTS = 4
"""Lists told apart; of more, the smallest are taken together as one."""

_TWO = (
    "holds if the two lists found their articles independently; where they favour the same "
    "articles, more exist than it says"
)
_MORE = (
    "holds if, beside the pairs of lists it names, the lists found their articles independently; "
    "an article that no list could find is not in it"
)
_BOUND = "a lower bound: where lists favour the same articles, more exist than it says"


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many articles there are, by what the lists have in common."""

    lists: tuple[str, ...]
    named: int
    """Articles that at least one of the lists names."""
    total: int
    """Estimate of all articles that there are, the named ones included."""
    low: int
    high: int
    """Its 95 % interval."""
    at_least: int
    """What it would be if the lists were independent: Chao's lower bound."""
    method: str
    """Chapman, log-linear or Chao."""
    leaning: tuple[str, ...]
    """Pairs of lists, "a+b", that the model lets favour, or avoid, the same articles."""
    assumption: str

    @property
    def unseen(self) -> int:
        """Articles that no list names."""
        return self.total - self.named


def estimate(patterns: Mapping[Pattern, int]) -> Estimate | str:
    """Estimate from how many articles are named by exactly these lists; or why that cannot be.

    Lists that name nothing do not count.
    """
    counts, lists = _merged({pattern: n for pattern, n in patterns.items() if pattern and n > 0})
    if len(lists) < 2:
        return "two lists made independently are needed"
    if all(len(pattern) == 1 for pattern in counts):
        return "the lists have no article in common, so nothing bounds what they all miss"
    named = sum(counts.values())
    unseen, variance = _chao(lists, counts)
    at_least = named + round(unseen)
    method, assumption = "Chapman", _TWO
    leaning: tuple[str, ...] = ()
    if len(lists) > 2:
        method, assumption = "Chao", _BOUND
        if (model := averaged(lists, counts)) is not None:
            unseen = math.exp(model.constant)
            variance = unseen * unseen * model.variance + unseen
            leaning = tuple("+".join(pair) for pair in model.pairs)
            method, assumption = "log-linear", _MORE
    low, high = _interval(unseen, variance)
    if len(lists) == 2 and unseen >= 1:
        low, high = _interval_of_two(
            *(counts.get(Pattern(c), 0) for c in (lists[:1], lists[1:], lists))
        )
    return Estimate(
        lists,
        named,
        named + round(unseen),
        named + math.floor(low),
        named + math.ceil(high),
        at_least,
        method,
        leaning,
        assumption,
    )


def _merged(counts: Mapping[Pattern, int]) -> tuple[dict[Pattern, int], tuple[str, ...]]:
    """The counts with the smallest lists as one, where there are too many; and the lists."""
    sizes: Counter[str] = Counter()
    for pattern, n in counts.items():
        for name in pattern:
            sizes[name] += n
    lists = sorted(sizes, key=lambda name: (-sizes[name], name))
    if len(lists) <= MOST_LISTS:
        return dict(counts), tuple(lists)
    apart, rest = lists[: MOST_LISTS - 1], lists[MOST_LISTS - 1 :]
    together = "+".join(rest)
    merged: Counter[Pattern] = Counter()
    for pattern, n in counts.items():
        kept = pattern.intersection(apart)
        merged[kept | {together} if pattern.intersection(rest) else kept] += n
    return dict(merged), (*apart, together)


def _chao(lists: tuple[str, ...], counts: Mapping[Pattern, int]) -> tuple[float, float]:
    """Articles unseen, at least, and the variance (delta method, multinomial counts)."""
    once = [counts.get(Pattern((name,)), 0) for name in lists]
    twice = sum(n for pattern, n in counts.items() if len(pattern) == 2)
    named, f1 = sum(counts.values()), sum(once)
    unseen = (f1 * f1 - sum(n * n for n in once)) / 2 / (twice + 1)
    slopes = [(n, 1 + (f1 - n) / (twice + 1)) for n in once]
    slopes += [(twice, 1 - unseen / (twice + 1)), (named - f1 - twice, 1.0)]
    mean = sum(n * slope for n, slope in slopes)
    variance = sum(n * slope * slope for n, slope in slopes) - mean * mean / (named + unseen)
    return unseen, max(variance, unseen)


def _interval_of_two(first: int, second: int, both: int) -> tuple[float, float]:
    """Sadinle's 95 %, which holds for few articles in common too."""
    one, two, common = first + 0.5, second + 0.5, both + 0.5
    deviation = math.sqrt(1 / one + 1 / two + 1 / common + common / (one * two))
    middle, factor = one * two / common, math.exp(Z * deviation)
    return max(middle / factor - 0.5, 0.0), middle * factor


def _interval(unseen: float, variance: float) -> tuple[float, float]:
    """95 %, the unseen taken as log-normal; three are the bound of a Poisson count that was 0."""
    if unseen < 0.5:
        return 0.0, 3.0
    factor = math.exp(Z * math.sqrt(math.log1p(variance / (unseen * unseen))))
    return unseen / factor, unseen * factor
