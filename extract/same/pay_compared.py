"""Whether two postings state one pay, also by the hour in one and by the year in the other."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from extract.kinds.pay.unite import united
from extract.same.cards import Card
from extract.same.relation import Relation
from extract.values import Salary

__all__ = ["pay_compared"]

_NEAR = 0.02
"""Amounts that differ by less are one, rounded in another period."""
_WEEKS = 52.0
_FULL_WEEK = (34.0, 42.0)
"""Hours of a week, where no posting says them."""
_MONTHS = (12.0, 14.0)
"""Monthly pays of a year."""
_DAYS = (5.0 * 44, 5.0 * 52)

Range = tuple[float, float]


def pay_compared(one: Card, other: Card) -> tuple[Relation, float]:
    """Compare pay, and return how many times the smaller the larger is.

    Two currencies, or gross and net, are not compared. Of a range and one amount, one end decides.

    >>> hour, year = (13.0, 13.0, "GBP", "hour", None), (26_000.0, 26_000.0, "GBP", "year", None)
    >>> one, other = (Card("1", "", "", pay=pay) for pay in (hour, year))
    >>> pay_compared(one, other)[0]
    'agree'
    """
    if one.pay is None or other.pay is None:
        return "unsaid", 1.0
    mine, theirs = _salary(one.pay), _salary(other.pay)
    if united(mine, theirs) is not None:
        return "agree", 1.0
    units = (mine.currency, theirs.currency), (mine.gross, theirs.gross)
    if any(a is not None and b is not None and a != b for a, b in units):
        return "unsaid", 1.0
    if mine.period == theirs.period or None in {mine.period, theirs.period}:
        scale: Range = (1.0, 1.0)
        near = 0.0
    else:
        week = _week(one, other)
        (low, high), (least, most) = _yearly(mine, week), _yearly(theirs, week)
        scale, near = (least / high, most / low), _NEAR
    ratios = [
        _ratio(a, b, scale) for a, b in ((mine.min, theirs.min), (mine.max, theirs.max)) if a and b
    ]
    if not ratios:
        return "unsaid", 1.0
    ranges = _is_range(mine) and _is_range(theirs)
    nearest = max(ratios) if ranges else min(ratios)
    return ("agree", 1.0) if nearest <= 1.0 + near else ("differ", nearest)


@lru_cache(maxsize=50_000)
def _salary(pay: tuple[Any, ...]) -> Salary:
    low, high, currency, period, gross = pay
    return Salary(min=low, max=high, currency=currency, period=period, gross=gross)


def _is_range(pay: Salary) -> bool:
    return pay.min is not None and pay.max is not None and pay.min != pay.max


def _ratio(mine: float, theirs: float, scale: Range) -> float:
    """Return how far apart two amounts are, if the other's may be scaled by anything in a range."""
    low, high = theirs * scale[0], theirs * scale[1]
    if mine > high:
        return mine / high
    return low / mine if mine < low else 1.0


def _week(one: Card, other: Card) -> Range:
    """Return the hours of a week: those that a posting states, else those of a full week."""
    for card in (one, other):
        if card.hours and card.hours[0]:
            return card.hours[0], card.hours[1] or card.hours[0]
    return _FULL_WEEK


def _yearly(pay: Salary, week: Range) -> Range:
    """Return by what to multiply an amount to have that of a year: at least, and at most."""
    match pay.period:
        case "hour":
            return week[0] * _WEEKS, week[1] * _WEEKS
        case "day":
            return _DAYS
        case "week":
            return _WEEKS, _WEEKS
        case "month":
            return _MONTHS
    return 1.0, 1.0
