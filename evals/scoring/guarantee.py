"""Choose for each field the least confidence at which enough of the kept values are right.

The values of one document are not independent, so one is drawn of each document and field: one of
its rows (twins, or parts of a page), then one item of the row's list. A hash of their names draws,
so equal runs give equal thresholds. What is certain then is the share of right values in a kept
field of a document, on average over documents. `evals.scoring.binomial_bound` is the test.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import accumulate, pairwise

from evals.scoring.binomial_bound import bound_for, fewest, lower_bound
from evals.scoring.compare_values import counts_of
from evals.scoring.runlog import CaseResult

__all__ = ["FieldThreshold", "ScoredValue", "chosen", "drawn_values", "scored_values", "threshold"]

_FEW = 20
"""Values from which the share of right ones is an estimate worth going on with."""


@dataclass(frozen=True, slots=True)
class ScoredValue:
    """A field of one row with its confidence: `right` of its `total` values are right.

    `document` is what dependent rows share.
    """

    document: str
    row: str
    field: str
    confidence: float
    right: int
    total: int


@dataclass(frozen=True, slots=True)
class FieldThreshold:
    """The least confidence of a field, with its evidence; `threshold` is None if there is none.

    Of `values` in all the share `kept` is at or above the threshold. Of the `drawn` ones among
    them, one of each document, `right` are right, and at least the share `bound` is, with the
    certainty that was asked for. `why` says why there is no threshold.
    """

    field: str
    threshold: float | None = None
    values: int = 0
    kept: float = 0.0
    drawn: int = 0
    right: int = 0
    bound: float = 0.0
    why: str = ""


def scored_values(cases: Iterable[CaseResult], dataset: str = "") -> list[ScoredValue]:
    """Return the labelled fields of cases that have values and a confidence."""
    found = []
    for case in cases:
        for name, confidence in ((case.record or {}).get("confidence") or {}).items():
            counts = counts_of(case.counts, name)
            if counts is not None and (total := counts.correct + counts.false_positives):
                document = f"{dataset}/{case.origin}"
                found.append(
                    ScoredValue(document, case.id, name, confidence, counts.correct, total)
                )
    return found


def chosen(
    fields: Sequence[str], values: Iterable[ScoredValue], right: float, certainty: float
) -> list[FieldThreshold]:
    """Return the threshold of each field, or why it has none."""
    of_field: defaultdict[str, list[ScoredValue]] = defaultdict(list)
    for value in values:
        of_field[value.field].append(value)
    found = []
    for name in fields:
        one = threshold(name, of_field[name], right, certainty)
        if one.threshold is None:
            one = replace(one, why=_why(_walk(of_field[name])[1], right, certainty))
        found.append(one)
    return found


def threshold(
    field: str, values: Sequence[ScoredValue], right: float, certainty: float
) -> FieldThreshold:
    """Return the least confidence that keeps a share `right` of a field's values right."""
    total = sum(value.total for value in values)
    sure, wrong = _walk(values)
    bound = bound_for(len(sure), right, certainty)
    kept = bound.most_kept(wrong)
    drawn = kept or len(sure)
    if not drawn:
        return FieldThreshold(field)
    good = drawn - wrong[drawn - 1]
    least = lower_bound(good, drawn, bound.level)
    if not kept:
        return FieldThreshold(field, None, total, 0.0, drawn, good, least)
    above = sum(value.total for value in values if value.confidence >= sure[kept - 1])
    return FieldThreshold(field, sure[kept - 1], total, above / total, drawn, good, least)


def _walk(values: Sequence[ScoredValue]) -> tuple[list[float], list[int]]:
    """Return the confidences of the drawn values, the surest first, and how many are wrong so far.

    -1 stands for a number where the next value is as sure.
    """
    drawn = sorted(drawn_values(values).values(), key=lambda one: -one[0])
    sure = [confidence for confidence, _ in drawn]
    wrong = list(accumulate(not good for _, good in drawn))
    ends = [one != after for one, after in pairwise([*sure, -1.0])]
    return sure, [count if end else -1 for count, end in zip(wrong, ends, strict=True)]


def drawn_values(values: Iterable[ScoredValue]) -> Mapping[str, tuple[float, bool]]:
    """Draw one value of each document: its confidence, and whether it is right."""
    of_document: defaultdict[str, list[ScoredValue]] = defaultdict(list)
    for value in values:
        of_document[value.document].append(value)
    drawn = {}
    for document, rows in of_document.items():
        rows.sort(key=lambda row: row.row)
        lot = sha256(f"{rows[0].field}\0{document}".encode()).digest()
        row = rows[int.from_bytes(lot[:8]) % len(rows)]
        drawn[document] = row.confidence, int.from_bytes(lot[8:16]) % row.total < row.right
    return drawn


def _why(wrong: Sequence[int], right: float, certainty: float) -> str:
    """Say how many more labelled values it would take, if the values go on as they are."""
    if not wrong:
        return "no labelled document has a value"
    count, last = len(wrong), wrong[-1]
    least = min(count, _FEW)
    needed = [
        math.ceil(enough * count / k)
        for k, errors in enumerate(wrong, 1)
        if k >= least and errors >= 0 and (enough := fewest(right, certainty, 1 - errors / k))
    ]
    if not needed:
        return f"only {1 - last / count:.2f} right, the surest too"
    return f"needs {max(1, min(needed) - count):,} more like these"
