"""Lay out one record, or one failure, for a person at a terminal.

Pure functions from rows to rich renderables. What stands in a posting is other people's text: it
is cleaned of control characters and never read as markup.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any, Final

from pydantic import BaseModel
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from extract.record import Evidence, Failure, Record
from extract.terminal import clean
from extract.values import (
    Contract,
    Education,
    Experience,
    Hours,
    Location,
    Requirement,
    Salary,
    State,
    Usage,
)

__all__ = ["render", "words"]

_STYLES: Final[dict[State, str]] = {
    "stated": "green",
    "read": "cyan",
    "not_stated": "dim",
    "unsupported": "yellow",
    "conflicting": "bold yellow",
    "unsure": "yellow",
}
_OF_THE_PAGE = ("is_posting", "document")
_MOST_QUOTES = 3


def render(row: Record[Any] | Failure) -> RenderableType:
    """Lay out a row: a header line, then one table row for each field that says something."""
    if isinstance(row, Failure):
        return _failure(row)
    filled = [name for name, state in row.states.items() if state != "not_stated"]
    silent = [name for name, state in row.states.items() if state == "not_stated"]
    parts: list[RenderableType] = [_header(row)]
    parts += [Text(clean(row.notes[name]), "yellow") for name in _OF_THE_PAGE if name in row.notes]
    if filled:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True)
        table.add_column("field", style="bold", no_wrap=True)
        table.add_column("value and quote", ratio=1, overflow="fold")
        table.add_column("state", no_wrap=True)
        for name in filled:
            state = row.states[name]
            table.add_row(Text(clean(name)), _content(row, name), Text(state, _STYLES[state]))
        parts.append(table)
    if silent and row.is_posting:
        parts.append(Text(f"not stated: {', '.join(map(clean, silent))}", "dim"))
    return Group(*parts, Text())


def words(value: Any) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each type
    """Say a value in a few words.

    >>> words(Salary(min=16, max=17.5, currency="USD", period="hour"))
    '16 to 17.5 USD per hour'
    >>> words(Experience(min=5)), words(Requirement(text="a licence", required=True))
    ('from 5 years', 'must: a licence')
    >>> words(Contract(type="fixed_term", months=6)), words(Hours(min=20, max=30))
    ('fixed-term, 6 months', '20 to 30 hours a week')
    """
    match value:
        case Salary():
            per = f"per {value.period}" if value.period else ""
            tax = {True: "gross", False: "net", None: ""}[value.gross]
            return " ".join(filter(None, (_range(value.min, value.max), value.currency, per, tax)))
        case Contract():
            length = _counted(value.months, value.months, "month") if value.months else ""
            return ", ".join(filter(None, (value.type.replace("_", "-"), length)))
        case Hours():
            return f"{_counted(value.min, value.max, 'hour')} a week"
        case Experience():
            return _counted(value.min, value.max, "year")
        case Education():
            return f"{value.level} ({'required' if value.required else 'preferred'})"
        case Location():
            named = ", ".join(filter(None, (value.city, value.region, value.country)))
            return f"{value.text} ({named})" if named not in ("", value.text) else value.text
        case Requirement():
            strength = {True: "must: ", False: "preferred: ", None: ""}
            return strength[value.required] + value.text
        case BaseModel():
            return ", ".join(f"{key} {words(its)}" for key, its in value if its is not None)
        case Enum():
            return words(value.value)
        case list() | tuple() | set() | frozenset():
            return ", ".join(map(words, value))
        case bool():
            return "yes" if value else "no"
        case float():
            return _number(value)
        case dt.date():
            return value.isoformat()
    return str(value)


def _range(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "not given"
    if low is None or high is None:
        return f"from {_number(low)}" if low is not None else f"up to {_number(high)}"
    return _number(low) if low == high else f"{_number(low)} to {_number(high)}"


def _counted(low: float | None, high: float | None, unit: str) -> str:
    most = high if high is not None else low
    return f"{_range(low, high)} {unit}{'' if most == 1 else 's'}"


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:,.2f}".rstrip("0").rstrip(".")


def _header(row: Record[Any]) -> Text:
    verdict = ("posting", "bold green") if row.is_posting else ("not a posting", "bold yellow")
    cost = f"{row.provenance.seconds:.1f} s   {_tokens(row.provenance.usage)}"
    return Text.assemble((clean(row.id), "bold cyan"), "   ", verdict, "   ", (cost, "dim"))


def _failure(row: Failure) -> RenderableType:
    cost = f"   {_tokens(row.usage)}" if row.usage.calls else ""
    head = Text.assemble((clean(row.id), "bold cyan"), "   ", ("failed", "bold red"), (cost, "dim"))
    return Group(head, Text(f"{row.error}: {clean(row.message)}"), Text())


def _tokens(usage: Usage) -> str:
    return f"{usage.prompt:,} tokens read, {usage.completion:,} written"


def _content(row: Record[Any], name: str) -> RenderableType:
    value = getattr(row.posting, name)
    lines: list[RenderableType] = []
    if isinstance(value, list | tuple | set | frozenset):
        read_in = [_below(row, f"{name}.{number}") for number in range(len(value))]
        for number, item in enumerate(value):
            lines.append(_item(item))
            if read_in[number] not in read_in[number + 1 :]:  # one quote can hold several items
                lines += _quotes(read_in[number], item)
        lines += _quotes(row.evidence.get(name, []), value)
    else:
        if value is not None:
            lines.append(Text(clean(words(value))))
        lines += _quotes(_below(row, name), value)
    if note := row.notes.get(name):
        lines.append(Text(clean(note), "yellow"))
    return Group(*lines)


def _below(row: Record[Any], path: str) -> list[Evidence]:
    """Return the evidence of a value and of what it is made of, in the order of the fields."""
    return [
        quote
        for key, quotes in row.evidence.items()
        if key == path or key.startswith(f"{path}.")
        for quote in quotes
    ]


def _item(item: Any) -> Text:
    # One line each: a whole list stays in view, and the full words are in the JSON row.
    return Text(f"• {clean(words(item))}", no_wrap=True, overflow="ellipsis")


def _quotes(evidence: list[Evidence], value: Any) -> list[RenderableType]:
    """Return the distinct quotes, without those that only repeat the value's own words."""
    words = value.text if isinstance(value, Location | Requirement) else value
    own = clean(words).casefold() if isinstance(words, str) else None
    quotes = list(dict.fromkeys(clean(one.quote) for one in evidence))
    if len(quotes) == 1 and quotes[0].casefold() == own:
        return []
    shown: list[RenderableType] = [Text(f"“{quote}”", "dim") for quote in quotes[:_MOST_QUOTES]]
    if len(quotes) > _MOST_QUOTES:
        shown.append(Text(f"and {len(quotes) - _MOST_QUOTES} more", "dim"))
    return shown
