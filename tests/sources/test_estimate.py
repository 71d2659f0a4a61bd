"""The estimate: textbook figures, its bounds, and how often it holds."""

import math
import random
from collections import Counter
from itertools import combinations
from math import comb
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.estimate import MARKS, WORLDS, trial
from huffarchive.sources.estimate import MOST_LISTS, Estimate, Fitted, estimate
from tests.kit.examples import examples

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
    # Exact, by the chances of every overlap of lists of 200 and 150, one after the other.
    assert (found.low, found.high) == exact(200, 150, 50, 0.025)
    assert found.at_least == exact(200, 150, 50, 0.05)[0]
    assert found.claim == "at least"


def exact(one: int, two: int, both: int, tail: float) -> tuple[int, int]:
    """The totals that an overlap does not speak against, by fractions and no approximation."""
    fit = []
    for total in range(one + two - both, 5_000):
        least = max(0, one + two - total)
        # The ways in which k of the second list's articles are in the first.
        ways = comb(one, least) * comb(total - one, two - least)
        fewer = 0
        for k in range(least, both):
            fewer += ways
            ways = ways * (one - k) * (two - k) // ((k + 1) * (total - one - two + k + 1))
        every = comb(total, two)
        if min((every - fewer) / every, (fewer + ways) / every) >= tail:
            fit.append(total)
    return fit[0], fit[-1]


@pytest.mark.parametrize(
    ("one", "two", "both"),
    [(1000, 3, 3), (30, 20, 4), (30, 20, 20), (9, 9, 8), (5, 4, 1), (1, 1, 1)],
)
def test_two_lists_have_the_exact_interval(one: int, two: int, both: int) -> None:
    found = made({P("a"): one - both, P("b"): two - both, P("ab"): both})
    low, high = exact(one, two, both, 0.025)
    assert (found.low, found.high) == (min(low, found.total), max(high, found.total))


def test_a_list_within_another_says_little() -> None:
    # (1000 · 999 · 998) / (N · (N − 1) · (N − 2)) falls below 0.025 from 3,418 on.
    found = made({P("a"): 997, P("ab"): 3})
    assert (found.low, found.total, found.high) == (1000, 1000, 3417)
    said = estimate({P("a"): 900, P("ab"): 60, P("ac"): 30, P("abc"): 10})
    assert isinstance(said, str)
    assert said.startswith("at least 1,000 articles exist")


def test_lists_that_all_favour_the_same_articles_claim_a_lower_bound() -> None:
    """Half of 10,000 articles are hard to find, half are easy: all lists lean one way."""
    patterns: Counter[frozenset[str]] = Counter()
    for shares in ({"a": 0.8, "b": 0.7, "c": 0.6}, {"a": 0.2, "b": 0.15, "c": 0.1}):
        for k in range(1, 4):
            for names in combinations(shares, k):
                share = math.prod(p if n in names else 1 - p for n, p in shares.items())
                patterns[P(names)] += round(5_000 * share)
    found = made(dict(patterns))
    assert found.claim == "at least"
    assert found.named < found.at_least < 10_000
    assert len(found.leaning) == 3


def test_independent_lists_give_back_what_they_were_made_of() -> None:
    size, shares = 100_000, {"a": 0.5, "b": 0.3, "c": 0.2}
    patterns = {}
    for k in range(1, 4):
        for names in combinations(shares, k):
            chance = math.prod(p if n in names else 1 - p for n, p in shares.items())
            patterns[P(names)] = round(size * chance)
    found = made(patterns)
    assert abs(found.total - size) < 200
    assert found.claim == "interval"
    assert found.leaning == ()
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


def test_words_too_name_no_fewer_than_are_known() -> None:
    """Links led to 500 that no list names, and of three lists one lies within another."""
    patterns = {P("a"): 300, P("ab"): 100, P("abc"): 50, P("c"): 40, P("ac"): 60}
    for by_links, least in ((0, 550), (5_000, 5_550)):
        found = estimate(patterns | {P(): by_links})
        assert isinstance(found, str)
        number = int(found.split()[2].replace(",", ""))
        assert number >= least


def test_lists_that_agree_wholly_leave_little() -> None:
    found = made({P("ab"): 1000})
    assert (found.total, found.low, found.high) == (1000, 1000, 1000)


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


@examples(25)
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
        assert found.named <= found.at_least <= found.high


def test_a_model_of_independent_lists_fits_its_own_means() -> None:
    """The Poisson fit against the answer in closed form: for two lists n10·n01/n11."""
    model = Fitted(("a", "b"), {P("a"): 150, P("b"): 100, P("ab"): 50}, ())
    slopes, _ = model.fitted(None)
    assert math.exp(slopes[0]) == pytest.approx(150 * 100 / 50)
    assert model.variances()[0] == pytest.approx(1 / 150 + 1 / 100 + 1 / 50)


@pytest.mark.parametrize(
    "name", ["2 lists, unequal", "3 lists, independent", "3 lists, popularity 1"]
)
def test_what_is_claimed_holds_as_often_as_it_is_claimed(name: str) -> None:
    (world,) = (world for world in WORLDS if world.name == name)
    # 60 archives: 95 % within sampling error (0.86 is three deviations below).
    assert trial(world, 60).claims_hold() >= 0.86


def test_the_docs_show_every_world_and_none_where_a_claim_fails() -> None:
    text = (Path(__file__).parents[2] / "docs" / "estimate.md").read_text("utf-8")
    between = text.split(MARKS[0])[1].split(MARKS[1])[0]
    rows = [line.strip("| ").split("|") for line in between.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in row] for row in rows[1:]]
    assert [row[0] for row in rows] == [world.name for world in WORLDS]
    assert len(rows) >= 20
    assert "1,000 archives of each world" in between
    for row in rows:
        assert row[2] == "100%" or float(row[-1].rstrip("%")) >= 93, row
