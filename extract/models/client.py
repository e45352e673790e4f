"""The model call: send one question to an OpenAI-compatible endpoint, and check its answer.

`Wire` makes the request in the endpoint's dialect. Only the loop of `retries` sends it again (the
openai client and instructor do not). Every fault becomes one of our errors, with the tokens it
cost. A refusal that names what the endpoint does not accept changes the dialect, and the question
is sent again at once. Repairing a wrong answer is left to the extractor.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx2
import openai
from pydantic import BaseModel
from tenacity import RetryCallState

from extract import log, tracing
from extract.errors import (
    ModelError,
    RequestError,
    TruncationError,
)
from extract.models.call_errors import refusal_of, response_of
from extract.models.dialects import Dialect, Memory, Sent, Step, lessons
from extract.models.endpoint import Model, asked_with, connected
from extract.models.first_alone import FirstAlone
from extract.models.retries import retrying
from extract.models.transport import RequestPolicy
from extract.models.wire import Reply, Wire, counted
from extract.values import Usage

__all__ = ["Client", "Model", "Reply", "connected"]

# instructor logs every failed call, with the model's words, even if logging is not configured.
logging.getLogger("instructor").addHandler(logging.NullHandler())


class Client:
    """A connection to one model. Close it when done; tasks of one event loop can share it.

    `memory` holds what earlier runs learned about the endpoint, and receives what this one learns.
    The other questions wait up to two seconds for the first, so that a refusal costs one request
    and not one per document in flight.
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
        # Closed reading is for the embedded model, whose server accepts every request of ours.
        # Requests collected for a batch cannot wait for one another.
        batched = gate is not None and not gate.one_by_one
        self._turn = FirstAlone(settled=model.reading == "closed" or batched)

    @property
    def dialect(self) -> Dialect:
        """What the endpoint accepts, as far as it is known."""
        return self._wire.dialect

    def asked_with(self) -> dict[str, Any]:
        """Return the settings of the model that a recording keeps."""
        return asked_with(self.model, self.memory)

    @property
    def address(self) -> tuple[str, int]:
        """The host and the port of the server."""
        url = self._openai.base_url
        return url.host, url.port or (443 if url.scheme == "https" else 80)

    @property
    def key(self) -> str:
        """The key that is sent, of the model or of the environment."""
        return self._openai.api_key

    async def close(self) -> None:
        """Close the connections."""
        await self._openai.close()

    def settle(self) -> None:
        """Let no question go alone: another client has put the first."""
        self._turn.settled = True

    def adopt(self, step: Step) -> bool:
        """Take on what another client has learned of the endpoint; return whether it is new."""
        new = step not in self.memory.steps
        if new:
            self._take_on((step,))
        return new

    async def pass_on(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request that a client in another process has made.

        Raises what the gate raises, and an httpx2.RequestError if there is no response.
        """
        key = self.model.api_key
        if callable(key):  # a token, which only this process can get
            request.headers["Authorization"] = f"Bearer {await key()}"
        with tracing.call_span(self._wire.span) as span:
            response = await self._openai._client.send(request)  # noqa: SLF001 - as it sends its own
            if span.is_recording:
                span.answered(*counted(response, self.dialect.cached))
        return response

    async def ask(self, messages: Sequence[dict[str, str]], schema: type[BaseModel]) -> Reply:
        """Ask, again after transient faults, and return an answer of the schema.

        Raises the ModelError that says what went wrong.
        """
        spent = Usage()
        async for attempt in retrying(self.model.attempts, before_sleep=_log_retry):
            with attempt:
                try:
                    reply = await self._turn(lambda: self._taught(messages, schema))
                except ModelError as error:
                    error.usage = spent = spent + error.usage
                    raise
        return replace(reply, usage=spent + reply.usage)

    async def _taught(self, messages: Sequence[dict[str, str]], schema: type[BaseModel]) -> Reply:
        """Ask, and ask again at once after each refusal that changes the dialect."""
        spent = Usage()
        while True:
            wire = self._wire
            try:
                reply = await wire.ask(messages, schema)
            except ModelError as error:
                error.usage = spent = spent + error.usage
                if not self._learns(error, wire, schema):
                    raise
            else:
                return replace(reply, usage=spent + reply.usage)

    def _learns(self, error: ModelError, wire: Wire, schema: type[BaseModel]) -> bool:
        """Change the dialect if a fault says how, and return whether to ask again."""
        match error:
            case RequestError():
                refusal = refusal_of(error.__cause__)
                if refusal is None:
                    return False
                sent = Sent.of(_body(refusal), wire.way(schema), wire.limit)
                steps = lessons(response_of(refusal), wire.dialect, sent)
            case TruncationError() if error.reasoned and not wire.dialect.thinks:
                # Hidden reasoning used up the answer's tokens: allow more from now on.
                steps = (Step("allow", "reasoning"),)
            case _:
                return False
        if self._wire is not wire:
            return True  # another question has changed the dialect meanwhile
        for step in steps:
            log.event("dialect learned", logging.WARNING, step=str(step))
        if steps:
            self._take_on(steps)
        return bool(steps)

    def _take_on(self, steps: Sequence[Step]) -> None:
        dialect = self._wire.dialect
        for step in steps:
            dialect = dialect.after(step)
            self.memory.learn(step)
        self._wire = Wire(self._openai, self.model, dialect)
        if self._gate is not None:
            self._gate.longest = max(self._gate.longest, self._wire.limit)


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
