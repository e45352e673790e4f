"""Extract one document: propose, ask, ground, repair once, and make the record."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydantic import BaseModel

from extract import log, tracing
from extract.asking.assembly import Assembly
from extract.asking.closed_question import Question
from extract.asking.derivation import Derivation, derived, question_of
from extract.asking.kept_question import packed, print_of
from extract.asking.open_question import OpenQuestion
from extract.asking.prompt import Message, Prompt
from extract.asking.schema import IS_POSTING, Schema
from extract.errors import ModelError, ReplyError
from extract.late import late
from extract.models.client import Client, Reply
from extract.reading.condition import remarks
from extract.record import Provenance, Record
from extract.values import Document, Usage

if TYPE_CHECKING:
    from extract.models import cassettes
    from extract.models.cassettes import Recordings
else:
    cassettes = late("extract.models.cassettes")

__all__ = ["Extractor"]

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The result of one to three calls: what they answered, and what code makes of it."""

    answer: Mapping[str, Any]
    derived: Derivation
    usage: Usage


@dataclass(frozen=True, slots=True)
class Extractor(Generic[T]):
    """What all documents share: the client, the schema, the prompt and the recordings.

    With `keeping`, each record has the answer and the question that it was derived from (`_kept`).
    """

    client: Client
    schema: Schema[T]
    prompt: Prompt
    recordings: Recordings | None = None
    keeping: bool = False

    async def read(self, document: Document) -> Record[T]:
        """Read one document. Raises a ModelError with the tokens spent."""
        started = time.monotonic()
        made_with = self.prompt.name, self.prompt.sha256
        with (
            log.about(document.id),
            tracing.document_span(document, *made_with) as span,
            self._case(document),
        ):
            asked = self._question(document)
            messages = self.prompt.messages(asked)
            reading = await self._read(asked, messages)
            record = self._record(document, reading, started)
            if self.keeping:
                record.keep(packed(asked, reading.answer, print_of(asked, messages)))
            span.read(record.provenance.usage, record.found, is_posting=record.is_posting)
        return record

    def _record(self, document: Document, reading: _Reading, started: float) -> Record[T]:
        assembly = reading.derived.assembly
        is_posting = reading.derived.is_posting
        return Record(
            id=document.id,
            source=document.source,
            is_posting=is_posting,
            posting=cast(T, assembly.posting),
            evidence=assembly.evidence,
            states=assembly.states,
            notes=remarks(document, is_posting=is_posting) | assembly.notes,
            basis=assembly.basis,
            confidence=reading.derived.confidence(),
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
        """Return the messages of the first request about a document."""
        return self.prompt.messages(self._question(document))

    def _case(self, document: Document) -> AbstractContextManager[None]:
        if self.recordings is None:
            return nullcontext()
        about = {
            "prompt": self.prompt.name,
            "prompt_sha256": self.prompt.sha256,
            "schema_sha256": self.schema.sha256,
            "document_sha256": document.sha256,
        }
        return self.recordings.case(
            cassettes.RecordedCase(document.id, about, self.client.asked_with)
        )

    def _question(self, document: Document) -> Question | OpenQuestion:
        return question_of(self.schema, document, self.client.model.reading)

    async def _read(self, asked: Question | OpenQuestion, messages: list[Message]) -> _Reading:
        try:
            reply = await self._ask(asked, messages, Usage())
        except ReplyError as error:
            if error.fault is None:
                raise
            again = [*messages, self.prompt.repair(error.fault)]
            return self._grounded(asked, await self._ask(asked, again, error.usage))
        first = self._grounded(asked, reply)
        if isinstance(asked, OpenQuestion) or not first.derived.is_posting:
            return first
        if not first.answer[IS_POSTING]:
            asked = replace(asked, insists=True)
            reply = await self._insisted(asked, messages, reply)
            first = self._grounded(asked, reply)
        lost = self._lost(first.derived.assembly)
        return await self._repaired(asked, messages, reply, lost) if lost else first

    async def _insisted(self, asked: Question, messages: list[Message], reply: Reply) -> Reply:
        """Ask again what stands in a posting that the model took for none.

        A small model that has said no leaves the fields empty. Its no is kept, and weighed.
        """
        try:
            second = await self._ask(asked, messages, reply.usage)
        except ModelError as error:
            return replace(reply, usage=error.usage)
        return replace(second, answer=second.answer.model_copy(update={IS_POSTING: False}))

    def _lost(self, assembly: Assembly) -> list[tuple[str, str]]:
        """Return the missed words of single values; a list is not worth another call."""
        single = {field.name for field in self.schema.fields if not field.is_list}
        return [
            (name, words)
            for name, words in assembly.misses
            if name in single and name not in assembly.basis
        ]

    async def _repaired(
        self, asked: Question, messages: list[Message], reply: Reply, lost: list[tuple[str, str]]
    ) -> _Reading:
        """Ask again for the fields whose words stand nowhere in the document."""
        narrowed = asked.only({name for name, _ in lost})
        faults = "; ".join(f"{name}: {words!r}" for name, words in lost)
        again = [
            *messages,
            {"role": "assistant", "content": reply.text},
            self.prompt.repair(faults),
        ]
        try:
            second = await self._ask(narrowed, again, reply.usage)
        except ModelError as error:
            return self._grounded(asked, replace(reply, usage=error.usage))
        # Only these fields: the narrowed question shows too little to judge the document.
        update = {field.name: getattr(second.answer, field.name) for field in narrowed.fields}
        answer = reply.answer.model_copy(update=update)
        return self._grounded(asked, replace(second, answer=answer))

    async def _ask(
        self, asked: Question | OpenQuestion, messages: list[Message], spent: Usage
    ) -> Reply:
        try:
            reply = await self.client.ask(messages, asked.answer)
        except ModelError as error:
            error.usage = spent + error.usage
            raise
        return replace(reply, usage=spent + reply.usage)

    def _grounded(self, asked: Question | OpenQuestion, reply: Reply) -> _Reading:
        answer = dict(reply.answer) | (reply.answer.model_extra or {})
        return _Reading(answer, derived(asked, answer), reply.usage)


@cache
def _version() -> str:
    return version("postings")
