"""The model call: one question put to any OpenAI-compatible endpoint, and its answer checked.

`instructor` turns the answer schema into the request and the reply into an instance of it;
`tenacity` is the only owner of retries (the openai client's and instructor's are off); every
fault becomes one of our errors here, and carries the tokens it cost. What this module does not
do: repair a wrong answer, which is the pipeline's decision.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import instructor
import openai
from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ValidationError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from extract.errors import (
    AuthenticationError,
    ContextError,
    ModelError,
    PostingsError,
    RateLimitError,
    RefusalError,
    ReplyError,
    TransportError,
    TruncationError,
    UnknownModelError,
)
from extract.values import Usage

__all__ = ["Client", "Model", "Reply"]

# instructor logs every failed call, with the words of the model in it, even where nobody listens.
logging.getLogger("instructor").addHandler(logging.NullHandler())

_NO_ANSWER = "the server sent no usable answer; is it an OpenAI-compatible chat endpoint?"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HOSTED = ("openai.com", "azure.com")
_BACKOFF = wait_random_exponential(multiplier=0.5, max=30)


@dataclass(frozen=True, slots=True)
class Model:
    """Which model answers, and where.

    `base_url` is an OpenAI-compatible endpoint ending in `/v1`; None is OpenAI's own. `api_key`
    None lets the openai client look where it always looks. `temperature` None leaves it out, as
    some reasoning models demand. `timeout` is in seconds for one attempt, `attempts` counts the
    first one too.
    """

    name: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    temperature: float | None = 0.0
    max_tokens: int = 1500
    timeout: float = 600.0
    attempts: int = 3

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


class Client:
    """A connection to one model. Close it when done; safe to share between tasks of one loop."""

    def __init__(self, model: Model, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self.model = model
        # The embedded server listens on loopback, where a proxy from the environment has no place.
        local = urlsplit(model.base_url or "").hostname in _LOOPBACK
        http = httpx2.AsyncClient(
            transport=transport, timeout=model.timeout, follow_redirects=True, trust_env=not local
        )
        try:
            self._openai = openai.AsyncOpenAI(
                base_url=model.base_url,
                api_key=model.api_key,
                timeout=model.timeout,
                max_retries=0,
                http_client=http,
            )
        except openai.OpenAIError as error:
            raise AuthenticationError(
                f"no key for {model.name}: set OPENAI_API_KEY, or pass api_key "
                "(any text for a server of your own)"
            ) from error
        self._instructor = instructor.from_openai(self._openai, mode=instructor.Mode.JSON_SCHEMA)

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
        try:
            answer, completion = await self._instructor.chat.completions.create_with_completion(
                model=self.model.name,
                messages=list(messages),  # type: ignore[arg-type]
                response_model=schema,
                max_retries=0,
                **sampling,
            )
        except Exception as error:
            raise _mapped(error, self.model) from error
        return Reply(answer, completion.choices[0].message.content or "", _usage(completion))


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        return error.retry_after
    return _BACKOFF(state)


def _usage(completion: ChatCompletion | None) -> Usage:
    spent = completion.usage if completion is not None else None
    if spent is None:
        return Usage(calls=1)
    details = spent.prompt_tokens_details
    cached = (details.cached_tokens if details else None) or 0
    return Usage(spent.prompt_tokens, spent.completion_tokens, cached, 1)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it wraps: instructor wraps transport faults in its own."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def _mapped(error: Exception, model: Model) -> Exception:
    where = f"{model.name} at {model.base_url or 'OpenAI'}"
    for cause in _chain(error):
        if isinstance(cause, PostingsError):
            return cause
        if isinstance(cause, openai.OpenAIError) and not _is_ours(cause):
            return _mapped_openai(cause, where)
    completion = getattr(error, "last_completion", None)
    if not isinstance(completion, ChatCompletion):  # the client hands on any body as it came
        completion = None
    usage = _usage(completion)
    if isinstance(error, IncompleteOutputException):
        return TruncationError(
            f"{where}: the answer was cut off after {usage.completion} tokens; "
            f"raise max_tokens above {model.max_tokens}",
            usage,
        )
    choices = getattr(completion, "choices", None)
    refusal = choices[0].message.refusal if choices else None
    if refusal or (choices and choices[0].finish_reason == "content_filter"):
        return RefusalError(
            f"{where}: the model declined to answer: {refusal or 'filtered'}", usage
        )
    if isinstance(error, InstructorRetryException | ValidationError | ValueError):
        fault = _fault(error)
        return ReplyError(f"{where}: {fault or _NO_ANSWER}", usage, fault)
    return error


def _is_ours(error: BaseException) -> bool:
    """Tell whether what looks like a lost connection is a fault raised by our own transport."""
    return any(isinstance(cause, PostingsError) for cause in _chain(error))


def _fault(error: Exception) -> str | None:
    """Say in our own words what is wrong with an answer: pydantic's change with its version."""
    for cause in _chain(error):
        if isinstance(cause, ValidationError):
            first = cause.errors(include_url=False)[0]
            if first["type"] == "json_invalid":
                return "the answer is not JSON"
            place = ".".join(str(part) for part in first["loc"]) or "the answer"
            return f"the answer is not of the schema: {place} ({first['type']})"
    return None


def _mapped_openai(error: openai.OpenAIError, where: str) -> ModelError:  # noqa: PLR0911 - one a fault
    usage = Usage(calls=1)
    said = str(getattr(error, "message", error)).strip()
    match error:
        case openai.APITimeoutError():
            return TransportError(f"{where}: no answer in time; raise the timeout", usage)
        case openai.APIConnectionError():
            return TransportError(f"{where}: cannot connect; is the server up?", usage)
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return AuthenticationError(f"{where}: the key was refused: {said}", usage)
        case openai.NotFoundError():
            return UnknownModelError(
                f"{where}: no such model or address (does the base URL end in /v1?): {said}", usage
            )
        case openai.RateLimitError():
            return RateLimitError(f"{where}: refused for now: {said}", usage, _retry_after(error))
        case openai.BadRequestError() if _overflows(error):
            return ContextError(
                f"{where}: the document does not fit the model's context: {said}", usage
            )
        case openai.InternalServerError():
            return TransportError(f"{where}: server fault: {said}", usage)
    return ReplyError(f"{where}: {said}", usage)


def _overflows(error: openai.BadRequestError) -> bool:
    told = f"{error.code} {error.type} {error.message}".casefold()
    return "context" in told and any(w in told for w in ("exceed", "length", "size", "maximum"))


def _retry_after(error: openai.RateLimitError) -> float | None:
    try:
        return min(60.0, max(0.0, float(error.response.headers["retry-after"])))
    except (KeyError, ValueError):
        return None
