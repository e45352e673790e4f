"""The gate: the limits that a run must keep, read from a TOML file.

[floors]            # minimum values
macro_f1 = 0.70
title = 0.85        # any scored field: its F1
"items.amount" = 0.9  # a field of a nested model, in quotes
is_posting = 0.95

[ceilings]          # maximum values
invention = 0.03
flips = 0.1
failed = 0
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.compare.comparison import Comparison
from evals.compare.paired import shown_p
from evals.data.rubric import BUILT_IN, ScoredFields
from evals.scoring.score_models import Scores
from extract.errors import InputError
from extract.toml_file import load_toml

__all__ = ["CEILINGS", "MEANS", "ScoreGate", "breaches", "load", "setbacks"]

MEANS = ("macro_f1", "micro_f1", "is_posting", "grounded", "supported")
CEILINGS = ("invention", "flips", "failed")


@dataclass(frozen=True, slots=True)
class ScoreGate:
    """The minimum and the maximum of scores. Shares are of one; `failed` counts cases."""

    floors: Mapping[str, float]
    ceilings: Mapping[str, float]


def load(path: str | Path, fields: ScoredFields = BUILT_IN.fields) -> ScoreGate:
    """Load a gate file for runs that score these fields.

    Raises InputError for a file that cannot be read, is not TOML, or names an unknown score.
    """
    table = load_toml(path)
    unknown = sorted(set(table) - {"floors", "ceilings"})
    if unknown:
        raise InputError(f"{path}: unknown table {unknown[0]!r}; use [floors] and [ceilings]")
    gate = ScoreGate(
        _limits(table, "floors", (*MEANS, *fields.names), str(path)),
        _limits(table, "ceilings", CEILINGS, str(path)),
    )
    if not (gate.floors or gate.ceilings):
        raise InputError(f"{path}: has no floor and no ceiling, so every run would pass; add one")
    return gate


def breaches(gate: ScoreGate, scores: Scores) -> tuple[str, ...]:
    """Return one sentence for each limit that a run breaks; none if it passes.

    A score without a value breaks its limit. Of a run that was repeated, the sentence says how far
    its runs differ.
    """
    found: list[str] = []
    for limits, side in ((gate.floors, "below its floor"), (gate.ceilings, "above its ceiling")):
        for name, limit in limits.items():
            value = _score(scores, name)
            if value is None:
                found.append(f"{name} has no value in this run, and its limit is {limit:g}")
            elif value < limit if limits is gate.floors else value > limit:
                found.append(f"{name} is {value:.3f}, {side} of {limit:g}{_spread(scores, name)}")
    return tuple(found)


def _spread(scores: Scores, name: str) -> str:
    if scores.flapping is None:
        return ""
    flapping = scores.flapping.macro if name == "macro_f1" else scores.flapping.fields.get(name)
    known = [] if flapping is None else [score for score in flapping.f1 if score is not None]
    return f" (its runs: {min(known):.3f} to {max(known):.3f})" if known else ""


def setbacks(comparison: Comparison) -> tuple[str, ...]:
    """Return one sentence for each field that got significantly worse."""
    return tuple(
        f"{each.field} got worse: {each.before:.3f} to {each.after:.3f} (p {shown_p(each.p)})"
        for each in comparison.worse
    )


def _limits(
    table: Mapping[str, Any], side: str, known: tuple[str, ...], path: str
) -> dict[str, float]:
    limits = table.get(side, {})
    if not isinstance(limits, dict):
        raise InputError(f"{path}: {side} must be a table")
    for name, limit in limits.items():
        if name not in known:
            raise InputError(f"{path}: unknown score {side}.{name}; use one of {', '.join(known)}")
        number = isinstance(limit, int | float) and not isinstance(limit, bool)
        if not number or not (0 <= limit <= 1 or (name == "failed" and limit >= 0)):
            raise InputError(f"{path}: {side}.{name} is {limit!r}; it must be a number from 0 to 1")
    return {name: float(limit) for name, limit in limits.items()}


def _score(scores: Scores, name: str) -> float | None:
    if name in scores.fields:
        return scores.fields[name].f1
    if name == "failed":
        return float(scores.failed)
    score = getattr(scores, name, None)
    return None if score is None else score.value
