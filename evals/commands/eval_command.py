"""The `eval` command: score a system on a dataset, or check the labels of a dataset."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from evals.commands.agree_command import agree
from evals.commands.eval_options import AnswerOptions, CaseOptions, ScoreOptions
from evals.commands.guarantee_command import guarantee
from evals.commands.labels_command import carried
from evals.commands.named_systems import NamedSystem, named_systems
from evals.commands.options import DatasetPath
from evals.commands.side_by_side import side_by_side
from evals.commands.system_setup import Asking, check, examples_of, shown_by, without_examples
from evals.compare import canary
from evals.data.dataset import load
from evals.data.label_check import problems
from evals.data.rubric import rubric_of
from evals.scoring import scored_run as scoring
from evals.scoring.row_scoring import RowScoring
from evals.scoring.run_setup import RunSetup
from extract.asking.schema_source import schema_named
from extract.cli.model_options import ModelOptions
from extract.cli.panels import command_app, panels
from extract.cli.question_options import QuestionOptions, SchemaName
from extract.terminal import clean

__all__ = ["app", "main"]

SOME_FAILED = 1

_COMMANDS = {"run", "check", "agree", "labels", "guarantee", "-h", "--help"}


app = command_app(
    "Score a system on labelled postings: `postings eval DATASET` is `eval run DATASET`."
)


@app.command(
    "run",
    epilog="Examples:\n\n"
    "postings eval evals/datasets/postings -o run.json --html report.html\n\n"
    "postings eval my-postings.jsonl --live --model qwen3 --base-url http://localhost:11434/v1\n\n"
    "postings eval my-postings.jsonl --live --model gpt-5-mini --reasoning-effort low\n\n"
    "postings eval my-postings.jsonl --live --system instructor --split test\n\n"
    "postings eval my-postings.jsonl --record\n\n"
    "postings eval my-postings.jsonl --rows rows.jsonl\n\n"
    "postings eval my-postings.jsonl --baseline run.json --gate gate.toml --markdown comment.md\n\n"
    "postings eval my-postings.jsonl --live --sample 5\n\n"
    "postings eval invoices.jsonl --schema invoice.py:Invoice --live --model gpt-5-mini\n\n"
    "postings eval my-postings.jsonl --live --repeat 3 -o run.json\n\n"
    "postings eval my-postings.jsonl --system mini.toml --system nano.toml --system instructor "
    "-o runs/ --html standings.html\n\n"
    "Exit codes: 0 every document with text was read, and passes; 1 a case or one of several "
    "systems failed, a field got worse, the gate is broken, or the model answers otherwise than "
    "recorded; 2 nothing could be run; 130 interrupted (the next run with the same -o goes on "
    "from there).",
)
@panels
def _run(
    dataset: DatasetPath,
    systems: Annotated[
        list[str] | None,
        typer.Option(
            "--system",
            metavar="NAME|FILE",
            help="What is evaluated: postings (the default), instructor, langextract or a .toml "
            "file. Several are put side by side.",
        ),
    ] = None,
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
    words = systems or ["postings"]
    _check_options(answers, scores, several=len(words) > 1)
    common = NamedSystem("", "", "postings", model, question, answers)
    named = named_systems(words, common)
    for each in named:
        if answers.sampled is not None and each.system != "postings":
            raise typer.BadParameter("--sample compares recordings of `postings`: remove --system")
        if answers.rows is not None and (
            each.word != "postings" or each.question.prompt is not None
        ):
            raise typer.BadParameter("--rows asks nothing: remove --system and --prompt")
        check(each)
    loaded = load(dataset, rubric_of(schema_named(named[0].question.schema)))
    asking = Asking(dataset, loaded, common)
    if named[1:]:
        raise typer.Exit(side_by_side(named, asking, cases, scores))
    raise typer.Exit(_one(named[0], asking, cases, scores))


def _one(system: NamedSystem, asking: Asking, cases: CaseOptions, scores: ScoreOptions) -> int:
    """Evaluate one system, and return the exit status."""
    answers, loaded = system.answers, asking.loaded
    setup: RunSetup | RowScoring
    if answers.rows is not None:
        setup = RowScoring.read(answers.rows, loaded.rubric.schema.model)
        shown = setup.shown()
    else:
        examples = examples_of(loaded, system)
        setup = asking.setup(system, examples)
        shown = shown_by(system, examples)
    read, held_out = without_examples(cases.of(loaded), shown)
    if answers.sampled is not None and isinstance(setup, RunSetup):
        replayed = replace(setup, mode="replay")
        return canary.watch(loaded, read, replayed, answers.sampled, answers.concurrency)
    job = scoring.EvalJob(
        loaded,
        read,
        cases.part,
        scores.output,
        scores.baseline,
        scores.held,
        held_out,
        answers.repeats,
        system.name if system.is_file else "",
    )
    return scoring.score(job, setup, answers.concurrency)


def _check_options(answers: AnswerOptions, scores: ScoreOptions, *, several: bool) -> None:
    """Raise BadParameter for options that do not fit together."""
    if answers.live + answers.replay + answers.record + (answers.rows is not None) > 1:
        raise typer.BadParameter("choose one of --live, --replay, --record and --rows")
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
    one = {
        "--rows": answers.rows,
        "--sample": answers.sampled,
        "--baseline": scores.baseline,
        "--gate": scores.gate,
        "--markdown": scores.markdown,
    }
    wrong = [flag for flag, value in one.items() if value is not None]
    if several and wrong:
        raise typer.BadParameter(
            f"{wrong[0]} is for one --system; compare two run logs with postings compare"
        )


def main(words: Sequence[str]) -> None:
    """Run the command on the arguments after `postings eval`; `run` is its default command."""
    named = bool(words) and words[0] in _COMMANDS
    app([*words] if named or not words else ["run", *words], prog_name="postings eval")


app.command("agree", epilog="Example:\n\npostings eval agree ours/ theirs/")(agree)
app.command("labels", epilog="Example:\n\npostings eval labels pages/ --run run.json")(carried)
app.command(
    "guarantee",
    epilog="Example:\n\npostings eval guarantee run.json --right 0.95 -o thresholds.toml\n\n"
    "Exit codes: 0 a field has a threshold; 1 none has; 2 the runs cannot be used.",
)(guarantee)


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
