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
_DENIED = "doubtful: code sees an opening offered in the text, and the model takes it for none"

_ODDS_AFTER_NO = 0.06
"""What the odds of an opening are multiplied by if a small model denies that the page is one.

The embedded model denied it for 6 of 361 postings, and for 12 of 40 other pages.
"""


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
    nearly every page for an opening, and some records of a few lines for none, so code decides, and
    the model's "no" is one sign more. A capable model's word holds. Where code and model disagree a
    note says so, and what was read is kept.
    """
    if isinstance(asked, OpenQuestion):
        return _of_capable_model(asked, answer)
    return _of_small_model(asked, answer)


def _of_capable_model(asked: OpenQuestion, answer: Mapping[str, Any]) -> Derivation:
    said = bool(answer[IS_POSTING])
    assembly = assemble_open(asked, answer) if said else nothing(asked.schema, asked.document)
    seen = asked.schema.fits(asked.document, assembly.posting)
    if said and seen < LIKELY:
        assembly.notes[IS_POSTING] = _DOUBTFUL
    elif not said and isinstance(seen, float) and seen >= LIKELY:
        assembly.notes[IS_POSTING] = _DENIED
    return Derivation(said, assembly, _sure(seen, is_posting=said))


def _of_small_model(asked: Question, answer: Mapping[str, Any]) -> Derivation:
    said = bool(answer[IS_POSTING])
    assembly = assemble(asked, answer)
    seen = asked.schema.fits(asked.document, assembly.posting)
    likely = seen if said else _after_no(seen)
    is_posting = likely >= LIKELY
    if said and not is_posting:
        assembly.notes[IS_POSTING] = _DOUBTFUL
    elif not said and isinstance(seen, float) and seen >= LIKELY:
        assembly.notes[IS_POSTING] = _DENIED
    elif not said:
        assembly = nothing(asked.schema, asked.document)
    return Derivation(is_posting, assembly, _sure(likely, is_posting=is_posting))


def _after_no(seen: float) -> float:
    """Return how likely an opening is after a small model has denied it, by Bayes' rule.

    A schema that cannot say how likely it is (`seen` is a bool) leaves it to the model.
    """
    if isinstance(seen, bool):
        return False
    left = seen * _ODDS_AFTER_NO
    return left / (left + 1 - seen) if left else 0.0


def _sure(likely: float, *, is_posting: bool) -> float | None:
    """Return how likely `is_posting` is right, if the schema can say how likely it is."""
    if isinstance(likely, bool):
        return None
    return round(likely if is_posting else 1 - likely, 3)
