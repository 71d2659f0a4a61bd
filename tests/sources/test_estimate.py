"""The estimate: textbook figures, its bounds, and how often it holds."""

import math
import random
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huffarchive.sources.estimate import MOST_LISTS, Estimate, estimate
from huffarchive.sources.loglinear import fit

P = frozenset


def made(patterns: dict[frozenset[str], int]) -> Estimate:
    found = estimate(patterns)
    assert isinstance(found, Estimate), found
    return found


def test_two_lists_are_chapmans_formula() -> None:
    # 200 and 150 named, 50 by both: (201 × 151) / 51 − 1 = 594.1.
    found = made({P("a"): 150, P("b"): 100, P("ab"): 50})
    assert found.total == round(201 * 151 / 51 - 1) == 594
    assert (found.named, found.unseen, found.method) == (300, 294, "Chapman")
    assert found.at_least == found.total
    # Sadinle: 150.5 · 100.5 / 50.5, times or over e^(1.96 · 0.194).
    deviation = math.sqrt(1 / 150.5 + 1 / 100.5 + 1 / 50.5 + 50.5 / (150.5 * 100.5))
    assert abs(found.low - (300 - 0.5 + 299.5 / math.exp(1.96 * deviation))) < 2
    assert abs(found.high - (300 - 0.5 + 299.5 * math.exp(1.96 * deviation))) < 2


def test_independent_lists_give_back_what_they_were_made_of() -> None:
    size, shares = 100_000, {"a": 0.5, "b": 0.3, "c": 0.2}
    patterns = {}
    for k in range(1, 4):
        for names in combinations(shares, k):
            chance = math.prod(p if n in names else 1 - p for n, p in shares.items())
            patterns[P(names)] = round(size * chance)
    found = made(patterns)
    assert abs(found.total - size) < 200
    assert abs(found.at_least - size) < 10
    assert found.low < size < found.high


def test_a_list_that_copies_another_is_noticed() -> None:
    """b takes half of a: the independent answer is far too low, the model's is right."""
    size, patterns = 100_000, Counter()
    for a in (0.4, 0.6):
        for b in (0.6, 0.4) if a == 0.4 else (0.2, 0.8):
            for c in (0.3, 0.7):
                for d in (0.2, 0.8):
                    on = (a == 0.4, b in (0.6, 0.2), c == 0.3, d == 0.2)
                    names = P(n for n, yes in zip("abcd", on, strict=True) if yes)
                    if names:
                        patterns[names] += round(size * a * b * c * d)
    found = made(patterns)
    assert found.at_least < 0.93 * size
    assert found.low <= size <= found.high
    assert "a+b" in found.leaning


@pytest.mark.parametrize(
    ("patterns", "why"),
    [
        ({}, "two lists"),
        ({P(): 10}, "two lists"),
        ({P("a"): 10}, "two lists"),
        ({P("a"): 10, P("b"): 0}, "two lists"),
        ({P("a"): 10, P("b"): 10}, "nothing bounds"),
    ],
)
def test_what_cannot_be_said_is_not_said(patterns: dict[frozenset[str], int], why: str) -> None:
    found = estimate(patterns)
    assert isinstance(found, str)
    assert why in found


def test_lists_that_agree_wholly_leave_little() -> None:
    found = made({P("ab"): 1000})
    assert (found.total, found.low, found.high) == (1000, 1000, 1003)


def test_many_lists_are_taken_together() -> None:
    dice = random.Random(1)
    patterns: Counter[frozenset[str]] = Counter()
    for _ in range(5000):
        shares = {"a": 0.5, "b": 0.4, "c": 0.3, "d": 0.1, "e": 0.1, "f": 0.05}
        patterns[P(n for n, p in shares.items() if dice.random() < p)] += 1
    found = made(patterns)
    assert len(found.lists) == MOST_LISTS
    assert set(found.lists[-1].split("+")) == set("def")
    assert found.named == sum(n for p, n in patterns.items() if p)
    assert found.low <= 5000 <= found.high


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.frozensets(st.sampled_from("abc"), min_size=1), st.integers(0, 400_000), max_size=7
    )
)
def test_any_counts_have_an_answer(patterns: dict[frozenset[str], int]) -> None:
    found = estimate(patterns)
    if isinstance(found, Estimate):
        assert found.named <= found.low <= found.total <= found.high
        assert found.named == sum(patterns.values())
        assert found.at_least >= found.named


def test_a_model_of_independent_lists_fits_its_own_means() -> None:
    """The Poisson fit against the answer in closed form: for two lists n10·n01/n11."""
    model = fit(("a", "b"), {P("a"): 150, P("b"): 100, P("ab"): 50}, ())
    assert model is not None
    assert math.exp(model.constant) == pytest.approx(150 * 100 / 50)
    assert model.variance == pytest.approx(1 / 150 + 1 / 100 + 1 / 50)


def covers(lists: tuple[float, ...], runs: int) -> float:
    """How often the interval holds the truth, over archives of 2,000 articles."""
    dice, held = random.Random(str(lists)), 0
    for _ in range(runs):
        patterns: Counter[frozenset[str]] = Counter()
        for _ in range(2000):
            patterns[P(i for i, p in enumerate(lists) if dice.random() < p)] += 1
        found = estimate({P(map(str, p)): n for p, n in patterns.items()})
        assert isinstance(found, Estimate)
        held += found.low <= 2000 <= found.high
    return held / runs


@pytest.mark.parametrize("lists", [(0.4, 0.3), (0.07, 0.05), (0.5, 0.3, 0.2)])
def test_the_interval_holds_as_often_as_it_claims(lists: tuple[float, ...]) -> None:
    # 100 archives: 95 % within sampling error (0.88 is three deviations below).
    assert covers(lists, 100) >= 0.88
