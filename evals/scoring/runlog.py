"""The run log: the plan, results and scores of one run, as one versioned JSON document.

The runner writes it; comparisons and reports read nothing else of a run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.data.dataset import Part, Split
from evals.data.rubric import BUILT_IN, ScoredFields
from evals.scoring.compare_values import Counts
from evals.scoring.score_models import Scores
from extract.errors import InputError
from extract.runs.traffic import Price
from extract.values import Reading, Usage
from extract.whole_file import write_text

__all__ = [
    "FORMAT",
    "VERSION",
    "CaseError",
    "CaseResult",
    "Checks",
    "Environment",
    "Mode",
    "RunLog",
    "RunPlan",
    "SystemName",
    "read",
    "write",
]

FORMAT = "postings-run"
VERSION = 1

Mode = Literal["live", "replay", "record", "all"]
SystemName = Literal["postings", "instructor", "langextract"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RunPlan(_Part):
    """What to run. Two runs with the same plan are the same experiment.

    Every case is read `repeats` times. `reading` is how the model is asked; None for other systems
    and in early logs. `held_out` are the cases left out because the prompt shows them as examples.
    """

    dataset: str
    dataset_sha256: str
    split: Part
    system: SystemName
    mode: Mode
    model: str
    prompt: str
    prompt_sha256: str
    schema_sha256: str
    reading: Reading | None = None
    fields: ScoredFields = BUILT_IN.fields
    held_out: tuple[str, ...] = ()
    repeats: int = 1


class Environment(_Part):
    """The environment of a run: the revision of the code, and the versions of packages."""

    revision: str
    python: str
    packages: dict[str, str]


class CaseError(_Part):
    """Why a case gave no record."""

    type: str
    message: str


class Checks(_Part):
    """Counts of a record's values: all, those with quotes in the text, those that quotes state."""

    filled: int = 0
    grounded: int = 0
    supported: int = 0


class CaseResult(_Part):
    """The result of one case, in the run `repeat` of those that the plan repeats, from 1.

    `is_posting` says whether that answer was right. `counts` and `is_posting` compare with the
    labels; `checks` is None for a system without evidence. For a part of a page of several
    postings, `page` is the page's id and `roles` are the titles of all its postings.
    """

    id: str
    repeat: int = 1
    split: Split
    twin_of: str | None = None
    page: str | None = None
    roles: tuple[str, ...] = ()
    status: Literal["ok", "failed"]
    error: CaseError | None = None
    record: dict[str, Any] | None = None
    counts: dict[str, Counts] = {}
    is_posting: bool | None = None
    checks: Checks | None = None
    usage: Usage = Usage()
    seconds: float = 0.0

    @property
    def origin(self) -> str:
        """The id that twins share."""
        return self.twin_of or self.id


class RunLog(_Part):
    """One run. Its `status` is "cut" if it was interrupted before its last case.

    `name` is what the run is called in comparisons, if it has a name of its own; `price` is the
    model's, if it was known.
    """

    format: Literal["postings-run"] = "postings-run"
    version: Literal[1] = 1
    name: str = ""
    plan: RunPlan
    environment: Environment
    started: str
    seconds: float
    status: Literal["complete", "cut"]
    price: Price | None = None
    cases: list[CaseResult]
    scores: Scores


def read(path: str | Path) -> RunLog:
    """Read a run log. Raises InputError if it is missing, damaged, or of another version."""
    try:
        log = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not a run log: it is not JSON: {error}") from error
    if not isinstance(log, dict) or log.get("format") != FORMAT:
        raise InputError(f'{path}: not a run log: its "format" is not {FORMAT!r}')
    if log.get("version") != VERSION:
        raise InputError(
            f"{path}: a run log of version {log.get('version')!r}, but this program reads version "
            f"{VERSION}; run the evaluation again"
        )
    try:
        return RunLog.model_validate(log)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: damaged run log: {place}: {first['msg']}") from error


def write(log: RunLog, path: str | Path) -> None:
    """Write a run log, whole or not at all. Raises InputError if it cannot be written."""
    text = json.dumps(log.model_dump(mode="json"), ensure_ascii=False, indent=1, allow_nan=False)
    write_text(Path(path), text + "\n")
