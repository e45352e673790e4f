"""The Python interface: one document, or many.

`extract` works anywhere, also inside a running event loop as in a notebook: the work is done in
a loop of its own, on a thread of its own. Both functions are the same asynchronous code.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AsyncExitStack, aclosing, closing
from pathlib import Path
from typing import Any, TypeVar, overload

from anyio.from_thread import start_blocking_portal
from pydantic import BaseModel

from extract.asking import prompt as prompts
from extract.asking.schema import schema_of
from extract.errors import InputError
from extract.models.client import Model
from extract.posting import Posting
from extract.record import Failure, Record
from extract.runs.journal import Journal
from extract.runs.journaled import JournaledRun
from extract.runs.opening import LOCAL, opened, reading, resolved
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
    model, the name of one of OpenAI's, or a `Model` that also says where it is served.

    A string is the posting's text, unless it is one word that ends like a file name or names a
    file that exists. A Document is read as the one posting it is given as.

    Raises a PostingsError: InputError for a source that cannot be read or holds several postings
    (see `extract_all`), SchemaError, PromptError, WeightsError, or the ModelError of the call.
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
    """Read every posting of a page, in reading order: a record each.

    Of a page of several the records are called "ID#1", "ID#2" …; the text that their evidence
    refers to is that of the documents which `split([document])` yields. Otherwise as `extract`.
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
) -> AsyncGenerator[Record[Any] | Failure, None]:
    """Read many documents, `concurrency` at once, and yield a row for each in their order.

    Each is read as one posting: `documents()` has taken pages of several apart, and `split()` does
    so for documents of your own. A text among them is named by its number, from 1 on.

    With `ordered` false rows come as they are done. Bounded in memory: a document is drawn from
    `documents` only when there is room for it. What cannot be read becomes a Failure; nothing
    else is lost. `traffic` sets paces, caps, deadlines and a cache.

    With `run` the rows are kept in that folder as `postings extract --run` does: called again with
    the same documents after a crash, it asks only for those without a row, and yields the others
    from the folder. The same text is asked once. `retry_failed` asks again for what failed there.

    Raises BudgetError or DeadlineError where a cap or the time ends the run, after the rows of
    what was in flight; the documents without a row were not read. Raises JournalError for a folder
    that is in use, or is another run's.
    """
    given: Iterable[Document | Unreadable] = map(_given, enumerate(documents, 1))
    async with AsyncExitStack() as stack:
        journaled = memory = None
        if run is not None:
            journal = stack.enter_context(closing(Journal(Path(run))))
            journaled = JournaledRun(journal, schema, retry_failed)
            model = await resolved(model)
            memory = journaled.begin(model, prompts.load(prompt, model.reading), schema_of(schema))
        batch = reading(
            schema,
            model=model,
            prompt=prompt,
            concurrency=concurrency,
            traffic=traffic,
            ledger=journaled.journal if journaled else None,
            memory=memory,
        )
        engine = await stack.enter_async_context(batch)
        engine.ordered = ordered
        if journaled is not None:
            given = journaled.attached(engine, given)
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
