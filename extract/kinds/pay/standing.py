"""How sure it is that an amount is pay: by its mark, its period and what is around it."""

from __future__ import annotations

import re
from typing import Literal

from extract.kinds.pay import pay_terms as payterms
from extract.kinds.pay.currency import settled
from extract.kinds.pay.pay_units import is_odd
from extract.kinds.pay.sums import Sum
from extract.lexicon import load

__all__ = ["is_marked", "is_sane", "standing"]

_CONTEXT = 400
_LEAST_BARE = 1000
_LARGE = 50_000
"""Less than this may be the pay of an hour in any currency, more only in those of small units."""
_DECIMALS = re.compile(r"\d[.,]\d{1,2}(?!\d)")
_ANNUM = re.compile(r"\s{0,2}(?:per[\s-])?(?:annum\b|p\.\s?a\b)", re.IGNORECASE)
_LINE_ENDS = re.compile(r"[ \t]*(?:\n|\Z)")
_WIDEST = 100
"""A range whose ends differ by a greater factor was misread."""


def standing(text: str, found: Sum) -> Literal["strong", "weak"] | None:
    """Say how sure it is that the sum is pay: strong, weak, or not at all (None)."""
    # Most numbers of a posting bear no mark and have no label: nothing else of them is looked at.
    seen = is_marked(text, found) or payterms.labelled(text, found)
    return _weighed(text, found) if seen else None


def is_marked(text: str, found: Sum) -> bool:
    """Tell whether a sum is written like money: a currency, "k", "p.a.", a dash for the cents."""
    by_itself = bool(found.currencies) or found.scale > 1
    return by_itself or found.whole or _is_timed(text, found)


def _is_timed(text: str, found: Sum) -> bool:
    """Tell whether a large number without a mark is one of a year: "221000 - 247000 annum"."""
    return found.low >= _LEAST_BARE and _ANNUM.match(text, found.end) is not None


def _weighed(text: str, found: Sum) -> Literal["strong", "weak"] | None:
    timed = payterms.directly(text, found.end) is not None
    called = payterms.called(text, found)
    each = _EACH.match(text, found.end) is not None and not is_odd(text, found.end + 1)
    other = called == "other" or (not timed and each)
    if other or _too_large(text, found) or not is_sane(found.low, found.high):
        return None
    if found.currencies:
        if called == "pay" or (timed and (found.low >= _LEAST_BARE or not _doubtful(found))):
            return "strong"
        broad = found.ranged and found.low >= _LEAST_BARE
        return None if _doubtful(found) or found.high < 1 else "strong" if broad else "weak"
    if found.scale > 1 and (called == "pay" or (timed and found.low >= _LEAST_BARE)):
        return "strong"
    if _bare(text, found, timed=timed) or (found.whole and (timed or called == "pay")):
        return "strong"
    headline = found.scale > 1 and (found.ranged or found.open) and _headline(text, found)
    return "weak" if headline or _is_timed(text, found) else None


def _doubtful(found: Sum) -> bool:
    """Tell whether the only mark is a code that is also a word ("TOP 10")."""
    return set(found.currencies) <= set(load("currencies")["doubtful"]["codes"])


def _bare(text: str, found: Sum, *, timed: bool) -> bool:
    """Tell whether a number without currency is pay: a label leads to it, it looks like money."""
    if not payterms.labelled(text, found):
        return False
    if timed or payterms.period(text, found):
        return True
    if _DECIMALS.search(text, found.start, found.end) and _LINE_ENDS.match(text, found.end):
        return True  # "Salary range: 15.0 - 17.5"
    year = 1900 <= found.low <= 2100 and not found.ranged and not found.grouped  # noqa: PLR2004
    return found.low >= _LEAST_BARE and not year


def _too_large(text: str, found: Sum) -> bool:
    if found.high < _LARGE and found.scale < 1e6:  # noqa: PLR2004
        return False
    large = found.high >= 1e7 or found.scale >= 1e6  # noqa: PLR2004
    if not large and payterms.period(text, found) not in {"hour", "day", "week"}:
        return False
    meant = settled(found.currencies, text, found.start)
    small = {meant} if meant else set(found.currencies)
    return small.isdisjoint(load("currencies")["small"]["codes"])


# For something other than time: per game, per mile, per user. "Pro rata" is a share of the time.
_EACH = re.compile(r"\s?(?:/|per\s|pro\s(?!rata)|par\s|por\s|za\s)\s?[^\W\d_]+", re.IGNORECASE)


def _headline(text: str, found: Sum) -> bool:
    return found.start <= _CONTEXT and "\n" not in text[: found.start].strip()


def is_sane(low: float | None, high: float | None) -> bool:
    """Tell whether the two ends can be those of one range."""
    if low is None or high is None:
        return bool(low or high)
    return 0 < low <= high <= low * _WIDEST
