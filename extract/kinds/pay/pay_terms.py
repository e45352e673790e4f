"""What the words around an amount say: pay or something else, per what, from or up to."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

from extract.kinds.pay.pay_context import WINDOW, ahead, behind, cells, headed, number_free
from extract.kinds.pay.pay_units import glued, period_word
from extract.lexicon import WordTable, pattern
from extract.values import Span

if TYPE_CHECKING:
    from extract.kinds.pay.sums import Sum
    from extract.values import Period

__all__ = ["Bound", "bound", "called", "directly", "labelled", "led", "period"]

Bound = Literal["least", "most"]

_SHORT = 28
_HEADING = 32
_FAR = 200
"""Characters before an amount in which its label stands."""
_CJK = "\u3000"
"""A pay label in characters beyond this leads to the amount after it: "時給1,200円"."""
_FILLERS = 3
"""Words that may stand between an amount and its period: "brut", "gross base salary"."""

_NEXT = re.compile(
    r"[,(+&:]|\s(?:plus|and|und|et|y|och|a|with|including|inkl|excl|excluding)\s", re.IGNORECASE
)
# Between a label and an amount: the amount is of something else that comes with it.
_ALSO = re.compile(r"\s(?:plus|and|und|et|y|och)\s|[+&]", re.IGNORECASE)
_STRAIGHT = re.compile(
    r"(?:\s*\([^()]{0,24}\))?(?:\s+[^\W\d_]+){0,2}\s*"
    r"(?:[:=：]|[-–—]|\s(?:is|of|are|ist|est|es|je|är)\b)[\s*_'\"]*(?:[^\W\d_]+\s+){0,2}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_BRACKETED = re.compile(r"[^\n\d]{0,12}\(([^()\n\d]{1,40})")
_FOLLOWING = re.compile(r"\s*([^\n\d]*?)[^\S\n]*(?=\n|\Z)")
_LAST_FIGURES = re.compile(r"\d[\d.,]*\Z")
_PLUS = re.compile(r"\+(?!\s?\d)")
_LED = re.compile(r"[:=：\n–—-]|\b(?:is|of|are|ist|est|es|je|är)\b", re.IGNORECASE)


def called(text: str, found: Sum) -> Literal["pay", "other"] | None:
    """Tell what the nearest word around the sum calls it: pay, something else, or nothing.

    >>> from extract.kinds.pay.sums import sums
    >>> text = "Salary: £30k plus a £500 referral bonus"
    >>> [called(text, found) for found in sums(text)]
    ['pay', 'other']
    """
    line = text.find("\n", found.end, found.end + WINDOW)
    if pattern("pay", "estimated").search(
        text, found.end, found.end + WINDOW if line < 0 else line
    ):
        return "other"
    label, not_pay = pattern("pay", "label"), pattern("pay", "not_pay")
    before = number_free(text, behind(text, found.start))
    pay, other = _nearest(text, before, label), _nearest(text, before, not_pay)
    if pay is None and other is None:
        for heading in (*cells(text, found.start), headed(text, found.start)):
            pay = 0 if label.search(text, heading.start, heading.end) else None
            words = None if pay == 0 else not_pay.search(text, heading.start, heading.end)
            other = 0 if words else None
            if pay is not None or other is not None:
                break
    after = ahead(text, found.end)
    following = _NEXT.search(text, after.start, after.end)
    stop = following.start() if following else after.end
    beside = not_pay.search(text, after.start, stop)
    if beside and (
        pay is None
        or beside.start() - after.start < pay
        or _ALSO.search(text, before.end - pay if pay else before.start, before.end)
    ):
        return "other"
    if pay is not None and (other is None or pay <= other):
        return "pay"
    if other is not None:
        return "other"
    return "pay" if label.search(text, after.start, stop) else None


def _nearest(text: str, window: Span, wanted: WordTable) -> int | None:
    """Return how far from the end of a window the last word of `wanted` ends."""
    ends = [found.end() for found in wanted.finditer(text, window.start, window.end)]
    return window.end - ends[-1] if ends else None


def led(text: str, start: int) -> bool:
    """Tell cheaply whether something leads to `start` at all: a colon, a dash, "is", a new line."""
    return _LED.search(text, max(0, start - _SHORT), start) is not None or start < _SHORT


def labelled(text: str, found: Sum) -> bool:
    r"""Tell whether a pay label leads straight to the sum.

    >>> from extract.kinds.pay.sums import sums
    >>> [labelled(text, next(sums(text))) for text in ("Salary: 50000", "Salaries in 50000 jobs")]
    [True, False]
    """
    if not pattern("pay", "label").may_stand(text, max(0, found.start - _FAR), found.start):
        return False
    before = behind(text, found.start)
    for label in pattern("pay", "label").finditer(text, before.start, before.end):
        if _STRAIGHT.fullmatch(text, label.end(), before.end):
            return True
    heading = headed(text, found.start)
    return (
        heading.end - heading.start <= _HEADING
        and pattern("pay", "label").search(text, heading.start, heading.end) is not None
    )


def directly(text: str, end: int) -> tuple[Period, int] | None:
    """Return the period that follows an amount closely, and where its wording ends."""
    short = glued(text, end)
    if short:
        return short
    window = ahead(text, end)
    found = period_word(text, window.start, window.end)
    if not found:
        return None
    between = text[window.start : found[1]]
    word = text[found[1] : found[2]]
    if "," in between or ":" in between:
        return None
    if word > _CJK and pattern("pay", "label").fullmatch(word):
        return None
    if len(_WORD.findall(between)) > _FILLERS:
        return None
    return found[0], found[2]


def period(text: str, found: Sum) -> Period | None:
    """Return the period that the words near the sum give, or None: the size never gives one.

    >>> from extract.kinds.pay.sums import sums
    >>> text = "Hourly rate: $21.50"
    >>> period(text, next(sums(text)))
    'hour'
    """
    close = directly(text, found.end)
    if close:
        return close[0]
    before = _last_period(text, number_free(text, behind(text, found.start)))
    before = before or _before_hours(text, found.start)
    return before or _bracketed(text, found.end) or _neighbouring(text, found)


def _before_hours(text: str, start: int) -> Period | None:
    """Read the period that stands before the hours of a week: "monthly, based on 38 hours, …"."""
    window = behind(text, start, _FAR)
    rest = number_free(text, window)
    figures = _LAST_FIGURES.search(text[window.start : rest.start])
    if figures is None or not _trailing("worked").match(text, rest.start):
        return None
    earlier = Span(window.start, window.start + figures.start())
    return _last_period(text, number_free(text, earlier))


def _last_period(text: str, window: Span) -> Period | None:
    last: Period | None = None
    word = period_word(text, window.start, window.end)
    while word:
        last = word[0]
        word = period_word(text, word[2], window.end)
    return last


def _bracketed(text: str, end: int) -> Period | None:
    bracket = _BRACKETED.match(text, end, end + WINDOW)
    word = period_word(text, *bracket.span(1)) if bracket else None
    return word[0] if word else None


def _neighbouring(text: str, found: Sum) -> Period | None:
    """Read the period off a neighbouring line that says little else: "Annual", "Per hour".

    The next line says nothing else but what pay is called: "Paid monthly", not "Open daily".
    """
    lines = [*cells(text, found.start), headed(text, found.start)]
    end = text.find("\n", found.end, found.end + WINDOW)
    if end >= 0 and not text[found.end : end].strip(" *_.,\"'"):
        following = _FOLLOWING.match(text, end, end + WINDOW)
        short = following and following.end(1) - following.start(1) <= _SHORT
        if following and short and not _other_words(following[1]):
            lines.append(Span(*following.span(1)))
    words = (period_word(text, line.start, line.end) for line in lines)
    return next((word[0] for word in words if word), None)


def _other_words(line: str) -> bool:
    """Tell whether a line has more words than a period and what pay is called."""
    for table in ("label", "between_amount_and_unit", "gross", "net"):
        line = pattern("pay", table).sub("", line)
    if word := period_word(line):
        line = line[: word[1]] + line[word[2] :]
    return _WORD.search(line) is not None


@cache
def _leading(table: str) -> re.Pattern[str]:
    source = pattern("pay", table).pattern
    return re.compile(rf"(?:{source})[\s:]{{0,3}}(?:[a-zà]{{1,3}}\s)?$", re.IGNORECASE)


@cache
def _trailing(table: str) -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{pattern('pay', table).pattern})", re.IGNORECASE)


def bound(text: str, found: Sum) -> tuple[Bound, int, int] | None:
    """Return which end one amount is, and the range of the wording with the amount.

    >>> from extract.kinds.pay.sums import sums
    >>> text = "up to CHF 120'000"
    >>> bound(text, next(sums(text)))
    ('most', 0, 17)
    >>> text = "$20/hour+"
    >>> bound(text, next(sums(text)))
    ('least', 0, 9)
    """
    if found.ranged:
        return None
    before = text[max(0, found.start - _SHORT) : found.start]
    offset = found.start - len(before)
    most, least = _leading("up_to").search(before), _leading("from").search(before)
    if most or least:
        lead = most or least
        return "most" if most else "least", offset + (lead.start() if lead else 0), found.end
    if found.open:
        return "least", found.start, found.end
    close = directly(text, found.end)
    for end in (found.end, close[1]) if close else (found.end,):
        trail = _trailing("at_most").match(text, end)
        if trail:
            return "most", found.start, trail.end()
        trail = _trailing("and_up").match(text, end) or _PLUS.match(text, end)
        if trail and "plus" not in trail.group().lower():
            return "least", found.start, trail.end()
    return None
