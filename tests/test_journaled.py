"""A program's own run that is kept in a folder: it goes on, and asks nothing twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from extract.api import extract_many
from extract.errors import JournalError
from extract.models.client import Model
from extract.record import Failure, Record
from extract.text.document import from_text
from extract.values import Document
from tests.invoices import Invoice
from tests.server import Request, Server, answering, completion, refusal, shown
from tests.shops import postings


def numbered(asked: Request) -> tuple[int, dict[str, Any] | str]:
    """Answer with the number of the invoice that is shown; refuse the one that is called broken."""
    text = shown(asked)
    if "broken" in text:
        return refusal(400, "cannot read this")
    number = text.split("No. ")[1].split()[0]
    names = ("due", "total", "paid", "status", "vendor")
    answer = {"is_posting": True, "number": f"No. {number}", **dict.fromkeys(names), "items": []}
    return completion(json.dumps(answer))


def texts(*numbers: int) -> list[str]:
    """Return the texts of invoices."""
    return [f"Invoice No. {number}\n" for number in numbers]


def rows(
    server: Server, documents: Iterable[str | Document], most: int | None = None, **options: Any
) -> list[Record[Any] | Failure]:
    """Read documents into the folder `kept`, and stop after `most` rows as a crash would."""
    model = Model("reader", server.base_url, "k", attempts=1)

    async def read() -> list[Record[Any] | Failure]:
        found: list[Record[Any] | Failure] = []
        given = extract_many(documents, Invoice, model=model, run="kept", **options)
        async for row in given:
            found.append(row)
            if len(found) == most:
                break
        await given.aclose()
        return found

    return asyncio.run(read())


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_run_goes_on_after_a_crash() -> None:
    """What has its row is yielded from the folder, in its place; only the rest is asked."""
    with answering(numbered) as server:
        rows(server, texts(1, 2, 3, 4), most=2)
        found = rows(server, texts(1, 2, 3, 4))
        assert 4 == len(server.requests)
    assert ["No. 1", "No. 2", "No. 3", "No. 4"] == [
        row.posting.number for row in found if isinstance(row, Record)
    ]
    assert ["1", "2", "3", "4"] == [row.id for row in found]


def test_the_same_text_is_asked_once() -> None:
    """Each of its documents has a row under its own id, also where they are read at once."""
    named = [from_text("Invoice No. 7\n", id=name) for name in ("a", "b", "c")]
    with answering(numbered) as server:
        found = rows(server, named, concurrency=3)
        assert 1 == len(server.requests)
    assert ["a", "b", "c"] == [row.id for row in found]


def test_failures_are_kept_until_they_are_asked_again() -> None:
    """They are rows like any other, and `retry_failed` forgets them."""
    with answering(numbered) as server:
        rows(server, ["broken\n", *texts(1)])
        so_far = len(server.requests)
        again = rows(server, ["broken\n", *texts(1)])
        assert so_far == len(server.requests)
        assert isinstance(again[0], Failure)
        rows(server, ["broken\n", *texts(1)], retry_failed=True)
        assert so_far + 1 == len(server.requests)


def test_a_text_without_words_is_a_failure_of_its_own() -> None:
    """The others are read."""
    with answering(numbered) as server:
        found = rows(server, ["  \n", *texts(2)])
    assert [True, False] == [isinstance(row, Failure) for row in found]
    assert "text 1: holds no readable text" == getattr(found[0], "message", "")


def test_another_runs_folder_is_refused() -> None:
    """Another model would mix its rows with those that are there."""
    with answering(numbered) as server:
        rows(server, texts(1))
        other = Model("other", server.base_url, "k")

        async def read() -> None:
            async for _ in extract_many(texts(1), Invoice, model=other, run="kept"):
                pass

        with pytest.raises(JournalError, match="the model was 'reader' and is now 'other'"):
            asyncio.run(read())


def test_the_command_goes_on_with_a_programs_run() -> None:
    """The folder is the same as that of `postings extract --run`."""
    with answering(numbered) as server:
        rows(server, [from_text("Invoice No. 5\n", id="five")])
        Path("five.txt").write_text("Invoice No. 5\n", "utf-8")
        where = ("--model", "reader", "--base-url", server.base_url, "--api-key", "k")
        schema = ("--schema", "tests.invoices:Invoice")
        done = postings("extract", "five.txt", "--run", "kept", *where, *schema)
        assert 0 == done.exit_code, done.output
        assert 1 == len(server.requests)
    (row,) = map(json.loads, Path("kept/rows.jsonl").read_text("utf-8").splitlines())
    assert ("five", "No. 5") == (row["id"], row["posting"]["number"])
