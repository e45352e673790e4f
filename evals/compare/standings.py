"""Several runs over the same postings, side by side: how good, how costly, and who beats whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from evals.compare.comparison import compare, name_of
from evals.compare.paired import LEVEL, Swaps, holm
from evals.scoring.runlog import RunLog
from evals.scoring.score_values import Mean, Rate
from extract.errors import InputError
from extract.models.client import Model
from extract.runs.prices import price_of
from extract.runs.traffic import Price
from extract.values import Usage

__all__ = ["Duel", "Standing", "standings"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One run among several.

    `written` is the tokens of its answers for one posting, `seconds` the median for one; `cost` is
    in dollars for all its correct values divided by their number, None where the model's price is
    not known. `best_value`: no other run is at least as good in macro F1 for fewer written tokens
    (for less cost, where all costs are known), and better in one of the two.
    """

    name: str
    macro_f1: Mean
    invention: Rate
    is_posting: Rate
    seconds: float | None
    written: float
    cost: float | None
    best_value: bool = False


@dataclass(frozen=True, slots=True)
class Duel:
    """Two runs, by their places: `difference` of macro F1, second less first, with its interval.

    `p` is corrected for the number of pairs (Holm).
    """

    first: int
    second: int
    difference: float
    interval: tuple[float, float]
    p: float

    @property
    def is_decided(self) -> bool:
        """Whether the difference is more than chance."""
        return self.p <= LEVEL


def standings(
    runs: Sequence[RunLog], swaps: Swaps | None = None, price: Price | None = None
) -> tuple[list[Standing], list[Duel]]:
    """Put runs side by side, and test each pair of them on the macro average.

    `price` is taken for models whose price is not known. Raises InputError for fewer than two
    runs, and for runs over different data.
    """
    if len(runs) < 2:  # noqa: PLR2004 - a pair
        raise InputError("comparing needs two run logs or more")
    pairs = list(combinations(range(len(runs)), 2))
    macros = [compare(runs[a], runs[b], swaps).macro for a, b in pairs]
    corrected = holm([each.p for each in macros])
    duels = [
        Duel(a, b, each.difference, each.interval, p)
        for (a, b), each, p in zip(pairs, macros, corrected, strict=True)
    ]
    rows = [_standing(run, price) for run in runs]
    return [_judged(row, rows) for row in rows], duels


def _standing(run: RunLog, price: Price | None) -> Standing:
    scores = run.scores
    tokens = scores.tokens
    names = run.plan.fields.of_values
    correct = sum(scores.fields[name].correct for name in names if name in scores.fields)
    known = _price(run, price)
    cost = None
    if known is not None and correct:
        spent = Usage(tokens.prompt, tokens.completion, tokens.cached, tokens.calls)
        cost = known.of(spent) / correct
    return Standing(
        name=name_of(run),
        macro_f1=scores.macro_f1,
        invention=scores.invention,
        is_posting=scores.is_posting,
        seconds=scores.seconds.median,
        written=tokens.completion / max(1, len(run.cases)),
        cost=cost,
    )


def _price(run: RunLog, given: Price | None) -> Price | None:
    try:
        return price_of(Model(run.plan.model))
    except InputError:
        return given


def _judged(row: Standing, rows: Sequence[Standing]) -> Standing:
    by_cost = all(each.cost is not None for each in rows)

    def place(each: Standing) -> tuple[float, float]:
        spent = (each.cost or 0.0) if by_cost else each.written
        return each.macro_f1.value or 0.0, -spent

    good, cheap = place(row)
    beaten = any(
        place(each) != (good, cheap) and place(each)[0] >= good and place(each)[1] >= cheap
        for each in rows
    )
    return Standing(
        row.name, row.macro_f1, row.invention, row.is_posting, row.seconds, row.written, row.cost,
        best_value=not beaten,
    )  # fmt: skip
