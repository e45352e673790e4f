"""Keeps a number of worker processes up: a new one is started whenever one ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Self

from extract import log
from extract.errors import WorkerError, toolkit_fault
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
        self._fault = WorkerError("the worker processes have been ended")
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._kept_up()) for _ in range(self.count)]
        for task in self._tasks:
            task.add_done_callback(lambda _: self._changed.set())
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
        while not (there := [one for one in self._workers if not one.gone.is_set()]):
            if all(task.done() for task in self._tasks):
                raise self._fault
            self._changed.clear()
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
            except Exception as error:  # noqa: BLE001 - whoever waits for a worker must hear of it
                self._fault = (
                    error if isinstance(error, WorkerError) else WorkerError(toolkit_fault(error))
                )
                failed = _STARTS if isinstance(error, BrokenWorkerError) else failed + 1
                continue
            failed = 0
            log.event("worker begun", pid=worker.pid)
            self._workers.append(worker)
            self._changed.set()
            try:
                await worker.gone.wait()
                log.event("worker lost", logging.WARNING, pid=worker.pid)
            finally:
                self._workers.remove(worker)
                await worker.close()

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
