"""Years of experience: proposed as worded, read as min and max."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from extract.kinds.kind import NUMBER, Finding, JsonSchema, Kind, RefutedError, Settled, Shape
from extract.kinds.years.asked_for import LEVELS, clause_after, clause_before
from extract.kinds.years.tenure import Tenure, tenures
from extract.lexicon import pattern
from extract.reading.figures import states_number
from extract.reading.sections import sections
from extract.values import Document, Experience, Span, remembered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Years"]

_NONE = Experience(min=0)
_IN_YEARS = (Decimal(1) / 12, Decimal(1) / 52)
"""Months and weeks, in years."""


@dataclass(frozen=True, slots=True)
class Years(Kind):
    """The years of experience asked for, of shape "one": an `Experience`."""

    shape: ClassVar[Shape] = "one"
    gives: ClassVar[type] = Experience

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return where the text asks for none, if it asks for no years anywhere.

        >>> text = "No experience needed. We have baked for 20 years."
        >>> document = Document("1", "-", text, ())
        >>> [document.quote(span) for span in Years().given(document)]
        ['No experience needed']
        """
        asked = _tenures(document)
        return tuple(one.span for one in asked) if all(one.value == _NONE for one in asked) else ()

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return every length of experience asked for, and every wording that asks for none.

        >>> from extract.values import Document
        >>> text = "Over 20 years in business. At least 3 years of baking experience."
        >>> document = Document("1", "-", text, ())
        >>> [document.quote(span) for span in Years().propose(document)]
        ['At least 3 years of baking experience']
        """
        return tuple(tenure.span for tenure in _tenures(document))

    def read(self, document: Document, span: Span) -> Experience | None:
        """Derive the years from the words of `span`; its clause must speak of experience.

        >>> from extract.values import Document, Span
        >>> document = Document("1", "-", "mind. 2 Jahre Berufserfahrung", ())
        >>> Years().read(document, Span(6, 13))
        Experience(min=2.0, max=None)
        """
        for tenure in _tenures(document):
            if tenure.figure.overlaps(span) or span.covers(tenure.figure):
                return tenure.value
        return None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Take the overall requirement: required ones, then by education, then the most.

        Years that go with alternative degrees are one requirement: those of the lowest degree are
        it. Years for several skills do not conflict either: the longest holds. Different years for
        the same words do.
        """
        required = [f for f in findings if not _preferred(document, f.span)] or list(findings)
        levels = {f.span: _level(document, f.span) for f in required}
        stated = [level for level in levels.values() if level is not None]
        if len(set(stated)) > 1:
            required = [f for f in required if levels[f.span] == min(stated)]
        chosen = max(required, key=lambda finding: finding.value.min or 0)
        evidence = tuple(("", f.span) for f in findings if f.value == chosen.value)
        wanted = _object(document, chosen.span)
        rivals = [
            f for f in required if f.value != chosen.value and _object(document, f.span) == wanted
        ]
        if not rivals:
            return Settled(chosen.value, evidence, "stated")
        note = f"other years for the same: {'; '.join(document.quote(f.span) for f in rivals)}"
        return Settled(chosen.value, evidence, "conflicting", note)

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """Both ends, in years."""
        return {"min": NUMBER, "max": NUMBER}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Experience:
        """Check that each end stands in the quote, in years or in a shorter unit.

        >>> from extract.values import Document, Span
        >>> document = Document("1", "-", "18 months of experience", ())
        >>> Years().stated(document, Span(0, 9), {"min": 1.5, "max": None}).min
        1.5
        """
        value = Experience.model_validate(parts)
        if value.min is None and value.max is None:
            raise ValueError("experience without a number")
        quote = document.quote(span)
        for years in (value.min, value.max):
            if years and not states_number(quote, years, _IN_YEARS):
                raise RefutedError(f"{years:g} years do not stand in {quote!r}")
        return value

    def similarity(self, found: Experience, expected: Experience) -> float:
        """Return 1.0 where both ends are equal, else 0.0."""
        return float(found == expected)


@remembered
def _tenures(document: Document) -> tuple[Tenure, ...]:
    asking = [
        line
        for section in sections(document)
        if section.role == "requirements"
        for line in section.lines
    ]
    return tuple(tenures(document.text, asking))


def _preferred(document: Document, span: Span) -> bool:
    text = document.text
    around = f"{clause_before(text, span.start)[-60:]} {clause_after(text, span.end)}"
    return pattern("years", "preferred").search(around) is not None


def _level(document: Document, span: Span) -> int | None:
    """Return the level of education that the words before the span, or else after it, name."""
    text = document.text
    before = clause_before(text, span.start)
    number = max((m.end() for m in re.finditer(r"\d", before)), default=0)
    for window in (before[number:], clause_after(text, span.end)):
        named = [n for n in LEVELS if pattern("years", f"education_{n}").search(window)]
        if named:
            return min(named)
    return None


def _object(document: Document, span: Span) -> str:
    """Return the words that say what the years are of: those of the span and the few after it."""
    said = document.quote(span) + clause_after(document.text, span.end)[:40]
    return " ".join(word.lower() for word in re.findall(r"[^\W\d_]+", said))
