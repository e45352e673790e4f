"""Derive a row again from its kept answer, with today's code and without a model.

Only what changed is worked out: the fields whose code or word lists are others than those the row
was derived with. Whether the question would be another one today is decided first, for a row must
not pass for the answer to a question that was never asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from extract.asking.assembly import Assembly, Draft
from extract.asking.closed_assembly import take_closed
from extract.asking.closed_question import Question, question
from extract.asking.derivation import LIKELY, Derivation, derived, question_of
from extract.asking.grounder import Grounder
from extract.asking.kept_question import KeptQuestion, print_of
from extract.asking.line_choice import shown
from extract.asking.open_question import OpenQuestion, take_open
from extract.asking.prompt import Prompt
from extract.asking.schema import IS_POSTING, AskedField, Schema
from extract.kinds import Kind
from extract.reading.condition import remarks
from extract.record import Evidence, Provenance, Record

__all__ = ["Rederiver"]

_REFUSED = "refused by the schema"
_OF_DOCUMENT = ("document", IS_POSTING)
"""Notes that are no field's: what they say follows from all fields."""

Row = Mapping[str, Any]
"""A record as it stands in JSON."""


@dataclass(frozen=True, slots=True)
class Rederiver:
    """Derives rows of one schema again; `prompt` is the template that they were asked with."""

    schema: Schema[Any]
    prompt: Prompt
    version: str

    def asks_otherwise(self, kept: KeptQuestion, stale: Collection[str]) -> bool:
        """Return whether the model would be asked another question today.

        `stale` are the fields whose code changed. If all did, the whole question is made again and
        compared; otherwise what these fields propose.
        """
        asked = kept.asked
        if not stale:
            return False
        if len(stale) == len(self.schema.fields):
            again = question_of(self.schema, asked.document, asked.reading)
            return print_of(again, self.prompt.messages(again)) != kept.print
        if isinstance(asked, OpenQuestion):
            return False  # asks every field of every document in the same words
        return self._proposes_otherwise(asked, stale)

    def record(self, row: Row, kept: KeptQuestion, stale: Collection[str]) -> Record[Any]:
        """Return the record that follows from a kept answer today; `row` is that of before."""
        if len(stale) < len(self.schema.fields):
            record = self._partly(row, kept, stale)
            if record is not None:
                return record
        result = derived(kept.asked, kept.answer)
        notes = remarks(kept.asked.document, is_posting=result.is_posting)
        return self._record(row, result, notes | result.assembly.notes)

    def _proposes_otherwise(self, asked: Question, stale: Collection[str]) -> bool:
        fields = tuple(field for field in self.schema.fields if field.name in stale)
        again = question(replace(self.schema, fields=fields), asked.document)
        for name in stale:
            if asked.options.get(name, ()) != again.options.get(name, ()):
                return True
            if (name in asked.options) != (name in again.options):
                return True
            if asked.given.get(name, ()) != again.given.get(name, ()):
                return True
        if not any(map(_chooses_lines, fields)):
            return False
        whole = Question(
            self.schema, asked.document, asked.document.lines, asked.options, asked.given
        )
        if whole.settled != asked.settled:
            return True
        return shown(asked.document, whole.candidates, whole.settled) != asked.shown

    def _partly(self, row: Row, kept: KeptQuestion, stale: Collection[str]) -> Record[Any] | None:
        """Derive some fields, and take the others from the row; None if all must be derived."""
        if not row["is_posting"] or any(
            name in _OF_DOCUMENT or _REFUSED in note for name, note in row["notes"].items()
        ):
            return None
        asked = kept.asked
        draft = Draft(asked.document)
        take = _taking(kept, draft)
        for field in self.schema.fields:
            if field.name in stale:
                take(field)
            elif not _copied(draft, field.name, row):
                return None
        assembly = draft.finished(self.schema)
        posting = assembly.posting.model_dump(mode="json")
        if _REFUSED in " ".join(assembly.notes.values()) or "document" in assembly.notes:
            return None
        if any(posting.get(name) != row["posting"].get(name) for name in _others(posting, stale)):
            return None  # a value that JSON does not give back as it was
        sure = row["confidence"].get(IS_POSTING)
        if posting != row["posting"]:
            likely = self.schema.fits(asked.document, assembly.posting)
            if likely < LIKELY:
                return None
            sure = round(likely, 3) if isinstance(likely, float) else None
        return self._record(row, Derivation(True, assembly, sure), assembly.notes)  # noqa: FBT003

    def _record(self, row: Row, result: Derivation, notes: dict[str, str]) -> Record[Any]:
        assembly: Assembly = result.assembly
        posting: BaseModel = assembly.posting
        return Record(
            id=row["id"],
            source=row["source"],
            is_posting=result.is_posting,
            posting=posting,
            evidence=assembly.evidence,
            states=assembly.states,
            notes=notes,
            basis=assembly.basis,
            confidence=result.confidence(),
            provenance=Provenance(**{**row["provenance"], "version": self.version}),
        )


def _taking(kept: KeptQuestion, draft: Draft) -> Callable[[AskedField], None]:
    """Return what grounds the kept answer for one field."""
    asked, answer = kept.asked, kept.answer
    grounder = Grounder(asked.document, asked.shown)
    if isinstance(asked, OpenQuestion):
        return lambda field: take_open(draft, grounder, field, answer)
    return lambda field: take_closed(draft, asked, grounder, field, answer)


def _copied(draft: Draft, name: str, row: Row) -> bool:
    """Add a field to a draft as it stands in a row; return whether the row has it."""
    if name not in row["states"] or name not in row["posting"]:
        return False
    draft.states[name] = row["states"][name]
    if name in row["notes"]:
        draft.notes[name] = row["notes"][name]
    if name in row["basis"]:
        draft.values[name] = row["posting"][name]
        draft.basis[name] = row["basis"][name]
    for path, quotes in row["evidence"].items():
        if path == name or path.startswith(f"{name}."):
            draft.evidence[path] = [Evidence(**quote) for quote in quotes]
    return True


def _others(posting: Mapping[str, Any], stale: Collection[str]) -> list[str]:
    return [name for name in posting if name not in stale]


def _chooses_lines(field: AskedField) -> bool:
    """Return whether a field decides which lines are shown, beyond what it proposes."""
    return field.kind.shape == "lines" or type(field.kind).sought is not Kind.sought
