"""One worker process, as its parent sees it."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.context import BaseContext
from typing import Any, Self

from extract import log
from extract.errors import WorkerError
from extract.runs.workers.messages import Message, frame, received
from extract.runs.workers.spec import WorkerSpec
from extract.runs.workers.worker_process import main

__all__ = ["BrokenWorkerError", "Job", "Worker", "WorkerGone", "context"]

_PROGRAM = "extract.cli"

_END = 2.0
"""Seconds that a worker has to end before it is killed: it has nothing to save."""

_GUARD = (
    "a program that starts them must do its work under `if __name__ == '__main__':`, since each "
    "process imports it"
)


class BrokenWorkerError(WorkerError):
    """No process can start here, however often it is tried."""


class WorkerGone(Exception):  # noqa: N818 - killed by somebody else: no fault of ours
    """The process has ended: its jobs are for another."""


class Worker:
    """A process that is ready for jobs. Close it when done.

    `busy` is how many of its jobs compute now: the others wait for the model.
    """

    def __init__(self, stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy = 0
        self.jobs = 0
        self.gone = asyncio.Event()
        self._stream = stream
        self._writer = writer
        self._inboxes: dict[int, asyncio.Queue[Message | None]] = {}
        self._numbers = 0
        self._process: Any = None
        self._heard: asyncio.Task[None] | None = None

    @classmethod
    async def started(
        cls, spec: WorkerSpec, start: BaseContext, learned: Callable[[Self, str], None]
    ) -> Self:
        """Start a process and wait until it is ready. `learned` is called with what it learns.

        Raises WorkerError if it cannot start.
        """
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        starting: Any = start
        process = starting.Process(target=main, args=(theirs, spec), daemon=True)
        try:
            # The first one waits until the modules are loaded from which all are forked.
            await asyncio.to_thread(_start, process, theirs)
        except BaseException:
            ours.close()
            raise
        stream, writer = await asyncio.open_connection(sock=ours)
        worker = cls(stream, writer)
        worker._process = process
        try:
            _check_ready(await received(stream))
        except BaseException:
            await worker.close()
            raise
        worker._heard = asyncio.create_task(worker._listen(learned))
        return worker

    @property
    def pid(self) -> int:
        """The number of its process."""
        return int(self._process.pid)

    @contextmanager
    def job(self, kind: str, *values: Any) -> Iterator[Job]:
        """Give the process a job; it is dropped if the block ends before it is done."""
        self._numbers += 1
        number = self._numbers
        job = Job(self, number, asyncio.Queue())
        self._inboxes[number] = job.inbox
        self.jobs += 1
        try:
            job.send(kind, *values)
            yield job
        finally:
            del self._inboxes[number]
            self.jobs -= 1
            if job.computes:
                self.busy -= 1
            if not job.done:
                self.send("drop", number)

    def send(self, *message: Any) -> None:
        """Send a message, if the process is still there."""
        if not self.gone.is_set():
            self._writer.write(frame(*message))

    async def close(self) -> None:
        """End the process."""
        self.gone.set()
        with suppress(OSError):  # at once, also if this task is cancelled before it is done
            self._writer.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._writer.close()
        if self._heard is not None:
            self._heard.cancel()
            await asyncio.gather(self._heard, return_exceptions=True)
        with suppress(OSError):
            await self._writer.wait_closed()
        await asyncio.to_thread(_end, self._process)

    async def _listen(self, learned: Callable[[Self, str], None]) -> None:
        try:
            while (message := await received(self._stream)) is not None:
                match message:
                    case ("learned", _, step):
                        learned(self, step)
                    case ("event", _, name, level, fields):
                        log.event(name, level, **fields)
                    case (_, number, *_) if number in self._inboxes:
                        self._inboxes[number].put_nowait(message)
        finally:
            self.gone.set()
            for inbox in self._inboxes.values():
                inbox.put_nowait(None)


class Job:
    """Something that a worker does: messages about it go to the process and come back."""

    def __init__(self, worker: Worker, number: int, inbox: asyncio.Queue[Message | None]) -> None:
        self.worker = worker
        self.inbox = inbox
        self.done = False
        self.computes = False
        self._number = number

    def send(self, kind: str, *values: Any) -> None:
        """Send the process something to do."""
        self.computes = True
        self.worker.busy += 1
        self.worker.send(kind, self._number, *values)

    async def received(self) -> tuple[str, Any]:
        """Return the next message about the job: its kind and its values.

        Raises WorkerGone if the process has ended.
        """
        if self.worker.gone.is_set() and self.inbox.empty():
            raise WorkerGone
        message = await self.inbox.get()
        if message is None:
            raise WorkerGone
        self.computes = False
        self.worker.busy -= 1
        kind, _, *values = message
        self.done = kind != "ask"
        return kind, values


def context() -> BaseContext:
    """Return how processes are started here: forked from one that has loaded all, if possible."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    start = multiprocessing.get_context("forkserver")
    # Each process imports the program that began them, which mostly is the command line.
    program = [_PROGRAM] if _PROGRAM in sys.modules else []
    start.set_forkserver_preload(["extract.runs.workers.preloaded", *program])
    return start


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Block SIGINT for what this thread starts.

    Ctrl-C reaches all processes of a terminal, also one that has not yet said what it does then.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it unblocks SIGINT, so not later
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _check_ready(message: Message | None) -> None:
    match message:
        case ("ready",):
            return
        case ("broken", reason):
            raise BrokenWorkerError(f"worker processes cannot start: {reason}")
    raise WorkerError(f"a worker process ended before it was ready; {_GUARD}")


def _start(process: Any, theirs: socket.socket) -> None:
    with theirs, _without_interrupts():
        try:
            process.start()
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise BrokenWorkerError(
                f"worker processes cannot import the schema or the model's options: {error}; "
                "define the schema at the top level of a module"
            ) from error
        except (OSError, EOFError, RuntimeError) as error:
            raise WorkerError(f"worker processes cannot start: {error}; {_GUARD}") from error


def _end(process: Any) -> None:
    process.join(_END)
    if process.exitcode is None:
        process.kill()
        process.join()
    process.close()
