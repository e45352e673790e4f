"""Run logs: what is written is read again, and what is no run log is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.scoring import runlog
from evals.scoring.compare_values import Counts
from evals.scoring.revision import environment, now
from evals.scoring.runlog import CaseError, CaseResult, RunLog, RunPlan
from evals.scoring.scores import scored
from extract.errors import InputError
from extract.values import Usage


@pytest.fixture
def log() -> RunLog:
    """Return a log of one case that was read and one that failed."""
    cases = [
        CaseResult(
            id="a",
            split="dev",
            status="ok",
            record={"is_posting": True, "posting": {"title": "Farrier \ud800 ✓"}},
            counts={"title": Counts(correct=1)},
            is_posting=True,
            usage=Usage(100, 20, 0, 1),
            seconds=1.5,
        ),
        CaseResult(
            id="b",
            split="test",
            status="failed",
            error=CaseError(type="TransportError", message="no answer"),
            counts={"title": Counts(omitted=1)},
            is_posting=False,
        ),
    ]
    plan = RunPlan(
        dataset="shoes",
        dataset_sha256="0" * 64,
        split="all",
        system="postings",
        mode="live",
        model="any",
        prompt="reading-1",
        prompt_sha256="1" * 64,
        schema_sha256="2" * 64,
    )
    return RunLog(
        plan=plan,
        environment=environment(),
        started=now(),
        seconds=2.0,
        status="complete",
        cases=cases,
        scores=scored(cases),
    )


def test_what_is_written_is_read(log: RunLog, tmp_path: Path) -> None:
    """The file holds the whole run; it is JSON of the version that it names."""
    runlog.write(log, tmp_path / "run.json")
    told = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert ("postings-run", 1) == (told["format"], told["version"])
    assert {"correct": 1, "wrong": 0} == {
        key: told["cases"][0]["counts"]["title"][key] for key in ("correct", "wrong")
    }
    read = runlog.read(tmp_path / "run.json")
    assert log.scores == read.scores
    assert log.cases[1] == read.cases[1]


def test_a_log_is_written_wholly_or_not(log: RunLog, tmp_path: Path) -> None:
    """A new log takes the place of the old, and nothing else is left beside it."""
    target = tmp_path / "run.json"
    target.write_text("old")
    runlog.write(log, target)
    assert "complete" == runlog.read(target).status
    assert [target] == list(tmp_path.iterdir())
    with pytest.raises(InputError, match="cannot be written"):
        runlog.write(log, tmp_path / "gone" / "run.json")


def test_the_environment_names_what_takes_part() -> None:
    """The versions of the packages and of Python are there."""
    told = environment()
    assert {"postings", "pydantic", "scipy"} <= told.packages.keys()
    assert told.revision


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "of version 2, and this program reads version 1"),
        ({"format": "other"}, "its \"format\" is not 'postings-run'"),
        ({"status": "half"}, "damaged run log: status"),
        ({"colour": "red"}, "damaged run log: colour"),
    ],
)
def test_another_format_is_refused(
    log: RunLog, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    """The message names the file, and what is wrong with it."""
    file = tmp_path / "run.json"
    runlog.write(log, file)
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **change}))
    with pytest.raises(InputError, match=message) as caught:
        runlog.read(file)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("content", ["", "[1]", "{broken", "[" * 100_000])
def test_a_file_that_is_no_log_is_refused(tmp_path: Path, content: str) -> None:
    """What is not JSON, or not an object, is no run log."""
    file = tmp_path / "run.json"
    file.write_text(content)
    with pytest.raises(InputError, match="is not a run log"):
        runlog.read(file)
    with pytest.raises(InputError, match="cannot be read"):
        runlog.read(tmp_path / "gone.json")
