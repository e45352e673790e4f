"""Single amounts and ranges of two, with the wording that opens them above ("+", "or more")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.kinds.pay.amounts import Amount, amounts
from extract.kinds.pay.pay_units import rated
from extract.lexicon import pattern
from extract.reading.numerals import DASH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extract.kinds.pay.currency import Currencies

__all__ = ["Sum", "sums"]


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount (`low` is `high`) or a range of two, as written between `start` and `end`.

    `scale` is the larger multiplier of the two ends; `whole` when a dash stands for the cents of
    one; `open` when "+" or "or more" follows.
    """

    start: int
    end: int
    low: float
    high: float
    ranged: bool
    currencies: Currencies
    scale: float
    grouped: bool
    whole: bool
    open: bool


_REMARK = 24
"""Longest bracketed remark, in characters, between an amount and a number inside the bracket."""
_GAP = 60
"""Longest way, in characters, from one end of a range to the other."""
_THOUSAND = 1000.0
_SPACE = r"[\s\u200b-\u200d\u2060\ufeff*_]{0,6}"
_JOIN = re.compile(
    rf"(?:\s{{0,2}}\([^()\d]{{0,24}}\d{{0,2}}[^()\d]{{0,12}}\))?"
    rf"(?:\s?(?:/|per |p/)\s?[^\W\d_]{{1,8}}\.?)?{_SPACE}"
    rf"(?P<join>{DASH}|/|(?P<word>{pattern('numerals', 'range').pattern})"
    rf"|(?P<both>{pattern('numerals', 'and').pattern})"
    rf"|[,;]?\s?(?={pattern('pay', 'up_to').pattern}))"
    rf"{_SPACE}(?:an?\s|eine[mn]?\s|une?\s|een\s)?(?P<most>{pattern('pay', 'up_to').pattern})?"
    rf"[\s:]?{_SPACE}",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"(?:{pattern('numerals', 'between').pattern})\s{{0,3}}$", re.IGNORECASE)
_LEAST = re.compile(rf"(?:{pattern('pay', 'from').pattern})[\s:]{{0,3}}$", re.IGNORECASE)
_PLUS = re.compile(
    rf"[ \u00a0]?\\{{0,2}}[+＋](?!\d)|\s?(?:{pattern('pay', 'and_up').pattern})", re.IGNORECASE
)
_EXTRAS = re.compile(
    rf"\s*(?:[^\W\d_]+\s+){{0,2}}(?:{pattern('pay', 'extras').pattern})|\s*[$£€¥]?\d", re.IGNORECASE
)
_WORD = re.compile(r"\s*[^\W\d_]")
_OPEN_DASH = re.compile(r"[ \u00a0]?[～〜](?!\s*[\d$£€¥￥])")


def sums(text: str, listed: Iterable[Amount] | None = None) -> Iterator[Sum]:
    """Yield the amounts of a text, or those listed, in order; the two ends of a range as one.

    >>> [(s.low, s.high) for s in sums("50-80.000 Kč, or $16.00 - $17.00/hour, or 200K+")]
    [(50000.0, 80000.0), (16.0, 17.0), (200000.0, 200000.0)]
    """
    waiting: Amount | None = None
    for amount in amounts(text) if listed is None else listed:
        if waiting is None:
            waiting = amount
            continue
        if waiting.currencies and _remark(text, waiting, amount):
            continue
        if _joined(text, waiting, amount):
            both = _range(text, waiting, amount)
            if both is not None:
                yield both
                waiting = None
                continue
        yield _single(text, waiting)
        waiting = amount
    if waiting is not None:
        yield _single(text, waiting)


def _remark(text: str, first: Amount, second: Amount) -> bool:
    """Tell whether `second` is a bare number in a bracket after `first`: "€ 2,651 (scale 9)"."""
    if second.currencies or second.scale > 1 or second.start - first.end > _REMARK:
        return False
    between = text[first.end : second.start]
    return "(" in between and ")" not in between


def _joined(text: str, first: Amount, second: Amount) -> bool:
    gap = second.start - first.end
    if not 0 < gap <= _GAP or not text[first.end : second.start].strip():
        return False
    opened = _PLUS.match(text, first.end)
    start = (
        opened.end()
        if opened and opened.end() < second.start and "+" in opened.group()
        else rated(text, first.end)
    )
    join = _JOIN.match(text, start, second.start)
    if not join or join.end() != second.start:
        return False
    if "\n" in join.group() and not (join["word"] or join["both"]):
        return False
    if join["join"] == "/" and not (
        first.currencies and second.currencies and first.value < second.value
    ):
        return False
    if not join["both"]:
        return True
    before = text[max(0, first.start - 16) : first.start]
    return bool(_BETWEEN.search(before) or (join["most"] and _LEAST.search(before)))


def _range(text: str, first: Amount, second: Amount) -> Sum | None:
    codes = _agreed(first.currencies, second.currencies)
    if codes is None:
        return None
    low, high = first.value, second.value
    # "50-80K" and "50-80.000": the low end leaves out what the high end says.
    shared = second.scale if second.scale > 1 else _THOUSAND if second.grouped else 1.0
    if first.scale == 1 and shared > 1 and not first.grouped and low * shared <= high:
        low *= shared
    if first.scale > 1 and second.scale == 1 and high * first.scale >= low > high:
        high *= first.scale
    if low > high:
        return None
    opened, end = _opening(text, second.end)
    return Sum(
        first.start,
        end,
        low,
        high,
        ranged=True,
        currencies=codes,
        scale=max(first.scale, second.scale),
        grouped=first.grouped or second.grouped,
        whole=first.whole or second.whole,
        open=opened,
    )


def _agreed(first: Currencies, second: Currencies) -> Currencies | None:
    if not first or not second:
        return first or second
    shared = tuple(code for code in first if code in second)
    return shared or None


def _single(text: str, amount: Amount) -> Sum:
    opened, end = _opening(text, amount.end)
    return Sum(
        amount.start,
        end,
        amount.value,
        amount.value,
        ranged=False,
        currencies=amount.currencies,
        scale=amount.scale,
        grouped=amount.grouped,
        whole=amount.whole,
        open=opened,
    )


def _opening(text: str, end: int) -> tuple[bool, int]:
    """Tell whether a plus that opens the amount above follows, and where the wording ends."""
    dash = _OPEN_DASH.match(text, end)
    if dash:
        return True, dash.end()
    plus = _PLUS.match(text, end)
    if not plus or _EXTRAS.match(text, plus.end()):
        return False, end
    if plus.group().strip().lower() == "plus" and _WORD.match(text, plus.end()):
        return False, end
    return True, plus.end()
