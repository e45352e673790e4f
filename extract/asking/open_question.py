"""Open reading: every field is asked of every document, and code checks the answer.

All documents share one answer schema. The model gives words as they stand and the value they state.
What code itself reads in the text is a second opinion, which can mark a value but not remove it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel

from extract.asking.assembly import Assembly, Draft
from extract.asking.grounder import Grounded, Grounder
from extract.asking.schema import AskedField, Schema
from extract.kinds import Finding, Lines, Settled, Skills
from extract.kinds.kind import settle_many
from extract.late import late
from extract.values import Basis, Document, Line, Reading

if TYPE_CHECKING:
    from extract.asking import open_answer as answers
else:
    answers = late("extract.asking.open_answer")  # it imports instructor, which takes long

__all__ = ["OpenQuestion", "assemble_open", "open_question", "take_open"]

_MOST_CHARACTERS = 60_000
"""Characters of a document shown at most, about 15,000 tokens of English."""

_CUT = "only the first {shown} of {lines} lines were read: the text is too long"
_MOST_LISTED = 3
_WITHOUT_OPINION = (Lines, Skills)
"""Kinds for which code sees only headings or names, and so has no opinion on a value."""


@dataclass(frozen=True)
class OpenQuestion:
    """The question about one document: every field, and the lines to show."""

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
        return answers.open_answer_class(self.schema)


def open_question(schema: Schema[Any], document: Document) -> OpenQuestion:
    """Ask every field, and show every line that does not repeat an earlier one."""
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


def assemble_open(asked: OpenQuestion, answer: Mapping[str, Any]) -> Assembly:
    """Check an answer field by field, compare it with code's opinion, and build the model."""
    document = asked.document
    grounder = Grounder(document, asked.shown)
    draft = Draft(document)
    for field in asked.schema.fields:
        take_open(draft, grounder, field, answer)
    last = asked.shown[-1].number if asked.shown else 0
    if document.lines and document.lines[-1].number > last and _is_cut(asked):
        draft.note("document", _CUT.format(shown=last, lines=document.lines[-1].number))
    return draft.finished(asked.schema)


def take_open(
    draft: Draft, grounder: Grounder, field: AskedField, answer: Mapping[str, Any]
) -> None:
    """Check the answer for one field, compare it with code's opinion, and add it to a draft."""
    grounded = grounder.ground(field, answer.get(field.name))
    grounded = _weighed(draft.document, field, grounded)
    draft.take(field.name, grounded, _basis(grounded))


def _is_cut(asked: OpenQuestion) -> bool:
    document = asked.document
    return sum(line.span.end - line.span.start for line in document.lines) > _MOST_CHARACTERS


def _basis(grounded: Grounded) -> Basis:
    if grounded.state == "conflicting":
        return "disputed"
    return "agreed" if grounded.agreed else "read"


def _weighed(document: Document, field: AskedField, grounded: Grounded) -> Grounded:
    """Compare the checked answer of a field with what code is sure the document states."""
    if isinstance(field.kind, _WITHOUT_OPINION):
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
    """Compare two lists: items that only code sees are noted, and no item is removed."""
    agrees = field.kind.agrees
    mine: Sequence[Any] = grounded.value
    only = [one for one in opinion.value if not any(agrees(one, other) for other in mine)]
    both = all(any(agrees(one, other) for one in opinion.value) for other in mine)
    listed = ", ".join(str(getattr(one, "text", one)) for one in only[:_MOST_LISTED])
    notes = (*grounded.notes, f"code also sees {listed}") if only else grounded.notes
    agreed = grounded.agreed if grounded.agreed is False else (True if both else grounded.agreed)
    return replace(grounded, notes=notes, agreed=agreed)


def _opinion(document: Document, field: AskedField) -> Settled | None:
    """Return the value that code reads by itself, if the document leaves nothing to choose."""
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
    # One of several values is no opinion where a single value is asked.
    return replace(settled, value=settled.value[0]) if len(settled.value) == 1 else None
