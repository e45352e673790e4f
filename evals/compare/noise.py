"""The noise between runs of one system: how far its F1 moves though nothing was changed.

Each posting's answers flap on their own. So the variance of one run's F1 is the sum over the
postings of the variance, between the repeats, of what the posting adds to the F1 (to first order);
of the mean of K repeats it is a Kth of that. This is the part of a score's variance that comes from
answering and not from the choice of postings (Miller 2024, "Adding error bars to evals",
arXiv:2411.00640). The difference of two runs has both runs' variances, and Student's t with the
degrees of freedom of Welch (1947) and Satterthwaite (1946) gives the limit that two runs of one
system exceed in one pair of twenty. Where one of the two runs was not repeated, its postings are
taken to flap as the other's.

The paired test already allows for answers that flap, since a swap moves them too. The noise is the
second condition: a change has to be larger than what was seen where there was none.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from evals.compare.paired import LEVEL, flapped

__all__ = ["noise_of"]

Array = NDArray[np.float64]


def noise_of(before: Array, after: Array) -> float | None:
    """Return the change of F1 that two runs of one system exceed in one pair of twenty.

    The arguments are the counts of each repeat, repeats x postings x fields x 4; the F1 is the mean
    over the fields. None if neither run was repeated.
    """
    repeated = [run for run in (before, after) if len(run) > 1]
    if not repeated:
        return None
    share = 1 / len(before) + 1 / len(after)
    shares = [share] if len(repeated) == 1 else [1 / len(run) for run in repeated]
    variance = squares = 0.0
    for run, weight in zip(repeated, shares, strict=True):
        parts = weight * np.var(flapped(run), axis=0, ddof=1)
        variance += float(parts.sum())
        squares += float((parts**2).sum()) / (len(run) - 1)
    if not variance:
        return 0.0
    return float(student.ppf(1 - LEVEL / 2, variance**2 / squares)) * math.sqrt(variance)
