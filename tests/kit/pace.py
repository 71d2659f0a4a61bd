"""Whether a server was asked no faster than a pace allows."""

from collections.abc import Iterable
from itertools import combinations

HICCUP = 0.2
"""Seconds by which a server beside other work may note one request late and the next in time."""


def too_fast(times: Iterable[float], interval: float) -> list[str]:
    """Pairs of requests that came closer than the pace allows: each one with any later one.

    Single gaps would judge the machine: of two requests the first may be noted late. Over n gaps
    a hiccup counts once, so that a pace that is too fast by a little shows in the sum.
    """
    return [
        f"{at - began:.2f} s for {n - nth} x {interval}"
        for (nth, began), (n, at) in combinations(enumerate(sorted(times)), 2)
        if at - began < (n - nth) * interval - HICCUP
    ]
