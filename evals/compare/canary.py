"""Run `postings eval DATASET --live --sample N`: ask again, print what changed."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import replace

import anyio
from rich.console import Console

from evals.compare import drift
from evals.data.dataset import Case, Dataset
from evals.scoring.run_setup import RunSetup
from evals.scoring.runner import Run
from extract.errors import InputError
from extract.terminal import clean, progress_on

__all__ = ["watch"]

SAME, CHANGED, CUT = 0, 1, 130


def watch(
    dataset: Dataset, cases: Sequence[Case], setup: RunSetup, count: int, concurrency: int = 1
) -> int:
    """Ask again for `count` of the recorded cases, print what changed, and return the exit status.

    The status is 1 if an answer changed or a case could not be compared, because its recording is
    stale or the model gave no answer. Raises a PostingsError if no case can be asked.
    """
    recordings = setup.recordings()
    recorded = recordings.files() if recordings else {}
    ids = drift.sample(
        (case.id for case in cases if case.id in recorded), count, dt.datetime.now(dt.UTC).date()
    )
    if not ids:
        raise InputError(
            f"{setup.folder}: no case is recorded; run postings eval DATASET --record first"
        )
    progress = progress_on(sys.stderr)
    progress.say(f"asking again for {', '.join(ids)}")
    before = Run(setup.planned(dataset, "all"), [case for case in cases if case.id in ids])
    live = replace(setup, mode="live")

    async def work() -> Run:
        async with setup.opened(recordings) as replays:
            await before.all(replays, concurrency=concurrency)
        played = [case for case in before.cases if before.results[case.id, 1].status == "ok"]
        after = Run(live.planned(dataset, "all"), played)
        if played:
            async with live.opened() as reads:
                progress.start("reading", len(played))
                await after.all(reads, progress, concurrency)
        return after

    try:
        after = anyio.run(work)
    except KeyboardInterrupt:
        return CUT
    finally:
        progress.close()
    return _report(before, after)


def _report(before: Run, after: Run) -> int:
    found: list[drift.AnswerChange] = []
    asked = 0
    for case in before.cases:
        key = (case.id, 1)
        results = [run.results[key] for run in (before, after) if key in run.results]
        failed = next((result for result in results if result.error is not None), None)
        if failed is not None and failed.error is not None:
            which = "replayed" if failed is before.results[case.id, 1] else "asked live"
            lines = failed.error.message.splitlines() or [failed.error.type]
            reason = " ".join(clean(line) for line in dict.fromkeys((lines[0], lines[-1])))
            print(f"{case.id}: cannot be {which}: {reason}", file=sys.stderr)
            continue
        asked += 1
        found += drift.changes(*results)
    if found:
        Console().print(drift.rendered(found))
    if asked:
        print(drift.summary(found, asked))
    return CHANGED if found or asked < len(before.cases) else SAME
