"""The Python interface: any source, any loop, and a row for every document in its order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import aclosing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

import extract as package
from extract import (
    Document,
    Failure,
    Model,
    Posting,
    PostingsError,
    Record,
    Salary,
    extract,
    extract_many,
    from_text,
)
from extract.errors import InputError, PromptError, SchemaError, UnknownModelError
from extract.kinds import Pay, Phrase
from extract.runs import opening
from extract.sources.paths import Unreadable
from extract.values import Reading
from tests.server import Request, Server, answering, refusal, shown, simplest

COOK = "Cook wanted\nPay: 15.50 EUR per hour\n"


class Ad(BaseModel):
    """A job ad."""

    title: str | None = None


def model(server: Server, reading: Reading = "open") -> Model:
    """Return the model that a server serves."""
    return Model("simple", server.base_url, "key", attempts=1, reading=reading)


def numbered(count: int) -> list[Document]:
    """Return documents that can be told apart in a request."""
    return [from_text(f"Cook {n} wanted\nJob {n}", id=str(n), source="-") for n in range(count)]


def rows(
    server: Server, documents: Iterable[Document | Unreadable], **options: Any
) -> list[Record[Any] | Failure]:
    """Read many documents to the end."""

    async def all_of_them() -> list[Record[Any] | Failure]:
        many = extract_many(documents, model=model(server), **options)
        return [row async for row in many]

    return asyncio.run(all_of_them())


def test_the_exported_names() -> None:
    """Other programs import these: a name is added or removed on purpose."""
    assert [
        "Document",
        "Education",
        "Evidence",
        "Experience",
        "Failure",
        "Location",
        "Model",
        "Posting",
        "PostingsError",
        "Price",
        "Record",
        "Requirement",
        "Salary",
        "Thresholds",
        "Traffic",
        "documents",
        "extract",
        "extract_all",
        "extract_many",
        "from_bytes",
        "from_text",
        "read",
        "split",
    ] == package.__all__


def test_dir_lists_the_exported_names() -> None:
    """Completion in a shell or a notebook offers what can be imported, and nothing else."""
    assert sorted(package.__all__) == dir(package)


@pytest.mark.parametrize("name", package.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    """A name is what its own module calls so."""
    assert name == getattr(package, name).__name__


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Importing names on first use does not make others up."""
    with pytest.raises(AttributeError, match="nonsense"):
        _ = package.nonsense


@pytest.mark.parametrize(
    ("source", "where"),
    [(COOK, "text"), ("Cook", "text"), (COOK.encode("utf-16"), "bytes"), ("Cook.  ", "text")],
)
def test_text_and_bytes_are_read_as_they_are(
    server: Server, source: str | bytes, where: str
) -> None:
    """What is given is the posting itself, in whatever encoding."""
    record = extract(source, model=model(server))
    assert ("posting", where) == (record.id, record.source)
    assert "Cook" in shown(server.requests[0])


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_is_read_as_a_file(server: Server, tmp_path: Path, kind: type[str | Path]) -> None:
    """A string that names a file is that file, even one with spaces in its name."""
    file = tmp_path / "line cook.txt"
    file.write_text(COOK, encoding="utf-8")
    record = extract(kind(file), model=model(server))
    assert ("line cook", str(file)) == (record.id, record.source)


def test_a_document_keeps_its_name(server: Server) -> None:
    """A document made by the caller is read as it is."""
    record = extract(from_text(COOK, id="7", source="mail"), model=model(server))
    assert ("7", "mail") == (record.id, record.source)


@pytest.mark.parametrize(
    "source", ["missing.txt", "no/such/page.html", Path("missing"), "", b"", b"\x00\x01\x02"]
)
def test_a_source_that_cannot_be_read(server: Server, source: Any) -> None:
    """A path with a typing error is not sent to the model as if it were a posting."""
    with pytest.raises(InputError):
        extract(source, model=model(server))
    assert [] == server.requests


def test_any_schema_can_be_asked_for(server: Server) -> None:
    """The record holds an instance of the schema that was asked for."""
    record = extract(COOK, Ad, model=model(server))
    assert Ad() == record.posting
    assert ["title"] == list(record.states)


def test_the_default_schema_is_the_posting(server: Server) -> None:
    """Pay is found by code and chosen by the model."""
    record = extract(COOK, model=model(server, "closed"))
    assert isinstance(record.posting, Posting)
    assert Salary(min=15.5, max=15.5, currency="EUR", period="hour") == record.posting.salary


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"prompt": "no-such-prompt"}, PromptError),
        ({"schema": int}, SchemaError),
    ],
)
def test_what_cannot_work_is_told_before_any_request(
    server: Server, options: dict[str, Any], expected: type[PostingsError]
) -> None:
    """A wrong template or schema costs nothing."""
    with pytest.raises(expected):
        extract(COOK, model=model(server), **options)
    assert [] == server.requests


def test_the_error_of_the_call_is_the_callers() -> None:
    """One document, one error: nothing is wrapped around it by the loop it ran in."""
    with (
        answering(lambda _: refusal(404, "no such model")) as missing,
        pytest.raises(UnknownModelError),
    ):
        extract(COOK, model=model(missing))


def test_extract_works_inside_a_running_loop(server: Server) -> None:
    """As in a notebook."""

    async def cell() -> Record[Posting]:
        return extract(COOK, model=model(server))

    assert asyncio.run(cell()).is_posting


def test_local_is_the_embedded_model(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default asks the server that is started inside the process."""
    embedded = SimpleNamespace(name="qwen", base_url=server.base_url, api_key="key")
    monkeypatch.setattr(opening, "running", lambda: embedded)
    assert "qwen" == extract(COOK).provenance.model
    assert "qwen" == server.requests[0]["model"]


def test_a_name_is_a_model_of_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not looked for on this machine, and without a key nothing is sent."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr(opening, "running", lambda: pytest.fail("the embedded model was started"))
    with pytest.raises(PostingsError, match="no key for gpt-5-mini"):
        extract(COOK, model="gpt-5-mini")


@pytest.mark.parametrize("concurrency", [1, 8])
def test_many_come_out_in_the_order_they_went_in(server: Server, concurrency: int) -> None:
    """A row for each document, whatever is read at once."""
    read = rows(server, numbered(20), concurrency=concurrency)
    assert [str(n) for n in range(20)] == [row.id for row in read]
    assert all(isinstance(row, Record) for row in read)


def test_a_slow_document_does_not_change_places() -> None:
    """Eight are asked at once: the first is answered only after the eighth was asked."""
    eighth = threading.Event()

    def slow(asked: Request) -> tuple[int, dict[str, Any]]:
        if "Job 7" in shown(asked):
            eighth.set()
        elif "Job 0" in shown(asked) and not eighth.wait(20):
            return refusal(400, "they were not asked at once")
        return simplest(asked)

    with answering(slow) as server:
        read = rows(server, numbered(12), concurrency=8)
    assert [str(n) for n in range(12)] == [row.id for row in read]
    assert all(isinstance(row, Record) for row in read)


@pytest.mark.parametrize("concurrency", [1, 3])
def test_documents_are_drawn_only_when_there_is_room(server: Server, concurrency: int) -> None:
    """A million documents are never in memory at once."""
    drawn = 0

    def drawing() -> Iterator[Document]:
        nonlocal drawn
        for document in numbered(30):
            drawn += 1
            yield document

    async def ahead() -> list[int]:
        many = extract_many(drawing(), model=model(server), concurrency=concurrency)
        return [drawn - given async for given in _counted(many)]

    assert max(asyncio.run(ahead())) < 4 * concurrency


async def _counted(many: Any) -> Any:
    given = 0
    async for _ in many:
        given += 1
        yield given


@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_bad_document_is_one_failure(concurrency: int) -> None:
    """One that cannot be read and one that the server refuses lose no others."""

    def picky(asked: Request) -> tuple[int, dict[str, Any]]:
        return refusal(404, "gone") if "Job 3" in shown(asked) else simplest(asked)

    documents: list[Document | Unreadable] = [*numbered(6)]
    documents.insert(1, Unreadable("x", "x.pdf", InputError("x.pdf: is not text")))
    with answering(picky) as server:
        read = rows(server, documents, concurrency=concurrency)
    failures = {row.id: (row.source, row.error) for row in read if isinstance(row, Failure)}
    assert {"x": ("x.pdf", "InputError"), "3": ("-", "UnknownModelError")} == failures
    assert ["0", "x", "1", "2", "3", "4", "5"] == [row.id for row in read]


def test_a_fault_of_ours_is_one_failure(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug costs the document it struck, and the row asks for a report."""

    def broken(kind: Pay, document: Document) -> tuple[()]:
        if document.id == "2":
            raise ValueError("off by one")
        return ()

    monkeypatch.setattr(Pay, "given", broken)
    read = rows(server, numbered(4), concurrency=2)
    (failure,) = [row for row in read if isinstance(row, Failure)]
    assert ("2", "PostingsError") == (failure.id, failure.error)
    assert "please report it: ValueError: off by one" in failure.message
    assert 4 == len(read)


def test_a_fault_of_ours_in_one_document_is_raised_as_it_is(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no row to put it in, and its traceback is worth more than a wrapper."""

    def broken(kind: Phrase, document: Document, span: Any) -> None:
        raise ValueError("off by one")

    monkeypatch.setattr(Pay, "read", broken)
    with pytest.raises(ValueError, match="off by one"):
        extract(COOK, model=model(server))


def test_a_source_of_documents_that_breaks_ends_the_run(server: Server) -> None:
    """What the caller's own generator raises is the caller's."""

    def breaking() -> Iterator[Document]:
        yield from numbered(2)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        rows(server, breaking(), concurrency=2)


@pytest.mark.parametrize("closing", [True, False])
def test_leaving_the_loop_early_leaves_nothing_running(*, closing: bool) -> None:
    """What was begun is cancelled, and no further document is drawn or asked about."""
    release = threading.Event()

    def stuck(asked: Request) -> tuple[int, dict[str, Any]]:
        if "Job 0" not in shown(asked):
            release.wait(20)
        return simplest(asked)

    async def first() -> set[asyncio.Task[Any]]:
        many = extract_many(numbered(50), model=model(server), concurrency=4)
        if closing:
            async with aclosing(many) as held:
                async for _ in held:
                    break
        else:
            async for _ in many:
                break
            del many
        await asyncio.sleep(0)
        left = asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]
        # The server holds its answers back: only what is cancelled can end.
        return (await asyncio.wait(left, timeout=10))[1] if left else left

    with answering(stuck) as server:
        left = asyncio.run(first())
        release.set()
    assert set() == left
    assert len(server.requests) <= 4
