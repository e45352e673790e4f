"""The engine: reads documents through the loop, and makes a row of each, whatever happens to it.

A fault costs the document it struck. What ends the run is raised by the loop.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from extract.asking.extractor import Extractor
from extract.errors import (
    BatchError,
    BudgetError,
    DeadlineError,
    PostingsError,
    WorkerError,
    toolkit_fault,
)
from extract.record import Failure, Record, failure_of
from extract.runs import events
from extract.runs.batch_sender import AnswerPending
from extract.runs.document_reader import DocumentReader
from extract.runs.loop import Loop, each
from extract.runs.packing import Given, PackedDocument, packed
from extract.runs.request_gate import RequestGate
from extract.runs.request_ledger import Account
from extract.runs.shelf import Shelf
from extract.sources.paths import Unreadable
from extract.sources.shards import Raw
from extract.values import Document, Usage

__all__ = ["Engine", "Given", "Row", "RowStore"]

Row = Record[Any] | Failure


class RowStore(Protocol):
    """Where rows are kept, so that what has a row is not asked again."""

    def turn(self, document: Given) -> AbstractAsyncContextManager[Row | None]:
        """Wait until a document may be read; yield its row if it has one already."""

    def keep(self, document: Given, row: Row) -> None:
        """Keep a row as soon as it is there. What this raises ends the run."""


@dataclass
class Engine:
    """Reads many documents with one extractor, `concurrency` at once.

    With `ordered`, rows come in the order of the documents. `seconds` is the time for one
    document, `seconds_of_run` that after which none is begun. Rows are kept in the `store`.
    Documents that wait for a batch are on the `shelf`. The `reader` reads with the extractor, or
    with others like it in other processes.
    """

    extractor: Extractor[Any]
    reader: DocumentReader
    gate: RequestGate
    concurrency: int = 1
    ordered: bool = True
    seconds: float | None = None
    seconds_of_run: float | None = None
    store: RowStore | None = None
    shelf: Shelf | None = None
    _rows: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Raise ValueError if nothing may be read at once."""
        self._loop: Loop[Given, Row] = Loop(
            self._row, self.concurrency, self.ordered, self.seconds_of_run, self.gate.full
        )

    def stop(self) -> None:
        """Begin no further document; those being read are finished."""
        self._loop.stop()

    def documents(self, raw: Iterable[Raw | None]) -> AsyncGenerator[Given | None, None]:
        """Yield the documents in files and rows, in order."""
        return self.reader.documents(raw)

    async def rows(
        self, documents: Iterable[Given | None] | AsyncIterable[Given | None]
    ) -> AsyncGenerator[Row, None]:
        """Yield a row for each document; a None among them only gives the others their turn.

        Raises what ended the run: BudgetError, BatchError, DeadlineError, or what the store or
        drawing a document raised.
        """
        began = time.monotonic()
        events.begun(self.extractor, self.concurrency)
        try:
            async with aclosing(self._loop.rows(self._shelved(documents))) as rows:
                async for row in rows:
                    yield row
        finally:
            events.ended(self._loop.how, self._rows, self.gate, time.monotonic() - began)

    async def _shelved(
        self, documents: Iterable[Given | None] | AsyncIterable[Given | None]
    ) -> AsyncGenerator[Given | None, None]:
        """Put documents on the shelf before they wait, if there is one."""
        async with aclosing(each(documents)) as given:
            async for one in given:
                if self.shelf is None or not isinstance(one, Document | PackedDocument):
                    yield one
                else:
                    yield packed(one).put(self.shelf)

    async def _row(self, document: Given) -> Row:
        began = time.monotonic()
        async with self.store.turn(document) if self.store else nullcontext() as kept:
            if kept is not None:
                return kept
            try:
                row = await self._read(document)
            except BudgetError:
                if self._loop.fault is None:
                    events.cap_reached(self.gate.budget)
                raise
            self._rows[row.error if isinstance(row, Failure) else ""] += 1
            events.finished(row, time.monotonic() - began)
            if self.store is not None:
                self.store.keep(document, row)
        return row

    async def _read(self, document: Given) -> Row:
        if isinstance(document, Unreadable):
            return failure_of(document.id, document.source, document.error)
        with self.gate.account(document.sha256) as account:
            while True:
                try:
                    return await self._once(document, account)
                except AnswerPending as error:
                    pending = error.released()
                # Out of the block, so that the error is gone with all that it refers to.
                await self.gate.awaited(pending)

    async def _once(self, document: Document | PackedDocument, account: Account) -> Row:
        error: PostingsError
        try:
            async with asyncio.timeout(self.seconds) as deadline:
                record = await self.reader.read(document)
        except (AnswerPending, BatchError, BudgetError, WorkerError):
            raise
        except PostingsError as fault:
            error = fault
        except Exception as fault:  # noqa: BLE001 - a fault of ours costs one document
            if isinstance(fault, TimeoutError) and deadline.expired():
                error = DeadlineError(f"not read within {self.seconds:g} seconds")
            else:
                error = PostingsError(toolkit_fault(fault))
        else:
            return _charged(record, account.usage)
        failure = failure_of(document.id, document.source, error)
        return failure.model_copy(update={"usage": _more(failure.usage, account.usage)})


def _charged(record: Record[Any], spent: Usage) -> Record[Any]:
    """Return a record with all tokens spent on it, those of unreadable answers too."""
    made = record.provenance
    if (usage := _more(made.usage, spent)) == made.usage:
        return record
    return record.model_copy(update={"provenance": made.model_copy(update={"usage": usage})})


def _more(reported: Usage, spent: Usage) -> Usage:
    return spent if (spent.tokens, spent.calls) > (reported.tokens, reported.calls) else reported
