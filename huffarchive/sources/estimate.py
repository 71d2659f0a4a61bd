"""How many articles exist that no list names: capture–recapture over independent lists.

Two lists: Chapman's form of Lincoln and Petersen's estimator [1] with the exact interval. They hold
if the lists found their articles independently, which two lists cannot show; so only a lower
bound is claimed. Three or more: a log-linear model in which every two lists may lean on each other,
with its profile likelihood; where all of them favour the same articles strongly, more is common to
them than pairs can say, and again only a lower bound is claimed. The lower bound of three or more
is Chao's [2].

[1] Chapman: Some properties of the hypergeometric distribution with applications to zoological
    sample censuses. University of California Publications in Statistics 1 (1951), 131–160.
[2] Chao, Lee, Jeng: Estimating population size for capture–recapture data when capture
    probabilities vary by time and individual animal. Biometrics 48 (1992), 201–216.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from huffarchive.sources.loglinear import Pattern, profile

Z = 1.959964
"""Half the width of a 95 % interval, in standard deviations."""
_TAIL = 0.025
_ONE_SIDED = 1.644854
"""How far below lies what 95 % are above."""
_STRONG = 0.5
"""Where every two lists favour the same articles by more (a logarithm of odds), no interval holds:
so much comes of what makes an article easy to find, which all lists share."""

MOST_LISTS = 4
"""Lists told apart; of more, the smallest are taken together as one."""

_TWO = (
    "the lower bound holds unless the two lists avoid each other's articles; the estimate, if they "
    "found them independently"
)
_MORE = (
    "holds where lists favour the same articles two by two; an article that no list could find is "
    "not in it"
)
_ALIKE = (
    "all lists favour the same articles, so more may exist than the estimate says; the lower bound "
    "holds"
)


class Claim(StrEnum):
    """What is claimed with 95 % confidence."""

    INTERVAL = "interval"
    AT_LEAST = "at least"
    """The lower bound alone; the interval is what it would be under the assumption."""


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
    """Its interval: 95 % under the assumption."""
    at_least: int
    """Lower bound, one-sided, 95 %; below it only if lists avoid each other's articles."""
    claim: Claim
    method: str
    """Chapman or log-linear."""
    leaning: tuple[str, ...]
    """Pairs of lists, "a+b", that favour, or avoid, the same articles beyond chance."""
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
    at_least = named + math.floor(_bound(*_chao(lists, counts)))
    if len(lists) == 2:
        return _of_two(lists, counts, named)
    found = profile(lists, counts)
    if found.high is None:
        return (
            f"at least {min(at_least, named + math.floor(found.low)):,} articles exist, and the "
            "lists have too little in common, or one lies within another, to say how many at most"
        )
    strong = all(slope > _STRONG for _, slope, _ in found.leanings)
    low = named + math.floor(found.low)
    return Estimate(
        lists,
        named,
        named + round(found.unseen),
        low,
        named + math.ceil(found.high),
        at_least if strong else low,
        Claim.AT_LEAST if strong else Claim.INTERVAL,
        "log-linear",
        tuple("+".join(pair) for pair, slope, sd in found.leanings if abs(slope) > Z * sd),
        _ALIKE if strong else _MORE,
    )


def _of_two(lists: tuple[str, ...], counts: Mapping[Pattern, int], named: int) -> Estimate:
    """Chapman's estimate with the exact interval: what they have in common is hypergeometric."""
    first, second, both = (counts.get(Pattern(c), 0) for c in (lists[:1], lists[1:], lists))
    common = _Common(first + both, second + both, both)
    low = _first_not(lambda unseen: common.or_less(unseen) < _TAIL)
    bound = _first_not(lambda unseen: common.or_less(unseen) < 2 * _TAIL)
    high = _first_not(lambda unseen: common.or_more(unseen) >= _TAIL) - 1
    total = round(first * second / (both + 1))
    return Estimate(
        lists,
        named,
        named + total,
        named + min(low, total),
        named + max(high, total),
        named + min(bound, total),
        Claim.AT_LEAST,
        "Chapman",
        (),
        _TWO,
    )


def _first_not(holds: Callable[[int], bool]) -> int:
    """The first number from 0 on for which something is not so that is so for all before it."""
    above = 0
    while holds(above):
        above = 2 * above + 1
    below = above // 2  # it holds for what was tried before, if anything was
    while below < above:
        middle = (below + above) // 2
        if holds(middle):
            below = middle + 1
        else:
            above = middle
    return above


@dataclass(frozen=True, slots=True)
class _Common:
    """How likely two independent lists have so many articles in common."""

    one: int
    two: int
    """Their lengths."""
    both: int

    def or_more(self, unseen: int) -> float:
        """The chance of `both` or more, where so many articles are on neither."""
        total = self.one + self.two - self.both + unseen
        if self.both * total >= self.one * self.two:
            return self._tail(self.both, total, 1)
        return 1 - self._tail(self.both - 1, total, -1)

    def or_less(self, unseen: int) -> float:
        """The chance of `both` or fewer."""
        total = self.one + self.two - self.both + unseen
        if self.both * total <= self.one * self.two:
            return self._tail(self.both, total, -1)
        return 1 - self._tail(self.both + 1, total, 1)

    def _tail(self, k: int, total: int, step: int) -> float:
        """The chances of k and all beyond it, away from the mean, until they no longer count."""
        one, two, rest = self.one, self.two, total - self.one - self.two
        if not max(0, -rest) <= k <= min(one, two):
            return 0.0
        term = math.exp(_choose(one, k) + _choose(total - one, two - k) - _choose(total, two))
        whole = 0.0
        while term > whole * 1e-9:
            whole += term
            if step > 0:
                term *= (one - k) * (two - k) / ((k + 1) * (rest + k + 1))
            else:
                term *= k * (rest + k) / ((one - k + 1) * (two - k + 1))
            k += step
        return whole


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


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


def _bound(unseen: float, variance: float) -> float:
    """What 95 % are above, the unseen taken as log-normal."""
    if unseen < 0.5:
        return 0.0
    return unseen / math.exp(_ONE_SIDED * math.sqrt(math.log1p(variance / (unseen * unseen))))
