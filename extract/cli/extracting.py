"""`postings extract`: its options, and the job that they ask for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extract.cli import error_lines as faults
from extract.cli import model_options as options
from extract.cli.model_options import LOCAL

if TYPE_CHECKING:
    from extract.sources.row_files import RowFormat

__all__ = ["EXAMPLES", "LOCAL", "extract"]

_ATTEMPTS = 5
"""How often a question is put before its document fails: nobody watches a long run."""

_OLD_CAP = (
    "postings: --max-tokens is now --max-total-tokens (--answer-tokens limits one answer); the old "
    "name goes away with the next release"
)

_long = partial(typer.Option, rich_help_panel="Many documents")
"""An option for long runs, which the help shows apart."""

EXAMPLES = (
    "Examples:\n\n"
    "postings extract posting.html\n\n"
    "postings extract pages/ -o postings.csv\n\n"
    "cat rows.jsonl | postings extract - --input jsonl > postings.jsonl\n\n"
    "postings extract rows.jsonl -o out.jsonl --model gpt-5-mini --concurrency 16\n\n"
    "postings extract *.txt --model qwen3 --base-url http://localhost:11434/v1\n\n"
    "postings extract rows.jsonl --run night --model gpt-5-mini --concurrency 64 --max-cost 20\n\n"
    "postings extract rows.jsonl --run month --model gpt-5-mini --batch\n\n"
    "postings extract invoices/ --schema invoice.py:Invoice -o invoices.csv\n\n"
    "Exit codes: 0 all done; 1 a document failed (its row says why); 2 wrong usage, or the model "
    "cannot be used; 3 stopped by a cap or --stop-after; 130 interrupted (what is done is kept)."
)


class ReadingOption(StrEnum):
    """How the model is asked."""

    OPEN = "open"
    CLOSED = "closed"


class Rows(StrEnum):
    """How the files that are given are read."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


@options.chooses_model
def extract(  # noqa: PLR0913, PLR0917 - one parameter for each option
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
        Rows | None,
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
    *,
    chosen: options.ModelOptions,
    prompt: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="A shipped template, or a .toml file of your own."),
    ] = None,
    schema: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="What is read: module:Model, file.py:Model or a JSON Schema file; else postings.",
        ),
    ] = None,
    way: Annotated[
        ReadingOption | None,
        typer.Option(
            "--reading",
            help="How the model is asked; else closed for the embedded one, open for others.",
        ),
    ] = None,
    concurrency: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="How many documents to read at once."),
    ] = 1,
    run_folder: Annotated[
        Path | None,
        _long(
            "--run",
            metavar="DIR",
            help="Keep the run in DIR: killed or cut, the same command goes on with it.",
        ),
    ] = None,
    batch: Annotated[
        bool,
        _long(
            "--batch",
            help="Ask by the provider's batches: half the price, within a day. Needs --run.",
        ),
    ] = False,
    retry_failed: Annotated[
        bool,
        _long("--retry-failed", help="Ask again what failed in --run."),
    ] = False,
    dry_run: Annotated[
        bool,
        _long("--dry-run", help="Ask nothing: estimate tokens and cost."),
    ] = False,
    max_total_tokens: Annotated[
        int | None,
        _long(metavar="N", min=1, help="Stop the run before N tokens are passed."),
    ] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, hidden=True)] = None,
    max_cost: Annotated[
        float | None,
        _long(metavar="USD", min=0, help="Stop before this cost is passed."),
    ] = None,
    price_in: Annotated[
        float | None,
        _long(metavar="USD", min=0, help="Price of a million tokens read."),
    ] = None,
    price_out: Annotated[
        float | None,
        _long(metavar="USD", min=0, help="Price of a million tokens written."),
    ] = None,
    requests_per_minute: Annotated[
        float | None,
        _long(metavar="N", min=0.1, help="Send no more; else as headers say."),
    ] = None,
    tokens_per_minute: Annotated[
        float | None,
        _long(metavar="N", min=1, help="Use no more; else as headers say."),
    ] = None,
    deadline: Annotated[
        float | None,
        _long(metavar="SECONDS", min=0, help="Give up a document after this."),
    ] = None,
    stop_after: Annotated[
        float | None,
        _long(metavar="SECONDS", min=0, help="Begin no document after this."),
    ] = None,
    cache: Annotated[
        Path | None,
        _long(metavar="DIR", help="Keep answers in DIR, and use those kept."),
    ] = None,
    log: Annotated[
        Path | None,
        _long(metavar="FILE", help="Append what happens to FILE, a JSON line an event."),
    ] = None,
) -> None:
    """Read postings, and print a table or write one row for each.

    At a terminal each posting is shown as a table; piped, or with -o, each is a row.
    """
    if (price_in is None) != (price_out is None):
        raise typer.BadParameter("both prices are needed", param_hint="--price-in, --price-out")
    if math.inf in (requests_per_minute, tokens_per_minute):
        raise typer.BadParameter("leave it out for no limit", param_hint="--…-per-minute")
    if retry_failed and run_folder is None:
        raise typer.BadParameter("it needs --run", param_hint="--retry-failed")
    if batch:
        paces = {"--requests-per-minute": requests_per_minute, "--deadline": deadline}
        _check_batch(chosen.name, run_folder, paces | {"--tokens-per-minute": tokens_per_minute})
    if max_tokens is not None:
        typer.echo(_OLD_CAP, err=True)
        max_total_tokens = max_total_tokens or max_tokens
    with faults.told():
        from extract.asking.schema_source import schema_named  # noqa: PLC0415
        from extract.runs.dry_run import dry_run as estimate  # noqa: PLC0415
        from extract.runs.extract_run import run  # noqa: PLC0415
        from extract.runs.job import ExtractJob, Input  # noqa: PLC0415
        from extract.runs.provider_batches import AT_ONCE  # noqa: PLC0415 - see extract.cli
        from extract.runs.traffic import Price, Traffic  # noqa: PLC0415

        asked = options.model_of(chosen, _ATTEMPTS)
        at_once = context.get_parameter_source("concurrency")
        if batch and at_once is not None and at_once.name == "DEFAULT":
            concurrency = AT_ONCE
        price = None
        if price_in is not None and price_out is not None:
            price = Price(price_in, price_out)
        traffic = Traffic(
            requests_per_minute=requests_per_minute,
            tokens_per_minute=tokens_per_minute,
            max_total_tokens=max_total_tokens,
            max_cost=max_cost,
            price=price,
            seconds_per_document=deadline,
            seconds=stop_after,
            cache=cache,
        )
        rows: RowFormat | None = given.value if given is not None else None
        job = ExtractJob(
            Input(tuple(paths), rows, tuple(text_column or ()), id_column),
            output,
            asked,
            prompt,
            concurrency,
            traffic,
            run_folder,
            retry_failed,
            log,
            batch,
            schema_named(schema),
            way.value if way else None,
        )
        code = estimate(job) if dry_run else run(job)
    raise typer.Exit(code)


def _check_batch(model: str, run_folder: Path | None, timed: Mapping[str, float | None]) -> None:
    """Refuse what a provider's batches cannot do."""
    if run_folder is None:
        raise typer.BadParameter("it is for a run that is kept: --run", param_hint="--batch")
    if model == LOCAL:
        raise typer.BadParameter(
            "the embedded model takes no batches; name another with --model", param_hint="--batch"
        )
    for option, given in timed.items():
        if given is not None:
            raise typer.BadParameter(
                "the provider decides when a batch is answered", param_hint=f"{option}, --batch"
            )
