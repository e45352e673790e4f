"""Which days a quote can state, in any language: for checking an answer, not for extracting one.

Sources: the names of the months from the Unicode CLDR (through babel), in all its languages. What
this module does not do: say which of several days is meant, or read other calendars.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from functools import cache
from importlib import import_module

from extract.lexicon.made_once import made_once
from extract.reading import scripts
from extract.reading.figures import has_figures, numerals
from extract.reading.scripts import with_ascii_digits, words_of

__all__ = ["states_day"]

_LONGEST = 2_000
"""Characters of a quote that are read."""

_OTHER_CALENDARS = re.compile(
    r"(?<!\d)(?:1[345]\d\d|5[78]\d\d|25\d\d|R\d{1,2}|民國|平成|令和|昭和)"
)
"""Years of the Persian, Islamic, Hebrew and Buddhist calendars, and of eras."""

_MONTH_NUMBER = re.compile(r"(\d{1,2})\s*[月월]|(?:tháng|thg\.?)\s*(\d{1,2})", re.IGNORECASE)
"""A word for "month" beside its number, in the languages that name months so."""

_IN_NUMBERS = re.compile(r"\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}")
_SHORTEST_NAME = 3
_WHOLE = 3
"""Numbers in a day that is written in numbers alone."""


def states_day(quote: str, day: dt.date, text: str) -> bool:
    """Tell whether a quote can state a day; its year may stand elsewhere in `text`.

    A quote with a year of another calendar cannot be checked, and is not refuted.

    >>> states_day("apply by 14 Feb 27", dt.date(2027, 2, 14), "")
    True
    >>> states_day("14 February", dt.date(2027, 2, 14), "Apply by 14 February.")
    False
    """
    plain = with_ascii_digits(quote[:_LONGEST])
    if _OTHER_CALENDARS.search(plain) or not has_figures(quote):
        return True
    if any(day.strftime(packed) in plain for packed in ("%Y%m%d", "%d%m%Y", "%y%m%d")):
        return True
    numbers = Counter(int(number) for number in re.findall(r"\d+", plain))
    numbers.update(int(number) for number in numerals(plain))
    months = [[day.month]] if _may_be_numbered(plain, day.month) else []
    months += [[]] if _may_be_named(plain, day.month) else []
    return any(_stands(day, [day.day, *month], numbers, plain, text) for month in months)


def _stands(day: dt.date, parts: list[int], numbers: Counter[int], plain: str, text: str) -> bool:
    """Tell whether each part, and the year, is a number of its own."""
    wanted = Counter(parts)
    if wanted - numbers:
        return False
    left = numbers - wanted
    if left[day.year] or left[day.year % 100]:
        return True
    whole = numbers.total() == _WHOLE and not any(char.isalpha() for char in plain)
    return not whole and str(day.year) in with_ascii_digits(text)


def _may_be_numbered(plain: str, month: int) -> bool:
    numbered = {int(one or other) for one, other in _MONTH_NUMBER.findall(plain)}
    return not numbered or month in numbered


def _may_be_named(plain: str, month: int) -> bool:
    """Tell whether words may name the month: one of its names, or words that name no other."""
    if _MONTH_NUMBER.search(plain):
        return False
    words = words_of(plain)
    named = [_names()[word] for word in words if word in _names()]
    if named:
        return any(month in months for months in named)
    return bool(words) and not _IN_NUMBERS.search(plain)


@cache
def _names() -> dict[str, frozenset[int]]:
    """Return the months that a word names, in any language."""
    listed = json.loads(made_once("months", _made, ["babel"], scripts.__file__))
    return {name: frozenset(months) for name, months in listed.items()}


def _made() -> str:
    table: dict[str, set[int]] = {}
    babel, data = import_module("babel"), import_module("babel.localedata")
    for identifier in data.locale_identifiers():
        if "_" in identifier:
            continue
        for widths in babel.Locale.parse(identifier).months.values():
            for width in ("wide", "abbreviated"):
                for month, name in widths.get(width, {}).items():
                    words = words_of(with_ascii_digits(name))
                    if len(words) == 1 and len(words[0]) >= _SHORTEST_NAME:
                        table.setdefault(words[0], set()).add(month)
    return json.dumps({name: sorted(months) for name, months in table.items()})
