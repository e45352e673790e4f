"""The command line: what can be asked, and the only place where the environment is read.

What a command does is in a module of its own, imported when the command runs: the language model
clients take a second to import, which `--help` and a mistyped option should not have to wait for.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from extract.cli import extracting as reading
from extract.cli import measuring
from extract.cli import model_commands as models
from extract.cli import run_commands as runs
from extract.cli import same_command as sameness
from extract.cli.panels import command_app

__all__ = ["app", "main"]

app = command_app(
    "Turn raw job postings into typed records that quote the posting for every value."
)


def main() -> None:
    """Run the command line."""
    app()


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it by position
    if wanted:
        typer.echo(f"postings {version('postings')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[  # noqa: FBT002 - how typer declares a flag
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
"""For commands whose options are read where they are carried out."""

app.command("extract", epilog=reading.EXAMPLES)(reading.extract)
app.command("same", epilog=sameness.EXAMPLES)(sameness.same)
app.add_typer(models.app, name="model")
app.add_typer(runs.app, name="run")
app.command("compare", epilog=measuring.COMPARE_EXAMPLES)(measuring.compare)
app.command("eval", add_help_option=False, context_settings=_PASSED_ON)(measuring.evaluate)
app.command("label", add_help_option=False, context_settings=_PASSED_ON)(measuring.label)
app.command("cassettes", add_help_option=False, context_settings=_PASSED_ON)(measuring.cassettes)
app.command("prompt", add_help_option=False, context_settings=_PASSED_ON)(measuring.prompt)
