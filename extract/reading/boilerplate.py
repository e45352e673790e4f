"""Which lines hold nothing of the posting: legal notices, consent, navigation, other jobs.

Precision first: a line with pay, years, a date, an id or words of the posting's own content is
always read, except in a list of other jobs, whose figures are the very ones to keep away.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from extract.lexicon import load
from extract.lexicon.phrases import lowered, occurrences
from extract.values import Document, Line, Span, remembered

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["boilerplate"]

_NOTICES = (
    ("equal_opportunity", "equal opportunity"),
    ("privacy", "privacy or consent"),
    ("copyright", "copyright"),
)
_FIGURES = re.compile(
    r"\d\s*\+?\s*(?:-\s*\d+\s*)?"
    r"(?:years?|yrs?|jahre|ans|años|let|roky|år|年)\b|#\s?\d|\b\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}\b|\b\d{4}-\d\d-\d\d\b|"
    r"\b\d{1,2}(?:st|nd|rd|th)?\.? ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|"
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december) \d"
)
# Spelled with letters that form words with others: "kr", "złotych", but not "円".
_WORDED = re.compile(r"[a-z\u00c0-\u04ff][a-z\u00c0-\u04ff ]+")
_SETTING = re.compile(
    r"(?:layout|permalink|draft|weight|current|comments|nav_order|sitemap|redirect_from|image|"
    r"thumbnail|background|header|sidebar|toc|classes|hidden|published|excerpt_separator)\s*:"
)
_FRONT = re.compile(r"\s*---\n(?:[^\n]*\n){1,200}?---(?:\n|$)")
_EMPLOYER = re.compile(r"((?:[A-ZÀ-Ý][\w&.,'’-]*\s+){1,6})(?:is|are)\s")
_COVERED = 0.8
_LATEST_HEAD = 80
_LONGEST_COPYRIGHT = 220
_OTHERS_AFTER = 0.3


@remembered
def boilerplate(document: Document) -> Mapping[int, str]:
    r"""Return the numbers of the lines that need not be read, each with the reason.

    Never all of them: a document that is nothing else is left as it is.

    >>> text = "Cook wanted\nWe are an equal opportunity employer."
    >>> whole = (Line(1, Span(0, 11)), Line(2, Span(12, 49)))
    >>> dict(boilerplate(Document("1", "", text, whole)))
    {2: 'equal opportunity'}
    """
    lower = lowered(document.text)
    left_out = _others(document)
    text = document.text
    kept = _places(text, "content")
    notices = [(_places(text, table), table, reason) for table, reason in _NOTICES]
    navigation = _places(text, "navigation")
    front = _FRONT.match(document.text)
    for line in document.lines:
        if line.number in left_out:
            continue
        words = lower[line.span.start : line.span.end]
        if front is not None and line.span.end <= front.end() and _SETTING.match(words):
            left_out[line.number] = "page setting"
        elif _covered(words, line, _inside(navigation, line.span)):
            left_out[line.number] = "navigation"
        # A stripped page's first line holds its headline, whatever banner clings to it.
        elif (
            line.number > 1
            and (reason := _notice(line, notices)) is not None
            and not _has_figures(words, reason)
            and not _inside(kept, line.span)
            and not _only_name(document, line)
        ):
            left_out[line.number] = reason
    return MappingProxyType(left_out if len(left_out) < len(document.lines) else {})


def _has_figures(words: str, reason: str) -> bool:
    """Tell whether a line that looks like a notice states pay, years, a date or an id."""
    if reason == "copyright":
        return False
    return _FIGURES.search(words) is not None or _money().search(words) is not None


@cache
def _money() -> re.Pattern[str]:
    """Return the expression of a figure beside a sign, a name or a code of a currency."""
    vocabulary = load("currencies")
    marks = {**vocabulary["signs"], **vocabulary["names"]}
    codes = {code for of in marks.values() for code in ([of] if isinstance(of, str) else of)}
    codes.difference_update(vocabulary["doubtful"]["codes"])
    # No single letter ("R"), which may be anything.
    known = {
        mark.lower()
        for mark in {*marks, *codes}
        if len(mark) > 1 or not mark.isalpha() or not mark.isascii()
    }
    words = {mark for mark in known if _WORDED.fullmatch(mark)}
    signs = "|".join(map(re.escape, sorted(known - words)))
    named = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(
        rf"(?:{signs})\s?\d|\d\s?(?:{signs}|万)|"
        rf"(?<![^\W\d_])(?:{named})\s?\d|\d\s?(?:{named})(?![^\W\d_])"
    )


def _places(text: str, table: str) -> list[Span]:
    return list(occurrences("boilerplate", table, text))


def _inside(places: list[Span], span: Span) -> list[Span]:
    found: list[Span] = []
    if not places:
        return found
    at = bisect_left(places, Span(span.start, 0))
    while at < len(places) and places[at].start < span.end:
        if places[at].end <= span.end:
            found.append(places[at])
        at += 1
    return found


def _notice(line: Line, notices: list[tuple[list[Span], str, str]]) -> str | None:
    length = line.span.end - line.span.start
    for places, table, reason in notices:
        if _inside(places, line.span) and (table != "copyright" or length < _LONGEST_COPYRIGHT):
            return reason
    return None


def _only_name(document: Document, line: Line) -> bool:
    """Tell whether the line is the only place that names its employer."""
    named = _EMPLOYER.match(document.quote(line.span))
    if named is None or named[1].strip() == "We":
        return False
    # What clings to the front of the name is not part of it, so its last word is looked for.
    return document.text.count(named[1].split()[-1]) == 1


def _covered(words: str, line: Line, places: list[Span]) -> bool:
    """Tell whether nearly all the letters of a line are navigation."""
    if not places:
        return False
    covered = [False] * len(words)
    for span in places:
        for at in range(span.start - line.span.start, span.end - line.span.start):
            covered[at] = True
    letters = [at for at, one in enumerate(words) if one.isalnum()]
    return sum(covered[at] for at in letters) >= _COVERED * len(letters)


def _others(document: Document) -> dict[int, str]:
    """Find the list of other jobs that ends a page: from its heading to the end."""
    heads = _places(document.text, "other_jobs")
    if not heads:
        return {}
    floor = len(document.text) * _OTHERS_AFTER
    for line in document.lines:
        found = _inside(heads, line.span)
        if (
            found
            and found[0].start == line.span.start >= floor
            and _is_head(document, line, found[0])
        ):
            return {one.number: "other jobs" for one in document.lines[line.number - 1 :]}
    return {}


def _is_head(document: Document, line: Line, phrase: Span) -> bool:
    """Tell whether it is a heading: alone, or capitalised in a line that is no sentence."""
    words = document.quote(line.span)
    if len(words) <= _LATEST_HEAD:
        return words[0].isupper() and words[-1] not in ".!?"
    following = document.text[phrase.end : phrase.end + 2].strip()
    return (
        words[0].isupper() and bool(following) and (following[0].isupper() or following[0] == ":")
    )
