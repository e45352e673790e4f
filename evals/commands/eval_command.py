"""The `eval` command: run a dataset, print and keep its scores; or check its labels."""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.agree_command import agree
from evals.commands.compare_command import Outputs
from evals.commands.options import (
    Cassettes,
    DatasetPath,
    PromptName,
    ReadingName,
    SchemaName,
    again,
    asked,
)
from evals.compare import canary
from evals.data.dataset import Case, Dataset, load
from evals.data.label_check import problems
from evals.data.prompt_examples import Example, example_of, picked
from evals.data.rubric import rubric_of
from evals.scoring import scored_run as scoring
from evals.scoring.run_setup import Asking, Mode, folder_of, way_of, with_way
from extract.asking import prompt as prompts
from extract.asking.schema_source import schema_named
from extract.cli.model_options import ModelOptions, chooses_model
from extract.errors import InputError
from extract.models.cassettes import Recordings
from extract.terminal import clean

__all__ = ["app", "main"]

SOME_FAILED = 1
_EXAMPLES = 3
_OF_LANGEXTRACT = {"model", "base_url"}


class SystemName(StrEnum):
    """What is evaluated."""

    POSTINGS = "postings"
    INSTRUCTOR = "instructor"
    LANGEXTRACT = "langextract"


class SplitName(StrEnum):
    """Which part of a dataset."""

    DEV = "dev"
    TEST = "test"


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
@chooses_model
def _run(
    dataset: DatasetPath,
    system: Annotated[SystemName, typer.Option(help="What is evaluated.")] = SystemName.POSTINGS,
    schema: SchemaName = None,
    reading: ReadingName = None,
    split: Annotated[SplitName | None, typer.Option(help="Only this part of the dataset.")] = None,
    only: Annotated[str, typer.Option(metavar="IDS", help="Only these, with commas.")] = "",
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="At most so many.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="RUN.json", help="Keep the run log.")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="RUN.json", help="Compare with an earlier run; 1 if worse."),
    ] = None,
    gate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Floors and ceilings, as TOML; 1 if one is broken."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page of the postings and scores.")
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the comparison for a pull request's comment."),
    ] = None,
    *,
    chosen: ModelOptions,
    prompt: PromptName = None,
    live: Annotated[bool, typer.Option("--live", help="Ask the model.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Play recorded answers.")] = False,
    record: Annotated[bool, typer.Option("--record", help="Ask what is not recorded.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="With --record: ask everything anew.")
    ] = False,
    sampled: Annotated[
        int | None,
        typer.Option(
            "--sample",
            metavar="N",
            min=1,
            help="With --live: ask for N recorded cases, and say what is answered otherwise.",
        ),
    ] = None,
    cassettes: Cassettes = None,
    concurrency: Annotated[int, typer.Option(metavar="N", min=1, help="Cases at once.")] = 1,
) -> None:
    """Read every labelled posting of DATASET, and print the scores.

    Answers are replayed where there are recordings of the dataset, unless --live or --record.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    held = Outputs(gate, markdown, html)
    if everything and not record:
        raise typer.BadParameter("--all asks everything anew for --record: give both")
    if sampled is not None and (not live or output or baseline or held != Outputs()):
        raise typer.BadParameter(
            "--sample goes with --live, and compares with the recordings alone: it scores nothing"
        )
    if sampled is not None and system is not SystemName.POSTINGS:
        raise typer.BadParameter("--sample compares what is recorded of ours; leave out --system")
    given = {*chosen.given(), *(["header"] if chosen.headers else [])} - _OF_LANGEXTRACT
    if system is SystemName.LANGEXTRACT and given:
        option = f"--{min(given).replace('_', '-')}"
        raise typer.BadParameter(f"{option}: langextract takes no such option")
    if reading is not None and system is not SystemName.POSTINGS:
        raise typer.BadParameter(f"--reading is how ours asks; {system.value} has one way")
    rubric = rubric_of(schema_named(schema))
    loaded = load(dataset, rubric)
    way = way_of(chosen.name, reading.value if reading else None)
    cases = loaded.selected(
        None if split is None else split.value,
        [name.strip() for name in only.split(",") if name.strip()],
        limit,
    )
    held_out: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    if system is SystemName.POSTINGS:
        cases, held_out = _without_examples(cases, prompts.load(prompt, way).shown)
    elif system is SystemName.LANGEXTRACT:
        examples = _examples(loaded)
        cases, held_out = _without_examples(cases, {each.sha256 for each in examples})
    folder = cassettes or folder_of(dataset, way, system.value)
    mode = _mode(system, folder, live=live, replay=replay, record=record)
    asking = Asking(
        with_way(asked(chosen, mode, Recordings(folder)), way),
        folder,
        "all" if everything else mode,
        prompt,
        system.value,
        again(
            dataset,
            system=None if system is SystemName.POSTINGS else system.value,
            schema=schema,
            cassettes=cassettes,
            **chosen.given(),
            reading=reading.value if reading else None,
            prompt=prompt,
        ),
        rubric.schema.model,
        way,
        examples,
    )
    if sampled is not None:
        replayed = replace(asking, mode="replay")
        raise typer.Exit(canary.watch(loaded, cases, replayed, sampled, concurrency))
    job = scoring.EvalJob(
        loaded,
        cases,
        "all" if split is None else split.value,
        output,
        baseline,
        held,
        held_out,
    )
    raise typer.Exit(scoring.score(job, asking, concurrency))


def main(words: Sequence[str]) -> None:
    """Run the command on the words after `postings eval`: `run` is meant where no other stands."""
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
    """Pick what langextract is shown: it cannot be asked without an example."""
    cases = [case for case in dataset.selected("dev") if case.gold]
    known = [each for case in cases if (each := example_of(case, "open")) is not None]
    examples = tuple(each for each in picked(known, _EXAMPLES))
    if not examples:
        raise InputError("langextract needs an example: no labelled document of dev can be quoted")
    return examples


def _without_examples(
    cases: tuple[Case, ...], shown: Collection[str]
) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Leave out the cases that are shown as examples; return the rest, and the ids of those."""
    if not shown:
        return cases, ()
    held_out = tuple(case.id for case in cases if _sha256(case) in shown)
    if held_out:
        named = ", ".join(clean(name) for name in held_out)
        print(f"left out, as examples of the prompt: {named}", file=sys.stderr)
    kept = tuple(case for case in cases if case.id not in held_out)
    if not kept:
        raise InputError("every case is an example of the prompt: none is left to run")
    return kept, held_out


def _sha256(case: Case) -> str:
    try:
        return case.document().sha256
    except InputError:
        return ""


def _mode(system: SystemName, folder: Path, *, live: bool, replay: bool, record: bool) -> Mode:
    if live + replay + record > 1:
        raise typer.BadParameter("choose one of --live, --replay and --record")
    if system is SystemName.LANGEXTRACT:
        if replay or record:
            raise typer.BadParameter("langextract is not recorded: it can only run --live")
        return "live"
    if record:
        return "record"
    if replay and not folder.is_dir():
        raise InputError(f"{folder}: no recordings there; make them with --record")
    return "replay" if replay or (folder.is_dir() and not live) else "live"
