"""Licences and certificates: names that code knows, and copied mentions that name such a paper."""

from __future__ import annotations

from dataclasses import dataclass

from extract.kinds.phrase import Phrases
from extract.lexicon import scan
from extract.reading.boilerplate import boilerplate
from extract.reading.posting_parts import Role, parts
from extract.values import Document, Span

__all__ = ["Certificates"]

_NOT_UNDER: tuple[Role, ...] = ("benefits", "pay", "other", "responsibilities")


@dataclass(frozen=True, slots=True)
class Certificates(Phrases):
    """Papers that a person holds. Skills, degrees and languages that a model copies are dropped.

    >>> from extract.values import Line
    >>> text = "Forklift licence and Excel."
    >>> document = Document("1", "-", text, (Line(1, Span(0, 27)),))
    >>> kind = Certificates(cue="certifications")
    >>> [document.quote(span) for span in kind.recognised(document)]
    ['Forklift licence']
    >>> kind.admits(document, Span(21, 26))
    ()
    """

    @property
    def topic(self) -> str:
        """The rule for open reading is that of other short texts."""
        return "phrases"

    def recognised(self, document: Document) -> tuple[Span, ...]:
        """Return the names of papers where something is asked, each name once."""
        elsewhere = [part.span for part in parts(document) if part.role in _NOT_UNDER]
        unneeded = boilerplate(document)
        found: dict[str, Span] = {}
        for hit in scan("papers", "names", document.text):
            span = Span(*hit.span())
            line = document.line_at(span.start)
            if line is None or line.number in unneeded:
                continue
            if not any(span.overlaps(other) for other in elsewhere):
                found.setdefault(" ".join(document.quote(span).casefold().split()), span)
        return tuple(found.values())

    def admits(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return the mention if it holds a word of such papers, or a name of one."""
        for table in ("words", "names"):
            if next(scan("papers", table, document.text, span.start, span.end), None) is not None:
                return (span,)
        return ()
