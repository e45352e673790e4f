"""The Python interface: one document, or many.

`extract` works anywhere, even inside a running event loop as in a notebook, because it does the
work in an event loop and a thread of its own. All functions are the same asynchronous code.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from contextlib import AsyncExitStack, aclosing, closing
from pathlib import Path
from typing import Any, TypeVar, overload

from anyio.from_thread import start_blocking_portal
from pydantic import BaseModel

from extract.errors import InputError
from extract.models.client import Model
from extract.posting import Posting
from extract.record import Failure, Record
from extract.runs.journal import Journal
from extract.runs.kept_rows import KeptRows
from extract.runs.opening import LOCAL, EngineOptions, engine_for, opened
from extract.runs.packing import Given
from extract.runs.traffic import Traffic
from extract.sources.paths import Unreadable
from extract.sources.several import postings
from extract.text.document import from_bytes, from_text, read
from extract.values import Document

__all__ = ["document_of", "extract", "extract_all", "extract_many"]

T = TypeVar("T", bound=BaseModel)

_LONGEST_PATH = 1024


@overload
def extract(source: str | bytes | Path | Document) -> Record[Posting]: ...
@overload
def extract(
    source: str | bytes | Path | Document,
    schema: type[T],
    *,
    model: str | Model = LOCAL,
    prompt: str | Path | None = None,
) -> Record[T]: ...
@overload
def extract(
    source: str | bytes | Path | Document,
    *,
    model: str | Model = LOCAL,
    prompt: str | Path | None = None,
) -> Record[Posting]: ...
def extract(
    source: str | bytes | Path | Document,
    schema: type[Any] = Posting,
    *,
    model: str | Model = LOCAL,
    prompt: str | Path | None = None,
) -> Record[Any]:
    """Read one posting: its text, its bytes, or the path of its file.

    `schema` is any Pydantic model (see docs/schemas.md). `model` is "local" for the embedded
    model, the name of one of OpenAI's models, or a `Model` that also says where it is served.

    A string is the posting's text, unless it is a single word that ends like a file name or is the
    name of an existing file. A `Document` is always read as one posting.

    Raises a PostingsError: InputError if the source cannot be read or has several postings (use
    `extract_all` then), SchemaError, PromptError, WeightsError, or the ModelError of the call.
    """
    document = document_of(source)
    if not isinstance(source, Document) and (several := len(postings(document))) > 1:
        raise InputError(
            f"{document.source}: holds {several} postings: extract_all() reads each of them"
        )
    return _read([document], schema, model, prompt)[0]


def extract_all(
    source: str | bytes | Path | Document,
    schema: type[T] = Posting,  # type: ignore[assignment]
    *,
    model: str | Model = LOCAL,
    prompt: str | Path | None = None,
) -> list[Record[T]]:
    """Read every posting of a page and return a record for each, in reading order.

    If the page has several postings, the ids of the records are "ID#1", "ID#2" …, and their
    evidence refers to the texts of the documents that `split([document])` yields. Everything else
    is as in `extract`.
    """
    return _read(postings(document_of(source)), schema, model, prompt)


def _read(
    documents: Sequence[Document], schema: type[T], model: str | Model, prompt: str | Path | None
) -> list[Record[T]]:
    async def each() -> list[Record[T]]:
        async with opened(schema, model=model, prompt=prompt) as extractor:
            return [await extractor.read(document) for document in documents]

    with start_blocking_portal() as portal:
        return portal.call(each)


async def extract_many(  # noqa: PLR0913 - how a batch differs from one document
    documents: Iterable[str | Document | Unreadable],
    schema: type[Any] = Posting,
    *,
    model: str | Model = LOCAL,
    prompt: str | Path | None = None,
    concurrency: int = 1,
    ordered: bool = True,
    traffic: Traffic = Traffic(),  # noqa: B008 - frozen
    run: str | Path | None = None,
    retry_failed: bool = False,
    workers: int = 1,
) -> AsyncGenerator[Record[Any] | Failure, None]:
    """Read many documents, `concurrency` at once, and yield a row for each in their order.

    Each document is read as one posting. `documents()` already separates pages with several
    postings; use `split()` to do so for documents of your own. Plain texts among the documents get
    their number as their id, from 1 on.

    If `ordered` is false, rows come as soon as they are done. Memory is bounded: a document is
    taken from `documents` only when there is room for it. A document that cannot be read becomes a
    `Failure` and affects no other. `traffic` sets pace, caps, deadlines and a cache.

    With `run` the rows are kept in that folder, as `postings extract --run` does. Called again with
    the same documents after a crash, the function asks only for those without a row and yields the
    others from the folder. It asks the same text once. `retry_failed` asks again for documents
    that failed there.

    With more than one of `workers`, as many processes make the questions and ground the answers:
    one alone reads about 30 postings a second. They import `schema` and the program that
    calls this, whose own work must therefore stand under `if __name__ == "__main__":`.

    Raises BudgetError or DeadlineError if a cap or the time ends the run, after the rows of the
    documents in flight; documents without a row were not read. Raises JournalError if the folder
    is in use or belongs to another run, WorkerError if the worker processes cannot start.
    """
    given: Iterable[Given | None] | AsyncIterable[Given | None]
    given = map(_given, enumerate(documents, 1))
    options = EngineOptions(model, prompt, concurrency, traffic, ordered=ordered, workers=workers)
    async with AsyncExitStack() as stack:
        kept = None
        if run is not None:
            journal = stack.enter_context(closing(Journal(Path(run))))
            kept = KeptRows(journal, schema, retry_failed)
            given = kept.registered(given)
        engine = await stack.enter_async_context(engine_for(schema, options, kept))
        async with aclosing(engine.rows(given)) as rows:
            async for row in rows:
                yield row


def _given(numbered: tuple[int, str | Document | Unreadable]) -> Document | Unreadable:
    number, source = numbered
    if not isinstance(source, str):
        return source
    name = str(number)
    try:
        return from_text(source, id=name, source=f"text {name}")
    except InputError as error:
        return Unreadable(name, f"text {name}", error)


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
