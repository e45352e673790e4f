"""What `postings eval agree A B` does: how far two people label alike, and what they dispute."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evals.data.label_files import checked
from evals.data.rubric import rubric_of
from evals.scoring.agreement import agreement, disputes
from extract.asking.schema_source import schema_named
from extract.cli.question_options import SchemaName
from extract.errors import InputError
from extract.terminal import clean

__all__ = ["agree"]

_SHOWN = 60


def agree(
    one: Annotated[Path, typer.Argument(metavar="A", help="The labels of one person.")],
    other: Annotated[
        Path, typer.Argument(metavar="B", help="Those of another, blind to the first.")
    ],
    schema: SchemaName = None,
) -> None:
    """Say for each field how far two people label the same documents alike.

    F1 counts the values that both have; Krippendorff's alpha is what remains above chance. Each
    difference is listed; `postings label A --against B` opens them to be settled.
    """
    rubric = rubric_of(schema_named(schema))
    mine, theirs = (
        {id_: row["gold"] for id_, row in checked(path, rubric).items()} for path in (one, other)
    )
    both = mine.keys() & theirs.keys()
    if not both:
        raise InputError(f"{one} and {other}: no document is labelled in both")
    mine = {id_: mine[id_] for id_ in sorted(both)}
    found = list(disputes(mine, theirs, rubric))
    for each in found:
        values = f"{_short(each.one)}  ≠  {_short(each.other)}"
        print(f"{clean(each.id)}  {each.field}: {clean(values)}")
    table = Table(caption=f"{len(both)} documents in both; {len(found)} differences")
    for name in ("field", "documents", "F1", "alpha"):
        table.add_column(name, justify="left" if name == "field" else "right")
    for row in agreement(mine, theirs, rubric):
        table.add_row(row.field, str(row.documents), _figure(row.f1), _figure(row.alpha))
    Console().print(table)
    if found:
        print(f"settle them: postings label {one} --against {other}")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
