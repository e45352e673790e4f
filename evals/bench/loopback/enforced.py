"""What an endpoint takes and refuses, and how it words it: the rules of `contracts.toml`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["EndpointRules", "RequestProblem", "contracts", "schema_of"]

_ALWAYS = frozenset({"model", "messages", "stream"})
_LIMITS = ("max_tokens", "max_completion_tokens")
_FILE = Path(__file__).with_name("contracts.toml")


@dataclass(frozen=True, slots=True)
class RequestProblem:
    """Why a request is refused: the kind of fault, and what it is about."""

    kind: str
    name: str
    value: Any = None
    schema: str = "Reading"


@dataclass(frozen=True, slots=True)
class EndpointRules:
    """One endpoint's rules; `contracts.toml` says what each means."""

    name: str
    provider: str
    model: str
    takes: frozenset[str]
    limits: frozenset[str]
    refuses: frozenset[str] = frozenset()
    ignores: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    most: int | None = None
    formats: frozenset[str] = frozenset()
    strict: bool = True
    unforced: bool = False
    keywords: frozenset[str] = frozenset()
    escapes: frozenset[str] = frozenset()
    complete: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)
    errors: str = "openai"
    status: int = 400
    answers: str = "plain"
    usage: str = "openai"
    thought: int = 0
    lessons: int = 0

    @property
    def ways(self) -> tuple[str, ...]:
        """How a schema can be put to this endpoint so that it is heeded, the best way first."""
        formats = frozenset() if "response_format" in self.ignores else self.formats
        forced = "tool_choice" in self.takes - self.refuses - self.ignores
        able = {
            "strict": "json_schema" in formats and self.strict,
            "schema": "json_schema" in formats,
            "tool": "tools" in self.takes and forced,
            "object": "json_object" in formats,
        }
        return (*(way for way, possible in able.items() if possible), "prompt")

    def problem(self, body: dict[str, Any]) -> RequestProblem | None:
        """Return the first rule that a request breaks."""
        return next(self._problems(body), None)

    def _problems(self, body: dict[str, Any]) -> Iterator[RequestProblem]:
        for name in sorted(body.keys() - _ALWAYS - self.takes - set(_LIMITS)):
            yield RequestProblem("unknown", name, body[name])
        for name in _LIMITS:
            if name in body and name not in self.limits:
                yield RequestProblem("limit", name, body[name])
            if self.most is not None and body.get(name, 0) > self.most:
                yield RequestProblem("most", name, self.most)
        for name in sorted(self.refuses & body.keys()):
            yield RequestProblem("parameter", name, body[name])
        for name in sorted(self.needs - body.keys()):
            yield RequestProblem("missing", name)
        yield from self._format_problems(body)

    def _format_problems(self, body: dict[str, Any]) -> Iterator[RequestProblem]:
        given = body.get("response_format")
        strict = False
        if given is not None and "response_format" not in self.ignores:
            if given["type"] not in self.formats:
                yield RequestProblem("format", given["type"])
            if given["type"] == "json_object" and "json" not in _words(body).lower():
                yield RequestProblem("word", "json")
            strict = bool(given.get("json_schema", {}).get("strict"))
            if strict and not self.strict:
                yield RequestProblem("strict", "strict")
        schema = schema_of(body)
        enforced = given is not None or "tools" in body
        if schema is None or not enforced or "response_format" in self.ignores & body.keys():
            return
        yield from self._schema_problems(schema, strict=strict)

    def _schema_problems(self, schema: dict[str, Any], *, strict: bool) -> Iterator[RequestProblem]:
        for part in _parts(schema):
            if wrong := sorted(part.keys() & self.keywords):
                yield RequestProblem("keyword", ", ".join(wrong))
            if self.complete and strict and not _is_complete(part):
                yield RequestProblem("incomplete", "additionalProperties")
        for name, size in _sizes(schema).items() if strict else ():
            if size > self.sizes.get(name, size):
                yield RequestProblem("size", name, size)


@lru_cache(maxsize=1)
def contracts() -> dict[str, EndpointRules]:
    """Return the contracts by their names."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    sets = {one.name for one in fields(EndpointRules) if "frozenset" in str(one.type)}
    rows: list[dict[str, Any]] = [
        {key: frozenset(value) if key in sets else value for key, value in row.items()}
        for row in told["contract"]
    ]
    made = [EndpointRules(**row) for row in rows]
    return {one.name: one for one in made}


def schema_of(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return the answer schema of a request, wherever it stands: it may be in the prompt alone."""
    given = body.get("response_format") or {}
    schema: Any = given.get("json_schema", {}).get("schema")
    if schema is None and body.get("tools"):
        schema = body["tools"][0]["function"]["parameters"]
    if schema is None:
        text = _words(body)
        at = text.find('{\n  "')
        while schema is None and at >= 0:
            try:
                found, _ = json.JSONDecoder().raw_decode(text, at)
            except ValueError:
                found = {}
            schema = found if "properties" in found else None
            at = text.find('{\n  "', at + 1)
    return schema if isinstance(schema, dict) else None


def _words(body: dict[str, Any]) -> str:
    return "\n".join(str(one.get("content") or "") for one in body.get("messages", ()))


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, list):
        for part in schema:
            yield from _parts(part)
    if not isinstance(schema, dict):
        return
    yield schema
    for key, part in schema.items():
        if key in {"properties", "$defs"}:
            for one in part.values():
                yield from _parts(one)
        elif key != "enum":
            yield from _parts(part)


def _sizes(schema: dict[str, Any]) -> dict[str, int]:
    """Count what is limited in a strict schema, by the names in `sizes`."""
    parts = list(_parts(schema))
    values = [value for part in parts for value in part.get("enum", ())]
    return {
        "properties": sum(len(part.get("properties", ())) for part in parts),
        "depth": _depth(schema),
        "enum_values": len(values),
        "enum_characters": sum(len(value) for value in values if isinstance(value, str)),
    }


def _depth(schema: Any) -> int:
    """Return how many objects stand inside one another; what is only referred to is not counted."""
    if isinstance(schema, list):
        return max(map(_depth, schema), default=0)
    if not isinstance(schema, dict):
        return 0
    held = [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), schema.get("items")]
    return _depth(held) + ("properties" in schema)


def _is_complete(part: dict[str, Any]) -> bool:
    names = part.get("properties")
    if names is None:
        return True
    return part.get("additionalProperties") is False and set(part.get("required", ())) == set(names)
