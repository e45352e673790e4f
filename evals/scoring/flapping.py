"""Flapping: how far the runs of one model over the same postings differ, field by field.

Two figures say it. *Changed* is how likely two runs give a posting different values: the mean over
the postings of the share of pairs of runs that differ. Its interval is Wilson's (1927) for as many
yes-or-no trials as there are postings. A share from 0 to 1 varies no more than such a trial of the
same mean (Bhatia and Davis 2000), so the interval is at least as wide as it must be; and where
nothing changed it still says what so few postings leave possible. *Deviation* is the standard
deviation of the runs' F1.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import Any

from evals.data.rubric import ScoredFields
from evals.scoring.counts import Counts
from evals.scoring.intervals import wilson
from evals.scoring.record_values import values
from evals.scoring.runlog import CaseResult
from evals.scoring.score_models import FieldFlapping, Flapping
from extract.asking.schema import IS_POSTING

__all__ = ["flapping"]


Runs = Sequence[Sequence[CaseResult]]


def flapping(cases: Sequence[CaseResult], names: ScoredFields) -> Flapping | None:
    """Compare the repeats of a run; None if no case was read twice.

    A repeat that was cut counts for the postings that it has read; its F1 is not stated. Parts of
    pages of several postings are left out, and the cases of one posting (twins) count as one.
    """
    answers: dict[str, dict[int, CaseResult]] = defaultdict(dict)
    for case in cases:
        if case.page is None:
            answers[case.id][case.repeat] = case
    twice = [list(each.values()) for each in answers.values() if len(each) > 1]
    if not twice:
        return None
    known = {name for case in cases for name in case.counts}
    paths = [name for name in names.of_values if name in names.core or name in known]
    runs = [
        run
        for repeat in sorted({case.repeat for case in cases})
        if len(run := [each[repeat] for each in answers.values() if repeat in each]) == len(answers)
    ]
    origins = {group[0].origin for group in twice}
    said = [(group[0].origin, [values(_claimed(one), paths) for one in group]) for group in twice]
    fields = {
        IS_POSTING: _flapping(_changes(said, [IS_POSTING]), [_right(run) for run in runs]),
        **{
            path: _flapping(_changes(said, [path]), [_f1(run, path) for run in runs])
            for path in paths
        },
    }
    core = list(names.core)
    macro = _flapping(_changes(said, core), [_macro(run, core) for run in runs])
    repeats = len({case.repeat for case in cases})
    return Flapping(runs=repeats, postings=len(origins), fields=fields, macro=macro)


def _claimed(case: CaseResult) -> Mapping[str, Any]:
    """Return what a record claims: of a page that it calls no posting, that alone."""
    record = case.record or {}
    return record if record.get(IS_POSTING) else {IS_POSTING: record.get(IS_POSTING)}


def _changes(
    said: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], paths: Sequence[str]
) -> dict[str, float]:
    """Return for each posting the share of pairs of its runs that differ in any of the paths."""
    shares: dict[str, list[float]] = defaultdict(list)
    for origin, answers in said:
        pairs = list(combinations(answers, 2))
        differing = sum(any(a[path] != b[path] for path in paths) for a, b in pairs)
        shares[origin].append(differing / len(pairs))
    return {origin: statistics.fmean(each) for origin, each in shares.items()}


def _flapping(changes: Mapping[str, float], scores: Sequence[float | None]) -> FieldFlapping:
    changed = statistics.fmean(changes.values())
    known = [score for score in scores if score is not None]
    return FieldFlapping(
        changed=changed,
        interval=wilson(changed, len(changes)),
        postings=sum(share > 0 for share in changes.values()),
        f1=tuple(scores),
        deviation=statistics.stdev(known) if len(known) > 1 else None,
    )


def _f1(run: Sequence[CaseResult], path: str) -> float | None:
    counts = reduce(Counts.__add__, (case.counts.get(path, Counts()) for case in run), Counts())
    whole = 2 * counts.correct + counts.errors
    return 2 * counts.correct / whole if whole else None


def _macro(run: Sequence[CaseResult], core: Sequence[str]) -> float | None:
    known = [score for path in core if (score := _f1(run, path)) is not None]
    return statistics.fmean(known) if known else None


def _right(run: Sequence[CaseResult]) -> float | None:
    judged = [case.is_posting for case in run if case.is_posting is not None]
    return sum(judged) / len(judged) if judged else None
