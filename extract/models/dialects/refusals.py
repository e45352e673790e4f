"""Read an error response: its message, the parameter it names, and the kind of error.

Providers wrap errors in many ways: OpenAI's object, a list around it (Gemini), a bare string (xAI,
LM Studio), Pydantic's `detail` (Mistral, vLLM), JSON inside a message (OpenRouter, LiteLLM), or a
proxy's web page. All become one `ErrorResponse`, without values that echo the request (`input`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from extract.models.dialects.meanings import MEANINGS, Meaning

__all__ = ["ErrorResponse", "Meaning", "error_response", "meaning_of"]

_ECHOED = frozenset({"input", "ctx", "url", "failed_generation", "request_id", "documentation_url"})
_NAMING = ("param", "parameter", "loc")
_LONGEST = 500
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_EMBEDDED = re.compile(r"[{\[]")
_CONTEXT_OF_SCHEMA = re.compile(r"In context=\([^)]*\),?")


@dataclass(frozen=True)
class ErrorResponse:
    """An error response. `message` is for people to read, `text` is the whole content."""

    status: int
    message: str
    text: str
    param: str = ""

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, in lower case and without underscores; `reasoningEffort` is one word."""
        return frozenset(word.replace("_", "").lower() for word in re.findall(r"\w+", self.text))

    def names(self, parameter: str) -> bool:
        """Tell whether it names a parameter of the request, in any case."""
        return parameter.replace("_", "").lower() in self.words


def error_response(status: int, body: str) -> ErrorResponse:
    """Read the body of an error response.

    >>> error_response(400, '{"error": {"message": "no", "param": "temperature"}}').param
    'temperature'
    >>> error_response(502, "<html><title>Bad gateway</title></html>").message
    'a web page: Bad gateway'
    """
    if body.lstrip().startswith("<"):
        title = _TITLE.search(body)
        words = " ".join(title[1].split()) if title else "no title"
        return ErrorResponse(status, f"a web page: {words}", "")
    lines = list(_lines("", _parsed(body)))
    text = _CONTEXT_OF_SCHEMA.sub("", "\n".join(f"{key}: {value}" for key, value in lines))
    param = next((value for key, value in lines if key in _NAMING), "")
    message = _message(lines) or f"status {status}"
    if param and param not in message:
        message = f"{param}: {message}"
    return ErrorResponse(status, message, text, param)


def meaning_of(response: ErrorResponse) -> Meaning | None:
    """Return the kind of error; None if the message does not say.

    >>> meaning_of(error_response(429, '{"error": {"code": "insufficient_quota"}}'))
    'quota'
    """
    for rule in MEANINGS:
        if rule.tells(response.status, response.text):
            return rule.means
    return None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _lines(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts of a body with their keys, also those of JSON inside texts."""
    match value:
        case dict():
            for name, part in value.items():
                if name not in _ECHOED:
                    yield from _lines(str(name), part)
        case list():
            if key == "loc":
                named = [str(part) for part in value if part != "body"]
                yield key, ".".join(named)
            else:
                for part in value:
                    yield from _lines(key, part)
        case str():
            opened = _embedded(value)
            yield key, value if opened is None else opened[0].strip(" -:\n")
            if opened is not None:
                yield from _lines(key, opened[1])
        case None | bool():
            return
        case _:
            yield key, str(value)


def _embedded(text: str) -> tuple[str, Any] | None:
    """Return the words before a JSON object or list of objects in a text, and the JSON."""
    for start in _EMBEDDED.finditer(text):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, start.start())
        except ValueError:
            continue
        if isinstance(value, dict) or (value and all(isinstance(one, dict) for one in value)):
            return text[: start.start()], value
    return None


def _message(lines: list[tuple[str, str]]) -> str:
    """Return the message for people: the innermost one, which is the provider's own."""
    for wanted in ("message", "msg", "detail", "error", "raw", "description", ""):
        found = [value for key, value in lines if key == wanted and value]
        if found:
            return " ".join(found[-1].split())[:_LONGEST]
    return " ".join(value for _, value in lines)[:_LONGEST]
