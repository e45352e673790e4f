"""Open what reads documents: an extractor for one model and schema, an engine for many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import anyio
from pydantic import BaseModel

from extract.asking import prompt as prompts
from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.models.client import Client, Model
from extract.models.dialects import Memory
from extract.models.local import DEFAULT, primed, running
from extract.posting import Posting
from extract.runs.batch_sender import BatchSender
from extract.runs.budget import Budget
from extract.runs.document_reader import DocumentReader, InProcess
from extract.runs.engine import Engine
from extract.runs.gates import gate_of
from extract.runs.kept_rows import KeptRows
from extract.runs.request_gate import RequestGate
from extract.runs.shelf import Shelf
from extract.runs.traffic import Traffic
from extract.runs.workers.pool import WorkerPool
from extract.runs.workers.spec import WorkerSpec
from extract.values import Reading

if TYPE_CHECKING:
    from extract.models.cassettes import Recordings

__all__ = ["LOCAL", "EngineOptions", "engine_for", "opened", "resolved"]

T = TypeVar("T", bound=BaseModel)

LOCAL = "local"
"""The name of the embedded model."""


class SenderFor(Protocol):
    """Makes what collects requests into batches, instead of sending them one by one."""

    def __call__(self, model: Model, budget: Budget, shelf: Shelf) -> BatchSender:
        """Return the sender for a model; what is to be sent goes on the shelf."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How documents are read: by which model, with which prompt, how many at once.

    `way` is how the model is asked, where that is not its own way. With `ordered`, rows come in the
    order of the documents. With more than one of `workers`, as many processes read the documents;
    `schema_name` is how they load the schema, if they cannot import it.
    """

    model: str | Model = LOCAL
    prompt: str | Path | None = None
    concurrency: int = 1
    traffic: Traffic = field(default_factory=Traffic)
    way: Reading | None = None
    ordered: bool = True
    workers: int = 1
    schema_name: str | None = None


@asynccontextmanager
async def engine_for(
    schema: type[Any] = Posting,
    options: EngineOptions = EngineOptions(),
    kept: KeptRows | None = None,
    sender: SenderFor | None = None,
) -> AsyncIterator[Engine]:
    """Connect to the model and yield the engine that reads many documents with it.

    Rows are `kept` in a run's folder, if it is given. `sender` makes what collects requests into
    batches, if they are not sent one by one.
    """
    model = await resolved(options.model, options.way)
    traffic, concurrency = options.traffic, options.concurrency
    memory = None
    if kept is not None:
        prompt = prompts.load(options.prompt, model.reading)
        memory = kept.begin(model, prompt, schema_of(schema))
    async with AsyncExitStack() as stack:
        shelf, collects = None, None
        if sender is not None:
            shelf = stack.enter_context(closing(Shelf()))
            collects = partial(sender, model, shelf=shelf)
        gate = gate_of(
            model,
            traffic,
            concurrency,
            ledger=kept.journal if kept else None,
            renew=kept is not None and kept.again,
            sender=collects,
            replays=options.workers > 1,
        )
        opening = opened(schema, model=model, prompt=options.prompt, gate=gate, memory=memory)
        extractor = await stack.enter_async_context(opening)
        extractor = replace(extractor, keeping=kept is not None)
        if gate.sender is not None:
            await stack.enter_async_context(gate.sender)
        reader: DocumentReader = InProcess(extractor)
        if options.workers > 1:
            spec = WorkerSpec.of(extractor, options.prompt, options.schema_name)
            pool = WorkerPool(extractor, gate, spec, options.workers)
            reader = await stack.enter_async_context(pool)
        yield Engine(
            extractor,
            reader,
            gate,
            concurrency,
            options.ordered,
            traffic.seconds_per_document,
            traffic.seconds,
            kept,
            shelf,
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
    """Connect to the model and yield an Extractor; the embedded model is started if it is named.

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
