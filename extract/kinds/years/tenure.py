"""Lengths of time in running text that are asked for as experience, and wordings that ask for none.

How lengths are written is the business of `lengths`; whether one is asked for is for
`asked_for` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.kinds.years.asked_for import BULLET, clause_after, is_asked, lead, trail
from extract.kinds.years.lengths import lengths
from extract.lexicon import pattern, scan
from extract.lexicon.starts import matches_at
from extract.values import Experience, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extract.reading.numerals import Quantity

__all__ = ["Tenure", "tenures"]

_LONGEST = 60
_WORDS_TO = 8
_MOST_YEARS = 30.0
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Tenure:
    """A length of experience: the span to quote, its figure with the unit, and the value."""

    span: Span
    figure: Span
    value: Experience


def tenures(text: str, asking: Sequence[Span] = ()) -> Iterator[Tenure]:
    """Yield what a text says about experience asked for, in order, without overlaps.

    A length that opens one of the lines `asking`, those under a heading that asks for something,
    need not speak of experience.

    >>> text = "A 2-year contract. Needs 3+ years of sales experience."
    >>> [text[t.span.start : t.span.end] for t in tenures(text)]
    ['3+ years of sales experience']
    """
    found = [*_lengths(text, asking), *_none(text), *_keyed(text)]
    last = -1
    for tenure in sorted(found, key=lambda tenure: (tenure.span.start, -tenure.span.end)):
        if tenure.span.start >= last:
            yield tenure
            last = tenure.span.end


def _lengths(text: str, asking: Sequence[Span]) -> Iterator[Tenure]:
    for length in lengths(text):
        opens = any(span.start <= length.figure.start < span.end for span in asking)
        tenure = _tenure(text, length.figure, length.end, listed=opens)
        if tenure is not None:
            yield tenure


def _tenure(text: str, found: Quantity, end: int, *, listed: bool) -> Tenure | None:
    low, high = found.low, found.high
    if high > _MOST_YEARS or not is_asked(text, found, end, listed=listed):
        return None
    begin, finish = found.start, end
    value = Experience(min=low, max=None if found.more else high)
    if low == high:
        least, most = lead(text, found.start, "at_least"), lead(text, found.start, "at_most")
        more, less = trail(text, end, "or_more"), trail(text, end, "or_less")
        plus = re.match(r"\s?\\{0,2}\+", text[end : end + 4])
        value = Experience(min=low)
        if most is not None and least is not None and least < most:
            most = None  # "not less than" ends with the words for the most
        if (most is not None or less is not None) and not found.more:
            value = Experience(max=high)
        begin = min(mark for mark in (least, most, begin) if mark is not None)
        finish = max(mark for mark in (more, less, finish) if mark is not None)
        if plus:
            finish = max(finish, end + plus.end())
    return Tenure(
        Span(begin, _until_experience(text, begin, finish)), Span(found.start, end), value
    )


def _until_experience(text: str, begin: int, end: int) -> int:
    """Extend to the word "experience" if it is near, so that the quote says what is asked."""
    after = clause_after(text, end)
    found = pattern("years", "experience").search(after)
    if not found or end + found.end() - begin > _LONGEST:
        return end
    between = after[: found.end()]
    plain = len(between.split()) <= _WORDS_TO and not re.search(r"\d|\n", between)
    return end + found.end() if plain else end


def _none(text: str) -> Iterator[Tenure]:
    for found in scan("years", "none", text):
        span = Span(*found.span())
        yield Tenure(span, span, Experience(min=0))


_PAIR = re.compile(
    r"^[^\S\n]{0,60}[-*•|{,\[ ]{0,4}[\"'*]{0,3}(?P<key>[^\W\d_][\w. _-]{1,60}?)[\"'*]{0,3}"
    r"[ \t]{0,4}[:=：][ \t*]{0,4}"
    r"(?:\{\s{0,40}(?:[\"']?id[\"']?\s?:\s?[\w\"']{1,12},\s{0,40})?"
    r"[\"']?(?:value|name|label)[\"']?\s?:\s?)?"
    r"[\"'*]{0,3}[ \t]{0,2}(?P<value>[^\n\"',;]{1,50})",
    re.MULTILINE,
)
_MARK = re.compile(r"[:=：]")
# The plural in brackets is that of forms: "2 An(s)".
_NUMBER = re.compile(
    r"(\d{1,3})(?:\s?[-–]\s?(\d{1,2}))?\s?(\+)?(?:\s?(?:[Yy]ear|[Aa]n|[Aa]ño|[Jj]ahr|[Aa]no)\(\w{1,2}\))?"
)
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|[._\s-]+")


def _keyed(text: str) -> Iterator[Tenure]:
    """Yield the labelled fields whose value is a bare number or says none."""
    lines = sorted({text.rfind("\n", 0, mark.start()) + 1 for mark in _MARK.finditer(text)})
    for found in matches_at(_PAIR, text, lines):
        value = found["value"].strip()
        number = _NUMBER.fullmatch(value)
        none = pattern("years", "none_value").fullmatch(value.rstrip(". "))
        if not (number or none):
            continue
        key = " ".join(part for part in _CAMEL.split(found["key"]) if part).lower()
        if not (len(key) <= BULLET and pattern("years", "key").search(key)):
            continue
        span = Span(found.start("key"), found.start("value") + len(found["value"].rstrip()))
        if none:
            yield Tenure(span, span, Experience(min=0))
        timed = re.search(r"year|month|jahr|ans\b|años|exp", key)
        if number and timed:
            per_year = _MONTHS if "month" in key else 1
            low = round(int(number[1]) / per_year, 1)
            high = round(int(number[2]) / per_year, 1) if number[2] else None
            if low <= _MOST_YEARS and (high is None or high > low):
                yield Tenure(span, span, Experience(min=low, max=high))
