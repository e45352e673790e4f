"""A value beside its label: what is correct, wrong, omitted and invented, field by field.

Thin over `Kind.similarity`; `evals.data.rubric` says from which similarity on a value is right.
Lists are matched by the optimal assignment; an item that is left over is invented or omitted, so
that no order and no position counts. Items that are models are matched by the share of their fields
that agree, and then counted field by field; items of which no field agrees are not matched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from evals.data.rubric import BUILT_IN, GROSS, Rubric, inside, least, leaves_of
from evals.data.typed_values import is_list, typed
from extract.kinds import AskedField, Group, Kind, Pay, Variants

__all__ = ["Counts", "compared", "counts_of", "outcome"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many values of one field of one document are what; for a scalar one of them is 1."""

    correct: int = 0
    wrong: int = 0
    omitted: int = 0
    invented: int = 0
    correct_null: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.correct + other.correct,
            self.wrong + other.wrong,
            self.omitted + other.omitted,
            self.invented + other.invented,
            self.correct_null + other.correct_null,
        )

    @property
    def false_positives(self) -> int:
        """Values given that the label does not have."""
        return self.wrong + self.invented

    @property
    def false_negatives(self) -> int:
        """Values of the label that are not given."""
        return self.wrong + self.omitted

    @property
    def errors(self) -> int:
        """False positives and false negatives; a wrong value is one of each."""
        return self.false_positives + self.false_negatives


def outcome(
    gold: Mapping[str, Sequence[Any]],
    posting: Mapping[str, Any] | None,
    rubric: Rubric = BUILT_IN,
) -> dict[str, Counts]:
    """Compare a posting, as JSON, with the labels of a case (see `Case.gold`).

    A posting of None is a failed document: everything the labels have is omitted, and nothing
    counts as a correct null.

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
    """Compare a value with the alternative that leaves the fewest errors.

    >>> compared("job_ids", ["A-1", "A-2"], [["A-1"]])
    Counts(correct=1, wrong=0, omitted=0, invented=1, correct_null=0)
    """
    return counts_of(_best(rubric.kinds[field], found, right), field) or Counts()


def counts_of(counts: Mapping[str, Counts], name: str) -> Counts | None:
    """Return the counts of a field; of a nested model, those of its fields together.

    None where there are none.
    """
    if name in counts:
        return counts[name]
    below = [each for path, each in counts.items() if path.startswith(f"{name}.")]
    return sum(below, Counts()) if below else None


def _best(field: AskedField, found: Any, right: Sequence[Any]) -> dict[str, Counts]:
    """Compare with each alternative; what is scored apart does not decide which is the best."""
    apart = {leaf.path for leaf in leaves_of(field, field.name) if leaf.apart}

    def cost(counts: Mapping[str, Counts]) -> tuple[int, int]:
        told = [each for path, each in counts.items() if path not in apart]
        return sum(each.errors for each in told), -sum(each.correct for each in told)

    return min((_judged(field, field.name, found, value) for value in right), key=cost)


def _judged(field: AskedField, path: str, found: Any, expected: Any) -> dict[str, Counts]:
    """Compare a value with its label; what a nested label does not name is not counted."""
    if not isinstance(field.kind, Group | Variants):
        found_value, label = typed(field, found), typed(field, expected)
        counts = {path: _counts(field, found_value, label)}
        if isinstance(field.kind, Pay) and isinstance(expected, dict) and GROSS in expected:
            said = found.get(GROSS) if isinstance(found, dict) else None
            counts[f"{path}.{GROSS}"] = _of_one(said, expected[GROSS], said == expected[GROSS])
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
    """Return an item's label with all that any item of the list is labelled with."""
    named = {name for each in labels if isinstance(each, dict) for name in each}
    names = [member.name for member in inside(kind) if not named or member.name in named]
    given = label if isinstance(label, dict) else {}
    return {name: given.get(name) for name in names}


def _share(counts: Mapping[str, Counts]) -> float:
    correct = sum(each.correct for each in counts.values())
    every = correct + sum(e.wrong + e.omitted + e.invented for e in counts.values())
    return correct / every if every else 0.0


def _filled(counts: Mapping[str, Counts]) -> dict[str, Counts]:
    """Leave out the nulls of an item that has no counterpart: nothing says they are right."""
    return {path: replace(each, correct_null=0) for path, each in counts.items()}


def _counts(field: AskedField, found: Any, expected: Any) -> Counts:
    if is_list(field):
        return _of_lists(field, found, expected)
    if found is None or expected is None:
        return _of_one(found, expected, False)
    return _of_one(found, expected, _similarity(field, found, expected) >= least(field))


def _of_one(found: Any, expected: Any, right: bool) -> Counts:
    if found is None or expected is None:
        return Counts(
            omitted=int(expected is not None),
            invented=int(found is not None),
            correct_null=int(found is expected),
        )
    return Counts(correct=int(right), wrong=int(not right))


def _of_lists(field: AskedField, found: Sequence[Any], expected: Sequence[Any]) -> Counts:
    if not found or not expected:
        return Counts(
            omitted=len(expected),
            invented=len(found),
            correct_null=int(not found and not expected),
        )
    likeness = np.array([[_similarity(field, one, other) for other in expected] for one in found])
    rows, columns = linear_sum_assignment(likeness >= least(field), maximize=True)
    correct = int((likeness[rows, columns] >= least(field)).sum())
    return Counts(
        correct=correct,
        omitted=len(expected) - correct,
        invented=len(found) - correct,
    )


def _similarity(field: AskedField, found: Any, expected: Any) -> float:
    if type(found) is not type(expected):
        return 0.0
    return field.kind.similarity(found, expected)
