"""The scores of a run, as they stand in its log."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "FieldFlapping",
    "FieldScore",
    "Flapping",
    "Flips",
    "Interval",
    "Mean",
    "Rate",
    "Roles",
    "Scores",
    "Seconds",
    "Tokens",
]

Interval = tuple[float, float] | None
"""The ends of a 95 % interval; None if there are too few postings."""


class _ScorePart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rate(_ScorePart):
    """A share of counted things; `value` is None if there was nothing to count."""

    value: float | None
    interval: Interval = None
    count: int = 0
    of: int = 0


class FieldScore(_ScorePart):
    """The scores of one field; None without labels, or without values."""

    precision: float | None
    recall: float | None
    f1: float | None
    interval: Interval
    correct: int
    wrong: int
    omitted: int
    invented: int
    correct_nulls: int


class Mean(_ScorePart):
    """A figure over all fields."""

    value: float | None
    interval: Interval = None


class Flips(_ScorePart):
    """Twins whose record differs from the original's, and the fields that differ."""

    value: float | None
    pairs: int = 0
    flipped: int = 0
    fields: dict[str, list[str]] = Field(default={}, description="by the id of the twin")


class Roles(_ScorePart):
    """Pages of several postings: the postings found by their titles, and the extra rows."""

    found: Rate
    extra: Rate


class Seconds(_ScorePart):
    """Seconds for a case."""

    median: float | None
    mean: float | None
    total: float


class Tokens(_ScorePart):
    """Tokens of all cases, and the median of those written per case."""

    prompt: int
    cached: int
    completion: int
    calls: int
    median_completion: float | None


class FieldFlapping(_ScorePart):
    """How far the runs of one model over the same postings differ in one field.

    `changed` is how likely two runs give a posting different values: the mean over the postings of
    the share of pairs of runs that differ. `postings` counts those with any difference. `f1` has
    the F1 of each run, in their order, and `deviation` is their standard deviation.
    """

    changed: float
    interval: tuple[float, float]
    postings: int
    f1: tuple[float | None, ...]
    deviation: float | None


class Flapping(_ScorePart):
    """How far the runs of a repeated evaluation differ, over `postings` postings.

    `fields` are by path, `is_posting` first, whose F1 is the share that is right. In `macro` a
    posting differs if any core field does.
    """

    runs: int
    postings: int
    fields: dict[str, FieldFlapping]
    macro: FieldFlapping


class Scores(_ScorePart):
    """All scores of a run, over all its repeats.

    Intervals are 95 % bootstrap intervals, resampled by posting.
    """

    fields: dict[str, FieldScore]
    macro_f1: Mean
    micro_f1: Mean
    invention: Rate
    is_posting: Rate
    grounded: Rate | None
    supported: Rate | None
    flips: Flips | None
    roles: Roles | None = None
    flapping: Flapping | None = None
    failed: int
    seconds: Seconds
    tokens: Tokens
