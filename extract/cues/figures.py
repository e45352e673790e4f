"""Which numbers and dates a quote can state, read as widely as any language writes them.

This is for checking, not for extracting: a value that no reading of the quote gives is refuted, so
every reading counts ("1,234" is 1234 and 1.234). Sources: digits of all scripts from the Unicode
Character Database; words for thousands and millions from the compact decimal formats of the
Unicode CLDR (through babel) and the vocabulary `numerals`; spelled numbers from text2num.
What this module does not do: say which of the numbers is meant.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from itertools import islice

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers

from extract.cues.numerals import spelled
from extract.vocabulary import load

__all__ = ["figures", "has_figures", "states_day", "states_number"]

_LONGEST = 2_000
"""Characters of a quote that are read: no value needs more."""

_MOST = 200
"""Numbers of one quote that are looked at."""

_TOKEN = re.compile(r"\d(?:[\d.,'’ʼ´·٫٬_\s]{0,3}\d)*")
_GAPS = re.compile(r"['’ʼ´·٬_\s]")
_HAN = re.compile(r"[〇零一二三四五六七八九十百千万億萬亿两]+")
_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_GROUPS = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8}
_WORD = re.compile(r"[^\W\d_]+(?:[-\s][^\W\d_]+){0,3}")
_HALVES = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_SHARES = re.compile(r"[%٪％]")
_LAKH = Decimal(100_000)
_WITH_OWN_WORDS = frozenset({"en_IN", "es_MX", "pt_PT", "zh_Hant"})
"""Locales of a country whose words for thousands and millions are not those of the language."""

_OTHER_CALENDARS = re.compile(
    r"(?<!\d)(?:1[345]\d\d|5[78]\d\d|25\d\d|R\d{1,2}|民國|平成|令和|昭和)"
)
"""Years of the Persian, Islamic, Hebrew and Buddhist calendars, and of eras."""


def has_figures(quote: str) -> bool:
    """Tell whether a quote has a digit of any script, or a Chinese numeral."""
    return any(char.isdecimal() for char in quote) or _HAN.search(quote) is not None


@lru_cache(maxsize=256)
def figures(quote: str) -> frozenset[Decimal]:
    """Return every number that a quote can be read to state.

    >>> {Decimal(35_000), Decimal(40_000)} <= figures("£35-40k")
    True
    >>> Decimal("300000") in figures("月給 30万円"), Decimal("2500.5") in figures("2 500,50 €")
    (True, True)
    """
    plain = _plain(quote[:_LONGEST])
    written = set(islice(_written(plain), _MOST))
    found = written | {number * power for power in _powers(plain) for number in written}
    if _SHARES.search(quote):
        found |= {number / 100 for number in tuple(found)}
    return frozenset(found)


def states_number(quote: str, value: float | Decimal, scales: tuple[Decimal, ...] = ()) -> bool:
    """Tell whether a quote can state a number, or cannot be read well enough to tell.

    `scales` are factors between the unit of the quote and that of the value, as 1/12 for years
    that are written as months; with them, sums of two numbers count too ("1 year 6 months").
    A quote without any figure is not refuted, since it may spell the number in any language.

    >>> states_number("five to eight years", 5.0), states_number("5 years", 6.0)
    (True, False)
    """
    if not has_figures(quote):
        return True
    wanted = Decimal(str(value))
    found = figures(quote)
    scaled = found | {number * scale for number in found for scale in scales}
    if any(_near(wanted, number) for number in scaled | _spelled(quote)):
        return True
    return bool(scales) and any(_near(wanted, one + other) for one in scaled for other in scaled)


def states_day(quote: str, day: dt.date, text: str) -> bool:
    """Tell whether a quote can state a day; its year may stand elsewhere in `text`.

    A quote with a year of another calendar cannot be checked, and is not refuted.

    >>> states_day("apply by 14 Feb 27", dt.date(2027, 2, 14), "")
    True
    >>> states_day("14 February", dt.date(2027, 2, 14), "Apply by 14 February.")
    False
    """
    plain = _plain(quote[:_LONGEST])
    if _OTHER_CALENDARS.search(plain) or not has_figures(quote):
        return True
    found = {int(number) for number in re.findall(r"\d+", plain)}
    found |= {int(number) for number in figures(quote) if number == int(number)}
    packed = f"{day:%Y%m%d}" in plain or f"{day:%d%m%Y}" in plain or f"{day:%y%m%d}" in plain
    if packed:
        return True
    named = any(char.isalpha() for char in plain)
    if day.day not in found or not (day.month in found or named):
        return False
    years = {day.year, day.year % 100}
    return bool(years & found) or str(day.year) in _plain(text)


def _plain(quote: str) -> str:
    """Return a quote with the digits of every script as 0 to 9."""
    if quote.isascii():
        return quote
    folded = unicodedata.normalize("NFKC", "".join(_HALVED.get(c, c) for c in quote))
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)


_HALVED = {sign: f" {share} " for sign, share in _HALVES.items()}


def _written(plain: str) -> Iterator[Decimal]:
    for token in _TOKEN.finditer(plain):
        yield from _readings(token.group())
    for run in _HAN.finditer(plain):
        if (number := _han(run.group())) is not None:
            yield number


def _readings(token: str) -> Iterator[Decimal]:
    """Yield each number that digits with marks between them can be."""
    pieces = [piece for piece in re.split(r"\s+", token) if piece]
    whole = _GAPS.sub("", token)
    for written in dict.fromkeys([whole, *(_GAPS.sub("", piece) for piece in pieces)]):
        groups = re.split(r"[.,٫]", written)
        if len(groups) == 1:
            yield Decimal(written)
            continue
        if _grouped(groups[:-1]):
            yield Decimal("".join(groups[:-1]) + "." + groups[-1])
        if _grouped(groups):
            yield Decimal("".join(groups))
        elif len(groups) > 2:  # noqa: PLR2004 - two marks, as in a date
            yield from map(Decimal, groups)


def _grouped(groups: list[str]) -> bool:
    """Tell whether digits are grouped as somebody groups them: by three, four, or as in India."""
    if len(groups) < 2:  # noqa: PLR2004 - nothing to group
        return True
    return len(groups[-1]) in {3, 4} and all(len(group) in {2, 3, 4} for group in groups[1:])


def _han(run: str) -> Decimal | None:
    """Read Chinese numerals, of which some may be powers alone ("三十万", "二〇二六")."""
    if not any(char in _HAN_DIGITS for char in run) and run[0] not in _HAN_UNITS:
        return None
    if all(char in _HAN_DIGITS for char in run):
        return Decimal("".join(str(_HAN_DIGITS[char]) for char in run))
    total = group = digit = 0
    for char in run:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_UNITS:
            group += (digit or 1) * _HAN_UNITS[char]
            digit = 0
        else:
            total += (group + digit or 1) * _HAN_GROUPS[char]
            group = digit = 0
    return Decimal(total + group + digit)


def _powers(plain: str) -> tuple[Decimal, ...]:
    """Return what the words for thousands, lakhs, millions in a quote multiply by."""
    known = _power_words()
    words = set(re.findall(r"(?<![^\W\d_])[^\W\d_]+", plain.lower()))
    signs = {char for char in plain if char >= "\u3000"}
    found = {power for word in words | signs for power in known.get(word, ())}
    return tuple(sorted(found))


@cache
def _power_words() -> dict[str, frozenset[Decimal]]:
    table: dict[str, set[Decimal]] = {}
    for word, power in load("numerals")["multipliers"].items():
        table.setdefault(word.lower(), set()).add(Decimal(power))
    table["lpa"] = {_LAKH}
    for name in locale_identifiers():
        if "_" in name and name not in _WITH_OWN_WORDS:
            continue
        try:
            formats = Locale.parse(name).compact_decimal_formats
        except (ValueError, UnknownLocaleError):
            continue
        for length in ("short", "long"):
            for plural in (formats.get(length) or {}).values():
                for size, pattern in plural.items():
                    _add(table, int(size), pattern.pattern)
    return {word: frozenset(powers) for word, powers in table.items()}


def _add(table: dict[str, set[Decimal]], size: int, pattern: str) -> None:
    """Add the word of a compact format: "000K" for 100000 says that K is 1000."""
    digits = pattern.count("0")
    word = re.sub(r"[0'.\s\u200e\u200f¤]", "", pattern).lower()
    if digits and word and word.isalpha():
        table.setdefault(word, set()).add(Decimal(size) / 10 ** (digits - 1))


def _spelled(quote: str) -> frozenset[Decimal]:
    """Return the numbers that words beside the figures spell, in the languages that are known."""
    languages = load("numerals")["languages"]["text2num"]
    found = set()
    for words in islice(_WORD.finditer(quote[:_LONGEST]), _MOST):
        said = words.group().split()
        for start in range(len(said)):
            for language in languages:
                number = spelled(" ".join(said[start:]), language)
                single = spelled(said[start], language)
                found |= {Decimal(str(each)) for each in (number, single) if each is not None}
    return frozenset(found)


def _near(one: Decimal, other: Decimal) -> bool:
    """Tell whether two numbers are the same to a hundredth: months are rarely whole years."""
    try:
        return abs(one - other) <= Decimal("0.01")
    except InvalidOperation:
        return False
