"""Tune a template: read, make the pool of changes, search, and test what was chosen.

Nested cross-validation. For each fold, changes are chosen on the other folds alone, and the fold's
documents are read with them. So each document is read once with changes that were chosen without
it, and all these results together are compared with those of the template as it was. This is one
test, of the macro average, so nothing has to be corrected for the number of changes that were tried
(Varma and Simon 2006, "Bias in error estimation when using cross-validation for model selection",
BMC Bioinformatics 7:91). Only if it says better, the changes of the new template are chosen, by the
same search on all documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from evals.compare.comparison import Comparison, compare
from evals.data.dataset import Case
from evals.data.template_change import text_of
from evals.scoring.runlog import CaseResult
from evals.tuning.change_pool import TuningJob, affordable, given_wordings, pool_of
from evals.tuning.template_readings import TemplateReadings
from evals.tuning.template_search import Changes, TemplateSearch, dealt
from extract.asking import prompt as prompts
from extract.errors import InputError, ModelError
from extract.models.endpoint import Model
from extract.models.local import DEFAULT
from extract.runs.gates import gate_of
from extract.runs.opening import LOCAL, resolved
from extract.runs.prices import price_of
from extract.runs.request_gate import RequestGate
from extract.terminal import Progress
from extract.values import Usage

__all__ = ["LEAST_IN_FOLD", "Tuned", "tune"]

LEAST_IN_FOLD = 4
"""Documents that a fold needs. Below 12 in three folds no test could show much: fewer than 6
documents that change cannot reach a p-value of 0.05."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of it.

    `comparison` is the test on held-out folds, `picks` what was chosen without each fold. `chosen`
    is what the new template changes, none if it is not better. `search` has all trials of the
    changes in `pool`; `untried` is what the caps left out.
    """

    comparison: Comparison
    picks: tuple[Changes, ...]
    chosen: Changes
    search: TemplateSearch
    pool: Changes
    untried: Changes
    notes: tuple[str, ...]
    spent: Usage
    cost: float | None

    @property
    def is_better(self) -> bool:
        """Whether the test says better, and there is something to write."""
        return _says_better(self.comparison) and bool(self.chosen)


async def tune(job: TuningJob, progress: Progress) -> Tuned:
    """Search, test, and return what came of it; nothing is written but answers.

    Raises InputError for too few labelled documents, BudgetError for caps that do not allow a
    round, and the error of a model that does not answer.
    """
    base = text_of(job.setup.prompt or prompts.DEFAULTS[job.setup.reading])
    given = given_wordings(job)
    folds = dealt(_readable(job, progress), job.folds)
    job, gate = await _gated(job)
    readings = TemplateReadings(job.setup, job.dataset, progress, job.concurrency)
    search = TemplateSearch(readings, base, job.id, folds, job.dataset.rubric.fields.core)
    everything = [case for fold in folds for case in fold]
    before = await search.read((), everything, "reading with the template as it is")
    _check_answered(before)
    notes: list[str] = []
    pool = await pool_of(job, search, before, given, notes) if _errs(before) else []
    pool, untried = affordable(pool, search, before, gate.budget)
    picks: list[Changes] = []
    after: list[CaseResult] = []
    for number, fold in enumerate(folds):
        picks.append(await search.search(pool, number))
        after += await search.read(picks[-1], fold, f"reading fold {number + 1}, held out")
    comparison = compare(
        readings.log("as it was", before, everything), readings.log("tuned", after, everything)
    )
    chosen = await search.search(pool, None) if _says_better(comparison) else ()
    return Tuned(
        comparison,
        tuple(picks),
        chosen,
        search,
        tuple(pool),
        tuple(untried),
        tuple(notes),
        gate.reported,
        None if gate.budget.price is None else gate.budget.price.of(gate.reported),
    )


def _says_better(comparison: Comparison) -> bool:
    return comparison.macro.verdict == "improved" and not comparison.worse


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
        with suppress(InputError):
            price = price_of(replace(model, base_url=None) if replays else model)
            traffic = replace(traffic, price=price)
    gate = gate_of(model, traffic, job.concurrency)
    return replace(job, setup=replace(setup, model=model, gate=gate)), gate


def _errs(results: Sequence[CaseResult]) -> bool:
    """Tell whether there is anything to mend."""
    return any(one.errors for result in results for one in result.counts.values())


def _readable(job: TuningJob, progress: Progress) -> list[Case]:
    """Return the cases that have labels and a text, and are no example of the template.

    Raises InputError if there are too few.
    """
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
    origins = {case.origin for case in kept}
    needed = LEAST_IN_FOLD * job.folds
    if len(origins) < needed:
        raise InputError(
            f"{job.dataset.name}: {len(origins)} labelled documents, but tuning in {job.folds} "
            f"folds needs {needed}; label more (postings label), or choose another --split"
        )
    return kept


def _check_answered(results: Sequence[CaseResult]) -> None:
    errors = [one.error for one in results if one.error is not None]
    if errors and len(errors) == len(results):
        raise ModelError(f"no document was answered: {errors[0].type}: {errors[0].message}")
