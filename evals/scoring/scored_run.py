"""Run a dataset, print its scores, write the run log, and check a gate and a baseline."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
from rich.console import Console

from evals.commands.compare_command import Outputs, judge
from evals.data.dataset import Case, Dataset, Part
from evals.report.score_table import rendered
from evals.scoring import runlog
from evals.scoring import score_gate as gates
from evals.scoring.row_scoring import RowScoring
from evals.scoring.run_setup import RunSetup
from evals.scoring.runlog import CaseResult, RunLog
from evals.scoring.runner import Run
from extract.errors import CassetteMissError, InputError, abridged
from extract.models.cassettes import Recordings
from extract.terminal import clean, progress_on
from extract.whole_file import check_place

__all__ = ["CUT", "EvalJob", "carried_out", "has_fault", "partial", "score"]

FINE, SOME_FAILED, CUT = 0, 1, 130
_NAMED = 10


@dataclass(frozen=True, slots=True)
class EvalJob:
    """What to run, where to write the log, and what to check.

    `held_out` are the cases left out because the prompt shows them as examples. Each case is read
    `repeats` times. `name` is what the run is called beside others.
    """

    dataset: Dataset
    cases: Sequence[Case]
    split: Part
    output: Path | None = None
    baseline: Path | None = None
    held: Outputs = Outputs()  # noqa: RUF009 - frozen
    held_out: tuple[str, ...] = ()
    repeats: int = 1
    name: str = ""


def score(job: EvalJob, setup: RunSetup | RowScoring, concurrency: int = 1) -> int:
    """Run the cases of a job and return the exit status.

    A gate, a baseline or an output that cannot be used is an error before any model is asked.
    Raises a PostingsError if nothing can be run.
    """
    baseline = _usable(job)
    log = carried_out(job, setup, concurrency)
    Console().print(rendered(log))
    if log.status == "cut":
        return CUT
    if kept := partial(job, setup):
        kept.unlink(missing_ok=True)
    judged = FINE
    if baseline is not None or job.held != Outputs():
        judged = judge(log, baseline, job.held, job.dataset)
    return max(judged, SOME_FAILED if has_fault(log) else FINE)


def carried_out(job: EvalJob, setup: RunSetup | RowScoring, concurrency: int = 1) -> RunLog:
    """Read the cases of a job, write the run log, say what could not be replayed; return the log.

    The log is "cut" if the run was interrupted. What is kept of a run that was cut stays: see
    `partial`. Raises a PostingsError if nothing can be run.
    """
    recordings = setup.recordings()
    plan = setup.planned(job.dataset, job.split).model_copy(
        update={"held_out": job.held_out, "repeats": job.repeats}
    )
    run = Run(plan, job.cases, partial(job, setup), name=job.name)
    if recordings is not None:
        # A result whose recording has been deleted since cannot be replayed.
        kept = recordings.files()
        run.results = {key: each for key, each in run.results.items() if key[0] in kept}
    progress = progress_on(sys.stderr)
    if run.results:
        what = "cases" if job.repeats == 1 else "readings"
        progress.say(
            f"{len(run.results)} of {len(run.results) + run.left} {what} are done already, in "
            f"{run.partial}"
        )

    async def work() -> None:
        async with setup.opened(recordings) as reads:
            progress.start("reading", run.left)
            await run.all(reads, progress, concurrency)

    cut = False
    try:
        if run.left:
            anyio.run(work)
    except KeyboardInterrupt:
        cut = True
    finally:
        progress.close()
    log = run.log("cut" if cut else "complete").model_copy(update={"price": setup.price})
    if job.output is not None:
        runlog.write(log, job.output)
    _say_misses(log.cases)
    if recordings is not None:
        _say_orphans(recordings, job.dataset)
    return log


def _usable(job: EvalJob) -> RunLog | None:
    """Return the baseline, after checking everything that the run will need."""
    held = job.held
    for path in (job.output, held.html, held.markdown):
        check_place(path)
    if held.gate is not None:
        gates.load(held.gate, job.dataset.rubric.fields)
    if job.baseline is None:
        if held.markdown is not None:
            raise InputError("--markdown writes a comparison and needs --baseline")
        return None
    baseline = runlog.read(job.baseline)
    for name, now in (
        ("dataset", job.dataset.name),
        ("dataset_sha256", job.dataset.sha256),
        ("split", job.split),
    ):
        if (was := getattr(baseline.plan, name)) != now:
            raise InputError(
                f"{job.baseline}: the baseline is over different postings: its {name} is {was!r}, "
                f"and this run's is {now!r}; make a new baseline"
            )
    ran = {case.id for case in baseline.cases if case.page is None}
    asked = {case.id for case in job.cases if case.page is None}
    for lacking, which in ((asked - ran, f"{job.baseline} lacks"), (ran - asked, "this run lacks")):
        if lacking:
            raise InputError(f"{which} case {min(lacking)!r}; both runs must have the same cases")
    return baseline


def has_fault(log: RunLog) -> bool:
    """Tell whether a case failed that could have been read, unlike a page without text."""
    return any(
        case.error is not None and case.error.type != InputError.__name__ for case in log.cases
    )


def partial(job: EvalJob, setup: RunSetup | RowScoring) -> Path | None:
    """Return the file that keeps the results of a job until it is complete, if it has one."""
    # A replay is quick, and must not resume from answers that have been recorded again since.
    if job.output is None or setup.mode == "replay":
        return None
    return job.output.with_name(f"{job.output.name}.partial")


def _say_misses(cases: Sequence[CaseResult]) -> None:
    """Print one miss in full; a changed prompt would show the same lines for every case."""
    missed = [
        (case.id, case.error.message)
        for case in cases
        if case.error is not None and case.error.type == CassetteMissError.__name__
    ]
    for line in missed[0][1].splitlines() if missed else ():
        indent = line[: len(line) - len(line.lstrip())]
        print(f"{indent}{clean(line)}", file=sys.stderr)
    if missed[1:]:
        print(
            f"No recording answers {_listed([name for name, _ in missed[1:]])} either.",
            file=sys.stderr,
        )


def _say_orphans(recordings: Recordings, dataset: Dataset) -> None:
    left = recordings.orphans(case.id for case in dataset.cases if case.gold or case.roles)
    if left:
        print(
            f"No case plays {_listed([str(path) for path in left])}: delete it or restore its "
            "case.",
            file=sys.stderr,
        )


def _listed(names: Sequence[str]) -> str:
    return abridged([clean(name) for name in names[:_NAMED]], len(names))
