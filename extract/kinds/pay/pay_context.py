"""The words around a stretch of text: the clause before it, the clause after it, its heading.

Windows have a fixed size and are cut at the ends of sentences, at numbers and at line breaks that
end a block rather than wrap a line of prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import whitespace

from extract.kinds.pay.pay_units import period_word
from extract.values import Span

__all__ = ["WINDOW", "ahead", "behind", "cells", "headed", "number_free"]

_BEFORE = 90
WINDOW = 60
"""Characters looked at after an amount."""
_WRAPPED = 50
"""A line of prose longer than this is taken to run on after its line break."""

# A full stop ends a clause unless a small letter or a digit follows ("min. 50").
_CLAUSE = re.compile(
    r"[.!?](?=\s+[^\W\d_a-zß-ÿčďěňřšťůžąęłńśźżőű]|\s*$)|[;•|\t。！？\]]|\n\s*\n|\s[*·]\s"
)
_NUMBER = re.compile(r"\d")
_DIGITS = re.compile(r"\d[\d.,]*")
_BRACKET = re.compile(r"\s{0,2}\(([^()]{0,40})\)")
_MARKS = " *_-•–\t>\"'#:"


def ahead(text: str, start: int) -> Span:
    """Return the clause that follows `start` up to the next number, past a bracketed remark."""
    stop = min(len(text), start + WINDOW)
    begin = start
    bracket = _BRACKET.match(text, start, stop)
    if bracket and not period_word(text, *bracket.span(1)):
        begin = bracket.end()
    if clause := _CLAUSE.search(text, begin, stop):
        stop = clause.start()
    if number := _NUMBER.search(text, begin, stop):
        stop = number.start()
    line = text.find("\n", begin, stop)
    return Span(begin, stop if line < 0 or _wraps(text, start) else line)


def _wraps(text: str, offset: int) -> bool:
    end = text.find("\n", offset, offset + WINDOW)
    begin = text.rfind("\n", max(0, offset - 200), offset)
    return end - begin > _WRAPPED and begin >= 0 and text[end + 1 : end + 2].islower()


def behind(text: str, end: int, reach: int = _BEFORE) -> Span:
    """Return the clause that leads up to `end`, with the line before where that only wraps."""
    begin = max(0, end - reach)
    for clause in _CLAUSE.finditer(text, begin, end):
        begin = clause.end()
    line = text.rfind("\n", begin, end) + 1
    if not line:
        return Span(begin, end)
    if not text[line:end].strip(" *_-•–") or _wraps(text, line - 2):
        return Span(max(begin, text.rfind("\n", begin, line - 1) + 1), end)
    return Span(line, end)


def headed(text: str, start: int) -> Span:
    """Return the nearest line before that of `start` which is not blank, if it is short."""
    begin = text.rfind("\n", max(0, start - _WRAPPED), start) + 1
    if not begin or text[begin:start].strip(" *_-•–\t>\"'#"):
        return Span(start, start)
    end = begin
    floor = max(0, begin - _BEFORE)
    while end > floor and text[end - 1].isspace():
        end -= 1
    heading = _bare(text, max(floor, text.rfind("\n", floor, end) + 1), end, _MARKS)
    short = heading.end - heading.start <= _WRAPPED
    return heading if short and not _has_number(text, heading) else Span(start, start)


def _bare(text: str, start: int, end: int, marks: str) -> Span:
    """Return a stretch of text without marks around it."""
    while start < end and text[start] in marks:
        start += 1
    while end > start and text[end - 1] in marks:
        end -= 1
    return Span(start, end)


def _has_number(text: str, span: Span) -> bool:
    return _NUMBER.search(text, span.start, span.end) is not None


_TABLE = 1500
"""Characters above a row in which the head of its table is looked for."""


def cells(text: str, start: int) -> tuple[Span, ...]:
    r"""Return what heads the column, the row and the table of pipes that `start` is in.

    Blank lines between the rows are passed over; cells with numbers head nothing.

    >>> text = "Role | Hourly pay\n--- | ---\nCook | $18"
    >>> [text[cell.start : cell.end] for cell in cells(text, 36)]
    ['Hourly pay', 'Cook', 'Role']
    """
    begin = text.rfind("\n", max(0, start - _TABLE), start) + 1
    if not begin or text.find("|", begin, start) < 0:
        return ()
    head = _head(text, begin)
    column = [*_between_pipes(text, head)][text.count("|", begin, start) :][:1]
    firsts = [_first(text, line) for line in (Span(begin, start), head)]
    bare = (_bare(text, cell.start, cell.end, whitespace) for cell in (*column, *firsts))
    return tuple(cell for cell in bare if not _has_number(text, cell))


def _head(text: str, begin: int) -> Span:
    """Return the first line of the table above a row that begins at `begin`."""
    floor = max(0, begin - _TABLE)
    head, end = Span(begin, begin), begin
    while end >= floor:
        line = max(floor, text.rfind("\n", floor, end) + 1)
        if text.find("|", line, end) >= 0:
            head = Span(line, end)
        elif text[line:end].strip():
            return head
        end = line - 1
    return head if begin <= _TABLE else Span(begin, begin)  # It may be further up.


def _between_pipes(text: str, line: Span) -> Iterator[Span]:
    start = line.start
    while (pipe := text.find("|", start, line.end)) >= 0:
        yield Span(start, pipe)
        start = pipe + 1
    yield Span(start, line.end)


def _first(text: str, line: Span) -> Span:
    bare = _bare(text, line.start, line.end, " |")
    return next(_between_pipes(text, bare))


def number_free(text: str, window: Span) -> Span:
    """Return the end of a stretch of text after its last number.

    >>> number_free("2 posts, salary", Span(0, 15))
    Span(start=1, end=15)
    """
    start = window.start
    for found in _DIGITS.finditer(text, window.start, window.end):
        start = found.end()
    return Span(start, window.end)
