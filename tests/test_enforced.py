"""The conformance server refuses what its contract says, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evals.bench.loopback import EndpointRules, contracts
from evals.bench.loopback.refusal_wording import refused
from extract.models.dialects import said_of

SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 60},
        "pay": {
            "type": "object",
            "properties": {"period": {"enum": ["hour", "year"]}},
            "required": ["period"],
            "additionalProperties": False,
        },
    },
    "required": ["title", "pay"],
    "additionalProperties": False,
}


def asked(schema: Any = SCHEMA, *, strict: bool = True, **more: Any) -> dict[str, Any]:
    """Return a request with a JSON schema."""
    format_ = {"type": "json_schema", "json_schema": {"schema": schema, "strict": strict}}
    return {"model": "m", "messages": [], "max_tokens": 9, "response_format": format_} | more


PLAIN = contracts()["plain"]
WHOLE = replace(PLAIN, complete=True)
OBJECT = asked(response_format={"type": "json_object"})
LESS = {**SCHEMA, "required": ["title"]}
OPEN = {name: part for name, part in SCHEMA.items() if name != "additionalProperties"}


@pytest.mark.parametrize(
    ("contract", "body", "kind", "name"),
    [
        (PLAIN, asked(top_k=1), "unknown", "top_k"),
        (replace(PLAIN, limits={"max_completion_tokens"}), asked(), "limit", "max_tokens"),
        (replace(PLAIN, most=8), asked(), "most", "max_tokens"),
        (replace(PLAIN, refuses={"temperature"}), asked(temperature=0), "parameter", "temperature"),
        (replace(PLAIN, needs={"temperature"}), asked(), "missing", "temperature"),
        (replace(PLAIN, formats={"text"}), asked(), "format", "json_schema"),
        (PLAIN, OBJECT, "word", "json"),
        (replace(PLAIN, strict=False), asked(), "strict", "strict"),
        (replace(PLAIN, keywords={"maxLength"}), asked(), "keyword", "maxLength"),
        (WHOLE, asked(LESS), "incomplete", "additionalProperties"),
        (WHOLE, asked(OPEN), "incomplete", "additionalProperties"),
        (replace(PLAIN, sizes={"properties": 2}), asked(), "size", "properties"),
        (replace(PLAIN, sizes={"depth": 1}), asked(), "size", "depth"),
        (replace(PLAIN, sizes={"enum_values": 1}), asked(), "size", "enum_values"),
        (replace(PLAIN, sizes={"enum_characters": 7}), asked(), "size", "enum_characters"),
    ],
)
def test_what_is_refused(
    contract: EndpointRules, body: dict[str, Any], kind: str, name: str
) -> None:
    """With the kind and the name of what is wrong, and in words that can be read."""
    problem = contract.problem(body)
    assert problem is not None
    assert (kind, name) == (problem.kind, problem.name)
    status, words = refused(contract, problem)
    assert 400 == status
    assert "{" not in said_of(status, str(words["error"]["message"])).message


@pytest.mark.parametrize(
    ("contract", "body"),
    [
        (PLAIN, asked(temperature=0)),
        (replace(PLAIN, most=9), asked()),
        (WHOLE, asked()),
        (WHOLE, asked(LESS, strict=False)),
        (replace(PLAIN, sizes={"properties": 3, "depth": 2}), asked()),
        (replace(PLAIN, sizes={"enum_values": 2, "enum_characters": 8}), asked()),
        (replace(PLAIN, sizes={"enum_values": 1}), asked(strict=False)),
        (replace(PLAIN, keywords={"title"}), asked()),
        (PLAIN, OBJECT | {"messages": [{"role": "user", "content": "in JSON"}]}),
    ],
)
def test_what_is_taken(contract: EndpointRules, body: dict[str, Any]) -> None:
    """A limit may be reached, a property may be called like a keyword."""
    assert None is contract.problem(body)
