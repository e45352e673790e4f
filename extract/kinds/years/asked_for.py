"""Whether a length of time in running text is asked for, as experience.

A length counts when its clause speaks of experience or of work, when it goes with a degree, or when
it is worded as a requirement; what stands directly beside it (a contract, an age, a company's
history) rules it out. Every look is at a window of fixed size.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from extract.lexicon import Hit, pattern
from extract.lexicon.files import UNSPACED

if TYPE_CHECKING:
    from extract.reading.numerals import Quantity

__all__ = [
    "BULLET",
    "LEVELS",
    "OF",
    "beside",
    "clause_after",
    "clause_before",
    "is_asked",
    "lead",
    "trail",
]

LEVELS = (1, 2, 3, 4, 5)
"""Of the tables `education_N` of the vocabulary, the lowest first."""

BULLET = 45
"""Characters between the start of a line and a length that the line asks for."""

_AGE = 15
"""Years from which a length that is not said to be of experience is an age. ILO Convention 138 has
15 as the minimum age for work."""

_BEFORE = 110
_AFTER = 110
_NEAR_AFTER = 80
_NEAR_BEFORE = 70
_LEAD = 28
_WORDS_BESIDE = 2
_BESIDE = 34
_AND_THEN = 14

OF = re.compile(r"\s*(?:of|as|in|with|at|[a-z]{3,}ing|als|im|en|dans|como|v|ve|som|inom|di|em|w)\s")
"""After a length: what it is of follows."""

_COUPLED = re.compile(
    rf"[\s,)](?:{pattern('numerals', 'and').pattern}|\+|&|plus|with)"
    rf"\s*(?:{pattern('years', 'at_least').pattern})?\s*$",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?<!\w)(?:{pattern('numerals', 'between').pattern}|{pattern('years', 'from').pattern})\s*$",
    re.IGNORECASE,
)
_FIRST_CELL = re.compile(r"(?:\n|\A)([^\n|]+)\|\s?\Z")
_END = re.compile(r"[.!?](?=\s+[^\Wa-zà-ÿ\d_]|\s*$)|[;•|。！？【】]|\n\s*\n|\n(?=\s*[^\sa-zà-ÿ(])")


def is_asked(text: str, found: Quantity, end: int, *, listed: bool) -> bool:
    """Tell whether a length that ends at `end` is asked for.

    `listed`: it stands in a line under a heading that asks for something.
    """
    before, after = clause_before(text, found.start), clause_after(text, end)
    if _ruled_out(text, before, after, end):
        return False
    if _of_experience(_label_before(text, found) or before, after):
        return True
    stands = (
        _opening(text, found, end, listed=listed)
        or _demanded(text, found, end)
        or _is_a_line(text, found, end)
    )
    return stands and found.low < _AGE


def _label_before(text: str, found: Quantity) -> str:
    """Return the clause up to the words that begin a range: "From" under the line "Experience".

    Of a row of a table it is the first cell, if the length begins the second. "" if other words,
    or none, stand between the line's start and the length.
    """
    row = _FIRST_CELL.search(text[max(0, found.start - _BEFORE) : found.start])
    if row is not None:
        return row[1]
    line = text.rfind("\n", max(0, found.start - _LEAD), found.start) + 1
    opening = text[line : found.start] if line else ""
    if not opening or any(char.isalpha() for char in _RANGE.sub("", opening)):
        return ""
    return clause_before(text, line)


def _of_experience(before: str, after: str) -> bool:
    """Tell whether the clause says what the time was spent with, or asks for it right before."""
    experience, near = pattern("years", "experience"), before[-_NEAR_BEFORE:]
    return bool(
        experience.search(after[:_NEAR_AFTER])
        or experience.search(near)
        or pattern("years", "worked").search(near)
        or beside("demanded", ahead=False).search(before)
        or _with_degree(before)
    )


def _opening(text: str, found: Quantity, end: int, *, listed: bool) -> bool:
    """Tell whether a length opens its clause in a way in which only requirements do."""
    least = lead(text, found.start, "at_least")
    before = clause_before(text, found.start if least is None else least)
    if any(char.isalpha() for char in _RANGE.sub("", before)):
        return False
    if listed or (least is not None and lead(text, found.start, "beyond") is None):
        return True
    more = trail(text, end, "or_more")
    several = found.more or more is not None or found.low < found.high
    return several and OF.match(text, more or end) is not None


def _is_a_line(text: str, found: Quantity, end: int) -> bool:
    """Tell whether a range of years, or the least of them, is all that a line of facts says.

    Boards state what experience is asked for in a column without a name: "De 5 à 10 ans".
    """
    least = lead(text, found.start, "at_least")
    more = trail(text, end, "or_more")
    start = found.start if least is None else least
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    before = text[line:start]
    after = text[end if more is None else more : stop if stop >= 0 else len(text)]
    open_ = found.more or found.low < found.high or least is not None or more is not None
    apart = _RANGE.sub("", before) + after
    return bool(line) and open_ and not any(char.isalnum() for char in apart)


def _demanded(text: str, found: Quantity, end: int) -> bool:
    """Tell whether words of a requirement stand around a length early in its line."""
    before, after = clause_before(text, found.start), clause_after(text, end)
    line = text.rfind("\n", max(0, found.start - _BEFORE), found.start) + 1
    if len(before) > BULLET and (not line or found.start - line > BULLET):
        return False
    asked = pattern("years", "asked")
    if found.more or lead(text, found.start, "at_least") is not None:
        return bool(asked.search(before) or asked.search(after) or OF.match(after))
    return bool(OF.match(after) and (asked.search(before) or asked.search(after[:BULLET])))


def _with_degree(before: str) -> bool:
    """Tell whether a length is coupled with a degree: "a bachelor's degree and 3 years"."""
    coupled = _COUPLED.search(before)
    return coupled is not None and any(
        pattern("years", f"education_{level}").search(before[: coupled.start()]) for level in LEVELS
    )


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


def _close(found: Hit, between: str) -> bool:
    """Tell whether at most a word parts `found` from the length; in unspaced scripts, nothing."""
    if UNSPACED.match(found.group()):
        return not between.strip()
    return len(between.split()) < _WORDS_BESIDE


@cache
def beside(table: str, *, ahead: bool) -> re.Pattern[str]:
    """Return the words of a table right before a length, or with `ahead` right behind it."""
    source = pattern("years", table).pattern
    if ahead:
        return re.compile(rf"[\s\-)]{{0,3}}(?:{source})", re.IGNORECASE)
    return re.compile(rf"(?:{source})[\s:(]{{0,3}}(?:an?\s|of\s|de\s|d'|von\s)?$", re.IGNORECASE)


def lead(text: str, start: int, table: str) -> int | None:
    """Return where the words of a table begin that stand right before `start`, if they do."""
    window = text[max(0, start - _LEAD) : start]
    found = beside(table, ahead=False).search(window)
    return None if found is None else start - len(window) + found.start()


def trail(text: str, end: int, table: str) -> int | None:
    """Return where the words of a table end that stand right behind `end`, if they do."""
    found = beside(table, ahead=True).match(text, end)
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
