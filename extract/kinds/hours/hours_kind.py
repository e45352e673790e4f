"""Weekly working hours: "37.5 hours per week", "30-40 Std./Woche", "週20時間以上".

Code answers this alone. Only hours of a week count, never those of a day or of a shift; where the
text states different ones, it is not answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar

from extract.kinds.hours.weekly import Week, weeks
from extract.kinds.kind import NUMBER, Finding, JsonSchema, Kind, RefutedError, Settled, Shape
from extract.reading.boilerplate import boilerplate
from extract.reading.figures import states_number
from extract.values import Document, Hours, Span

__all__ = ["WeeklyHours"]

_IN_HOURS = (Decimal(1) / 60,)
"""Minutes, in hours: "32 h 30"."""
_CONTEXT = 200
"""Characters around a quote that are read with it."""
_ENOUGH = 50
"""Statements that are looked at: hostile text may hold any number."""


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
        found = _stated(document)
        agreed = len({week.hours for week in found}) == 1
        return tuple(week.span for week in found) if agreed else ()

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return every firm statement of hours a week, or the others where none is firm."""
        return tuple(week.span for week in _stated(document))

    def read(self, document: Document, span: Span) -> Hours | None:
        """Derive the hours from the words of `span` and the words that say they are of a week."""
        window = document.around(span, _CONTEXT)
        for week in weeks(document.text, window):
            if week.span.overlaps(span):
                return week.hours
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


def _stated(document: Document) -> list[Week]:
    """Return the firm statements outside the boilerplate, or the others where none is firm."""
    idle = boilerplate(document)
    lines = (line.span for line in document.lines if line.number not in idle)
    found = list(islice((week for span in lines for week in weeks(document.text, span)), _ENOUGH))
    return [week for week in found if week.firm] or found
