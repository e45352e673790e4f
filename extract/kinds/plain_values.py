"""Values of ordinary types in a schema of one's own: numbers, yes or no, days, one of several.

Code cannot propose these, so the model gives the value beside the words that state it, in both
ways of reading. The check is the same for any language: the number or the day stands in the quote.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, ClassVar, Literal

from extract.kinds.dates.calendar import day_order, written_dates
from extract.kinds.kind import (
    Finding,
    JsonSchema,
    Kind,
    RefutedError,
    Settled,
    Shape,
    everywhere,
    settle_one,
)
from extract.lexicon import compiled
from extract.reading.figures import figures, has_figures, states_number
from extract.reading.stated_days import states_day
from extract.values import Document, Span

__all__ = ["Flag", "Moment", "Number", "OneOf", "stated_day"]


@dataclass(frozen=True, slots=True)
class PlainKind(Kind):
    """What the kinds of ordinary types share: nothing is proposed, and the value is asked."""

    shape: ClassVar[Shape] = "one"
    by_value: ClassVar[bool] = True

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return every line: the words of a value may stand anywhere."""
        return everywhere(document)

    def read(self, document: Document, span: Span) -> Any | None:
        """Return None: words alone do not give the value."""
        return None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Keep the first value; a different one makes the field conflicting."""
        del document
        said = dict.fromkeys(str(finding.value) for finding in findings)
        return settle_one(findings, f"several values: {', '.join(said)}")

    def similarity(self, found: Any, expected: Any) -> float:
        """Return 1.0 for equal values, else 0.0."""
        return float(found == expected)


@dataclass(frozen=True, slots=True)
class Number(PlainKind):
    """An int, a float or a Decimal that stands in the quote, in digits or in words."""

    type: Literal["int", "float", "Decimal"] = "float"

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """The number."""
        return {"value": {"type": "integer" if self.type == "int" else "number"}}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Any:
        """Check that the number stands in the quote.

        >>> document = Document("1", "-", "serves four (4)", ())
        >>> Number("int").stated(document, Span(0, 15), {"value": 4})
        4
        """
        value = _exact(parts["value"])
        if self.type == "int" and value != int(value):
            raise ValueError(f"{value} is not a whole number")
        quote = document.quote(span)
        if not states_number(quote, value):
            raise RefutedError(f"{value} does not stand in {quote!r}")
        return {"int": int, "float": float, "Decimal": Decimal}[self.type](value)

    def derived(self, document: Document, span: Span) -> tuple[Any, ...]:
        """Return the number of a quote that can be read as one number only."""
        found = figures(document.quote(span))
        return tuple(found) if len(found) == 1 else ()

    def agrees(self, one: Any, other: Any) -> bool:
        """Tell whether two numbers are equal, whatever their types."""
        return Decimal(str(one)) == Decimal(str(other))


@dataclass(frozen=True, slots=True)
class Flag(PlainKind):
    """Yes or no, as the quote says it."""

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """True or false."""
        return {"value": {"type": "boolean"}}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> bool:
        """Return what a model reads in the quote."""
        if not isinstance(parts["value"], bool):
            raise TypeError(f"{parts['value']!r} is neither true nor false")
        return parts["value"]


@dataclass(frozen=True, slots=True)
class Moment(PlainKind):
    """A date, a datetime or a time of day, in ISO 8601, whose parts stand in the quote."""

    type: Literal["date", "datetime", "time"] = "date"

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """The moment, in ISO 8601."""
        return {"value": {"type": "string"}}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Any:
        """Check that day, month and year, or hour and minute, stand in the quote.

        >>> document = Document("1", "-", "Doors 19:30, 4 May 2027", ())
        >>> Moment("datetime").stated(document, Span(0, 23), {"value": "2027-05-04T19:30"})
        datetime.datetime(2027, 5, 4, 19, 30)
        """
        if self.type == "date":
            return stated_day(document, span, parts["value"])
        quote = document.quote(span)
        if self.type == "time":
            return _stated_time(quote, dt.time.fromisoformat(parts["value"]))
        moment = dt.datetime.fromisoformat(parts["value"])
        stated_day(document, span, moment.date().isoformat())
        if moment.time() != dt.time():
            _stated_time(quote, moment.time())
        return moment

    def derived(self, document: Document, span: Span) -> tuple[Any, ...]:
        """Return the day of a quote in which one full date is written; code reads no hours."""
        if self.type != "date":
            return ()
        written = written_dates(document.text, span.start, span.end)
        days = {found.day(None) or found.day(day_order(document.text)) for found in written}
        return tuple(days) if len(days) == 1 and None not in days else ()


@dataclass(frozen=True, slots=True)
class OneOf(PlainKind):
    """One of the values of a Literal or an Enum, in the form that they have in JSON."""

    values: tuple[str | int | bool, ...]

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """The values to choose from."""
        kinds = sorted({_JSON_TYPES[type(value)] for value in self.values})
        return {"value": {"type": kinds[0] if len(kinds) == 1 else kinds, "enum": [*self.values]}}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Any:
        """Return the value that a model reads in the quote."""
        value = parts["value"]
        if not any(value == one and type(value) is type(one) for one in self.values):
            raise ValueError(f"{value!r} is none of {', '.join(map(repr, self.values))}")
        return value

    def derived(self, document: Document, span: Span) -> tuple[Any, ...]:
        """Return the one value whose own words stand in the quote.

        >>> document = Document("1", "-", "Heating: district_heating", ())
        >>> OneOf(("gas", "district heating")).derived(document, Span(0, 25))
        ('district heating',)
        """
        quote = document.quote(span).replace("_", " ").replace("-", " ")
        named = [v for v in self.values if isinstance(v, str) and _words(v).search(quote)]
        longest = max(named, key=len, default=None)
        rivals = [v for v in named if longest and v not in longest]
        return () if longest is None or rivals else (longest,)


def _exact(value: Any) -> Decimal:
    """Return a number as the JSON has it, which may also write it as text."""
    try:
        exact = None if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        exact = None
    if exact is None or not exact.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return exact


_JSON_TYPES = {str: "string", int: "integer", bool: "boolean"}


def stated_day(document: Document, span: Span, iso: Any) -> dt.date:
    """Return the day that a model reads in a quote.

    Raises RefutedError where its parts do not stand there.
    """
    day = dt.date.fromisoformat(str(iso)[:10])
    quote = document.quote(span)
    if not states_day(quote, day, document.text):
        raise RefutedError(f"{day} does not stand in {quote!r}")
    return day


def _stated_time(quote: str, moment: dt.time) -> dt.time:
    found = {int(number) for number in figures(quote) if number == int(number)}
    packed = {moment.hour * 100 + moment.minute, moment.hour % 12 * 100 + moment.minute}
    hours = {moment.hour, moment.hour % 12 or 12}
    stands = hours & found and (not moment.minute or moment.minute in found)
    decimal = any(hour + moment.minute / 100 == float(n) for hour in hours for n in figures(quote))
    if has_figures(quote) and not (stands or packed & found or decimal):
        raise RefutedError(f"{moment:%H:%M} does not stand in {quote!r}")
    return moment


@cache
def _words(value: str) -> Any:
    return compiled([value.replace("_", " ").replace("-", " ").lower()])
