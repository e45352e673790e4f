"""The page of several runs: a picture of accuracy against cost, a table, and who beats whom.

It is one file without a script, and every text in it is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from evals.compare.standings import Duel, Standing

__all__ = ["standings_page"]

_LEFT, _RIGHT, _TOP, _BOTTOM, _WIDE, _HIGH = 60, 220, 20, 50, 960, 380


def standings_page(rows: Sequence[Standing], duels: Sequence[Duel]) -> str:
    """Write the page of several runs as HTML."""
    by_cost = all(row.cost is not None for row in rows)
    style = files("evals.report").joinpath("standings.css").read_text("utf-8")
    unit = "dollars per 1,000 correct values" if by_cost else "tokens written per posting"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>postings: {len(rows)} runs</title><style>{style}</style></head><body>"
        f"<h1>{len(rows)} runs over the same postings</h1>"
        f'<div class="card">{_picture(rows, by_cost=by_cost, unit=unit)}</div>'
        '<p class="soft">Bars are 95 % intervals. Blue: no other run is as good for less.</p>'
        f'<h2>Figures</h2><div class="card">{_table(rows)}</div>'
        f'<h2>Who beats whom</h2><div class="card">{_duels(rows, duels)}</div>'
        '<p class="soft">Macro F1, paired permutation test by posting; p-values are corrected for '
        f"the {len(duels)} pairs (Holm).</p></body></html>\n"
    )


def _spent(row: Standing, *, by_cost: bool) -> float:
    return (row.cost or 0.0) * 1_000 if by_cost else row.written


def _picture(rows: Sequence[Standing], *, by_cost: bool, unit: str) -> str:
    ends = [end for row in rows for end in (row.macro_f1.interval or ())]
    values = [*ends, *(row.macro_f1.value or 0.0 for row in rows)]
    low, high = max(0.0, min(values) - 0.03), min(1.0, max(values) + 0.03)
    most = max(_spent(row, by_cost=by_cost) for row in rows) * 1.1 or 1.0

    def x(row: Standing) -> float:
        return _LEFT + _spent(row, by_cost=by_cost) / most * (_WIDE - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HIGH - _BOTTOM - (value - low) / (high - low) * (_HIGH - _TOP - _BOTTOM)

    parts = [f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="macro F1 against {unit}">']
    for step in range(5):
        value = low + (high - low) * step / 4
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
            f'<text x="{_LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end" class="soft">'
            f"{value:.2f}</text>"
        )
        spent = most * step / 4
        at = _LEFT + step / 4 * (_WIDE - _LEFT - _RIGHT)
        parts.append(
            f'<text x="{at:.1f}" y="{_HIGH - _BOTTOM + 20}" text-anchor="middle" class="soft">'
            f"{spent:,.3g}</text>"
        )
    best = sorted((row for row in rows if row.best_value), key=x)
    front = " L".join(f"{x(row):.1f} {y(row.macro_f1.value or 0):.1f}" for row in best)
    parts.append(f'<path class="front" d="M{front}"/>')
    for number, row in enumerate(rows, 1):
        value = row.macro_f1.value or 0.0
        if row.macro_f1.interval:
            bottom, top = row.macro_f1.interval
            parts.append(
                f'<line class="bar" x1="{x(row):.1f}" x2="{x(row):.1f}" y1="{y(bottom):.1f}" '
                f'y2="{y(top):.1f}"/>'
            )
        kind = ' class="best"' if row.best_value else ""
        parts.append(
            f'<circle{kind} cx="{x(row):.1f}" cy="{y(value):.1f}" r="6"/>'
            f'<text x="{x(row) + 11:.1f}" y="{y(value) + 4:.1f}">'
            f"{number}. {escape(_short(row.name))}</text>"
        )
    middle = (_LEFT + _WIDE - _RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{_HIGH - 8}" text-anchor="middle" class="soft">{unit}</text>'
    )
    return "".join(parts) + "</svg>"


def _short(name: str) -> str:
    return ", ".join(name.split(", ")[:2])


def _table(rows: Sequence[Standing]) -> str:
    heads = ("", "run", "macro F1", "95 %", "is a posting", "invented", "s", "tokens", "$ / 1,000")
    cells = "".join(f"<th>{head}</th>" for head in heads)
    body = "".join(_row(number, row) for number, row in enumerate(rows, 1))
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _row(number: int, row: Standing) -> str:
    ends = row.macro_f1.interval
    figures = (
        _figure(row.macro_f1.value, 3),
        f"{ends[0]:.2f} to {ends[1]:.2f}" if ends else "–",
        _figure(row.is_posting.value, 3),
        _figure(row.invention.value, 3),
        _figure(row.seconds, 1),
        f"{row.written:,.0f}",
        _figure(None if row.cost is None else row.cost * 1_000, 3),
    )
    cells = "".join(f'<td class="right">{each}</td>' for each in figures)
    return f"<tr><td>{number}.</td><td>{escape(row.name)}</td>{cells}</tr>"


def _figure(value: float | None, places: int) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def _duels(rows: Sequence[Standing], duels: Sequence[Duel]) -> str:
    body = ""
    for duel in duels:
        first, second = (f"{n + 1}. {_short(rows[n].name)}" for n in (duel.first, duel.second))
        if duel.is_decided:
            better, worse = (second, first) if duel.difference > 0 else (first, second)
            said = f'<span class="won">{escape(better)}</span> beats {escape(worse)}'
        else:
            said = f"{escape(first)} and {escape(second)}: no difference this set can show"
        low, high = duel.interval
        body += (
            f"<tr><td>{said}</td><td class='right'>{abs(duel.difference):.3f}</td>"
            f"<td class='right'>{duel.difference:+.3f} ({low:+.3f} to {high:+.3f})</td>"
            f"<td class='right'>{duel.p:.3f}</td></tr>"
        )
    heads = "<th>verdict</th><th>size</th><th>second less first (95 %)</th><th>p</th>"
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
