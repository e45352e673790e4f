"""A provider's batches in the place of single requests: many at once, later, at half the price.

Every document waits for the answer to its request, as it does when requests are sent one by one.
But it holds nothing meanwhile: its text and its request are on disk, and its question is made again
when the answer is there. When a batch is full, or when all documents wait and no further one is
begun, what they ask becomes a batch. A line that was not answered is a timeout or a refusal to
whoever asked: who asks again, as after any fault, is in the next batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Self

import httpx2
from openai.types import Batch

from extract.errors import BatchError, PostingsError, toolkit_fault
from extract.models.request_key import request_key
from extract.runs.answer_log import hash_of
from extract.runs.batch_answers import paid, settled
from extract.runs.batch_api import MISSING, BatchAnswer, BatchApi, line_of, reasons_of
from extract.runs.batch_lines import BatchLines, Submitted
from extract.runs.batch_sender import AnswerPending, PendingRequest
from extract.runs.budget import Budget
from extract.runs.request_ledger import Account
from extract.runs.shelf import Shelf
from extract.runs.underway import Underway
from extract.runs.waiting import BatchLine, Waiting
from extract.terminal import Progress
from extract.values import Usage

__all__ = ["AT_ONCE", "ProviderBatch"]

AT_ONCE = 2000
"""Documents that wait together, unless another number is asked for."""

_QUIET = 0.2
"""Seconds without a new request after which a batch is complete."""


@dataclass
class ProviderBatch:
    """Answers the requests of a run by batches. Enter it before the first comes.

    `lines` knows the batches that an earlier process left under way: they are collected too. The
    `shelf` holds what is to be sent.
    """

    api: BatchApi
    budget: Budget
    lines: BatchLines
    progress: Progress
    shelf: Shelf
    _documents: int = 0
    _resting: bool = False
    _asked: dict[str, BatchLine] = field(default_factory=dict)
    _waiting: Waiting = field(default_factory=Waiting)
    _inside: int = 0
    _open: set[int] = field(default_factory=set)
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _fault: BatchError | None = None

    def __post_init__(self) -> None:
        self._underway = Underway(self.api, self.lines, self.progress)

    async def __aenter__(self) -> Self:
        # The budget counts what is under way as spent: it is only set aside.
        held = self.lines.held()
        self.budget.spent -= Usage(held.prompt, held.completion)
        self.budget.reserved += held
        for batch in self.lines.open():
            self._open.add(batch.number)
            self._begin(self._resumed(batch))
        self._begin(self._gathering())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.api.close()

    async def __call__(
        self, request: httpx2.Request, bound: Usage, account: Account
    ) -> httpx2.Response:
        """Return the answer to a request, if a batch has brought it.

        What was paid for is not asked again in a run; it costs another document nothing.

        Raises AnswerPending if it is not there yet.
        """
        key = request_key(request.method, str(request.url), request.content)
        if (kept := paid(self.lines, key, account.document)) is None:
            line = line_of(key, request.content)
            hashed = hash_of(request.content)
            raise AnswerPending(PendingRequest(key, hashed, self.shelf.put(line), len(line), bound))
        account.usage += kept.cost
        return kept.plain.response(request)

    async def answer(self, pending: PendingRequest, account: Account) -> BatchAnswer:
        """Wait until a batch has brought the answer to a request.

        Raises BatchError if there will be no answer, BudgetError if a cap forbids the request.
        """
        if (kept := paid(self.lines, pending.key, account.document)) is not None:
            return kept
        self._inside += 1
        try:
            answer, owner = await self._answered(pending, account.document)
        finally:
            self._inside -= 1
        return answer if owner == account.document else answer.free

    def changed(self, documents: int, *, resting: bool) -> None:
        """Note how many documents are being read, and whether no further one is begun for now."""
        self._documents, self._resting = documents, resting
        self._stirred.set()

    async def _answered(self, pending: PendingRequest, document: str) -> tuple[BatchAnswer, str]:
        if self._fault is not None:
            raise self._fault
        line = self._asked.get(pending.key)
        if line is None:
            owner = self.lines.owner(pending.key)
            answer = asyncio.get_running_loop().create_future()
            line = BatchLine(
                pending.key, pending.line, pending.size, pending.bound, owner or document, answer
            )
            self._asked[line.key] = line
            if owner is None:
                await self._reserve(line)
                self._waiting.put(line)
        self._stirred.set()
        return await asyncio.shield(line.answer), line.document

    async def _reserve(self, line: BatchLine) -> None:
        # What is gathered may have to be sent before there is room for this one.
        self._stirred.set()
        try:
            await self.budget.reserve(line.bound)
        except BaseException as error:
            del self._asked[line.key]
            if isinstance(error, Exception):
                line.fail(error)
            raise

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
            ours = not isinstance(error, PostingsError)
            self._fault = BatchError(toolkit_fault(error) if ours else str(error))
            # What is under way at the provider is left to the next process.
            for task in self._tasks - {asyncio.current_task()}:
                task.cancel()
            for line in self._asked.values():
                line.fail(self._fault)

    async def _gathering(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            if not self._waiting.is_full:
                await asyncio.sleep(_QUIET)
                if self._stirred.is_set():
                    continue
            while self._waiting and (self._waiting.is_full or self._all_wait()):
                if self._waiting.one_by_one and self._open:
                    break
                await asyncio.sleep(self._waiting.pause)
                await self._send(self._waiting.taken())

    def _all_wait(self) -> bool:
        return self._resting and self._inside >= self._documents

    async def _send(self, taken: list[BatchLine]) -> None:
        batch = self.lines.begin(taken)
        self._open.add(batch.number)
        self._underway.say(batch.number, f"sending {len(taken):,} requests")
        id_ = await self._underway.send(batch, (line.written.read() for line in taken))
        self._begin(self._watched(batch.number, id_))

    async def _resumed(self, batch: Submitted) -> None:
        id_ = await self._underway.id_of(batch)
        if id_ is None:
            self._underway.say(batch.number, "was never made: its requests go into the next")
            self._again(batch.number, "lost")
        else:
            await self._watched(batch.number, id_)

    async def _watched(self, number: int, id_: str) -> None:
        batch = await self._underway.watch(number, id_)
        if batch.status == "failed":
            self._refused(number, batch)
        else:
            self._collect(number, batch.status, await self._underway.answers(batch))

    def _collect(self, number: int, ended: str, answers: dict[str, BatchAnswer]) -> None:
        """Write down what a batch has brought, then hand it out."""
        asked = self.lines.of(number)
        arrived = {key: answers.get(key, MISSING) for key in asked}
        self.lines.collect(number, ended, settled(asked, arrived))
        for key, answer in arrived.items():
            bound = asked[key][1]
            self.budget.settle(bound, bound if answer.outcome == "unknown" else answer.cost)
            line = self._asked.pop(key, None)
            if line is not None:
                line.answer.set_result(answer)
        self._waiting.answered()
        self._ended(number)

    def _refused(self, number: int, batch: Batch) -> None:
        """Make smaller what the provider's queue had no room for; any other refusal is a fault.

        Raises BatchError with the provider's reasons.
        """
        if (reasons := reasons_of(batch)) is not None:
            self.lines.forget(number, batch.status)
            raise BatchError(f"{self.api.model.where}: batch {batch.id} was refused: {reasons}")
        count = len(self.lines.of(number))
        self._underway.say(number, f"the provider's queue has no room for {count:,} requests now")
        self._waiting.refused(count, alone=self._open == {number})
        self._again(number, batch.status)

    def _again(self, number: int, ended: str) -> None:
        """Put the lines of a batch that never began back into the queue."""
        asked = self.lines.of(number)
        self.lines.forget(number, ended)
        for key, (_, bound) in asked.items():
            if (line := self._asked.get(key)) is not None:
                self._waiting.put(line)
            else:
                self.budget.settle(bound, Usage())
        self._ended(number)

    def _ended(self, number: int) -> None:
        self._open.discard(number)
        self._stirred.set()
