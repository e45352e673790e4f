"""The `cassettes` command: what state recordings are in."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import anyio
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.asking import CASSETTES, SUFFIXES, Asking, asked, folder_of, way_of, with_way
from evals.dataset import load
from evals.options import (
    ApiKey,
    BaseUrl,
    ModelName,
    PromptName,
    ReadingName,
    SchemaName,
    again,
)
from evals.rubric import rubric_of
from evals.status import Recorded, Status, recorded, status
from evals.systems import SystemName
from extract.api import LOCAL
from extract.cassettes import Recordings
from extract.errors import InputError
from extract.schema_source import schema_named
from extract.terminal import clean
from extract.values import Reading

__all__ = ["app", "main"]

FRESH, NOT_FRESH = 0, 1
_KILO = 1000
_PLACES = ("evals/datasets", "datasets", ".")
_OF_TESTS = re.compile(r"^test_|_test$")
"""How pytest knows a module of tests, after which its folder is named."""

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Look after recordings.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A folder of recordings; `status` is None where it is of a test module, not of a dataset."""

    folder: Path
    dataset: Path | None
    recorded: Recorded
    status: Status | None
    command: str


def main(words: Sequence[str]) -> None:
    """Run the command on the words after `postings cassettes`."""
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
    model: ModelName = LOCAL,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
    prompt: PromptName = None,
    schema: SchemaName = None,
    reading: ReadingName = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which recordings would replay now, and which not, and why. No model is asked.

    A recording is stale when its case would now ask something else: the prompt, the schema, the
    document, the model or the code has changed.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    chosen = _Chosen(model, base_url, api_key, prompt, schema, reading.value if reading else None)
    found = [chosen.looked_at(*pair, folder) for pair in _pairs(folder, datasets or [], chosen)]
    if as_json:
        print(json.dumps([_told(each) for each in found], ensure_ascii=False, indent=1))
    else:
        _show(found)
    whole = all(each.status is None or each.status.whole for each in found)
    raise typer.Exit(FRESH if whole else NOT_FRESH)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The options that say what would be asked."""

    model: str
    base_url: str | None
    api_key: str | None
    prompt: str | None
    schema: str | None
    reading: Reading | None

    def looked_at(self, home: Path, dataset: Path | None, folder: Path) -> _Found:
        """Replay the recordings of a dataset; those of tests are only counted."""
        about = recorded(Recordings(home))
        if dataset is None:
            return _Found(home, None, about, None, "")
        system, way = _made_by(home, dataset)
        model = self.model
        if model == LOCAL and home.name != dataset.stem and len(about.models) == 1:
            model = about.models[0]  # only the embedded one is meant without a name
        rubric = rubric_of(schema_named(self.schema))
        asking = Asking(
            with_way(
                asked(model, self.base_url, self.api_key, mode="replay"),
                way or way_of(model, None),
            ),
            home,
            "replay",
            self.prompt if system == "postings" else None,
            system,
            (),
            rubric.schema.model,
            way,
        )
        looked = anyio.run(status, load(dataset, rubric), asking)
        named = None if model == LOCAL else model
        usual = folder_of(dataset, asking.reading, system, folder)
        words = again(
            dataset,
            system=None if system == "postings" else system,
            schema=self.schema,
            cassettes=None if home == usual and folder == CASSETTES else home,
            model=named,
            base_url=self.base_url if named else None,
            reading=way if named else None,
            prompt=self.prompt,
        )
        command = shlex.join((*words, "--record"))
        return _Found(home, dataset, looked.recorded, looked, command)


def _made_by(home: Path, dataset: Path) -> tuple[SystemName, Reading | None]:
    """Return the system that a folder is of, and how the model was asked where the name says it."""
    return SUFFIXES.get(home.name.removeprefix(dataset.stem), ("postings", "closed"))


def _pairs(
    folder: Path, datasets: Sequence[Path], chosen: _Chosen
) -> Iterator[tuple[Path, Path | None]]:
    """Yield folders of recordings with their datasets; None for those of a test module.

    Raises InputError where there is no recording, and for a folder that belongs to nothing.
    """
    if datasets:
        way = way_of(chosen.model, chosen.reading)
        yield from ((folder_of(dataset, way, home=folder), dataset) for dataset in datasets)
        return
    homes = sorted(path for path in folder.glob("*") if path.is_dir()) if folder.is_dir() else []
    if not homes:
        raise InputError(f"{folder}: no recordings there: postings eval DATASET --record")
    for home in homes:
        names = [home.name, *(home.name.removesuffix(end) for end in SUFFIXES)]
        listed = (
            Path(place) / f"{name}{end}"
            for name in dict.fromkeys(names)
            for place in _PLACES
            for end in ("", ".jsonl")
        )
        dataset = next((path for path in listed if _is_dataset(path)), None)
        if dataset is None and not _OF_TESTS.search(home.name):
            raise InputError(
                f"{home}: no dataset {home.name} in {', '.join(_PLACES)}; name it: "
                "postings cassettes status DATASET"
            )
        yield home, dataset


def _is_dataset(path: Path) -> bool:
    return path.is_file() if path.suffix == ".jsonl" else (path / "labels").is_dir()


def _show(found: Sequence[_Found]) -> None:
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


def _cells(found: _Found) -> tuple[str, ...]:
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


def _lines(found: _Found) -> Iterator[str]:
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


def _told(found: _Found) -> Mapping[str, Any]:
    about, state = found.recorded, found.status
    told: dict[str, Any] = {
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
        told |= {
            "fresh": state.fresh,
            "stale": state.stale,
            "missing": state.missing,
            "orphaned": [str(path) for path in state.orphaned],
            "unreadable": state.unreadable,
            "interactions": state.played,
        }
    return told


def _age(day: str) -> str:
    """Say how many days ago a day was."""
    try:
        days = (dt.datetime.now(dt.UTC).date() - dt.date.fromisoformat(day)).days
    except ValueError:
        return "no date"
    return "today" if days <= 0 else f"{days} day{'s' * (days > 1)} ago"


def _size(count: int) -> str:
    return f"{count / _KILO:.1f} kB"
