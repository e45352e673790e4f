"""Lengths of time as they are written: "2 to 4 years", "3 Yrs - 6 Yrs", "un an et demi".

What they are lengths of is for `asked_for` to say. Every look is at a window of fixed size
around a unit of time, so the cost is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from extract.kinds.years.asked_for import OF, beside, lead
from extract.lexicon import WordTable, compiled, load, pattern, words
from extract.lexicon.alternation import units_after_figures
from extract.lexicon.starts import matches_at
from extract.lexicon.wording import compiled as loosely
from extract.reading.numerals import DASH, Quantity, quantity
from extract.reading.tongue import is_foreign

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Length", "lengths"]

_MOST = 2000
"""Units of time of one text that are looked at: no posting has more, hostile text may."""
_MONTHS = 12
_ARTICLE = 5
_GLUED = re.compile(r"\d(?=[^\W\d_])")
"""A unit may touch its figure: "3years"."""
_GAP = 12
_ALONE = re.compile(r"(?<!\w)(an?|un[ae]?|ein(?:em|en)?|ett|um|een)\s+$", re.IGNORECASE)
_TO = re.compile(rf"\s*(?:{DASH}|{pattern('numerals', 'to').pattern})\s*", re.IGNORECASE)
_AND = re.compile(rf"\s*(?:[,&+]|{pattern('numerals', 'and').pattern})?\s*", re.IGNORECASE)
_BETWEEN = re.compile(rf"(?:{pattern('numerals', 'between').pattern})\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Length:
    """A length in years; `figure` is its number as far as the unit, `end` where the unit ends."""

    figure: Quantity
    end: int
    months: bool = False


def lengths(text: str) -> Iterator[Length]:
    """Yield the lengths of time in a text, in order.

    Two that are the ends of a range are one, and so are years with their months.

    >>> text = "3 Yrs - 6 Yrs, or 1 year 6 months, or half a year"
    >>> [(found.figure.low, found.figure.high) for found in lengths(text)]
    [(3.0, 6.0), (1.5, 1.5), (0.5, 0.5)]
    """
    waiting: Length | None = None
    for length in _single(text):
        both = None if waiting is None else _joined(text, waiting, length)
        if waiting is not None and both is None:
            yield waiting
        waiting = both or length
    if waiting is not None:
        yield waiting


def _single(text: str) -> Iterator[Length]:
    expression, _, months = _units()
    starts = _words().starts(text)
    if starts is not None:
        starts = sorted({*starts, *(found.end() for found in _GLUED.finditer(text))})
    found_units = (
        expression.finditer(text) if starts is None else matches_at(expression, text, starts)
    )
    for unit in islice(found_units, _MOST):
        word = unit.group().lower()
        for language in _languages(word):
            if is_foreign(text, unit.start(), unit.end(), language):
                continue
            half = _half(text, unit.end(), language)
            found, finish = quantity(text, unit.start(), language), unit.end()
            if found is None:
                found, finish = _one(text, unit, half=half is not None)
            if found is None:
                continue
            if half is not None and found.low == found.high:
                found = replace(found, low=found.low + 0.5, high=found.high + 0.5)
                finish = half
            per_year = _MONTHS if word in months else 1
            low, high = round(found.low / per_year, 2), round(found.high / per_year, 2)
            yield Length(replace(found, low=low, high=high), finish, word in months)
            break


def _half(text: str, end: int, language: str) -> int | None:
    """Return where words end that add a half to the unit before them: "un an et demi"."""
    after = _halves(language)
    found = None if after is None else after.match(text, end)
    return None if found is None else found.end()


@cache
def _halves(language: str) -> re.Pattern[str] | None:
    listed = load("numerals")["halves"].get(language, ())
    return re.compile(rf"\s+{compiled(listed).pattern}", re.IGNORECASE) if listed else None


def _one(text: str, unit: re.Match[str], *, half: bool) -> tuple[Quantity | None, int]:
    """Read a unit without a number as one of it: "a year of practice", "aspoň rok praxe".

    Returns it with its end, which takes in "or two".
    """
    window = text[max(0, unit.start() - _ARTICLE) : unit.start()]
    article = _ALONE.search(window)
    start = unit.start() - len(window) + article.start(1) if article else unit.start()
    low, high, end = 1.0, 1.0, unit.end()
    two = beside("or_two", ahead=True).match(text, end)
    english = article is not None and article[1].lower() in ("a", "an")
    if two is not None:
        high, end = 2.0, two.end()
    elif lead(text, start, "at_least") is None and not (half or (english and OF.match(text, end))):
        return None, end
    return Quantity(start, unit.start(), low, high, more=False), end


def _joined(text: str, first: Length, second: Length) -> Length | None:
    """Return what two neighbouring lengths say together, or None if they are two."""
    one, two = first.figure, second.figure
    gap = text[first.end : two.start]
    single = one.low == one.high and two.low == two.high
    if len(gap) > _GAP or first.end > two.start or not single:
        return None
    whole = Quantity(one.start, two.end, one.low, two.high, more=two.more)
    if second.months and not first.months and two.high < 1 and _AND.fullmatch(gap):
        total = round(one.low + two.low, 2)
        return Length(replace(whole, low=total, high=total), second.end)
    between = _AND.fullmatch(gap) and gap.strip() and _BETWEEN.search(text[: one.start][-_GAP:])
    if one.low < two.high and (_TO.fullmatch(gap) or between):
        return Length(whole, second.end)
    return None


@cache
def _units() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]], frozenset[str]]:
    """Return an expression for all units, the languages of each, and which are months."""
    languages: dict[str, tuple[str, ...]] = {}
    months: set[str] = set()
    sources: list[str] = []
    for table in ("months", "years"):
        for language, listed in load("years")[table].items():
            for word in listed:
                sources.append(word[1:] if word.startswith("~") else re.escape(word))
                languages[word.lstrip("~")] = (*languages.get(word.lstrip("~"), ()), language)
                if table == "months":
                    months.add(word)
    expression = re.compile(units_after_figures(sources), re.IGNORECASE)
    return expression, languages, frozenset(months)


@cache
def _words() -> WordTable:
    """Return the units, to be sought where words begin."""
    return loosely((*words("years", "months"), *words("years", "years")))


def _languages(unit: str) -> tuple[str, ...]:
    _, languages, _ = _units()
    if unit in languages:
        return languages[unit]
    shapes = [word for word in languages if re.fullmatch(word, unit)]
    return tuple(language for word in shapes for language in languages[word])
