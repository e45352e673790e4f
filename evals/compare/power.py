"""The checker checked: how often the paired test cries wolf, and how often it sees what it says.

    python -m evals.compare.power
    python -m evals.compare.power --postings 200 --runs 200

Pairs of runs are drawn from a model of runs on labelled postings: a posting is hard or easy for
all of its fields at once, and the second run keeps most of the first one's answers. Equal runs
come from one and the same model; then one field of the second run is improved, by the amount
that the comparison states as its smallest detectable difference, and it is counted how often the
comparison says so. docs/statistics.md holds the figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from evals.compare.comparison import ScoreChange, changes
from evals.compare.paired import LEVEL, Paired, Swaps

__all__ = ["PowerModel", "PowerTally", "main", "tally"]

Array = NDArray[np.float64]

_PILOT = 100
_STEPS = 12


@dataclass(frozen=True, slots=True)
class PowerModel:
    """How simulated runs come about; the shares are of one.

    A field is labelled in `labelled` of the postings, every third field with up to four values,
    and right in `accuracy` of them on average. `spread` is how unlike each other the postings
    are (the weight of a Beta distribution: small is unlike). The first field, the one that is
    improved, is right only `weak` times as often: there has to be room. `churn` of the answers
    are drawn anew in the second run. `invented` of the unlabelled fields are filled all the same.
    """

    postings: int = 70
    fields: int = 15
    labelled: float = 0.6
    accuracy: float = 0.75
    spread: float = 3.0
    weak: float = 0.5
    churn: float = 0.25
    invented: float = 0.04

    def draw(self, random: np.random.Generator, gain: float = 0.0) -> Paired:
        """Draw two runs; in the second, `gain` of the first field's faults are mended."""
        shape = (self.postings, self.fields)
        lengths = np.where(np.arange(self.fields) % 3 == 2, random.integers(1, 5, shape), 1)  # noqa: PLR2004
        values = np.where(random.random(shape) < self.labelled, lengths, 0)
        ease = random.beta(
            self.accuracy * self.spread, (1 - self.accuracy) * self.spread, (self.postings, 1)
        )
        first, other = (self._answers(random, values, ease) for _ in range(2))
        anew = random.random(shape) < self.churn
        second = np.where(anew[..., None], other, first)
        self._mend(random, second[:, 0], gain)
        return Paired(first, second)

    def _answers(
        self, random: np.random.Generator, values: NDArray[np.int64], ease: Array
    ) -> Array:
        weakness = np.where(np.arange(self.fields) == 0, self.weak, 1.0)
        correct = random.binomial(values, ease * weakness)
        wrong = random.binomial(values - correct, 0.5)
        invented = (values == 0) & (random.random(values.shape) < self.invented)
        counts = np.stack([correct, wrong, values - correct - wrong, invented], axis=-1)
        return counts.astype(np.float64)

    @staticmethod
    def _mend(random: np.random.Generator, counts: Array, gain: float) -> None:
        for fault in (1, 2):
            mended = random.binomial(counts[:, fault].astype(np.int64), gain)
            counts[:, fault] -= mended
            counts[:, 0] += mended


@dataclass(frozen=True, slots=True)
class PowerTally:
    """What came of many comparisons; shares are of one, differences are of the first field's F1.

    `any_field`: some field was called changed. `macro`: the macro average was. `first`: the
    first field was called improved. `difference` and `stated` are means over the runs.
    """

    runs: int
    any_field: float
    macro: float
    first: float
    difference: float
    stated: float


def tally(model: PowerModel, runs: int, *, gain: float = 0.0, seed: int = 1) -> PowerTally:
    """Draw and compare many pairs of runs.

    >>> tally(PowerModel(postings=20, fields=2), 3).runs
    3
    """
    random = np.random.default_rng(seed)
    swaps = Swaps(permutations=2_000, resamples=2)
    names = [f"field {index}" for index in range(model.fields)]
    drawn = [changes(names, model.draw(random, gain), swaps) for _ in range(runs)]
    return PowerTally(
        runs,
        any_field=_share(any(_changed(each) for each in found[:-1]) for found in drawn),
        macro=_share(_changed(found[-1]) for found in drawn),
        first=_share(found[0].verdict == "improved" for found in drawn),
        difference=float(np.mean([found[0].difference for found in drawn])),
        # Nothing detectable is stated as 1: no change of F1 is larger.
        stated=float(np.mean([found[0].detectable or 1.0 for found in drawn])),
    )


def at_stated(model: PowerModel, runs: int) -> PowerTally:
    """Tally with the gain at which the true difference is the smallest one stated as detectable."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        gain = (low + high) / 2
        found = tally(model, _PILOT, gain=gain, seed=2)
        low, high = (low, gain) if found.difference >= found.stated else (gain, high)
    return tally(model, runs, gain=high, seed=3)


def main(
    postings: Annotated[int, typer.Option(help="Postings in the simulated data set.")] = 70,
    runs: Annotated[int, typer.Option(help="Pairs of runs to draw.")] = 1_000,
) -> None:
    """Simulate the comparison's false alarms and its power, and print both."""
    for churn in (0.1, 0.25, 0.5):
        model = PowerModel(postings=postings, churn=churn)
        alone = tally(replace(model, fields=1), runs)
        equal, better = tally(model, runs), at_stated(model, runs)
        print(
            f"{postings} postings, {churn:.0%} of answers drawn anew, {runs} pairs of runs\n"
            f"  equal runs: a field tested alone called changed in {alone.any_field:.1%}, "
            f"some of {model.fields} called changed in {equal.any_field:.1%}, "
            f"the macro average in {equal.macro:.1%} (level {LEVEL:.0%})\n"
            f"  one field better by {better.difference:.3f}, stated as detectable "
            f"{better.stated:.3f}: called improved in {better.first:.1%}",
            flush=True,
        )


def _changed(change: ScoreChange) -> bool:
    return change.verdict in ("improved", "worse")


def _share(outcomes: Iterable[bool]) -> float:
    return float(np.mean(list(outcomes)))


if __name__ == "__main__":
    typer.run(main)
