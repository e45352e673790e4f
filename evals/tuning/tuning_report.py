"""Say what was tried, what each change gained, and what the test said: as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evals.compare.paired import shown_p
from evals.report.markdown import markdown, plain
from evals.tuning.change_pool import TuningJob
from evals.tuning.tuning_run import Tuned
from extract.runs.summary import dollars
from extract.terminal import clean

__all__ = ["evidence", "report_markdown", "report_table", "verdict"]

_ABOUT = (
    "Macro F1 that each change alone gained on each training fold. A change that lost on half of "
    "the training documents was not read on the others."
)


def verdict(tuned: Tuned) -> str:
    """Return the decision and its reason in one line."""
    test = tuned.comparison
    if not tuned.errs:
        count = sum(len(fold) for fold in tuned.search.folds)
        return f"not better: the template makes no error on the {count} training documents"
    if not tuned.pool:
        return "not better: there is no change to try"
    if test is None:
        return "not better: no change gained on the training documents; held-out ones were not read"
    macro = test.macro
    figures = (
        f"macro F1 {macro.before:.3f} → {macro.after:.3f} on {test.postings} held-out documents "
        f"(95 % of the difference: {macro.interval[0]:+.3f} to {macro.interval[1]:+.3f}, "
        f"p {shown_p(macro.p)})"
    )
    if tuned.is_better:
        return f"better: {figures}"
    if test.worse:
        return f"not better: {', '.join(each.field for each in test.worse)} got worse; {figures}"
    return f"not better: no difference these documents can show; {figures}"


def report_table(tuned: Tuned) -> RenderableType:
    """Return the report for a terminal."""
    table = Table(box=box.SIMPLE_HEAD, title="macro F1 gained by each change alone")
    head, rows = _tried(tuned)
    for name in head:
        table.add_column(name, justify="left" if name in {"change", "from"} else "right")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    lines = "\n".join(clean(line) for line in _lines(tuned))
    said = (Text(lines), Text(clean(verdict(tuned)), style="bold"))
    return Group(table, *said) if rows else Group(*said)


def report_markdown(tuned: Tuned) -> str:
    """Return the report as Markdown: the verdict, the test by field, and all that was tried."""
    head, rows = _tried(tuned)
    table = [
        f"| {' | '.join(head)} |",
        f"| {' | '.join('---' if name in {'change', 'from'} else '--:' for name in head)} |",
        *(f"| {' | '.join(plain(clean(cell)) for cell in row)} |" for row in rows),
    ]
    return "\n".join(
        [
            f"# Tuning: {plain(verdict(tuned))}",
            "",
            "" if tuned.comparison is None else markdown(tuned.comparison),
            *(["## What was tried", "", _ABOUT, "", *table, ""] if rows else []),
            *(f"- {plain(clean(line))}" for line in _lines(tuned)),
            "",
        ]
    )


def evidence(tuned: Tuned, job: TuningJob) -> dict[str, Any]:
    """Return what is written into the template: what was tried, what it gained, and the test.

    Raises ValueError if nothing was tested.
    """
    if tuned.comparison is None:
        raise ValueError("nothing was tested")
    macro = tuned.comparison.macro
    plan = tuned.search.readings.setup.planned(job.dataset, "all")
    return {
        "made_by": f"postings prompt tune {version('postings')}",
        "base": f"{plan.prompt} {plan.prompt_sha256}",
        "model": plan.model,
        "reading": job.setup.reading,
        "dataset": job.dataset.name,
        "dataset_sha256": job.dataset.sha256,
        "schema_sha256": plan.schema_sha256,
        "training": sum(len(fold) for fold in tuned.search.folds),
        "held_out": [case.id for case in tuned.held_out],
        "macro_f1_before": round(macro.before, 4),
        "macro_f1_after": round(macro.after, 4),
        "interval": [round(end, 4) for end in macro.interval],
        "p_value": round(macro.p, 5),
        "tokens": tuned.spent.tokens,
        "tried": [
            {
                "change": str(change),
                "from": change.source,
                "chosen": change in tuned.chosen,
                "gain_by_fold": [
                    "not read" if gain is None else round(gain, 4)
                    for gain in tuned.search.by_fold(change)
                ],
            }
            for change in tuned.pool
        ],
    }


def _tried(tuned: Tuned) -> tuple[list[str], list[list[str]]]:
    """Return the heading and the rows of the table: one row for each change."""
    rows = []
    for change in tuned.pool:
        gains = ["–" if g is None else f"{g:+.3f}" for g in tuned.search.by_fold(change)]
        rows.append([str(change), change.source, *gains, "yes" if change in tuned.chosen else "–"])
    numbers = range(1, len(tuned.search.folds) + 1)
    return ["change", "from", *(f"fold {n}" for n in numbers), "chosen"], rows


def _lines(tuned: Tuned) -> Iterator[str]:
    for trial in tuned.search.trials:
        gain = trial.gain
        if trial.before:
            yield (
                f"{trial.change}, on top of {len(trial.before)} more: {gain.value:+.3f} on "
                f"{gain.documents} documents, {gain.better} better, {gain.worse} worse: "
                f"{'kept' if trial.kept else 'not kept'}"
            )
    yield from tuned.notes
    yield from (f"not tried, the caps leave no room: {change}" for change in tuned.untried)
    spent = tuned.spent
    cost = "" if tuned.cost is None else f", {dollars(tuned.cost)}"
    yield (
        f"{spent.prompt:,} + {spent.completion:,} tokens in {spent.calls:,} requests, recorded "
        f"ones too{cost}"
    )
