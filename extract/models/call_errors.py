"""From what instructor and the openai client raise to our errors, with what the call cost.

The one seam where their errors are looked at: everything above sees the tree of `extract.errors`.
Messages are in our own words, because pydantic's change with its version and hold the model's.
"""

from __future__ import annotations

import re
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
    RequestError,
    TransportError,
    TruncationError,
    UnknownModelError,
)
from extract.models.dialects import Meaning, Said, meaning_of, said_of
from extract.values import Usage

__all__ = ["mapped", "refusal_of", "retry_after", "said_by", "usage_of"]

_SERVER_FAULT, _NOT_IMPLEMENTED = 500, 501
_BY_STATUS: dict[int, Meaning] = {
    401: "key",
    403: "key",
    404: "model",
    408: "busy",
    409: "busy",
    425: "busy",
    429: "rate",
    498: "busy",
}
"""What a status means if the words do not tell."""

_NO_ANSWER = "the server sent no usable answer; is it an OpenAI-compatible chat endpoint?"
_CACHED = "prompt_tokens_details.cached_tokens"
_DELAY = re.compile(r"^retryDelay: (\d+(?:\.\d+)?)s$", re.MULTILINE)
_LONGEST_WAIT = 60.0
"""Seconds that one question waits for a provider before it is asked again."""


def mapped(
    error: Exception,
    where: str,
    limit: int,
    handled: BaseException | None = None,
    completion: object = None,
) -> Exception:
    """Return our error for what a call raised; what is not a fault of the call comes back as it is.

    `where` names the model and its address in the message, `limit` is the most tokens of an answer.
    `handled` is the error that was being handled when the call was made, as by a repair: it is not
    the cause. `completion` is the response, for errors that do not hold it themselves.
    """
    for cause in _chain(error, handled):
        if isinstance(cause, PostingsError):
            return cause
        if isinstance(cause, openai.OpenAIError) and not _is_ours(cause, handled):
            return _mapped_openai(cause, where)
    completion = getattr(error, "last_completion", completion)
    if not isinstance(completion, ChatCompletion):  # the client hands on any body as it came
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
    """Return the refusal of the server among an error and what it wraps, None if there is none."""
    if error is None:
        return None
    return next((one for one in _chain(error) if isinstance(one, openai.APIStatusError)), None)


def said_by(refusal: openai.APIStatusError) -> Said:
    """Return what a server says in a refusal."""
    return said_of(refusal.status_code, refusal.response.text)


def usage_of(completion: ChatCompletion | None, cached: str = _CACHED) -> Usage:
    """Return what one call cost; the client checks no types, so only counts that are one count.

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


def _told_wait(said: Said) -> float | None:
    """Return the seconds to wait that stand in the body, as Gemini tells them."""
    told = _DELAY.search(said.text)
    return float(told[1]) if told is not None else None


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


def _thought(completion: ChatCompletion | None) -> str:
    """Say how many tokens were spent on hidden reasoning, if the server counted any."""
    spent = completion.usage if completion is not None else None
    details = getattr(spent, "completion_tokens_details", None)
    count = _count(getattr(details, "reasoning_tokens", None))
    return (
        f", {count} of them of reasoning (a lower reasoning_effort spends fewer)" if count else ""
    )


def _is_wordless(completion: ChatCompletion | None) -> bool:
    """Return whether an answer holds nothing, or only the beginning of its reasoning."""
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
    said = said_by(error)
    meaning = meaning_of(said)
    words = said.message
    is_key = isinstance(error, openai.AuthenticationError)
    match meaning or ("key" if is_key else _BY_STATUS.get(said.status)):
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
            wait = retry_after(error.response.headers) or _told_wait(said)
            wait = None if wait is None else min(_LONGEST_WAIT, wait)
            return RateLimitError(f"{where}: refused for now: {words}", usage, wait)
        case "busy":
            return TransportError(f"{where}: not taken this time: {words}", usage)
    if said.status >= _SERVER_FAULT and said.status != _NOT_IMPLEMENTED:
        return TransportError(f"{where}: server fault: {words}", usage)
    return RequestError(
        f"{where}: the server refuses the request ({said.status}): {words}. Leaving out what it "
        "names did not help, or it names nothing that can be left out: choose another model, or "
        "the --provider whose endpoint this is",
        usage,
    )
