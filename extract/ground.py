"""Find the words a model quotes in the document: exactly, then folded, then nearly.

A mention that cannot be found is not in the document, and its value is dropped. What comes back
is always a span of the document's own text, so a near match never lets the model's wording in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from extract.values import Document, Span

__all__ = ["Locator"]

_NEAR = 92.0
"""Least partial ratio (0 to 100) of a near match."""

_SHORTEST_NEAR = 8
"""Characters from which a mention may match nearly: shorter ones match by chance."""

_MANY = 8
"""Words from which an expression is compiled: word by word, a long mention takes its own length
times that of a text that repeats itself."""

_FOLDS = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-"}
)


@dataclass(frozen=True)
class Locator:
    r"""Locate mentions in one document.

    >>> from extract.values import Document, Line
    >>> text = "Senior  Baker\nBaker’s Corner, Leeds"
    >>> document = Document("1", "-", text, (Line(1, Span(0, 13)), Line(2, Span(14, len(text)))))
    >>> [document.quote(span) for span in Locator(document).locate("senior baker")]
    ['Senior  Baker']
    >>> Locator(document).locate("Head Pastry Chef")
    ()
    """

    document: Document

    def locate(self, mention: str) -> tuple[Span, ...]:
        """Return every place the mention stands, or the single nearest one, or nothing.

        Places with the very characters of the mention come first.
        """
        words = mention.split()
        if not words:
            return ()
        wanted = " ".join(words)
        found = sorted(self._folded(words), key=lambda span: self._folds(span) != wanted)
        return tuple(found) or self._near(wanted)

    @cached_property
    def _text(self) -> str:
        return _folded(self.document.text)

    def _folds(self, span: Span) -> str:
        return " ".join(self.document.quote(span).split())

    def _folded(self, words: list[str]) -> Iterator[Span]:
        """Yield where the words stand one after the other, as whole words, without overlaps."""
        text = self._text
        parts = [_folded(word) for word in words]
        opens = words[0][0].isalnum() and words[0].isascii()
        closes = words[-1][-1].isalnum() and words[-1].isascii()
        if len(parts) > _MANY:
            edges = r"(?<!\w)" if opens else "", r"(?!\w)" if closes else ""
            wanted = re.compile(r"\s+".join(map(re.escape, parts)).join(edges))
            yield from (Span(*found.span()) for found in wanted.finditer(text))
            return
        at = text.find(parts[0])
        while at >= 0:
            end = _end_of(text, at, parts)
            glued = opens and at > 0 and _is_word(text[at - 1])
            if end is None or glued or (closes and end < len(text) and _is_word(text[end])):
                end = at + 1
            else:
                yield Span(at, end)
            at = text.find(parts[0], end)

    def _near(self, mention: str) -> tuple[Span, ...]:
        if len(mention) < _SHORTEST_NEAR:
            return ()
        found = fuzz.partial_ratio_alignment(_folded(mention), self._text, score_cutoff=_NEAR)
        if found is None:
            return ()
        start, end = self._whole_words(found.dest_start, found.dest_end)
        if not len(mention) * 0.8 <= end - start <= len(mention) * 1.25:
            return ()
        return (Span(start, end),)

    def _whole_words(self, start: int, end: int) -> tuple[int, int]:
        text = self._text
        while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        return start, end


def _folded(text: str) -> str:
    """Lower the case of a text without changing its length, so that offsets carry over.

    "İ" has two code points in lower case, of which the first is kept.
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(char.lower()[0] for char in text)
    return lowered.translate(_FOLDS)


def _end_of(text: str, at: int, parts: list[str]) -> int | None:
    """Return where words that begin at `at` end, with any white space between them."""
    for number, part in enumerate(parts):
        begin = at
        while number and at < len(text) and text[at].isspace():
            at += 1
        if (number and at == begin) or not text.startswith(part, at):
            return None
        at += len(part)
    return at


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
