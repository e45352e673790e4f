"""The drift canary: ask the model again for some recorded cases, and say what it answers otherwise.

Which cases is drawn by the day: the same all day long, others tomorrow, so that a run by the clock
comes round to every case in time. A recording is played with the code of today, and the model is
asked by it: what differs is the model's doing alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from evals.scoring.runlog import CaseResult
from extract.asking.schema import IS_POSTING
from extract.terminal import clean

__all__ = ["AnswerChange", "changes", "rendered", "sample", "told"]

_LONGEST = 120
_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A field that the model answered otherwise; of a list, the items that the other lacks."""

    case: str
    field: str
    recorded: Any
    live: Any


def sample(ids: Iterable[str], count: int, day: dt.date) -> list[str]:
    """Draw so many of the ids, or all if there are fewer; their order does not matter.

    >>> sample("abcdef", 2, dt.date(2026, 3, 1)), sample("fedcba", 2, dt.date(2026, 3, 1))
    (['a', 'b'], ['a', 'b'])
    """
    drawn = sorted(set(ids), key=lambda name: hashlib.sha256(f"{day} {name}".encode()).digest())
    return sorted(drawn[:count])


def changes(recorded: CaseResult, live: CaseResult) -> list[AnswerChange]:
    """Return what a case's live record has otherwise than its recorded one.

    The order of a list does not count.
    """
    before, after = _values(recorded.record or {}), _values(live.record or {})
    found: list[AnswerChange] = []
    for name in {**before, **after}:
        one, other = before.get(name), after.get(name)
        if isinstance(one, list) and isinstance(other, list):
            one, other = _without(one, other), _without(other, one)
        if one != other:
            found.append(AnswerChange(recorded.id, name, one, other))
    return found


def told(found: Sequence[AnswerChange], asked: int) -> str:
    """Say in one line how many cases changed, and in which fields.

    >>> told([AnswerChange("a", "salary", None, 1), AnswerChange("b", "salary", 1, 2)], 5)
    '2 of 5 cases are answered otherwise than recorded: salary (2)'
    """
    cases = len({change.case for change in found})
    if not cases:
        return f"all {asked} cases are answered as recorded"
    fields = Counter(change.field for change in found).most_common()
    listed = ", ".join(f"{name} ({count})" for name, count in fields)
    return f"{cases} of {asked} cases are answered otherwise than recorded: {listed}"


def rendered(found: Sequence[AnswerChange]) -> Table:
    """Return the changes as a table for a terminal."""
    table = Table("case", "field", "recorded", "live", box=box.SIMPLE_HEAD)
    for change in found:
        cells = (change.case, change.field, _said(change.recorded), _said(change.live))
        table.add_row(*(Text(clean(cell)) for cell in cells))
    return table


def _values(record: Mapping[str, Any]) -> dict[str, Any]:
    return {IS_POSTING: record.get(IS_POSTING), **(record.get("posting") or {})}


def _without(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    left = list(others)
    kept: list[Any] = []
    for item in items:
        if item in left:
            left.remove(item)
        else:
            kept.append(item)
    return kept


def _said(value: Any) -> str:
    if value in (None, []):
        return _NOTHING
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
