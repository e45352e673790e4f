"""The `prompt` command: a template of one's own, with examples from labelled documents."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.options import DatasetPath
from evals.data.dataset import load
from evals.data.prompt_examples import Example, example_of, picked
from evals.data.rubric import rubric_of
from extract import resources
from extract.asking import prompt as prompts
from extract.asking.schema_source import schema_named
from extract.cli.question_options import PromptName, ReadingChoice, ReadingName, SchemaName
from extract.errors import InputError
from extract.terminal import clean
from extract.values import Reading

__all__ = ["app", "main", "template"]

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Make prompt templates.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_ID = re.compile(r'^id = ".*"$', re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def main(words: Sequence[str]) -> None:
    """Run the command on the words after `postings prompt`."""
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
    reading: ReadingName = ReadingChoice.OPEN,
    prompt: PromptName = None,
    most: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many.")] = 3,
) -> None:
    """Write a template with the labelled documents of DATASET that teach most as its examples.

    It is a copy of the shipped one. `postings eval DATASET --prompt FILE.toml` leaves them out.
    """
    if output.suffix != ".toml":
        raise InputError(f"{output}: the name of a template ends in .toml")
    way: Reading = "closed" if reading is ReadingChoice.CLOSED else "open"
    rubric = rubric_of(schema_named(schema))
    cases = [case for case in load(dataset, rubric).selected("dev") if case.gold]
    known = [found for case in cases if (found := example_of(case, way)) is not None]
    chosen = picked(known, most)
    if not chosen:
        raise InputError(
            f"{dataset}: none of its {len(cases)} labelled documents of the split dev can be an "
            "example: they are too long, or the words for a label are not found in them"
        )
    made = template(prompt or prompts.DEFAULTS[way], output.stem, chosen)
    try:
        output.write_text(made, "utf-8")
    except OSError as error:
        raise InputError(f"{output}: cannot be written: {error.strerror or error}") from error
    prompts.load(output, way)
    for each in chosen:
        print(f"{clean(each.id)}: {', '.join(sorted(each.shows))}")
    told = f"{len(chosen)} of {len(known)} documents that can be quoted; wrote {output}"
    print(told, file=sys.stderr)


def template(name: str, id: str, examples: Sequence[Example]) -> str:  # noqa: A002 - its own key
    """Return the text of a template with other examples, under another id."""
    path = Path(name) if name.endswith(".toml") else resources.prompts() / f"{name}.toml"
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    head = _ID.sub(f"id = {_short(id)}", text.split("[[examples]]")[0], count=1).rstrip()
    parts = [
        f"[[examples]]\nsha256 = {_short(each.sha256)}\ndocument = {_long(each.lines)}\n"
        f"answer = {_long(each.answer)}"
        for each in examples
    ]
    return "\n\n".join([head, *parts]) + "\n"


def _short(text: str) -> str:
    return f'"{_escaped(text)}"'


def _long(text: str) -> str:
    return f'"""\n{_escaped(text)}\n"""'


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"""', '""\\"')
    return _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
