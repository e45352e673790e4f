"""Text to numbered lines: one bullet, one heading or a few sentences each.

A line number costs the model about four tokens, so short sentences of a paragraph share a line;
what is counted or listed (bullets, labels) has one of its own. Hard-wrapped paragraphs are joined:
the span of a line may hold line breaks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.lexicon.phrases import lowered, occurrences
from extract.text.cuts import Cut, cuts
from extract.text.interface import interface_edges
from extract.text.sentences import sentence_starts
from extract.values import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["lines"]

_BULLET = re.compile(
    r"\s*(?:[•·▪●■◦‣►➢➤✓✔✅❖◆◇★☆▶▸∙⁃・◎○※\uf0a7\uf0b7\uf0d8\uf076]+\s*|[-–—*+](?:\s+|(?=[^\W\d_]))|o\s+(?=[A-Z])|"
    r"\(?(?:\d{1,2}|[a-z])[.)]\s+(?=\S)|>\s+|#{1,6}\s+|\|\s*)+"
)
_HEADING = re.compile(r"\s*#{1,6}\s")
_TRAIL = " \t\n|*#_\\"
_SHARED = 240
_LONGEST = 500
_CLAUSE = re.compile(r"[;,:)]\s|\s[–—-]\s|、")
_WRAPPED = (50, 135)
_KEY = re.compile(r"[\w.-]{1,30}(?: [\w.-]{1,20}){0,3}:(?:\s|$)")


def lines(text: str) -> tuple[Line, ...]:
    r"""Cut `text` into numbered lines: in order, without overlaps, each with a letter or a digit.

    >>> text = "Cook wanted\n\n- Grill\n- Fry.\nWe pay well. Call us."
    >>> [text[line.span.start : line.span.end] for line in lines(text)]
    ['Cook wanted', 'Grill', 'Fry.', 'We pay well. Call us.']
    """
    lower = lowered(text)
    edges = interface_edges(text, lower)
    marked = _boilerplate(lower)
    spans = (
        trimmed
        for start, end, item in _units(text)
        for piece in _pieces(text, Span(start, end), edges, marked, item=item)
        if (trimmed := _trimmed(text, piece)) is not None
    )
    return tuple(Line(number, span) for number, span in enumerate(spans, 1))


def _trimmed(text: str, span: Span) -> Span | None:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1] in _TRAIL:
        end -= 1
    if not any(one.isalnum() for one in text[start:end]):
        return None
    return Span(start, end)


def _units(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield paragraphs and bullets as (start, end, is a bullet), hard-wrapped lines joined."""
    rows = list(_rows(text))
    at = 0
    while at < len(rows):
        block_end = at
        while block_end < len(rows) and rows[block_end][0] < rows[block_end][1]:
            block_end += 1
        yield from _joined(text, rows[at:block_end])
        at = block_end + 1


def _rows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the physical lines without outer white space; an empty one is a blank line."""
    at = 0
    for row in text.split("\n"):
        bare = row.strip()
        start = at + (len(row) - len(row.lstrip())) if bare else at
        yield start, start + len(bare)
        at += len(row) + 1


def _joined(text: str, rows: list[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    if not rows:
        return
    width = max(end - start for start, end in rows)
    wrapped = _WRAPPED[0] <= width <= _WRAPPED[1] and _is_wrapped(text, rows)
    begin, end, last, item = 0, -1, 0, False
    for start, stop in rows:
        bullet = _BULLET.match(text, start, stop)
        if end >= 0:
            word = text.find(" ", start, stop)
            first = (stop if word < 0 else word) - start
            filled = end - last + 1 + first > width
            goes_on = bullet is None and _KEY.match(text, start, stop) is None
            if wrapped and filled and goes_on and text[end - 1] not in ":;":
                end, last = stop, start
                continue
            yield begin, end, item
        item = bullet is not None and _HEADING.match(text, start, stop) is None
        begin, end, last = (bullet.end() if bullet else start), stop, start
        begin = min(begin, stop)
    yield begin, end, item


def _is_wrapped(text: str, rows: list[tuple[int, int]]) -> bool:
    """Tell whether a line goes on in the next one: it stops inside a sentence."""
    return any(
        end - start >= _WRAPPED[0] - 5
        and text[end - 1] not in ".!?:;。"
        and text[following].islower()
        for (start, end), (following, _) in pairwise(rows)
    )


def _boilerplate(lower: str) -> list[Span]:
    tables = ("equal_opportunity", "privacy", "other_jobs", "copyright")
    return sorted(span for table in tables for span in occurrences("boilerplate", table, lower))


def _pieces(
    text: str, unit: Span, edges: list[int], marked: list[Span], *, item: bool
) -> Iterator[Span]:
    floor = bisect_left(marked, Span(unit.start, 0))
    inside = marked[floor : bisect_left(marked, Span(unit.end, 0))]
    found = cuts(text, unit.start, unit.end, edges)
    opening = Cut(unit.start, unit.start, "item" if item else "text")
    pieces = [opening, *found]
    ends = [cut.at for cut in found] + [unit.end]
    for place, (cut, end) in enumerate(zip(pieces, ends, strict=True)):
        if cut.words >= end:
            continue
        span = Span(cut.words, end)
        if cut.mark == "item":
            following = pieces[place + 1].mark if place + 1 < len(pieces) else None
            inline = place > 0
            yield from _item(text, span, inside, inline=inline, before=following == "item")
        else:
            yield from _packed(text, span, inside)


def _item(
    text: str, span: Span, marked: list[Span], *, inline: bool, before: bool
) -> Iterator[Span]:
    """Yield one bullet; what run-together text has after it or before the next is set off."""
    starts = _starts(text, span, marked)
    if inline and not before and starts:
        yield Span(span.start, starts[0])
        yield from _packed(text, Span(starts[0], span.end), marked)
        return
    if inline and starts and span.end - starts[-1] <= 60:  # noqa: PLR2004
        tail = text[starts[-1] : span.end].rstrip()
        if tail and tail[-1] not in ".!?)" and len(tail.split()) <= 6:  # noqa: PLR2004
            yield from _merged(text, Span(span.start, starts[-1]), starts[:-1], marked, _LONGEST)
            yield Span(starts[-1], span.end)
            return
    yield from _merged(text, span, starts, marked, _LONGEST)


def _packed(text: str, span: Span, marked: list[Span]) -> Iterator[Span]:
    yield from _merged(text, span, _starts(text, span, marked), marked, _SHARED)


_EMPLOYER = re.compile(r"((?:[A-ZÀ-Ý][\w&.'’-]*,?\s+){1,6})(?:is|are)\s+(?:\w+\s+){0,4}$")


def _starts(text: str, span: Span, marked: list[Span]) -> list[int]:
    """Return where sentences start, also one on equal treatment that lost its full stop."""
    starts = sentence_starts(text, span.start, span.end)
    for mark in marked:
        if span.covers(mark):
            window = max(span.start, mark.start - 100)
            employer = _EMPLOYER.search(text[window : mark.start])
            if employer is not None and window + employer.start() > span.start:
                starts.append(window + employer.start())
    return sorted(set(starts))


def _merged(
    text: str, span: Span, starts: list[int], marked: list[Span], limit: int
) -> Iterator[Span]:
    """Join neighbouring sentences up to `limit`, but never content with boilerplate."""
    edges = [span.start, *starts, span.end]
    begin, was = span.start, None
    for start, end in pairwise(edges):
        about = _marked(marked, start, end)
        if start > begin and (end - begin > limit or about != was):
            yield from _clauses(text, Span(begin, start))
            begin = start
        was = about
    yield from _clauses(text, Span(begin, span.end))


def _marked(marked: list[Span], start: int, end: int) -> bool:
    at = bisect_left(marked, Span(start, 0))
    return any(span.start < end for span in marked[at : at + 1])


def _clauses(text: str, span: Span) -> Iterator[Span]:
    """Cut what is still too long after a clause, else after a word, else anywhere."""
    start = span.start
    while span.end - start > _LONGEST:
        floor, ceiling = start + _LONGEST // 2, start + _LONGEST
        ends = [found.end() for found in _CLAUSE.finditer(text, floor, ceiling)]
        cut = ends[-1] if ends else text.rfind(" ", floor, ceiling) + 1 or ceiling
        yield Span(start, cut)
        start = cut
    yield Span(start, span.end)
