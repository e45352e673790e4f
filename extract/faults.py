"""From what instructor and the openai client raise to our errors, with what the call cost.

The one seam where their errors are looked at: everything above sees the tree of `extract.errors`.
Messages are in our own words, because pydantic's change with its version and hold the model's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

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
    TransportError,
    TruncationError,
    UnknownModelError,
)
from extract.values import Usage

__all__ = ["mapped", "retry_after", "usage_of"]

_NO_ANSWER = "the server sent no usable answer; is it an OpenAI-compatible chat endpoint?"
_LONGEST_WAIT = 60.0
"""Seconds that one question waits for a provider before it is asked again."""


def mapped(
    error: Exception, where: str, limit: int, handled: BaseException | None = None
) -> Exception:
    """Return our error for what a call raised; what is not a fault of the call comes back as it is.

    `where` names the model and its address in the message, `limit` is its max_tokens. `handled` is
    the error that was being handled when the call was made, as by a repair: it is not the cause.
    """
    for cause in _chain(error, handled):
        if isinstance(cause, PostingsError):
            return cause
        if isinstance(cause, openai.OpenAIError) and not _is_ours(cause, handled):
            return _mapped_openai(cause, where)
    completion = getattr(error, "last_completion", None)
    if not isinstance(completion, ChatCompletion):  # the client hands on any body as it came
        completion = None
    usage = usage_of(completion)
    if isinstance(error, IncompleteOutputException):
        return TruncationError(
            f"{where}: the answer was cut off after {usage.completion} tokens; "
            f"raise max_tokens above {limit}",
            usage,
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


def usage_of(completion: ChatCompletion | None) -> Usage:
    """Return what one call cost; the client checks no types, so only counts that are one count."""
    spent = completion.usage if completion is not None else None
    if spent is None:
        return Usage(calls=1)
    details = getattr(spent, "prompt_tokens_details", None)
    cached = getattr(details, "cached_tokens", None)
    read, written = (
        _count(getattr(spent, name, None)) for name in ("prompt_tokens", "completion_tokens")
    )
    return Usage(read, written, _count(cached), 1)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a response asks to wait, told in seconds or as a date.

    None where it asks for no wait: then the caller's own wait grows as for any fault.

    >>> retry_after({"retry-after": "7"}), retry_after({"retry-after-ms": "250"})
    (7.0, 0.25)
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        return wait if wait > 0 else None
    try:
        wait = parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time()
    except (KeyError, ValueError):
        return None
    return wait if wait > 0 else None


def _count(told: object) -> int:
    return told if isinstance(told, int) and told > 0 else 0


def _chain(error: BaseException, handled: BaseException | None = None) -> Iterator[BaseException]:
    """Yield the error and what it wraps: instructor wraps transport faults in its own."""
    current: BaseException | None = error
    seen: set[int] = set()
    while current is not None and current is not handled and id(current) not in seen:
        yield current
        seen.add(id(current))
        current = current.__cause__ or current.__context__


def _is_ours(error: BaseException, handled: BaseException | None) -> bool:
    """Tell whether what looks like a lost connection is a fault raised by our own transport."""
    return any(isinstance(cause, PostingsError) for cause in _chain(error, handled))


def _fault(error: Exception, handled: BaseException | None) -> str | None:
    """Say in our own words what is wrong with an answer: pydantic's change with its version."""
    for cause in _chain(error, handled):
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
        case openai.RateLimitError() if error.code == "insufficient_quota":
            return AuthenticationError(f"{where}: the account has no credit left: {said}", usage)
        case openai.RateLimitError():
            wait = retry_after(error.response.headers)
            wait = None if wait is None else min(_LONGEST_WAIT, wait)
            return RateLimitError(f"{where}: refused for now: {said}", usage, wait)
        case openai.BadRequestError() if _overflows(error):
            return ContextError(
                f"{where}: the document does not fit the model's context: {said}", usage
            )
        case openai.InternalServerError():
            return TransportError(f"{where}: server fault: {said}", usage)
        case openai.ConflictError() | openai.APIStatusError(status_code=408):
            return TransportError(f"{where}: not taken this time: {said}", usage)
    return ReplyError(f"{where}: {said}", usage)


def _overflows(error: openai.BadRequestError) -> bool:
    told = f"{error.code} {error.type} {error.message}".casefold()
    return "context" in told and any(w in told for w in ("exceed", "length", "size", "maximum"))
