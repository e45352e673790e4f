"""`postings extract`: the job that its options ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from extract.cli.error_lines import error_lines
from extract.cli.extract_options import InputOptions, PaceOptions, RunOptions
from extract.cli.model_options import LOCAL, ModelOptions, model_of
from extract.cli.output_options import OutputOptions
from extract.cli.panels import panels
from extract.cli.question_options import QuestionOptions
from extract.late import late

if TYPE_CHECKING:
    from extract.runs import dry_run, extract_run, provider_batches
else:
    dry_run = late("extract.runs.dry_run")
    extract_run = late("extract.runs.extract_run")
    provider_batches = late("extract.runs.provider_batches")

__all__ = ["EXAMPLES", "LOCAL", "extract"]

_ATTEMPTS = 5
"""How often a question is put before its document fails: nobody watches a long run."""

EXAMPLES = (
    "Examples:\n\n"
    "postings extract posting.html\n\n"
    "postings extract pages/ -o postings.csv\n\n"
    "cat rows.jsonl | postings extract - --input jsonl > postings.jsonl\n\n"
    "postings extract rows.jsonl -o out.jsonl --model gpt-5-mini --concurrency 16\n\n"
    "postings extract *.txt --model qwen3 --base-url http://localhost:11434/v1\n\n"
    "postings extract rows.jsonl --run night --model gpt-5-mini --concurrency 64 --max-cost 20\n\n"
    "postings extract rows.jsonl --run month --model gpt-5-mini --batch\n\n"
    "postings extract rows.jsonl --run part-3 --shard 3/16 --model gpt-5-mini\n\n"
    "postings extract today.jsonl --run today --since yesterday --changes changes.jsonl\n\n"
    "postings extract invoices/ --schema invoice.py:Invoice -o invoices.csv\n\n"
    "Exit codes: 0 all done; 1 a document failed (its row says why); 2 wrong usage, or the model "
    "cannot be used; 3 stopped by a cap or --stop-after; 130 interrupted (what is done is kept)."
)


@panels
def extract(  # noqa: PLR0913, PLR0917 - one parameter for each panel
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Files, directories or patterns; - is stdin.",
            show_default=False,
        ),
    ],
    read: InputOptions,
    model: ModelOptions,
    question: QuestionOptions,
    pace: PaceOptions,
    run: RunOptions,
    out: OutputOptions,
) -> None:
    """Read postings, and print a table or write one row for each.

    At a terminal each posting is shown as a table; piped, or with -o, each is a row.
    """
    run.check(model.name, pace, read.shard)
    with error_lines():
        from extract.asking.schema_source import schema_named  # noqa: PLC0415
        from extract.runs.job import ExtractJob, workers_for  # noqa: PLC0415
        from extract.runs.opening import EngineOptions  # noqa: PLC0415 - see extract.cli

        at_once = pace.concurrency or (provider_batches.AT_ONCE if run.batch else 1)
        given = read.of(paths)
        workers = pace.workers or workers_for(given, model.name, at_once)
        job = ExtractJob(
            given,
            out.output,
            EngineOptions(
                model_of(model, _ATTEMPTS),
                question.prompt,
                at_once,
                pace.traffic(run.cache),
                question.reading,
                workers=workers,
                schema_name=question.schema,
            ),
            schema_named(question.schema),
            run.run_folder,
            run.retry_failed,
            out.log,
            run.batch,
            run.since,
            run.changes,
            out.thresholds(),
            out.review,
        )
        code = dry_run.dry_run(job) if run.dry_run else extract_run.run(job)
    raise typer.Exit(code)
