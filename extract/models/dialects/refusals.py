"""What an error response says: its words, the parameter it names, and what kind of error it is.

Providers wrap errors in many ways: OpenAI's object, a list around it (Gemini), a bare string (xAI,
LM Studio), pydantic's `detail` (Mistral, vLLM), JSON inside a message (OpenRouter, LiteLLM), or a
proxy's web page. All become one `Said`. Values under `input` are left out: they echo the request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from extract.models.dialects.meanings import MEANINGS, Meaning

__all__ = ["Meaning", "Said", "meaning_of", "said_of"]

_ECHOED = frozenset({"input", "ctx", "url", "failed_generation", "request_id", "documentation_url"})
_NAMING = ("param", "parameter", "loc")
_LONGEST = 500
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_EMBEDDED = re.compile(r"[{\[]")
_CONTEXT_OF_SCHEMA = re.compile(r"In context=\([^)]*\),?")


@dataclass(frozen=True)
class Said:
    """An error response. `message` is what a person should read, `text` is everything it says."""

    status: int
    message: str
    text: str
    param: str = ""

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, in lower case and without underscores: `reasoningEffort` is one."""
        return frozenset(word.replace("_", "").lower() for word in re.findall(r"\w+", self.text))

    def names(self, parameter: str) -> bool:
        """Return whether it names a parameter of the request, in whichever case."""
        return parameter.replace("_", "").lower() in self.words


def said_of(status: int, body: str) -> Said:
    """Read the body of an error response.

    >>> said_of(400, '{"error": {"message": "no", "param": "temperature"}}').param
    'temperature'
    >>> said_of(502, "<html><title>Bad gateway</title></html>").message
    'a web page: Bad gateway'
    """
    if body.lstrip().startswith("<"):
        title = _TITLE.search(body)
        words = " ".join(title[1].split()) if title else "no title"
        return Said(status, f"a web page: {words}", "")
    lines = list(_lines("", _parsed(body)))
    text = _CONTEXT_OF_SCHEMA.sub("", "\n".join(f"{key}: {value}" for key, value in lines))
    param = next((value for key, value in lines if key in _NAMING), "")
    message = _message(lines) or f"status {status}"
    if param and param not in message:
        message = f"{param}: {message}"
    return Said(status, message, text, param)


def meaning_of(said: Said) -> Meaning | None:
    """Return what kind of error it is; None if its words do not tell.

    >>> meaning_of(said_of(429, '{"error": {"code": "insufficient_quota"}}'))
    'quota'
    """
    for rule in MEANINGS:
        if rule.tells(said.status, said.text):
            return rule.means
    return None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _lines(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what a body holds, a key and a text at a time, JSON inside of texts opened too."""
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
    """Choose what a person should read: the innermost message, which is the provider's own."""
    for wanted in ("message", "msg", "detail", "error", "raw", "description", ""):
        found = [value for key, value in lines if key == wanted and value]
        if found:
            return " ".join(found[-1].split())[:_LONGEST]
    return " ".join(value for _, value in lines)[:_LONGEST]
