"""Match folders of recordings with datasets, and look at the state of each."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio

from evals.commands.options import again, asked
from evals.data.dataset import load
from evals.data.rubric import rubric_of
from evals.scoring.recording_status import Recorded, Status, recorded, status
from evals.scoring.run_setup import (
    CASSETTES,
    SUFFIXES,
    RunSetup,
    folder_of,
    reading_of,
    with_way,
)
from evals.scoring.runlog import SystemName
from extract.asking.schema_source import schema_named
from extract.cli.model_options import ModelOptions
from extract.errors import InputError
from extract.models.cassettes import Recordings
from extract.models.client import Model
from extract.runs.opening import LOCAL
from extract.values import Reading

__all__ = ["Found", "ReplayOptions", "pairs"]

_PLACES = ("evals/datasets", "datasets", ".")
_OF_TESTS = re.compile(r"^test_|_test$")
"""Names of test modules, after which pytest's folders of recordings are named."""


@dataclass(frozen=True, slots=True)
class Found:
    """A folder of recordings; `dataset` and `status` are None for those of a test module."""

    folder: Path
    dataset: Path | None
    recorded: Recorded
    status: Status | None
    command: str


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """The options of a replay."""

    chosen: ModelOptions
    prompt: str | None
    schema: str | None
    reading: Reading | None

    def looked_at(self, home: Path, dataset: Path | None, folder: Path) -> Found:
        """Replay the recordings of a dataset; those of a test module are only counted."""
        about = recorded(Recordings(home))
        if dataset is None:
            return Found(home, None, about, None, "")
        system, way = _made_by(home, dataset)
        named = self.chosen.name != LOCAL
        # The folder that has the dataset's name alone is the embedded model's, unless one is named.
        recordings = Recordings(home) if named or home.name != dataset.stem else None
        model = asked(self.chosen, "replay", recordings)
        rubric = rubric_of(schema_named(self.schema))
        setup = RunSetup(
            with_way(model, way or ("closed" if isinstance(model, str) else "open")),
            home,
            "replay",
            self.prompt if system == "postings" else None,
            system,
            (),
            rubric.schema.model,
            way,
        )
        looked = anyio.run(status, load(dataset, rubric), setup)
        given = self.chosen.given()
        if not named and isinstance(model, Model):
            given = {"model": model.name}
        usual = folder_of(dataset, setup.reading, system, folder)
        words = again(
            dataset,
            system=None if system == "postings" else system,
            schema=self.schema,
            cassettes=None if home == usual and folder == CASSETTES else home,
            **given,
            reading=way if given else None,
            prompt=self.prompt,
        )
        command = shlex.join((*words, "--record"))
        return Found(home, dataset, looked.recorded, looked, command)


def _made_by(home: Path, dataset: Path) -> tuple[SystemName, Reading | None]:
    """Return the system and the way of reading that the name of a folder stands for."""
    return SUFFIXES.get(home.name.removeprefix(dataset.stem), ("postings", "closed"))


def pairs(
    folder: Path, datasets: Sequence[Path], wanted: ReplayOptions
) -> Iterator[tuple[Path, Path | None]]:
    """Yield folders of recordings with their datasets; None for those of a test module.

    Raises InputError if there are no recordings, and for a folder that belongs to no dataset.
    """
    if datasets:
        way = reading_of(wanted.chosen.name, wanted.reading)
        yield from ((folder_of(dataset, way, home=folder), dataset) for dataset in datasets)
        return
    homes = sorted(path for path in folder.glob("*") if path.is_dir()) if folder.is_dir() else []
    if not homes:
        raise InputError(f"{folder}: no recordings; make them with postings eval DATASET --record")
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
                f"{home}: no dataset {home.name} in {', '.join(_PLACES)}; name its path with "
                "postings cassettes status DATASET"
            )
        yield home, dataset


def _is_dataset(path: Path) -> bool:
    return path.is_file() if path.suffix == ".jsonl" else (path / "labels").is_dir()
