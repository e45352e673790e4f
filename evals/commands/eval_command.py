"""The `eval` command: score a system on a dataset, or check the labels of a dataset."""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from evals.commands.agree_command import agree
from evals.commands.eval_options import AnswerOptions, CaseOptions, ScoreOptions, SystemName
from evals.commands.options import DatasetPath, again, asked
from evals.compare import canary
from evals.data.dataset import Case, Dataset, load
from evals.data.label_check import problems
from evals.data.prompt_examples import Example, example_of, picked
from evals.data.rubric import rubric_of
from evals.scoring import scored_run as scoring
from evals.scoring.run_setup import RunSetup, folder_of, reading_of, with_way
from extract.asking import prompt as prompts
from extract.asking.schema_source import schema_named
from extract.cli.model_options import ModelOptions
from extract.cli.panels import panels
from extract.cli.question_options import QuestionOptions, SchemaName
from extract.errors import InputError
from extract.models.cassettes import Recordings
from extract.terminal import clean

__all__ = ["app", "main"]

SOME_FAILED = 1
_EXAMPLES = 3
_OF_LANGEXTRACT = {"model", "base_url"}


app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Score a system on labelled postings: `postings eval DATASET` is `eval run DATASET`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command(
    "run",
    epilog="Examples:\n\n"
    "postings eval evals/datasets/postings -o run.json --html report.html\n\n"
    "postings eval my-postings.jsonl --live --model qwen3 --base-url http://localhost:11434/v1\n\n"
    "postings eval my-postings.jsonl --live --model gpt-5-mini --reasoning-effort low\n\n"
    "postings eval my-postings.jsonl --live --system instructor --split test\n\n"
    "postings eval my-postings.jsonl --record\n\n"
    "postings eval my-postings.jsonl --baseline run.json --gate gate.toml --markdown comment.md\n\n"
    "postings eval my-postings.jsonl --live --sample 5\n\n"
    "postings eval invoices.jsonl --schema invoice.py:Invoice --live --model gpt-5-mini\n\n"
    "Exit codes: 0 every document with text was read, and passes; 1 a case failed, a field got "
    "worse, the gate is broken, or the model answers otherwise than recorded; 2 nothing could be "
    "run; 130 interrupted (the next run with the same -o goes on from there).",
)
@panels
def _run(
    dataset: DatasetPath,
    system: Annotated[SystemName, typer.Option(help="What is evaluated.")] = SystemName.POSTINGS,
    *,
    cases: CaseOptions,
    answers: AnswerOptions,
    model: ModelOptions,
    question: QuestionOptions,
    scores: ScoreOptions,
) -> None:
    """Read every labelled posting of DATASET, and print the scores.

    Answers are replayed where there are recordings of the dataset, unless --live or --record.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    asks_ours = system is SystemName.POSTINGS
    if answers.everything and not answers.record:
        raise typer.BadParameter("--all needs --record")
    if answers.sampled is not None and (not answers.live or scores != ScoreOptions()):
        raise typer.BadParameter(
            "--sample needs --live, and takes no --output, --baseline, --gate, --html or --markdown"
        )
    if answers.repeats > 1 and (not answers.live or answers.sampled is not None):
        raise typer.BadParameter(
            "--repeat needs --live and takes no --sample: a recording answers the same each time"
        )
    if answers.sampled is not None and not asks_ours:
        raise typer.BadParameter("--sample compares recordings of `postings`: remove --system")
    given = {*model.given(), *(["header"] if model.headers else [])} - _OF_LANGEXTRACT
    if system is SystemName.LANGEXTRACT and given:
        option = f"--{min(given).replace('_', '-')}"
        raise typer.BadParameter(f"langextract does not support {option}")
    if question.reading is not None and not asks_ours:
        raise typer.BadParameter(f"--reading is for `postings` itself, not for {system.value}")
    rubric = rubric_of(schema_named(question.schema))
    loaded = load(dataset, rubric)
    examples = _examples(loaded) if system is SystemName.LANGEXTRACT else ()
    setup = _asking(dataset, system, answers, model, question, rubric.schema.model, examples)
    shown: Collection[str] = {each.sha256 for each in examples}
    if asks_ours:
        shown = prompts.load(question.prompt, setup.reading).shown
    read, held_out = _without_examples(cases.of(loaded), shown)
    if answers.sampled is not None:
        replayed = replace(setup, mode="replay")
        code = canary.watch(loaded, read, replayed, answers.sampled, answers.concurrency)
        raise typer.Exit(code)
    job = scoring.EvalJob(
        loaded,
        read,
        cases.split.value if cases.split else "all",
        scores.output,
        scores.baseline,
        scores.held,
        held_out,
        answers.repeats,
    )
    raise typer.Exit(scoring.score(job, setup, answers.concurrency))


def _asking(
    dataset: Path,
    system: SystemName,
    answers: AnswerOptions,
    model: ModelOptions,
    question: QuestionOptions,
    schema: type[BaseModel],
    examples: tuple[Example, ...],
) -> RunSetup:
    """Return what the options ask of the cases."""
    way = reading_of(model.name, question.way)
    folder = answers.cassettes or folder_of(dataset, way, system.value)
    mode = answers.mode(system, folder)
    meant = asked(model, mode, Recordings(folder))
    return RunSetup(
        with_way(meant, way) if system is SystemName.POSTINGS else meant,
        folder,
        "all" if answers.everything else mode,
        question.prompt,
        system.value,
        again(
            dataset,
            system=None if system is SystemName.POSTINGS else system.value,
            schema=question.schema,
            cassettes=answers.cassettes,
            **model.given(),
            reading=question.way,
            prompt=question.prompt,
        ),
        schema,
        way,
        examples,
    )


def main(words: Sequence[str]) -> None:
    """Run the command on the arguments after `postings eval`; `run` is its default command."""
    named = bool(words) and words[0] in {"run", "check", "agree", "-h", "--help"}
    app([*words] if named or not words else ["run", *words], prog_name="postings eval")


app.command("agree", epilog="Example:\n\npostings eval agree ours/ theirs/")(agree)


@app.command("check", epilog="Example:\n\npostings eval check my-postings.jsonl")
def _check(dataset: DatasetPath, schema: SchemaName = None) -> None:
    """Check the labels of DATASET against its schema and its texts; exit 1 if one is at fault."""
    found, cases = 0, 0
    for name, faults in problems(dataset, rubric_of(schema_named(schema))):
        cases += 1
        found += len(faults)
        for fault in faults:
            print(clean(f"{name}: {fault}"))
    if found:
        print(f"{found} to fix in {cases} cases", file=sys.stderr)
        raise typer.Exit(SOME_FAILED)
    print(f"{cases} cases, nothing to fix", file=sys.stderr)


def _examples(dataset: Dataset) -> tuple[Example, ...]:
    """Choose the examples of langextract, which cannot be asked without one."""
    cases = [case for case in dataset.selected("dev") if case.gold]
    known = [each for case in cases if (each := example_of(case, "open")) is not None]
    examples = tuple(each for each in picked(known, _EXAMPLES))
    if not examples:
        raise InputError(
            "langextract needs an example, and no labelled document of the dev split can be quoted"
        )
    return examples


def _without_examples(
    cases: tuple[Case, ...], shown: Collection[str]
) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Return the cases without those that are examples, and the ids of those left out."""
    if not shown:
        return cases, ()
    held_out = tuple(case.id for case in cases if _sha256(case) in shown)
    if held_out:
        named = ", ".join(clean(name) for name in held_out)
        print(f"left out, as examples of the prompt: {named}", file=sys.stderr)
    kept = tuple(case for case in cases if case.id not in held_out)
    if not kept:
        raise InputError("every case is an example of the prompt, so none is left to run")
    return kept, held_out


def _sha256(case: Case) -> str:
    try:
        return case.document().sha256
    except InputError:
        return ""
