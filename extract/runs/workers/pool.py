"""Worker processes that read documents for one engine, which keeps everything else to itself.

The pure steps, text to question and answer to record, are the work of the processes. Requests come
back here and pass the one gate; rows come back here and go into the one journal. A worker that is
killed is replaced, and its documents are read by the others: what was answered is not sent again.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Any, Self

import httpx2

from extract import log, tracing
from extract.asking.extractor import Extractor
from extract.errors import InputError, PostingsError, WorkerError
from extract.models.first_alone import FirstAlone
from extract.models.plain_response import PlainResponse
from extract.record import Record
from extract.runs.journal_rows import record_of
from extract.runs.packing import Given, PackedDocument, packed
from extract.runs.request_gate import RequestGate
from extract.runs.workers.crew import WorkerCrew
from extract.runs.workers.spec import WorkerSpec
from extract.runs.workers.worker import Worker, WorkerGone
from extract.sources.paths import RawDocument, Unreadable
from extract.sources.shards import Raw
from extract.values import Document

__all__ = ["WorkerPool"]

_AHEAD = 4
"""Files and rows for each process that are being read before their documents are asked for."""

_SUSPECT, _GUILTY = 2, 4
"""So many processes must have ended while they had a document before it is read in a process of its
own, and before it is given up."""


class WorkerPool:
    """`count` processes. Enter it before documents are read; it waits until the first is ready.

    Raises WorkerError if none can start.
    """

    def __init__(
        self, extractor: Extractor[Any], gate: RequestGate, spec: WorkerSpec, count: int
    ) -> None:
        self._extractor = extractor
        self._gate = gate
        self._crew = WorkerCrew(extractor.client, spec, count)
        self._schema = extractor.schema.model
        self._turn = FirstAlone(
            settled=extractor.client.model.reading == "closed" or not gate.one_by_one
        )

    async def __aenter__(self) -> Self:
        await self._crew.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._crew.__aexit__()

    async def documents(self, raw: Iterable[Raw | None]) -> AsyncGenerator[Given | None, None]:
        """Yield the documents in files and rows, in order; some are read ahead."""
        ahead: deque[asyncio.Task[Sequence[Given | None]]] = deque()
        try:
            for one in raw:
                ahead.append(asyncio.create_task(self._documents(one)))
                while ahead and (ahead[0].done() or len(ahead) >= self._crew.count * _AHEAD):
                    for document in await ahead.popleft():
                        yield document
            while ahead:
                for document in await ahead.popleft():
                    yield document
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    async def read(self, document: Document | PackedDocument) -> Record[Any]:
        """Read a document. Raises what `Extractor.read` raises, and what ended the run."""
        return await self._turn(lambda: self._read(document))

    async def _read(self, document: Document | PackedDocument) -> Record[Any]:
        carried = packed(document).carried()
        prompt = self._extractor.prompt
        with (
            log.about(carried.id),
            tracing.document_span(carried, prompt.name, prompt.sha256) as span,
        ):
            row, kept = await self._done("read", carried)
            record = record_of(json.loads(row), self._schema)
            record.keep(kept)
            span.read(record.provenance.usage, record.found, is_posting=record.is_posting)
        return record

    async def _documents(self, raw: Raw | None) -> Sequence[Given | None]:
        if raw is None or isinstance(raw, Unreadable):
            return [raw]
        try:
            documents: list[Given] = await self._done("documents", raw)
        except PostingsError as error:
            if isinstance(error, WorkerError):
                raise
            return [Unreadable(raw.id, raw.source, InputError(f"{raw.source}: {error}"))]
        return documents

    async def _done(self, kind: str, given: RawDocument | PackedDocument) -> Any:
        """Have a job done, by another process if the first one ends before it is done."""
        for ended in range(_GUILTY):
            try:
                if ended < _SUSPECT:
                    return await self._result(await self._crew.free(), kind, given)
                async with self._crew.apart() as worker:
                    return await self._result(worker, kind, given)
            except WorkerGone:
                self._gate.rewind()
        raise PostingsError(
            f"{_GUILTY} worker processes ended while they read it; was there too little memory?"
        )

    async def _result(self, worker: Worker, kind: str, given: RawDocument | PackedDocument) -> Any:
        with worker.job(kind, given) as job:
            while True:
                news, values = await job.received()
                match news:
                    case "ask":
                        job.send("answer", await self._sent(*values))
                    case "failed":
                        raise values[0]
                    case _:
                        return values[0]

    async def _sent(
        self, method: str, url: str, headers: list[tuple[str, str]], content: bytes
    ) -> PlainResponse | Exception:
        """Send a worker's request; return the response, or the error for its client."""
        request = httpx2.Request(method, url, headers=headers, content=content)
        try:
            return PlainResponse.of(await self._extractor.client.pass_on(request))
        except httpx2.RequestError as error:
            return type(error)(str(error))  # without the request, which has the key
