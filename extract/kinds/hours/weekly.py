"""Hours of work a week in running text: figures with words for hours a week, labels, full time.

Whether different statements contradict each other is for `extract.kinds.hours.hours_kind` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from extract.lexicon import WordTable, load, pattern, words
from extract.lexicon.wording import Tables, clause
from extract.reading.numerals import DASH, Quantity, parse_number, quantity
from extract.values import Hours, Span

__all__ = ["Week", "weeks"]

_LEAST = 4
_MOST = 84
"""Hours that a week of work can have, from a tutor's to a seafarer's."""
_LEAD = 40
_ENOUGH = 200
"""Figures of one line that are looked at: hostile text may hold any number."""
_TO = rf"\s?(?:{DASH}|to|bis|à|a|až|till|tot|do)\s?"
_FIGURE = r"(?<![\d.,:/$€£])\d{1,2}(?:[.,]\d{1,2})?(?![\d:])"
# Hours and minutes as French writes a time: "32 h 30 par semaine".
_HOURS_AND_MINUTES = re.compile(
    r"(?<![\d.,])(\d{1,2})\s?h\s?([0-5]\d)\s*(?:par\s+|/\s?)sem(?:aine)?(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Week:
    """Hours of a week and the words that state them.

    Not `firm`: the figure of a full-time job without the word week, or what pay is based on.
    """

    span: Span
    hours: Hours
    firm: bool


def weeks(text: str, window: Span) -> Iterator[Week]:
    """Yield the statements of weekly hours in a part of the text, in order, without overlaps.

    Hours of overtime, of training and of a shop's opening are left out.

    >>> [week.hours for week in weeks("30-40 hours a week, 8 hours a day", Span(0, 33))]
    [Hours(min=30.0, max=40.0)]
    """
    if not _cues().may_stand(text, window.start, window.end):
        return
    sources = (_followed(text, window), _timed(text, window), _labelled(text, window))
    found = [
        week
        for source in sources
        for week in islice(source, _ENOUGH)
        if _of_the_job(text, week, window)
    ]
    last: Week | None = None
    for week in sorted(found, key=lambda week: week.span):
        if last is not None and not week.span.overlaps(last.span):
            yield last
            last = week
        elif last is None or (week.firm and not last.firm):
            last = week
    if last is not None:
        yield last


def _of_the_job(text: str, week: Week, window: Span) -> bool:
    around = clause(text, week.span, window)
    return pattern("hours", "other").search(text, around.start, around.end) is None


def _followed(text: str, window: Span) -> Iterator[Week]:
    """Yield the figures that words for hours a week follow."""
    for unit in _units().find(text, window):
        number = quantity(text, unit.start, unit.name)
        if number is not None and number.start >= window.start:
            said = Span(number.start, unit.end)
            yield from _bounded(text, number, said, window, firm=True)


def _timed(text: str, window: Span) -> Iterator[Week]:
    for match in _HOURS_AND_MINUTES.finditer(text, window.start, window.end):
        value = int(match[1]) + int(match[2]) / 60
        number = Quantity(match.start(), match.end(2), value, value, more=False)
        yield from _bounded(text, number, Span(*match.span()), window, firm=True)


@cache
def _units() -> Tables:
    """Return the words behind a figure, by their language."""
    listed = load("hours")["after"].items()
    return Tables({language: _expressions(words) for language, words in listed}, "inside")


@cache
def _cues() -> WordTable:
    """Return what every statement of weekly hours holds."""
    tables = (words("hours", table) for table in ("after", "before", "full"))
    listed = [word for table in tables for word in _expressions(table)]
    return WordTable([*listed, r"~(?:par\s+|/\s?)sem"], "inside")


def _expressions(listed: Iterable[str]) -> list[str]:
    return [f"~{word.removeprefix('~')}" for word in listed]


@cache
def _label(table: str) -> re.Pattern[str]:
    """Return an expression for the words of a table, the figures after them, and their unit."""
    units = "|".join(re.escape(word) for word in words("hours", "hours"))
    labels = "|".join(word.removeprefix("~") for word in words("hours", table))
    return re.compile(
        rf"(?<![a-zß-ÿ])(?P<label>{labels})\s*"
        rf"(?P<figures>(?P<low>{_FIGURE})(?:{_TO}(?P<high>{_FIGURE}))?)"
        rf"\s?(?P<unit>(?:{units})(?![a-zß-ÿ]))?",
        re.IGNORECASE,
    )


def _labelled(text: str, window: Span) -> Iterator[Week]:
    """Yield the figures that a label of weekly hours leads to, or words of full or part time."""
    for table in ("before", "full"):
        for match in _label(table).finditer(text, window.start, window.end):
            label = match["label"].rstrip()
            if not match["unit"] and (table == "full" or label[-1:] not in {":", "=", "|", "："}):
                continue
            if _not_week().match(text, match.end(), window.end):
                continue
            low = parse_number(match["low"])
            high = parse_number(match["high"]) if match["high"] else low
            if low is not None and high is not None:
                figures = match.span("figures")
                number = Quantity(*figures, low, high, more=False)
                said = Span(*match.span())
                yield from _bounded(text, number, said, window, firm=table == "before")


@cache
def _ending(vocabulary: str, table: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern(vocabulary, table).pattern})\s*$", re.IGNORECASE)


@cache
def _and_up() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{pattern('pay', 'and_up').pattern}|以上)", re.IGNORECASE)


@cache
def _not_week() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{pattern('hours', 'not_week').pattern})", re.IGNORECASE)


def _bounded(
    text: str, number: Quantity, said: Span, window: Span, *, firm: bool
) -> Iterator[Week]:
    """Yield the hours of a figure, open where the words around it say so."""
    low, high = number.low, number.high
    if not _LEAST <= low <= high <= _MOST:
        return
    start, end = said.start, said.end
    lead = text[max(window.start, number.start - _LEAD) : number.start]
    hours = Hours(min=low, max=high)
    if low == high:
        most, least = _ending("pay", "up_to").search(lead), _ending("pay", "from").search(lead)
        more = _and_up().match(text, end, window.end)
        if most:
            hours = Hours(max=high)
        elif least or more or number.more:
            hours = Hours(min=low)
        if bound := most or least:
            start = min(start, number.start - len(lead) + bound.start())
        end = more.end() if more and not most else end
    basis = _ending("hours", "basis").search(lead)
    yield Week(Span(start, end), hours, firm and basis is None)
