"""What of a text can speak of places, looked up once: where names may begin, labels, cues.

A posting has some hundred lines and commas, and a place at two or three of them. Looking up every
name that could stand there takes longer than to see that no word of it begins one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from extract.kinds.places.address import AddressPart, parts
from extract.kinds.places.folded_names import fold
from extract.kinds.places.gazetteer import flags, small
from extract.kinds.places.gazetteer_sources import FIRST, OUTER, SMALL, WHOLE
from extract.lexicon import scan
from extract.values import Document, Span, remembered

__all__ = ["Clues", "clues", "within"]

_READ = 300_000
"""Characters that are read: a posting is shorter, and a hostile document is not read to its end."""
_MARK = re.compile(r"[.'’\u200b][^\W_]")
_WORD = re.compile(rf"(?!\W)[A-Z0-9\u00aa-\uffff][^\W_]*(?=({_MARK.pattern})?)")
_BETWEEN = dict.fromkeys((code for code in range(128) if not chr(code).isalnum()), " ")
# What stands from a letter to a mark or space; and a word, of it once that is folded or of a text.
_CHUNK = re.compile(r"[^\W_][^\s/;|&+•·,，:()（）\[\]]*")
_PART = re.compile(r"[^\W_]+")
# Scripts written without spaces: a name there may begin anywhere.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# A code in small letters: "n.y.".
_DOTTED = re.compile(r"(?<!\w)[a-z]{1,2}\.[a-z.-]")
_POINT = re.compile(r"\.(?=[a-z.-])")


@remembered
def clues(document: Document) -> Clues:
    """Return what of a document can speak of places."""
    return Clues(document.text[:_READ])


def within(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return those of the spans, which are in order, that lie in a part of the text.

    >>> within([Span(0, 4), Span(5, 9), Span(10, 20)], 1, 15)
    [Span(start=5, end=9)]
    """
    first = bisect_left(spans, Span(start, 0))
    last = bisect_left(spans, Span(end, 0))
    return [span for span in spans[first:last] if span.end <= end]


class Clues:
    """A text with what of it can speak of places; each is looked for when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    def may_hold_place(self, start: int, end: int) -> bool:
        """Tell whether a name of a place can begin anywhere in a part of the text.

        >>> text = Clues("Head Baker, Leeds. What you will do")
        >>> text.may_hold_place(0, 18), text.may_hold_place(19, 35)
        (True, False)
        """
        at = bisect_left(self._openings, start)
        if at < len(self._openings) and self._openings[at] < end:
            return True
        inside = start and self.text[start - 1].isalnum()
        return bool(inside) or (
            self.unspaced and _UNSPACED.search(self.text, start, end) is not None
        )

    def openings(self, start: int, end: int) -> Sequence[int]:
        """Return where in a part of the text names may begin; in unspaced scripts anywhere."""
        if self.unspaced:
            return range(start, end)
        return self._openings[bisect_left(self._openings, start) : bisect_left(self._openings, end)]

    def may_begin_region(self, at: int) -> bool:
        """Tell whether a region or country, or its code, can begin at a place in the text.

        >>> text = Clues("in New York, with new ideas")
        >>> text.may_begin_region(3), text.may_begin_region(18)
        (True, False)
        """
        return at in self._outer or bool(self.unspaced and _UNSPACED.match(self.text, at))

    @cached_property
    def unspaced(self) -> bool:
        """Whether the text holds letters of a script without spaces."""
        return not self.text.isascii() and _UNSPACED.search(self.text) is not None

    @cached_property
    def labels(self) -> list[Span]:
        """The words that stand before a place as its label: "Location"."""
        return self._words("label")

    @cached_property
    def cues(self) -> list[Span]:
        """The words inside a line after which a place of work is named: "based in"."""
        return self._words("cue")

    @cached_property
    def elsewhere(self) -> list[Span]:
        """The words that make the place after them something else: "headquartered in"."""
        return self._words("elsewhere")

    @cached_property
    def parts(self) -> list[AddressPart]:
        """The values of the keys of addresses."""
        return list(parts(self.text))

    def _words(self, table: str) -> list[Span]:
        return [Span(*found.span()) for found in scan("places", table, self.text)]

    @cached_property
    def _outer(self) -> frozenset[int]:
        return frozenset(at for at, outer in self._begun if outer)

    @cached_property
    def _openings(self) -> list[int]:
        return sorted({at for at, _ in self._begun})

    @cached_property
    def _begun(self) -> list[tuple[int, bool]]:
        """Where a name may begin, and whether that may be a region's or a country's."""
        text = self.text
        points = [point.start() for point in _POINT.finditer(text)]
        dotted = (_DOTTED.match(text, max(0, at - back)) for at in points for back in (2, 1))
        found = [(code.start(), True) for code in dotted if code]
        for word in _WORD.finditer(text):
            if text[word.start() - 1 : word.start()].isalnum():
                continue
            known = flags(word[0].lower() if word[0].isascii() else fold(word[0]))
            if word[1] or known & FIRST:
                found += self._begins(*word.span(), WHOLE)
            elif known:
                found.append((word.start(), known & OUTER > 0))
        if begun := small().intersection(text.translate(_BETWEEN).split()):
            for word in _PART.finditer(text):
                if word[0] in begun:
                    found += self._begins(*word.span(), WHOLE | SMALL)
        return found

    def _begins(self, start: int, end: int, wanted: int) -> Iterator[tuple[int, bool]]:
        """Yield the start of a word if it begins a name with the flags that are wanted."""
        heads = [(fold(self.text[start:end]), end)]
        if _MARK.match(self.text, end):
            heads.append(self._chunk(start))  # "L'Aquila" is one word too.
        for part, after in heads:
            known = flags(part)
            if known & FIRST:
                both = flags(f"{part} {self._chunk(after)[0]}")
                known |= both if both & wanted == wanted else 0
            if known & wanted == wanted:
                yield start, known & OUTER > 0

    def _chunk(self, at: int) -> tuple[str, int]:
        """Return the next word as folding has it, and where it ends."""
        found = _CHUNK.search(self.text, at)
        parts = _PART.findall(fold(found[0])) if found else ()
        end = found.end() if found and len(parts) == 1 else at
        return (parts[0], end) if parts else ("", at)
