"""Extract one document: propose, ask, ground, repair once, and make the record."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from pydantic import BaseModel

from extract import log, tracing
from extract.asking.assembly import Assembly, nothing
from extract.asking.closed_assembly import assemble
from extract.asking.closed_question import Question, question
from extract.asking.confidence import confidence
from extract.asking.line_choice import shown
from extract.asking.open_question import OpenQuestion, assemble_open, open_question
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

_LIKELY = 0.5
_DOUBTFUL = "doubtful: the model takes it for one, and code sees no opening offered in the text"


@dataclass(frozen=True, slots=True)
class _Reading:
    """The result of one or two calls; `sure` is how likely `is_posting` is right, if known."""

    is_posting: bool
    assembly: Assembly
    usage: Usage
    sure: float | None


@dataclass(frozen=True, slots=True)
class Extractor(Generic[T]):
    """What all documents share: the client, the schema, the prompt and the recordings."""

    client: Client
    schema: Schema[T]
    prompt: Prompt
    recordings: Recordings | None = None

    async def read(self, document: Document) -> Record[T]:
        """Read one document. Raises a ModelError with the tokens spent."""
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
            confidence=self._confidence(reading),
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

    def _confidence(self, reading: _Reading) -> dict[str, float]:
        known = {IS_POSTING: reading.sure} if reading.sure is not None else {}
        return known | {
            name: confidence(self.schema.model, name, basis)
            for name, basis in reading.assembly.basis.items()
        }

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
        if self.client.model.reading == "open":
            return open_question(self.schema, document)
        asked = question(self.schema, document)
        return asked.showing(shown(document, asked.candidates, asked.settled))

    async def _read(self, asked: Question | OpenQuestion) -> _Reading:
        messages = self.prompt.messages(asked)
        try:
            reply = await self._ask(asked, messages, Usage())
        except ReplyError as error:
            if error.fault is None:
                raise
            again = [*messages, self.prompt.repair(error.fault)]
            return self._grounded(asked, await self._ask(asked, again, error.usage))
        first = self._grounded(asked, reply)
        if isinstance(asked, OpenQuestion) or not first.is_posting:
            return first
        lost = self._lost(first.assembly)
        return await self._repaired(asked, messages, reply, lost) if lost else first

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
        """Ground an answer, and weigh what code sees of the page against the model's word.

        A small model takes nearly every page for an opening, so code decides; what was read is
        kept. A capable model's word holds. Either way a note says where they disagree.
        """
        claimed = getattr(reply.answer, IS_POSTING)
        if not claimed:
            assembly = nothing(asked.schema, asked.document)
        elif isinstance(asked, OpenQuestion):
            assembly = assemble_open(asked, reply.answer.model_extra or {})
        else:
            assembly = assemble(asked, dict(reply.answer))
        likely = asked.schema.fits(asked.document, assembly.posting)
        fits = likely >= _LIKELY
        if claimed and not fits:
            assembly.notes[IS_POSTING] = _DOUBTFUL
        is_posting = claimed and (fits or isinstance(asked, OpenQuestion))
        sure = None
        if claimed and isinstance(likely, float):
            sure = round(likely if is_posting else 1 - likely, 3)
        return _Reading(is_posting, assembly, reply.usage, sure)


@cache
def _version() -> str:
    return version("postings")
