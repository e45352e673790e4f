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
from dataclasses import dataclass, field, replace
from pathlib import Path

from evals.compare.comparison import Comparison, compare
from evals.data.dataset import Case, Dataset
from evals.data.prompt_examples import example_of, picked
from evals.data.template_change import EXAMPLES, TemplateChange, text_of
from evals.scoring.run_setup import RunSetup
from evals.scoring.runlog import CaseResult
from evals.tuning.template_readings import TemplateReadings
from evals.tuning.template_search import Changes, TemplateSearch, dealt
from evals.tuning.wording_file import wordings_of
from evals.tuning.wording_proposals import WordingProposals
from extract.asking import prompt as prompts
from extract.errors import BudgetError, InputError, ModelError
from extract.models.endpoint import Model
from extract.models.local import DEFAULT
from extract.runs.budget import Budget
from extract.runs.gates import gate_of
from extract.runs.opening import LOCAL, resolved
from extract.runs.prices import price_of
from extract.runs.request_gate import RequestGate
from extract.runs.traffic import Traffic
from extract.terminal import Progress
from extract.values import Usage

__all__ = ["LEAST_IN_FOLD", "Tuned", "TuningJob", "tune"]

LEAST_IN_FOLD = 4
"""Documents that a fold needs. Below 12 in three folds no test could show much: fewer than 6
documents that change cannot reach a p-value of 0.05."""


@dataclass(frozen=True, slots=True)
class TuningJob:
    """What is tuned, on which labelled cases, by whom, and within which caps.

    `setup` has the model, the template, the schema, the way of reading, and the folder of answers.
    `examples` and `proposals` are the most for each fold.
    """

    dataset: Dataset
    cases: Sequence[Case]
    setup: RunSetup
    id: str
    folds: int = 3
    examples: int = 3
    proposals: int = 2
    wordings: Path | None = None
    traffic: Traffic = field(default_factory=Traffic)
    concurrency: int = 1


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
    job = await _resolved(job)
    setup = job.setup
    gate = setup.gate
    assert gate is not None  # noqa: S101 - made above
    base = text_of(setup.prompt or prompts.DEFAULTS[setup.reading])
    given = _given(job)
    folds = dealt(_readable(job, progress), job.folds)
    readings = TemplateReadings(setup, job.dataset, progress, job.concurrency)
    search = TemplateSearch(readings, base, job.id, folds, job.dataset.rubric.fields.core)
    everything = [case for fold in folds for case in fold]
    before = await search.read((), everything, "reading with the template as it is")
    _check_answered(before)
    notes: list[str] = []
    pool = await _pool(job, search, before, given, notes) if _errs(before) else []
    pool, untried = _affordable(pool, search, before, gate.budget)
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
        _cost(setup.model, gate),
    )


def _cost(model: str | Model, gate: RequestGate) -> float | None:
    """Return what all requests cost, in US dollars, if the price is known."""
    price = gate.budget.price
    if price is None and isinstance(model, Model):
        with suppress(InputError):
            price = price_of(model)
    return None if price is None else price.of(gate.reported)


def _says_better(comparison: Comparison) -> bool:
    return comparison.macro.verdict == "improved" and not comparison.worse


async def _resolved(job: TuningJob) -> TuningJob:
    """Return the job with a model that can be asked, or replayed, through one gate."""
    setup = job.setup
    model = setup.model
    if setup.mode == "replay" and model == LOCAL:
        model = Model(DEFAULT.name, "http://127.0.0.1/v1", "none")
    model = await resolved(model, setup.reading)
    gate = gate_of(model, job.traffic, job.concurrency)
    return replace(job, setup=replace(setup, model=model, gate=gate))


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


def _errs(results: Sequence[CaseResult]) -> bool:
    """Tell whether there is anything to mend."""
    return any(one.errors for result in results for one in result.counts.values())


def _given(job: TuningJob) -> list[TemplateChange]:
    """Return the user's wordings. Raises InputError for a file that is faulty."""
    setup, schema = job.setup, job.dataset.rubric.schema
    template = prompts.load(setup.prompt, setup.reading).template
    if job.wordings is None:
        return []
    return list(wordings_of(job.wordings, schema, template, setup.reading))


async def _pool(
    job: TuningJob,
    search: TemplateSearch,
    before: Sequence[CaseResult],
    given: Sequence[TemplateChange],
    notes: list[str],
) -> list[TemplateChange]:
    """Return the changes to try: examples of each fold, the user's wordings, the model's."""
    setup, rubric = job.setup, job.dataset.rubric
    pool: list[TemplateChange] = []
    for number, fold in enumerate(search.folds if job.examples else ()):
        known = [found for case in fold if (found := example_of(case, setup.reading)) is not None]
        if not (chosen := tuple(picked(known, job.examples))):
            notes.append(f"no document of fold {number + 1} can be an example")
            continue
        ids = {each.id for each in chosen}
        seen = frozenset(case.origin for case in fold if case.id in ids)
        pool.append(TemplateChange(EXAMPLES, f"labels, fold {number + 1}", "", chosen, seen))
    pool += given
    template = prompts.load(setup.prompt, setup.reading).template
    asked = {
        path: template.fields.get(path, each.ask)
        for path, each in prompts.field_paths(rubric.schema.fields)
        if setup.reading == "open" or each.kind.asked
    }
    assert isinstance(setup.model, Model)  # noqa: S101 - resolved
    proposals = WordingProposals(setup, setup.model, rubric, asked)
    results = {one.id: one for one in before}
    for number, fold in enumerate(search.folds if job.proposals else (), 1):
        read = [results[case.id] for case in fold]
        pool += await proposals.of(number, fold, read, job.proposals)
    notes += proposals.notes
    return _once(pool)


def _once(pool: Sequence[TemplateChange]) -> list[TemplateChange]:
    """Return each change once; one that was made twice needs only what both have seen."""
    merged: dict[str, TemplateChange] = {}
    for change in pool:
        kept = merged.get(str(change))
        seen = change.seen if kept is None else kept.seen & change.seen
        merged[str(change)] = replace(kept or change, seen=seen)
    return list(merged.values())


def _affordable(
    pool: Sequence[TemplateChange],
    search: TemplateSearch,
    before: Sequence[CaseResult],
    budget: Budget,
) -> tuple[list[TemplateChange], list[TemplateChange]]:
    """Divide the pool into what the caps allow to try, and the rest.

    A change costs about what the template as it is cost, with as much more to read as its text is
    longer. As much as for the dearest is left for putting changes together.

    Raises BudgetError if the caps do not allow one change.
    """
    once = sum((one.usage for one in before), Usage())
    whole = len(search.text(()))
    sums, dearest, kept = Usage(), Usage(), 0
    for change in pool:
        longer = max(1.0, len(search.text((change,))) / whole)
        one = Usage(round(once.prompt * longer), once.completion, 0, once.calls)
        dearest = max(dearest, one, key=lambda usage: usage.tokens)
        sums += one
        if not budget.fits(sums + dearest):
            if not kept:
                need = budget.spent + sums + dearest
                raise BudgetError(
                    f"the caps are too small for one round: {budget.spent.tokens:,} tokens are "
                    f"spent, and trying one change takes about {need.tokens:,} in all; raise them, "
                    "and the same command goes on from there"
                )
            break
        kept += 1
    return list(pool[:kept]), list(pool[kept:])
