"""Weekly working hours: "37.5 hours per week", "30-40 Std./Woche", "週20時間以上".

Code answers this alone. Only hours of a week count, never those of a day or of a shift; where the
text states different ones, it is not answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any, ClassVar

from extract.cues.figures import states_number
from extract.cues.numerals import DASH, Quantity, parse_number, quantity
from extract.cues.wording import clause
from extract.kinds.kind import NUMBER, Finding, JsonSchema, Kind, RefutedError, Settled, Shape
from extract.text.boilerplate import boilerplate
from extract.values import Document, Hours, Span
from extract.vocabulary import compiled, load, pattern, words

__all__ = ["WeeklyHours"]

_LEAST = 4
_MOST = 84
"""Hours that a week of work can have, from a tutor's to a seafarer's."""
_IN_HOURS = (Decimal(1) / 60,)
"""Minutes, in hours: "32 h 30"."""
_ENOUGH = 50
"""Statements of one line that are looked at."""
_LEAD = 24
_FIGURE = r"(?<![\d.,:/$€£])\d{1,2}(?:[.,]\d{1,2})?(?![\d:])"


@dataclass(frozen=True, slots=True)
class WeeklyHours(Kind):
    """The hours of work a week, of shape "one": `Hours`.

    >>> from extract.values import Line
    >>> text = "Hours: 20 to 30 hours per week, 6 hours a day"
    >>> document = Document("1", "-", text, (Line(1, Span(0, len(text))),))
    >>> [document.quote(span) for span in WeeklyHours().given(document)]
    ['20 to 30 hours per week']
    >>> WeeklyHours().read(document, Span(7, 30))
    Hours(min=20.0, max=30.0)
    """

    shape: ClassVar[Shape] = "one"
    asked: ClassVar[bool] = False
    needs_line: ClassVar[bool] = False
    gives: ClassVar[type] = Hours

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return what is proposed if all of it states the same hours."""
        spans = self.propose(document)
        stated = {value for span in spans if (value := self.read(document, span))}
        return spans if len(stated) == 1 else ()

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return every statement of hours a week that is not of overtime, training and the like."""
        idle = boilerplate(document)
        return tuple(
            span
            for line in document.lines
            if line.number not in idle
            for span, _ in islice(_statements(document.text, line.span), _ENOUGH)
        )

    def read(self, document: Document, span: Span) -> Hours | None:
        """Derive the hours from the words of `span` and the words that say they are of a week."""
        line = document.line_at(span.start)
        window = line.span if line else Span(0, len(document.text))
        for at, value in _statements(document.text, window):
            if at.overlaps(span):
                return value
        return None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Take the first hours; different ones conflict."""
        values = list(dict.fromkeys(finding.value for finding in findings))
        told = tuple(("", finding.span) for finding in findings)
        if len(values) == 1:
            return Settled(values[0], told, "stated")
        quotes = dict.fromkeys(document.quote(finding.span) for finding in findings)
        return Settled(values[0], told, "conflicting", f"the text says {' and '.join(quotes)}")

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """Both ends, in hours a week."""
        return {"min": NUMBER, "max": NUMBER}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Hours:
        """Check that each figure stands in the quote."""
        value = Hours.model_validate(parts)
        if value.min is None and value.max is None:
            raise ValueError("hours without a number")
        quote = document.quote(span)
        for hours in (value.min, value.max):
            if hours is not None and not states_number(quote, hours, _IN_HOURS):
                raise RefutedError(f"{hours:g} hours do not stand in {quote!r}")
        return value

    def similarity(self, found: Any, expected: Any) -> float:
        """Return 1.0 for the same least and most hours, else 0.0."""
        return float(found == expected)


@cache
def _before() -> re.Pattern[str]:
    """Return an expression for a label of weekly hours and the figures after it."""
    label = compiled(words("hours", "before")).pattern
    hours = "|".join(re.escape(word) for word in words("hours", "hours"))
    figures = (
        rf"(?P<low>{_FIGURE})(?:\s?(?:{DASH}|to|bis|à|a|až|till|tot|do)\s?(?P<high>{_FIGURE}))?"
    )
    return re.compile(
        rf"(?P<label>{label})\s*(?P<figures>{figures})\s?(?P<unit>(?:{hours})(?![a-zß-ÿ]))?",
        re.IGNORECASE,
    )


@cache
def _end(table: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern('pay', table).pattern})\s*$", re.IGNORECASE)


def _statements(text: str, window: Span) -> Iterator[tuple[Span, Hours]]:
    """Yield the statements of weekly hours in a part of the text, in order, without overlaps."""
    found = [*_followed(text, window), *_labelled(text, window)]
    last = window.start
    for span, value in sorted(found, key=lambda each: each[0]):
        around = clause(text, span, window)
        if span.start < last or pattern("hours", "other").search(text, around.start, around.end):
            continue
        yield span, value
        last = span.end


def _followed(text: str, window: Span) -> Iterator[tuple[Span, Hours]]:
    """Yield the figures that words for hours a week follow."""
    for language, listed in load("hours")["after"].items():
        for unit in _unit(tuple(listed)).finditer(text, window.start, window.end):
            number = quantity(text, unit.start(), language)
            if number is not None and number.start >= window.start:
                yield from _bounded(text, number, Span(number.start, unit.end()), window)


@cache
def _unit(listed: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(word.removeprefix("~") for word in listed), re.IGNORECASE)


def _labelled(text: str, window: Span) -> Iterator[tuple[Span, Hours]]:
    """Yield the figures that a label of weekly hours leads to."""
    for match in _before().finditer(text, window.start, window.end):
        if not match["unit"] and match["label"].rstrip()[-1:] not in {":", "=", "|", "："}:
            continue
        low = parse_number(match["low"])
        high = parse_number(match["high"]) if match["high"] else low
        if low is not None and high is not None:
            start, end = match.start("figures"), match.end("figures")
            number = Quantity(start, end, low, high, more=False)
            yield from _bounded(text, number, Span(*match.span()), window)


def _bounded(text: str, number: Quantity, said: Span, window: Span) -> Iterator[tuple[Span, Hours]]:
    """Yield the hours of a figure, open where the words around it say so."""
    low, high = number.low, number.high
    if not _LEAST <= low <= high <= _MOST:
        return
    start, end = said.start, said.end
    value = Hours(min=low, max=high)
    if low == high:
        lead = text[max(window.start, number.start - _LEAD) : number.start]
        most, least = _end("up_to").search(lead), _end("from").search(lead)
        trail = re.compile(rf"\s*(?:{pattern('pay', 'and_up').pattern}|以上)", re.IGNORECASE)
        more = trail.match(text, end, window.end)
        if most:
            value = Hours(max=high)
        elif least or more or number.more:
            value = Hours(min=low)
        bound = most or least
        if bound:
            start = min(start, number.start - len(lead) + bound.start())
        end = more.end() if more and not most else end
    yield Span(start, end), value
