"""Run `postings compare`: print and write the comparison of two run logs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

from evals.compare.comparison import Comparison, ScoreChange, compare
from evals.compare.paired import POWER
from evals.data.dataset import Dataset, load
from evals.report import page as report
from evals.report.markdown import markdown
from evals.scoring import score_gate as gates
from evals.scoring.runlog import RunLog, read
from extract.errors import InputError
from extract.terminal import clean

__all__ = ["Outputs", "judge", "run"]

PASSED, REFUSED = 0, 1

_STYLES = {"improved": "green", "worse": "bold red"}


@dataclass(frozen=True, slots=True)
class Outputs:
    """The gate to check and the files to write; each may be None."""

    gate: Path | None = None
    markdown: Path | None = None
    html: Path | None = None


def run(before: Path, after: Path, outputs: Outputs, dataset: Path | None = None) -> int:
    """Compare two run logs; the page shows the texts of `dataset`, if it is given.

    Raises InputError for what cannot be read, written or compared.
    """
    runs = read(before), read(after)
    return judge(runs[1], runs[0], outputs, None if dataset is None else load(dataset))


def judge(
    after: RunLog, before: RunLog | None, outputs: Outputs, dataset: Dataset | None = None
) -> int:
    """Check a run against a gate and an earlier run; print, write, and return the exit status.

    The status is 1 if a field got significantly worse or the gate is broken, else 0. Raises
    InputError for what cannot be read, written or compared.
    """
    gate = gates.load(outputs.gate, after.plan.fields) if outputs.gate else None
    compared = None if before is None else compare(before, after)
    failures = gates.setbacks(compared) if compared else ()
    if gate is not None:
        failures += gates.breaches(gate, after.scores)
    if compared is not None:
        _print(compared)
    for failure in failures:
        print(f"gate: {clean(failure)}")
    if outputs.markdown:
        if compared is None:
            raise InputError("--markdown writes a comparison and needs an earlier run")
        _write(outputs.markdown, markdown(compared, failures))
    if outputs.html:
        runs = (after,) if before is None else (before, after)
        shown = report.Shown() if dataset is None else report.shown(dataset, after)
        _write(outputs.html, report.page(runs, shown, compared))
    return REFUSED if failures else PASSED


def _print(compared: Comparison) -> None:
    table = Table(
        box=box.SIMPLE_HEAD,
        title=f"{compared.postings} postings, F1",
        caption="not shown: no difference this set can show\n"
        f"detectable: the smallest one it shows with a chance of {POWER:.0%}",
    )
    for heading in ("field", "before", "after", "change", "p", "detectable", "verdict"):
        side: Literal["left", "right"] = "left" if heading in ("field", "verdict") else "right"
        table.add_column(heading, justify=side, no_wrap=True)
    for change in compared.fields:
        table.add_row(*_cells(change), style=_STYLES.get(change.verdict))
    table.add_section()
    table.add_row(*_cells(compared.macro), style=_STYLES.get(compared.macro.verdict))
    print(f"before: {clean(compared.before)}\nafter:  {clean(compared.after)}")
    Console().print(table)


def _cells(change: ScoreChange) -> tuple[str, ...]:
    return (
        change.field,
        f"{change.before:.3f}",
        f"{change.after:.3f}",
        f"{change.difference:+.3f}",
        change.p_shown,
        "none" if change.detectable is None else f"{change.detectable:.2f}",
        change.verdict if change.verdict in _STYLES else "not shown",
    )


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error
