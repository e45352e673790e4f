"""The one gate that every request of a batch passes: its slot, its budget, its turn, its ledger.

Above it tenacity owns the retries: each attempt comes through here as a request of its own, and
is reserved, paced and written down as one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import anyio
import httpx2

from extract import log, tracing
from extract.models.client import Model
from extract.models.transport import Send
from extract.runs.answer_cache import Cache
from extract.runs.budget import Budget
from extract.runs.pace import Pace
from extract.runs.traffic import Traffic
from extract.runs.window import Window
from extract.values import Usage

__all__ = [
    "Account",
    "BatchSender",
    "Outcome",
    "RequestGate",
    "RequestLedger",
    "gate_of",
    "is_fault",
    "usage_told",
]

Outcome = Literal["answered", "refused", "unsent", "unknown"]
"""What came of an attempt. A refusal, or a request that was never sent, costs nothing; of an
answer that did not arrive, or that counts no tokens, nobody knows what it cost."""

_REFUSED = 400
_OVERLOADED = frozenset({429, 503, 529})
_TIMED_OUT = frozenset({408, 504})
_NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.LocalProtocolError,
    httpx2.UnsupportedProtocol,
)
_MARGIN = 64
_CACHED = "prompt_tokens_details.cached_tokens"


class RequestLedger(Protocol):
    """Where every attempt is written down: before it is sent, and when it is over."""

    def sent(self, document: str, bound: Usage) -> int:
        """Take note of an attempt that may cost `bound`, and return its number."""

    def settled(self, number: int, outcome: Outcome, told: Usage) -> None:
        """Take note of what came of it, and what the server says it cost."""


@dataclass(slots=True)
class Account:
    """What the requests for one document, named by the hash of its text, have cost so far."""

    document: str = ""
    usage: Usage = field(default_factory=Usage)


class BatchSender(Protocol):
    """Whoever answers requests many at a time, once no more of them come."""

    async def __call__(
        self, request: httpx2.Request, bound: Usage, account: Account
    ) -> httpx2.Response:
        """Return the response of a request that costs `bound` at most."""

    def stirred(self) -> None:
        """Take note that a document is over, or that no further one is begun for now."""


@dataclass
class RequestGate:
    """Lets requests through, at most `window.size` at once, within the budget and the pace.

    `longest` is the most tokens that one answer may have; `told` is what all answers say they cost.
    `cached` is where usage reports tokens of a cache. Where there is a `provider`, it answers in
    the place of the server: neither slots nor pace hold for what is not sent one by one.
    """

    longest: int
    window: Window
    budget: Budget
    pace: Pace
    ledger: RequestLedger | None = None
    cache: Cache | None = None
    told: Usage = field(default_factory=Usage)
    provider: BatchSender | None = None
    documents: int = 0
    resting: bool = False
    cached: str = _CACHED
    _account: ContextVar[Account] = field(default_factory=lambda: ContextVar("account"))

    def __post_init__(self) -> None:
        self._slots = anyio.CapacityLimiter(self.window.size)

    @property
    def one_by_one(self) -> bool:
        """Whether requests are sent as they come, and not collected by a provider's batches."""
        return self.provider is None

    @contextmanager
    def account(self, document: str) -> Iterator[Account]:
        """Put what is requested in this block on the account of a document."""
        account = Account(document)
        token = self._account.set(account)
        self.documents += 1
        try:
            yield account
        finally:
            self._account.reset(token)
            self.documents -= 1
            if self.provider is not None:
                self.provider.stirred()

    @contextmanager
    def full(self) -> Iterator[None]:
        """No document is begun in this block: nobody need wait for further requests."""
        self.resting = True
        if self.provider is not None:
            self.provider.stirred()
        try:
            yield
        finally:
            self.resting = False

    async def __call__(self, request: httpx2.Request, send: Send) -> httpx2.Response:
        """Send a request when it may be sent, if its answer is not in the cache.

        Raises BudgetError where it never may be sent.
        """
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
        if self.provider is not None:
            account = self._account.get(Account())
            before = account.usage
            response = await self.provider(request, bound, account)
            self.told += account.usage - before
            return response
        came = _now()
        async with self._slots:
            await self.budget.reserve(bound)
            attempt = _Attempt(self, bound, self._account.get(Account()))
            try:
                await self.pace.turn(size)
                tracing.call().tell({"postings.wait": _now() - came})
                response = await attempt.made(send)
            finally:
                attempt.settle()
        if attempt.outcome == "answered":
            self.pace.answered(size, attempt.told.tokens)
        return response


def gate_of(
    model: Model, traffic: Traffic, concurrency: int, ledger: RequestLedger | None = None
) -> RequestGate:
    """Return the gate for what a caller asked for.

    Raises InputError where a cost is capped and the model's price is not known.
    """
    price = traffic.price
    if price is None and traffic.max_cost is not None:
        from extract.runs.prices import price_of  # noqa: PLC0415 - half a second, rarely needed

        price = price_of(model)
    return RequestGate(
        model.longest,
        Window(concurrency),
        Budget(traffic.max_total_tokens, traffic.max_cost, price),
        Pace(traffic.requests_per_minute, traffic.tokens_per_minute),
        ledger,
        Cache(traffic.cache) if traffic.cache is not None else None,
        cached=model.dialect.cached,
    )


@dataclass(slots=True)
class _Attempt:
    gate: RequestGate
    bound: Usage
    account: Account
    outcome: Outcome = "unsent"
    told: Usage = field(default_factory=Usage)
    number: int | None = None

    async def made(self, send: Send) -> httpx2.Response:
        gate = self.gate
        if gate.ledger is not None:
            self.number = gate.ledger.sent(self.account.document, self.bound)
        self.outcome, self.told = "unknown", Usage(calls=1)
        began = _now()
        try:
            response = await send()
        except _NEVER_SENT:
            self.outcome = "unsent"
            raise
        except httpx2.TimeoutException:
            self._resize(began, quick=False)
            raise
        gate.pace.heard(response.headers)
        if response.status_code >= _REFUSED:
            self.outcome = "refused"
            if response.status_code in _OVERLOADED:
                gate.pace.refused(response.headers, began)
            if response.status_code in _OVERLOADED | _TIMED_OUT:
                self._resize(began, quick=False)
            return response
        self._resize(began, quick=True)
        told = usage_told(response, gate.cached)
        if told is not None:
            self.outcome, self.told = "answered", told
        elif is_fault(response):
            self.outcome = "refused"
        return response

    def settle(self) -> None:
        known = self.outcome != "unknown"
        self.gate.budget.settle(self.bound, self.told if known else self.bound)
        self.account.usage += self.told
        self.gate.told += self.told
        if self.number is not None and self.gate.ledger is not None:
            self.gate.ledger.settled(self.number, self.outcome, self.told)

    def _resize(self, began: float, *, quick: bool) -> None:
        window = self.gate.window
        (window.answered if quick else window.refused)(began, _now())
        slots = self.gate._slots  # noqa: SLF001 - the two are one thing
        if slots.total_tokens != window.size:
            log.told("window changed", size=window.size, was=slots.total_tokens)
            slots.total_tokens = window.size


def _now() -> float:
    return asyncio.get_running_loop().time()


def is_fault(response: httpx2.Response) -> bool:
    """Return whether a response holds an error and no answer, though its status is 200."""
    try:
        body: Any = json.loads(response.content)
    except ValueError:
        return False
    return isinstance(body, dict) and bool(body.get("error")) and not body.get("choices")


def usage_told(response: httpx2.Response, cached: str = _CACHED) -> Usage | None:
    """Return the tokens that an answer says it cost; None where it does not say.

    `cached` is where the endpoint reports the tokens read from a cache.
    """
    try:
        told: Any = json.loads(response.content)["usage"]
        held = told
        for name in cached.split("."):
            held = (held or {}).get(name)
        counts = (told["prompt_tokens"], told["completion_tokens"], held)
        prompt, completion, read = (max(0, int(count or 0)) for count in counts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Usage(prompt, completion, min(read, prompt), 1)
