"""`postings same`: which rows are one job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extract.cli.error_lines import error_lines

__all__ = ["EXAMPLES", "same"]

EXAMPLES = (
    "Examples:\n\n"
    "postings same rows.jsonl -o groups.jsonl\n\n"
    "postings same july.jsonl august.jsonl.gz --groups-only\n\n"
    "Exit codes: 0 all done; 1 a line or a file could not be read (the rest is done); 2 there is "
    "nothing to compare, or the output cannot be written."
)


def same(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="ROWS",
            help="Files of rows that `postings extract` wrote as JSON lines; - is stdin.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the groups to FILE (.jsonl)."),
    ] = None,
    groups_only: Annotated[  # noqa: FBT002 - how typer declares a flag
        bool,
        typer.Option(
            "--groups-only", help="Leave out pairs that are another place or cannot be told."
        ),
    ] = False,
) -> None:
    """Group the rows that are one job, by title, employer, place, pay, numbers and dates.

    Each group has the pairs that were compared: repost, mirror or repriced, with the quotes that
    agree and differ. Pairs of another place, or that cannot be told, follow.
    """
    with error_lines():
        from extract.same.same_job import SameJob, run  # noqa: PLC0415 - see extract.cli

        code = run(SameJob(tuple(paths), output, apart=not groups_only))
    raise typer.Exit(code)
