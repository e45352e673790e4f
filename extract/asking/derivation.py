"""Derive a posting from a model's answer: what the text supports of it, and whether it is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extract.asking.assembly import Assembly, nothing
from extract.asking.closed_assembly import assemble
from extract.asking.closed_question import Question, question
from extract.asking.line_choice import shown
from extract.asking.open_question import OpenQuestion, assemble_open, open_question
from extract.asking.schema import IS_POSTING, Schema
from extract.values import Document, Reading

__all__ = ["Derivation", "derived", "question_of"]

_UNFIT = "the model takes it for one, but nothing in the text offers an opening"
_DOUBTFUL = "code sees no opening offered in the text"


@dataclass(frozen=True, slots=True)
class Derivation:
    """What code makes of an answer."""

    is_posting: bool
    assembly: Assembly


def question_of(
    schema: Schema[Any], document: Document, reading: Reading
) -> Question | OpenQuestion:
    """Return the question about a document in one way of reading."""
    if reading == "open":
        return open_question(schema, document)
    asked = question(schema, document)
    return asked.showing(shown(document, asked.candidates, asked.settled))


def derived(asked: Question | OpenQuestion, answer: Mapping[str, Any]) -> Derivation:
    """Ground an answer; `answer` maps names of fields, and "is_posting", to what was answered."""
    if isinstance(asked, OpenQuestion):
        return _open(asked, answer)
    empty = nothing(asked.schema, asked.document)
    if not answer[IS_POSTING]:
        return Derivation(is_posting=False, assembly=empty)
    assembly = assemble(asked, answer)
    if asked.schema.fits(asked.document, assembly.posting):
        return Derivation(is_posting=True, assembly=assembly)
    empty.notes[IS_POSTING] = _UNFIT
    return Derivation(is_posting=False, assembly=empty)


def _open(asked: OpenQuestion, answer: Mapping[str, Any]) -> Derivation:
    """Ground an open answer; if code sees no opening, that is only noted."""
    if not answer[IS_POSTING]:
        return Derivation(is_posting=False, assembly=nothing(asked.schema, asked.document))
    assembly = assemble_open(asked, answer)
    if not asked.schema.fits(asked.document, assembly.posting):
        assembly.notes[IS_POSTING] = _DOUBTFUL
    return Derivation(is_posting=True, assembly=assembly)
