"""The gate: what a run has to keep, as a TOML file, and what of it a run breaks.

[floors]            # the least that is let through
macro_f1 = 0.70
title = 0.85        # any scored field: its F1
"items.amount" = 0.9  # a field of a nested model, in quotes
is_posting = 0.95

[ceilings]          # the most that is let through
invention = 0.03
flips = 0.1
failed = 0
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.compare.comparison import Comparison
from evals.data.rubric import BUILT_IN, ScoredFields
from evals.scoring.runlog import Scores
from extract.errors import InputError

__all__ = ["CEILINGS", "MEANS", "ScoreGate", "breaches", "load", "setbacks"]

MEANS = ("macro_f1", "micro_f1", "is_posting", "grounded", "supported")
CEILINGS = ("invention", "flips", "failed")


@dataclass(frozen=True, slots=True)
class ScoreGate:
    """The least and the most that each score may be; shares are of one, `failed` counts cases."""

    floors: Mapping[str, float]
    ceilings: Mapping[str, float]


def load(path: str | Path, fields: ScoredFields = BUILT_IN.fields) -> ScoreGate:
    """Load a gate file for runs that score these fields.

    Raises InputError for a file that cannot be read, is not TOML, or names what is not scored.
    """
    try:
        told = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is not TOML: {error}") from error
    unknown = sorted(set(told) - {"floors", "ceilings"})
    if unknown:
        raise InputError(f"{path}: {unknown[0]!r} is none of floors, ceilings")
    gate = ScoreGate(
        _limits(told, "floors", (*MEANS, *fields.names), str(path)),
        _limits(told, "ceilings", CEILINGS, str(path)),
    )
    if not (gate.floors or gate.ceilings):
        raise InputError(f"{path}: sets no floor and no ceiling: everything would pass")
    return gate


def breaches(gate: ScoreGate, scores: Scores) -> tuple[str, ...]:
    """Say what of a gate a run breaks, one sentence each; nothing where it passes.

    A score without a value breaks its limit: what was not measured has not been shown to hold.
    """
    found: list[str] = []
    for limits, side in ((gate.floors, "below its floor"), (gate.ceilings, "above its ceiling")):
        for name, limit in limits.items():
            value = _score(scores, name)
            if value is None:
                found.append(f"{name} has no value in this run; the gate asks for {limit:g}")
            elif value < limit if limits is gate.floors else value > limit:
                found.append(f"{name} is {value:.3f}, {side} of {limit:g}")
    return tuple(found)


def setbacks(comparison: Comparison) -> tuple[str, ...]:
    """Say which fields got significantly worse, one sentence each."""
    return tuple(
        f"{each.field} got worse: {each.before:.3f} to {each.after:.3f} (p {each.p_said})"
        for each in comparison.worse
    )


def _limits(
    told: Mapping[str, Any], side: str, known: tuple[str, ...], path: str
) -> dict[str, float]:
    table = told.get(side, {})
    if not isinstance(table, dict):
        raise InputError(f"{path}: {side} is not a table")
    for name, limit in table.items():
        if name not in known:
            raise InputError(f"{path}: {side}.{name} is none of {', '.join(known)}")
        number = isinstance(limit, int | float) and not isinstance(limit, bool)
        if not number or not (0 <= limit <= 1 or (name == "failed" and limit >= 0)):
            raise InputError(f"{path}: {side}.{name} is {limit!r}, not a number from 0 to 1")
    return {name: float(limit) for name, limit in table.items()}


def _score(scores: Scores, name: str) -> float | None:
    if name in scores.fields:
        return scores.fields[name].f1
    if name == "failed":
        return float(scores.failed)
    told = getattr(scores, name, None)
    return None if told is None else told.value
