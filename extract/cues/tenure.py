"""Lengths of time in running text that are asked for as experience, and wordings that ask for none.

A length counts when its sentence speaks of experience, or when it is worded as a requirement; what
stands directly beside it (a contract, an age, a degree, a company's history) can rule it out.
Every look is at a window of fixed size around a unit of time, so the cost is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from extract.cues.numerals import Quantity, quantity
from extract.values import Experience, Span
from extract.vocabulary import load, pattern, scan
from extract.vocabulary.alternation import alternation

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Tenure", "clause_after", "clause_before", "tenures"]

_BEFORE = 110
_AFTER = 110
_NEAR_AFTER = 80
_NEAR_BEFORE = 70
_LONGEST = 60
_WORDS_TO = 8
_MOST = 2000
"""Units of time of one text that are looked at: no posting has more, hostile text may."""
_MOST_YEARS = 30.0
_MONTHS = 12
_BULLET = 45
"""Characters between the start of a line and a length that the line asks for."""

_END = re.compile(r"[.!?](?=\s+[^\Wa-zà-ÿ\d_]|\s*$)|[;•|。！？【】]|\n\s*\n|\n(?=\s*[^\sa-zà-ÿ(])")


@dataclass(frozen=True, slots=True)
class Tenure:
    """A length of experience: the span to quote, its figure with the unit, and the value."""

    span: Span
    figure: Span
    value: Experience


def tenures(text: str, start: int = 0, end: int | None = None) -> Iterator[Tenure]:
    """Yield what `text[start:end]` says about experience asked for, in order, without overlaps.

    >>> text = "A 2-year contract. Needs 3+ years of sales experience."
    >>> [text[t.span.start : t.span.end] for t in tenures(text)]
    ['3+ years of sales experience']
    """
    stop = len(text) if end is None else end
    found = [*_lengths(text, start, stop), *_none(text, start, stop), *_keyed(text, start, stop)]
    last = -1
    for tenure in sorted(found, key=lambda tenure: (tenure.span.start, -tenure.span.end)):
        if tenure.span.start >= last:
            yield tenure
            last = tenure.span.end


@cache
def _units() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]], frozenset[str]]:
    """Return an expression for all units, the languages of each, and which are months."""
    languages: dict[str, tuple[str, ...]] = {}
    months: set[str] = set()
    sources: list[str] = []
    for table in ("months", "years"):
        for language, words in load("years")[table].items():
            for word in words:
                sources.append(word[1:] if word.startswith("~") else re.escape(word))
                languages[word.lstrip("~")] = (*languages.get(word.lstrip("~"), ()), language)
                if table == "months":
                    months.add(word)
    latin = alternation(sorted((s for s in sources if s[0] < "\u3000"), key=len, reverse=True))
    unspaced = alternation(sorted((s for s in sources if s[0] >= "\u3000"), key=len, reverse=True))
    expression = rf"(?<![^\W\d_])(?:{latin})(?![^\W_])|{unspaced}"
    return re.compile(expression, re.IGNORECASE), languages, frozenset(months)


def _languages(unit: str) -> tuple[str, ...]:
    _, languages, _ = _units()
    if unit in languages:
        return languages[unit]
    shapes = [word for word in languages if re.fullmatch(word, unit)]
    return tuple(language for word in shapes for language in languages[word])


def _lengths(text: str, start: int, end: int) -> Iterator[Tenure]:
    expression, _, months = _units()
    for unit in islice(expression.finditer(text, start, end), _MOST):
        word = unit.group().lower()
        for language in _languages(word):
            found = quantity(text, unit.start(), language)
            if found is not None:
                tenure = _tenure(text, found, unit.end(), _MONTHS if word in months else 1)
                if tenure is not None:
                    yield tenure
                break


def _tenure(text: str, found: Quantity, end: int, per_year: int) -> Tenure | None:
    low, high = round(found.low / per_year, 1), round(found.high / per_year, 1)
    if high > _MOST_YEARS or not _asked(text, found, end):
        return None
    begin, value, finish = found.start, Experience(min=low, max=high), end
    if low == high:
        least, most = _lead(text, found.start, "at_least"), _lead(text, found.start, "at_most")
        more, less = _trail(text, end, "or_more"), _trail(text, end, "or_less")
        plus = re.match(r"\s?\\{0,2}\+", text[end : end + 4])
        value = Experience(min=low)
        if (most is not None or less is not None) and not found.more:
            value = Experience(max=high)
        begin = min(mark for mark in (least, most, begin) if mark is not None)
        finish = max(mark for mark in (more, less, finish) if mark is not None)
        if plus:
            finish = max(finish, end + plus.end())
    return Tenure(
        Span(begin, _until_experience(text, begin, finish)), Span(found.start, end), value
    )


@cache
def _beside(table: str, *, ahead: bool) -> re.Pattern[str]:
    source = pattern("years", table).pattern
    if ahead:
        return re.compile(rf"[\s\-)]{{0,3}}(?:{source})", re.IGNORECASE)
    return re.compile(rf"(?:{source})[\s:(]{{0,3}}(?:an?\s|of\s|de\s|d'|von\s)?$", re.IGNORECASE)


def _lead(text: str, start: int, table: str) -> int | None:
    window = text[max(0, start - 28) : start]
    found = _beside(table, ahead=False).search(window)
    return None if found is None else start - len(window) + found.start()


def _trail(text: str, end: int, table: str) -> int | None:
    found = _beside(table, ahead=True).match(text, end)
    return None if found is None else found.end()


def clause_before(text: str, start: int) -> str:
    """Return the part of the clause that stands before `start`."""
    window = text[max(0, start - _BEFORE) : start]
    return _END.split(window + "x")[-1][:-1]


def clause_after(text: str, end: int) -> str:
    """Return the part of the clause that stands after `end`."""
    window = text[end : end + _AFTER]
    found = _END.search(window)
    return window[: found.start()] if found else window


def _asked(text: str, found: Quantity, end: int) -> bool:
    before, after = clause_before(text, found.start), clause_after(text, end)
    if _ruled_out(text, before, after, end):
        return False
    experience = pattern("years", "experience")
    if experience.search(after[:_NEAR_AFTER]) or experience.search(before[-_NEAR_BEFORE:]):
        return True
    line = text.rfind("\n", max(0, found.start - _BEFORE), found.start) + 1
    if len(before) > _BULLET and (not line or found.start - line > _BULLET):
        return False
    asked = pattern("years", "asked")
    if found.more or _lead(text, found.start, "at_least") is not None:
        return bool(asked.search(before) or asked.search(after) or _OF.match(after))
    return bool(_OF.match(after) and (asked.search(before) or asked.search(after[:_BULLET])))


_OF = re.compile(r"\s*(?:of|as|in|with|als|en|como|v|som|inom)\s")
_WORDS_BESIDE = 2
_BESIDE = 34
_AND_THEN = 14


def _ruled_out(text: str, before: str, after: str, end: int) -> bool:
    experience = pattern("years", "experience")
    lead, trail = before[-_BESIDE:], after[:_BESIDE]
    for found in pattern("years", "not_before").finditer(lead):
        between = lead[found.end() :]
        apart = re.search(r"[,:(]", between) or experience.search(between)
        if _close(found, between) and not apart:
            return True
    for found in pattern("years", "not_after").finditer(trail):
        said = experience.search(trail[: found.end() + _AND_THEN])
        if _close(found, trail[: found.start()]) and not said:
            return True
    return bool(pattern("years", "boast").search(before[-60:]) and not text[end:].startswith("+"))


def _close(found: re.Match[str], between: str) -> bool:
    """Tell whether at most a word parts `found` from the length; in unspaced scripts, nothing."""
    if found.group()[0] >= "\u3000":
        return not between.strip()
    return len(between.split()) < _WORDS_BESIDE


def _until_experience(text: str, begin: int, end: int) -> int:
    """Extend to the word "experience" if it is near, so that the quote says what is asked."""
    after = clause_after(text, end)
    found = pattern("years", "experience").search(after)
    if not found or end + found.end() - begin > _LONGEST:
        return end
    between = after[: found.end()]
    plain = len(between.split()) <= _WORDS_TO and not re.search(r"\d|\n", between)
    return end + found.end() if plain else end


def _none(text: str, start: int, end: int) -> Iterator[Tenure]:
    for found in scan("years", "none", text, start, end):
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
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|[._\s-]+")


def _keyed(text: str, start: int, end: int) -> Iterator[Tenure]:
    """Yield the labelled fields whose value is a bare number or says none."""
    for found in _PAIR.finditer(text, start, end):
        key = " ".join(part for part in _CAMEL.split(found["key"]) if part).lower()
        if not (pattern("years", "key").search(key) and len(key) <= _BULLET):
            continue
        value = found["value"].strip()
        span = Span(found.start("key"), found.start("value") + len(found["value"].rstrip()))
        if pattern("years", "none_value").fullmatch(value.rstrip(". ")):
            yield Tenure(span, span, Experience(min=0))
        number = re.fullmatch(r"(\d{1,3})(?:\s?[-–]\s?(\d{1,2}))?\s?(\+)?", value)
        timed = re.search(r"year|month|jahr|ans\b|años|exp", key)
        if number and timed:
            per_year = _MONTHS if "month" in key else 1
            low = round(int(number[1]) / per_year, 1)
            high = round(int(number[2]) / per_year, 1) if number[2] else None
            if low <= _MOST_YEARS and (high is None or high > low):
                yield Tenure(span, span, Experience(min=low, max=high))
