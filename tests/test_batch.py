"""Many documents at once: orders, deadlines, caps and the cache, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import httpx2
import pytest

from extract import Failure, Model, Record, Traffic, extract_many, from_text
from extract.errors import BudgetError, DeadlineError, JournalError
from extract.runs.answer_cache import Cache
from extract.runs.hopeless import FailureWatch, Hopeless
from extract.runs.summary import Summary
from extract.values import Document, Usage
from tests.server import Request, Server, answering, completion, refusal, shown, simplest

Rows = list[Record[Any] | Failure]


def numbered(count: int) -> list[Document]:
    """Return documents that can be told apart in a request."""
    return [from_text(f"Cook {n} wanted\nJob {n}.", id=str(n)) for n in range(count)]


def read(server: Server, count: int, **options: Any) -> tuple[Rows, Exception | None]:
    """Read documents to the end; return the rows, and what ended the run."""

    async def all_of_them() -> tuple[Rows, Exception | None]:
        rows: Rows = []
        model = Model("simple", server.base_url, "key", attempts=1)
        try:
            async for row in extract_many(numbered(count), model=model, **options):
                rows.append(row)
        except (BudgetError, DeadlineError) as error:
            return rows, error
        return rows, None

    return asyncio.run(all_of_them())


class Slow:
    """Answers at once, but holds what is asked of one document until it is released."""

    def __init__(self, held: str, until: str) -> None:
        self.held, self.until = held, until
        self.released = threading.Event()

    def __call__(self, request: Request) -> tuple[int, Any]:
        """Answer a request."""
        told = shown(request)
        if f"Job {self.until}." in told:
            self.released.set()
        elif f"Job {self.held}." in told and not self.released.wait(600):
            return refusal(400, "nobody went ahead")
        return simplest(request)


def test_rows_come_as_they_are_done_where_order_does_not_matter() -> None:
    """A slow first document comes after those that were read meanwhile."""
    with answering(Slow("0", "9")) as server:
        rows, _ = read(server, 10, concurrency=2, ordered=False)
    assert {"0", "9"} == {row.id for row in rows[-2:]}
    assert {str(n) for n in range(10)} == {row.id for row in rows}
    assert all(isinstance(row, Record) for row in rows)


def test_others_go_ahead_of_a_slow_document_in_order_too() -> None:
    """With two at once, six more are read while the first is waited for."""
    with answering(Slow("0", "6")) as server:
        rows, _ = read(server, 10, concurrency=2)
    assert [str(n) for n in range(10)] == [row.id for row in rows]
    assert all(isinstance(row, Record) for row in rows)


def test_a_document_that_takes_too_long_is_a_failure() -> None:
    """It says which limit it was, and the others are read."""
    slow = Slow("1", "none")
    with answering(slow) as server:
        rows, _ = read(server, 3, traffic=Traffic(seconds_per_document=3))
        slow.released.set()
    told = {row.id: row.error for row in rows if isinstance(row, Failure)}
    assert {"1": "DeadlineError"} == told
    assert [1] == [row.usage.calls for row in rows if isinstance(row, Failure)]
    assert ["0", "1", "2"] == [row.id for row in rows]


def test_after_its_time_a_run_begins_no_further_document() -> None:
    """What was begun is finished, and then it is told."""
    with answering(simplest) as server:
        rows, error = read(server, 5, traffic=Traffic(seconds=0))
    assert isinstance(error, DeadlineError)
    assert ([], []) == (rows, server.requests)


def test_a_cap_ends_a_run_after_what_was_in_flight() -> None:
    """The rows that were paid for are there, and no request more was sent."""
    with answering(simplest) as server:
        rows, error = read(server, 20, concurrency=4, traffic=Traffic(max_total_tokens=14_000))
    assert isinstance(error, BudgetError)
    assert 0 < len(rows) < 20
    assert len(rows) == len(server.requests)


def test_the_cost_of_an_unreadable_answer_is_in_its_row() -> None:
    """The body says what it cost, although nothing in it can be used."""
    body = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}
    with answering(lambda _: (200, body)) as server:
        rows, _ = read(server, 1)
    assert [Usage(7, 3, 0, 1)] == [row.usage for row in rows if isinstance(row, Failure)]


REQUEST = httpx2.Request("POST", "http://127.0.0.1:1/v1/chat/completions", content=b'{"a": 1}')


def answer(content: str = "{}", **more: Any) -> httpx2.Response:
    """Return a response with a completion."""
    _, body = completion(content)
    body["choices"][0] |= more
    return httpx2.Response(200, json=body)


def test_a_kept_answer_is_played_to_other_processes_too(tmp_path: Path) -> None:
    """The host and the port do not matter, the body does, and it costs nothing."""
    writer, reader = Cache(tmp_path), Cache(tmp_path)
    writer.keep(writer.key(REQUEST), answer('{"title": "cook"}'))
    same = httpx2.Request("POST", "http://[::1]:9/v1/chat/completions", content=b'{"a":1}')
    other = httpx2.Request("POST", "http://127.0.0.1:1/v1/chat/completions", content=b'{"a":2}')
    played = reader.played(reader.key(same), same)
    assert played is not None
    assert '{"title": "cook"}' == played.json()["choices"][0]["message"]["content"]
    assert {0} == set(played.json()["usage"].values())
    assert None is reader.played(reader.key(other), other)
    renewing = Cache(tmp_path, renew=True)
    assert None is renewing.played(renewing.key(REQUEST), REQUEST)


@pytest.mark.parametrize(
    "response",
    [
        answer('{"title": "co', finish_reason="length"),
        answer("{}", finish_reason="content_filter"),
        answer("{}", message={"content": "{}", "refusal": "no"}),
        answer("no JSON"),
        httpx2.Response(200, content=b"<html>"),
        httpx2.Response(200, content=b"[]"),
        httpx2.Response(429, json=completion("{}")[1]),
    ],
)
def test_only_whole_answers_are_kept(tmp_path: Path, response: httpx2.Response) -> None:
    """What was cut off, refused, or is none, would be played for ever."""
    cache = Cache(tmp_path)
    cache.keep("key", response)
    assert None is cache.played("key", REQUEST)


def test_a_cache_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """Before any request."""
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be used"):
        Cache(tmp_path / "file")


def failed(error: str) -> Failure:
    """Return a failure."""
    return Failure(id="a", source="-", error=error, message="why", usage=Usage())


@pytest.mark.parametrize("error", ["AuthenticationError", "UnknownModelError", "TransportError"])
def test_a_fault_of_every_document_is_hopeless_at_once(error: str) -> None:
    """A document that could not even be opened before it says nothing of the server."""
    watch = FailureWatch()
    watch.saw(failed("InputError"))
    with pytest.raises(Hopeless, match="why"):
        watch.saw(failed(error))


def test_a_server_that_goes_away_is_hopeless_after_a_while() -> None:
    """Three in a row, but not three with an answer between them."""
    watch = FailureWatch(patience=3)
    for error in ("ReplyError", "TransportError", "RateLimitError", "ReplyError"):
        watch.saw(failed(error))
    watch.saw(failed("TransportError"))
    watch.saw(failed("RateLimitError"))
    with pytest.raises(Hopeless, match="3 documents in a row failed: why"):
        watch.saw(failed("TransportError"))


def test_the_summary_names_what_nobody_knows() -> None:
    """Lost answers are told apart, at the most that they can have cost."""
    told = str(Summary(2, {}, Usage(10, 5, 0, 3), Usage(900, 100, 0, 1), 1.0))
    assert "10 + 5 tokens in 3 requests, and at most 1,000 in 1 unanswered" in told
