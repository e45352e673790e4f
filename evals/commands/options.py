"""Options of several commands of the evaluation; the model's are in `extract.cli`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Cassettes",
    "DatasetPath",
    "PromptName",
    "ReadingChoice",
    "ReadingName",
    "SchemaName",
    "again",
]


class ReadingChoice(StrEnum):
    """How the model is asked."""

    OPEN = "open"
    CLOSED = "closed"


DatasetPath = Annotated[
    Path, typer.Argument(metavar="DATASET", help="A directory of labels, or a .jsonl file.")
]
PromptName = Annotated[
    str | None,
    typer.Option("--prompt", metavar="NAME|FILE", help="A shipped template, or one of your own."),
]
ReadingName = Annotated[
    ReadingChoice | None,
    typer.Option(
        "--reading",
        help="How the model is asked; default: closed for the embedded one, open for others.",
    ),
]
SchemaName = Annotated[
    str | None,
    typer.Option(
        "--schema",
        metavar="NAME",
        help="What is read: module:Model, file.py:Model or a JSON Schema file; default: postings.",
    ),
]
Cassettes = Annotated[
    Path | None,
    typer.Option(
        "--cassettes",
        metavar="DIR",
        help="The recordings; default: cassettes/NAME of the dataset, or NAME-open, -instructor.",
    ),
]


def again(dataset: Path, **options: object) -> tuple[str, ...]:
    """Return the words of the command that evaluates a dataset with options; None is left out.

    >>> " ".join(again(Path("shops.jsonl"), model="qwen3", base_url=None))
    'postings eval shops.jsonl --model qwen3'
    """
    given = {name: value for name, value in options.items() if value is not None}
    pairs = (
        word
        for name, value in given.items()
        for word in (f"--{name.replace('_', '-')}", str(value))
    )
    return ("postings", "eval", str(dataset), *pairs)
