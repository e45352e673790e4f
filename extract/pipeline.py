"""One document through every step: propose, ask, ground, repair once, and make the record."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import Generic, TypeVar, cast

from pydantic import BaseModel

from extract import log, tracing
from extract.assemble import Assembly, assemble
from extract.cassettes import Case, Recordings
from extract.confidence import confidence
from extract.cues.condition import remarks
from extract.errors import ModelError, ReplyError
from extract.model import Client, Reply
from extract.prompt import Message, Prompt
from extract.reading import Claim, Question, claims, question
from extract.record import Provenance, Record
from extract.schema import IS_POSTING, Asked, Schema
from extract.select import shown
from extract.values import Document, Usage

__all__ = ["Extractor"]

T = TypeVar("T", bound=BaseModel)

_UNFIT = "the model takes it for one, but nothing in the text offers an opening"


@dataclass(frozen=True, slots=True)
class _Reading:
    """What came of one or two calls."""

    is_posting: bool
    assembly: Assembly
    usage: Usage

    def loses(self, field: Asked) -> bool:
        """Tell whether the one value of a field was lost: a list is not worth another call."""
        return not field.is_list and field.name not in self.assembly.evidence


@dataclass(frozen=True, slots=True)
class Extractor(Generic[T]):
    """Everything that stays the same from document to document."""

    client: Client
    schema: Schema[T]
    prompt: Prompt
    recordings: Recordings | None = None

    async def read(self, document: Document) -> Record[T]:
        """Read one document.

        Raises a ModelError that carries the tokens spent.
        """
        started = time.monotonic()
        made_with = self.prompt.name, self.prompt.sha256
        with (
            log.about(document.id),
            tracing.document_span(document, *made_with) as span,
            self._case(document),
        ):
            record = self._record(document, await self._read(self._question(document)), started)
            span.read(record.provenance.usage, record.found, is_posting=record.is_posting)
        return record

    def _record(self, document: Document, reading: _Reading, started: float) -> Record[T]:
        return Record(
            id=document.id,
            source=document.source,
            is_posting=reading.is_posting,
            posting=cast(T, reading.assembly.posting),
            evidence=reading.assembly.evidence,
            states=reading.assembly.states,
            notes=remarks(document, is_posting=reading.is_posting) | reading.assembly.notes,
            basis=reading.assembly.basis,
            confidence={
                name: confidence(self.schema.model.__name__, name, basis)
                for name, basis in reading.assembly.basis.items()
            },
            provenance=Provenance(
                model=self.client.model.name,
                prompt=self.prompt.name,
                prompt_sha256=self.prompt.sha256,
                schema_sha256=self.schema.sha256,
                document_sha256=document.sha256,
                usage=reading.usage,
                seconds=round(time.monotonic() - started, 3),
                version=_version(),
                dialect=self.client.dialect.name,
                learned=[str(step) for step in self.client.memory.steps],
            ),
        )

    def messages(self, document: Document) -> list[Message]:
        """Return what a document is first asked with."""
        return self.prompt.messages(self._question(document), candidates=False)

    def _case(self, document: Document) -> AbstractContextManager[None]:
        if self.recordings is None:
            return nullcontext()
        about = {
            "prompt": self.prompt.name,
            "prompt_sha256": self.prompt.sha256,
            "schema_sha256": self.schema.sha256,
            "document_sha256": document.sha256,
        }
        return self.recordings.case(Case(document.id, about, self.client.asked_with))

    def _question(self, document: Document) -> Question:
        asked = question(self.schema, document)
        return asked.showing(shown(document, asked.candidates, asked.told))

    async def _read(self, asked: Question) -> _Reading:
        messages = self.prompt.messages(asked, candidates=False)
        try:
            reply = await self._ask(asked, messages, Usage())
        except ReplyError as error:
            if error.fault is None:
                raise
            again = [*messages, self.prompt.repair(error.fault)]
            return self._grounded(asked, await self._ask(asked, again, error.usage))
        first = self._grounded(asked, reply)
        lost = [claim for claim in first.assembly.misses if first.loses(claim.field)]
        return await self._repaired(asked, messages, reply, lost) if lost else first

    async def _repaired(
        self, asked: Question, messages: list[Message], reply: Reply, lost: list[Claim]
    ) -> _Reading:
        """Ask again for the fields whose mention stands nowhere in the document."""
        narrowed = asked.only({claim.field.name for claim in lost})
        faults = "; ".join(f"{claim.field.name}: {claim.words!r}" for claim in lost)
        again = [
            *messages,
            {"role": "assistant", "content": reply.text},
            self.prompt.repair(faults),
        ]
        try:
            second = await self._ask(narrowed, again, reply.usage)
        except ModelError as error:
            return self._grounded(asked, replace(reply, usage=error.usage))
        # Only what was asked again: the narrowed question says too little to judge the document.
        update = {field.name: getattr(second.answer, field.name) for field in narrowed.fields}
        answer = reply.answer.model_copy(update=update)
        return self._grounded(asked, replace(second, answer=answer))

    async def _ask(self, asked: Question, messages: list[Message], spent: Usage) -> Reply:
        schema = asked.constrained
        try:
            reply = await self.client.ask(messages, schema)
        except ModelError as error:
            error.usage = spent + error.usage
            raise
        return replace(reply, usage=spent + reply.usage)

    def _grounded(self, asked: Question, reply: Reply) -> _Reading:
        claimed = getattr(reply.answer, IS_POSTING)
        if claimed:
            assembly = assemble(asked, claims(asked, reply.answer))
            if asked.schema.fits(asked.document, assembly.posting):
                return _Reading(is_posting=True, assembly=assembly, usage=reply.usage)
        nothing = assemble(replace(asked, given={}), ())
        if claimed:
            nothing.notes[IS_POSTING] = _UNFIT
        return _Reading(is_posting=False, assembly=nothing, usage=reply.usage)


@cache
def _version() -> str:
    return version("postings")
