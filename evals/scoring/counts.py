"""Count what is right and wrong in one field of one document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Counts", "of_one"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of the values of one field in one document; for a scalar exactly one count is 1.

    Where text is measured, the counts are of its characters.
    """

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
        """Values that are not in the label."""
        return self.wrong + self.invented

    @property
    def false_negatives(self) -> int:
        """Values of the label that are missing."""
        return self.wrong + self.omitted

    @property
    def errors(self) -> int:
        """False positives and false negatives; a wrong value is one of each."""
        return self.false_positives + self.false_negatives


def of_one(found: Any, expected: Any, right: bool) -> Counts:
    """Count a single value; `right` says whether it equals its label.

    >>> of_one("lead", None, right=False)
    Counts(correct=0, wrong=0, omitted=0, invented=1, correct_null=0)
    """
    if found is None or expected is None:
        return Counts(
            omitted=int(expected is not None),
            invented=int(found is not None),
            correct_null=int(found is expected),
        )
    return Counts(correct=int(right), wrong=int(not right))
