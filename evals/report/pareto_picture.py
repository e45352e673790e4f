"""A picture of accuracy against what it costs, as SVG: one point for each run.

Where the greatest cost is more than twenty times the least, the axis is logarithmic. The broken
line is the Pareto front: the runs than which no other is at least as good for less.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from evals.compare.standings import Axis, Standing

__all__ = ["picture", "short"]

_LEFT, _RIGHT, _TOP, _BOTTOM, _WIDE, _HIGH = 64, 230, 18, 56, 960, 400
_LINE = 17
_LONGEST = 30
_LOGARITHMIC = 20
_BESIDE = 190
_STEPS = (1, 2, 5)
_SMALLEST, _DECADES = 1e-9, 1e6

Scale = Callable[[float], float]


def picture(rows: Sequence[Standing], axis: Axis) -> str:
    """Draw the runs that have a place on an axis, numbered as in the rows; "" if there are none."""
    points = [
        (number, row, spent, row.macro_f1.value)
        for number, row in enumerate(rows, 1)
        if (spent := axis.of(row)) is not None and row.macro_f1.value is not None
    ]
    if not points:
        return ""
    across, marks = _across([spent for _, _, spent, _ in points])
    up, levels = _up([row for _, row, _, _ in points])
    said = "; ".join(f"{row.name}: F1 {value:.3f}, {spent:,.3g}" for _, row, spent, value in points)
    parts = [
        (
            f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-labelledby="{axis.name}-title '
            f'{axis.name}-said"><title id="{axis.name}-title">Macro F1 against {axis.unit}</title>'
            f'<desc id="{axis.name}-said">{escape(said)}</desc>'
        ),
        *(_level(value, up(value)) for value in levels),
        *(_mark(value, across(value)) for value in marks),
    ]
    best = sorted(
        (across(spent), up(value)) for _, row, spent, value in points if axis.name in row.best
    )
    parts.append(f'<path class="front" d="{_stairs(best)}"/>')
    places = [(across(spent), up(value)) for _, _, spent, value in points]
    for (number, row, _, _), (x, y), label in zip(points, places, _apart(places), strict=True):
        parts.append(_point(number, row, axis, up, (x, y, label)))
    middle = (_LEFT + _WIDE - _RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{_HIGH - 10}" text-anchor="middle" class="soft">{axis.unit}</text>'
        f'<text x="14" y="{_HIGH / 2 - 20}" text-anchor="middle" class="soft" '
        f'transform="rotate(-90 14 {_HIGH / 2 - 20})">macro F1</text></svg>'
    )
    return "".join(parts)


def short(name: str) -> str:
    """Return the beginning of a name that is long, with its system and model."""
    name = ", ".join(name.split(", ")[:2])
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _across(spent: Sequence[float]) -> tuple[Scale, list[float]]:
    """Return where an amount stands on the axis, and the amounts that are marked."""
    most = max(*spent, _SMALLEST)
    least = max(min(spent), most / _DECADES)
    width = _WIDE - _LEFT - _RIGHT
    if min(spent) > 0 and most / least > _LOGARITHMIC:
        low, high = math.log10(least / 1.5), math.log10(most * 1.5)
        powers = range(math.floor(low), math.ceil(high) + 1)
        steps = _STEPS if len(powers) < 5 else _STEPS[:1]  # noqa: PLR2004 - else they overlap
        marks = [step * 10.0**power for power in powers for step in steps]
        kept = [mark for mark in marks if low <= math.log10(mark) <= high]
        return (
            lambda value: _LEFT + max(0.0, (math.log10(value) - low) / (high - low) * width),
            kept,
        )
    most *= 1.1
    step = _round_step(most / 5)
    kept = [step * number for number in range(int(most / step) + 1)]
    return lambda value: _LEFT + value / most * width, kept


def _up(rows: Sequence[Standing]) -> tuple[Scale, list[float]]:
    ends = [end for row in rows for end in (row.macro_f1.interval or ())]
    values = [*ends, *(row.macro_f1.value or 0.0 for row in rows)]
    low, high = max(0.0, min(values) - 0.03), min(1.0, max(values) + 0.03)
    step = _round_step((high - low) / 5)
    levels = [step * n for n in range(math.ceil(low / step), int(high / step + 1e-9) + 1)]
    tall = _HIGH - _TOP - _BOTTOM
    return lambda value: _HIGH - _BOTTOM - (value - low) / (high - low) * tall, levels


def _round_step(wanted: float) -> float:
    """Return the least of 1, 2 and 5 times a power of ten that is not below.

    >>> _round_step(0.07), _round_step(300)
    (0.1, 500.0)
    """
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(step * power for step in (*_STEPS, 10) if step * power >= wanted - 1e-12)


def _apart(places: Sequence[tuple[float, float]]) -> list[float]:
    """Return the heights of the labels, moved down where two would cover each other."""
    heights: dict[int, float] = {}
    for place in sorted(range(len(places)), key=lambda place: places[place][1]):
        x, y = places[place]
        above = [heights[other] for other in heights if abs(places[other][0] - x) < _BESIDE]
        heights[place] = max([y, *(height + _LINE for height in above if height > y - _LINE)])
    return [heights[place] for place in range(len(places))]


def _stairs(points: Sequence[tuple[float, float]]) -> str:
    steps = [f"H{x:.1f} V{y:.1f}" for x, y in points[1:]]
    return " ".join([*(f"M{x:.1f} {y:.1f}" for x, y in points[:1]), *steps])


def _level(value: float, y: float) -> str:
    return (
        f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" class="soft">{value:.2f}</text>'
    )


def _mark(value: float, x: float) -> str:
    foot = _HIGH - _BOTTOM
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{foot}" y2="{foot + 5}"/>'
        f'<text x="{x:.1f}" y="{foot + 20}" text-anchor="middle" class="soft">{value:,.4g}</text>'
    )


def _point(
    number: int, row: Standing, axis: Axis, up: Scale, place: tuple[float, float, float]
) -> str:
    x, y, label = place
    bar = ""
    if row.macro_f1.interval:
        bottom, top = map(up, row.macro_f1.interval)
        bar = f'<line class="bar" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom:.1f}" y2="{top:.1f}"/>'
    kind = ' class="best"' if axis.name in row.best else ""
    lead = ""
    if label - y > 1:
        lead = f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{x + 11:.1f}" y2="{label:.1f}"/>'
    return (
        f'{bar}{lead}<g><title>{escape(row.name)}</title><circle{kind} cx="{x:.1f}" cy="{y:.1f}" '
        f'r="6"/><text x="{x + 13:.1f}" y="{label + 4:.1f}">{number}. '
        f"{escape(short(row.name))}</text></g>"
    )
