"""The scores of a run as a table for a terminal, 80 columns wide."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evals.runlog import FieldScore, Interval, Mean, Rate, RunLog

__all__ = ["rendered"]

_HEADINGS = ("P", "R", "F1", "95 %", "correct", "wrong", "omitted", "invented", "nulls")
_FLIPS_NAMED = 5


def rendered(log: RunLog) -> RenderableType:
    """Return a run's table: the fields, and below it what is counted over all of them."""
    return Group(_fields(log), Text(), _figures(log))


def _fields(log: RunLog) -> Table:
    plan = log.plan
    cut = "" if log.status == "complete" else ", cut"
    what = f"{plan.dataset} ({plan.split}), {len(log.cases)} postings{cut}"
    table = Table(title=Text(f"{what}: {plan.system}, {plan.model}"), title_justify="left")
    table.box, table.padding, table.pad_edge = None, (0, 1, 0, 0), False
    table.add_column("field", no_wrap=True)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, score in log.scores.fields.items():
        table.add_row(name, *_cells(score))
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
    table.add_row("failed", str(scores.failed))
    seconds, tokens = scores.seconds, scores.tokens
    table.add_row(
        "seconds a posting",
        "-" if seconds.median is None else f"{seconds.median:.1f} median, {seconds.mean:.1f} mean",
    )
    table.add_row(
        "tokens",
        f"{tokens.prompt:,} read ({tokens.cached:,} from the cache), {tokens.completion:,} written"
        f" in {tokens.calls:,} calls",
    )
    return table


def _named(fields: dict[str, list[str]]) -> str:
    told = [f"{name} ({', '.join(changed)})" for name, changed in fields.items()]
    more = ", …" if len(told) > _FLIPS_NAMED else ""
    return f": {', '.join(told[:_FLIPS_NAMED])}{more}" if told else ""


def _share(value: float | None, places: int = 3) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _interval(ends: Interval) -> str:
    return "" if ends is None else f"{ends[0]:.2f}-{ends[1]:.2f}"


def _rate(rate: Rate) -> str:
    within = f", 95 %: {_interval(rate.interval)}" if rate.interval else ""
    return f"{_share(rate.value)} ({rate.count} of {rate.of}{within})"
