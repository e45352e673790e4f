"""What `postings eval labels DATASET` does: how far the labels carry, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals.commands.options import DatasetPath
from evals.compare.sample_size import TYPICAL_F1, FieldLabels, labelled_fields
from evals.data.label_files import checked
from evals.data.rubric import rubric_of
from evals.scoring import runlog
from evals.scoring.score_models import FieldScore
from extract.asking.schema_source import schema_named
from extract.cli.question_options import SchemaName
from extract.errors import InputError

__all__ = ["carried"]

_TIMES = (1, 2, 4)


def carried(
    dataset: DatasetPath,
    schema: SchemaName = None,
    run: Annotated[
        Path | None,
        typer.Option(metavar="RUN.json", help="Take each field's F1 from this run of the dataset."),
    ] = None,
    difference: Annotated[
        float, typer.Option(help="The change of F1 that is to show.", min=0.001, max=1)
    ] = 0.05,
) -> None:
    """Say how well the labels of DATASET tell scores apart, and how many more are needed.

    For each field: in how many labelled documents it is stated, half the width of its F1's 95 %
    interval with these labels, with twice and with four times as many, the smallest change of F1
    that `postings compare` would show, and how many more documents a smaller one takes.
    """
    rubric = rubric_of(schema_named(schema))
    rows = checked(dataset, rubric).values()
    # A twin says nothing new: it is resampled together with its original.
    golds = [row["gold"] for row in rows if row["gold"] and "twin_of" not in row]
    scores = _scores(run, dataset) if run else {}
    known = {name: score.f1 for name, score in scores.items() if score.f1 is not None}
    assumed = f"of {run.name}" if run else f"taken to be {TYPICAL_F1}"
    table = Table(caption=f"labelled documents: {len(golds)}; F1 {assumed}; 95 % intervals")
    table.add_column("field", no_wrap=True)
    for name in ("stated in", "values", "F1 ±", "× 2 labels", "× 4", "shows"):
        table.add_column(name, justify="right")
    table.add_column(f"documents more for {difference:g}", justify="right")
    for each in labelled_fields(golds, rubric, known):
        table.add_row(*_cells(each, difference))
    Console().print(table)


def _scores(run: Path, dataset: Path) -> Mapping[str, FieldScore]:
    """Return the scores of a run. Raises InputError if it is a run over another dataset."""
    log = runlog.read(run)
    if log.plan.dataset != dataset.name:
        raise InputError(f"{run}: a run over {log.plan.dataset}, not over {dataset.name}")
    return log.scores.fields


def _cells(each: FieldLabels, difference: float) -> list[str]:
    more = each.more(difference)
    return [
        each.field,
        str(each.stated),
        str(each.values),
        *(_figure(each.half_width(times)) for times in _TIMES),
        _figure(each.detectable),
        "–" if more is None else f"{more:,}",
    ]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
