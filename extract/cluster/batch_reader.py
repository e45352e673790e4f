"""A reader: batches of rows in, tables of records and failures out, through a desk.

It holds nothing that is lost with it. A batch that is read again gets what is kept at the desk.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.cluster.batch_rows import BatchColumns, batch_documents
from extract.cluster.calls import DeskLink, FinishedRow, TextRow
from extract.cluster.desk_gate import DeskGate, ReadingTurns, desk_gate
from extract.errors import BudgetError, InputError
from extract.models.client import Client
from extract.models.dialects import Memory, Step
from extract.output.arrow_rows import ArrowRows
from extract.record import Failure, failure_of
from extract.runs.document_reader import InProcess
from extract.runs.engine import Engine, Row
from extract.runs.hopeless import FailureWatch, Hopeless
from extract.runs.journal_rows import NOTHING_SPENT, json_of, row_of
from extract.sources.paths import Unreadable
from extract.values import Document

__all__ = ["BatchReader", "ReaderJob"]


@dataclass(frozen=True, slots=True)
class ReaderJob:
    """What a reader reads: which columns, by which schema, and how many documents at once."""

    schema: type[BaseModel]
    columns: BatchColumns
    most: int = 1
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Parts:
    extractor: Extractor[Any]
    gate: DeskGate
    turns: ReadingTurns


@dataclass
class BatchReader:
    """Reads batches through a desk; several at once, in one event loop."""

    desk: DeskLink
    job: ReaderJob
    _watch: FailureWatch = field(default_factory=FailureWatch)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _parts: _Parts | None = None
    _lessons: set[asyncio.Task[None]] = field(default_factory=set)

    async def __call__(self, batch: Any) -> AsyncIterator[Any]:
        """Yield the rows of a batch as one table, in its order.

        Raises Hopeless if every further document would fail in the same way.
        """
        documents = batch_documents(batch, self.job.columns)
        rows = await self._rows(documents)
        table = ArrowRows(self.job.schema)
        for row in rows:
            table.add(row)
        yield table.taken()

    async def _rows(self, documents: Sequence[Document | Unreadable]) -> list[Row]:
        readable = [one for one in documents if isinstance(one, Document)]
        begun = await self.desk.begin([(one.id, one.sha256) for one in readable])
        unread: dict[str, Document] = {}
        for one, known in zip(readable, begun, strict=True):
            if known is None:
                unread.setdefault(one.sha256, one)
        read = await self._read(list(unread.values()))
        each = iter(begun)
        rows: list[Row] = []
        for document in documents:
            if isinstance(document, Unreadable):
                rows.append(failure_of(document.id, document.source, document.error))
            elif isinstance(known := next(each), str):
                fault = InputError(f"{document.source}: {known}")
                rows.append(failure_of(document.id, document.source, fault))
            else:
                kept = known or read[document.sha256]
                payer = unread.get(document.sha256, document) is document
                rows.append(self._row(kept, document, payer=payer))
        return rows

    def _row(self, kept: TextRow, document: Document, *, payer: bool) -> Row:
        """Return the row of a text as that of one document; only one has what it cost."""
        fields = kept.row | {"id": document.id, "source": document.source}
        if kept.payer != document.id or not payer:
            free = {"usage": NOTHING_SPENT}
            fields |= free if kept.failed else {"provenance": fields["provenance"] | free}
        return row_of(fields, self.job.schema, failed=kept.failed)

    async def _read(self, documents: Sequence[Document]) -> dict[str, TextRow]:
        """Read documents whose texts differ, and keep their rows; return these by text."""
        if not documents:
            return {}
        parts = await self._opened()
        texts = {one.id: one.sha256 for one in documents}
        rows: dict[str, Row] = {}
        engine = Engine(
            parts.extractor,
            InProcess(parts.extractor),
            parts.gate,
            len(documents),
            ordered=False,
            seconds=self.job.seconds,
            store=parts.turns,
        )
        cap: BudgetError | None = None
        try:
            async with aclosing(engine.rows(documents)) as each:
                async for row in each:
                    rows[texts[row.id]] = row
        except BudgetError as error:
            cap = error
        kept = await self._kept(rows)
        if cap is None:
            return kept
        # What a cap left unread has a row too, which is not kept: a higher cap lets it be read.
        left = (one for one in documents if one.sha256 not in kept)
        return kept | {one.sha256: _made(failure_of(one.id, one.source, cap)) for one in left}

    async def _kept(self, rows: dict[str, Row]) -> dict[str, TextRow]:
        """Keep rows by their texts at the desk. Raises Hopeless at the one to give up at."""
        finished: list[FinishedRow] = []
        hopeless: Hopeless | None = None
        for sha256, row in rows.items():
            try:
                self._watch.saw(row)
            except Hopeless as error:
                hopeless = error
                break
            finished.append(FinishedRow(sha256, json_of(row), isinstance(row, Failure)))
        payers = await self.desk.keep(finished)
        if hopeless is not None:
            raise hopeless
        return {
            one.text_sha256: TextRow(json.loads(one.row), one.failed, payer)
            for one, payer in zip(finished, payers, strict=True)
        }

    async def _opened(self) -> _Parts:
        async with self._opening:
            if self._parts is None:
                opening = await self.desk.opening()
                model = opening.model
                gate = desk_gate(self.desk, model.longest)
                memory = Memory.of(opening.learned, self._learned)
                client = Client(model, None, gate, memory)
                extractor = Extractor(client, schema_of(self.job.schema), opening.prompt)
                self._parts = _Parts(extractor, gate, ReadingTurns(self.job.most))
            return self._parts

    def _learned(self, step: Step) -> None:
        lesson = asyncio.ensure_future(self.desk.learn(str(step)))
        self._lessons.add(lesson)
        lesson.add_done_callback(self._lessons.discard)


def _made(failure: Failure) -> TextRow:
    return TextRow(failure.model_dump(mode="json"), failed=True, payer=failure.id)
