"""Hard skills: those that code knows by name, and those that only reading finds.

Names of the vocabulary that stand where a posting says what the work is or asks for are given; the
model is asked for the rest in verbatim words, which are cut into the single skills they name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from extract.kinds.kind import Finding, Kind, Settled, Shape, settle_many
from extract.kinds.language_names import names_language
from extract.kinds.phrase import likeness, words_of
from extract.kinds.skills import skill_names as cues
from extract.kinds.skills.mentions import items
from extract.reading.boilerplate import boilerplate
from extract.reading.sections import sections
from extract.values import Document, Span, remembered

__all__ = ["Skills"]

_ASKING = ("requirements", "responsibilities")
_FEW = 4
"""With fewer known where skills are asked for, they are asked of the model elsewhere too."""
_MANY = 8
"""From so many on, what is known elsewhere is rarely asked for."""
_ELSEWHERE = ("benefits",)
_ENDING = 2
_LABEL = re.compile(r"[.:;]\s")
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.!?]\s+[A-ZÀ-Þ]")


@dataclass(frozen=True, slots=True)
class Skills(Kind):
    """A list of hard skills; `most` limits how many, and `most_words` how long one may be.

    If `plenty` of them are known by name, the model is not asked for more.
    """

    shape: ClassVar[Shape] = "many"
    plenty: int = 4
    most: int = 60
    most_words: int = 5

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the known skills where the posting asks for something or tells the work."""
        return _sought(document).known

    def enough(self, document: Document) -> bool:
        """Tell whether so many skills are known by name that reading adds few."""
        return len({document.quote(s).casefold() for s in self.given(document)}) >= self.plenty

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return where the posting asks for something or tells the work."""
        return _sought(document).zones

    def recognised(self, document: Document) -> tuple[Span, ...]:
        """Return the known skills where the model is not asked about them."""
        return _recognised(document)

    def expand(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return the single skills that a mention names: none if it runs into a next sentence.

        A small model copies whole lines of particulars.
        """
        if span in self.given(document):
            return (span,)
        if _SENTENCE_END.search(document.quote(span)):
            return ()
        return tuple(items(document.text, span))

    def read(self, document: Document, span: Span) -> tuple[str, ...]:
        """Return the words that stand there, unless too many, a label, or about a language."""
        words = words_of(document, span)
        if words is None or len(words.split()) > self.most_words:
            return ()
        if any(one.overlaps(span) for one in _elsewhere(document)):
            return ()
        return () if names_language(words) or _LABEL.search(words) else (words,)

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Collect the distinct skills in the order of the text, without those within others."""
        unique: dict[str, Finding] = {}
        for finding in sorted(findings, key=lambda each: (each.span.start, -each.span.end)):
            unique.setdefault(finding.value.casefold().replace("-", " "), finding)
        kept = [
            one for key, one in unique.items() if not any(_inflects(key, other) for other in unique)
        ]
        alone = [
            one
            for one in kept
            if not any(
                one is not o and o.span.start <= one.span.start < one.span.end <= o.span.end
                for o in kept
            )
        ]
        return settle_many(alone[: self.most])

    def similarity(self, found: Any, expected: Any) -> float:
        """Return the token-sort ratio of two skills."""
        return likeness(found, expected)


@dataclass(frozen=True, slots=True)
class _Sought:
    """Where skills are sought, and those that are known there."""

    zones: tuple[Span, ...]
    known: tuple[Span, ...]


@remembered
def _sought(document: Document) -> _Sought:
    return _where(document, _FEW)


@remembered
def _recognised(document: Document) -> tuple[Span, ...]:
    given = set(_sought(document).known)
    return tuple(span for span in _where(document, _MANY).known if span not in given)


def _where(document: Document, few: int) -> _Sought:
    """Return where skills are sought in a document, and those that are known there.

    That is what the posting asks for; where this names less than `few`, what it says of the work
    too; and where this names less, all that is not idle. Names of tools and the like count in all
    of it.
    """
    found = sections(document)
    idle = boilerplate(document)
    elsewhere = {document.line_at(span.start) for span in _elsewhere(document)}
    everywhere = tuple(
        line.span for line in document.lines if line.number not in idle and line not in elsewhere
    )
    zones: tuple[Span, ...] = ()
    for roles in _ASKING:
        zones += tuple(line for s in found if s.role == roles for line in s.lines)
        known = _in(document, zones)
        if len(known) >= few:
            names = (s for s in _in(document, everywhere) if cues.is_name(document.quote(s)))
            return _Sought(zones, _single(document, sorted({*known, *names})))
    return _Sought(everywhere, _single(document, _in(document, everywhere)))


def _inflects(word: str, other: str) -> bool:
    """Tell whether a name is another one with an ending ("REST APIs")."""
    more = len(word) - len(other)
    return 0 < more <= _ENDING and len(other) > _ENDING and word.startswith(other)


def _in(document: Document, zones: Sequence[Span]) -> tuple[Span, ...]:
    return tuple(span for zone in zones for span in cues.known(document.text, zone))


def _single(document: Document, known: Sequence[Span]) -> tuple[Span, ...]:
    """Leave out whole fields ("programming") where enough else is known."""
    single = tuple(span for span in known if not cues.is_field(document.quote(span)))
    return single if len(single) >= _FEW else tuple(known)


@remembered
def _elsewhere(document: Document) -> tuple[Span, ...]:
    return tuple(
        line
        for section in sections(document)
        if section.role in _ELSEWHERE
        for line in section.lines
    )
