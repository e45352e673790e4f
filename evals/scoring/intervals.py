"""Intervals: how much a figure would vary with other postings of the same sort.

The percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13) draws
as many postings as there are, with replacement, and computes the figure again. Twins are drawn
together, since they are one posting. The seed is fixed: equal runs have equal intervals. Where a
figure is a plain share of trials, its interval is Wilson's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

__all__ = ["Resamples", "f1", "interval", "means", "shares", "wilson"]

RESAMPLES = 2000
SEED = 20250301
_TAILS = (2.5, 97.5)
_FEWEST = 2

_Z = NormalDist().inv_cdf(0.975)

Array = NDArray[np.float64]


class Resamples:
    """The draws of one run, the same for all its figures.

    `origins` names the posting that each case belongs to; their order does not matter.
    """

    def __init__(self, origins: Iterable[str]) -> None:
        self._place = {name: place for place, name in enumerate(sorted(set(origins)))}
        size = len(self._place)
        random = np.random.default_rng(SEED)
        self._weights: Array = np.zeros((RESAMPLES, size))
        if size:
            self._weights += random.multinomial(size, [1 / size] * size, RESAMPLES)

    @property
    def enough(self) -> bool:
        """Whether there are enough postings for an interval."""
        return len(self._place) >= _FEWEST

    def sums(self, rows: Sequence[tuple[str, Sequence[float]]]) -> Array:
        """Return the sums of the columns in every resample; each row is an origin with figures."""
        width = len(rows[0][1]) if rows else 0
        table = np.zeros((len(self._place), width))
        for origin, row in rows:
            table[self._place[origin]] += row
        summed: Array = np.matmul(self._weights, table)
        return summed


def shares(counts: Array, wholes: Array) -> Array:
    """Return the counts as shares of the wholes; NaN where a whole is 0."""
    out: Array = np.full_like(wholes, np.nan)
    np.divide(counts, wholes, out=out, where=wholes > 0)
    return out


def f1(correct: Array, false_positives: Array, false_negatives: Array) -> Array:
    """Return F1; NaN where there is neither a label nor a value.

    F1 = 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall.
    """
    whole = 2 * correct + false_positives + false_negatives
    return shares(2 * correct, whole)


def means(columns: Mapping[str, Array]) -> Array:
    """Return the mean over the columns in each resample, without NaN."""
    stacked = np.stack(list(columns.values()))
    known = ~np.isnan(stacked)
    count = known.sum(axis=0)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    return shares(total, count.astype(np.float64))


def interval(figures: Array) -> tuple[float, float] | None:
    """Return the 2.5th and the 97.5th percentile of the figures, without NaN."""
    known = figures[~np.isnan(figures)]
    if not known.size:
        return None
    low, high = np.percentile(known, _TAILS)
    return float(low), float(high)


def wilson(share: float, trials: float) -> tuple[float, float]:
    """Return the 95 % interval of a share that was seen in so many trials (Wilson 1927).

    >>> low, high = wilson(0.0, 8)
    >>> low, round(high, 3)
    (0.0, 0.324)
    """
    spread = _Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
