"""How many of the surest values may be wrong, so that a share is right with a given certainty.

Values are ordered by confidence, the surest first. For every k the k surest are a candidate to be
kept, and each is an exact binomial test (Clopper and Pearson 1934) of the hypothesis that too few
of them are right. Choosing among many tests would err more often than each alone, as Angelopoulos,
Bates, Candès, Jordan and Lei 2021 ("Learn then Test", arXiv:2110.01052) point out. Here the sets
are nested, so the wrong values among the k surest are a random walk, and its distribution is known
(the recursion of Armitage, McPherson and Rowe 1969, "Repeated significance tests on accumulating
data"). All tests get the same level (Pocock 1977), the largest at which all together err no more
often than is allowed. For few values this costs nothing against a single test.

The bound holds whatever the share of right values is, and for any number of values. It takes
documents to be drawn independently from those that will be read, with one value of each; and that
surer values are not less often right, so that the set with more is the riskier one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, binom

__all__ = ["Bound", "bound_for", "fewest", "lower_bound"]

_STEPS = 30
_EPSILON = 1e-9
_MOST = 100_000
"""Values beyond which no number of labels is worth naming."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The level of each test, and for k = 1, 2, … how many of the k surest may be wrong.

    -1: not even none, since k values are too few.
    """

    level: float
    allowed: tuple[int, ...]

    def most_kept(self, wrong: Sequence[int]) -> int:
        """Return the largest k that passes; `wrong` has the wrong values among the first k.

        A negative entry marks a k that is no candidate, because the next value is as sure.
        0 if none passes.

        >>> bound_for(59, 0.95, 0.95).most_kept([0] * 59)
        59
        """
        passing = [
            k
            for k, (count, most) in enumerate(zip(wrong, self.allowed, strict=True), 1)
            if 0 <= count <= most
        ]
        return max(passing, default=0)


@lru_cache(maxsize=4096)
def bound_for(values: int, right: float, certainty: float) -> Bound:
    """Return the bound for so many values of which a share `right` must be right.

    >>> bound_for(100, 0.95, 0.95).allowed.index(0) + 1
    65
    """
    risk, error = 1 - right, 1 - certainty
    tails = _tails(values, risk, error)
    low, high = 0.0, error
    allowed = _allowed(tails, error)
    if _crossing(allowed, risk) <= error:
        return Bound(error, tuple(allowed.tolist()))
    for _ in range(_STEPS):
        level = (low + high) / 2
        if _crossing(_allowed(tails, level), risk) <= error:
            low = level
        else:
            high = level
    return Bound(low, tuple(_allowed(tails, low).tolist()))


def lower_bound(right: int, total: int, level: float) -> float:
    """Return the Clopper-Pearson lower bound of a share.

    >>> round(lower_bound(59, 59, 0.05), 4)
    0.9505
    """
    return float(beta.ppf(level, right, total - right + 1)) if right else 0.0


def fewest(right: float, certainty: float, rate: float = 1.0) -> int | None:
    """Return how many values a single test needs if a share `rate` of them is right.

    None if no number is enough, or only one that nobody labels.

    >>> fewest(0.95, 0.95), fewest(0.99, 0.95), fewest(0.95, 0.95, 0.94)
    (59, 299, None)
    """
    if rate <= right:
        return None
    if rate >= 1:
        return math.ceil(math.log(1 - certainty) / math.log(right))

    def is_enough(count: int) -> bool:
        wrong = math.ceil(count * (1 - rate) - _EPSILON)
        return bool(binom.cdf(wrong, count, 1 - right) <= 1 - certainty)

    low, high = 0, 1
    while not is_enough(high):
        low, high = high, 2 * high
        if high > _MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _tails(values: int, risk: float, error: float) -> NDArray[np.float64]:
    """Return how likely at most 0, 1, 2, … (rows) of 1, 2, 3, … values (columns) are wrong."""
    most = int(binom.ppf(error, values, risk)) + 1
    counts = np.arange(1, values + 1)
    return np.array([binom.cdf(wrong, counts, risk) for wrong in range(most + 1)])


def _allowed(tails: NDArray[np.float64], level: float) -> NDArray[np.int64]:
    """Return for each k the most wrong values at which an exact test of this level rejects."""
    passing: NDArray[np.int64] = np.sum(tails <= level, axis=0, dtype=np.int64)
    return passing - 1


def _crossing(allowed: NDArray[np.int64], risk: float) -> float:
    """Return how likely a walk whose steps are wrong with chance `risk` is ever within bounds."""
    if not len(allowed) or allowed[-1] < 0:
        return 0.0
    still = np.zeros(int(allowed[-1]) + 2)
    still[0] = 1.0
    crossed = 0.0
    for most in allowed:
        moved = still * (1 - risk)
        moved[1:] += still[:-1] * risk
        still = moved
        if most >= 0:
            crossed += float(still[: most + 1].sum())
            still[: most + 1] = 0.0
    return crossed
