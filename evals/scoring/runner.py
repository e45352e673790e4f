"""Run the cases of a dataset through a system: each case an outcome, whatever happens to it.

Results are kept as they come in a file beside the run log, one JSON line each, after a line that
says what the run is. A run that was cut goes on from there where that line is the same: the same
plan, and the same revision of the code. A case that had failed is tried again. If a plan repeats
its cases, all are read once before any is read again.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TextIO

from pydantic import ValidationError

from evals.data.dataset import Case
from evals.scoring.compare_values import outcome
from evals.scoring.grounding import checked
from evals.scoring.overlap import overlaps
from evals.scoring.revision import environment, now
from evals.scoring.runlog import CaseError, CaseResult, RunLog, RunPlan
from evals.scoring.scores import scored
from evals.scoring.systems import System
from extract.errors import InputError, ModelError, PostingsError
from extract.runs.hopeless import is_lasting
from extract.runs.loop import Loop
from extract.terminal import Progress
from extract.values import Document, Usage

__all__ = ["Run", "judged"]


@dataclass
class Run:
    """One run: its plan, its cases, and the results so far, by id and repeat.

    `name` is what the run is called, if it has a name of its own. `partial` is where results are
    kept until the run is complete; None keeps them nowhere.
    """

    plan: RunPlan
    cases: Sequence[Case]
    partial: Path | None = None
    results: dict[tuple[str, int], CaseResult] = field(default_factory=dict)
    name: str = ""
    answered: bool = False

    def __post_init__(self) -> None:
        self._environment = environment()
        self._started = now()
        self._clock = time.monotonic()
        if self.partial is not None:
            wanted = {_key(case, repeat) for repeat, case in self._turns()}
            kept = {(r.id, r.repeat): r for r in _kept(self.partial, self._head())}
            self.results = {k: r for k, r in kept.items() if k in wanted and r.status == "ok"}

    async def all(
        self, system: System, progress: Progress | None = None, concurrency: int = 1
    ) -> None:
        """Read every case that has no result yet, `concurrency` at once.

        Raises a PostingsError for a fault that every case would meet: a refused key, an unknown
        model, a server that is down from the start, a disk that is full. Any other fault is the
        case's own.
        """
        with self._keeping() as stream:

            async def read(turn: tuple[int, Case]) -> CaseResult:
                repeat, case = turn
                shown = case.id if self.plan.repeats == 1 else f"{case.id} (run {repeat})"
                if progress is not None:
                    progress.reading(shown)
                result = (await self._result(case, system)).model_copy(update={"repeat": repeat})
                self.results[_key(case, repeat)] = result
                _keep(stream, result.model_dump(mode="json"))
                if progress is not None:
                    progress.done(shown, _outcome(result, self.plan.fields.of_values))
                return result

            loop = Loop(read, concurrency, ordered=False)
            unread = [turn for turn in self._turns() if _key(turn[1], turn[0]) not in self.results]
            async with aclosing(loop.rows(unread)) as results:
                async for _ in results:
                    pass

    @property
    def left(self) -> int:
        """How many answers are still missing."""
        return len(self.cases) * self.plan.repeats - len(self.results)

    def log(self, status: Literal["complete", "cut"]) -> RunLog:
        """Return the run log of the results so far: each repeat in the order of the cases."""
        keys = [_key(case, repeat) for repeat, case in self._turns()]
        cases = [self.results[key] for key in keys if key in self.results]
        return RunLog(
            name=self.name,
            plan=self.plan,
            environment=self._environment,
            started=self._started,
            seconds=round(time.monotonic() - self._clock, 3),
            status=status,
            cases=cases,
            scores=scored(cases, self.plan.fields),
        )

    def _turns(self) -> list[tuple[int, Case]]:
        repeats = range(1, self.plan.repeats + 1)
        return [(repeat, case) for repeat in repeats for case in self.cases]

    async def _result(self, case: Case, system: System) -> CaseResult:
        started = time.monotonic()
        try:
            document = await asyncio.to_thread(case.document)
            record = await system(document)
            result = judged(case, document, record)
        except Exception as error:  # noqa: BLE001 - a fault of ours costs one case, not the run
            if isinstance(error, PostingsError):
                self._stop_if_hopeless(error)
            usage = error.usage if isinstance(error, ModelError) else Usage()
            problem = CaseError(type=type(error).__name__, message=str(error))
            return _failed(case, problem, usage, time.monotonic() - started)
        self.answered = True
        return result

    def _stop_if_hopeless(self, error: PostingsError) -> None:
        if is_lasting(type(error).__name__, answered=self.answered):
            raise error
        self.answered = self.answered or isinstance(error, ModelError)

    def _head(self) -> dict[str, Any]:
        # Without the number of repeats: a run can be prolonged.
        plan = self.plan.model_dump(mode="json", exclude={"repeats"})
        return {"plan": plan, "revision": self._environment.revision}

    @contextmanager
    def _keeping(self) -> Iterator[TextIO | None]:
        if self.partial is None:
            yield None
            return
        # Written anew: the last line of a run that was cut may be half a line.
        try:
            stream = self.partial.open("w", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            reason = error.strerror or error
            raise InputError(f"{self.partial} cannot be written: {reason}") from error
        with stream:
            _keep(stream, self._head())
            for result in self.results.values():
                _keep(stream, result.model_dump(mode="json"))
            yield stream


def judged(case: Case, document: Document, record: Mapping[str, Any]) -> CaseResult:
    """Compare the record of a case with its labels and with its document.

    What is kept of a page that is called no posting is for a look, and is not claimed.
    """
    provenance = record["provenance"]
    claimed = record["posting"] if record["is_posting"] else {}
    right = case.gold.get("is_posting")
    return CaseResult(
        id=case.id,
        split=case.split,
        twin_of=case.twin_of,
        page=case.page,
        roles=case.roles,
        status="ok",
        record=dict(record),
        counts=outcome(case.gold, claimed, case.rubric)
        | overlaps(case.gold, document, {**record, "posting": claimed}, case.rubric),
        is_posting=None if right is None else record["is_posting"] in right,
        checks=checked(document, record, case.rubric.schema) if "evidence" in record else None,
        usage=Usage(**provenance["usage"]),
        seconds=provenance["seconds"],
    )


def _failed(case: Case, problem: CaseError, usage: Usage, seconds: float) -> CaseResult:
    return CaseResult(
        id=case.id,
        split=case.split,
        twin_of=case.twin_of,
        page=case.page,
        roles=case.roles,
        status="failed",
        error=problem,
        counts=outcome(case.gold, None, case.rubric) | overlaps(case.gold, None, None, case.rubric),
        is_posting=False if "is_posting" in case.gold else None,
        usage=usage,
        seconds=round(seconds, 3),
    )


def _outcome(result: CaseResult, names: Sequence[str]) -> str:
    if result.error is not None:
        first = next(iter(result.error.message.splitlines()), "")
        return f"failed, {result.error.type}: {first}"
    counts = [result.counts[name] for name in names if name in result.counts]
    correct, errors = (sum(getattr(each, n) for each in counts) for n in ("correct", "errors"))
    return f"{correct} right, {errors} errors, {result.seconds:.1f} s"


def _key(case: Case, repeat: int) -> tuple[str, int]:
    return case.id, repeat


def _keep(stream: TextIO | None, row: Mapping[str, Any]) -> None:
    if stream is None:
        return
    try:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        stream.flush()
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"{stream.name} cannot be written: {reason}") from error


def _kept(path: Path, head: Mapping[str, Any]) -> Iterator[CaseResult]:
    """Yield the results of an earlier run that is the same, up to a line that was cut."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        if json.loads(lines[0]) != head:
            return
        for line in lines[1:]:
            yield CaseResult.model_validate_json(line)
    except (OSError, ValueError, ValidationError):
        return
