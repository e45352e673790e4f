"""The calls of OpenAI's Batch API: upload files, make, find and poll batches, download files.

https://platform.openai.com/docs/guides/batch. Transient faults are asked again here, and only
here. What this module does not do: decide what is in a batch, or what its answers are for.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Literal, Self, TypeVar

import httpx2
import openai
from openai.types import Batch
from tenacity import wait_random_exponential

from extract.errors import BatchError, ModelError
from extract.models.call_errors import mapped
from extract.models.client import Model, connected
from extract.models.plain_response import PlainResponse
from extract.models.retries import retrying
from extract.runs.reported_usage import usage_of
from extract.runs.request_ledger import Outcome
from extract.values import Usage

__all__ = ["MISSING", "OVER", "BatchAnswer", "BatchApi", "answers_of", "line_of", "reasons_of"]

T = TypeVar("T")

_ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
OVER = frozenset({"failed", "completed", "expired", "cancelled"})
"""The states that a batch does not leave."""

_TOKEN = "postings_batch"  # noqa: S105 - the name of a batch's metadata
_TRANSFER = 3600.0
"""Seconds for a file of 200 MB, up or down."""

_SILENCE = 60.0
"""Seconds without a byte, up or down, after which a call is given up."""

_ATTEMPTS = 8
_PATIENCE = 200
"""How often a batch that is under way is asked about before the provider is given up: hours."""

_BACKOFF = wait_random_exponential(multiplier=1, max=60)

_OK, _TIMED_OUT, _REFUSED = 200, 408, 400
_NO_ROOM = "token_limit_exceeded"
_SHOWN = 3
"""Reasons that are shown."""

_FREE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
_NOT_EXECUTED = frozenset({"batch_expired", "batch_cancelled"})


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The response to one line: its status, its body, and its outcome for the ledger."""

    status: int
    body: bytes
    outcome: Outcome
    cost: Usage

    @classmethod
    def paid(cls, body: bytes, cost: Usage) -> Self:
        """Return a whole answer that was kept."""
        return cls(_OK, body, "answered", cost)

    @property
    def plain(self) -> PlainResponse:
        """The answer as the response to a request that was sent alone."""
        return PlainResponse(self.status, (("content-type", "application/json"),), self.body)

    @property
    def is_whole(self) -> bool:
        """Whether the answer is final: a request without one may be asked again."""
        return self.status == _OK and self.outcome == "answered"

    @property
    def free(self) -> BatchAnswer:
        """The same answer without its cost, which another document has paid."""
        if not self.is_whole:
            return replace(self, cost=Usage())
        body = json.loads(self.body) | {"usage": _FREE}
        return replace(self, body=json.dumps(body).encode(), cost=Usage())


class BatchApi:
    """The Batch API of a model's provider. Close it when done.

    Every method raises BatchError, with the provider's reason, if a call fails for good.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        # Not aiohttp's: that one does not notice a server which stops reading a file.
        http = httpx2.AsyncHTTPTransport()
        model = replace(model, timeout=_TRANSFER)
        self._openai = connected(model, http).with_options(timeout=_SILENCE)

    async def close(self) -> None:
        """Close the connections."""
        await self._openai.close()

    async def upload(self, name: str, file: BinaryIO) -> str:
        """Upload an input file and return its id."""

        async def once() -> str:
            file.seek(0)
            return (await self._openai.files.create(file=(name, file), purpose="batch")).id

        return await self._done(once)

    async def create(self, file: str, token: str) -> Batch:
        """Make a batch of an uploaded file, under a token by which it can be found."""
        asked = False

        async def once() -> Batch:
            nonlocal asked
            # It may have been made although nothing was heard of it.
            if asked and (made := await self._found(token)) is not None:
                return made
            asked = True
            return await self._openai.batches.create(
                input_file_id=file,
                endpoint=_ENDPOINT,
                completion_window="24h",
                metadata={_TOKEN: token},
            )

        return await self._done(once)

    async def find(self, token: str) -> Batch | None:
        """Return the batch that was made under a token, if there is one."""
        return await self._done(lambda: self._found(token))

    async def retrieve(self, id_: str) -> Batch:
        """Return how far a batch is."""
        return await self._done(lambda: self._openai.batches.retrieve(id_), attempts=_PATIENCE)

    async def content(self, file: str) -> bytes:
        """Return the bytes of a file; none if the provider no longer has it."""

        async def once() -> bytes:
            try:
                return (await self._openai.files.content(file)).content
            except openai.NotFoundError:
                return b""

        return await self._done(once)

    async def _found(self, token: str) -> Batch | None:
        async for batch in self._openai.batches.list(limit=100):
            if (batch.metadata or {}).get(_TOKEN) == token:
                return batch
        return None

    async def _done(self, call: Callable[[], Awaitable[T]], attempts: int = _ATTEMPTS) -> T:
        model = self.model
        try:
            async for attempt in retrying(attempts, _BACKOFF):
                with attempt:
                    try:
                        return await call()
                    except openai.NotFoundError as error:
                        raise BatchError(
                            f"{model.where}: {error.request.method} {error.request.url.path} is "
                            "not found: the provider has no Batch API there (leave out --batch), "
                            f"or not this batch for this key: {error.message}"
                        ) from error
                    except openai.OpenAIError as error:
                        raise mapped(error, model.where, model.answer_limit) from error
        except ModelError as error:
            raise BatchError(str(error)) from error
        raise AssertionError  # pragma: no cover - tenacity raises


def reasons_of(batch: Batch) -> str | None:
    """Return why a provider refused a batch; None if its queue only had no room for it now."""
    faults = (batch.errors.data if batch.errors else None) or []
    if any(fault.code == _NO_ROOM for fault in faults):
        return None
    named = [f"line {fault.line}: " * bool(fault.line) + f"{fault.message}" for fault in faults]
    return "; ".join(named[:_SHOWN]) or "it does not say why"


def line_of(key: str, body: bytes) -> bytes:
    """Return a line of an input file: a request's body under its custom_id."""
    head = json.dumps({"custom_id": key, "method": "POST", "url": _ENDPOINT})
    return head[:-1].encode() + b', "body": ' + body + b"}\n"


def answers_of(content: bytes) -> Iterator[tuple[str, BatchAnswer]]:
    """Yield the custom_id and the answer of each line of an output or error file.

    A line that is not one is left out: its request counts as not answered.
    """
    for written in content.split(b"\n"):
        try:
            line = json.loads(written)
            yield str(line["custom_id"]), _answer(line.get("response"), line.get("error"))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def _answer(response: dict[str, object] | None, error: dict[str, object] | None) -> BatchAnswer:
    status = int(str((response or {}).get("status_code") or 0))
    if response is None or status < _OK:
        code = str((error or {}).get("code"))
        return _unanswered(code, "unsent" if code in _NOT_EXECUTED else "unknown")
    body = json.dumps(response.get("body"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    if status >= _REFUSED:
        return BatchAnswer(status, body, "refused", Usage(calls=1))
    usage = usage_of(httpx2.Response(status, content=body))
    if usage is None:
        return BatchAnswer(status, body, "unknown", Usage(calls=1))
    return BatchAnswer(status, body, "answered", usage)


def _unanswered(code: str, outcome: Outcome) -> BatchAnswer:
    """Return the answer to a line that has none: a timeout, which is asked again."""
    fault = {"message": f"the batch did not answer it: {code}", "type": code, "code": code}
    usage = Usage(calls=int(outcome == "unknown"))
    return BatchAnswer(_TIMED_OUT, json.dumps({"error": fault}).encode(), outcome, usage)


MISSING = _unanswered("missing", "unknown")
"""For a line that is in neither file."""
