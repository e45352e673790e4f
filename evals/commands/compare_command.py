"""Run `postings compare`: print and write the comparison of two run logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

from evals.compare.comparison import NOTHING, Comparison, ScoreChange, compare
from evals.compare.paired import POWER, shown_p
from evals.compare.standings import COLUMNS, NONE, Duel, Standing, axes, standings
from evals.data.dataset import Dataset, load
from evals.report import page as report
from evals.report.markdown import markdown
from evals.report.standings_page import standings_page
from evals.scoring import score_gate as gates
from evals.scoring.runlog import RunLog, read
from extract.errors import InputError
from extract.terminal import clean
from extract.whole_file import write_text

__all__ = ["Outputs", "judge", "run", "run_several", "show_standings"]

PASSED, REFUSED = 0, 1

_STYLES = {"improved": "green", "worse": "bold red"}
_HEADINGS = ("field", "before", "after", "change", "p", "detectable", "verdict")
_SHORT: dict[str, str] = {NOTHING: "not shown"}


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


def run_several(runs: Sequence[Path], outputs: Outputs) -> int:
    """Put three run logs or more side by side: print the table, and write the page.

    Raises InputError for what cannot be read, written or compared.
    """
    if outputs.gate or outputs.markdown:
        raise InputError("--gate and --markdown compare two run logs, not more")
    logs = [read(path) for path in runs]
    for path, log in zip(runs[1:], logs[1:], strict=True):
        for what in ("dataset", "dataset_sha256", "split"):
            was, now = getattr(logs[0].plan, what), getattr(log.plan, what)
            if was != now:
                raise InputError(
                    f"{path}: a run over other postings: its {what} is {now!r}, and that of "
                    f"{runs[0]} is {was!r}; leave it out or run it again"
                )
    show_standings(logs, outputs.html, {})
    return PASSED


def show_standings(logs: Sequence[RunLog], html: Path | None, missing: Mapping[str, str]) -> None:
    """Print how runs compare, and write the page; `missing` says why others were not scored.

    Raises InputError for runs that cannot be compared, or a page that cannot be written.
    """
    rows, duels = standings(logs)
    _print_standings(rows, duels)
    if html:
        write_text(html, standings_page(rows, duels, missing))


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
        write_text(outputs.markdown, markdown(compared, failures))
    if outputs.html:
        runs = (after,) if before is None else (before, after)
        shown = report.Shown() if dataset is None else report.shown(dataset, after)
        write_text(outputs.html, report.page(runs, shown, compared))
    return REFUSED if failures else PASSED


def _print(compared: Comparison) -> None:
    noisy = compared.macro.noise is not None
    table = Table(
        box=box.SIMPLE_HEAD,
        title=f"{compared.postings} postings, F1",
        caption=f"not shown: {NOTHING}\n"
        f"detectable: the smallest one it shows with a chance of {POWER:.0%}"
        + ("\nnoise: two runs of one system differ by more once in twenty times" if noisy else ""),
    )
    for heading in (*_HEADINGS[:-1], *(["noise"] if noisy else []), _HEADINGS[-1]):
        side: Literal["left", "right"] = "left" if heading in ("field", "verdict") else "right"
        table.add_column(heading, justify=side, no_wrap=True)
    for change in compared.fields:
        table.add_row(*_cells(change), style=_STYLES.get(change.verdict))
    table.add_section()
    table.add_row(*_cells(compared.macro), style=_STYLES.get(compared.macro.verdict))
    print(f"before: {clean(compared.before)}\nafter:  {clean(compared.after)}")
    Console().print(table)


def _print_standings(rows: Sequence[Standing], duels: Sequence[Duel]) -> None:
    drawn = axes(rows)
    notes = [f"* no other run is as good for less: {axis.unit}" for axis in drawn[:1]]
    if any(row.document_cost is not None for row in rows):
        notes.append("$/1,000: dollars per 1,000 postings; $/right: per 1,000 right values")
    table = Table(box=box.SIMPLE_HEAD, caption="\n".join(notes))
    table.padding, table.pad_edge = (0, 1, 0, 0), False
    table.add_column("", no_wrap=True)
    table.add_column("run", min_width=12)
    known = [
        number
        for number, column in enumerate(COLUMNS)
        if column.short and any(row.cells[number] != NONE for row in rows)
    ]
    for number in known:
        table.add_column(COLUMNS[number].short or "", justify="right", no_wrap=True)
    for place, row in enumerate(rows, 1):
        star = "*" if drawn and drawn[0].name in row.best else ""
        table.add_row(f"{place}{star}", clean(row.name), *(row.cells[n] for n in known))
    Console().print(table)
    for duel in duels:
        first, second = duel.first + 1, duel.second + 1
        better, worse = (second, first) if duel.difference > 0 else (first, second)
        verdict = f"{better} beats {worse}" if duel.is_decided else NOTHING
        print(f"{first} and {second}: {duel.difference:+.3f}, p {shown_p(duel.p)}: {verdict}")


def _cells(change: ScoreChange) -> tuple[str, ...]:
    return (
        change.field,
        f"{change.before:.3f}",
        f"{change.after:.3f}",
        f"{change.difference:+.3f}",
        shown_p(change.p),
        "none" if change.detectable is None else f"{change.detectable:.2f}",
        *([] if change.noise is None else [f"{change.noise:.3f}"]),
        _SHORT.get(change.verdict, change.verdict),
    )
