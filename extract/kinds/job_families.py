"""Categories and departments of the job, where the page labels them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from extract.kinds.phrase import Phrases
from extract.reading.label_lines import values
from extract.values import Document, Span

__all__ = ["JobFamilies"]

_CRUMBS = re.compile(r"\s[>›»＞]\s")
_LEAST_CRUMBS = 2
_NEAR_TOP = 40


@dataclass(frozen=True, slots=True)
class JobFamilies(Phrases):
    """Labelled categories; a copied mention counts if it stands in a label's value or a trail.

    >>> from extract.values import Line
    >>> document = Document("1", "-", "Department: Finance", (Line(1, Span(0, 19)),))
    >>> [document.quote(span) for span in JobFamilies().recognised(document)]
    ['Finance']
    """

    settles: ClassVar[bool] = True

    @property
    def topic(self) -> str:
        """The rule for open reading is that of other short texts."""
        return "phrases"

    def recognised(self, document: Document) -> tuple[Span, ...]:
        """Return the labelled values."""
        return values(document, "job_family")

    def admits(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return a mention that is a step of the page's trail ("Jobs > Nursing > Ward 4")."""
        line = document.line_at(span.start)
        if line is None or line.number > _NEAR_TOP:
            return ()
        crumbs = _CRUMBS.findall(document.quote(line.span))
        return (span,) if len(crumbs) >= _LEAST_CRUMBS else ()
