"""Compare values with their labels: count correct, wrong, omitted and invented ones per field.

`Kind.similarity` compares two values; `evals.data.rubric` says at which similarity a value is
right. Lists are matched by optimal assignment, whatever their order; an unmatched item is invented
or omitted. Items that are models are matched by the share of their fields that agree, and counted
field by field; items with no agreeing field are not matched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from evals.data.rubric import BUILT_IN, GROSS, REQUIRED, Rubric, inside, least, leaves_of
from evals.data.typed_values import is_list, typed
from evals.scoring.counts import Counts, of_one
from extract.kinds import AskedField, Group, Kind, Pay, Requirements, Variants

__all__ = ["Counts", "compared", "counts_of", "outcome"]


def outcome(
    gold: Mapping[str, Sequence[Any]],
    posting: Mapping[str, Any] | None,
    rubric: Rubric = BUILT_IN,
) -> dict[str, Counts]:
    """Compare a posting, as JSON, with the labels of a case (see `Case.gold`).

    A posting of None is a failed document: all labelled values count as omitted, and nothing as a
    correct null.

    >>> outcome({"seniority": ("senior", "lead")}, {"seniority": "lead"})["seniority"].correct
    1
    """
    counts: dict[str, Counts] = {}
    for name, right in gold.items():
        field = rubric.kinds.get(name)
        if field is None:
            continue
        if posting is None:
            missed = _best(field, None, right[:1])
            counts |= {path: replace(each, correct_null=0) for path, each in missed.items()}
        else:
            counts |= _best(field, posting.get(name), right)
    return counts


def compared(field: str, found: Any, right: Sequence[Any], rubric: Rubric = BUILT_IN) -> Counts:
    """Compare a value with the right value that leaves the fewest errors.

    >>> compared("job_ids", ["A-1", "A-2"], [["A-1"]])
    Counts(correct=1, wrong=0, omitted=0, invented=1, correct_null=0)
    """
    return counts_of(_best(rubric.kinds[field], found, right), field) or Counts()


def counts_of(counts: Mapping[str, Counts], name: str) -> Counts | None:
    """Return the counts of a field, or the sum over the fields of a nested model.

    None if there are none.
    """
    if name in counts:
        return counts[name]
    below = [each for path, each in counts.items() if path.startswith(f"{name}.")]
    return sum(below, Counts()) if below else None


def _best(field: AskedField, found: Any, right: Sequence[Any]) -> dict[str, Counts]:
    """Compare with each right value; parts scored apart do not decide which one fits best."""
    apart = {leaf.path for leaf in leaves_of(field, field.name) if leaf.apart}

    def cost(counts: Mapping[str, Counts]) -> tuple[int, int]:
        scored = [each for path, each in counts.items() if path not in apart]
        return sum(each.errors for each in scored), -sum(each.correct for each in scored)

    return min((_judged(field, field.name, found, value) for value in right), key=cost)


def _judged(field: AskedField, path: str, found: Any, expected: Any) -> dict[str, Counts]:
    """Compare a value with its label; fields that a nested label leaves out are not counted."""
    if not isinstance(field.kind, Group | Variants):
        found_value, label = typed(field, found), typed(field, expected)
        counts = {path: _counts(field, found_value, label)}
        if isinstance(field.kind, Pay) and isinstance(expected, dict) and GROSS in expected:
            gross = found.get(GROSS) if isinstance(found, dict) else None
            counts[f"{path}.{GROSS}"] = of_one(gross, expected[GROSS], gross == expected[GROSS])
        if isinstance(field.kind, Requirements) and _weighed(expected):
            counts[f"{path}.{REQUIRED}"] = sum(
                (
                    of_one(one.required, other.required, one.required is other.required)
                    for one, other in _pairs(field, found_value, label)
                ),
                Counts(),
            )
        return counts
    if field.is_list:
        return _models(field, path, typed(field, found), typed(field, expected))
    return _members(field.kind, path, found, expected)


def _members(kind: Kind, path: str, found: Any, expected: Any) -> dict[str, Counts]:
    mine, label = (value if isinstance(value, dict) else {} for value in (found, expected))
    counts: dict[str, Counts] = {}
    for member in inside(kind):
        if not label or member.name in label:
            below = f"{path}.{member.name}"
            counts |= _judged(member, below, mine.get(member.name), label.get(member.name))
    return counts


def _models(
    field: AskedField, path: str, found: Sequence[Any], expected: Sequence[Any]
) -> dict[str, Counts]:
    """Match the models of two lists, and count them field by field."""
    nothing = _members(field.kind, path, None, _whole(field.kind, expected, {}))
    if not found and not expected:
        return nothing
    counts = dict.fromkeys(nothing, Counts())
    labels = [_whole(field.kind, expected, label) for label in expected]
    judged = [[_members(field.kind, path, one, label) for label in labels] for one in found]
    shares = np.array([[_share(pair) for pair in row] for row in judged]).reshape(
        len(found), len(expected)
    )
    rows, columns = linear_sum_assignment(shares, maximize=True)
    pairs = {int(r): int(c) for r, c in zip(rows, columns, strict=True) if shares[r, c] > 0}
    taken = set(pairs.values())
    empty = _whole(field.kind, expected, {})
    alone = [
        *(_members(field.kind, path, one, empty) for n, one in enumerate(found) if n not in pairs),
        *(
            _members(field.kind, path, None, each)
            for n, each in enumerate(labels)
            if n not in taken
        ),
    ]
    for one in (*(judged[row][column] for row, column in pairs.items()), *map(_filled, alone)):
        for name, each in one.items():
            counts[name] = counts.get(name, Counts()) + each
    return counts


def _whole(kind: Kind, labels: Sequence[Any], label: Any) -> dict[str, Any]:
    """Return an item's label with every field that some item of the list is labelled with."""
    named = {name for each in labels if isinstance(each, dict) for name in each}
    names = [member.name for member in inside(kind) if not named or member.name in named]
    given = label if isinstance(label, dict) else {}
    return {name: given.get(name) for name in names}


def _share(counts: Mapping[str, Counts]) -> float:
    correct = sum(each.correct for each in counts.values())
    every = correct + sum(e.wrong + e.omitted + e.invented for e in counts.values())
    return correct / every if every else 0.0


def _filled(counts: Mapping[str, Counts]) -> dict[str, Counts]:
    """Drop the correct nulls of an item without a counterpart: no label says they are right."""
    return {path: replace(each, correct_null=0) for path, each in counts.items()}


def _counts(field: AskedField, found: Any, expected: Any) -> Counts:
    if is_list(field):
        return _of_lists(field, found, expected)
    if found is None or expected is None:
        return of_one(found, expected, False)
    return of_one(found, expected, _similarity(field, found, expected) >= least(field))


def _of_lists(field: AskedField, found: Sequence[Any], expected: Sequence[Any]) -> Counts:
    if not found or not expected:
        return Counts(
            omitted=len(expected),
            invented=len(found),
            correct_null=int(not found and not expected),
        )
    correct = len(_pairs(field, found, expected))
    return Counts(
        correct=correct,
        omitted=len(expected) - correct,
        invented=len(found) - correct,
    )


def _pairs(
    field: AskedField, found: Sequence[Any], expected: Sequence[Any]
) -> list[tuple[Any, Any]]:
    """Pair as many items as are alike, whatever their order; of equal numbers, the most alike."""
    if not found or not expected:
        return []
    likeness = np.array([[_similarity(field, one, other) for other in expected] for one in found])
    alike = likeness >= least(field)
    # All likeness together weighs less than one pair.
    rows, columns = linear_sum_assignment(alike + likeness / (len(found) + 1), maximize=True)
    return [
        (found[row], expected[column])
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if alike[row, column]
    ]


def _weighed(label: Any) -> bool:
    """Tell whether a label says how much each requirement matters."""
    items = label if isinstance(label, list) else []
    return bool(items) and all(isinstance(item, dict) and REQUIRED in item for item in items)


def _similarity(field: AskedField, found: Any, expected: Any) -> float:
    if type(found) is not type(expected):
        return 0.0
    return field.kind.similarity(found, expected)
