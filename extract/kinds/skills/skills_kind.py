"""Hard skills: those that a tagger finds in the text, and those that only reading finds.

What the tagger finds is given. Where it finds nothing, the model is asked in verbatim words, which
are cut into the single skills they name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from extract.kinds.kind import Finding, Kind, Settled, Shape, settle_many
from extract.kinds.language_names import names_language
from extract.kinds.phrase import likeness, words_of
from extract.kinds.skills.mentions import items
from extract.kinds.skills.tagger import tagged
from extract.reading.boilerplate import boilerplate
from extract.reading.sections import sections
from extract.values import Document, Span, remembered

__all__ = ["Skills"]

_ELSEWHERE = ("benefits",)
_ENDING = 2
_LABEL = re.compile(r"[.:;]\s")
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.!?]\s+[A-ZÀ-Þ]")


@dataclass(frozen=True, slots=True)
class Skills(Kind):
    """A list of hard skills; `most` limits how many, and `most_words` how long one may be.

    The model is asked for more where the tagger finds fewer than `plenty` of them.
    """

    shape: ClassVar[Shape] = "many"
    plenty: int = 1
    most: int = 60
    most_words: int = 5

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the skills that the tagger finds."""
        return tagged(document)

    def enough(self, document: Document) -> bool:
        """Tell whether the tagger finds so many that reading adds few."""
        return len({document.quote(s).casefold() for s in self.given(document)}) >= self.plenty

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return the lines that may name skills."""
        idle, elsewhere = boilerplate(document), _elsewhere(document)
        lines = (line.span for line in document.lines if line.number not in idle)
        return tuple(span for span in lines if not any(one.overlaps(span) for one in elsewhere))

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
