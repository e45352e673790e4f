"""Compute the scores of a run from the counts of its cases.

Precision is correct / (correct + wrong + invented), recall is correct / (correct + wrong +
omitted). Correct nulls count in neither. Macro F1 is the mean over the core fields that have a
label or a value; micro F1 takes their counts together. A further field is scored if some case is
labelled with it, and counts in no mean.

What one document contributes is counted in `compare_values`. A measure of another sort is computed
for each case in `runner`, kept in `runlog`, summed here and shown by `evals/report/score_table.py`.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np

from evals.data.rubric import BUILT_IN, ScoredFields
from evals.scoring.compare_values import Counts
from evals.scoring.flapping import flapping
from evals.scoring.intervals import Resamples, f1, interval, means, shares
from evals.scoring.record_values import values
from evals.scoring.roles import roles
from evals.scoring.runlog import CaseResult
from evals.scoring.score_models import FieldScore, Flips, Mean, Rate, Scores, Seconds, Tokens
from extract.values import Usage

__all__ = ["flips", "scored"]


def scored(cases: Sequence[CaseResult], names: ScoredFields = BUILT_IN.fields) -> Scores:
    """Score the cases of a run; their order does not matter.

    All repeats of a case count, in counts and in sums.
    """
    resamples = Resamples(case.origin for case in cases)
    fields: dict[str, FieldScore] = {}
    curves: dict[str, Any] = {}
    whole: Any = np.zeros(())
    further = [name for name in names.further if any(name in case.counts for case in cases)]
    for name in (*names.core, *further):
        rows = [(case.origin, _row(case.counts.get(name, Counts()))) for case in cases]
        sums = resamples.sums(rows).T if rows else np.zeros((3, 1))
        curve = f1(*sums)
        if name in names.core:
            curves[name] = curve
            whole = whole + sums
        within = interval(curve) if resamples.enough else None
        fields[name] = _field([case.counts[name] for case in cases if name in case.counts], within)
    core = [fields[name] for name in names.core]
    known = [score.f1 for score in core if score.f1 is not None]
    enough = resamples.enough
    return Scores(
        fields=fields,
        macro_f1=Mean(
            value=statistics.fmean(known) if known else None,
            interval=interval(means(curves)) if enough else None,
        ),
        micro_f1=Mean(
            value=_micro(core),
            interval=interval(f1(*whole)) if enough else None,
        ),
        invention=_rate(cases, resamples, partial(_inventions, names.scalars)),
        is_posting=_rate(cases, resamples, _judged),
        grounded=_checked(cases, resamples, "grounded"),
        supported=_checked(cases, resamples, "supported"),
        flips=flips(cases, names),
        roles=roles(cases),
        flapping=flapping(cases, names),
        failed=sum(case.status == "failed" for case in cases),
        seconds=_seconds([case.seconds for case in cases]),
        tokens=_tokens([case.usage for case in cases]),
    )


def flips(cases: Sequence[CaseResult], names: ScoredFields = BUILT_IN.fields) -> Flips | None:
    """Return the twins whose values differ from their original's; None if there are no twins.

    A twin that failed differs in every field of its original. A twin whose original failed or was
    not run is not counted.
    """
    fields = tuple(dict.fromkeys(path.partition(".")[0] for path in names.core))
    originals = {(case.id, case.repeat): case for case in cases}
    changed: dict[str, dict[str, None]] = {}
    pairs = flipped = 0
    for case in sorted(cases, key=lambda case: case.id):
        original = originals.get((case.twin_of or "", case.repeat))
        if original is None or original.record is None:
            continue
        pairs += 1
        here, there = (values(one.record or {}, fields) for one in (case, original))
        differing = [name for name in here if here[name] != there[name]]
        if differing:
            flipped += 1
            changed.setdefault(case.id, {}).update(dict.fromkeys(differing))
    if not any(case.twin_of for case in cases):
        return None
    rate = flipped / pairs if pairs else None
    named = {name: list(differing) for name, differing in changed.items()}
    return Flips(value=rate, pairs=pairs, flipped=flipped, fields=named)


def _row(counts: Counts) -> tuple[int, int, int]:
    return counts.correct, counts.false_positives, counts.false_negatives


def _field(counts: Sequence[Counts], within: tuple[float, float] | None) -> FieldScore:
    correct = sum(each.correct for each in counts)
    given = correct + sum(each.false_positives for each in counts)
    labelled = correct + sum(each.false_negatives for each in counts)
    return FieldScore(
        precision=_share(correct, given),
        recall=_share(correct, labelled),
        f1=_share(2 * correct, given + labelled),
        interval=within,
        correct=correct,
        wrong=sum(each.wrong for each in counts),
        omitted=sum(each.omitted for each in counts),
        invented=sum(each.invented for each in counts),
        correct_nulls=sum(each.correct_null for each in counts),
    )


def _micro(fields: Sequence[FieldScore]) -> float | None:
    correct = sum(each.correct for each in fields)
    missed = sum(2 * each.wrong + each.omitted + each.invented for each in fields)
    return _share(2 * correct, 2 * correct + missed)


def _share(count: int, of: int) -> float | None:
    return count / of if of else None


def _inventions(scalars: Sequence[str], case: CaseResult) -> tuple[int, int]:
    """Count the invented and all filled values of the scalar fields."""
    counts = [case.counts[name] for name in scalars if name in case.counts]
    return (
        sum(each.invented for each in counts),
        sum(each.correct + each.false_positives for each in counts),
    )


def _judged(case: CaseResult) -> tuple[int, int]:
    return int(bool(case.is_posting)), int(case.is_posting is not None)


def _checked(cases: Sequence[CaseResult], resamples: Resamples, name: str) -> Rate | None:
    if not any(case.checks for case in cases):
        return None

    def counted(case: CaseResult) -> tuple[int, int]:
        return (getattr(case.checks, name), case.checks.filled) if case.checks else (0, 0)

    return _rate(cases, resamples, counted)


def _rate(
    cases: Sequence[CaseResult],
    resamples: Resamples,
    counted: Callable[[CaseResult], tuple[int, int]],
) -> Rate:
    rows = [(case.origin, counted(case)) for case in cases]
    count, of = (sum(row[place] for _, row in rows) for place in (0, 1))
    within = None
    if resamples.enough:
        within = interval(shares(*resamples.sums(rows).T))
    return Rate(value=_share(count, of), interval=within, count=count, of=of)


def _seconds(taken: Sequence[float]) -> Seconds:
    return Seconds(
        median=statistics.median(taken) if taken else None,
        mean=statistics.fmean(taken) if taken else None,
        total=round(sum(taken), 3),
    )


def _tokens(usages: Sequence[Usage]) -> Tokens:
    spent = reduce(Usage.__add__, usages, Usage())
    return Tokens(
        prompt=spent.prompt,
        cached=spent.cached,
        completion=spent.completion,
        calls=spent.calls,
        median_completion=statistics.median(u.completion for u in usages) if usages else None,
    )
