"""The changes that a search tries: examples of each fold, the user's wordings, the model's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from evals.data.dataset import Case, Dataset
from evals.data.prompt_examples import example_of, picked
from evals.data.template_change import EXAMPLES, TemplateChange
from evals.scoring.run_setup import RunSetup
from evals.scoring.runlog import CaseResult
from evals.tuning.template_search import TemplateSearch
from evals.tuning.wording_file import asked_wordings, wordings_of
from evals.tuning.wording_proposals import WordingProposals
from extract.asking import prompt as prompts
from extract.errors import BudgetError
from extract.runs.budget import Budget
from extract.runs.traffic import Traffic
from extract.values import Usage

__all__ = ["TuningJob", "affordable", "given_wordings", "once_each", "pool_of"]


@dataclass(frozen=True, slots=True)
class TuningJob:
    """What is tuned, on which labelled cases, by whom, and within which caps.

    `setup` has the model, the template, the schema, the way of reading, and the folder of answers.
    `examples` and `proposals` are the most for each fold. `held_out` is the share of documents on
    which the new template is tested.
    """

    dataset: Dataset
    cases: Sequence[Case]
    setup: RunSetup
    id: str
    folds: int = 3
    held_out: float = 0.4
    examples: int = 3
    proposals: int = 2
    wordings: Path | None = None
    traffic: Traffic = field(default_factory=Traffic)
    concurrency: int = 1


def given_wordings(job: TuningJob) -> list[TemplateChange]:
    """Return the user's wordings. Raises InputError for a file that is faulty."""
    if job.wordings is None:
        return []
    setup, schema = job.setup, job.dataset.rubric.schema
    template = prompts.load(setup.prompt, setup.reading).template
    return list(wordings_of(job.wordings, schema, template, setup.reading))


async def pool_of(
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
    asked = asked_wordings(template, rubric.schema, setup.reading)
    proposals = WordingProposals(setup, rubric, asked)
    results = {one.id: one for one in before}
    for number, fold in enumerate(search.folds if job.proposals else (), 1):
        read = [results[case.id] for case in fold]
        pool += await proposals.of(number, fold, read, job.proposals)
    notes += proposals.notes
    return once_each(pool)


def once_each(pool: Sequence[TemplateChange]) -> list[TemplateChange]:
    """Return each change once; one that was made twice needs only what both have seen."""
    merged: dict[str, TemplateChange] = {}
    for change in pool:
        kept = merged.get(str(change))
        seen = change.seen if kept is None else kept.seen & change.seen
        merged[str(change)] = replace(kept or change, seen=seen)
    return list(merged.values())


def affordable(
    pool: Sequence[TemplateChange],
    search: TemplateSearch,
    before: Sequence[CaseResult],
    budget: Budget,
    share: float,
) -> tuple[list[TemplateChange], list[TemplateChange]]:
    """Divide the pool into what the caps allow to try, and the rest.

    A change costs about what the template as it is cost, with as much more to read as its text is
    longer. As much as for the dearest is left for putting changes together, and twice the `share`
    of it for the held-out documents, as many to a training document.

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
        left = math.ceil(dearest.tokens * (1 + 2 * share))
        rest = Usage(left - dearest.completion, dearest.completion, 0, dearest.calls)
        if not budget.fits(sums + rest):
            if not kept:
                need = budget.spent + sums + rest
                raise BudgetError(
                    f"the caps are too small for one round: {budget.spent.tokens:,} tokens are "
                    f"spent, and trying one change takes about {need.tokens:,} in all; raise them, "
                    "and the same command goes on from there"
                )
            break
        kept += 1
    return list(pool[:kept]), list(pool[kept:])
