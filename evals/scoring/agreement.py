"""How far two people label alike: F1 and Krippendorff's alpha by field, and what they dispute.

F1 counts the values that both have, against all that either has. Alpha (Krippendorff, Content
Analysis, 4th ed. 2018, ch. 12) is 1 minus the observed over the expected disagreement: 1.0 for two
who always agree, 0.0 for two who agree as often as chance would have it. The distance of two
labels is 1 minus their F1, so that two lists that share most of their items are close.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import krippendorff
import numpy as np

from evals.data.rubric import Rubric
from evals.data.typed_values import is_list
from evals.scoring.compare_values import Counts, compared
from extract.asking.schema import IS_POSTING

__all__ = ["Agreement", "Dispute", "agreement", "disputes"]

Gold = Mapping[str, Any]
"""The labels of one document: a field's value as JSON; a field without a label is not there."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people agree on a field.

    `documents` is how many both labelled. `alpha` is None where both gave the same label to every
    document: alpha then has nothing to compare chance with.
    """

    field: str
    documents: int
    counts: Counts
    alpha: float | None

    @property
    def f1(self) -> float | None:
        """Return F1 of the values, or None where neither has any."""
        counts = self.counts
        all_values = 2 * counts.correct + counts.errors
        return 2 * counts.correct / all_values if all_values else None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A field of a document that two people label differently."""

    id: str
    field: str
    one: Any
    other: Any


def agreement(
    one: Mapping[str, Gold], other: Mapping[str, Gold], rubric: Rubric
) -> list[Agreement]:
    """Compare two people's labels of the same documents, by id, field by field."""
    return [
        made
        for name in (IS_POSTING, *rubric.kinds)
        if (made := _of_field(name, one, other, rubric))
    ]


def disputes(
    one: Mapping[str, Gold], other: Mapping[str, Gold], rubric: Rubric
) -> Iterator[Dispute]:
    """Yield each field that two people label differently, document by document."""
    for id_ in one:
        for name in (IS_POSTING, *rubric.kinds):
            pair = _pair(name, one.get(id_, {}), other.get(id_, {}))
            if pair and _counts(name, *pair, rubric).errors:
                yield Dispute(id_, name, *pair)


def _of_field(
    name: str, one: Mapping[str, Gold], other: Mapping[str, Gold], rubric: Rubric
) -> Agreement | None:
    pairs = [pair for id_ in one if (pair := _pair(name, one[id_], other.get(id_, {}))) is not None]
    if not pairs:
        return None
    counts = sum((_counts(name, *pair, rubric) for pair in pairs), Counts())
    return Agreement(name, len(pairs), counts, _alpha(name, pairs, rubric))


def _pair(name: str, one: Gold, other: Gold) -> tuple[Any, Any] | None:
    return (one[name], other[name]) if name in one and name in other else None


def _counts(name: str, one: Any, other: Any, rubric: Rubric) -> Counts:
    if name == IS_POSTING:
        return Counts(correct=int(one == other), wrong=int(one != other))
    return compared(name, one, [other], rubric)


def _alpha(name: str, pairs: Sequence[tuple[Any, Any]], rubric: Rubric) -> float | None:
    domain: dict[str, int] = {}
    values: list[Any] = []
    data = np.empty((2, len(pairs)))
    for column, pair in enumerate(pairs):
        for row, value in enumerate(pair):
            key = json.dumps(value, sort_keys=True)
            if key not in domain:
                domain[key] = len(values)
                values.append(value)
            data[row, column] = domain[key]
    if len(values) == 1:
        return None
    distances = np.array([[_distance(name, a, b, rubric) for b in values] for a in values])

    def between(*_values: Any, i1: Any, i2: Any, **_counts: Any) -> Any:
        return distances[i1, i2]

    return float(
        krippendorff.alpha(
            data, value_domain=np.arange(len(values)), level_of_measurement=cast(Any, between)
        )
    )


def _distance(name: str, one: Any, other: Any, rubric: Rubric) -> float:
    if name != IS_POSTING and is_list(rubric.kinds[name]) and not (one and other):
        return float(bool(one) != bool(other))
    counts = _counts(name, one, other, rubric)
    if counts.correct_null and not counts.errors:
        return 0.0
    every = 2 * counts.correct + counts.errors
    return counts.errors / every if every else 0.0
