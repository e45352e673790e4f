"""Amounts of money in running text, with the currency marked beside them.

It finds what is written like money; whether it is the pay of a job is for `pay_kind` to say.
Every look is at a window of fixed size around a number, so the cost is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.kinds.pay import currency
from extract.lexicon.starts import matches_at
from extract.reading.numerals import DIGITS, MULTIPLIER, multiplier, parse_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.kinds.pay.currency import Currencies

__all__ = ["Amount", "amounts"]


@dataclass(frozen=True, slots=True)
class Amount:
    """One number with its multiplier and the currencies its marker can mean.

    `figure` is the number as written, before `scale` (1000 for "K") multiplies it; `whole` when a
    dash stands in the place of cents: "2.147,--", in Swedish "28 000:-".
    """

    start: int
    end: int
    figure: float
    scale: float
    currencies: Currencies
    grouped: bool
    whole: bool = False

    @property
    def value(self) -> float:
        """The amount in units of its currency."""
        return round(self.figure * self.scale, 2)


_NUMBER = re.compile(DIGITS)
_DIGITS = re.compile(r"\d+")
_SCALE = re.compile(rf"[ \u00a0\u202f\-]?(?P<word>{MULTIPLIER})\.?")
_NO_CENTS = re.compile(r"[.,:][-‐‑–—]{1,2}(?!\d)")
# The pension plan of the United States.
_PLAN = re.compile(r"401\s?\(?k\b", re.IGNORECASE)
_MYRIAD = 10_000
_REST = re.compile(r"(?:\d,\d{3}|\d{1,4})(?!\d)")
"""What follows 万 in the same number: "1万2000円", "22万5,000円"."""
_ALONE = re.compile(r"[\d ]*")
_IN_LETTERS = re.compile(r"[^\W\d_]$")
_UNIT = re.compile(
    r"\s?(?:%|‰|°|ml\b|km\b|kg\b|lbs?\b|sq\b|mph\b|x\d)|[:/]\d|\.\d|[-–]\d{3,}[-–]\d"
)


def amounts(text: str, start: int = 0, end: int | None = None) -> Iterator[Amount]:
    """Yield every number of `text[start:end]` that is written like an amount, in order.

    >>> [(found.value, found.currencies) for found in amounts("£30k or 2 500,00€ brut")]
    [(30000.0, ('GBP',)), (2500.0, ('EUR',))]
    """
    stop = len(text) if end is None else end
    last = 0
    begun = (digits.start() for digits in _DIGITS.finditer(text, start, stop))
    for found in matches_at(_NUMBER, text, begun, stop):
        amount = _amount(text, found.start(), found.end()) if found.start() >= last else None
        if amount is not None:
            last = amount.end
            yield amount


def _amount(text: str, start: int, end: int) -> Amount | None:
    figure = parse_number(text[start:end])
    if figure is None or (start and text[start - 1].isdigit()) or _PLAN.match(text, start):
        return None
    grouped = _GROUP.search(text, start, end) is not None
    if _ALONE.fullmatch(text, max(0, start - 2), start) and _ALONE.fullmatch(text, end, end + 3):
        return Amount(start, end, figure, 1.0, (), grouped)
    no_cents = _NO_CENTS.match(text, end)
    if no_cents:
        end = no_cents.end()
    scale = 1.0
    scaled = _SCALE.match(text, end)
    if scaled and not (scaled["word"] == "m" and text[scaled.end() : scaled.end() + 1] in "²2"):
        scale = multiplier(scaled["word"]) or 1.0
        end = scaled.end() if text[scaled.end() : scaled.end() + 1] == " " else scaled.end("word")
    rest = _REST.match(text, end) if scale == _MYRIAD else None
    if rest:
        figure = figure * scale + float(rest.group().replace(",", ""))
        scale, end = 1.0, rest.end()
    marks = []
    earlier = currency.before(text, start)
    if earlier:
        marks.append(earlier[0])
        start = earlier[1]
    later = currency.after(text, end)
    if later and not _belongs_to_next(text, later[1], figure, marked=bool(earlier)):
        marks.append(later[0])
        end = later[1]
    if not earlier and start and _IN_LETTERS.match(text[start - 1]) and text[start - 1] < "\u3000":
        return None
    if not marks and _UNIT.match(text, end):
        return None
    codes = min(marks, key=len) if marks else currency.implied(scaled["word"] if scaled else "")
    return Amount(start, end, figure, scale, codes, grouped, whole=no_cents is not None)


_GROUP = re.compile(r"\D\d{3}(?!\d)")
_GROUPED = re.compile(r"[ \u00a0]\d{1,3}[.,' \u00a0]\d{3}(?!\d)")
_SMALL = 100


def _belongs_to_next(text: str, end: int, figure: float, *, marked: bool) -> bool:
    """Tell whether the marker that ends at `end` stands before another number: "1-3 $265,847"."""
    if text[end : end + 1].isdigit():
        return True
    # "Scale 9 € 2.800": a small number before a marker and thousands.
    if figure < _SMALL and _GROUPED.match(text, end):
        return True
    return marked and text[end : end + 1] in {" ", "\u00a0"} and text[end + 1 : end + 2].isdecimal()
