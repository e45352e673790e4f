"""The state of a dataset's recordings: which would replay now, which would not, and why.

Each case is read as `postings eval --replay` reads it; its recording is fresh if that plays all of
it. Names and dates do not matter, and no model is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.data.dataset import Dataset
from evals.scoring.run_setup import RunSetup
from extract.errors import CassetteError, CassetteMissError, InputError, ModelError
from extract.models.cassettes import Recordings
from extract.models.tape import FilePersister, JsonBodies

__all__ = ["Recorded", "Status", "recorded", "status"]

_HASHES = (
    ("prompt", "prompt_sha256"),
    ("schema", "schema_sha256"),
    ("document", "document_sha256"),
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The contents of a folder: the size of each case's file in bytes, the models and the dates."""

    sizes: Mapping[str, int]
    models: tuple[str, ...]
    dates: tuple[str, ...]

    @property
    def largest(self) -> str | None:
        """The case with the largest file."""
        return max(self.sizes, key=lambda name: self.sizes[name], default=None)


@dataclass(frozen=True, slots=True)
class Status:
    """The cases of a dataset by the state of their recording.

    `stale` maps each case to the reason. `unreadable` are documents without text: no model is asked
    about them, so they have no recording. `orphaned` are files that no case plays.
    """

    fresh: tuple[str, ...]
    stale: Mapping[str, str]
    missing: tuple[str, ...]
    orphaned: tuple[Path, ...]
    unreadable: tuple[str, ...]
    played: int
    recorded: Recorded

    @property
    def whole(self) -> bool:
        """Whether every case has a fresh recording and no file is orphaned."""
        return not (self.stale or self.missing or self.orphaned)


async def status(dataset: Dataset, setup: RunSetup) -> Status:
    """Replay every labelled case of a dataset, and return the state of its recording.

    Raises PromptError or InputError if no case can be read at all.
    """
    recordings = Recordings(setup.folder)
    plan = setup.planned(dataset, "all")
    about = recorded(recordings)
    fresh: list[str] = []
    stale: dict[str, str] = {}
    missing: list[str] = []
    unreadable: list[str] = []
    cases = dataset.selected()
    async with setup.opened(recordings) as system:
        for case in cases:
            try:
                document = case.document()
            except InputError:
                unreadable.append(case.id)
                continue
            now = {
                "model": plan.model,
                "prompt_sha256": plan.prompt_sha256,
                "schema_sha256": plan.schema_sha256,
                "document_sha256": document.sha256,
            }
            try:
                await system(document)
            except CassetteMissError:
                if case.id in about.sizes:
                    stale[case.id] = _why(recordings, case.id, now)
                else:
                    missing.append(case.id)
            except CassetteError as error:
                stale[case.id] = _short(str(error))
            except ModelError:
                fresh.append(case.id)
            else:
                fresh.append(case.id)
    readable = {case.id for case in cases} - set(unreadable)
    return Status(
        tuple(fresh),
        stale,
        tuple(missing),
        tuple(recordings.orphans(readable)),
        tuple(unreadable),
        len(recordings.played),
        about,
    )


def recorded(recordings: Recordings) -> Recorded:
    """Read what the files of a folder say; of one that cannot be read only the size counts."""
    models: set[str] = set()
    dates: set[str] = set()
    sizes: dict[str, int] = {}
    for name, path in recordings.files().items():
        sizes[name] = path.stat().st_size
        about = _about(path)
        models.update(_words(about, "model"))
        dates.update(_words(about, "recorded"))
    return Recorded(sizes, tuple(sorted(models)), tuple(sorted(dates)))


def _why(recordings: Recordings, case: str, now: Mapping[str, str]) -> str:
    """Say what has changed since a case was recorded; if nothing else has, it is the code."""
    was = _about(recordings.path(case))
    changed = [name for name, key in (("model", "model"), *_HASHES) if was.get(key) != now[key]]
    parts = ", ".join(recordings.missed.get(case, ()))
    return ", ".join(changed) or f"the code: it asks with another {parts}"


def _about(path: Path) -> Mapping[str, Any]:
    try:
        return dict(FilePersister.load_cassette(path, JsonBodies)[2])
    except CassetteError:
        return {}


def _words(about: Mapping[str, Any], name: str) -> Sequence[str]:
    return [about[name]] if isinstance(about.get(name), str) else []


def _short(message: str) -> str:
    return message.splitlines()[0]
