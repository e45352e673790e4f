"""The paired test of two runs over the same postings, on counts alone.

The statistic is the difference of the pooled F1, the figure in the table. If the two systems were
alike, it would not matter which of them gave which answers: so the answers of whole postings are
swapped at random, and the difference is computed again (approximate randomisation: Yeh 2000, "More
accurate tests for the statistical significance of result differences", COLING). With up to 13
postings that differ, every swap is tried and the p-value is exact; with more, 10,000 swaps are
drawn with a fixed seed.

Counts are arrays of postings x fields x 4 (correct, wrong, omitted, invented): one field to test it
alone, several to test the macro average, the mean of their F1. Of a run that read each posting
several times they are means, and the answers that are swapped are all of a posting's (Clark et al.
2011, "Better hypothesis testing for statistical machine translation", ACL, who average over
replications of a system in the same way). `evals.compare.noise` says what the repeats alone do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

__all__ = ["COUNTS", "LEVEL", "POWER", "Paired", "Swaps", "flapped", "holm", "shown_p"]

COUNTS = ("correct", "wrong", "omitted", "invented")
LEVEL = 0.05
POWER = 0.8

Array = NDArray[np.float64]

_EXACT = 13
_SLACK = 1e-12
_SPLITS = 60
_LEAST_SAID = 0.001


def f1(counts: Array) -> Array:
    """Return 2 correct / (filled + labelled) along the last axis; 1 where both are 0.

    >>> f1(np.array([3.0, 1.0, 1.0, 0.0])).item()
    0.6666666666666666
    """
    weight = _weight(counts)
    return np.where(weight > 0, 2 * counts[..., 0] / np.maximum(weight, _SLACK), 1.0)


def holm(p_values: list[float]) -> list[float]:
    """Correct p-values for their number (Holm 1979); none falls below a smaller one.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected = [1.0] * len(p_values)
    floor = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        floor = max(floor, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = floor
    return corrected


def shown_p(p: float) -> str:
    """Return a p-value to three places; a sampled one is never 0.

    >>> shown_p(0.0412), shown_p(0.0001)
    ('0.041', '<0.001')
    """
    return "<0.001" if p < _LEAST_SAID else f"{p:.3f}"


@dataclass(frozen=True, slots=True)
class Swaps:
    """How many swaps and resamples are drawn; equal seeds give equal figures."""

    permutations: int = 10_000
    resamples: int = 2_000
    seed: int = 20_000

    def p_value(self, pair: Paired) -> float:
        """Return the two-sided p-value of the difference; 1 where no posting differs."""
        before, after = pair.before[pair.differing], pair.after[pair.differing]
        if not len(before):
            return 1.0
        swapped = self._masks(len(before))
        gain = (after - before).reshape(len(before), -1)
        moved = (swapped @ gain).reshape(-1, *after.shape[1:])
        spread = _mean_f1(pair.after.sum(axis=0) - moved) - _mean_f1(
            pair.before.sum(axis=0) + moved
        )
        extreme = np.count_nonzero(np.abs(spread) >= abs(pair.difference) - _SLACK)
        if len(before) <= _EXACT:
            return float(extreme / len(swapped))
        return float((extreme + 1) / (len(swapped) + 1))

    def interval(self, pair: Paired) -> tuple[float, float]:
        """Return the 95 % bootstrap interval of the difference, resampled by posting."""
        cases = len(pair.before)
        draws = np.random.default_rng(self.seed).multinomial(
            cases, np.full(cases, 1 / cases), size=self.resamples
        )
        shape = (self.resamples, *pair.before.shape[1:])
        sums = [(draws @ each.reshape(cases, -1)).reshape(shape) for each in pair.arrays]
        low, high = np.percentile(_mean_f1(sums[1]) - _mean_f1(sums[0]), (2.5, 97.5))
        return float(low), float(high)

    def _masks(self, postings: int) -> Array:
        if postings <= _EXACT:
            numbers = np.arange(2**postings)[:, None]
            return ((numbers >> np.arange(postings)) & 1).astype(np.float64)
        drawn = np.random.default_rng(self.seed).random((self.permutations, postings))
        return (drawn < 0.5).astype(np.float64)  # noqa: PLR2004 - a fair coin


@dataclass(frozen=True, slots=True)
class Paired:
    """The counts of two runs on the same postings, each postings x fields x 4.

    If a run was repeated they are means; `repeats` then has the counts of each repeat of both runs,
    repeats x postings x fields x 4.
    """

    before: Array
    after: Array
    repeats: tuple[Array, Array] | None = None

    @classmethod
    def of_repeats(cls, before: Array, after: Array) -> Paired:
        """Pair two runs by the counts of their repeats, each repeats x postings x fields x 4."""
        return cls(before.mean(axis=0), after.mean(axis=0), (before, after))

    def fields(self, places: list[int]) -> Paired:
        """Return the pair with these fields alone."""
        several = self.repeats and (
            self.repeats[0][:, :, places],
            self.repeats[1][:, :, places],
        )
        return Paired(self.before[:, places], self.after[:, places], several)

    @property
    def arrays(self) -> tuple[Array, Array]:
        """The counts before and after."""
        return self.before, self.after

    @property
    def scores(self) -> tuple[float, float]:
        """The F1 of each run, pooled over the postings, averaged over the fields."""
        before, after = (float(_mean_f1(each.sum(axis=0))) for each in self.arrays)
        return before, after

    @property
    def difference(self) -> float:
        """The score after, less that before."""
        before, after = self.scores
        return after - before

    @property
    def differing(self) -> NDArray[np.bool_]:
        """For each posting, whether the two runs' counts differ; only these affect the result."""
        return np.asarray(np.any(self.before != self.after, axis=(1, 2)))

    def shares(self) -> Array:
        """Return what each posting adds to the difference, to first order."""
        pooled = (self.before.sum(axis=0) + self.after.sum(axis=0)) / 2
        weight = np.maximum(_weight(pooled), _SLACK)
        return _parts(self.after - self.before, f1(pooled), weight)

    def detectable(self, level: float) -> float | None:
        """Return the smallest change of F1 that a test at `level` would show 4 times in 5.

        A change of D consists of steps of the size seen between the two runs (one whole value if
        they do not differ), on top of the noise between them: the squared steps that their
        difference does not explain. The swapped differences then have a variance of noise + D *
        step, and D must exceed their spread. None if too few postings have a value of the field for
        any change to be shown.
        """
        valued = int(np.count_nonzero((self.before + self.after).sum(axis=(1, 2))))
        if valued < math.ceil(math.log2(2 / level)):
            return None
        shares = self.shares()
        total = float(np.abs(shares).sum())
        step = float((shares**2).sum()) / total if total > _SLACK else self._one_value()
        noise = max(float((shares**2).sum()) - abs(float(shares.sum())) * step, 0.0)
        normal = NormalDist()
        test, power = normal.inv_cdf(1 - level / 2), normal.inv_cdf(POWER)

        def shown(change: float) -> bool:
            spread = noise + change * step
            left = max(spread - change**2 / valued, 0.0)
            return change >= test * math.sqrt(spread) + power * math.sqrt(left)

        low, high = 0.0, 1.0
        if not shown(high):
            return None
        for _ in range(_SPLITS):
            middle = (low + high) / 2
            low, high = (low, middle) if shown(middle) else (middle, high)
        return high

    def _one_value(self) -> float:
        """Return what it adds to the F1 if one value that was wrong is right."""
        weight = _weight((self.before + self.after).sum(axis=0) / 2)
        return float(np.mean(2 / np.maximum(weight, 1.0))) / len(weight)


def _weight(counts: Array) -> Array:
    """Return filled + labelled values: 2 correct + 2 wrong + omitted + invented."""
    return np.asarray(counts @ np.array([2.0, 2.0, 1.0, 1.0]))


def flapped(repeats: Array) -> Array:
    """Return what each posting adds to the F1 of each repeat, to first order.

    `repeats` are the counts of one run, repeats x postings x fields x 4; the result is repeats x
    postings, and its sum over the postings is the repeat's F1 less that of all.
    """
    pooled = repeats.mean(axis=0).sum(axis=0)
    return _parts(repeats, f1(pooled), np.maximum(_weight(pooled), _SLACK))


def _parts(counts: Array, score: Array, weight: Array) -> Array:
    """Linearise F1 = 2 correct / weight in the counts of each posting; the mean of the fields."""
    each = (2 * counts[..., 0] - score * _weight(counts)) / weight
    return np.asarray(each.mean(axis=-1))


def _mean_f1(counts: Array) -> Array:
    return np.asarray(f1(counts).mean(axis=-1))
