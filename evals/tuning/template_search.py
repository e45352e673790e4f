"""Search a better template: change one thing at a time, and keep what gains on training documents.

Each change of the pool is tried alone, first on half of the training documents; if it loses there,
it is dropped. Those that gain are then put together, the one that gained most first, and each of
them stays if it gains on top of those before it. A gain is the difference of macro F1 over the
training documents that no change in question was made from. A change is kept if it gains at least
0.01 and more documents gain by it than lose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from evals.compare.comparison import pair_of
from evals.data.dataset import Case
from evals.data.template_change import TemplateChange, changed_template
from evals.scoring.runlog import CaseResult
from evals.tuning.template_readings import TemplateReadings
from extract.asking.schema import IS_POSTING

__all__ = ["LEAST_GAIN", "Changes", "Gain", "TemplateSearch", "Trial", "dealt", "parted"]

LEAST_GAIN = 0.01
_SLACK = 1e-9

Changes = tuple[TemplateChange, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change gained: in macro F1, over `documents`, of which some got better or worse."""

    value: float
    documents: int
    better: int = 0
    worse: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether the change is kept."""
        return self.value >= LEAST_GAIN and self.better > self.worse


@dataclass(frozen=True, slots=True)
class Trial:
    """A change that was tried on top of others, and whether it was kept."""

    before: Changes
    change: TemplateChange
    gain: Gain
    kept: bool


def dealt(cases: Sequence[Case], folds: int) -> tuple[tuple[Case, ...], ...]:
    """Deal cases into folds of equal size, by the hash of their ids; twins stay together.

    Those that are no posting are dealt after the others, so that each fold gets as many of them.
    """
    origins = _ordered(cases)
    return tuple(
        tuple(case for origin in origins[fold::folds] for case in _of(origin, cases))
        for fold in range(folds)
    )


def parted(cases: Sequence[Case], held_out: float) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """Return the cases to search on, and the share of them that is held out, dealt as folds are."""
    origins = _ordered(cases)
    # Every origin whose step passes the next whole number: evenly through the order.
    held = {
        origin
        for number, origin in enumerate(origins)
        if int((number + 1) * held_out + _SLACK) > int(number * held_out + _SLACK)
    }
    return (
        tuple(case for case in cases if case.origin not in held),
        tuple(case for case in cases if case.origin in held),
    )


def _ordered(cases: Sequence[Case]) -> list[str]:
    """Return the origins, those of postings first, each group in the order of their hashes."""
    postings = {case.origin for case in cases if case.gold and case.gold[IS_POSTING][0]}

    def place(origin: str) -> tuple[bool, str]:
        return (origin not in postings, hashlib.sha256(origin.encode()).hexdigest())

    return sorted({case.origin for case in cases}, key=place)


def _of(origin: str, cases: Sequence[Case]) -> list[Case]:
    return sorted((case for case in cases if case.origin == origin), key=lambda case: case.id)


@dataclass
class TemplateSearch:
    """A search from one template on training documents; `trials` are in the order they were made.

    `base` is the text of the template, `id` that of all templates that are tried. A gain is over
    the fields `names`.
    """

    readings: TemplateReadings
    base: str
    id: str
    folds: Sequence[Sequence[Case]]
    names: Sequence[str]
    trials: list[Trial] = field(default_factory=list)
    _texts: dict[Changes, str] = field(default_factory=dict)

    def text(self, changes: Changes) -> str:
        """Return the text of the template with changes."""
        if changes not in self._texts:
            self._texts[changes] = changed_template(self.base, self.id, changes)
        return self._texts[changes]

    async def read(self, changes: Changes, cases: Sequence[Case], what: str) -> list[CaseResult]:
        """Return the results of cases with some changes."""
        return await self.readings.of(self.text(changes), cases, what)

    async def search(self, pool: Sequence[TemplateChange]) -> Changes:
        """Return the changes that gain together."""
        alone: list[tuple[float, TemplateChange]] = []
        for change in pool:
            gain = await self._gain((), change, half=True)
            if gain.value >= 0:
                gain = await self._gain((), change)
            if gain.is_enough:
                alone.append((gain.value, change))
            else:
                self.trials.append(Trial((), change, gain, kept=False))
        alone.sort(key=lambda each: -each[0])
        best: Changes = ()
        for _, change in alone:
            if change.target in {each.target for each in best}:
                continue
            gain = await self._gain(best, change)
            self.trials.append(Trial(best, change, gain, gain.is_enough))
            if gain.is_enough:
                best = (*best, change)
        return best

    def by_fold(self, change: TemplateChange) -> list[float | None]:
        """Return what a change alone gained on each fold; None where it was not read."""
        before, after = (self.readings.known(self.text(each)) for each in ((), (change,)))
        gains: list[float | None] = []
        for fold in self.folds:
            ids = [
                case.id
                for case in fold
                if case.id in after and case.id in before and case.origin not in change.seen
            ]
            found = self._difference([before[i] for i in ids], [after[i] for i in ids])
            gains.append(found.value if ids else None)
        return gains

    async def _gain(self, before: Changes, change: TemplateChange, *, half: bool = False) -> Gain:
        """Compare the results with one more change, on training documents that none has seen."""
        after = (*before, change)
        seen = frozenset[str]().union(*(each.seen for each in after))
        cases = [
            case
            for fold in self.folds
            for place, case in enumerate(fold)
            if case.origin not in seen and not (half and place % 2)
        ]
        results = await self.read(after, cases, f"trying {change}")
        return self._difference(await self.read(before, cases, "the template so far"), results)

    def _difference(self, before: Sequence[CaseResult], after: Sequence[CaseResult]) -> Gain:
        pair = pair_of(before, after, self.names)
        if not pair.before.size:
            return Gain(0.0, len(before))
        shares = pair.shares()
        better, worse = (int(np.count_nonzero(sign * shares > 0)) for sign in (1, -1))
        return Gain(pair.difference, len(before), better, worse)
