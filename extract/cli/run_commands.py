"""`postings run`: what a kept run is at, shards joined, and rows derived again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from extract.cli.error_lines import error_lines
from extract.cli.output_options import OutputFile
from extract.cli.panels import option, panels
from extract.cli.price_options import PriceOptions
from extract.cli.question_options import SchemaName
from extract.late import late

if TYPE_CHECKING:
    from extract.runs import deriving_again, merging, run_status
else:
    deriving_again = late("extract.runs.deriving_again")
    merging = late("extract.runs.merging")
    run_status = late("extract.runs.run_status")

__all__ = ["app"]

app = typer.Typer(
    help="See what runs are at, join the runs of shards, or derive rows again.",
    no_args_is_help=True,
)

_Folders = Annotated[
    list[Path],
    typer.Argument(metavar="DIR", help="The folders of --run.", show_default=False),
]


@dataclass(frozen=True, slots=True)
class DerivingOptions:
    """What is derived, and what becomes of a row that cannot be."""

    panel: ClassVar = "Rows"

    whole: Annotated[
        bool, option("Derive every field, also where its code is the same.", "--whole")
    ] = False
    ask: Annotated[
        bool, option("Forget rows whose question changed: the run asks for them.", "--ask")
    ] = False
    dry_run: Annotated[bool, option("Say what would change, and write no row.", "--dry-run")] = (
        False
    )


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Where rows and changes are written."""

    panel: ClassVar = "Output"

    output: Annotated[
        Path | None,
        option("Write rows to FILE, not to DIR/rows.jsonl.", "--output", "-o", metavar="FILE"),
    ] = None
    changes: Annotated[
        Path | None, option("Write each change to FILE, as lines of JSON.", metavar="FILE")
    ] = None
    examples: Annotated[
        int, option("How many examples to show for each field.", metavar="N", min=0)
    ] = 1


@app.command("status", epilog="Example:\n\npostings run status part-*")
@panels
def _status(
    folders: _Folders,
    as_json: Annotated[  # noqa: FBT002 - how typer declares a flag
        bool, typer.Option("--json", help="Print one JSON object, and end.")
    ] = False,
    once: Annotated[  # noqa: FBT002
        bool, typer.Option("--once", help="Print the table once, also at a terminal.")
    ] = False,
    price: PriceOptions = PriceOptions(),  # noqa: B008 - frozen
) -> None:
    """Show what is done, failed, spent and left, and how fast it goes.

    At a terminal the table stays up to date until no run is under way, or Ctrl-C.
    """
    with error_lines():
        code = run_status.show(folders, price.price(), as_json=as_json, once=once)
    raise typer.Exit(code)


@app.command(
    "merge",
    epilog="Examples:\n\npostings run merge part-* -o rows.jsonl\n\n"
    "postings run merge part-* --run whole",
)
def _merge(
    folders: _Folders,
    output: OutputFile = None,
    run: Annotated[
        Path | None,
        typer.Option("--run", help="Also make DIR, the folder of the whole run.", metavar="DIR"),
    ] = None,
    partial: Annotated[  # noqa: FBT002
        bool, typer.Option("--partial", help="Join what is there, though something is missing.")
    ] = False,
    schema: SchemaName = None,
) -> None:
    """Join the folders of shards: one file of rows in the order of the input, and one ledger."""
    if output is None and run is None:
        raise typer.BadParameter("name a file for the rows with -o, or a folder with --run")
    with error_lines():
        from extract.asking.schema_source import schema_named  # noqa: PLC0415 - see extract.cli

        job = merging.MergeJob(tuple(folders), schema_named(schema), output, run, partial)
        code = merging.merge(job)
    raise typer.Exit(code)


@app.command("again", epilog="Example:\n\npostings run again night --changes changes.jsonl")
@panels
def _again(  # noqa: PLR0913, PLR0917 - one parameter for each panel
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of --run.")],
    rows: DerivingOptions,
    out: ReportOptions,
    price: PriceOptions,
    schema: SchemaName = None,
    prompt: Annotated[
        Path | None, option("The template that the run was asked with.", metavar="FILE")
    ] = None,
) -> None:
    """Derive the rows of a run again with today's code, from kept answers: no model is asked."""
    with error_lines():
        from extract.asking.schema_source import schema_named  # noqa: PLC0415 - see extract.cli

        job = deriving_again.AgainJob(
            folder,
            schema_named(schema),
            prompt,
            out.output,
            out.changes,
            out.examples,
            whole=rows.whole,
            ask=rows.ask,
            dry_run=rows.dry_run,
            price=price.price(),
        )
        code = deriving_again.again(job)
    raise typer.Exit(code)
