"""The `cassettes` command: show the state of recordings."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.data.recording_folders import Found, ReplayOptions, pairs
from evals.scoring.run_setup import CASSETTES
from extract.cli.model_options import ModelOptions
from extract.cli.panels import command_app, panels
from extract.cli.question_options import QuestionOptions
from extract.terminal import clean

__all__ = ["app", "main"]

FRESH, NOT_FRESH = 0, 1
_KILO = 1000

app = command_app("Look after recordings.")


def main(words: Sequence[str]) -> None:
    """Run the command on the arguments after `postings cassettes`."""
    app([*words], prog_name="postings cassettes")


@app.callback()
def _options() -> None:
    pass


@app.command(
    "status",
    epilog="Examples:\n\n"
    "postings cassettes status\n\n"
    "postings cassettes status my-postings.jsonl --model qwen3 "
    "--base-url http://localhost:11434/v1\n\n"
    "postings cassettes status --json\n\n"
    "Exit codes: 0 every case has a fresh recording; 1 one is stale, missing or orphaned; "
    "2 there is nothing to look at.",
)
@panels
def _status(
    datasets: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[DATASET]...",
            help="Which; if none is given, every dataset with a folder in cassettes/.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path, typer.Option("--cassettes", metavar="DIR", help="Where the folders are.")
    ] = CASSETTES,
    *,
    model: ModelOptions,
    question: QuestionOptions,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which recordings would replay now, and which not, and why. No model is asked.

    A recording is stale when its case would now ask something else: the prompt, the schema, the
    document, the model or the code has changed.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    wanted = ReplayOptions(model, question.prompt, question.schema, question.reading)
    found = [wanted.looked_at(*pair, folder) for pair in pairs(folder, datasets or [], wanted)]
    if as_json:
        print(json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=1))
    else:
        _show(found)
    whole = all(each.status is None or each.status.whole for each in found)
    raise typer.Exit(FRESH if whole else NOT_FRESH)


def _show(found: Sequence[Found]) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("recordings")
    for heading in ("fresh", "stale", "missing", "orphaned", "size", "largest"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in found:
        table.add_row(*(Text(clean(cell)) for cell in _cells(each)))
    Console().print(table)
    for each in found:
        for line in _lines(each):
            print(clean(line))


def _cells(found: Found) -> tuple[str, ...]:
    counts = (
        ("of tests", "", "", "")
        if found.status is None
        else tuple(
            str(len(part))
            for part in (
                found.status.fresh,
                found.status.stale,
                found.status.missing,
                found.status.orphaned,
            )
        )
    )
    about = found.recorded
    largest = about.sizes[about.largest] if about.largest else 0
    return (found.folder.name, *counts, _size(sum(about.sizes.values())), _size(largest))


def _lines(found: Found) -> Iterator[str]:
    dates = found.recorded.dates
    if dates:
        days = " to ".join(f"{day} ({_age(day)})" for day in dict.fromkeys((dates[0], dates[-1])))
        yield f"{found.folder}: of {', '.join(found.recorded.models)}, {days}"
    if found.status is None:
        yield f"{found.folder}: recordings of tests; pytest says whether they are fresh"
        return
    state = found.status
    reasons: dict[str, list[str]] = {}
    for name, why in state.stale.items():
        reasons.setdefault(why, []).append(name)
    yield from (f"stale: {', '.join(names)}: {why}" for why, names in reasons.items())
    if state.missing:
        yield f"missing: {', '.join(state.missing)}"
    if state.stale or state.missing:
        yield f"record them: {found.command}"
    yield from (f"orphaned: {path}: delete it or restore its case" for path in state.orphaned)
    yield from (
        f"not recorded: {name}: its document has no text to ask about" for name in state.unreadable
    )


def _as_json(found: Found) -> Mapping[str, Any]:
    about, state = found.recorded, found.status
    row: dict[str, Any] = {
        "folder": str(found.folder),
        "dataset": None if found.dataset is None else str(found.dataset),
        "recordings": len(about.sizes),
        "bytes": sum(about.sizes.values()),
        "largest": about.largest and {"case": about.largest, "bytes": about.sizes[about.largest]},
        "models": about.models,
        "oldest": next(iter(about.dates), None),
        "newest": next(reversed(about.dates), None),
    }
    if state is not None:
        row |= {
            "fresh": state.fresh,
            "stale": state.stale,
            "missing": state.missing,
            "orphaned": [str(path) for path in state.orphaned],
            "unreadable": state.unreadable,
            "interactions": state.played,
        }
    return row


def _age(day: str) -> str:
    """Say how many days ago a day was."""
    try:
        days = (dt.datetime.now(dt.UTC).date() - dt.date.fromisoformat(day)).days
    except ValueError:
        return "no date"
    return "today" if days <= 0 else f"{days} day{'s' * (days > 1)} ago"


def _size(count: int) -> str:
    return f"{count / _KILO:.1f} kB"
