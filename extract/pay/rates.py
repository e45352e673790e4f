"""Units of time as the words of a rate: "per hour", "p.a.", "Bruto/año", "月給"."""

from __future__ import annotations

import re
from functools import cache
from typing import get_args

from extract.values import Period
from extract.vocabulary import load, pattern

__all__ = ["PERIODS", "glued", "period_word"]

PERIODS: tuple[Period, ...] = get_args(Period)


@cache
def _per() -> str:
    return rf"(?:(?<!\w)(?:{pattern('pay', 'per').pattern})\s{{0,2}}|/\s{{0,2}})"


@cache
def _periods() -> dict[Period, re.Pattern[str]]:
    return {
        name: re.compile(
            rf"{_per()}(?:{pattern('pay', name + '_unit').pattern})|{pattern('pay', name).pattern}",
            re.IGNORECASE,
        )
        for name in PERIODS
    }


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


def period_word(window: str) -> tuple[Period, int, int] | None:
    """Return the first unit of time that `window` names as that of a rate, and where.

    >>> period_word("gross per month"), period_word("40 hours per week")
    (('month', 6, 15), None)
    """
    window = _worked().sub(lambda found: "." * len(found.group()), window)
    first: tuple[Period, int, int] | None = None
    for name, expression in _periods().items():
        found = expression.search(window)
        if found and (first is None or found.start() < first[1]):
            first = (name, found.start(), found.end())
    return first
