"""Which numbers a quote can state, read as widely as any language writes them.

This is for checking, not for extracting: a value that no reading of the quote gives is refuted, so
every reading counts ("1,234" is 1234 and 1.234). Sources: digits of all scripts from the Unicode
Character Database; words for thousands and millions from `powers`; spelled numbers from text2num.
What this module does not do: say which of the numbers is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import islice

from extract.lexicon import load
from extract.reading.numerals import spelled
from extract.reading.powers import powers
from extract.reading.scripts import with_ascii_digits

__all__ = [
    "figures",
    "has_figures",
    "numerals",
    "states_number",
]

_LONGEST = 2_000
"""Characters of a quote that are read: no value needs more."""

_MOST = 200
"""Numbers of one quote that are looked at."""

_TOKEN = re.compile(r"(?<![\d.,])[.,]\d+(?![\d.,])|\d(?:[\d.,'’ʼ´·٫٬_\s]{0,3}\d)*")
_LED = re.compile(r"(?<!\d)\d{1,3}\s?(?:[-–—~〜/]|[^\W\d_]{1,3})\s?\d{1,3}[.,'’\s]000(?!\d)")
"""A range of thousands in which only the upper end is written out."""
_GAPS = re.compile(r"['’ʼ´·٬_\s]")
_HAN_DIGITS = {char: Decimal(value) for value, char in enumerate("零一二三四五六七八九")}
_HAN_DIGITS |= {"〇": Decimal(0), "两": Decimal(2)}
_UNITS = {"十": 10, "百": 100, "千": 1000, "십": 10, "백": 100, "천": 1000}
_GROUPS = (
    dict.fromkeys("万萬만", 10**4) | dict.fromkeys("億亿억", 10**8) | {"兆": 10**12, "조": 10**12}
)
_HAN = re.compile(r"[〇零一二三四五六七八九十百千万億萬亿两]+")
_POWER = f"[{''.join((*_UNITS, *_GROUPS))}]"
_FIGURE = r"\d[\d,]*(?:\.\d+)?"
_MIXED = re.compile(rf"{_FIGURE}\s?{_POWER}(?:\s?(?:{_FIGURE}|[一-九])?\s?{_POWER})*(?:{_FIGURE})?")
"""Digits with powers between them: 1億2000万, 3천 5백만."""
_PIECE = re.compile(rf"{_FIGURE}|\S")
_WORD = re.compile(r"[^\W\d_]+(?:[-\s][^\W\d_]+){0,3}")
_SHARES = re.compile(r"[%٪％]")


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
    plain = with_ascii_digits(quote[:_LONGEST])
    written = set(islice(_written(plain), _MOST))
    if _LED.search(plain):  # "45-62.000": the lower end leaves its thousands to the upper one
        written |= {number * 1000 for number in written if number < 1000}  # noqa: PLR2004
    found = written | {number * power for power in powers(plain) for number in written}
    if _SHARES.search(quote):
        found |= {number / 100 for number in tuple(found)}
    return frozenset(found)


def states_number(quote: str, value: float | Decimal, scales: tuple[Decimal, ...] = ()) -> bool:
    """Tell whether a quote can state a number, or cannot be read well enough to tell.

    `scales` are factors between the unit of the quote and that of the value, as 1/12 for years
    that are written as months; with them, sums of two numbers count too ("1 year 6 months").
    A quote without any figure is not refuted, since it may spell the number in any language. The
    sign of the value is not checked: a dash before a number often means something else.

    >>> states_number("five to eight years", 5.0), states_number("5 years", 6.0)
    (True, False)
    """
    wanted = abs(Decimal(str(value)))
    if not wanted.is_finite():
        return False
    if not has_figures(quote):
        return True
    found = figures(quote)
    scaled = found | {number * scale for number in found for scale in scales}
    if any(_near(wanted, number) for number in scaled | _spelled(quote)):
        return True
    return bool(scales) and any(_near(wanted, one + other) for one in scaled for other in scaled)


def numerals(plain: str) -> Iterator[Decimal]:
    """Yield the numbers that Chinese numerals spell in a text."""
    for run in _HAN.finditer(plain):
        pieces = run.group()
        if all(char in _HAN_DIGITS for char in pieces):  # a year is written digit by digit
            yield Decimal("".join(str(_HAN_DIGITS[char]) for char in pieces))
        elif pieces[0] in _UNITS or any(char in _HAN_DIGITS for char in pieces):
            yield _multiplied(pieces)


def _written(plain: str) -> Iterator[Decimal]:
    for token in _TOKEN.finditer(plain):
        yield from _readings(token.group())
    yield from numerals(plain)
    for run in _MIXED.finditer(plain):
        yield _multiplied(_PIECE.findall(run.group()))


def _readings(token: str) -> Iterator[Decimal]:
    """Yield each number that digits with marks between them can be."""
    if token[0] in ".,":
        yield Decimal(f"0.{token[1:]}")
        return
    pieces = [piece for piece in re.split(r"\s+", token) if piece]
    whole = _GAPS.sub("", token)
    for written in dict.fromkeys([whole, *(_GAPS.sub("", piece) for piece in pieces)]):
        between = re.split(r"[.,٫]", written)
        groups = [group for group in between if group]
        if len(groups) < 2:  # noqa: PLR2004 - nothing to group
            yield from map(Decimal, groups)
            continue
        if _grouped(groups[:-1]):
            yield Decimal("".join(groups[:-1]) + "." + groups[-1])
        if _grouped(groups):
            yield Decimal("".join(groups))
        elif len(between) > 2 and not _has_both(written):  # noqa: PLR2004 - a date, or "5..10"
            yield from map(Decimal, groups)


def _has_both(written: str) -> bool:
    """Tell whether one mark groups the digits and another begins the decimals."""
    return re.fullmatch(r"\d+(?:\.\d{2,4})+,\d+|\d+(?:,\d{2,4})+[.٫]\d+", written) is not None


def _grouped(groups: list[str]) -> bool:
    """Tell whether digits are grouped as somebody groups them: by three, four, or as in India."""
    if len(groups) < 2:  # noqa: PLR2004 - nothing to group
        return True
    return len(groups[-1]) in {3, 4} and all(len(group) in {2, 3, 4} for group in groups[1:])


def _multiplied(pieces: Iterable[str]) -> Decimal:
    """Read numbers with powers behind them, as 二十五, 3천5백만 or 1億2000万 have them."""
    total = group = number = Decimal(0)
    for piece in pieces:
        if piece in _UNITS:
            group += (number or 1) * _UNITS[piece]
            number = Decimal(0)
        elif piece in _GROUPS:
            total += (group + number or 1) * _GROUPS[piece]
            group = number = Decimal(0)
        else:
            number = _HAN_DIGITS.get(piece) or Decimal(piece.replace(",", ""))
    return total + group + number


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
