"""Hard skills: those that a tagger finds or code knows by name, and those only reading finds.

What the tagger finds is given, and so are the names of the vocabulary where a posting says what the
work is or asks for. Where that is nothing, the model is asked in verbatim words, which are cut into
the single skills they name.
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
from extract.kinds.skills.tagger import tagged
from extract.reading.boilerplate import boilerplate
from extract.reading.sections import sections
from extract.values import Document, Span, remembered

__all__ = ["Skills"]

_ASKING = ("requirements", "responsibilities")
_FEW = 8
"""With fewer known where skills are asked for, those that are known elsewhere count too."""
_FIELDS = 4
"""With so many others known, the name of a whole field of work says nothing more."""
_ELSEWHERE = ("benefits",)
_ENDING = 2
_LABEL = re.compile(r"[.:;]\s")
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.!?]\s+[A-ZÀ-Þ]")


@dataclass(frozen=True, slots=True)
class Skills(Kind):
    """A list of hard skills; `most` limits how many, and `most_words` how long one may be.

    The model is asked for more where fewer than `plenty` of them are given.
    """

    shape: ClassVar[Shape] = "many"
    plenty: int = 1
    most: int = 60
    most_words: int = 5

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the skills that the tagger finds, and the known ones that it passes over."""
        return _given(document)

    def enough(self, document: Document) -> bool:
        """Tell whether so many are given that reading adds few."""
        return len({document.quote(s).casefold() for s in self.given(document)}) >= self.plenty

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return the lines that may name skills."""
        return _anywhere(document)

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


@remembered
def _given(document: Document) -> tuple[Span, ...]:
    elsewhere = _elsewhere(document)
    found = [s for s in tagged(document) if not any(one.overlaps(s) for one in elsewhere)]
    passed = (one for one in _known(document) if not any(one.overlaps(span) for span in found))
    return tuple(sorted((*found, *passed)))


def _known(document: Document) -> tuple[Span, ...]:
    """Return the known skills where a document asks for something.

    Where this names few, those where it says what the work is count too; and where this names few,
    those of all that is not idle. Names of tools and the like count in all of it.
    """
    everywhere = _anywhere(document)
    zones: tuple[Span, ...] = ()
    for role in _ASKING:
        zones += tuple(line for s in sections(document) if s.role == role for line in s.lines)
        known = _in(document, zones)
        if len(known) >= _FEW:
            names = (s for s in _in(document, everywhere) if cues.is_name(document.quote(s)))
            return _single(document, sorted({*known, *names}))
    return _single(document, _in(document, everywhere))


def _anywhere(document: Document) -> tuple[Span, ...]:
    idle, elsewhere = boilerplate(document), _elsewhere(document)
    lines = (line.span for line in document.lines if line.number not in idle)
    return tuple(span for span in lines if not any(one.overlaps(span) for one in elsewhere))


def _in(document: Document, zones: Sequence[Span]) -> tuple[Span, ...]:
    return tuple(span for zone in zones for span in cues.known(document.text, zone))


def _single(document: Document, known: Sequence[Span]) -> tuple[Span, ...]:
    """Leave out whole fields ("programming") where enough else is known."""
    single = tuple(span for span in known if not cues.is_field(document.quote(span)))
    return single if len(single) >= _FIELDS else tuple(known)


def _inflects(word: str, other: str) -> bool:
    """Tell whether a name is another one with an ending ("REST APIs")."""
    more = len(word) - len(other)
    return 0 < more <= _ENDING and len(other) > _ENDING and word.startswith(other)


@remembered
def _elsewhere(document: Document) -> tuple[Span, ...]:
    return tuple(
        line
        for section in sections(document)
        if section.role in _ELSEWHERE
        for line in section.lines
    )
