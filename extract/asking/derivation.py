"""Derive a posting from a model's answer: what the text supports of it, and whether it is one."""

from __future__ import annotations

import math
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

__all__ = ["LIKELY", "ODDS", "Derivation", "derived", "likelihood", "question_of"]

LIKELY = 0.5
"""How likely code must find it that a document is of the schema."""

_DOUBTFUL = "doubtful: the model takes it for one, and code sees no opening offered in the text"
_DENIED = "doubtful: code sees an opening offered in the text, and the model takes it for none"

ODDS = "odds of is_posting"
"""Where an answer has the odds with which a small model wrote its word, as a natural logarithm.

No field has this name, since it is no identifier.
"""

_DOUBT = 0.8
"""A small model is asked for its odds where `is_posting` is less sure than this."""

_OF_ODDS, _BOTH = 1.2, -1.5
"""What the odds of a small model weigh beside what code sees, and what is added to both.

The weights of a logistic regression on 77 first-look pages that code found 3 to 97 % likely
(`python -m evals.bench.opening_odds`).
"""

_LEAST = 0.001
"""No page is less likely a posting than this, nor more likely than what it leaves of 1."""

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

    @property
    def is_doubtful(self) -> bool:
        """Whether how sure a small model is of "is_posting" can decide."""
        return self.sure is not None and self.sure < _DOUBT

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
    the model's "no" is one sign more; where code is in doubt, how sure the model was of its word
    (`ODDS`) is another. A capable model's word holds. Where code and model disagree a
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
    likely = likelihood(seen, answer)
    is_posting = likely >= LIKELY
    if said and not is_posting:
        assembly.notes[IS_POSTING] = _DOUBTFUL
    elif not said and isinstance(seen, float) and seen >= LIKELY:
        assembly.notes[IS_POSTING] = _DENIED
    elif not said:
        assembly = nothing(asked.schema, asked.document)
    return Derivation(is_posting, assembly, _sure(likely, is_posting=is_posting))


def likelihood(seen: float, answer: Mapping[str, Any]) -> float:
    """Return how likely an opening is by what code sees and what a small model answered.

    A schema that cannot say how likely it is (`seen` is a bool) leaves it to the model's word.
    """
    odds = answer.get(ODDS)
    if isinstance(odds, float) and not isinstance(seen, bool):
        return _by_both(seen, odds)
    return seen if answer[IS_POSTING] else _after_no(seen)


def _by_both(seen: float, odds: float) -> float:
    seen = min(max(seen, _LEAST), 1 - _LEAST)
    sum_ = math.log(seen / (1 - seen)) + _OF_ODDS * odds + _BOTH
    return 1 / (1 + math.exp(-sum_))


def _after_no(seen: float) -> float:
    """Return how likely an opening is after a small model has denied it, by Bayes' rule."""
    if isinstance(seen, bool):
        return False
    left = seen * _ODDS_AFTER_NO
    return left / (left + 1 - seen) if left else 0.0


def _sure(likely: float, *, is_posting: bool) -> float | None:
    """Return how likely `is_posting` is right, if the schema can say how likely it is."""
    if isinstance(likely, bool):
        return None
    return round(likely if is_posting else 1 - likely, 3)
