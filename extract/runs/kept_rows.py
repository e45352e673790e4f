"""The rows of a run that is kept in a folder: what has its row there is not asked again.

`postings extract --run` and `extract_many(run=…)` share it: either can go on with what the other
began.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from extract.asking.prompt import Prompt
from extract.asking.schema import Schema
from extract.errors import JournalError
from extract.models.client import Model
from extract.models.dialects import Memory
from extract.record import failure_of
from extract.runs.engine import Row
from extract.runs.hopeless import FailureWatch
from extract.runs.journal import Journal
from extract.runs.loop import each
from extract.runs.manifest import Manifest
from extract.runs.packing import Given, PackedDocument
from extract.sources.paths import Unreadable
from extract.values import Document

__all__ = ["KeptRows"]

_BY_BATCHES = "batches of this run are under way at the provider: go on with --batch"


@dataclass
class KeptRows:
    """A journal as an engine's store of rows.

    `again` retries what failed. With `by_batches` the run is asked by batches of its provider. The
    `watch`, if any, sees each row before it is kept: a row at which the run is given up is not
    kept. `complete` says that all documents of the input were seen.
    """

    journal: Journal
    schema: type[BaseModel]
    again: bool = False
    by_batches: bool = False
    watch: FailureWatch | None = None
    complete: bool = False
    _reading: dict[str, asyncio.Event] = field(default_factory=dict)

    def begin(self, model: Model, prompt: Prompt, schema: Schema[Any]) -> Memory:
        """Check that the folder is this run's, and return what it has learned about the endpoint.

        Raises JournalError if it is another run's, or if its batches must be collected first.
        """
        Manifest.of(model, prompt, schema).check(self.journal.folder)
        if not self.by_batches and self.journal.lines.open():
            raise JournalError(f"{self.journal.folder}: {_BY_BATCHES}")
        if self.again:
            self.journal.forget_failures()
        return Memory.of(
            self.journal.learned(model.where),
            lambda step: self.journal.learn(model.where, str(step)),
        )

    async def registered(
        self, documents: Iterable[Given] | AsyncIterable[Given]
    ) -> AsyncGenerator[Given, None]:
        """Yield the documents, each once it is in the journal."""
        count = 0
        async with aclosing(each(documents)) as given:
            async for document in given:
                failure = None
                if isinstance(document, Unreadable):
                    failure = failure_of(document.id, document.source, document.error)
                self.journal.register(count, document, failure)
                count += 1
                yield document
        self.journal.ends(count)
        self.complete = True

    def lacks(self, document: Document | PackedDocument) -> bool:
        """Return whether a document must be read: it has no row, and its text is not being read."""
        return not (document.sha256 in self._reading or self.journal.answered(document.sha256))

    @asynccontextmanager
    async def turn(self, document: Given) -> AsyncIterator[Row | None]:
        """Wait while the same text is read, and yield its row; None if it must be read now."""
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

    def keep(self, document: Given, row: Row) -> None:
        """Keep the row of a document in the journal. Raises Hopeless if the watch gives up."""
        if self.watch is not None:
            self.watch.saw(row)
        if not isinstance(document, Unreadable):
            self.journal.finish(document.sha256, row)
