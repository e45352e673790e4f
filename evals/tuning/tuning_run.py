"""Tune a template: read, make the pool of changes, search, and test what was chosen.

A part of the documents is held out: nothing is chosen on it, and nothing made from it. It is read
once, at the end, with the template as it was and with the changes that were chosen. The paired test
on it is one test of one template, so nothing has to be corrected for the number of changes that
were tried. Pooling the folds of a nested cross-validation would use all documents, but its choices
share documents, and the test then says "better" too often.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.compare.comparison import Comparison, compare
from evals.data.dataset import Case
from evals.data.template_change import text_of
from evals.scoring.runlog import CaseResult
from evals.tuning.change_pool import TuningJob, affordable, given_wordings, pool_of
from evals.tuning.template_readings import TemplateReadings
from evals.tuning.template_search import Changes, TemplateSearch, dealt, parted
from extract.asking import prompt as prompts
from extract.errors import InputError, ModelError
from extract.models.endpoint import Model
from extract.models.local import DEFAULT
from extract.runs.gates import gate_of
from extract.runs.opening import LOCAL, resolved
from extract.runs.prices import known_price
from extract.runs.request_gate import RequestGate
from extract.terminal import Progress
from extract.values import Usage

__all__ = ["LEAST_HELD_OUT", "LEAST_IN_FOLD", "Tuned", "tune"]

_SLACK = 1e-9

LEAST_HELD_OUT = 6
"""Documents to hold out at least: with fewer that change, no paired test reaches 0.05."""

LEAST_IN_FOLD = 3
"""Documents that a training fold needs."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of it.

    `chosen` is what gained on training documents, and `comparison` the test of it on the held-out
    ones; None if nothing was chosen. `search` has all trials of the changes in `pool`; `untried` is
    what the caps left out. `held_out` are the cases held out. `errs` tells whether the template as
    it was misread anything in the training documents.
    """

    errs: bool
    chosen: Changes
    comparison: Comparison | None
    search: TemplateSearch
    pool: Changes
    untried: Changes
    held_out: Sequence[Case]
    notes: tuple[str, ...]
    spent: Usage
    cost: float | None

    @property
    def is_better(self) -> bool:
        """Whether the test says better: on average, and no field significantly worse."""
        test = self.comparison
        return test is not None and test.macro.verdict == "improved" and not test.worse


async def tune(job: TuningJob, progress: Progress) -> Tuned:
    """Search, test, and return what came of it; nothing is written but answers.

    Raises InputError for too few labelled documents, BudgetError for caps that do not allow a
    round, and the error of a model that does not answer.
    """
    base = text_of(job.setup.prompt or prompts.DEFAULTS[job.setup.reading])
    given = given_wordings(job)
    training, held_out = _divided(job, progress)
    folds = dealt(training, job.folds)
    job, gate = await _gated(job)
    readings = TemplateReadings(job.setup, job.dataset, progress, job.concurrency)
    search = TemplateSearch(readings, base, job.id, folds, job.dataset.rubric.fields.core)
    before = await search.read((), training, "reading with the template as it is")
    _check_answered(before)
    notes: list[str] = []
    errs = _errs(before)
    pool = await pool_of(job, search, before, given, notes) if errs else []
    share = len(held_out) / len(training)
    pool, untried = affordable(pool, search, before, gate.budget, share)
    chosen = await search.search(pool)
    comparison = await _tested(search, chosen, held_out) if chosen else None
    return Tuned(
        errs,
        chosen,
        comparison,
        search,
        tuple(pool),
        tuple(untried),
        held_out,
        tuple(notes),
        gate.reported,
        None if gate.budget.price is None else gate.budget.price.of(gate.reported),
    )


async def _tested(search: TemplateSearch, chosen: Changes, cases: Sequence[Case]) -> Comparison:
    """Compare, on held-out cases, the template as it was with the one that was chosen."""
    before = await search.read((), cases, "reading what was held out, with the template as it was")
    after = await search.read(chosen, cases, "reading what was held out, with the new template")
    log = search.readings.log
    return compare(
        log("as it was", search.text(()), before, cases),
        log("tuned", search.text(chosen), after, cases),
    )


async def _gated(job: TuningJob) -> tuple[TuningJob, RequestGate]:
    """Return the job with a model that can be asked, or replayed, through one gate."""
    setup, traffic = job.setup, job.traffic
    model = setup.model
    replays = setup.mode == "replay"
    if replays and model == LOCAL:
        model = Model(DEFAULT.name, "http://127.0.0.1/v1", "none")
    model = await resolved(model, setup.reading)
    if traffic.price is None:
        # Recordings do not keep the address: a replay has the price of the provider's own.
        price = known_price(replace(model, base_url=None) if replays else model)
        traffic = replace(traffic, price=price)
    gate = gate_of(model, traffic, job.concurrency)
    return replace(job, setup=replace(setup, model=model, gate=gate)), gate


def _errs(results: Sequence[CaseResult]) -> bool:
    """Tell whether there is anything to mend."""
    return any(one.errors for result in results for one in result.counts.values())


def _divided(job: TuningJob, progress: Progress) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """Divide the cases that can be read: to search on, and held out.

    Raises InputError if there are too few.
    """
    cases = _readable(job, progress)
    training, held_out = parted(cases, job.held_out)
    few = len({case.origin for case in held_out}) < LEAST_HELD_OUT
    if few or len({case.origin for case in training}) < LEAST_IN_FOLD * job.folds:
        raise InputError(
            f"{job.dataset.name}: {len({case.origin for case in cases})} labelled documents, but "
            f"tuning needs {_needed(job)} ({LEAST_HELD_OUT} held out, and {LEAST_IN_FOLD} in each "
            f"of {job.folds} folds); label more (postings label), or choose another --split"
        )
    return training, held_out


def _needed(job: TuningJob) -> int:
    searched = LEAST_IN_FOLD * job.folds / (1 - job.held_out)
    return math.ceil(max(LEAST_HELD_OUT / job.held_out, searched) - _SLACK)


def _readable(job: TuningJob, progress: Progress) -> list[Case]:
    """Return the cases that have labels and a text, and are no example of the template."""
    shown = prompts.load(job.setup.prompt, job.setup.reading).shown
    kept: list[Case] = []
    for case in job.cases:
        try:
            document = case.document()
        except InputError as error:
            progress.say(f"left out: {case.id}: {error}")
            continue
        if document.sha256 in shown:
            progress.say(f"left out: {case.id}: it is an example of the template")
        elif case.gold and document.text.strip():
            kept.append(case)
    return kept


def _check_answered(results: Sequence[CaseResult]) -> None:
    errors = [one.error for one in results if one.error is not None]
    if errors and len(errors) == len(results):
        raise ModelError(f"no document was answered: {errors[0].type}: {errors[0].message}")
