"""The model call: one question put to any OpenAI-compatible endpoint, and its answer checked.

`instructor` turns the answer schema into the request and the reply into an instance of it;
`tenacity` is the only owner of retries (the openai client's and instructor's are off); every
fault becomes one of our errors, and carries the tokens it cost. What this module does not do:
repair a wrong answer, which is the pipeline's decision.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import instructor
import openai
from openai.types.chat import ChatCompletion
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
    AuthenticationError,
    InputError,
    ModelError,
    RateLimitError,
    TransportError,
)
from extract.faults import mapped, usage_of
from extract.http import Gate, Http
from extract.values import Reading, Usage

__all__ = ["Client", "Model", "Reply", "connected"]

# instructor logs every failed call, with the words of the model in it, even where nobody listens.
logging.getLogger("instructor").addHandler(logging.NullHandler())

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HOSTED = ("openai.com", "azure.com")
_CONNECTING = 30.0
"""Seconds until a connection is there, at most."""

_BACKOFF = wait_random_exponential(multiplier=0.5, max=30)


@dataclass(frozen=True, slots=True)
class Model:
    """Which model answers, and where.

    `base_url` is an OpenAI-compatible endpoint ending in `/v1`; None is OpenAI's own. `api_key`
    None lets the openai client look where it always looks. `temperature` None leaves it out, as
    some reasoning models demand. `reading` is "closed" for a small model. `timeout` is in seconds
    for one attempt, `attempts` counts the first one too.

    Raises InputError for a `base_url` that is no address.
    """

    name: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    temperature: float | None = 0.0
    max_tokens: int = 1500
    timeout: float = 600.0
    attempts: int = 3
    reading: Reading = "open"

    def __post_init__(self) -> None:
        """Refuse what is no address, before anything is sent anywhere."""
        if self.base_url is not None and not _is_address(self.base_url):
            raise InputError(
                f"{self.base_url!r} is no address of a server: it begins with http:// or https://"
            )

    @property
    def where(self) -> str:
        """The name and the address, for messages."""
        return f"{self.name} at {self.base_url or 'OpenAI'}"

    @property
    def hosted(self) -> bool:
        """Whether a provider serves it that compiles each new answer schema slowly.

        >>> Model("gpt-5-mini").hosted, Model("qwen", "http://127.0.0.1:8080/v1").hosted
        (True, False)
        """
        if self.base_url is None:
            return True
        host = urlsplit(self.base_url).hostname or ""
        return any(host == name or host.endswith(f".{name}") for name in _HOSTED)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the asked schema, its text as the model wrote it, and what it cost."""

    answer: BaseModel
    text: str
    usage: Usage


def connected(
    model: Model,
    transport: httpx2.AsyncBaseTransport | None = None,
    gate: Gate | None = None,
) -> openai.AsyncOpenAI:
    """Return an openai client for a model, one that asks nothing twice by itself.

    Raises AuthenticationError where it needs a key and has none that can be sent, TransportError
    where the environment names a proxy that needs a library which is not there.
    """
    # The embedded server listens on loopback, where a proxy from the environment has no place.
    local = urlsplit(model.base_url or "").hostname in _LOOPBACK
    try:
        http = Http(gate, model.timeout, transport=transport, trust_env=not local)
    except ImportError as error:  # for a SOCKS proxy
        raise TransportError(f"{model.where}: {error}") from error
    try:
        client = openai.AsyncOpenAI(
            base_url=model.base_url,
            api_key=model.api_key,
            # Shorter to connect than in all, or it would never be known that nothing was sent.
            timeout=httpx2.Timeout(model.timeout, connect=min(model.timeout / 2, _CONNECTING)),
            max_retries=0,
            http_client=http,
        )
    except openai.OpenAIError as error:
        raise AuthenticationError(
            f"no key for {model.name}: set OPENAI_API_KEY, or pass api_key "
            "(any text for a server of your own)"
        ) from error
    if not (client.api_key.isascii() and client.api_key.isprintable()):
        raise AuthenticationError(
            f"the key for {model.name} cannot be sent: it holds a character that no key has"
        )
    return client


class Client:
    """A connection to one model. Close it when done; safe to share between tasks of one loop."""

    def __init__(
        self,
        model: Model,
        transport: httpx2.AsyncBaseTransport | None = None,
        gate: Gate | None = None,
    ) -> None:
        self.model = model
        self._openai = connected(model, transport, gate)
        self._request = tracing.request(
            model.name, self.address, model.max_tokens, model.temperature
        )
        self._instructor = instructor.AsyncInstructor(
            self._openai,
            create=instructor.patch(create=self._posted, mode=instructor.Mode.JSON_SCHEMA),
            mode=instructor.Mode.JSON_SCHEMA,
        )

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
                    reply = await self._ask_once(messages, schema)
                except ModelError as error:
                    error.usage = spent = spent + error.usage
                    raise
        return replace(reply, usage=spent + reply.usage)

    async def _ask_once(self, messages: Sequence[dict[str, str]], schema: type[BaseModel]) -> Reply:
        limit = "max_completion_tokens" if self.model.hosted else "max_tokens"
        sampling: dict[str, Any] = {limit: self.model.max_tokens}
        if self.model.temperature is not None:
            sampling["temperature"] = self.model.temperature
        handled = sys.exception()
        with tracing.call_span(self._request) as span:
            try:
                answer, completion = await self._instructor.chat.completions.create_with_completion(
                    model=self.model.name,
                    messages=list(messages),  # type: ignore[arg-type]
                    response_model=schema,
                    max_retries=0,
                    **sampling,
                )
            except Exception as error:
                span.answered(getattr(error, "last_completion", None))
                raise mapped(error, self.model.where, self.model.max_tokens, handled) from error
            usage = usage_of(completion)
            span.answered(completion, usage)
        return Reply(answer, completion.choices[0].message.content or "", usage)

    async def _posted(self, **body: Any) -> ChatCompletion:
        """Post a request as it is, its keys in the order of the client's own method.

        The client's own method looks at every message for each type that it could be of: two
        fifths of what a call takes of the processor, and nothing is changed by it here.
        """
        if self.model.reading == "open":
            body["response_format"]["json_schema"]["strict"] = True
        first = ("messages", "model")
        ordered = {name: body[name] for name in (*first, *sorted(body.keys() - set(first)))}
        return await self._openai.post("/chat/completions", body=ordered, cast_to=ChatCompletion)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.told(
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
