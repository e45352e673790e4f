"""What the order of labelling is worth: how early it finds wrong values and fills rare fields.

    postings eval evals/datasets/postings --replay -o closed.json
    postings eval evals/datasets/postings --replay --reading open -o open.json
    python -m evals.bench.order_gain evals/datasets/postings closed.json open.json

The documents of a labelled dataset are taken as if nobody had labelled them yet. For each order it
prints, after a tenth, a quarter and half of them: the share of the fields in which the first run is
wrong that are labelled by then, and how many core fields are stated in at least five labels.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import typer

from evals.data.dataset import Case, load
from evals.data.rubric import BUILT_IN
from evals.labelling.label_order import Teaching, stating, teaching
from evals.labelling.suggestions import suggestion_of
from evals.scoring.runlog import CaseResult, read

__all__ = ["main"]

_PARTS = (0.1, 0.25, 0.5)
_ENOUGH = 5
_DRAWS = 200
_CORE = BUILT_IN.fields.core


@dataclass(frozen=True, slots=True)
class _Unlabelled:
    """A document: what one and two runs teach of it, the first run's wrong fields, its label."""

    one: Teaching
    two: Teaching
    wrong: int
    gold: Mapping[str, Any]
    confidence: float


def main(
    dataset: Path = typer.Argument(help="A labelled dataset."),  # noqa: B008 - typer's way
    first: Path = typer.Argument(help="A run of it."),  # noqa: B008
    second: Path = typer.Argument(help="Another run."),  # noqa: B008
) -> None:
    """Print what each order has found after a tenth, a quarter and half of the documents."""
    runs = [{case.id: case for case in read(path).cases} for path in (first, second)]
    candidates = [
        _candidate(case, [run[case.id] for run in runs])
        for case in load(dataset).cases
        if case.gold and not case.twin_of and all(_has_record(run, case) for run in runs)
    ]
    if not any(each.wrong for each in candidates):
        raise typer.BadParameter("the first run has no wrong field, so there is nothing to find")
    draws = [np.random.default_rng(seed).permutation(len(candidates)) for seed in range(_DRAWS)]
    shuffled = [_figures([candidates[int(n)] for n in drawn]) for drawn in draws]
    _say("random", [statistics.fmean(column) for column in zip(*shuffled, strict=True)])
    by_mean = sorted(candidates, key=lambda each: each.confidence)
    _say("mean confidence of one run", _figures(by_mean))
    _say("score, one run", _figures(_ordered(candidates, lambda each: each.one)))
    _say("score, two runs", _figures(_ordered(candidates, lambda each: each.two)))


def _candidate(case: Case, results: Sequence[CaseResult]) -> _Unlabelled:
    found = [suggestion_of(result.record or {}) for result in results]
    counts = results[0].counts
    figures = found[0].confidence.values()
    return _Unlabelled(
        teaching(found[:1], BUILT_IN, _CORE),
        teaching(found, BUILT_IN, _CORE),
        sum(bool(counts[name].errors) for name in _CORE if name in counts),
        {name: case.gold[name][0] for name in _CORE if name in case.gold},
        statistics.fmean(figures) if figures else 1.0,
    )


def _has_record(run: Mapping[str, CaseResult], case: Case) -> bool:
    return case.id in run and run[case.id].record is not None


def _ordered(
    candidates: Sequence[_Unlabelled], of: Callable[[_Unlabelled], Teaching]
) -> list[_Unlabelled]:
    """Return the documents in the order in which a person is shown them."""
    left, made = list(candidates), []
    labelled: Counter[str] = Counter()
    while left:
        best = max(left, key=lambda each: of(each).score(labelled))
        left.remove(best)
        made.append(best)
        labelled += stating([best.gold])
    return made


def _figures(ordered: Sequence[_Unlabelled]) -> list[float]:
    every = sum(each.wrong for each in ordered)
    figures = []
    for part in _PARTS:
        begun = ordered[: round(part * len(ordered))]
        stated = stating(each.gold for each in begun)
        figures += [
            sum(each.wrong for each in begun) / every,
            float(sum(stated[name] >= _ENOUGH for name in _CORE)),
        ]
    return figures


def _say(name: str, figures: Sequence[float]) -> None:
    cells = (
        f"{share:.2f} wrong fields, {fields:4.1f} fields in 5"
        for share, fields in zip(figures[::2], figures[1::2], strict=True)
    )
    print(f"{name:28}", " | ".join(cells))


if __name__ == "__main__":
    typer.run(main)
