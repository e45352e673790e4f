"""The `eval` command: run a dataset, print and keep its scores; or check its labels."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import anyio
import typer
from rich.console import Console

from evals import runlog
from evals.check import problems
from evals.dataset import Dataset, load
from evals.plain import PlainSystem
from evals.runlog import Plan
from evals.runner import Run
from evals.systems import System, ours, plain, plain_hashes
from evals.table import rendered
from extract import prompt as prompts
from extract.api import LOCAL, opened
from extract.cassettes import Recordings
from extract.errors import InputError
from extract.local import DEFAULT, running
from extract.model import Model
from extract.posting import Posting
from extract.schema import schema_of
from extract.terminal import clean, progress_on

__all__ = ["app", "main"]

FINE, SOME_FAILED, CUT = 0, 1, 130


class SystemName(StrEnum):
    """What is evaluated."""

    POSTINGS = "postings"
    INSTRUCTOR = "instructor"


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

_Dataset = Annotated[
    Path, typer.Argument(metavar="DATASET", help="A directory of labels, or a .jsonl file.")
]


@app.command(
    "run",
    epilog="Examples:\n\n"
    "postings eval evals/datasets/postings -o run.json\n\n"
    "postings eval my-postings.jsonl --live --model qwen3 --base-url http://localhost:11434/v1\n\n"
    "postings eval my-postings.jsonl --live --system instructor --split test\n\n"
    "Exit codes: 0 all cases were read; 1 a case failed; 2 nothing could be run; 130 interrupted "
    "(the next run with the same -o goes on from there).",
)
def _run(
    dataset: _Dataset,
    system: Annotated[SystemName, typer.Option(help="What is evaluated.")] = SystemName.POSTINGS,
    split: Annotated[SplitName | None, typer.Option(help="Only this part of the dataset.")] = None,
    only: Annotated[str, typer.Option(metavar="IDS", help="Only these, with commas.")] = "",
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="At most so many.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="RUN.json", help="Keep the run log.")
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
        typer.Option(metavar="URL", envvar="OPENAI_BASE_URL", help="Where the model is served."),
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(metavar="KEY", envvar="OPENAI_API_KEY", help="Its key.")
    ] = None,
    prompt: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="A shipped template, or one of your own.")
    ] = prompts.DEFAULT,
    live: Annotated[bool, typer.Option("--live", help="Ask the model.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Play recorded answers.")] = False,
    record: Annotated[bool, typer.Option("--record", help="Ask what is not recorded.")] = False,
    cassettes: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The recordings; default: cassettes/ and the dataset."),
    ] = None,
    concurrency: Annotated[int, typer.Option(metavar="N", min=1, help="Cases at once.")] = 1,
) -> None:
    """Read every labelled posting of DATASET, and print the scores.

    Answers are replayed where there are recordings of the dataset, unless --live or --record.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    loaded = load(dataset)
    cases = loaded.selected(
        None if split is None else split.value,
        [name.strip() for name in only.split(",") if name.strip()],
        limit,
    )
    folder = cassettes or Path("cassettes") / dataset.stem
    mode = _mode(system, folder, live=live, replay=replay, record=record)
    asked = _asked(model, base_url, api_key)
    plan = _plan(loaded, split, system, mode, asked, prompt)
    partial = None if output is None else output.with_name(f"{output.name}.partial")
    run = Run(plan, cases, partial)
    progress = progress_on(sys.stderr)
    if run.results:
        progress.say(f"{len(run.results)} of {len(cases)} are done already, in {partial}")

    async def work() -> None:
        recordings = None if mode == "live" else Recordings(folder, mode)
        async with _opened(system, asked, prompt, recordings) as reads:
            progress.start("reading", len(cases) - len(run.results))
            await run.all(reads, progress, concurrency)

    code = FINE
    try:
        anyio.run(work)
    except KeyboardInterrupt:
        code = CUT
    finally:
        progress.close()
    _end(run, output, code)


def main(words: Sequence[str]) -> None:
    """Run the command on the words after `postings eval`: `run` is meant where no other stands."""
    named = bool(words) and words[0] in {"run", "check", "-h", "--help"}
    app([*words] if named or not words else ["run", *words], prog_name="postings eval")


@app.command("check", epilog="Example:\n\npostings eval check my-postings.jsonl")
def _check(dataset: _Dataset) -> None:
    """Check the labels of DATASET against its schema and its texts; exit 1 if one is at fault."""
    found, cases = 0, 0
    for name, faults in problems(dataset):
        cases += 1
        found += len(faults)
        for fault in faults:
            print(clean(f"{name}: {fault}"))
    if found:
        print(f"{found} to fix in {cases} cases", file=sys.stderr)
        raise typer.Exit(SOME_FAILED)
    print(f"{cases} cases, nothing to fix", file=sys.stderr)


def _end(run: Run, output: Path | None, code: int) -> None:
    log = run.log("complete" if code == FINE else "cut")
    Console().print(rendered(log))
    if output is not None:
        runlog.write(log, output)
        if code == FINE and run.partial is not None:
            run.partial.unlink(missing_ok=True)
    if code == FINE and log.scores.failed:
        code = SOME_FAILED
    raise typer.Exit(code)


def _mode(
    system: SystemName, folder: Path, *, live: bool, replay: bool, record: bool
) -> Literal["live", "replay", "record"]:
    if live + replay + record > 1:
        raise typer.BadParameter("choose one of --live, --replay and --record")
    if system is SystemName.INSTRUCTOR:
        if replay or record:
            raise typer.BadParameter("plain instructor is not recorded: it can only run --live")
        return "live"
    if record:
        return "record"
    if replay and not folder.is_dir():
        raise InputError(f"{folder}: no recordings there; make them with --record")
    return "replay" if replay or (folder.is_dir() and not live) else "live"


def _asked(model: str, base_url: str | None, api_key: str | None) -> str | Model:
    if model == LOCAL:
        return LOCAL
    made = Model(model, base_url, api_key)
    return made if made.hosted or api_key else Model(model, base_url, "none")


def _plan(
    dataset: Dataset,
    split: SplitName | None,
    system: SystemName,
    mode: Literal["live", "replay", "record"],
    asked: str | Model,
    prompt: str,
) -> Plan:
    if system is SystemName.POSTINGS:
        template = prompts.load(prompt)
        name, prompt_sha256 = template.name, template.sha256
        schema_sha256 = schema_of(Posting).sha256
    else:
        name = "plain instructor"
        prompt_sha256, schema_sha256 = plain_hashes()
    return Plan(
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        split="all" if split is None else split.value,
        system=system.value,
        mode=mode,
        model=DEFAULT.name if isinstance(asked, str) else asked.name,
        prompt=name,
        prompt_sha256=prompt_sha256,
        schema_sha256=schema_sha256,
    )


@asynccontextmanager
async def _opened(
    system: SystemName, asked: str | Model, prompt: str, recordings: Recordings | None
) -> AsyncIterator[System]:
    if system is SystemName.POSTINGS:
        async with opened(Posting, model=asked, prompt=prompt, recordings=recordings) as extractor:
            yield ours(extractor)
        return
    if isinstance(asked, str):
        server = await anyio.to_thread.run_sync(running)
        asked = Model(server.name, server.base_url, server.api_key)
    yield plain(PlainSystem(asked))
