"""A comparison as Markdown: what a pull request's comment says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evals.compare.comparison import Comparison, ScoreChange
from evals.compare.paired import LEVEL, POWER

__all__ = ["markdown"]

_MARKS = {"improved": "🟢 improved", "worse": "🔴 worse"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&$-])")


def markdown(comparison: Comparison, failures: Sequence[str] = ()) -> str:
    """Write a comparison as a table, the fields that changed first, and what the gate refuses."""
    changed = [each for each in comparison.fields if each.verdict in _MARKS]
    same = [each for each in comparison.fields if each.verdict not in _MARKS]
    table = [_row(each) for each in (comparison.macro, *changed, *same)]
    note = (
        f"p: paired permutation test by posting, corrected for {len(comparison.fields)} fields "
        f"(Holm), level {LEVEL:g}; the macro average is a test of its own. Detectable: the "
        f"smallest difference this set shows with a chance of {POWER:.0%}; a smaller one may be "
        "there all the same."
    )
    lines = [
        f"### {_headline(comparison, failures)}",
        "",
        f"Before: {_plain(comparison.before)}  ",
        f"After: {_plain(comparison.after)}  ",
        f"The same {comparison.postings} postings, F1.",
        "",
        *(f"- {_plain(failure)}" for failure in failures),
        *([""] if failures else []),
        "| field | before | after | difference (95 %) | p | | detectable |",
        "| --- | --: | --: | --: | --: | --- | --: |",
        *table,
        "",
        note,
    ]
    return "\n".join(lines) + "\n"


def _headline(comparison: Comparison, failures: Sequence[str]) -> str:
    tests = (*comparison.fields, comparison.macro)
    better, worse = (
        [each.field for each in tests if each.verdict == verdict]
        for verdict in ("improved", "worse")
    )
    parts = [
        f"{what}: {_plain(', '.join(names))}"
        for what, names in (("Worse", worse), ("improved", better))
        if names
    ]
    told = "; ".join(parts) or "No difference this set can show"
    told = told[0].upper() + told[1:]
    return f"{told} (gate: failed)" if failures else told


def _row(change: ScoreChange) -> str:
    low, high = change.interval
    mark = _MARKS.get(change.verdict, "no difference shown")
    least = "none" if change.detectable is None else f"{change.detectable:.2f}"
    return (
        f"| {_plain(change.field)} | {change.before:.3f} | {change.after:.3f} "
        f"| {change.difference:+.3f} ({low:+.2f} to {high:+.2f}) | {_plain(change.p_said)} "
        f"| {mark} | {least} |"
    )


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
