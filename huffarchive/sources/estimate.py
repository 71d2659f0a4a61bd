"""How many articles exist that no list names: capture–recapture over independent lists.

Lists may lean on each other pair by pair, which a log-linear model allows for.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Pattern = frozenset[str]
Term = tuple[str, ...]

WIDE = 5.023886
"""How much worse the fit may be (97.5 % of a chi-squared variable): the likelihood's own 95 %,
3.84, hold 85 to 95 % where the lists lean on each other by more than pairs can say."""
_STEPS = 60
_NEWTON_BOUND = 30.0
"""Logarithms are kept within this, where a pattern never occurs."""
_CLOSE = 1e-6
"""Steps end where the deviance changes by less."""
_NOTHING = 1e-10
_MOST = 1000
"""So many times what is named is no number any more."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the likelihood says of the articles that no list names."""

    unseen: float
    low: float
    high: float | None
    """The interval; None where nothing bounds it from above."""
    leanings: tuple[tuple[Term, float, float], ...]
    """Each pair of lists, the logarithm of the odds by which they favour the same articles, and its
    standard deviation."""


def profile(lists: Sequence[str], counts: Mapping[Pattern, int]) -> Profile:
    """The unseen articles that agree with the counts, but for a fit that is worse by WIDE."""
    pairs = list(itertools.combinations(lists, 2))
    table = Fitted(lists, counts, pairs)
    slopes, deviance = table.fitted(None)
    variances = table.variances()
    least, most = deviance + WIDE, float(_MOST * sum(counts.values()))
    unseen = min(math.exp(slopes[0]), most)

    def fits(number: float) -> bool:
        return table.fitted(number)[1] <= least

    low, high = 0.0, None
    if not fits(0.0):
        low = _edge(0.0, unseen, fits_above=True, fits=fits)
    above = max(unseen, 0.5)
    while above < most:
        below, above = above, 2 * above + 1
        if not fits(above):
            high = _edge(below, above, fits_above=False, fits=fits)
            break
    first = 1 + len(lists)
    leanings = zip(pairs, slopes[first:], variances[first:], strict=True)
    return Profile(unseen, low, high, tuple((p, s, math.sqrt(v)) for p, s, v in leanings))


def _edge(below: float, above: float, *, fits_above: bool, fits: Callable[[float], bool]) -> float:
    """Where the fit begins or ends between two numbers, to a hundredth; on the outer side."""
    while above - below > max(0.01 * above, 0.25):
        middle = (below + above) / 2
        if fits(middle) is fits_above:
            above = middle
        else:
            below = middle
    return below if fits_above else above


class Fitted:
    """The counts of all patterns, fitted by reweighted least squares as often as is asked."""

    def __init__(
        self, lists: Sequence[str], counts: Mapping[Pattern, int], pairs: Sequence[Term]
    ) -> None:
        terms = [*((name,) for name in lists), *pairs]
        cells = [
            Pattern(c) for k in range(len(lists) + 1) for c in itertools.combinations(lists, k)
        ]
        self._rows = [[0, *(i for i, t in enumerate(terms, 1) if c.issuperset(t))] for c in cells]
        self._seen: list[float] = [counts.get(cell, 0) for cell in cells]
        self._size = len(terms) + 1
        self._mean = [n + 0.5 for n in self._seen]
        """Of the last fit: the next one, which is near, starts from it."""

    def fitted(self, unseen: float | None) -> tuple[tuple[float, ...], float]:
        """Slopes and deviance where `unseen` articles are on no list; None: where that is open."""
        skipped = int(unseen is None)
        rows, seen, mean = self._rows[skipped:], self._seen[skipped:], self._mean[skipped:]
        if unseen is not None:
            seen[0] = unseen
            mean[0] = unseen + 0.5
        slopes, last, size = [0.0] * self._size, math.inf, self._size
        for step in range(_STEPS):
            right = [0.0] * size
            for row, m, n in zip(rows, mean, seen, strict=True):
                # From means alone to slopes, then from slopes to better ones.
                aim = n - m if step else m * math.log(m) + n - m
                for i in row:
                    right[i] += aim
            (change,) = _solve(_normal(rows, mean, size), [right])
            slopes = [a + b for a, b in zip(slopes, change, strict=True)]
            logs = [
                min(max(sum([slopes[i] for i in row]), -_NEWTON_BOUND), _NEWTON_BOUND)
                for row in rows
            ]
            mean = [math.exp(value) for value in logs]
            deviance = 2 * sum(
                (n * math.log(n / m) if n else 0.0) - (n - m)
                for n, m in zip(seen, mean, strict=True)
            )
            if abs(last - deviance) < _CLOSE:
                break
            last = deviance
        self._mean[skipped:] = mean
        return tuple(min(max(slope, -_NEWTON_BOUND), _NEWTON_BOUND) for slope in slopes), deviance

    def variances(self) -> tuple[float, ...]:
        """Of the slopes of the last fit, whose unseen were open."""
        ones = [[float(i == j) for j in range(self._size)] for i in range(self._size)]
        inverse = _solve(_normal(self._rows[1:], self._mean[1:], self._size), ones)
        return tuple(max(column[i], 0.0) for i, column in enumerate(inverse))


def _normal(rows: list[list[int]], weights: list[float], size: int) -> list[list[float]]:
    """The matrix of the normal equations; each row names its columns of ones."""
    made = [[0.0] * size for _ in range(size)]
    for row, weight in zip(rows, weights, strict=True):
        for i in row:
            line = made[i]
            for j in row:
                line[j] += weight
    least = _NOTHING * max(made[i][i] for i in range(size)) + _NOTHING
    for i in range(size):
        made[i][i] += least  # so that counts which determine nothing leave no singular matrix
    return made


def _solve(matrix: list[list[float]], rights: list[list[float]]) -> list[list[float]]:
    """Gauss and Jordan's elimination with pivots, for several right sides."""
    size = len(matrix)
    lines = [[*line, *(right[i] for right in rights)] for i, line in enumerate(matrix)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(lines[r][i]))
        lines[i], lines[pivot] = lines[pivot], lines[i]
        for r, line in enumerate(lines):
            if r != i and (factor := line[i] / lines[i][i]):
                lines[r] = [a - factor * b for a, b in zip(line, lines[i], strict=True)]
    return [[line[size + k] / line[i] for i, line in enumerate(lines)] for k in range(len(rights))]


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
        least = max(min(at_least, named + math.floor(found.low)), sum(patterns.values()))
        return (
            f"at least {least:,} articles exist, and the "
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
