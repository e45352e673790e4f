"""Compare two runs over the same postings: which fields changed, and what the set could show.

Each field is tested on the postings that both runs read (`evals.compare.paired`). The p-values of
the fields are corrected together (Holm), so that if no field changed, fewer than one comparison in
twenty reports a change. The smallest detectable change is that of the correction's strictest step.
The macro average is a test of its own. If a run was repeated, a change must also exceed the noise
between runs of one system (`evals.compare.noise`) to be called one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from evals.compare.noise import noise_of
from evals.compare.paired import COUNTS, LEVEL, Paired, Swaps, holm
from evals.scoring.runlog import CaseResult, RunLog
from extract.asking.schema import IS_POSTING
from extract.errors import InputError, abridged

__all__ = [
    "MACRO",
    "NOTHING",
    "Comparison",
    "ScoreChange",
    "Verdict",
    "changes",
    "compare",
    "identity",
    "name_of",
    "pair_of",
]

MACRO = "macro"

NOTHING: Final = "no difference this set can show"

Verdict = Literal["improved", "worse", "within noise", "no difference this set can show"]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One field of two runs.

    `p` is corrected; `detectable` is None if no change could be shown. `noise` is the change that
    two runs of one system exceed in one pair of twenty; None if no run was repeated.
    """

    field: str
    before: float
    after: float
    interval: tuple[float, float]
    p: float
    verdict: Verdict
    detectable: float | None
    differing: int
    noise: float | None = None

    @property
    def difference(self) -> float:
        """F1 after, less F1 before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two runs over the same postings differ; `fields` in the order of the run log."""

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
    """Test every field of two runs, paired by posting; twins count as one posting.

    Raises InputError if the runs have different datasets, splits or cases.
    """
    origins = _paired_cases(before, after)
    core = after.plan.fields.core
    if set(core) != set(before.plan.fields.core):
        raise InputError(
            f"the runs score different fields ({name_of(before)} and {name_of(after)}); compare "
            "runs of the same schema"
        )
    further = [n for n in after.plan.fields.further if n in before.plan.fields.further]
    names = (IS_POSTING, *core, *further)
    pair = Paired.of_repeats(
        _counts(before.cases, origins, names), _counts(after.cases, origins, names)
    )
    *fields, macro = changes(names, pair, swaps or Swaps(), (IS_POSTING, *further))
    postings = len(set(origins.values()))
    return Comparison(name_of(before), name_of(after), postings, tuple(fields), macro)


def changes(
    names: Sequence[str], pair: Paired, swaps: Swaps, apart: Sequence[str] = (IS_POSTING,)
) -> tuple[ScoreChange, ...]:
    """Test each field of a pair and, last, their macro average.

    A field for which neither the labels nor a run have any value is left out. Whether a document
    is a posting is tested like a field; it and the other names in `apart` do not count for the
    average. Raises InputError if no field is left.
    """
    valued = [index for index in range(len(names)) if _says(pair, index)]
    if all(names[index] in apart for index in valued):
        raise InputError("nothing to compare: neither run has a value for any field")
    alone = [pair.fields([index]) for index in valued]
    corrected = holm([swaps.p_value(each) for each in alone])
    strictest = LEVEL / len(valued)
    fields = [
        _change(names[index], each, p, strictest, swaps)
        for index, each, p in zip(valued, alone, corrected, strict=True)
    ]
    averaged = [index for index in valued if names[index] not in apart]
    together = pair.fields(averaged)
    return (*fields, _change(MACRO, together, swaps.p_value(together), LEVEL, swaps))


def pair_of(
    before: Sequence[CaseResult], after: Sequence[CaseResult], names: Sequence[str]
) -> Paired:
    """Return the counts of two results of the same cases, in the fields that have any value."""
    origins = {case.id: case.origin for case in before}
    pair = Paired.of_repeats(*(_counts(cases, origins, names) for cases in (before, after)))
    return pair.fields([index for index in range(len(names)) if _says(pair, index)])


def name_of(run: RunLog) -> str:
    """Return what a run is called: its own name, if it has one, and what was asked."""
    return f"{run.name}: {identity(run)}" if run.name else identity(run)


def identity(run: RunLog) -> str:
    """Return what a run asked: its system, model, way of reading and prompt."""
    plan = run.plan
    prompt = f"{plan.prompt} {plan.prompt_sha256[:8]}".strip()
    way = f"{plan.reading} reading" if plan.reading == "open" else ""
    return ", ".join(part for part in (plan.system, plan.model, way, prompt) if part)


def _change(name: str, pair: Paired, p: float, level: float, swaps: Swaps) -> ScoreChange:
    before, after = pair.scores
    noise = noise_of(*pair.repeats) if pair.repeats else None
    verdict: Verdict = NOTHING
    if p <= LEVEL and noise is not None and abs(after - before) <= noise:
        verdict = "within noise"
    elif p <= LEVEL:
        verdict = "improved" if after > before else "worse"
    detectable = pair.detectable(level)
    return ScoreChange(
        field=name,
        before=before,
        after=after,
        interval=swaps.interval(pair),
        p=p,
        verdict=verdict,
        detectable=None if detectable is None else max(detectable, noise or 0.0),
        differing=int(pair.differing.sum()),
        noise=noise,
    )


def _paired_cases(before: RunLog, after: RunLog) -> dict[str, str]:
    """Map each case of both runs to the posting it belongs to."""
    for name, mine, other in (
        ("dataset", before.plan.dataset, after.plan.dataset),
        ("dataset_sha256", before.plan.dataset_sha256, after.plan.dataset_sha256),
        ("split", before.plan.split, after.plan.split),
    ):
        if mine != other:
            raise InputError(
                f"the runs are over different postings: {name} is {mine!r} in the first and "
                f"{other!r} in the second; run the older one again"
            )
    first, second = _origins(before, "first"), _origins(after, "second")
    for has, lacks, which in ((first, second, "second"), (second, first, "first")):
        missing = [name for name in has if name not in lacks]
        if missing:
            lost = abridged([repr(missing[0])], len(missing))
            raise InputError(f"the {which} run lacks case {lost}; finish that run first")
    if not first:
        raise InputError("the runs hold no cases")
    return first


def _origins(run: RunLog, which: str) -> dict[str, str]:
    """Map each case to its posting; parts of pages are left out, since no label names them."""
    origins: dict[str, str] = {}
    read = set()
    for case in run.cases:
        if case.page is not None:
            continue
        if (case.id, case.repeat) in read:
            raise InputError(f"the {which} run holds case {case.id!r} twice")
        read.add((case.id, case.repeat))
        origins[case.id] = case.origin
    return origins


def _counts(
    cases: Sequence[CaseResult], origins: Mapping[str, str], names: Sequence[str]
) -> NDArray[np.float64]:
    """Return the counts of each repeat of a run; one that was cut is left out."""
    places = {origin: place for place, origin in enumerate(sorted(set(origins.values())))}
    scored = [each for each in cases if each.id in origins]
    read = Counter(case.repeat for case in scored)
    whole = sorted(repeat for repeat, count in read.items() if count == len(origins))
    if not whole:
        raise InputError("no repeat of the run holds all its cases: let that run finish first")
    table = np.zeros((len(whole), len(places), len(names), len(COUNTS)))
    for case in (each for each in scored if each.repeat in whole):
        table[whole.index(case.repeat), places[case.origin]] += [
            _judged(case) if name == IS_POSTING else _counted(case, name) for name in names
        ]
    return table


def _counted(case: CaseResult, name: str) -> list[int]:
    counts = case.counts.get(name)
    return [getattr(counts, count) if counts else 0 for count in COUNTS]


def _judged(case: CaseResult) -> list[int]:
    return [int(case.is_posting is True), int(case.is_posting is False), 0, 0]


def _says(pair: Paired, index: int) -> bool:
    """Tell whether a run or the labels give the field any value at all."""
    return bool(pair.before[:, index].any() or pair.after[:, index].any())
