"""Keeps a number of worker processes up: a new one is started whenever one ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Self

from extract import log
from extract.errors import WorkerError
from extract.models.client import Client
from extract.models.dialects import Step
from extract.runs.workers.spec import WorkerSpec
from extract.runs.workers.worker import BrokenWorkerError, Worker, context

__all__ = ["WorkerCrew"]

_STARTS = 3
"""How often in a row a process is started anew that ends before it is ready."""


class WorkerCrew:
    """`count` processes. Entering waits until the first is ready.

    What one of them learns of the endpoint is kept by the `client`, and told to the others. Raises
    WorkerError if none can start.
    """

    def __init__(self, client: Client, spec: WorkerSpec, count: int) -> None:
        self.count = count
        self._client = client
        self._spec = spec
        self._context = context()
        self._workers: list[Worker] = []
        self._starting = count
        self._fault: WorkerError | None = None
        self._changed = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._kept_up()) for _ in range(self.count)]
        try:
            await self.free()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def free(self) -> Worker:
        """Return the worker with the least to do. Raises WorkerError if there is none any more."""
        async with self._changed:
            while not (there := [one for one in self._workers if not one.gone.is_set()]):
                if self._fault is not None and not (self._starting or self._workers):
                    raise self._fault
                await self._changed.wait()
            return min(there, key=lambda worker: (worker.busy, worker.jobs))

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[Worker]:
        """Yield a worker that nobody else uses."""
        worker = await self._started()
        try:
            yield worker
        finally:
            await worker.close()

    async def _kept_up(self) -> None:
        """Start a process, and a new one whenever it ends."""
        failed = 0
        while failed < _STARTS:
            await asyncio.sleep(failed)
            try:
                worker = await self._started()
            except WorkerError as error:
                self._fault = error
                failed = _STARTS if isinstance(error, BrokenWorkerError) else failed + 1
                continue
            failed = 0
            log.event("worker begun", pid=worker.pid)
            await self._added(worker)
            try:
                await worker.gone.wait()
                log.event("worker lost", logging.WARNING, pid=worker.pid)
            finally:
                self._workers.remove(worker)
                self._starting += 1
                await worker.close()
        async with self._changed:
            self._starting -= 1
            self._changed.notify_all()

    async def _added(self, worker: Worker) -> None:
        async with self._changed:
            self._workers.append(worker)
            self._starting -= 1
            self._changed.notify_all()

    async def _started(self) -> Worker:
        steps = self._client.memory.steps
        spec = replace(self._spec, steps=tuple(map(str, steps)))
        worker = await Worker.started(spec, self._context, self._learned)
        for step in steps[len(spec.steps) :]:
            worker.send("learned", 0, str(step))
        return worker

    def _learned(self, by: Worker, step: str) -> None:
        if self._client.adopt(Step.of(step)):
            for worker in self._workers:
                if worker is not by:
                    worker.send("learned", 0, step)
