"""Options of several commands of the evaluation; the model's are in `extract.cli`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Cassettes", "DatasetPath", "again"]


DatasetPath = Annotated[
    Path, typer.Argument(metavar="DATASET", help="A directory of labels, or a .jsonl file.")
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
