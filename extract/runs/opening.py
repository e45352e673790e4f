"""Open what reads documents: an extractor for one model and schema, an engine for many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import anyio
from pydantic import BaseModel

from extract.asking import prompt as prompts
from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.models.cassettes import Recordings
from extract.models.client import Client, Model
from extract.models.dialects import Memory
from extract.models.local import DEFAULT, primed, running
from extract.posting import Posting
from extract.runs.engine import Engine
from extract.runs.request_gate import RequestGate, RequestLedger, gate_of
from extract.runs.traffic import Traffic
from extract.values import Reading

__all__ = ["LOCAL", "opened", "reading", "resolved"]

T = TypeVar("T", bound=BaseModel)

LOCAL = "local"
"""The name of the embedded model."""


@asynccontextmanager
async def reading(  # noqa: PLR0913 - what a batch is made of
    schema: type[Any] = Posting,
    *,
    model: str | Model = LOCAL,
    prompt: str | Path | None = None,
    concurrency: int = 1,
    traffic: Traffic = Traffic(),  # noqa: B008 - frozen
    ledger: RequestLedger | None = None,
    way: Reading | None = None,
    memory: Memory | None = None,
) -> AsyncIterator[Engine]:
    """Connect to the model and yield the engine that reads many documents with it.

    `way` is how the model is asked, where that is not its own way. `memory` holds what was learned
    about its endpoint before, and gets what is learned now.
    """
    served = await resolved(model, way)
    gate = gate_of(served, traffic, concurrency, ledger)
    opening = opened(schema, model=served, prompt=prompt, gate=gate, memory=memory)
    async with opening as extractor:
        yield Engine(
            extractor,
            gate,
            concurrency,
            seconds=traffic.seconds_per_document,
            seconds_of_run=traffic.seconds,
        )


async def resolved(model: str | Model, way: Reading | None = None) -> Model:
    """Return the model that is meant; the embedded one is started for it.

    `way` is how it is asked, where that is not its own way.
    """
    if isinstance(model, Model):
        meant = model
    elif model != LOCAL:
        meant = Model(model)
    else:
        server = await anyio.to_thread.run_sync(running)
        meant = Model(server.name, server.base_url, server.api_key, reading="closed")
    return meant if way is None else replace(meant, reading=way)


@asynccontextmanager
async def opened(  # noqa: PLR0913 - what an extractor is made of
    schema: type[T],
    *,
    model: str | Model = LOCAL,
    prompt: str | Path | None = None,
    recordings: Recordings | None = None,
    gate: RequestGate | None = None,
    way: Reading | None = None,
    memory: Memory | None = None,
) -> AsyncIterator[Extractor[T]]:
    """Connect to the model and yield an Extractor; the embedded model is started where it is meant.

    With `recordings` every document's answers are played from its file, or recorded to it; to
    replay, no model is started or needed. Every request passes the `gate`. `way` is how the model
    is asked, where that is not its own way.
    """
    asked = schema_of(schema)
    if recordings is not None and recordings.mode == "replay" and model == LOCAL:
        model = Model(DEFAULT.name, "http://127.0.0.1/v1", "none", reading="closed")
    transport = recordings.transport() if recordings is not None else None
    served = await resolved(model, way)
    loaded = prompts.load(prompt, served.reading)
    await primed(served.base_url, loaded.constant(asked, served.reading))
    client = Client(served, transport, gate, memory)
    try:
        yield Extractor(client, asked, loaded, recordings)
    finally:
        await client.close()
