"""Map the errors of instructor and the openai client to ours, with the tokens the call cost.

Only this module looks at their errors: all others see the tree of `extract.errors`. Messages are in
our own words, since Pydantic's change with its version and quote the model.
"""

from __future__ import annotations

from collections.abc import Iterator

import openai
from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException
from openai.types.chat import ChatCompletion
from pydantic import ValidationError

from extract.errors import (
    AuthenticationError,
    ContextError,
    ModelError,
    PostingsError,
    RateLimitError,
    RefusalError,
    ReplyError,
    RequestError,
    TransportError,
    TruncationError,
    UnknownModelError,
)
from extract.models.dialects import ErrorResponse, error_response, meaning_of
from extract.models.retries import BY_STATUS, is_server_fault, wait_wanted
from extract.values import Usage

__all__ = ["mapped", "refusal_of", "response_of", "usage_of"]

_NO_ANSWER = "the server sent no usable answer; is it an OpenAI-compatible chat endpoint?"
_CACHED = "prompt_tokens_details.cached_tokens"


def mapped(
    error: Exception,
    where: str,
    limit: int,
    handled: BaseException | None = None,
    completion: object = None,
) -> Exception:
    """Return our error for an error of a call; any other error is returned unchanged.

    `where` names the model and its address, `limit` is the most tokens of an answer. `handled` is
    the error being handled when the call was made, as by a repair: it is not the cause.
    `completion` is the response, for errors that do not hold it.
    """
    for cause in _chain(error, handled):
        if isinstance(cause, PostingsError):
            return cause
        if isinstance(cause, openai.OpenAIError) and not _is_ours(cause, handled):
            return _mapped_openai(cause, where)
    completion = getattr(error, "last_completion", completion)
    if not isinstance(completion, ChatCompletion):  # the client returns any body unchecked
        completion = None
    usage = usage_of(completion)
    if isinstance(error, IncompleteOutputException):
        return TruncationError(
            f"{where}: the answer was cut off after {usage.completion} tokens"
            f"{_thought(completion)}; raise answer_tokens above {limit}",
            usage,
            reasoned=bool(_thought(completion)) or _is_wordless(completion),
        )
    choices = getattr(completion, "choices", None)
    refusal = choices[0].message.refusal if choices else None
    if refusal or (choices and choices[0].finish_reason == "content_filter"):
        return RefusalError(
            f"{where}: the model declined to answer: {refusal or 'filtered'}", usage
        )
    if isinstance(error, InstructorRetryException | ValidationError | ValueError):
        fault = _fault(error, handled)
        return ReplyError(f"{where}: {fault or _NO_ANSWER}", usage, fault)
    return error


def refusal_of(error: BaseException | None) -> openai.APIStatusError | None:
    """Return the server's refusal that an error wraps, None if there is none."""
    chain = _chain(error) if error is not None else ()
    return next((one for one in chain if isinstance(one, openai.APIStatusError)), None)


def response_of(refusal: openai.APIStatusError) -> ErrorResponse:
    """Return the content of a refusal."""
    return error_response(refusal.status_code, refusal.response.text)


def usage_of(completion: ChatCompletion | None, cached: str = _CACHED) -> Usage:
    """Return the cost of one call; counts of a wrong type are 0, since the client checks none.

    `cached` is where the endpoint reports tokens read from a cache.
    """
    spent = completion.usage if completion is not None else None
    if spent is None:
        return Usage(calls=1)
    held: object = spent
    for name in cached.split("."):
        held = getattr(held, name, None)
    read, written = (
        _count(getattr(spent, name, None)) for name in ("prompt_tokens", "completion_tokens")
    )
    return Usage(read, written, min(read, _count(held)), 1)


def _count(value: object) -> int:
    return value if type(value) is int and value > 0 else 0


def _chain(error: BaseException, handled: BaseException | None = None) -> Iterator[BaseException]:
    """Yield an error and its causes: instructor wraps transport faults in its own."""
    current: BaseException | None = error
    seen: set[int] = set()
    while current is not None and current is not handled and id(current) not in seen:
        yield current
        seen.add(id(current))
        current = current.__cause__ or current.__context__


def _is_ours(error: BaseException, handled: BaseException | None) -> bool:
    """Tell whether an apparent connection error was raised by our own transport."""
    return any(isinstance(cause, PostingsError) for cause in _chain(error, handled))


def _fault(error: Exception, handled: BaseException | None) -> str | None:
    """Say what is wrong with an answer; None if no answer of a model came."""
    for cause in _chain(error, handled):
        if isinstance(cause, ValidationError):
            first = cause.errors(include_url=False)[0]
            if first["type"] == "json_invalid":
                return "the answer is not JSON"
            place = ".".join(str(part) for part in first["loc"]) or "the answer"
            return f"the answer is not of the schema: {place} ({first['type']})"
    return None


def _thought(completion: ChatCompletion | None) -> str:
    """Say how many tokens were hidden reasoning, if the server counted any."""
    spent = completion.usage if completion is not None else None
    details = getattr(spent, "completion_tokens_details", None)
    count = _count(getattr(details, "reasoning_tokens", None))
    return (
        f", {count} of them of reasoning (a lower reasoning_effort spends fewer)" if count else ""
    )


def _is_wordless(completion: ChatCompletion | None) -> bool:
    """Tell whether an answer is empty, or only the beginning of reasoning."""
    choices = completion.choices if completion is not None else None
    content = getattr(choices[0].message, "content", None) if choices else ""
    words = content.lstrip() if isinstance(content, str) else ""
    return not words or (words.startswith("<think") and "</think" not in words)


def _mapped_openai(error: openai.OpenAIError, where: str) -> ModelError:
    usage = Usage(calls=1)
    match error:
        case openai.APITimeoutError():
            return TransportError(f"{where}: no answer in time; raise the timeout", usage)
        case openai.APIConnectionError():
            return TransportError(f"{where}: cannot connect; is the server up?", usage)
        case openai.APIStatusError():
            return _mapped_status(error, where, usage)
    words = str(getattr(error, "message", error)).strip()
    return ReplyError(f"{where}: {words}", usage)


def _mapped_status(  # noqa: PLR0911 - one a fault
    error: openai.APIStatusError, where: str, usage: Usage
) -> ModelError:
    refusal = response_of(error)
    meaning = meaning_of(refusal)
    words = refusal.message
    wait = wait_wanted(error.response.headers, refusal)
    is_key = isinstance(error, openai.AuthenticationError)
    match meaning or ("key" if is_key else BY_STATUS.get(refusal.status)):
        case "quota":
            return AuthenticationError(f"{where}: the account has no credit left: {words}", usage)
        case "key":
            return AuthenticationError(f"{where}: the key was refused: {words}", usage)
        case "model":
            return UnknownModelError(
                f"{where}: no such model or address (does the base URL end in /v1?): {words}", usage
            )
        case "filter":
            return RefusalError(f"{where}: the content filter refused the text: {words}", usage)
        case "context":
            return ContextError(
                f"{where}: the document does not fit the model's context: {words}", usage
            )
        case "rate":
            return RateLimitError(f"{where}: rate limit reached: {words}", usage, wait)
        case "busy":
            return TransportError(f"{where}: the server is busy: {words}", usage, wait)
    if is_server_fault(refusal.status):
        return TransportError(f"{where}: server fault: {words}", usage, wait)
    return RequestError(
        f"{where}: the server refuses the request ({refusal.status}): {words}. Leaving out "
        "parameters that it names did not help, or it names none: choose another model, or "
        "the --provider of this endpoint",
        usage,
    )
