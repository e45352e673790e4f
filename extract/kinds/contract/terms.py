"""Lengths of time in months: "12-month", "2 Jahre", "zes maanden", "1年間".

The units are those of the vocabularies `years` and `contract`. What a length is the length of is
for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extract.lexicon import load
from extract.lexicon.alternation import units_after_figures
from extract.reading.numerals import quantity
from extract.values import Span

__all__ = ["Term", "terms"]

_PER_YEAR = 12
_MOST = 10 * _PER_YEAR
"""No fixed term is longer; a larger figure is a calendar year."""


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time and where it stands; `months` is None for a range."""

    span: Span
    months: float | None


def terms(text: str, within: Span) -> Iterator[Term]:
    """Yield the lengths whose unit stands in a part of the text, in reading order.

    >>> [found.months for found in terms("12-month contract, two years", Span(0, 28))]
    [12.0, 24.0]
    """
    for unit in _expression().finditer(text, within.start, within.end):
        for language, factor in _readings(unit.group().casefold()):
            found = quantity(text, unit.start(), language)
            if found is None or found.start < within.start or found.high <= 0:
                continue
            if found.high * factor <= _MOST:
                single = found.low == found.high and not found.more
                months = found.low * factor if single else None
                yield Term(Span(found.start, unit.end()), months)
            break


@cache
def _units() -> dict[str, tuple[tuple[str, int], ...]]:
    """Return for each word or expression its languages, and the months that one of it has."""
    table: dict[str, list[tuple[str, int]]] = {}
    for vocabulary in ("years", "contract"):
        for unit, factor in (("months", 1), ("years", _PER_YEAR)):
            for language, words in load(vocabulary)[unit].items():
                for word in words:
                    source = word[1:] if word.startswith("~") else re.escape(word)
                    table.setdefault(source, []).append((language, factor))
    return {source: tuple(readings) for source, readings in table.items()}


@cache
def _expression() -> re.Pattern[str]:
    return re.compile(units_after_figures(_units()), re.IGNORECASE)


def _readings(unit: str) -> tuple[tuple[str, int], ...]:
    return tuple(
        reading
        for source, readings in _units().items()
        if re.fullmatch(source, unit, re.IGNORECASE)
        for reading in readings
    )
