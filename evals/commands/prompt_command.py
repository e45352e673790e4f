"""The `prompt` command: templates with examples from labelled documents, and tuned ones."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.options import DatasetPath
from evals.commands.tune_command import TUNE_EXAMPLES, tune_template
from evals.data.dataset import load
from evals.data.prompt_examples import example_of, picked
from evals.data.rubric import rubric_of
from evals.data.template_change import EXAMPLES, TemplateChange, changed_template, text_of
from extract.asking import prompt as prompts
from extract.asking.schema_source import schema_named
from extract.cli.panels import command_app
from extract.cli.question_options import PromptName, ReadingName, SchemaName
from extract.errors import InputError
from extract.terminal import clean
from extract.values import Reading
from extract.whole_file import write_text

__all__ = ["app", "main"]

app = command_app("Make prompt templates.")


def main(words: Sequence[str]) -> None:
    """Run the command on the arguments after `postings prompt`."""
    app([*words], prog_name="postings prompt")


@app.callback()
def _options() -> None:
    pass


@app.command(
    "examples",
    epilog="Examples:\n\n"
    "postings prompt examples invoices.jsonl --schema invoice.py:Invoice -o mine.toml\n\n"
    "postings eval invoices.jsonl --schema invoice.py:Invoice --prompt mine.toml --live "
    "--model gpt-5-mini",
)
def _examples(
    dataset: DatasetPath,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.toml", help="The template to write.")
    ],
    schema: SchemaName = None,
    reading: ReadingName = "open",
    prompt: PromptName = None,
    most: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many.")] = 3,
) -> None:
    """Write a template whose examples are the labelled documents of DATASET that teach most.

    The rest is that of the shipped template. `postings eval DATASET --prompt FILE.toml` leaves the
    examples out.
    """
    if output.suffix != ".toml":
        raise InputError(f"{output}: the name of a template must end in .toml")
    way: Reading = reading or "open"
    rubric = rubric_of(schema_named(schema))
    cases = [case for case in load(dataset, rubric).selected("dev") if case.gold]
    known = [found for case in cases if (found := example_of(case, way)) is not None]
    chosen = picked(known, most)
    if not chosen:
        raise InputError(
            f"{dataset}: none of the {len(cases)} labelled documents of the dev split can be an "
            "example: each is too long, or lacks words for one of its labels"
        )
    examples = TemplateChange(EXAMPLES, "labels", examples=tuple(chosen))
    made = changed_template(text_of(prompt or prompts.DEFAULTS[way]), output.stem, [examples])
    write_text(output, made)
    prompts.load(output, way)
    for each in chosen:
        print(f"{clean(each.id)}: {', '.join(sorted(each.shows))}")
    summary = f"{len(chosen)} of {len(known)} documents that can be quoted; wrote {output}"
    print(summary, file=sys.stderr)


app.command("tune", epilog=TUNE_EXAMPLES)(tune_template)
