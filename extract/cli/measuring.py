"""`postings compare`, `eval`, `label`, `cassettes` and `prompt`: `evals` carries them out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extract.cli.error_lines import error_lines

__all__ = ["COMPARE_EXAMPLES", "cassettes", "compare", "evaluate", "label", "prompt"]

COMPARE_EXAMPLES = (
    "Examples:\n\n"
    "postings compare before.json after.json\n\n"
    "postings compare before.json after.json --gate gate.toml --markdown comment.md\n\n"
    "postings compare before.json after.json --html page.html --dataset my-postings.jsonl\n\n"
    "postings compare small.json large.json instructor.json --html standings.html\n\n"
    "Exit codes: 0 nothing got worse; 1 a field got significantly worse, or the gate is broken; "
    "2 the runs cannot be compared."
)


def compare(  # noqa: PLR0913, PLR0917 - one parameter for each option
    before: Annotated[Path, typer.Argument(metavar="RUN_A", help="The earlier run log.")],
    after: Annotated[Path, typer.Argument(metavar="RUN_B", help="The later one.")],
    more: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[RUN_C …]", help="More runs: all are put side by side."),
    ] = None,
    gate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Floors and ceilings for the later run, as TOML."),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the table for a pull request's comment."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with both runs.")
    ] = None,
    dataset: Annotated[
        Path | None,
        typer.Option(
            metavar="DATASET", help="What the runs were made on: the page then shows the texts."
        ),
    ] = None,
) -> None:
    """Say for each field whether RUN_B is better or worse than RUN_A, if the set can show it."""
    with error_lines():
        from evals.commands.compare_command import (  # noqa: PLC0415 - see extract.cli
            Outputs,
            run,
            run_several,
        )

        outputs = Outputs(gate, markdown, html)
        if more:
            code = run_several([before, after, *more], outputs)
        else:
            code = run(before, after, outputs, dataset)
    raise typer.Exit(code)


def evaluate(context: typer.Context) -> None:
    """Score a system on labelled postings, or check the labels; see `postings eval --help`."""
    with error_lines():
        from evals.commands.eval_command import main  # noqa: PLC0415 - see extract.cli

        main(context.args)


def cassettes(context: typer.Context) -> None:
    """Say which recordings are fresh, stale or missing; see `postings cassettes --help`."""
    with error_lines():
        from evals.commands.cassettes_command import main  # noqa: PLC0415 - see extract.cli

        main(context.args)


def prompt(context: typer.Context) -> None:
    """Make a prompt template with examples of your own; see `postings prompt --help`."""
    with error_lines():
        from evals.commands.prompt_command import main  # noqa: PLC0415 - see extract.cli

        main(context.args)


def label(context: typer.Context) -> None:
    """Label documents in the browser; see `postings label --help`."""
    with error_lines():
        from evals.commands.label_command import main  # noqa: PLC0415 - see extract.cli

        main(context.args)
