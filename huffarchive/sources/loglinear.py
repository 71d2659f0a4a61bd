"""A log-linear model of which lists name an article: lists may lean on each other, pair by pair.

The counts of the patterns are Poisson, their logarithm a sum of one term a list and one for each
pair of lists that belongs to the model; what no list names is the constant (Fienberg: The multiple
recapture census for closed populations and incomplete 2^k contingency tables. Biometrika 59, 1972).
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Pattern = frozenset[str]
Term = tuple[str, ...]

_STEPS = 50
_BOUND = 30.0
"""Logarithms are kept within this, where a pattern never occurs."""
_VAGUE = 4.0
"""A model whose constant is vaguer (variance of a logarithm) says nothing."""


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model, or the mean of several."""

    pairs: tuple[Term, ...]
    """The pairs of lists that lean on each other; of a mean, those that likely do."""
    constant: float
    """Logarithm of the number of articles that no list names."""
    variance: float
    """Of the constant."""
    aic: float = 0.0


def averaged(lists: Sequence[str], counts: Mapping[Pattern, int]) -> Model | None:
    """The mean of the models of all sets of pairs, by Akaike weights; None when none fits.

    Its variance holds the models' disagreement (Burnham, Anderson: Model selection and multimodel
    inference, 2002, section 4.3), since choosing one model and believing it would claim too much.
    """
    free = list(itertools.combinations(lists, 2))
    chosen = itertools.chain.from_iterable(
        itertools.combinations(free, k) for k in range(len(free) + 1)
    )
    models = [model for pairs in chosen if (model := fit(lists, counts, pairs)) is not None]
    if not models:
        return None
    best = min(model.aic for model in models)
    weights = [math.exp((best - model.aic) / 2) for model in models]
    whole = sum(weights)
    weighted = [(weight / whole, model) for weight, model in zip(weights, models, strict=True)]
    mean = sum(w * m.constant for w, m in weighted)
    deviation = sum(w * math.sqrt(m.variance + (m.constant - mean) ** 2) for w, m in weighted)
    likely = tuple(p for p in free if sum(w for w, m in weighted if p in m.pairs) > 0.5)
    return Model(likely, mean, deviation**2)


def fit(lists: Sequence[str], counts: Mapping[Pattern, int], pairs: Sequence[Term]) -> Model | None:
    """Fit one model by reweighted least squares; None when the counts do not determine it."""
    terms = [*((name,) for name in lists), *pairs]
    cells = [Pattern(c) for k in range(len(lists)) for c in itertools.combinations(lists, k + 1)]
    rows = [[0, *(i for i, t in enumerate(terms, 1) if cell.issuperset(t))] for cell in cells]
    seen = [counts.get(cell, 0) for cell in cells]
    size, mean, last = len(terms) + 1, [n + 0.5 for n in seen], math.inf
    slopes: list[float] | None = None
    for _ in range(_STEPS):
        aims = [math.log(m) + (n - m) / m for n, m in zip(seen, mean, strict=True)]
        normal = _normal(rows, mean, size)
        right = [0.0] * size
        for row, weight, aim in zip(rows, mean, aims, strict=True):
            for i in row:
                right[i] += weight * aim
        slopes = _solve(normal, right)
        if slopes is None:
            return None
        logs = [min(max(sum([slopes[i] for i in row]), -_BOUND), _BOUND) for row in rows]
        mean = [math.exp(value) for value in logs]
        deviance = 2 * sum(
            (n * math.log(n / m) if n else 0.0) - (n - m) for n, m in zip(seen, mean, strict=True)
        )
        if abs(last - deviance) < 1e-8:
            break
        last = deviance
    inverse = _solve(_normal(rows, mean, size), [1.0] + [0.0] * (size - 1))
    if inverse is None or slopes is None or not 0 < inverse[0] < _VAGUE or abs(slopes[0]) > _BOUND:
        return None
    return Model(tuple(pairs), slopes[0], inverse[0], deviance + 2 * size)


def _normal(rows: list[list[int]], weights: list[float], size: int) -> list[list[float]]:
    """The matrix of the normal equations; each row names its columns of ones."""
    made = [[0.0] * size for _ in range(size)]
    for row, weight in zip(rows, weights, strict=True):
        for i in row:
            line = made[i]
            for j in row:
                line[j] += weight
    return made


def _solve(matrix: list[list[float]], right: list[float]) -> list[float] | None:
    """Gauss and Jordan's elimination with pivots; None when the matrix is singular."""
    lines = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for i in range(len(lines)):
        pivot = max(range(i, len(lines)), key=lambda r: abs(lines[r][i]))
        if abs(lines[pivot][i]) < 1e-12:
            return None
        lines[i], lines[pivot] = lines[pivot], lines[i]
        for r, line in enumerate(lines):
            if r != i and (factor := line[i] / lines[i][i]):
                lines[r] = [a - factor * b for a, b in zip(line, lines[i], strict=True)]
    return [line[-1] / line[i] for i, line in enumerate(lines)]
