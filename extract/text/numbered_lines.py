"""Cut text into numbered lines: one bullet, one heading or a few sentences each.

A line number costs the model about four tokens, so short sentences of a paragraph share a line;
bullets and labels have lines of their own. Hard-wrapped paragraphs are joined, so the span of a
line may contain line breaks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.lexicon.phrases import lowered, occurrences
from extract.text.cuts import Cut, Cuts
from extract.text.page_controls import interface_edges
from extract.text.sentences import SentenceStarts
from extract.values import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["lines"]

_BULLET = re.compile(
    r"\s*(?:[•·▪●■◦‣►➢➤✓✔✅❖◆◇★☆▶▸∙⁃・◎○※\uf0a7\uf0b7\uf0d8\uf076]+\s*|[-–—*+](?:\s+|(?=[^\W\d_]))|o\s+(?=[A-Z])|"
    r"\(?(?:\d{1,2}|[a-z])[.)]\s+(?=\S)|>\s+|#{1,6}\s+|\|\s*)+"
)
_HEADING = re.compile(r"\s*#{1,6}\s")
_TRAIL = " \t\n|*#_\\"
_SHARED = 240
_LONGEST = 500
_ROW = re.compile(r"\S[^\n]*")
_SOLID = re.compile(r"[^\W_]")
_CLAUSE = re.compile(r"[;,:)]\s|\s[–—-]\s|、")
_WRAPPED = (50, 135)
_BOILERPLATE = ("equal_opportunity", "privacy", "other_jobs", "copyright")
_EMPLOYER = re.compile(r"((?:[A-ZÀ-Ý][\w&.'’-]*,?\s+){1,6})(?:is|are)\s+(?:\w+\s+){0,4}$")
_KEY = re.compile(r"[\w.-]{1,30}(?: [\w.-]{1,20}){0,3}:(?:\s|$)")


def lines(text: str) -> tuple[Line, ...]:
    r"""Cut `text` into numbered lines: in order, without overlaps, each with a letter or a digit.

    >>> text = "Cook wanted\n\n- Grill\n- Fry.\nWe pay well. Call us."
    >>> [text[line.span.start : line.span.end] for line in lines(text)]
    ['Cook wanted', 'Grill', 'Fry.', 'We pay well. Call us.']
    """
    found = (_trimmed(text, start, end) for start, end in _Pieces(text).all())
    spans = (span for span in found if span is not None)
    return tuple(Line(number, span) for number, span in enumerate(spans, 1))


def _trimmed(text: str, start: int, end: int) -> Span | None:
    words = text[start:end]
    bare = words.lstrip()
    start += len(words) - len(bare)
    end = start + len(bare.rstrip(_TRAIL))
    end += text.startswith("#", end) and text[start:end][-1:].isalpha()  # "C#" is no heading's end
    return Span(start, end) if _SOLID.search(text, start, end) else None


def _units(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield paragraphs and bullets as (start, end, is a bullet), hard-wrapped lines joined."""
    block: list[tuple[int, int]] = []
    last = 0
    for row in _ROW.finditer(text):
        start = row.start()
        if block and text.count("\n", last, start) > 1:
            yield from _joined(text, block)
            block = []
        block.append((start, start + len(row[0].rstrip())))
        last = row.end()
    yield from _joined(text, block)


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
    """Tell whether some row stops inside a sentence, which goes on in the next one."""
    return any(
        end - start >= _WRAPPED[0] - 5
        and text[end - 1] not in ".!?:;。"
        and text[following].islower()
        for (start, end), (following, _) in pairwise(rows)
    )


class _Pieces:
    """The pieces of a text. Its sentences, cuts and boilerplate are found once, in all of it."""

    def __init__(self, text: str) -> None:
        lower = lowered(text)
        self._text = text
        self._cuts = Cuts(text, interface_edges(text, lower))
        self._starts = SentenceStarts(text)
        marked = (occurrences("boilerplate", table, text) for table in _BOILERPLATE)
        self._marked = sorted({(span.start, span.end) for spans in marked for span in spans})

    def all(self) -> Iterator[tuple[int, int]]:
        """Yield the start and the end of each piece, in order."""
        for start, end, item in _units(self._text):
            found = self._cuts.inside(start, end)
            if not found and start < end:
                yield from self._packed(start, end, _LONGEST if item else _SHARED)
                continue
            pieces = [Cut(start, start, "item" if item else "text"), *found]
            for place, (cut, after) in enumerate(zip(pieces, [*found, None], strict=True)):
                stop = end if after is None else after.at
                if cut.words >= stop:
                    continue
                if cut.mark != "item":
                    yield from self._packed(cut.words, stop)
                elif place and (after is None or after.mark != "item"):
                    yield from self._last_item(cut.words, stop)
                elif place:
                    yield from self._inner_item(cut.words, stop)
                else:
                    yield from self._packed(cut.words, stop, _LONGEST)

    def _packed(self, start: int, end: int, limit: int = _SHARED) -> Iterable[tuple[int, int]]:
        """Return a stretch, cut between sentences where it is longer than a line may be."""
        if end - start <= limit and not self._marks(start, end):
            return ((start, end),)
        return self._merged(start, end, self._sentences(start, end), limit)

    def _last_item(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the last bullet of run-together text, and set off what comes after it."""
        starts = self._sentences(start, end)
        if not starts:
            yield from self._merged(start, end, starts, _LONGEST)
            return
        yield start, starts[0]
        yield from self._packed(starts[0], end)

    def _inner_item(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield a bullet of run-together text, and set off a heading before the next one."""
        starts = self._sentences(start, end)
        if starts and end - starts[-1] <= 60:  # noqa: PLR2004
            tail = self._text[starts[-1] : end].rstrip()
            if tail and tail[-1] not in ".!?)" and len(tail.split()) <= 6:  # noqa: PLR2004
                yield from self._merged(start, starts[-1], starts[:-1], _LONGEST)
                yield starts[-1], end
                return
        yield from self._merged(start, end, starts, _LONGEST)

    def _sentences(self, start: int, end: int) -> list[int]:
        """Return where sentences start, also boilerplate that has lost the stop before it."""
        starts = self._starts.inside(start, end)
        lost = []
        for mark, stop in self._marks(start, end):
            window = max(start, mark - 100)
            employer = _EMPLOYER.search(self._text[window:mark]) if stop <= end else None
            if employer is not None and window + employer.start() > start:
                lost.append(window + employer.start())
        return sorted({*starts, *lost}) if lost else starts

    def _marks(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        """Return the boilerplate that begins between two places."""
        if not self._marked:
            return ()
        return self._marked[bisect_left(self._marked, (start,)) : bisect_left(self._marked, (end,))]

    def _merged(
        self, start: int, end: int, starts: Sequence[int], limit: int
    ) -> Iterator[tuple[int, int]]:
        """Yield neighbouring sentences together up to `limit`, but boilerplate on its own."""
        begin, was = start, None
        for one, two in pairwise([start, *starts, end]) if starts else ():
            about = bool(self._marks(one, two))
            if one > begin and (two - begin > limit or about != was):
                yield from _clauses(self._text, begin, one)
                begin = one
            was = about
        yield from _clauses(self._text, begin, end)


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch in parts: it is cut after a clause, else after a word, else anywhere."""
    while end - start > _LONGEST:
        floor, ceiling = start + _LONGEST // 2, start + _LONGEST
        ends = [found.end() for found in _CLAUSE.finditer(text, floor, ceiling)]
        cut = ends[-1] if ends else text.rfind(" ", floor, ceiling) + 1 or ceiling
        yield start, cut
        start = cut
    yield start, end
