"""Open reading: every field of the schema is asked of every document, and code checks the answer.

The answer schema is one for a user schema, whatever the document. The model gives the words as they
stand and the value they state; what code itself sees in the text is a second opinion, which can
mark a value but never takes one away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from instructor import ResponseSchema
from pydantic import BaseModel, ConfigDict

from extract.asking.assembly import Assembly, Draft
from extract.asking.forms import answer_form
from extract.asking.grounder import Grounded, Grounder
from extract.asking.schema import AskedField, Schema
from extract.kinds import Finding, Lines, Settled, Skills
from extract.kinds.kind import settle_many
from extract.values import Basis, Document, Line, Reading

__all__ = ["OpenQuestion", "assemble_open", "open_question"]

_MOST_CHARACTERS = 60_000
"""Characters of a document that are shown, about 15,000 tokens of English."""

_CUT = "only the first {shown} of {lines} lines were read: the text is too long"
_MOST_LISTED = 3
_ALIKE = (Lines, Skills)
"""Kinds of which code sees headings or mere names: no opinion on what the model gave."""


class _OpenAnswer(ResponseSchema):
    """An answer in open reading; its fields are looked at one by one, so one fault costs one."""

    model_config = ConfigDict(extra="allow")

    form: ClassVar[str]
    is_posting: bool

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the strict schema that the answer is asked to have."""
        del args, kwargs
        form: dict[str, Any] = json.loads(cls.form)
        return form


@dataclass(frozen=True)
class OpenQuestion:
    """What is asked of one document: every field, and the lines that are shown."""

    schema: Schema[Any]
    document: Document
    shown: tuple[Line, ...]
    reading: ClassVar[Reading] = "open"
    by_number: ClassVar[bool] = True

    @property
    def fields(self) -> tuple[AskedField, ...]:
        """The fields that are asked: all of them."""
        return self.schema.fields

    @cached_property
    def answer(self) -> type[BaseModel]:
        """The class of the answer, with its strict JSON schema."""
        return _answer(self.schema)


def open_question(schema: Schema[Any], document: Document) -> OpenQuestion:
    """Ask every field, and show every line but those that repeat an earlier one."""
    seen: set[str] = set()
    kept: list[Line] = []
    room = _MOST_CHARACTERS
    for line in document.lines:
        words = " ".join(document.quote(line.span).split())
        if words in seen:
            continue
        room -= len(words)
        if room < 0:
            break
        seen.add(words)
        kept.append(line)
    return OpenQuestion(schema, document, tuple(kept))


@lru_cache(maxsize=32)
def _answer(schema: Schema[Any]) -> type[BaseModel]:
    # A name of its own for each schema would be part of the request, and of no use to the model.
    about = {
        "title": "Reading",
        "description": schema.subject,
    }  # the name of a tool, where it is one
    return type("Reading", (_OpenAnswer,), {"form": json.dumps(about | answer_form(schema))})


def assemble_open(asked: OpenQuestion, answer: Mapping[str, Any]) -> Assembly:
    """Check an answer field by field, weigh code's own opinion, and build the schema's model."""
    document = asked.document
    grounder = Grounder(document, asked.shown)
    draft = Draft(document)
    for field in asked.schema.fields:
        grounded = grounder.ground(field, answer.get(field.name))
        grounded = _weighed(document, field, grounded)
        draft.states[field.name] = grounded.state
        draft.note(field.name, *grounded.notes)
        draft.misses += [(field.name, words) for words in grounded.missed]
        if grounded.value is not None:
            draft.values[field.name] = grounded.value
            draft.basis[field.name] = _basis(grounded)
            draft.cite(field.name, grounded.evidence)
    last = asked.shown[-1].number if asked.shown else 0
    if document.lines and document.lines[-1].number > last and _is_cut(asked):
        draft.note("document", _CUT.format(shown=last, lines=document.lines[-1].number))
    return draft.finished(asked.schema)


def _is_cut(asked: OpenQuestion) -> bool:
    document = asked.document
    return sum(line.span.end - line.span.start for line in document.lines) > _MOST_CHARACTERS


def _basis(grounded: Grounded) -> Basis:
    if grounded.state == "conflicting":
        return "disputed"
    return "agreed" if grounded.agreed else "read"


def _weighed(document: Document, field: AskedField, grounded: Grounded) -> Grounded:
    """Weigh what code takes the document to say for sure against what the model gave."""
    if isinstance(field.kind, _ALIKE):
        return grounded
    opinion = _opinion(document, field)
    if opinion is None:
        return grounded
    quotes = [document.quote(span) for _, span in opinion.evidence]
    if grounded.value is None:
        seen = " / ".join(dict.fromkeys(quotes[:_MOST_LISTED]))
        return replace(grounded, notes=(*grounded.notes, f"code sees one in {seen!r}"))
    if field.is_list:
        return _compared(field, grounded, opinion)
    if field.kind.agrees(opinion.value, grounded.value):
        return grounded if grounded.agreed is False else replace(grounded, agreed=True)
    note = f"code reads {opinion.value} in {quotes[0]!r}, the model {grounded.value}"
    evidence = tuple(dict.fromkeys((*grounded.evidence, *opinion.evidence)))
    notes = (*grounded.notes, note)
    return replace(grounded, state="conflicting", agreed=False, evidence=evidence, notes=notes)


def _compared(field: AskedField, grounded: Grounded, opinion: Settled) -> Grounded:
    """Compare two lists: what only code sees is noted, what only the model gave is its reading."""
    agrees = field.kind.agrees
    mine: Sequence[Any] = grounded.value
    only = [one for one in opinion.value if not any(agrees(one, other) for other in mine)]
    both = all(any(agrees(one, other) for one in opinion.value) for other in mine)
    listed = ", ".join(str(getattr(one, "text", one)) for one in only[:_MOST_LISTED])
    notes = (*grounded.notes, f"code also sees {listed}") if only else grounded.notes
    agreed = grounded.agreed if grounded.agreed is False else (True if both else grounded.agreed)
    return replace(grounded, notes=notes, agreed=agreed)


def _opinion(document: Document, field: AskedField) -> Settled | None:
    """Return what code alone takes the field to be, where the document leaves nothing to choose."""
    findings = [
        Finding(span, value)
        for span in field.kind.given(document)
        for value in field.kind.derived(document, span)
    ]
    if not findings:
        return None
    if field.is_list and field.kind.shape == "one":
        return settle_many(findings)
    settled = field.kind.settle(document, findings)
    if settled.state != "stated":
        return None
    if field.is_list or not isinstance(settled.value, list):
        return settled
    # One of several values would be no opinion on the only one that is asked for.
    return replace(settled, value=settled.value[0]) if len(settled.value) == 1 else None
