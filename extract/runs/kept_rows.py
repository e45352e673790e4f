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

from extract.asking.code_marks import code_marks
from extract.asking.prompt import Prompt
from extract.asking.schema import Schema
from extract.errors import JournalError
from extract.models.client import Model
from extract.models.dialects import Memory
from extract.record import Record, failure_of
from extract.runs.earlier_run import EarlierRun
from extract.runs.engine import Row
from extract.runs.hopeless import FailureWatch
from extract.runs.journal import Journal
from extract.runs.loop import each
from extract.runs.manifest import Manifest
from extract.runs.packing import Given, PackedDocument
from extract.sources.paths import Unreadable
from extract.sources.shards import ShardPages
from extract.values import Document

__all__ = ["PAGE_BITS", "KeptRows"]

PAGE_BITS = 20
"""In a shard's folder a place combines two numbers: the page's number in the high bits, and the
document's number on that page in these low bits."""

_BY_BATCHES = "batches of this run are under way at the provider: go on with --batch"


@dataclass
class KeptRows:
    """A journal as an engine's store of rows.

    `again` retries what failed. With `by_batches` the run is asked by batches of its provider. The
    `watch`, if any, sees each row before it is kept: a row at which the run is given up is not
    kept. `pages` are those of the shard that is read, if it is one. Rows of an `earlier` run are
    carried over. `complete` says that all documents of the input were seen.
    """

    journal: Journal
    schema: type[BaseModel]
    again: bool = False
    by_batches: bool = False
    watch: FailureWatch | None = None
    pages: ShardPages | None = None
    earlier: EarlierRun | None = None
    complete: bool = False
    _reading: dict[str, asyncio.Event] = field(default_factory=dict)

    def begin(self, model: Model, prompt: Prompt, schema: Schema[Any]) -> Memory:
        """Check that the folder is this run's, and return what it has learned about the endpoint.

        Raises JournalError if it is another run's, or if its batches must be collected first.
        """
        shard = None if self.pages is None else str(self.pages.shard)
        manifest = Manifest.of(model, prompt, schema, shard)
        manifest.check(self.journal.folder)
        if self.earlier is not None:
            self.earlier.check(manifest)
        if not self.by_batches and self.journal.lines.open():
            raise JournalError(f"{self.journal.folder}: {_BY_BATCHES}")
        if self.again:
            self.journal.forget_failures()
        self.journal.kept.begin(code_marks(schema))
        return Memory.of(
            self.journal.learned(model.where),
            lambda step: self.journal.learn(model.where, str(step)),
        )

    async def registered(
        self, documents: Iterable[Given | None] | AsyncIterable[Given | None]
    ) -> AsyncGenerator[Given | None, None]:
        """Yield the documents, each once it is in the journal.

        A None stands before each page of an input of which one shard is read. It is yielded too.
        """
        facts = self.journal.facts
        facts.put("ended", None)
        page, place, free, count = 0, 0, 0, 0
        async with aclosing(each(documents)) as given:
            async for document in given:
                if document is None:
                    place = page << PAGE_BITS
                    page += 1
                    yield None
                    continue
                if place > free:
                    self.journal.vacate(free, place)
                failure = None
                if isinstance(document, Unreadable):
                    failure = failure_of(document.id, document.source, document.error)
                self.journal.register(place, document, failure)
                place = free = place + 1
                count += 1
                yield document
        self.journal.vacate(free)
        facts.put("ended", count)
        if self.pages is not None:
            facts.put("pages", self.pages.pages)
            facts.put("input", self.pages.digest)
        self.complete = True

    def lacks(self, document: Document | PackedDocument) -> bool:
        """Return whether a document must be read: it has no row, and its text is not being read.

        A row that the earlier run has of its text is carried over first.
        """
        if document.sha256 in self._reading or self.journal.answered(document.sha256):
            return False
        return self.earlier is None or not self.earlier.carry(document.sha256, self.journal)

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
        if isinstance(row, Record):
            row.keep(None)
