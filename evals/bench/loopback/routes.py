"""The server: its routes, and how to run it beside a test or a benchmark."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field

import anyio
from aiohttp import web
from aiohttp.typedefs import Handler
from anyio.from_thread import start_blocking_portal

from evals.bench.loopback.batch_jobs import Terms
from evals.bench.loopback.batches import Batches
from evals.bench.loopback.chat import ChatAnswer, ChatRequest, answer_of, refusal, send
from evals.bench.loopback.enforced import EndpointRules
from evals.bench.loopback.ledger import OK, TOO_MANY, LedgerEntry, ServerLedger
from evals.bench.loopback.misbehaviour import FaultPlan
from evals.bench.loopback.rate_limit import Allowance
from evals.bench.loopback.refusal_wording import refused

__all__ = ["Hold", "Loopback", "serving"]

_HOST = "127.0.0.1"
_LARGEST = 250_000_000
"""Bytes of a request: the provider's largest batch file fits."""


@dataclass(slots=True)
class Hold:
    """Keeps the response of requests by their method and the end of their path.

    They are carried out first if `after`. `reached` is set when the first has come so far. With
    `cut` its connection is aborted then, and the next is answered again; else none gets a response
    until `method` is emptied.
    """

    method: str
    path: str
    after: bool = True
    cut: bool = False
    reached: threading.Event = field(default_factory=threading.Event)

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Carry a request out, or keep it."""
        if request.method != self.method or not request.path.endswith(self.path):
            return await handler(request)
        if self.after:
            await handler(request)
        self.reached.set()
        if not self.cut:
            await anyio.sleep_forever()  # or until the client has gone
        self.method = ""
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


@dataclass(slots=True)
class Loopback:
    """A server, its plan and its ledger; `base_url` is known once it runs.

    `requests` and `tokens` limit what is allowed a minute, `hold` keeps responses back. With
    `keeping` the bodies of the chat requests are kept, to be sent again by another client. With
    `recalling` a request that was answered before is answered alike, at next to no cost. With a
    `contract` the server refuses what that endpoint refuses, in its words.
    """

    plan: FaultPlan = field(default_factory=FaultPlan)
    requests: Allowance | None = None
    tokens: Allowance | None = None
    terms: Terms = field(default_factory=Terms)
    hold: Hold | None = None
    model: str = "loopback"
    keeping: bool = False
    recalling: bool = False
    contract: EndpointRules | None = None
    bodies: list[bytes] = field(default_factory=list)
    ledger: ServerLedger = field(default_factory=ServerLedger)
    base_url: str = ""
    started: float = field(default_factory=time.monotonic)
    _recalled: dict[bytes, tuple[ChatRequest, ChatAnswer]] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[Loopback]:
        """Listen on loopback until the block ends; port 0 takes a free one."""
        # aiohttp takes a timeout of 0 for none at all.
        runner = web.AppRunner(
            self._app(), access_log=None, shutdown_timeout=0.01, handler_cancellation=True
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, _HOST, port, backlog=1024)
            await site.start()
            self.base_url = f"http://{_HOST}:{runner.addresses[0][1]}/v1"
            yield self
        finally:
            await runner.cleanup()

    def _app(self) -> web.Application:
        holds = [self.hold.guard] if self.hold is not None else []
        app = web.Application(client_max_size=_LARGEST, middlewares=holds)
        app.add_routes(
            [
                web.post("/v1/chat/completions", self._chat),
                # Azure's older address, with the deployment in the path and the version as a query.
                web.post("/openai/deployments/{deployment}/chat/completions", self._chat),
                web.get("/v1/models", self._models),
                web.get("/ledger", self._summary),
                web.get("/ledger/entries", self._entries),
            ]
        )
        batches = Batches(self.plan, self.terms, self._answered)
        app.add_routes(batches.routes())
        app.on_cleanup.append(batches.stop)
        return app

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if (recalled := self._recalled.get(body)) is not None:
            return await self._again(request, body, *recalled)
        try:
            asked = ChatRequest.of(json.loads(body))
        except (KeyError, TypeError, ValueError) as error:
            return _sent(refusal(400, "invalid_request_error", f"not a request: {error!r}"))
        entry = self._entry(body, asked)
        if self.keeping:
            self.bodies.append(body)
        wait = self._wait(asked)
        if wait:
            entry.fault, entry.status = None, TOO_MANY
            return _sent(self._limited(wait))
        if self.plan.delay:
            await asyncio.sleep(self.plan.delay)
        problem = self.contract.problem(json.loads(body)) if self.contract is not None else None
        if self.contract is not None and problem is not None:
            entry.fault = None
            entry.status, words = refused(self.contract, problem)
            return web.json_response(words, status=entry.status)
        answer = answer_of(asked, entry, self.plan, self.contract)
        answer.headers.update(self._headers())
        if self.recalling and answer.status == OK and entry.fault is None:
            self._recalled[body] = asked, answer
        return await send(request, answer, entry, self.plan)

    async def _again(
        self, request: web.Request, body: bytes, asked: ChatRequest, answer: ChatAnswer
    ) -> web.StreamResponse:
        """Send an answer that was sent before."""
        entry = self._entry(body, asked)
        if self.plan.delay:
            await asyncio.sleep(self.plan.delay)
        return await send(request, answer, entry, self.plan)

    def _answered(self, body: bytes) -> tuple[LedgerEntry, ChatAnswer]:
        """Answer a request of a batch."""
        asked = ChatRequest.of(json.loads(body))
        entry = self._entry(body, asked)
        answer = answer_of(asked, entry, self.plan)
        entry.status, entry.prompt, entry.completion = (
            answer.status,
            answer.prompt,
            answer.completion,
        )
        return entry, answer

    def _entry(self, body: bytes, asked: ChatRequest) -> LedgerEntry:
        key = hashlib.blake2b(body, digest_size=16).hexdigest()
        return self.ledger.open(key, asked.mark, time.monotonic() - self.started, self.plan.fault)

    def _wait(self, asked: ChatRequest) -> float:
        """Return the seconds until the rate limits let a request through; 0 is now."""
        wait = self.requests.take() if self.requests else 0.0
        if not wait and self.tokens:
            # As providers do it: by what may be answered, not by what will be.
            wait = self.tokens.take(asked.prompt + min(asked.max_tokens, 4096))
        return wait

    def _limited(self, wait: float) -> ChatAnswer:
        told = {
            "retry-after": f"{math.ceil(wait)}",
            "retry-after-ms": f"{math.ceil(wait * 1000)}",
            **self._headers(),
        }
        return refusal(TOO_MANY, "rate_limit_exceeded", "Rate limit reached for requests", told)

    def _headers(self) -> dict[str, str]:
        told: dict[str, str] = {}
        for allowance in (self.requests, self.tokens):
            if allowance is not None:
                told |= allowance.headers
        return told

    async def _models(self, _: web.Request) -> web.Response:
        one = {"id": self.model, "object": "model", "created": 0, "owned_by": "loopback"}
        return web.json_response({"object": "list", "data": [one]})

    async def _summary(self, _: web.Request) -> web.Response:
        return web.json_response(self.ledger.summary())

    async def _entries(self, request: web.Request) -> web.Response:
        start = int(request.query.get("start", "0"))
        return web.json_response([asdict(entry) for entry in self.ledger.entries[start:]])


def _sent(answer: ChatAnswer) -> web.Response:
    return web.Response(
        status=answer.status,
        body=answer.body,
        headers=answer.headers,
        content_type="application/json",
    )


@contextmanager
def serving(plan: FaultPlan | None = None, *, server: Loopback | None = None) -> Iterator[Loopback]:
    """Run a server in a thread of its own until the block ends."""
    loopback = server or Loopback(plan or FaultPlan())
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(loopback.running()),
    ):
        yield loopback
