"""Write a comparison as Markdown, for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evals.compare.comparison import NOTHING, Comparison, ScoreChange
from evals.compare.paired import LEVEL, POWER, shown_p

__all__ = ["markdown", "plain"]

_MARKS = {"improved": "🟢 improved", "worse": "🔴 worse"}
_UNCHANGED: dict[str, str] = {NOTHING: "no difference shown"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&$-])")


def markdown(comparison: Comparison, failures: Sequence[str] = ()) -> str:
    """Return a comparison as a table, the changed fields first, below the gate's failures."""
    changed = [each for each in comparison.fields if each.verdict in _MARKS]
    same = [each for each in comparison.fields if each.verdict not in _MARKS]
    table = [_row(each) for each in (comparison.macro, *changed, *same)]
    note = (
        f"p: paired permutation test by posting, corrected for {len(comparison.fields)} fields "
        f"(Holm), level {LEVEL:g}; the macro average is a test of its own. Detectable: the "
        f"smallest difference this set shows with a chance of {POWER:.0%}; a smaller one may be "
        "there all the same."
    )
    if comparison.macro.noise is not None:
        note += (
            " Of the macro average, two runs of one system differ by more than "
            f"{comparison.macro.noise:.3f} in one pair of twenty."
        )
    lines = [
        f"### {_headline(comparison, failures)}",
        "",
        f"Before: {plain(comparison.before)}  ",
        f"After: {plain(comparison.after)}  ",
        f"The same {comparison.postings} postings, F1.",
        "",
        *(f"- {plain(failure)}" for failure in failures),
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
        f"{what}: {plain(', '.join(names))}"
        for what, names in (("Worse", worse), ("improved", better))
        if names
    ]
    headline = "; ".join(parts) or "No difference this set can show"
    headline = headline[0].upper() + headline[1:]
    return f"{headline} (gate: failed)" if failures else headline


def _row(change: ScoreChange) -> str:
    low, high = change.interval
    mark = (_MARKS | _UNCHANGED).get(change.verdict, change.verdict)
    least = "none" if change.detectable is None else f"{change.detectable:.2f}"
    return (
        f"| {plain(change.field)} | {change.before:.3f} | {change.after:.3f} "
        f"| {change.difference:+.3f} ({low:+.2f} to {high:+.2f}) | {plain(shown_p(change.p))} "
        f"| {mark} | {least} |"
    )


def plain(text: str) -> str:
    """Return text in which nothing is Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
