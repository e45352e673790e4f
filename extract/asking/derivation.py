"""Derive a posting from a model's answer: what the text supports of it, and whether it is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extract.asking.assembly import Assembly, nothing
from extract.asking.closed_assembly import assemble
from extract.asking.closed_question import Question, question
from extract.asking.confidence import confidences
from extract.asking.line_choice import shown
from extract.asking.open_question import OpenQuestion, assemble_open, open_question
from extract.asking.schema import IS_POSTING, Schema
from extract.values import Document, Reading

__all__ = ["LIKELY", "Derivation", "derived", "question_of"]

LIKELY = 0.5
"""How likely code must find it that a document is of the schema."""

_DOUBTFUL = "doubtful: the model takes it for one, and code sees no opening offered in the text"


@dataclass(frozen=True, slots=True)
class Derivation:
    """What code makes of an answer; `sure` is how likely `is_posting` is right, if known."""

    is_posting: bool
    assembly: Assembly
    sure: float | None = None

    def confidence(self) -> dict[str, float]:
        """Return how likely each value is right, and `is_posting` if known."""
        known = {} if self.sure is None else {IS_POSTING: self.sure}
        made = self.assembly
        return known | confidences(made.posting, made.evidence, made.basis, self.sure)


def question_of(
    schema: Schema[Any], document: Document, reading: Reading
) -> Question | OpenQuestion:
    """Return the question about a document in one way of reading."""
    if reading == "open":
        return open_question(schema, document)
    asked = question(schema, document)
    return asked.showing(shown(document, asked.candidates, asked.settled))


def derived(asked: Question | OpenQuestion, answer: Mapping[str, Any]) -> Derivation:
    """Ground an answer, and weigh what code sees of the page against the model's word.

    `answer` maps names of fields, and "is_posting", to what was answered. A small model takes
    nearly every page for an opening, so code decides; what was read is kept. A capable model's word
    holds. Either way a note says where they disagree.
    """
    if not answer[IS_POSTING]:
        return Derivation(is_posting=False, assembly=nothing(asked.schema, asked.document))
    if isinstance(asked, OpenQuestion):
        assembly = assemble_open(asked, answer)
    else:
        assembly = assemble(asked, answer)
    likely = asked.schema.fits(asked.document, assembly.posting)
    fits = likely >= LIKELY
    if not fits:
        assembly.notes[IS_POSTING] = _DOUBTFUL
    is_posting = fits or isinstance(asked, OpenQuestion)
    sure = None
    if isinstance(likely, float):
        sure = round(likely if is_posting else 1 - likely, 3)
    return Derivation(is_posting, assembly, sure)
