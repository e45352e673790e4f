"""Several runs over the same postings, side by side: how good, how costly, and who beats whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from evals.compare.comparison import compare, identity
from evals.compare.paired import LEVEL, Swaps, holm
from evals.scoring.runlog import RunLog
from evals.scoring.score_models import Mean, Rate
from extract.errors import InputError
from extract.models.client import Model
from extract.runs.prices import known_price
from extract.runs.traffic import Price
from extract.values import Usage

__all__ = ["AXES", "COLUMNS", "NONE", "Axis", "Column", "Duel", "Standing", "axes", "standings"]


class Column(NamedTuple):
    """The heading of a column of figures, and a short one; None leaves it out of a terminal."""

    title: str
    short: str | None


COLUMNS = (
    Column("macro F1", "F1"),
    Column("95 %", "95 %"),
    Column("between repeats", None),
    Column("is a posting", None),
    Column("invented", "invented"),
    Column("seconds", "s"),
    Column("tokens", "tokens"),
    Column("$ / 1,000 postings", "$/1,000"),
    Column("$ / 1,000 correct", "$/right"),
)
NONE = "–"
_MEASURED = {"live", "all"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One run among several.

    `name` is what it is called, `details` what was asked. `written` is the tokens of its answers
    for one posting, None if it reports none. `seconds` is the median for one, None if its answers
    were replayed. In dollars, `cost` is what its correct values cost each, `document_cost` what a
    posting cost; None where the model's price is not known. `deviation` is that of macro F1 between
    its repeats. `best` names the axes on which no other run is at least as good for less.
    """

    name: str
    details: str
    macro_f1: Mean
    invention: Rate
    is_posting: Rate
    seconds: float | None
    written: float | None
    cost: float | None
    document_cost: float | None
    deviation: float | None
    fields: Mapping[str, float | None]
    best: frozenset[str] = frozenset()

    @property
    def cells(self) -> tuple[str, ...]:
        """The figures under `COLUMNS`, as text; a dash where there is none."""
        ends = self.macro_f1.interval
        return (
            _figure(self.macro_f1.value, 3),
            f"{ends[0]:.2f}–{ends[1]:.2f}" if ends else NONE,
            NONE if self.deviation is None else f"± {self.deviation:.3f}",
            _figure(self.is_posting.value, 3),
            _figure(self.invention.value, 3),
            _figure(self.seconds, 1),
            _figure(self.written, 0),
            _figure(_thousand(self.document_cost), 3),
            _figure(_thousand(self.cost), 3),
        )


@dataclass(frozen=True, slots=True)
class Axis:
    """What accuracy is set against: `of` gives what a run spent, None if that is not known."""

    name: str
    unit: str
    of: Callable[[Standing], float | None]


AXES = (
    Axis("cost", "dollars per 1,000 correct values", lambda row: _thousand(row.cost)),
    Axis("seconds", "seconds per posting (median)", lambda row: row.seconds),
    Axis("tokens", "tokens written per posting", lambda row: row.written),
)


@dataclass(frozen=True, slots=True)
class Duel:
    """Two runs, by their places: `difference` of macro F1, second less first, with its interval.

    `p` is corrected for the number of pairs (Holm). `noise` is what runs of one system differ by,
    if a run was repeated.
    """

    first: int
    second: int
    difference: float
    interval: tuple[float, float]
    p: float
    noise: float | None = None

    @property
    def is_decided(self) -> bool:
        """Whether the difference is more than chance, and more than runs of one system differ."""
        return self.p <= LEVEL and abs(self.difference) > (self.noise or 0.0)


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
        Duel(a, b, each.difference, each.interval, p, each.noise)
        for (a, b), each, p in zip(pairs, macros, corrected, strict=True)
    ]
    rows = [_standing(run, price) for run in runs]
    return [_judged(row, rows) for row in rows], duels


def axes(rows: Sequence[Standing]) -> tuple[Axis, ...]:
    """Return the axes that say something of two runs or more: cost and seconds, else tokens."""
    known = [axis for axis in AXES if sum(axis.of(row) is not None for row in rows) > 1]
    return tuple(known[:-1] if known[1:] and known[-1] is AXES[-1] else known)


def _standing(run: RunLog, price: Price | None) -> Standing:
    scores = run.scores
    tokens = scores.tokens
    names = run.plan.fields.of_values
    correct = sum(scores.fields[name].correct for name in names if name in scores.fields)
    known = run.price or known_price(Model(run.plan.model)) or price
    spent = Usage(tokens.prompt, tokens.completion, tokens.cached, tokens.calls)
    cost = None if known is None or not tokens.calls else known.of(spent)
    read = max(1, len(run.cases))
    flapping = scores.flapping
    return Standing(
        name=run.name or identity(run),
        details=identity(run) if run.name else "",
        macro_f1=scores.macro_f1,
        invention=scores.invention,
        is_posting=scores.is_posting,
        seconds=scores.seconds.median if run.plan.mode in _MEASURED else None,
        written=tokens.completion / read if tokens.calls else None,
        cost=cost / correct if cost is not None and correct else None,
        document_cost=None if cost is None else cost / read,
        deviation=None if flapping is None else flapping.macro.deviation,
        fields={name: scores.fields[name].f1 for name in names if name in scores.fields},
    )


def _judged(row: Standing, rows: Sequence[Standing]) -> Standing:
    best = frozenset(axis.name for axis in AXES if _is_best(row, rows, axis))
    return replace(row, best=best)


def _is_best(row: Standing, rows: Sequence[Standing], axis: Axis) -> bool:
    """Tell whether a run is on the Pareto front of those that have a place on the axis."""

    def place(each: Standing) -> tuple[float, float] | None:
        spent = axis.of(each)
        return None if spent is None else (each.macro_f1.value or 0.0, -spent)

    mine = place(row)
    others = [theirs for each in rows if (theirs := place(each)) is not None]
    return mine is not None and not any(
        theirs != mine and theirs[0] >= mine[0] and theirs[1] >= mine[1] for theirs in others
    )


def _figure(value: float | None, places: int) -> str:
    return NONE if value is None else f"{value:,.{places}f}"


def _thousand(cost: float | None) -> float | None:
    return None if cost is None else cost * 1_000
