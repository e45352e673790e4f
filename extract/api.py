"""The Python interface: one document, or many.

`extract` works anywhere, also inside a running event loop as in a notebook: the work is done in
a loop of its own, on a thread of its own. Both functions are the same asynchronous code.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar, overload

import anyio
from anyio.from_thread import start_blocking_portal
from pydantic import BaseModel

from extract import prompt as prompts
from extract.cassettes import Recordings
from extract.errors import PostingsError
from extract.local import DEFAULT, running
from extract.model import Client, Model
from extract.pipeline import Extractor
from extract.posting import Posting
from extract.record import Failure, Record, failure_of
from extract.schema import schema_of
from extract.text.document import from_bytes, from_text, read
from extract.text.sources import Unreadable
from extract.values import Document

__all__ = ["LOCAL", "extract", "extract_many", "opened"]

T = TypeVar("T", bound=BaseModel)

LOCAL = "local"
"""The name of the embedded model."""

_LONGEST_PATH = 1024


@overload
def extract(source: str | bytes | Path | Document) -> Record[Posting]: ...
@overload
def extract(
    source: str | bytes | Path | Document,
    schema: type[T],
    *,
    model: str | Model = LOCAL,
    prompt: str | Path = prompts.DEFAULT,
) -> Record[T]: ...
@overload
def extract(
    source: str | bytes | Path | Document,
    *,
    model: str | Model = LOCAL,
    prompt: str | Path = prompts.DEFAULT,
) -> Record[Posting]: ...
def extract(
    source: str | bytes | Path | Document,
    schema: type[Any] = Posting,
    *,
    model: str | Model = LOCAL,
    prompt: str | Path = prompts.DEFAULT,
) -> Record[Any]:
    """Read one posting: its text, its bytes, or the path of its file.

    `schema` is any Pydantic model (see docs/schemas.md). `model` is "local" for the embedded
    model, the name of one of OpenAI's, or a `Model` that also says where it is served.

    A string is the posting's text, unless it is one word that ends like a file name or names a
    file that exists.

    Raises a PostingsError: InputError for a source that cannot be read, SchemaError,
    PromptError, WeightsError, or the ModelError of the call.
    """
    document = document_of(source)

    async def one() -> Record[Any]:
        async with opened(schema, model=model, prompt=prompt) as extractor:
            return await extractor.read(document)

    with start_blocking_portal() as portal:
        return portal.call(one)


async def extract_many(
    documents: Iterable[Document | Unreadable],
    schema: type[Any] = Posting,
    *,
    model: str | Model = LOCAL,
    prompt: str | Path = prompts.DEFAULT,
    concurrency: int = 1,
) -> AsyncGenerator[Record[Any] | Failure, None]:
    """Read many documents, `concurrency` at once, and yield a row for each in their order.

    Bounded in memory: a document is drawn from `documents` only when there is room for it. What
    cannot be read becomes a Failure; nothing else is lost.
    """
    async with opened(schema, model=model, prompt=prompt) as extractor:
        tasks: deque[asyncio.Task[Record[Any] | Failure]] = deque()
        try:
            for document in documents:
                tasks.append(asyncio.create_task(_row(extractor, document)))
                if len(tasks) >= concurrency:
                    yield await tasks.popleft()
            while tasks:
                yield await tasks.popleft()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def opened(
    schema: type[T],
    *,
    model: str | Model = LOCAL,
    prompt: str | Path = prompts.DEFAULT,
    recordings: Recordings | None = None,
) -> AsyncIterator[Extractor[T]]:
    """Connect to the model and yield an Extractor; the embedded model is started where it is meant.

    With `recordings` every document's answers are played from its file, or recorded to it; to
    replay, no model is started or needed.
    """
    asked = schema_of(schema)
    loaded = prompts.load(prompt)
    async with AsyncExitStack() as stack:
        if recordings is not None and recordings.mode == "replay" and model == LOCAL:
            model = Model(DEFAULT.name, "http://127.0.0.1/v1", "none")
        elif model == LOCAL:
            server = await anyio.to_thread.run_sync(running)
            model = Model(server.name, server.base_url, server.api_key)
        elif isinstance(model, str):
            model = Model(model)
        client = Client(model, recordings.transport() if recordings is not None else None)
        stack.push_async_callback(client.close)
        yield Extractor(client, asked, loaded, recordings)


async def _row(extractor: Extractor[T], document: Document | Unreadable) -> Record[T] | Failure:
    if isinstance(document, Unreadable):
        return failure_of(document.id, document.source, document.error)
    try:
        return await extractor.read(document)
    except PostingsError as error:
        return failure_of(document.id, document.source, error)
    except Exception as error:  # noqa: BLE001 - a fault of ours costs one document, not the run
        fault = f"a fault of the toolkit, please report it: {type(error).__name__}: {error}"
        return failure_of(document.id, document.source, PostingsError(fault))


def document_of(source: str | bytes | Path | Document, *, id: str | None = None) -> Document:  # noqa: A002
    """Read what `extract` takes into a Document, named `id` if given.

    >>> document_of("Baker wanted", id="baker").id
    'baker'
    """
    match source:
        case Document():
            return source
        case bytes():
            return from_bytes(source, id=id or "posting", source="bytes")
        case Path():
            return read(source, id=id)
    if len(source) <= _LONGEST_PATH and "\n" not in source and _is_path(source):
        return read(Path(source), id=id)
    return from_text(source, id=id or "posting", source="text")


def _is_path(text: str) -> bool:
    one_word = bool(text) and not any(char.isspace() for char in text)
    try:
        return Path(text).is_file() or (one_word and bool(Path(text).suffix))
    except (OSError, ValueError):
        return False
