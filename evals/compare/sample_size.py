"""How far the labels of a dataset carry: the interval of each F1, and the change that would show.

Only the labels are known here, not the answers of a model, so both figures are expected ones. The
model of runs is that of `evals.compare.power`; docs/statistics.md holds both against simulations.

- Values. The values of one posting are right or wrong together. N values count as `effective` ones:
  (sum of k)^2 / sum of k (1 + (k - 1) * ALIKE), where each posting states k of them (Kish 1965,
  "Survey Sampling", section 5.4).
- Interval. Half the width of the 95 % interval of a share (Wilson 1927), with F1 as the share: if
  every labelled value is answered, F1 is the share that is right.
- Difference. The paired test of `postings compare` sees what two runs answer differently: CHURN of
  the answers drawn anew, and the difference itself. The values needed for a power of 80 % at the
  strictest step of Holm's correction follow Connor (1987, "Sample size for testing differences in
  proportions for the paired-sample design", Biometrics 43). An error is as often an omission as a
  wrong value, and weighs less then: correcting one moves F1 by `_step` values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from evals.compare.paired import LEVEL, POWER
from evals.data.rubric import Rubric, at, leaves_of
from evals.scoring.intervals import wilson
from extract.asking.schema import IS_POSTING

__all__ = ["TYPICAL_F1", "FieldLabels", "detectable", "half_width", "labelled_fields", "needed"]

TYPICAL_F1 = 0.75
"""The F1 that is assumed of a field where no run says another."""

CHURN = 0.25
"""The share of answers that are drawn anew between two runs."""

ALIKE = 0.25
"""The intraclass correlation of a posting's values: 1 / (1 + 3), for a spread of 3."""

_STEPS = 50


@dataclass(frozen=True, slots=True)
class FieldLabels:
    """The labels of one field. `counts` has the number of its values in each labelled document."""

    field: str
    counts: tuple[int, ...]
    level: float
    f1: float = TYPICAL_F1

    @property
    def stated(self) -> int:
        """How many labelled documents state the field."""
        return sum(count > 0 for count in self.counts)

    @property
    def values(self) -> int:
        """How many values are labelled."""
        return sum(self.counts)

    @property
    def effective(self) -> float:
        """To how many values of different documents the labelled ones amount."""
        spread = sum(count * (1 + (count - 1) * ALIKE) for count in self.counts if count)
        return self.values**2 / spread if spread else 0.0

    def half_width(self, times: float = 1) -> float | None:
        """Half the width of the interval with so many times the labels; None without a value."""
        return half_width(times * self.effective, self.f1) if self.effective else None

    @property
    def detectable(self) -> float | None:
        """The smallest difference of F1 that these labels can show; None if they can show none."""
        return detectable(self.effective, self.f1, self.level) if self.effective else None

    def more(self, difference: float) -> int | None:
        """Return how many more documents must be labelled to see a difference of F1.

        They are taken to state the field as often as those so far; None where none does.
        """
        if not self.effective:
            return None
        lacking = needed(difference, self.f1, self.level) - self.effective
        return max(0, math.ceil(lacking * len(self.counts) / self.effective))


def half_width(values: float, f1: float) -> float:
    """Return half the width of the 95 % interval of F1.

    >>> round(half_width(40, 0.75), 3)
    0.13
    """
    low, high = wilson(f1, values)
    return (high - low) / 2


def needed(difference: float, f1: float, level: float = LEVEL) -> float:
    """Return how many values a field needs for a difference of F1 to be shown 4 times in 5.

    >>> round(needed(0.05, 0.75)), round(needed(0.05, 0.75, 0.05 / 15))
    (299, 545)
    """
    normal = NormalDist()
    test, power = normal.inv_cdf(1 - level / 2), normal.inv_cdf(POWER)
    step = _step(f1)
    noise = CHURN * 2 * f1 * (1 - f1) * (1 - ALIKE) * step**2
    spread = noise + difference * step
    left = max(spread - difference**2, 0.0)
    enough = ((test * math.sqrt(spread) + power * math.sqrt(left)) / difference) ** 2
    return max(enough, math.ceil(math.log2(2 / level)))


def _step(f1: float) -> float:
    """Return by how many correct values of N, 1 / N each, F1 rises if one error is corrected."""
    return (2 - f1 / 2) / (2 - (1 - f1) / 2)


def detectable(values: float, f1: float, level: float = LEVEL) -> float | None:
    """Return the smallest difference of F1 that so many values can show; None if none.

    >>> round(detectable(299, 0.75), 2)
    0.05
    """
    low, high = 0.0, 1.0
    if needed(high, f1, level) > values:
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if needed(middle, f1, level) <= values else (middle, high)
    return high


def labelled_fields(
    golds: Sequence[Mapping[str, Any]], rubric: Rubric, f1: Mapping[str, float] | None = None
) -> list[FieldLabels]:
    """Return the labels of each scored field that a document is labelled with.

    `golds` are the labels of each document, by field, as JSON. `f1` are the figures of a run, by
    field. A document that is not a posting is labelled with nothing in every field.
    """
    leaves = [leaf for field in rubric.schema.fields for leaf in leaves_of(field, field.name)]
    paths = [leaf.path for leaf in leaves if not leaf.apart]
    counted = {path: tuple(_counts(golds, path)) for path in paths}
    counted = {path: counts for path, counts in counted.items() if counts}
    level = LEVEL / max(len(counted), 1)
    known = f1 or {}
    return [
        FieldLabels(path, counts, level, known.get(path, TYPICAL_F1))
        for path, counts in counted.items()
    ]


def _counts(golds: Iterable[Mapping[str, Any]], path: str) -> Iterable[int]:
    name = path.partition(".")[0]
    for gold in golds:
        if name in gold:
            yield _size(at(gold, path))
        elif gold.get(IS_POSTING) is False:
            yield 0


def _size(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_size, value))
    return int(value not in (None, "", {}))
