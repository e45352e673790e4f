"""The run log: what one run was, did and scored. One versioned JSON document.

The runner writes it; comparisons and reports read it, and nothing else of a run.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.data.rubric import BUILT_IN, ScoredFields
from evals.scoring.compare_values import Counts
from extract.errors import InputError
from extract.values import Reading, Usage

__all__ = [
    "FORMAT",
    "VERSION",
    "CaseError",
    "CaseResult",
    "Checks",
    "Environment",
    "FieldScore",
    "Flips",
    "Rate",
    "RunLog",
    "RunPlan",
    "Scores",
    "Seconds",
    "Tokens",
    "read",
    "write",
]

FORMAT = "postings-run"
VERSION = 1

Interval = tuple[float, float] | None
"""The ends of a 95 % interval; None where there are too few postings for one."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RunPlan(_Part):
    """What was to be run. Two runs with the same plan are the same experiment.

    `reading` is how the model is asked, None for other systems and in logs from before there were
    two ways. `held_out` are cases that are left out because the prompt shows them as examples.
    """

    dataset: str
    dataset_sha256: str
    split: Literal["dev", "test", "all"]
    system: Literal["postings", "instructor", "langextract"]
    mode: Literal["live", "replay", "record", "all"]
    model: str
    prompt: str
    prompt_sha256: str
    schema_sha256: str
    reading: Reading | None = None
    fields: ScoredFields = BUILT_IN.fields
    held_out: tuple[str, ...] = ()


class Environment(_Part):
    """Where it was run: the revision of the code, and the versions that matter to an answer."""

    revision: str
    python: str
    packages: dict[str, str]


class CaseError(_Part):
    """Why a case gave no record."""

    type: str
    message: str


class Checks(_Part):
    """Of the values that a record has: those whose quote is in the text, and those that it says.

    `supported` counts values that are derived once more from their quotes.
    """

    filled: int = 0
    grounded: int = 0
    supported: int = 0


class CaseResult(_Part):
    """What came of one case. `is_posting` tells whether that question was answered rightly.

    `counts` and `is_posting` are against the labels; `checks` is None for a system that gives no
    evidence. Of a part of a page of several postings, `page` is the page's id and `roles` are the
    titles of all its postings.
    """

    id: str
    split: Literal["dev", "test"]
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
        """The id under which twins are one posting."""
        return self.twin_of or self.id


class Rate(_Part):
    """A share of counted things; `value` is None where there was nothing to count."""

    value: float | None
    interval: Interval = None
    count: int = 0
    of: int = 0


class FieldScore(_Part):
    """The scores of one field. What is None has no meaning: nothing labelled, or nothing given."""

    precision: float | None
    recall: float | None
    f1: float | None
    interval: Interval
    correct: int
    wrong: int
    omitted: int
    invented: int
    correct_nulls: int


class Mean(_Part):
    """A figure over all fields."""

    value: float | None
    interval: Interval = None


class Flips(_Part):
    """Twins whose record differs from that of the original, and in which fields."""

    value: float | None
    pairs: int = 0
    flipped: int = 0
    fields: dict[str, list[str]] = Field(default={}, description="by the id of the twin")


class Roles(_Part):
    """The postings of pages of several: those found by their titles, and the rows that are none."""

    found: Rate
    extra: Rate


class Seconds(_Part):
    """Seconds for a case."""

    median: float | None
    mean: float | None
    total: float


class Tokens(_Part):
    """Tokens of all cases, and the median of the tokens written for one."""

    prompt: int
    cached: int
    completion: int
    calls: int
    median_completion: float | None


class Scores(_Part):
    """All scores of a run. Intervals are 95 % bootstrap intervals, resampled by posting."""

    fields: dict[str, FieldScore]
    macro_f1: Mean
    micro_f1: Mean
    invention: Rate
    is_posting: Rate
    grounded: Rate | None
    supported: Rate | None
    flips: Flips | None
    roles: Roles | None = None
    failed: int
    seconds: Seconds
    tokens: Tokens


class RunLog(_Part):
    """One run. Its `status` is "cut" where it was ended before its last case."""

    format: Literal["postings-run"] = "postings-run"
    version: Literal[1] = 1
    plan: RunPlan
    environment: Environment
    started: str
    seconds: float
    status: Literal["complete", "cut"]
    cases: list[CaseResult]
    scores: Scores


def read(path: str | Path) -> RunLog:
    """Read a run log.

    Raises InputError for a file that is missing, of another format or version, or damaged.
    """
    try:
        told = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not a run log: not JSON: {error}") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise InputError(f'{path}: is not a run log: its "format" is not {FORMAT!r}')
    if told.get("version") != VERSION:
        raise InputError(
            f"{path}: is a run log of version {told.get('version')!r}, and this program reads "
            f"version {VERSION}: run the evaluation again"
        )
    try:
        return RunLog.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: is a damaged run log: {place}: {first['msg']}") from error


def write(log: RunLog, path: str | Path) -> None:
    """Write a run log, wholly or not at all. Raises InputError where that cannot be done."""
    target = Path(path)
    text = json.dumps(log.model_dump(mode="json"), ensure_ascii=False, indent=1, allow_nan=False)
    # A lone surrogate of a broken page has no UTF-8 form.
    data = (text + "\n").encode("utf-8", "backslashreplace")
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                os.fchmod(stream.fileno(), 0o644)
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error
