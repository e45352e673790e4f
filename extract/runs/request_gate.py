"""The one gate that every request of a run passes: its slot, its budget, its pace, its ledger.

Above it tenacity owns the retries: each attempt comes through here as a request of its own, and
is reserved, paced and written down as one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import anyio
import httpx2

from extract import log, tracing
from extract.models.plain_response import PlainResponse
from extract.models.retries import OVERLOADED, TIMED_OUT
from extract.models.transport import Send
from extract.runs.answer_cache import Cache
from extract.runs.answer_log import AnswerLog, hash_of
from extract.runs.batch_sender import BatchSender, PendingRequest
from extract.runs.budget import Budget
from extract.runs.pace import Pace
from extract.runs.reported_usage import CACHED, is_fault, usage_of
from extract.runs.request_ledger import Account, Outcome, RequestLedger
from extract.runs.window import Window
from extract.values import Usage

__all__ = ["RequestGate"]

_REFUSED = 400
_NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.LocalProtocolError,
    httpx2.UnsupportedProtocol,
)
_MARGIN = 64


@dataclass
class RequestGate:
    """Lets requests through, at most `window.size` at once, within the budget and the pace.

    `longest` is the most tokens that one answer may have. `cached` is where usage reports tokens of
    a cache. Where there is a `sender`, it answers in the place of the server: neither slots nor
    pace hold for what is not sent one by one. `reported` is what all answers say they cost. With
    `replays` a document's reading may begin anew: what was answered is not sent again.
    """

    longest: int
    window: Window
    budget: Budget
    pace: Pace
    ledger: RequestLedger | None = None
    cache: Cache | None = None
    sender: BatchSender | None = None
    cached: str = CACHED
    replays: bool = False
    reported: Usage = field(default_factory=Usage)
    _documents: int = 0
    _resting: bool = False
    _account: ContextVar[Account] = field(default_factory=lambda: ContextVar("account"))

    def __post_init__(self) -> None:
        self._slots = anyio.CapacityLimiter(self.window.size)

    @property
    def one_by_one(self) -> bool:
        """Whether requests are sent as they come, and not collected by a provider's batches."""
        return self.sender is None

    @contextmanager
    def account(self, document: str) -> Iterator[Account]:
        """Charge the requests made in this block to a document."""
        account = Account(document, answers=AnswerLog() if self.replays else None)
        token = self._account.set(account)
        self._documents += 1
        self._changed()
        try:
            yield account
        finally:
            self._account.reset(token)
            self._documents -= 1
            self._changed()

    @contextmanager
    def full(self) -> Iterator[None]:
        """Tell the sender that no document is begun in this block: no more requests will come."""
        self._resting = True
        self._changed()
        try:
            yield
        finally:
            self._resting = False
            self._changed()

    def _changed(self) -> None:
        if self.sender is not None:
            self.sender.changed(self._documents, resting=self._resting)

    async def __call__(self, request: httpx2.Request, send: Send) -> httpx2.Response:
        """Send a request when it may be sent, if its answer is not in the cache.

        Raises BudgetError if a cap forbids it.
        """
        answers = self._account.get(Account()).answers
        if answers is None:
            return await self._looked_up(request, send)
        if (response := answers.again(request)) is None:
            response = await self._looked_up(request, send)
            answers.add(hash_of(request.content), PlainResponse.of(response))
        return response

    def rewind(self) -> None:
        """Begin the reading of the document anew: what was answered is answered again."""
        if (answers := self._account.get(Account()).answers) is not None:
            answers.rewind()

    async def awaited(self, pending: PendingRequest) -> None:
        """Wait for an answer that comes with a batch, then begin the document's reading anew.

        Raises BatchError if there will be no answer, BudgetError if a cap forbids the request.
        """
        account = self._account.get()
        if self.sender is None or account.answers is None:
            raise AssertionError("only the sender of a gate that replays lets a request wait")
        answer = await self.sender.answer(pending, account)
        self.reported += answer.cost
        account.usage += answer.cost
        account.answers.add(pending.hash, answer.plain)
        account.answers.rewind()

    async def _looked_up(self, request: httpx2.Request, send: Send) -> httpx2.Response:
        if self.cache is None:
            return await self._passed(request, send)
        key = self.cache.key(request)
        if (kept := self.cache.played(key, request)) is not None:
            tracing.call().tell({"postings.cached": True})
            return kept
        response = await self._passed(request, send)
        self.cache.keep(key, response)
        return response

    async def _passed(self, request: httpx2.Request, send: Send) -> httpx2.Response:
        size = len(request.content)
        # A token is at least a byte, and the body holds more bytes than the text in it; what a
        # server's template puts around the messages is less than the JSON around them.
        bound = Usage(size + _MARGIN, self.longest, 0, 1)
        account = self._account.get(Account())
        if self.sender is not None:
            before = account.usage
            response = await self.sender(request, bound, account)
            self.reported += account.usage - before
            return response
        came = _now()
        async with self._slots:
            await self.budget.reserve(bound)
            attempt = _Attempt(self, bound, account)
            try:
                await self.pace.turn(size)
                tracing.call().tell({"postings.wait": _now() - came})
                response = await attempt.made(send)
            finally:
                attempt.settle()
        if attempt.outcome == "answered":
            self.pace.answered(size, attempt.cost.tokens)
        return response

    def resize(self, began: float, *, quick: bool) -> None:
        """Let more or fewer requests through at once, after one that was quick or slow."""
        (self.window.answered if quick else self.window.refused)(began, _now())
        if self._slots.total_tokens != self.window.size:
            log.event("window changed", size=self.window.size, was=self._slots.total_tokens)
            self._slots.total_tokens = self.window.size


@dataclass(slots=True)
class _Attempt:
    gate: RequestGate
    bound: Usage
    account: Account
    outcome: Outcome = "unsent"
    cost: Usage = field(default_factory=Usage)
    number: int | None = None

    async def made(self, send: Send) -> httpx2.Response:
        gate = self.gate
        if gate.ledger is not None:
            self.number = gate.ledger.sent(self.account.document, self.bound)
        self.outcome, self.cost = "unknown", Usage(calls=1)
        began = _now()
        try:
            response = await send()
        except _NEVER_SENT:
            self.outcome = "unsent"
            raise
        except httpx2.TimeoutException:
            gate.resize(began, quick=False)
            raise
        gate.pace.heard(response.headers)
        if response.status_code >= _REFUSED:
            self.outcome = "refused"
            if response.status_code in OVERLOADED:
                gate.pace.refused(response.headers, began)
            if response.status_code in OVERLOADED | TIMED_OUT:
                gate.resize(began, quick=False)
            return response
        gate.resize(began, quick=True)
        usage = usage_of(response, gate.cached)
        if usage is not None:
            self.outcome, self.cost = "answered", usage
        elif is_fault(response):
            self.outcome = "refused"
        return response

    def settle(self) -> None:
        known = self.outcome != "unknown"
        self.gate.budget.settle(self.bound, self.cost if known else self.bound)
        self.account.usage += self.cost
        self.gate.reported += self.cost
        if self.number is not None and self.gate.ledger is not None:
            self.gate.ledger.settled(self.number, self.outcome, self.cost)


def _now() -> float:
    return asyncio.get_running_loop().time()
