"""What of a text can speak of places, looked up once: where names may begin, labels, cues.

A posting has some hundred lines and commas, and a place at two or three of them. Looking up every
name that could stand there takes longer than to see that no word of it begins one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from extract.kinds.places.folding import fold
from extract.kinds.places.gazetteer import flags
from extract.kinds.places.gazetteer_sources import ANY, OUTER, SMALL
from extract.kinds.places.address import Part, parts
from extract.lexicon import scan
from extract.values import Document, Span, remembered

__all__ = ["Clues", "clues", "within"]

_READ = 300_000
"""Characters that are read: a posting is shorter, and a hostile document is not read to its end."""
# What stands between two marks or spaces; and a word of it once that is folded.
_CHUNK = re.compile(r"[^\s/;|&+•·,，:()（）\[\]]+")
_PART = re.compile(r"[^\W_]+")
# Scripts written without spaces: a name there may begin anywhere.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# What folding leaves out: a code in small letters, and what may glue a name to a postal code.
_DOTTED = re.compile(r"(?<!\w)[a-z]{1,2}\.[a-z.-]")
_MARK = re.compile("['’\u200b]")


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
    def parts(self) -> list[Part]:
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
        found = [(dotted.start(), True) for dotted in _DOTTED.finditer(self.text)]
        last, before, begun = "", 0, [0]
        for chunk in _CHUNK.finditer(self.text):
            word, at = chunk[0], chunk.start()
            wanted, starts, parts = (SMALL if word[0].islower() else ANY), [at], [fold(word)]
            if not word.isalnum():
                starts = [at + part.start() for part in _PART.finditer(word)]
                parts = _PART.findall(parts[0])
                if _MARK.search(word):
                    parts += _PART.findall(fold(_MARK.sub(" ", word)))
            for part in parts:
                known, both = flags(part), flags(f"{last} {part}")
                if known & wanted:
                    found += [(start, known & OUTER > 0) for start in starts]
                if both & before:
                    found += [(start, both & OUTER > 0) for start in begun]
                last, before, begun = part, wanted, starts
        return found
