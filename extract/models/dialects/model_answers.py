"""Find the JSON of an answer, wherever a model writes it.

It may be in a code fence, after reasoning, inside a sentence, in a tool call, in a list of content
parts, or beside another object. An object inside a cut-off one is never taken for the answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["answer_text"]

_THOUGHT = re.compile(
    r".*(?:</think(?:ing)?>|</reasoning>|\[/THINK\]|◁/think▷|<\|channel\|>final<\|message\|>)",
    re.DOTALL,
)
_OPEN_THOUGHT = re.compile(r"\s*(?:<think(?:ing)?>|<reasoning>|\[THINK\]|◁think▷)")
_ARGUMENTS = ("arguments", "parameters", "input")


def answer_text(message: Any, keys: frozenset[str]) -> str | None:
    """Return the JSON text of the answer in a message, None if there is no complete one.

    `keys` are the required fields of an answer. Of several objects with all of them the last
    counts, since models think aloud first.

    >>> class Message: content = 'Sure! ```json {"a": 1} ```'
    >>> answer_text(Message, frozenset({"a"}))
    '{"a": 1}'
    """
    for text in _places(message):
        found = _object(text, keys)
        if found is not None:
            return found
    return None


def _places(message: Any) -> Iterator[str]:
    """Yield where an answer can stand: the tool calls, the content, and last the reasoning."""
    for call in getattr(message, "tool_calls", None) or ():
        yield _written(getattr(getattr(call, "function", None), "arguments", None))
    content = getattr(message, "content", None)
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, dict)]
        yield "".join(str(part["text"]) for part in parts if part.get("type") in {"text", None})
    else:
        yield _written(content)
    if not content:
        # With a reasoning parser some servers put a constrained answer here, and no content.
        for name in ("reasoning_content", "reasoning"):
            yield _written(getattr(message, name, None))


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else ""


def _object(text: str, keys: frozenset[str]) -> str | None:
    if _OPEN_THOUGHT.match(text) and not _THOUGHT.match(text):
        return None  # the reasoning was cut off, and with it the answer
    if not text.lstrip().startswith("{"):
        text = _THOUGHT.sub("", text, count=1)
    found: list[str] = []
    for written, value in _objects(text):
        inner = _called(value, keys)
        if keys <= value.keys():
            found.append(written)
        elif inner is not None:
            found.append(json.dumps(inner, ensure_ascii=False))
    return found[-1] if found else None


def _called(value: dict[str, Any], keys: frozenset[str]) -> dict[str, Any] | None:
    """Return the arguments of a tool call that is written as text."""
    for name in _ARGUMENTS:
        inner = value.get(name)
        if "name" in value and isinstance(inner, dict) and keys <= inner.keys():
            return inner
    return None


def _objects(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the complete objects of the outermost level; none if the last one is cut off."""
    found: list[tuple[str, dict[str, Any]]] = []
    at = text.find("{")
    while at >= 0:
        end = _end(text, at)
        if end is None:
            return []
        try:
            value = json.loads(text[at:end])
        except ValueError:
            value = None  # braces of prose, or not quite JSON
        if isinstance(value, dict):
            found.append((text[at:end], value))
        at = text.find("{", end)
    return found


def _end(text: str, start: int) -> int | None:
    """Return where the brace that opens at `start` is closed, None if it never is."""
    depth, quoted, at = 0, False, start
    while at < len(text):
        char = text[at]
        if quoted:
            if char == "\\":
                at += 1
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return None
