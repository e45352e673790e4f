"""Find the words a model quotes in the document: in any case, in any encoding, then nearly.

A mention that cannot be found is not in the document, and its value is dropped. What comes back
is always a span of the document's own text, so a near match never lets the model's wording in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import fuzz

from extract.values import Document, Span

__all__ = ["Locator"]

_NEAR = 92.0
"""Least partial ratio (0 to 100) of a near match."""

_SHORTEST_NEAR = 8
"""Characters from which a mention may match nearly: shorter ones match by chance."""

_SHORTEST_STEM = 5
"""Characters from which a mention may be the beginning of a longer word."""

_MANY = 8
"""Words from which an expression is compiled: word by word, a long mention takes its own length
times that of a text that repeats itself."""

_POINT = re.compile(r"\.\s(?=\w)")
_PLAIN = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-"}
_FOLDS = str.maketrans(_PLAIN)


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
        closed = _POINT.sub(".", " ".join(words)).split()  # "e. V." is "e.V." too.
        places = self._whole(words) or (self._whole(closed) if closed != words else ())
        return places or self._near(" ".join(words))

    def quote(self, mention: str) -> tuple[Span, ...]:
        """Return where the mention stands as `locate` does, and where words are run together.

        Scraped words lose the space between them ("ExperienceThree to five years"), other scripts
        have none ("前端H5应用"), and many languages add to the end of a name ("Budapesten").

        >>> text = "ToolsSalesforce CRM, Budapesten"
        >>> locator = Locator(Document("1", "-", text, ()))
        >>> [text[span.start : span.end] for span in locator.quote("Budapest")]
        ['Budapest']
        >>> locator.locate("Salesforce CRM"), locator.quote("Salesforce CRM")
        ((), (Span(start=5, end=19),))
        """
        words = mention.split()
        if not words:
            return ()
        return self._whole(words) or self._run_together(words) or self._near(" ".join(words))

    def _whole(self, words: list[str]) -> tuple[Span, ...]:
        wanted = " ".join(words)
        places = _places(self._text, [_folded(word) for word in words], words)
        found = sorted(places, key=lambda span: self._folds(span) != wanted)
        return tuple(found) or self._equivalent(words)

    def _run_together(self, words: list[str]) -> tuple[Span, ...]:
        """Return where the very characters of the words stand, beginning where a word can begin."""
        text = self.document.text
        wanted = re.compile(r"\s+".join(map(re.escape, words)))
        found = [Span(*match.span()) for match in wanted.finditer(text)]
        begun = [span for span in found if not _is_inside(text, span.start)]
        ended = [span for span in begun if not _is_inside(text, span.end)]
        return tuple(ended or (begun if len(" ".join(words)) >= _SHORTEST_STEM else ()))

    @cached_property
    def _text(self) -> str:
        return _folded(self.document.text)

    def _folds(self, span: Span) -> str:
        return " ".join(self.document.quote(span).split())

    @cached_property
    def _reduced(self) -> str:
        """The text in the form of `_reduce`."""
        return "".join(map(_REDUCED.__getitem__, self.document.text))

    @cached_property
    def _offsets(self) -> list[int]:
        """For each character of the reduced text, the offset of the one it comes from."""
        text = self.document.text
        offsets = [offset for offset, char in enumerate(text) for _ in _REDUCED[char]]
        return [*offsets, len(text)]

    def _equivalent(self, words: list[str]) -> tuple[Span, ...]:
        """Return where the words stand in an equivalent encoding: no character is cut in two."""
        composed = (unicodedata.normalize("NFC", word) for word in words)
        parts = [part for word in composed if (part := "".join(map(_REDUCED.__getitem__, word)))]
        places = list(_places(self._reduced, parts, words)) if parts else []
        return tuple(
            Span(self._offsets[place.start], self._offsets[place.end - 1] + 1)
            for place in places
            if self._is_whole(place.start) and self._is_whole(place.end)
        )

    def _is_whole(self, at: int) -> bool:
        """Tell whether a character of the document, and not its accent, begins at `at`."""
        text, offsets = self._reduced, self._offsets
        if at in (0, len(text)):
            return True
        return offsets[at] != offsets[at - 1] and not unicodedata.combining(text[at])

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
    for typographic, plain in _PLAIN.items():  # over a whole text far quicker than `translate`
        if typographic in lowered:
            lowered = lowered.replace(typographic, plain)
    return lowered


def _places(text: str, parts: list[str], words: list[str]) -> Iterator[Span]:
    """Yield where the parts stand one after the other, as whole words, without overlaps."""
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


def _reduce(char: str) -> str:
    """Return what is compared of a character: "fi" for "ﬁ", "ss" for "ẞ", "i" for "İ" and "ı".

    Accents are taken apart from their letters; characters without a width are dropped.
    """
    folded = unicodedata.normalize("NFKD", char).casefold().replace("i\u0307", "i")
    kept = (c for c in folded if unicodedata.category(c) != "Cf")
    return "".join(kept).translate(_FOLDS | {ord("ı"): "i"})


class _Reduced(dict[str, str]):
    """What `_reduce` returns, by character: a dict is looked up faster than a cache is called."""

    def __missing__(self, char: str) -> str:
        self[char] = _reduce(char)
        return self[char]


_REDUCED = _Reduced()


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


def _is_inside(text: str, at: int) -> bool:
    """Tell whether a place is inside a word.

    A word may end between a small letter and a capital, a letter and a digit, or two scripts.
    """
    if at in (0, len(text)):
        return False
    before, after = text[at - 1], text[at]
    if before.isdecimal() or after.isdecimal():
        return before.isdecimal() and after.isdecimal()
    if not (before.isalpha() and after.isalpha()):
        return unicodedata.combining(after) > 0
    return not (before.islower() and after.isupper()) and _script(before) == _script(after)


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """Return the script that a letter's name in the Unicode Character Database begins with."""
    return unicodedata.name(char, "").partition(" ")[0]


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
