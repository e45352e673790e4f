"""Small run logs for the tests of what reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evals.scoring.compare_values import Counts
from evals.scoring.runlog import CaseError, CaseResult, Environment, RunLog, RunPlan
from evals.scoring.scores import scored

RIGHT = Counts(correct=1)
WRONG = Counts(wrong=1)
OMITTED = Counts(omitted=1)
INVENTED = Counts(invented=1)
NULL = Counts(correct_null=1)


def case(id: str, counts: Mapping[str, Counts], **more: Any) -> CaseResult:  # noqa: A002 - as in the log
    """Make the result of one case."""
    return CaseResult.model_validate(
        {"id": id, "split": "dev", "status": "ok", "counts": counts, "is_posting": True, **more}
    )


def failed(id: str, counts: Mapping[str, Counts]) -> CaseResult:  # noqa: A002 - as in the log
    """Make the result of a case that gave no record."""
    problem = CaseError(type="TruncationError", message="ran into the token limit")
    return case(id, counts, status="failed", error=problem, is_posting=False)


def log(cases: Iterable[CaseResult], **plan: Any) -> RunLog:
    """Make a run log of some cases."""
    told = {
        "dataset": "bakeries",
        "dataset_sha256": "d" * 64,
        "split": "dev",
        "system": "postings",
        "mode": "replay",
        "model": "simple",
        "prompt": "v1",
        "prompt_sha256": "p" * 64,
        "schema_sha256": "s" * 64,
    }
    listed = list(cases)
    return RunLog(
        plan=RunPlan.model_validate({**told, **plan}),
        environment=Environment(revision="abc1234", python="3.11.7", packages={}),
        started="2026-03-01T09:00:00+00:00",
        seconds=12.5,
        status="complete",
        cases=listed,
        scores=scored(listed),
    )


def of(field: str, outcomes: Iterable[Counts], **plan: Any) -> RunLog:
    """Make a run log in which one field has an outcome in each case."""
    return log((case(f"c{i}", {field: counts}) for i, counts in enumerate(outcomes)), **plan)
