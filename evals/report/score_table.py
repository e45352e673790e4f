"""Show the scores of a run as a table for a terminal, 80 columns wide."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evals.scoring.coverage import Point, curve, kept_at
from evals.scoring.runlog import RunLog
from evals.scoring.score_models import FieldFlapping, FieldScore, Flapping, Interval, Mean, Rate
from extract.errors import abridged

__all__ = ["rendered"]

_HEADINGS = ("P", "R", "F1", "95 %", "correct", "wrong", "omitted", "invented", "nulls")
_FLIPS_NAMED = 5
_RIGHT = (0.95, 0.99)


def rendered(log: RunLog) -> RenderableType:
    """Return the table of a run: its fields, and below them the figures over all fields."""
    parts: list[RenderableType] = [_fields(log), Text(), _figures(log)]
    if log.scores.flapping is not None:
        parts += [Text(), _flapping(log.scores.flapping)]
    return Group(*parts)


def _fields(log: RunLog) -> Table:
    plan = log.plan
    cut = "" if log.status == "complete" else ", cut"
    read = len({case.id for case in log.cases})
    times = "" if plan.repeats == 1 else f", read {plan.repeats} times"
    what = f"{plan.dataset} ({plan.split}), {read} postings{times}{cut}"
    table = Table(title=Text(f"{what}: {plan.system}, {plan.model}"), title_justify="left")
    table.box, table.padding, table.pad_edge = None, (0, 1, 0, 0), False
    table.add_column("field", no_wrap=True)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    above = ""
    for name, score in log.scores.fields.items():
        part = name.removeprefix(f"{above}.")
        table.add_row(name if part == name else f"  {part}", *_cells(score))
        above = above if part != name else name
    table.add_row()
    for name, mean in (("macro F1", log.scores.macro_f1), ("micro F1", log.scores.micro_f1)):
        table.add_row(name, "", "", *_mean(mean), *[""] * 5)
    return table


def _cells(score: FieldScore) -> list[str]:
    counts = (score.correct, score.wrong, score.omitted, score.invented, score.correct_nulls)
    shares = [_share(share, 2) for share in (score.precision, score.recall)]
    interval = _interval(score.interval) if score.f1 is not None else ""
    return [*shares, _share(score.f1), interval, *map(str, counts)]


def _mean(mean: Mean) -> tuple[str, str]:
    return _share(mean.value), _interval(mean.interval)


def _figures(log: RunLog) -> Table:
    scores = log.scores
    table = Table.grid(padding=(0, 2))
    table.add_row("is_posting right", _rate(scores.is_posting))
    table.add_row("invented of the filled scalars", _rate(scores.invention))
    for name, rate in (("grounded", scores.grounded), ("supported", scores.supported)):
        table.add_row(f"{name} values", "no evidence given" if rate is None else _rate(rate))
    if scores.flips is not None:
        flips = scores.flips
        table.add_row(
            "twins that differ", f"{flips.flipped} of {flips.pairs}{_named(flips.fields)}"
        )
    if scores.roles is not None:
        table.add_row("roles found on pages of several", _rate(scores.roles.found))
        table.add_row("rows there that are no role", _rate(scores.roles.extra))
    points = curve(log.cases)
    for right in _RIGHT if points else ():
        table.add_row(f"values kept of which {right:.0%} are right", _kept(kept_at(points, right)))
    table.add_row("failed", str(scores.failed))
    seconds, tokens = scores.seconds, scores.tokens
    table.add_row(
        "seconds a posting",
        "-"
        if seconds.median is None
        else f"{seconds.median:.1f} median, {seconds.mean:.1f} mean; {seconds.total:,.1f} in all",
    )
    if log.cases:
        count = len(log.cases)
        table.add_row(
            "tokens a posting",
            f"{tokens.prompt / count:,.0f} read, {tokens.completion / count:,.0f} written "
            f"({tokens.median_completion:,.0f} median)",
        )
    table.add_row(
        "tokens in all",
        f"{tokens.prompt:,} read, {tokens.completion:,} written in {tokens.calls:,} calls",
    )
    table.add_row("tokens from the cache", f"{tokens.cached:,} of those read")
    return table


def _flapping(found: Flapping) -> Table:
    title = f"{found.runs} runs of {found.postings} postings: how often the values of two differ"
    table = Table(title=Text(title), title_justify="left")
    table.box, table.padding, table.pad_edge = None, (0, 1, 0, 0), False
    table.add_column("field", no_wrap=True)
    for heading in ("changed", "95 %", "postings", "least F1", "greatest F1", "deviation"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, each in found.fields.items():
        if each.postings or len(set(each.f1)) > 1:
            table.add_row(name, *_flapped(each))
    steady = sum(not each.postings for each in found.fields.values())
    if steady:
        table.add_row(f"{steady} fields that never changed", style="dim")
    table.add_row()
    table.add_row("any; macro F1", *_flapped(found.macro))
    return table


def _flapped(each: FieldFlapping) -> tuple[str, ...]:
    known = [score for score in each.f1 if score is not None]
    ends = (min(known), max(known)) if known else (None, None)
    return (
        _share(each.changed),
        _interval(each.interval),
        str(each.postings),
        *map(_share, ends),
        _share(each.deviation),
    )


def _kept(point: Point | None) -> str:
    if point is None:
        return "none"
    return f"{point.coverage:.3f} (confidence from {point.confidence:.2f}; {point.right:.3f} right)"


def _named(fields: dict[str, list[str]]) -> str:
    twins = [f"{name} ({', '.join(changed)})" for name, changed in fields.items()]
    return f": {abridged(twins[:_FLIPS_NAMED], len(twins))}" if twins else ""


def _share(value: float | None, places: int = 3) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _interval(ends: Interval) -> str:
    return "" if ends is None else f"{ends[0]:.2f}-{ends[1]:.2f}"


def _rate(rate: Rate) -> str:
    within = f", 95 %: {_interval(rate.interval)}" if rate.interval else ""
    return f"{_share(rate.value)} ({rate.count} of {rate.of}{within})"
