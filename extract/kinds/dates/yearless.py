"""Days without their year ("apply by 14 March"), where other dates of the page settle it.

An advert goes up, closes to applications, and the job starts, in that order. So the year follows
from a full date of one of these three: the day is the first one after a date that comes earlier,
or the last one before a date that comes later. Without such a date a day has no value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count

from extract.kinds.dates.calendar import months
from extract.lexicon.alternation import alternation
from extract.lexicon.starts import matches_at
from extract.values import Span

__all__ = ["Yearless", "placed", "yearless_days"]

_ORDER = ("posted", "closes", "starts")
_LONGEST = dt.timedelta(days=300)
"""Between two of the three dates: no advert stays longer."""
_FIGURE = re.compile(r"(?<![\d.,/:-])\d{1,2}(?![\d.,/:-]*\d)")
_BEFORE = 24


@dataclass(frozen=True, slots=True)
class Yearless:
    """A day and its month, as they stand in the text."""

    span: Span
    month: int
    day: int


def yearless_days(text: str, end: int) -> Iterator[Yearless]:
    """Yield the days of `text[:end]` that are written without a year.

    >>> [(one.day, one.month) for one in yearless_days("Apply by 14 March or 3 May 2027", 31)]
    [(14, 3)]
    """
    starts = sorted(
        {
            at
            for figure in _FIGURE.finditer(text, 0, end)
            for at in (figure.start(), _word_before(text, figure.start()))
        }
    )
    for found in matches_at(_expression(), text, starts, end):
        form = next(number for number in count() if found[f"m{number}"])
        name, day = found[f"m{form}"], int(found[f"d{form}"])
        month = int(name) if name.isdigit() else months()[name.casefold()]
        yield Yearless(Span(*found.span()), month, day)


def placed(day: Yearless, kind: str, known: Mapping[str, dt.date]) -> dt.date | None:
    """Return the date of a day of some kind, by the full dates that the page has of others.

    >>> posted = {"posted": dt.date(2026, 12, 20)}
    >>> placed(Yearless(Span(0, 8), 3, 14), "closes", posted)
    datetime.date(2027, 3, 14)
    """
    rank = _ORDER.index(kind)
    for earlier in reversed(_ORDER[:rank]):
        if earlier in known:
            return _nearest(day, known[earlier], ahead=True)
    for later in _ORDER[rank + 1 :]:
        if later in known:
            return _nearest(day, known[later], ahead=False)
    return None


def _nearest(day: Yearless, other: dt.date, *, ahead: bool) -> dt.date | None:
    for year in (other.year, other.year + (1 if ahead else -1)):
        try:
            date = dt.date(year, day.month, day.day)
        except ValueError:
            continue
        if dt.timedelta() <= (date - other if ahead else other - date) <= _LONGEST:
            return date
    return None


def _word_before(text: str, at: int) -> int:
    """Return where the word before a figure begins: a month may stand there."""
    floor = max(0, at - _BEFORE)
    before = text[floor:at].rstrip(" .")
    size = len(before)
    while size and before[size - 1].isalpha():
        size -= 1
    return floor + size


@cache
def _expression() -> re.Pattern[str]:
    names = alternation(sorted(map(re.escape, months()), key=lambda name: (-len(name), name)))
    ordinal = r"(?:st|nd|rd|th|er|ère|º|ª|°|\.|:a|:e|e)?"
    year = r"[\s.,]{0,3}(?:of\s|del?\s|d')?['’]?\d"
    return re.compile(
        rf"(?<![\d.,/-])(?P<d0>\d{{1,2}}){ordinal}\s?(?:of\s|del?\s|d')?(?P<m0>{names})(?!\w)(?!{year})"
        rf"|(?<!\w)(?P<m1>{names})\.?\s(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?!\w)(?![\d./:-]*\d)(?!{year})"
        r"|(?<!\d)(?<![年년]\s)(?<![年년])(?P<m2>\d{1,2})\s?[月월]\s?(?P<d2>\d{1,2})\s?[日일]",
        re.IGNORECASE,
    )
