"""A value beside its label: what is correct, wrong, omitted and invented, field by field.

Thin over `Kind.similarity`. A title or company is correct from a similarity of 0.85 on, a skill
from 0.60, since where a skill's name begins and ends is a matter of taste; everything else is
compared by value, exactly. Lists are matched by the optimal assignment; an item that is left
over is invented or omitted, so that no order and no position counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from pydantic import ValidationError
from scipy.optimize import linear_sum_assignment

from evals.dataset import LISTS
from extract.kinds import Kind
from extract.posting import Posting
from extract.schema import schema_of
from extract.values import Education, Experience, Location, Salary

__all__ = ["Counts", "compared", "outcome", "typed"]

_THRESHOLDS = {"title": 0.85, "company": 0.85, "skills": 0.60}
_EXACT = 1.0
_MODELS: Mapping[str, type[Any]] = {
    "salary": Salary,
    "experience_years": Experience,
    "education": Education,
}
_DATES = ("posted_on", "closes_on", "starts_on")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many values of one field of one document are what; for a scalar one of them is 1."""

    correct: int = 0
    wrong: int = 0
    omitted: int = 0
    invented: int = 0
    correct_null: int = 0

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
    gold: Mapping[str, Sequence[Any]], posting: Mapping[str, Any] | None
) -> dict[str, Counts]:
    """Compare a posting, as JSON, with the labels of a case (see `Case.gold`).

    A posting of None is a failed document: everything the labels have is omitted, and nothing
    counts as a correct null.

    >>> outcome({"seniority": ("senior", "lead")}, {"seniority": "lead"})["seniority"].correct
    1
    """
    names = [name for name in gold if name != "is_posting"]
    if posting is None:
        return {name: _omitted(name, gold[name][0]) for name in names}
    return {name: compared(name, posting.get(name), gold[name]) for name in names}


def compared(field: str, found: Any, right: Sequence[Any]) -> Counts:
    """Compare a value with the alternative that leaves the fewest errors.

    >>> compared("job_ids", ["A-1", "A-2"], [["A-1"]])
    Counts(correct=1, wrong=0, omitted=0, invented=1, correct_null=0)
    """
    counts = [_counts(field, typed(field, found), typed(field, value)) for value in right]
    return min(counts, key=lambda each: (each.errors, -each.correct))


def typed(field: str, value: Any) -> Any:
    """Return a JSON value as the value that its kind compares; [] or None where it says nothing.

    What is not of the field's form (a date in words) stays as it is: it is equal to nothing.
    """
    if field in LISTS:
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [item for item in (_item(field, one) for one in items) if item not in (None, "")]
    return None if value in (None, "") else _item(field, value)


def _item(field: str, value: Any) -> Any:
    try:
        match field:
            case "salary" | "experience_years" | "education":
                made = _MODELS[field].model_validate(value)
                empty = field != "education" and (made.min, made.max) == (None, None)
                value = None if empty else made
            case "locations" if isinstance(value, dict):
                value = Location.model_validate({"text": "", **value})
            case _ if field in _DATES:
                value = dt.date.fromisoformat(value)
    except (ValidationError, TypeError, ValueError):
        return str(value)
    return value


def _omitted(field: str, gold: Any) -> Counts:
    expected = typed(field, gold)
    return Counts(omitted=len(expected) if field in LISTS else int(expected is not None))


def _counts(field: str, found: Any, expected: Any) -> Counts:
    if field in LISTS:
        return _of_lists(field, found, expected)
    if found is None or expected is None:
        return Counts(
            omitted=int(expected is not None),
            invented=int(found is not None),
            correct_null=int(found is expected),
        )
    right = _similarity(field, found, expected) >= _THRESHOLDS.get(field, _EXACT)
    return Counts(correct=int(right), wrong=int(not right))


def _of_lists(field: str, found: Sequence[Any], expected: Sequence[Any]) -> Counts:
    if not found or not expected:
        return Counts(
            omitted=len(expected),
            invented=len(found),
            correct_null=int(not found and not expected),
        )
    least = _THRESHOLDS.get(field, _EXACT)
    likeness = np.array([[_similarity(field, one, other) for other in expected] for one in found])
    rows, columns = linear_sum_assignment(likeness >= least, maximize=True)
    correct = int((likeness[rows, columns] >= least).sum())
    return Counts(
        correct=correct,
        omitted=len(expected) - correct,
        invented=len(found) - correct,
    )


def _similarity(field: str, found: Any, expected: Any) -> float:
    if type(found) is not type(expected):
        return 0.0
    return _kinds()[field].similarity(found, expected)


@cache
def _kinds() -> Mapping[str, Kind]:
    return {field.name: field.kind for field in schema_of(Posting).fields}
