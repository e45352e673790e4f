"""Simulate the paired test: how often it raises a false alarm, and how often it sees a change.

    python -m evals.compare.power
    python -m evals.compare.power --postings 200 --runs 200
    python -m evals.compare.power --before 3 --after 3

Pairs of runs are drawn from a model: a posting is hard or easy for all of its fields at once, and
two runs have most of their answers in common. Equal runs come from the same model. Then one
field of the second run is improved by the smallest difference that the comparison states as
detectable, and the improvements it reports are counted. docs/statistics.md holds the figures.
"""

from __future__ import annotations

import math
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
    improved, is right only `weak` times as often: there has to be room. `churn` of the answers of
    two runs were drawn anew in one of them. `invented` of the unlabelled fields are filled.
    """

    postings: int = 70
    fields: int = 15
    labelled: float = 0.6
    accuracy: float = 0.75
    spread: float = 3.0
    weak: float = 0.5
    churn: float = 0.25
    invented: float = 0.04

    def draw(
        self, random: np.random.Generator, gain: float = 0.0, repeats: tuple[int, int] = (1, 1)
    ) -> Paired:
        """Draw two runs; in the second, `gain` of the first field's faults are corrected.

        `repeats` is how often each of the two was run. Repeats of one differ as the two do.
        """
        shape = (self.postings, self.fields)
        lengths = np.where(np.arange(self.fields) % 3 == 2, random.integers(1, 5, shape), 1)  # noqa: PLR2004
        values = np.where(random.random(shape) < self.labelled, lengths, 0)
        ease = random.beta(
            self.accuracy * self.spread, (1 - self.accuracy) * self.spread, (self.postings, 1)
        )
        usual = self._answers(random, values, ease)
        runs = []
        for _ in range(sum(repeats)):
            anew = random.random(shape) < 1 - math.sqrt(1 - self.churn)
            runs.append(np.where(anew[..., None], self._answers(random, values, ease), usual))
        for run in runs[repeats[0] :]:
            self._mend(random, run[:, 0], gain)
        return Paired.of_repeats(np.stack(runs[: repeats[0]]), np.stack(runs[repeats[0] :]))

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
    """The results of many comparisons, as shares of one; differences are of the first field's F1.

    `any_field`: some field was called changed. `macro`: the macro average was. `first`: the
    first field was called improved. `difference` and `stated` are means over the runs.
    """

    runs: int
    any_field: float
    macro: float
    first: float
    difference: float
    stated: float


def tally(
    model: PowerModel,
    runs: int,
    *,
    gain: float = 0.0,
    seed: int = 1,
    repeats: tuple[int, int] = (1, 1),
) -> PowerTally:
    """Draw and compare many pairs of runs, each run as often as `repeats` says.

    >>> tally(PowerModel(postings=20, fields=2), 3).runs
    3
    """
    random = np.random.default_rng(seed)
    swaps = Swaps(permutations=2_000, resamples=2)
    names = [f"field {index}" for index in range(model.fields)]
    drawn = [changes(names, model.draw(random, gain, repeats), swaps) for _ in range(runs)]
    return PowerTally(
        runs,
        any_field=_share(any(_changed(each) for each in found[:-1]) for found in drawn),
        macro=_share(_changed(found[-1]) for found in drawn),
        first=_share(found[0].verdict == "improved" for found in drawn),
        difference=float(np.mean([found[0].difference for found in drawn])),
        # Nothing detectable is stated as 1: no change of F1 is larger.
        stated=float(np.mean([found[0].detectable or 1.0 for found in drawn])),
    )


def at_stated(model: PowerModel, runs: int, repeats: tuple[int, int] = (1, 1)) -> PowerTally:
    """Tally with the gain at which the true difference is the smallest one stated as detectable."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        gain = (low + high) / 2
        found = tally(model, _PILOT, gain=gain, seed=2, repeats=repeats)
        low, high = (low, gain) if found.difference >= found.stated else (gain, high)
    return tally(model, runs, gain=high, seed=3, repeats=repeats)


def main(
    postings: Annotated[int, typer.Option(help="Postings in the simulated data set.")] = 70,
    runs: Annotated[int, typer.Option(help="Pairs of runs to draw.")] = 1_000,
    before: Annotated[int, typer.Option(help="Repeats of the first run.")] = 1,
    after: Annotated[int, typer.Option(help="Repeats of the second run.")] = 1,
) -> None:
    """Simulate the comparison's false alarms and its power, and print both."""
    for churn in (0.1, 0.25, 0.5):
        model = PowerModel(postings=postings, churn=churn)
        several = (before, after)
        alone = tally(replace(model, fields=1), runs, repeats=several)
        equal = tally(model, runs, repeats=several)
        better = at_stated(model, runs, several)
        print(
            f"{postings} postings, {churn:.0%} of answers drawn anew, {runs} pairs of "
            f"{before} and {after} runs\n"
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
