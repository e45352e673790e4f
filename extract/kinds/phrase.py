"""Short open text, copied from the posting: a title, a company, skills.

Code cannot propose these: the model is asked for verbatim words, which are then located in the
text. The value is what stands there, not what the model wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rapidfuzz import fuzz

from extract.kinds.kind import Finding, Kind, Settled, Shape, everywhere, settle_many, settle_one
from extract.lexicon import scan
from extract.lexicon.comparable import comparable
from extract.reading.sections import sections
from extract.values import Document, Span

_LONGEST = 120
"""Characters; a longer mention is a sentence, not a phrase."""


def words_of(document: Document, span: Span) -> str | None:
    """Return the quoted words with their white space folded, or None where there are none."""
    words = " ".join(document.quote(span).split()).strip(" ,;:|•·*\"'“”")
    return words if words and len(words) <= _LONGEST else None


def likeness(found: str, expected: str) -> float:
    """Compare two short texts whatever their word order, case and punctuation, from 0 to 1."""
    return fuzz.token_sort_ratio(found, expected, processor=comparable) / 100


@dataclass(frozen=True, slots=True)
class Phrase(Kind):
    """One short text."""

    shape: ClassVar[Shape] = "one"

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return every line: open words may stand anywhere."""
        return everywhere(document)

    def read(self, document: Document, span: Span) -> str | None:
        """Return the words that stand there."""
        return words_of(document, span)

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Keep the first wording."""
        return settle_one(findings, "several names are given")

    def similarity(self, found: Any, expected: Any) -> float:
        """Return the token-sort ratio of the two."""
        return likeness(found, expected)


@dataclass(frozen=True, slots=True)
class Phrases(Kind):
    """A list of short texts.

    With `cue` (a table of the vocabulary `cues`) closed reading asks for the field only if a word
    of that table occurs in the document. `most` limits how many texts are taken, and `most_words`
    how long one may be. Text in a section of the roles `not_under` is not taken.
    """

    shape: ClassVar[Shape] = "many"

    cue: str | None = None
    most: int = 20
    most_words: int = 12
    not_under: tuple[str, ...] = ()

    def propose(self, document: Document) -> tuple[Span, ...] | None:
        """Propose nothing, but rule the field out where its cue is missing."""
        if self.cue is None or any(True for _ in scan("cues", self.cue, document.text)):
            return None
        return ()

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return where the words of the cue stand."""
        if self.cue is None:
            return everywhere(document)
        return tuple(Span(*match.span()) for match in scan("cues", self.cue, document.text))

    def read(self, document: Document, span: Span) -> tuple[str, ...]:
        """Return the words that stand there, unless they are too many or stand elsewhere."""
        words = words_of(document, span)
        if words is None or len(words.split()) > self.most_words:
            return ()
        elsewhere = (s for s in sections(document) if s.role in self.not_under)
        if any(line.overlaps(span) for section in elsewhere for line in section.lines):
            return ()
        return (words,)

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Collect the distinct phrases, the first `most` of them."""
        unique: dict[str, Finding] = {}
        for finding in findings:
            unique.setdefault(finding.value.casefold(), finding)
        return settle_many(list(unique.values())[: self.most])

    def similarity(self, found: Any, expected: Any) -> float:
        """Return the token-sort ratio of two phrases."""
        return likeness(found, expected)
