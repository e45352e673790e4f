"""Risk and coverage: which share of the values is kept, and right, at each confidence.

The points of the curve are the distinct confidences of a run, highest first; at each point all
values of at least that confidence are kept. The terms are from El-Yaniv and Wiener 2010, "On the
foundations of noise-free selective classification".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.scoring.compare_values import counts_of
from evals.scoring.runlog import CaseResult

__all__ = ["Point", "curve", "kept_at"]


@dataclass(frozen=True, slots=True)
class Point:
    """The share of all values with at least a confidence, and the share of those that are right."""

    confidence: float
    coverage: float
    right: float


def curve(cases: Iterable[CaseResult]) -> tuple[Point, ...]:
    """Return the curve of a run; empty if its records have no confidence."""
    counted: defaultdict[float, list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        for name, confidence in ((case.record or {}).get("confidence") or {}).items():
            if counts := counts_of(case.counts, name):
                counted[confidence][0] += counts.correct
                counted[confidence][1] += counts.correct + counts.false_positives
    every = sum(total for _, total in counted.values())
    points: list[Point] = []
    right = kept = 0
    for confidence in sorted(counted, reverse=True):
        right += counted[confidence][0]
        kept += counted[confidence][1]
        if kept:
            points.append(Point(confidence, kept / every, right / kept))
    return tuple(points)


def kept_at(points: Sequence[Point], right: float) -> Point | None:
    """Return the point that keeps the most values with at least a share `right` of them right.

    >>> points = (Point(0.9, 0.5, 1.0), Point(0.6, 0.8, 0.95), Point(0.5, 1.0, 0.9))
    >>> kept_at(points, 0.95)
    Point(confidence=0.6, coverage=0.8, right=0.95)
    """
    good = [point for point in points if point.right >= right]
    return max(good, key=lambda point: point.coverage, default=None)
