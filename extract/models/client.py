"""The model call: one question put to any OpenAI-compatible endpoint, and its answer checked.

`Wire` makes the request in the endpoint's dialect; `tenacity` is the only owner of retries (the
openai client's and instructor's are off); every fault becomes one of our errors, and carries the
tokens it cost. A refusal that says what the endpoint does not take changes the dialect, and the
question is put again at once. What this module does not do: repair a wrong answer, which is the
pipeline's decision.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import openai
from pydantic import BaseModel
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from extract import log, tracing
from extract.errors import (
    ModelError,
    RateLimitError,
    ReplyError,
    RequestError,
    TransportError,
    TruncationError,
)
from extract.models.call_errors import mapped, refusal_of, said_by, usage_of
from extract.models.dialects import Dialect, Memory, Sent, Step, lessons
from extract.models.endpoint import Model, asked_with, connected
from extract.models.transport import RequestPolicy
from extract.models.wire import Wire
from extract.values import Usage

__all__ = ["Client", "Model", "Reply", "connected"]

# instructor logs every failed call, with the words of the model in it, even where nobody listens.
logging.getLogger("instructor").addHandler(logging.NullHandler())

_ALONE = 2.0
"""Seconds that questions wait for the first one: refusals come at once, answers take their time."""

_BACKOFF = wait_random_exponential(multiplier=0.5, max=30)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the asked schema, its text as the model wrote it, and what it cost."""

    answer: BaseModel
    text: str
    usage: Usage


class Client:
    """A connection to one model. Close it when done; safe to share between tasks of one loop.

    `memory` holds what was learned about the endpoint before, and gets what is learned now. The
    first question is put alone for two seconds, so that a refusal costs one request and not one for
    each document in flight.
    """

    def __init__(
        self,
        model: Model,
        transport: httpx2.AsyncBaseTransport | None = None,
        gate: RequestPolicy | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.model = model
        self.memory = memory if memory is not None else Memory()
        self._gate = gate
        self._openai = connected(model, transport, gate)
        dialect = model.dialect
        for step in self.memory.steps:
            dialect = dialect.after(step)
        self._wire = Wire(self._openai, model, dialect)
        if gate is not None:
            gate.longest = max(gate.longest, self._wire.limit)
        # Closed reading is for the embedded model, whose server takes what it is sent.
        self._settled = model.reading == "closed"
        self._turn = asyncio.Lock()

    @property
    def dialect(self) -> Dialect:
        """What the endpoint takes, as far as it is known now."""
        return self._wire.dialect

    def asked_with(self) -> dict[str, Any]:
        """Return what a recording keeps of how the model is asked now."""
        return asked_with(self.model, self.memory)

    @property
    def address(self) -> tuple[str, int]:
        """The host and the port of the server."""
        url = self._openai.base_url
        return url.host, url.port or (443 if url.scheme == "https" else 80)

    async def close(self) -> None:
        """Close the connections."""
        await self._openai.close()

    async def ask(self, messages: Sequence[dict[str, str]], schema: type[BaseModel]) -> Reply:
        """Ask once, again after transient faults, and return an answer of the schema.

        Raises a ModelError, of the kind that says what went wrong.
        """
        spent = Usage()
        retrying = AsyncRetrying(
            retry=retry_if_exception_type((TransportError, RateLimitError)),
            stop=stop_after_attempt(self.model.attempts),
            wait=_wait,
            before_sleep=_log_retry,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                try:
                    reply = await self._in_turn(messages, schema)
                except ModelError as error:
                    error.usage = spent = spent + error.usage
                    raise
        return replace(reply, usage=spent + reply.usage)

    async def _in_turn(self, messages: Sequence[dict[str, str]], schema: type[BaseModel]) -> Reply:
        # Requests that a provider collects in a batch cannot wait for one another.
        if not self._settled and (self._gate is None or self._gate.one_by_one):
            try:
                async with asyncio.timeout(_ALONE):
                    await self._turn.acquire()
            except TimeoutError:
                self._settled = True
            else:
                try:
                    if not self._settled:
                        return await self._first(messages, schema)
                finally:
                    self._turn.release()
        return await self._taught(messages, schema)

    async def _first(self, messages: Sequence[dict[str, str]], schema: type[BaseModel]) -> Reply:
        """Put a question alone. If it is refused, or comes too soon, the next one is alone too."""
        try:
            reply = await self._taught(messages, schema)
        except (RequestError, RateLimitError):
            raise
        except BaseException:
            self._settled = True
            raise
        self._settled = True
        return reply

    async def _taught(self, messages: Sequence[dict[str, str]], schema: type[BaseModel]) -> Reply:
        """Ask, and ask again at once after each refusal that teaches something."""
        spent = Usage()
        while True:
            wire = self._wire
            try:
                reply = await self._ask_once(wire, messages, schema)
            except ModelError as error:
                error.usage = spent = spent + error.usage
                if not self._learns(error, wire, schema):
                    raise
            else:
                return replace(reply, usage=spent + reply.usage)

    def _learns(self, error: ModelError, wire: Wire, schema: type[BaseModel]) -> bool:
        """Change the dialect as a fault teaches, and return whether to ask again."""
        match error:
            case RequestError():
                refusal = refusal_of(error.__cause__)
                if refusal is None:
                    return False
                sent = Sent.of(_body(refusal), wire.way(schema), wire.limit)
                steps = lessons(said_by(refusal), wire.dialect, sent)
            case TruncationError() if error.reasoned and not wire.dialect.thinks:
                # Hidden reasoning took the answer's tokens: the next question gets more of them.
                steps = (Step("allow", "reasoning"),)
            case _:
                return False
        if self._wire is not wire:
            return True  # another question has learned something meanwhile
        dialect = wire.dialect
        for step in steps:
            dialect = dialect.after(step)
            self.memory.learn(step)
            log.event("dialect learned", logging.WARNING, step=str(step))
        if steps:
            self._wire = Wire(self._openai, self.model, dialect)
            if self._gate is not None:
                self._gate.longest = max(self._gate.longest, self._wire.limit)
        return bool(steps)

    async def _ask_once(
        self, wire: Wire, messages: Sequence[dict[str, str]], schema: type[BaseModel]
    ) -> Reply:
        handled = sys.exception()
        answer: BaseModel
        completion: Any
        with tracing.call_span(wire.span) as span:
            try:
                answer, completion = await wire.ask(messages, schema)
                text = wire.text(completion)
            except Exception as error:  # noqa: BLE001 - mapped, or read anew
                completion = getattr(error, "last_completion", None)
                span.answered(completion)
                answer, text = self._as_it_came(wire, error, schema, handled)
            usage = usage_of(completion, wire.dialect.cached)
            span.answered(completion, usage)
        return Reply(answer, text, usage)

    def _as_it_came(
        self,
        wire: Wire,
        error: Exception,
        schema: type[BaseModel],
        handled: BaseException | None,
    ) -> tuple[BaseModel, str]:
        """Read an answer that instructor could not. Raises our error if there is none."""
        where, limit = self.model.where, self.model.answer_limit
        fault = mapped(error, where, limit, handled)
        if not _is_unread(fault):
            raise fault from error
        completion = getattr(error, "last_completion", None)
        try:
            found = wire.as_it_came(completion, schema)
        except ValueError as wrong:
            raise mapped(wrong, where, limit, handled, completion) from wrong
        if found is None:
            raise fault from error
        return found


def _is_unread(fault: Exception) -> bool:
    """Return whether an answer came that was not of the schema, so that it may be read anew."""
    return isinstance(fault, ReplyError) and fault.fault is not None


def _body(refusal: openai.APIStatusError) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(refusal.request.content)
    return body


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.event(
        "request retried",
        logging.WARNING,
        error=type(error).__name__,
        attempt=state.attempt_number,
        wait=round(state.upcoming_sleep, 3),
    )


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        return error.retry_after
    return _BACKOFF(state)
