"""`postings model check`: the smallest question, and what it shows of an endpoint."""

from __future__ import annotations

import time

import anyio
from pydantic import BaseModel, ConfigDict

from extract.models.client import Client, Model, Reply
from extract.models.dialects import Way
from extract.runs.opening import resolved
from extract.runs.prices import known_price
from extract.runs.summary import dollars

__all__ = ["probe"]

_WAYS: dict[Way, str] = {
    "strict": "strict JSON schema",
    "schema": "JSON schema, not strict",
    "tool": "forced tool call",
    "object": "JSON object, the schema in the prompt",
    "prompt": "the schema in the prompt alone",
}
_QUESTION = [
    {"role": "system", "content": "Answer in JSON."},
    {"role": "user", "content": "The door is red. Which colour has the door?"},
]


class _Door(BaseModel):
    """A door."""

    model_config = ConfigDict(extra="forbid")

    colour: str


def probe(model: str | Model) -> str:
    """Ask an endpoint for the colour of a door, and return what that showed, a line each.

    Raises a ModelError if it cannot answer.
    """
    return anyio.run(_probed, model)


async def _probed(given: str | Model) -> str:
    model = await resolved(given)
    client = Client(model)
    began = time.monotonic()
    try:
        reply = await client.ask(_QUESTION, _Door)
    finally:
        await client.close()
    seconds = time.monotonic() - began
    row, dialect = model.row, client.dialect
    about = "not in the table of providers"
    if row is not None:
        sure = "confirmed" if row.confirmed else "not confirmed"
        about = f"read on {row.read}, {sure}"
    most = dialect.allowed(model.answer_limit, model.reasoning_effort)
    left_out = sorted(dialect.left_out | dialect.keywords)
    lines = {
        "model": model.where,
        "dialect": f"{dialect.name} ({about})",
        "schema": _WAYS[dialect.way],
        "limit": f"{dialect.limit}, {most:,}",
        "left out": ", ".join(left_out) or "nothing",
        "learned": ", ".join(map(str, client.memory.steps)) or "nothing",
        "answer": f"{reply.text.strip()} in {seconds:.1f} s",
        "cost": _cost(model, reply),
    }
    return "\n".join(f"{name:9} {words}" for name, words in lines.items())


def _cost(model: Model, reply: Reply) -> str:
    usage = reply.usage
    spent = f"{usage.calls} requests, {usage.prompt:,} + {usage.completion:,} tokens"
    price = known_price(model)
    if price is None:
        return f"{spent}; the model's price is not known"
    return f"{spent}, {dollars(price.of(usage))}"
