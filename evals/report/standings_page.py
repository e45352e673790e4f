"""The page of several runs: pictures of accuracy against cost, tables, and who beats whom.

It is one file without a script, and every text in it is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from evals.compare.comparison import NOTHING
from evals.compare.paired import shown_p
from evals.compare.standings import COLUMNS, NONE, Duel, Standing, axes
from evals.report.pareto_picture import picture, short

__all__ = ["standings_page"]


def standings_page(
    rows: Sequence[Standing], duels: Sequence[Duel], missing: Mapping[str, str]
) -> str:
    """Write the page of several runs as HTML; `missing` says why other systems have no run."""
    style = files("evals.report").joinpath("standings.css").read_text("utf-8")
    count = len(duels)
    pairs = f"the {count} pairs" if count > 1 else "one pair"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>postings: {len(rows)} runs</title><style>{style}</style></head><body><main>"
        f"<h1>{len(rows)} runs over the same postings</h1>{_missing(missing)}{_pictures(rows)}"
        f'<h2>Figures</h2><div class="card">{_table(rows)}</div><p class="soft">{_notes(rows)}</p>'
        f'<h2>Who beats whom</h2><div class="card">{_duels(rows, duels)}</div>'
        '<p class="soft">Macro F1, paired permutation test by posting; p-values are corrected for '
        f"{pairs} (Holm). The interval of a difference is not corrected.</p>"
        f'<h2>F1 of each field</h2><div class="card">{_fields(rows)}</div>'
        '<p class="soft">Bold: the highest of its row. Not every difference is more than chance: '
        "postings compare tests two runs field by field.</p></main></body></html>\n"
    )


def _missing(missing: Mapping[str, str]) -> str:
    if not missing:
        return ""
    lines = "".join(
        f"<li><strong>{escape(name)}</strong>: {escape(reason)}</li>"
        for name, reason in missing.items()
    )
    return f'<div class="card"><strong>Not scored</strong><ul>{lines}</ul></div>'


def _pictures(rows: Sequence[Standing]) -> str:
    drawn = [
        f'<div class="card">{picture(rows, axis)}</div>{_left_out(rows, axis.unit, lacking)}'
        for axis in axes(rows)
        for lacking in [[row for row in rows if axis.of(row) is None]]
    ]
    if not drawn:
        return ""
    note = (
        "Bars are 95 % intervals. Filled points, joined by the broken line: no other run is as "
        "good for less."
    )
    return f'{"".join(drawn)}<p class="soft">{note}</p>'


def _left_out(rows: Sequence[Standing], unit: str, lacking: Sequence[Standing]) -> str:
    if not lacking:
        return ""
    named = ", ".join(f"{rows.index(row) + 1}. {escape(short(row.name))}" for row in lacking)
    return f'<p class="soft">Not in this picture, because it is not known: {named} ({unit}).</p>'


def _notes(rows: Sequence[Standing]) -> str:
    notes = ["Invented: the share of the single values given that have no label."]
    if any(row.deviation is not None for row in rows):
        notes.append("Between repeats: the standard deviation of macro F1.")
    if any(row.seconds is None for row in rows):
        notes.append("Seconds are measured where the model was asked, not where it was replayed.")
    if any(row.cost is None for row in rows):
        notes.append("A cost is shown where the model's price is known.")
    return " ".join(notes)


def _table(rows: Sequence[Standing]) -> str:
    known = [n for n in range(len(COLUMNS)) if any(row.cells[n] != NONE for row in rows)]
    body = "".join(
        f'<tr><td>{number}.</td><th scope="row">{escape(row.name)}{_details(row)}</th>'
        f"{_cells(row.cells[place] for place in known)}</tr>"
        for number, row in enumerate(rows, 1)
    )
    head = _head("", "run", *(COLUMNS[place].title for place in known))
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _details(row: Standing) -> str:
    return f'<br><span class="soft small">{escape(row.details)}</span>' if row.details else ""


def _fields(rows: Sequence[Standing]) -> str:
    names = dict.fromkeys(name for row in rows for name in row.fields)
    body = ""
    for name in names:
        found = [row.fields.get(name) for row in rows]
        known = [score for score in found if score is not None]
        if not known:
            continue
        cells = "".join(
            f'<td class="right">{_score(score, best=max(known))}</td>' for score in found
        )
        body += f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'
    heads = (f"{number}. {short(row.name)}" for number, row in enumerate(rows, 1))
    return f"<table>{_head('field', *heads)}<tbody>{body}</tbody></table>"


def _score(score: float | None, *, best: float) -> str:
    if score is None:
        return "–"
    return f"<strong>{score:.3f}</strong>" if round(score, 3) == round(best, 3) else f"{score:.3f}"


def _duels(rows: Sequence[Standing], duels: Sequence[Duel]) -> str:
    noisy = ["noise of repeats"] if any(duel.noise is not None for duel in duels) else []
    body = ""
    for duel in duels:
        first, second = (f"{n + 1}. {short(rows[n].name)}" for n in (duel.first, duel.second))
        if duel.is_decided:
            better, worse = (second, first) if duel.difference > 0 else (first, second)
            said = f'<span class="won">{escape(better)}</span> beats {escape(worse)}'
        else:
            said = f"{escape(first)} and {escape(second)}: {NOTHING}"
        low, high = duel.interval
        cells = (f"{duel.difference:+.3f} ({low:+.3f} to {high:+.3f})", escape(shown_p(duel.p)))
        noise = ["–" if duel.noise is None else f"{duel.noise:.3f}"] if noisy else []
        body += f"<tr><td>{said}</td>{_cells((*cells, *noise))}</tr>"
    head = _head("verdict", "second less first (95 %)", "p", *noisy)
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _head(*names: str) -> str:
    cells = "".join(
        f'<th scope="col"{_side(name)}>{escape(name)}</th>' if name else "<td></td>"
        for name in names
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _side(name: str) -> str:
    return "" if name in {"run", "field", "verdict"} else ' class="right"'


def _cells(figures: Iterable[str]) -> str:
    return "".join(f'<td class="right">{each}</td>' for each in figures)
