"""A run of a program's own that is kept in a folder: what has its row there is not asked again.

Rows come from the journal or from the model, in the program's own loop. The folder is that of
`postings extract --run`: either can go on with what the other began.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from extract.asking.prompt import Prompt
from extract.asking.schema import Schema
from extract.errors import JournalError
from extract.models.client import Model
from extract.models.dialects import Memory
from extract.record import Failure, Record, failure_of
from extract.runs.engine import Engine
from extract.runs.journal import Journal
from extract.runs.manifest import Manifest
from extract.sources.paths import Unreadable
from extract.values import Document

__all__ = ["JournaledRun"]

_BY_BATCHES = "batches of this run are under way at the provider: go on with --batch"


@dataclass
class JournaledRun:
    """A journal as the memory of an engine. `again` has what failed asked again."""

    journal: Journal
    schema: type[BaseModel]
    again: bool = False
    _reading: dict[str, asyncio.Event] = field(default_factory=dict)

    def begin(self, model: Model, prompt: Prompt, schema: Schema[Any]) -> Memory:
        """Check that the folder is this run's, and return what it has learned about the endpoint.

        Raises JournalError where it is another run's, or one that is asked by batches.
        """
        Manifest.of(model, prompt, schema).check(self.journal.folder)
        if self.journal.lines.open():
            raise JournalError(f"{self.journal.folder}: {_BY_BATCHES}")
        if self.again:
            self.journal.forget_failures()
        return Memory.of(
            self.journal.learned(model.where),
            lambda step: self.journal.learn(model.where, str(step)),
        )

    def attached(
        self, engine: Engine, documents: Iterable[Document | Unreadable]
    ) -> Iterator[Document | Unreadable]:
        """Have an engine keep its rows here, and yield the documents while taking note of them."""
        engine.keep, engine.turn = self._keep, self._turn
        engine.gate.budget.spent = self.journal.spent() + self.journal.held()
        if engine.gate.cache is not None:
            engine.gate.cache.renew = self.again
        return self._registered(documents)

    def _registered(
        self, documents: Iterable[Document | Unreadable]
    ) -> Iterator[Document | Unreadable]:
        count = 0
        for count, document in enumerate(documents, 1):
            failure = None
            if isinstance(document, Unreadable):
                failure = failure_of(document.id, document.source, document.error)
            self.journal.register(count - 1, document, failure)
            yield document
        self.journal.ends(count)

    @asynccontextmanager
    async def _turn(
        self, document: Document | Unreadable
    ) -> AsyncIterator[Record[Any] | Failure | None]:
        """Wait while the same text is read, and yield its row; None where it is to be read now."""
        if isinstance(document, Unreadable):
            yield None
            return
        while (other := self._reading.get(document.sha256)) is not None:
            await other.wait()
        kept = self.journal.row(document, self.schema)
        if kept is not None:
            yield kept
            return
        done = self._reading[document.sha256] = asyncio.Event()
        try:
            yield None
        finally:
            del self._reading[document.sha256]
            done.set()

    def _keep(self, document: Document | Unreadable, row: Record[Any] | Failure) -> None:
        if isinstance(document, Document):
            self.journal.finish(document.sha256, row)
