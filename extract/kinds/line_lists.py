"""Long text, pointed at and never retyped: responsibilities, requirements, benefits.

Where the document has headings, the model names the heading and the value is the lines under
it; where it has none, the model gives the first and the last number of each run of lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from extract.kinds.kind import Finding, Kind, Settled, Shape, settle_many
from extract.kinds.phrase import likeness
from extract.reading.importance import importance
from extract.reading.posting_parts import parts
from extract.reading.sections import sections
from extract.values import Document, Requirement, Span


@dataclass(frozen=True, slots=True)
class Lines(Kind):
    """Lines of the document, as a list of their texts.

    `section` is the table of the vocabulary `sections` that names the headings of such lines.
    """

    section: str | None = None
    shape: ClassVar[Shape] = "lines"
    settles: ClassVar[bool] = True

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the headings that the vocabulary knows to introduce such lines."""
        if self.section is None:
            return ()
        return tuple(s.heading for s in sections(document) if s.role == self.section)

    def propose(self, document: Document) -> tuple[Span, ...] | None:
        """Return the headings that may introduce such lines, or None where there are none."""
        spans = tuple(s.heading for s in sections(document) if s.role is None)
        return spans or None

    def expand(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return the lines under the heading at `span`; any other span is itself."""
        for found in sections(document):
            if found.heading == span:
                return found.lines
        return (span,)

    def recognised(self, document: Document) -> tuple[Span, ...]:
        """Return the stretches of lines that code knows to be such text."""
        return tuple(
            p.span for p in parts(document) if p.role is not None and p.role == self.section
        )

    def trusts_numbers(self) -> bool:
        """Return False where code knows such text: numbers of other lines do not count."""
        return self.section is None

    def admits(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return what of a line is not known to be something else."""
        if self.section is None:
            return (span,)
        admitted = (p.span for p in parts(document) if p.role in (None, self.section))
        cut = (Span(max(s.start, span.start), min(s.end, span.end)) for s in admitted)
        return tuple(each for each in cut if each.start < each.end)

    def read(self, document: Document, span: Span) -> tuple[Any, ...]:
        """Return the text of the line."""
        return (" ".join(document.quote(span).split()),)

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Collect the distinct lines in the order of the document."""
        return settle_many(sorted(findings, key=lambda finding: finding.span))

    def similarity(self, found: Any, expected: Any) -> float:
        """Return the token-sort ratio of two lines."""
        return likeness(found, expected)


@dataclass(frozen=True, slots=True)
class Requirements(Lines):
    """Lines that ask for something, each with how much it matters."""

    gives: ClassVar[type] = Requirement

    def read(self, document: Document, span: Span) -> tuple[Requirement, ...]:
        """Return the line as a requirement.

        The words around say whether it is required; without them a heading of requirements does.
        """
        required = importance(document, span)
        if required is None and _is_under_heading(document, span):
            required = True
        return tuple(
            Requirement(text=text, required=required) for text in Lines.read(self, document, span)
        )

    def similarity(self, found: Any, expected: Any) -> float:
        """Compare the texts alone: how much a requirement matters is scored apart."""
        return likeness(found.text, expected.text)


def _is_under_heading(document: Document, span: Span) -> bool:
    """Tell whether a heading says that the words at `span` are requirements."""
    return any(
        part.headed and part.role == "requirements" and part.span.overlaps(span)
        for part in parts(document)
    )
