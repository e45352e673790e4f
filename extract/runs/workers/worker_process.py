"""What runs in a worker process: documents and answers come in, questions and records go out.

It sends no request itself: each goes to the parent, which has the one gate, ledger and journal. So
a worker can be killed at any moment. It ends when its parent does.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
from collections.abc import Coroutine
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import httpx2

from extract import log, tracing
from extract.asking.extractor import Extractor
from extract.errors import InputError, PostingsError, toolkit_fault
from extract.models.dialects import Step
from extract.models.plain_response import PlainResponse
from extract.runs.journal_rows import json_of
from extract.runs.packing import PackedDocument, packed
from extract.runs.workers.messages import frame, received
from extract.runs.workers.spec import WorkerSpec
from extract.sources.paths import RawDocument, Unreadable
from extract.values import Document

__all__ = ["main"]

_NUMBER: ContextVar[int] = ContextVar("number")
"""The number of the job for which something is sent."""


def main(connection: socket.socket, spec: WorkerSpec) -> None:
    """Read documents until the parent closes the connection, or ends."""
    # What was loaded before the fork stays shared: the collector leaves it alone.
    gc.freeze()
    # Ctrl-C reaches all processes of a terminal; what it means is for the parent to say.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with tracing.muted(), suppress(KeyboardInterrupt, BrokenPipeError, ConnectionResetError):
        asyncio.run(_WorkerProcess.served(connection, spec))
    # What libraries do when an interpreter ends could keep the process, which has nothing to save.
    os._exit(0)


class _WorkerProcess:
    def __init__(self, writer: asyncio.StreamWriter, extractor: Extractor[Any]) -> None:
        self._writer = writer
        self._extractor = extractor
        self._jobs: dict[int, asyncio.Task[None]] = {}
        self._asked: dict[int, asyncio.Future[PlainResponse | Exception]] = {}

    @classmethod
    async def served(cls, connection: socket.socket, spec: WorkerSpec) -> None:
        """Serve a parent until it is gone."""
        reader, writer = await asyncio.open_connection(sock=connection)
        forward = _Forward(writer)
        try:
            extractor = spec.extractor(forward, forward.learned)
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
            ours = isinstance(error, PostingsError)
            writer.write(frame("broken", str(error) if ours else toolkit_fault(error)))
            await writer.drain()
            return
        logger = logging.getLogger("postings")
        logger.setLevel(spec.log_level)
        logger.addHandler(forward.events)
        process = cls(writer, extractor)
        forward.process = process
        writer.write(frame("ready"))
        while (message := await received(reader)) is not None:
            process.heard(*message)

    def heard(self, kind: str, number: int, *values: Any) -> None:
        """Do what a message says."""
        match kind:
            case "documents":
                self._begin(number, self._documents(*values))
            case "read":
                self._begin(number, self._read(number, *values))
            case "answer":
                if (asked := self._asked.get(number)) is not None and not asked.done():
                    asked.set_result(values[0])
            case "drop":
                if (job := self._jobs.get(number)) is not None:
                    job.cancel()
            case "learned":
                self._extractor.client.adopt(Step.of(values[0]))

    async def answered(self, request: httpx2.Request) -> httpx2.Response:
        """Let the parent send a request."""
        number = _NUMBER.get()
        asked: asyncio.Future[PlainResponse | Exception]
        asked = self._asked[number] = asyncio.get_running_loop().create_future()
        headers = request.headers.multi_items()
        content = await request.aread()
        self._writer.write(frame("ask", number, request.method, str(request.url), headers, content))
        try:
            answer = await asked
        finally:
            self._asked.pop(number, None)
        if isinstance(answer, Exception):
            raise answer
        return answer.response(request)

    def _begin(self, number: int, job: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(self._done(number, job))
        self._jobs[number] = task
        task.add_done_callback(lambda _: self._jobs.pop(number, None))

    async def _done(self, number: int, job: Coroutine[Any, Any, Any]) -> None:
        """Do a job and send its result, or why there is none."""
        try:
            message = frame("done", number, await job)
        except PostingsError as error:
            message = frame("failed", number, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours costs one document
            message = frame("failed", number, PostingsError(toolkit_fault(error)))
        self._writer.write(message)

    async def _documents(self, raw: RawDocument) -> list[PackedDocument | Unreadable]:
        return [_carried(one) for one in raw.documents()]

    async def _read(self, number: int, document: PackedDocument) -> tuple[str, Any]:
        _NUMBER.set(number)
        record = await self._extractor.read(document.unpacked())
        return json_of(record), record.kept


class _Forward(httpx2.AsyncBaseTransport):
    """The transport of a worker's client: each request goes to the parent."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.process: _WorkerProcess | None = None
        self.events = _ForwardedEvents(writer)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the response that the parent has received."""
        if self.process is None:
            raise InputError("a request was made before the worker was ready")
        return await self.process.answered(request)

    def learned(self, step: Step) -> None:
        """Tell the parent what an endpoint's refusal has taught."""
        self._writer.write(frame("learned", 0, str(step)))


class _ForwardedEvents(logging.Handler):
    """Sends the events of a worker to its parent, which logs them."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self._writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        message = ("event", 0, record.getMessage(), record.levelno, log.fields_of(record))
        self._writer.write(frame(*message))


def _carried(one: Document | Unreadable) -> PackedDocument | Unreadable:
    return one if isinstance(one, Unreadable) else packed(one)
