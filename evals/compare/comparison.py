"""Two runs over the same postings: which fields really changed, and what this set could have shown.

Every field is tested on the postings that both runs read (`evals.compare.paired`); the p-values of
the fields are corrected together (Holm), so that among fields that did not change hardly one set in
twenty shows any. The smallest detectable change is stated for the strictest step of that
correction. The macro average is one test of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evals.compare.paired import COUNTS, LEVEL, Paired, Swaps, holm
from evals.scoring.runlog import CaseResult, RunLog
from extract.asking.schema import IS_POSTING
from extract.errors import InputError

__all__ = ["MACRO", "Comparison", "ScoreChange", "Verdict", "changes", "compare", "name_of"]

MACRO = "macro"

_LEAST_SAID = 0.001

Verdict = Literal["improved", "worse", "no difference this set can show"]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One field of two runs. `p` is corrected; `detectable` None: the set can show no change."""

    field: str
    before: float
    after: float
    interval: tuple[float, float]
    p: float
    verdict: Verdict
    detectable: float | None
    differing: int

    @property
    def difference(self) -> float:
        """F1 after, less F1 before."""
        return self.after - self.before

    @property
    def p_said(self) -> str:
        """The p-value to three places; a drawn one is never said to be 0."""
        return "<0.001" if self.p < _LEAST_SAID else f"{self.p:.3f}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs over the same postings differ in; `fields` in the order of the run log."""

    before: str
    after: str
    postings: int
    fields: tuple[ScoreChange, ...]
    macro: ScoreChange

    @property
    def worse(self) -> tuple[ScoreChange, ...]:
        """The fields that got significantly worse, and the macro average if it did."""
        return tuple(each for each in (*self.fields, self.macro) if each.verdict == "worse")


def compare(before: RunLog, after: RunLog, swaps: Swaps | None = None) -> Comparison:
    """Test every field of two runs, paired on the postings; twins are one posting.

    Raises InputError for runs over different data: another dataset, split or set of cases.
    """
    origins = _paired_cases(before, after)
    core = after.plan.fields.core
    if set(core) != set(before.plan.fields.core):
        raise InputError("the runs score other fields: they were made with different schemas")
    further = [n for n in after.plan.fields.further if n in before.plan.fields.further]
    names = (IS_POSTING, *core, *further)
    pair = Paired(_counts(before, origins, names), _counts(after, origins, names))
    *fields, macro = changes(names, pair, swaps or Swaps(), (IS_POSTING, *further))
    postings = len(set(origins.values()))
    return Comparison(name_of(before), name_of(after), postings, tuple(fields), macro)


def changes(
    names: Sequence[str], pair: Paired, swaps: Swaps, apart: Sequence[str] = (IS_POSTING,)
) -> tuple[ScoreChange, ...]:
    """Test each field of a pair and, last, their macro average.

    A field that neither the labels nor a run gives any value is left out. Whether a document is a
    posting is tested like a field; it and the other names in `apart` are no part of the average.
    Raises InputError where no field is left.
    """
    said = [index for index in range(len(names)) if _says(pair, index)]
    if all(names[index] in apart for index in said):
        raise InputError("neither run has counted a field: there is nothing to compare")
    alone = [_one(pair, index) for index in said]
    corrected = holm([swaps.p_value(each) for each in alone])
    strictest = LEVEL / len(said)
    fields = [
        _change(names[index], each, p, strictest, swaps)
        for index, each, p in zip(said, alone, corrected, strict=True)
    ]
    averaged = [index for index in said if names[index] not in apart]
    together = Paired(pair.before[:, averaged], pair.after[:, averaged])
    return (*fields, _change(MACRO, together, swaps.p_value(together), LEVEL, swaps))


def name_of(run: RunLog) -> str:
    """Say in a few words what a run was made with."""
    plan = run.plan
    prompt = f"{plan.prompt} {plan.prompt_sha256[:8]}".strip()
    way = f"{plan.reading} reading" if plan.reading == "open" else ""
    return ", ".join(part for part in (plan.system, plan.model, way, prompt) if part)


def _change(name: str, pair: Paired, p: float, level: float, swaps: Swaps) -> ScoreChange:
    before, after = pair.scores
    verdict: Verdict = "no difference this set can show"
    if p <= LEVEL:
        verdict = "improved" if after > before else "worse"
    return ScoreChange(
        field=name,
        before=before,
        after=after,
        interval=swaps.interval(pair),
        p=p,
        verdict=verdict,
        detectable=pair.detectable(level),
        differing=int(pair.differing.sum()),
    )


def _paired_cases(before: RunLog, after: RunLog) -> dict[str, str]:
    """Return for each case of both runs the posting it belongs to."""
    for name, mine, other in (
        ("dataset", before.plan.dataset, after.plan.dataset),
        ("dataset_sha256", before.plan.dataset_sha256, after.plan.dataset_sha256),
        ("split", before.plan.split, after.plan.split),
    ):
        if mine != other:
            raise InputError(
                f"the runs are not over the same postings: {name} is {mine!r} in the first and "
                f"{other!r} in the second; run the older one again"
            )
    first, second = _origins(before, "first"), _origins(after, "second")
    for has, lacks, which in ((first, second, "second"), (second, first, "first")):
        missing = [name for name in has if name not in lacks]
        if missing:
            more = f" and {len(missing) - 1} more" if missing[1:] else ""
            raise InputError(f"the {which} run lacks case {missing[0]!r}{more}; finish it first")
    if not first:
        raise InputError("the runs hold no cases")
    return first


def _origins(run: RunLog, which: str) -> dict[str, str]:
    """Return the posting of each case; parts of pages are left out: no label names them."""
    origins: dict[str, str] = {}
    for case in run.cases:
        if case.page is not None:
            continue
        if case.id in origins:
            raise InputError(f"the {which} run holds case {case.id!r} twice")
        origins[case.id] = case.origin
    return origins


def _counts(run: RunLog, origins: Mapping[str, str], names: Sequence[str]) -> NDArray[np.float64]:
    places = {origin: place for place, origin in enumerate(sorted(set(origins.values())))}
    table = np.zeros((len(places), len(names), len(COUNTS)))
    for case in run.cases:
        if case.id not in origins:
            continue
        table[places[case.origin]] += [
            _judged(case) if name == IS_POSTING else _counted(case, name) for name in names
        ]
    return table


def _counted(case: CaseResult, name: str) -> list[int]:
    counts = case.counts.get(name)
    return [getattr(counts, count) if counts else 0 for count in COUNTS]


def _judged(case: CaseResult) -> list[int]:
    return [int(case.is_posting is True), int(case.is_posting is False), 0, 0]


def _one(pair: Paired, index: int) -> Paired:
    return Paired(pair.before[:, [index]], pair.after[:, [index]])


def _says(pair: Paired, index: int) -> bool:
    """Tell whether a run or the labels give the field any value at all."""
    return bool(pair.before[:, index].any() or pair.after[:, index].any())
