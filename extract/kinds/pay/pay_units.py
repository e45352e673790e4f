"""Units of time as the words of a rate: "per hour", "p.a.", "Bruto/año", "月給".

Behind a slash ("€/mėn.") the names and abbreviations of units in 41 languages count too; they come
from the CLDR (through babel).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from itertools import chain
from typing import get_args

from extract.lexicon import WordTable, compiled, load, pattern, words
from extract.lexicon.made_once import made_once
from extract.values import Period

__all__ = ["PERIODS", "glued", "is_odd", "period_word", "rated", "unit_of"]

PERIODS: tuple[Period, ...] = get_args(Period)


# Not all languages: in some a unit is a word of other rates elsewhere ("set").
_LOCALES = (
    "az", "bg", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "gl", "hr",
    "hu", "hy", "id", "is", "it", "ka", "lt", "lv", "mk", "ms", "nb", "nl", "nn", "pl", "pt", "ro",
    "ru", "sk", "sl", "sq", "sr", "sr_Latn", "sv", "tr", "uk", "vi",
)  # fmt: skip
_SHORTEST = 3
"""Letters of a unit behind a slash: shorter ones are also pieces and other things ("kr/st")."""


@cache
def _per() -> str:
    return rf"(?:(?<!\w)(?:{pattern('pay', 'per').pattern})\s{{0,2}}|/\s{{0,2}})"


@cache
def _periods() -> dict[Period, re.Pattern[str]]:
    return {
        name: re.compile(
            rf"{_per()}(?:{pattern('pay', name + '_unit').pattern})|{pattern('pay', name).pattern}"
            rf"|{_by_slash([name])}",
            re.IGNORECASE,
        )
        for name in PERIODS
    }


@cache
def _named() -> Mapping[str, list[str]]:
    """Return the names of each unit, and their abbreviations."""
    named: Mapping[str, list[str]] = json.loads(made_once("units_of_time", _made, ["babel"]))
    return named


def _made() -> str:
    units = import_module("babel.units")
    found: dict[str, set[Period]] = {}
    for name in PERIODS:
        for locale in _LOCALES:
            for length in ("long", "short"):
                for number in (1, 2, 5):  # languages have other forms for a few and for many
                    said = units.format_unit(number, f"duration-{name}", length, locale=locale)
                    word = re.sub(r"[\d\s]", "", said).strip(".").lower()
                    if len(word) >= _SHORTEST and word.isalpha():
                        found.setdefault(word, set()).add(name)
    table: dict[str, list[str]] = {name: [] for name in PERIODS}
    for word, names in sorted(found.items()):
        if len(names) == 1:
            table[names.pop()].append(word)
    return json.dumps(table)


def _by_slash(names: Sequence[Period]) -> str:
    units = "|".join(re.escape(word) for name in names for word in _named()[name])
    return rf"/\s{{0,2}}(?:{units})\.?(?!\w)"


def glued(text: str, offset: int) -> tuple[Period, int] | None:
    """Return the period that an abbreviation at `offset` stands for, and where it ends.

    >>> glued("£20ph", 3)
    ('hour', 5)
    """
    found = _glued().match(text, offset)
    if not found:
        return None
    return next((name, found.end()) for name in PERIODS if found[name])


@cache
def _glued() -> re.Pattern[str]:
    groups = (f"(?P<{name}>{'|'.join(words)})" for name, words in load("pay")["glued"].items())
    return re.compile(rf"\s?(?:{'|'.join(groups)})(?![^\W_])", re.IGNORECASE)


@cache
def _worked() -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern('pay', 'worked').pattern})\s{{0,2}}{_per()}\w+", re.IGNORECASE)


@cache
def _odd() -> re.Pattern[str]:
    source = pattern("pay", "odd_period").pattern
    return re.compile(rf"(?:{_per()})?(?:{source})", re.IGNORECASE)


def is_odd(text: str, offset: int) -> bool:
    """Tell whether what follows `offset` is a period that no record has: "per fortnight".

    >>> is_odd("$900 every two weeks", 5), is_odd("$900 a week", 5)
    (True, False)
    """
    return _odd().match(text, offset) is not None


@cache
def _rate() -> re.Pattern[str]:
    units = "|".join(pattern("pay", f"{name}_unit").pattern for name in PERIODS)
    words = "|".join(pattern("pay", name).pattern for name in PERIODS)
    gross = pattern("pay", "between_amount_and_unit").pattern
    return re.compile(
        rf"[ \u00a0]{{0,2}}(?:(?:{gross})[ \u00a0]+)?"
        rf"(?:{_per()}(?:{units})|{_by_slash(PERIODS)}|(?:{words}))\.?",
        re.IGNORECASE,
    )


def rated(text: str, offset: int) -> int:
    """Return where the unit of time ends that follows an amount at once, or `offset`.

    >>> rated("$18 an hour to $22 an hour", 3), rated("25k pa - 28k pa", 3), rated("$18 - $22", 3)
    (11, 6, 3)
    """
    short = glued(text, offset)
    if short:
        return short[1]
    found = _rate().match(text, offset)
    return found.end() if found else offset


@cache
def _words() -> WordTable:
    """Return all words for units of time: one of them is in every period."""
    tables = (words("pay", f"{name}{form}") for name in PERIODS for form in ("", "_unit"))
    return compiled(
        [*(word for table in tables for word in table), *chain.from_iterable(_named().values())]
    )


def period_word(
    text: str, start: int = 0, end: int | None = None
) -> tuple[Period, int, int] | None:
    """Return the first unit of time that `text[start:end]` names as that of a rate, and where.

    A period of two weeks or half a month is none of them, not the week or month in its name.

    >>> period_word("gross per month"), period_word("40 hours per week")
    (('month', 6, 15), None)
    """
    stop = len(text) if end is None else end
    begun = start > 0 and start < stop and text[start - 1].isalnum() and text[start].isalnum()
    if not (begun or _words().may_stand(text, start, stop)):
        return None
    window = text[start:stop]
    for other in (_worked(), _odd()):
        window = other.sub(lambda found: "." * len(found.group()), window)
    first: tuple[Period, int, int] | None = None
    for name, expression in _periods().items():
        found = expression.search(window)
        if found and (first is None or start + found.start() < first[1]):
            first = (name, start + found.start(), start + found.end())
    return first


def unit_of(value: str) -> Period | None:
    """Return the unit of time that the value of a field names; None if it names none.

    >>> unit_of("1 hour"), unit_of("Per Year"), unit_of("box")
    ('hour', 'year', None)
    """
    value = value.strip().removeprefix("1 ")
    word = period_word(value)
    if word:
        return word[0]
    short = glued(value, 0)
    if short and short[1] == len(value):
        return short[0]
    for name in PERIODS:
        if pattern("pay", f"{name}_unit").fullmatch(value.strip().lower()):
            return name
    return None
