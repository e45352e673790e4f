"""The misbehaving server: each fault over real HTTP, its ledger, its limits, its batches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import jsonschema
import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from evals.bench.loopback import FAULTS, Allowance, Fault, FaultPlan, Loopback, posting, tokens
from evals.bench.loopback.batch_jobs import Terms
from evals.bench.loopback.made_up import FOREIGN, text_of
from evals.bench.loopback.sample_answers import Reader
from extract.asking.closed_question import question
from extract.asking.schema import schema_of
from extract.posting import Posting

SCHEMA = {
    "type": "object",
    "properties": {
        "is_posting": {"type": "boolean"},
        "title": {"type": "string", "maxLength": 60},
        "pay": {"type": "string", "enum": ["$9.00", ""]},
        "runs": {
            "type": "array",
            "maxItems": 8,
            "items": {
                "type": "array",
                "items": {"type": "integer"},
                "minItems": 2,
                "maxItems": 2,
            },
        },
    },
    "required": ["is_posting", "title", "pay", "runs"],
    "additionalProperties": False,
}
TEXT = text_of(3, 800)


def asking(text: str = TEXT, **more: Any) -> dict[str, Any]:
    """Return the body of a request."""
    return {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Read the posting."},
            {"role": "user", "content": text},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Reading", "schema": SCHEMA},
        },
        **more,
    }


@asynccontextmanager
async def client(server: Loopback) -> AsyncIterator[openai.AsyncOpenAI]:
    """Run a server and connect a client to it that never asks twice by itself."""
    async with (
        server.running(),
        openai.AsyncOpenAI(
            base_url=server.base_url, api_key="k", max_retries=0, timeout=0.5
        ) as connected,
    ):
        yield connected


def asked(server: Loopback, **more: Any) -> Any:
    """Ask once and return the completion."""

    async def once() -> Any:
        async with client(server) as connected:
            return await connected.chat.completions.create(**asking(**more))

    return asyncio.run(once())


def failing(server: Loopback) -> Exception:
    """Ask once and return how it failed."""
    with pytest.raises(openai.OpenAIError) as caught:
        asked(server)
    return caught.value


def faulty(fault: Fault, **more: Any) -> Loopback:
    """Return a server all of whose answers have one fault."""
    return Loopback(FaultPlan(faulty=1.0, faults=(fault,), **more))


def content(completion: Any) -> str:
    """Return what the model said."""
    said = completion.choices[0].message.content
    assert isinstance(said, str)
    return said


def test_an_answer_is_of_the_schema() -> None:
    """Whoever asks with a schema gets an instance of it."""
    jsonschema.validate(json.loads(content(asked(Loopback()))), SCHEMA)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_an_answer_is_of_the_schema_of_a_real_question(number: int) -> None:
    """The schema that is derived from a document is understood in all its forms."""
    document = posting(number, 1500)
    schema: type[BaseModel] = question(schema_of(Posting), document).answer
    answer = Reader.of(document.text, str(number)).instance(schema.model_json_schema())
    schema.model_validate(answer)


def test_the_same_request_is_answered_the_same_by_any_server() -> None:
    """A run can be repeated, and compared byte by byte."""
    assert content(asked(Loopback())) == content(asked(Loopback()))


def test_usage_follows_a_rule_that_a_client_can_check() -> None:
    """Four bytes a token, over the messages and over the answer; the ledger says the same."""
    server = Loopback()
    completion = asked(server)
    prompt = tokens("Read the posting.") + tokens(TEXT)
    answer = tokens(content(completion))
    assert (prompt, answer) == (completion.usage.prompt_tokens, completion.usage.completion_tokens)
    assert (prompt, answer) == server.ledger.told == server.ledger.made


def test_an_answer_is_no_longer_than_was_asked_for() -> None:
    """A token limit cuts the answer, as with every provider."""
    completion = asked(Loopback(), max_tokens=5)
    assert ("length", 5) == (
        completion.choices[0].finish_reason,
        completion.usage.completion_tokens,
    )


def test_a_document_is_known_by_its_mark_in_a_repair_too() -> None:
    """The ledger names the document, though the last message is not it."""
    server = Loopback()
    body = asking()
    body["messages"] += [{"role": "user", "content": "That was wrong."}]

    async def once() -> None:
        async with client(server) as connected:
            await connected.chat.completions.create(**body)

    asyncio.run(once())
    assert ["LB-0000003"] == [entry.mark for entry in server.ledger.entries]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("limited", 429, "rate_limit_exceeded"),
        ("limited_until", 429, "rate_limit_exceeded"),
        ("broken", 500, "server_error"),
        ("overloaded", 503, "server_error"),
    ],
)
def test_refusals_have_their_status(fault: Fault, status: int, code: str) -> None:
    """The client's own error says which; nothing is counted for them."""
    server = faulty(fault)
    error = failing(server)
    assert isinstance(error, openai.APIStatusError)
    assert (status, code) == (error.status_code, error.code)
    assert (0, 0) == server.ledger.made
    wait = "1" if fault == "limited_until" else None
    assert wait == error.response.headers.get("retry-after")


@pytest.mark.parametrize("fault", ["dropped_before", "dropped_during", "endless", "never"])
def test_what_is_cut_is_not_told(fault: Fault) -> None:
    """Tokens were made, but the client cannot know of them: two counts, not one."""
    server = faulty(fault, hold=0.2)
    assert isinstance(failing(server), openai.APIConnectionError)
    assert server.ledger.made > (0, 0)
    assert (0, 0) == server.ledger.told


def test_never_is_never() -> None:
    """Without an end to the wait, the client's own time limit ends it."""
    assert isinstance(failing(faulty("never")), openai.APITimeoutError)


@pytest.mark.parametrize("fault", ["late", "slow", "foreign"])
def test_some_faults_are_whole_answers(fault: Fault) -> None:
    """Late, byte by byte, or about something else: of the schema, and counted."""
    server = faulty(fault, late=0.05, slow=0.05)
    completion = asked(server)
    jsonschema.validate(json.loads(content(completion)), SCHEMA)
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (
        server.ledger.told
    )


def test_foreign_words_stand_in_another_document() -> None:
    """Another posting's title, word for word."""
    title = json.loads(content(asked(faulty("foreign"))))["title"]
    assert title
    assert title in FOREIGN
    assert title not in TEXT


def test_a_dropped_connection_after_the_answer_costs_the_next_request_nothing() -> None:
    """The answer is whole and counted; the connection was promised to stay and does not."""
    server = faulty("dropped_after")

    async def twice() -> list[str]:
        async with client(server) as connected:
            first = await connected.chat.completions.create(**asking())
            await asyncio.sleep(0.05)
            second = await connected.chat.completions.create(**asking())
            return [content(first), content(second)]

    first, second = asyncio.run(twice())
    assert first == second
    assert [True, True] == [entry.told for entry in server.ledger.entries]
    assert [1, 2] == [entry.attempt for entry in server.ledger.entries]


@pytest.mark.parametrize("fault", ["truncated", "malformed"])
def test_broken_answers_are_not_json(fault: Fault) -> None:
    """They cost what they cost, and say so."""
    server = faulty(fault)
    completion = asked(server)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Extra"):
        json.loads(content(completion))
    assert ("length" if fault == "truncated" else "stop") == completion.choices[0].finish_reason
    assert completion.usage.completion_tokens == server.ledger.told[1]


def test_off_schema_is_json_but_not_of_the_schema() -> None:
    """It parses and does not validate."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(content(asked(faulty("off_schema")))), SCHEMA)


def test_a_refusal_is_the_models_word() -> None:
    """In the field that the API has for it."""
    message = asked(faulty("refused")).choices[0].message
    assert (None, "I cannot help with that.") == (message.content, message.refusal)


def test_a_garbled_response_is_a_page() -> None:
    """Status 200, no JSON, and so nothing told."""
    server = faulty("garbled")

    async def once() -> httpx2.Response:
        async with server.running(), httpx2.AsyncClient() as http:
            return await http.post(f"{server.base_url}/chat/completions", json=asking())

    response = asyncio.run(once())
    assert (200, "text/html") == (response.status_code, response.headers["content-type"])
    assert (0, 0) == server.ledger.told


def test_every_fault_is_tested_here() -> None:
    """A new fault needs a test."""
    tested = {
        "limited", "limited_until", "broken", "overloaded", "dropped_before", "dropped_during",
        "endless", "never", "late", "slow", "foreign", "dropped_after", "truncated", "malformed",
        "off_schema", "refused", "garbled",
    }  # fmt: skip
    assert set(FAULTS) == tested


@given(st.integers(), st.text(max_size=20), st.integers(1, 9))
def test_a_fault_is_drawn_from_the_request_alone(seed: int, key: str, attempt: int) -> None:
    """Two plans that say the same misbehave the same."""
    plans = [FaultPlan(seed, faulty=0.5), FaultPlan(seed, faulty=0.5)]
    assert plans[0].fault(key, attempt) == plans[1].fault(key, attempt)
    assert FaultPlan(seed).fault(key, attempt) is None
    assert FaultPlan(seed, faulty=1.0).fault(key, attempt) in FAULTS


def test_about_the_share_that_was_asked_for_is_faulty_and_every_kind_occurs() -> None:
    """A fifth of 10,000, give or take."""
    drawn = [FaultPlan(1, faulty=0.2).fault(str(number), 1) for number in range(10_000)]
    kinds = {fault for fault in drawn if fault}
    assert set(FAULTS) == kinds
    assert 1800 < sum(fault is not None for fault in drawn) < 2200


@given(st.lists(st.floats(0, 3), min_size=1, max_size=200), st.integers(30, 6000))
def test_no_more_is_allowed_than_the_limit_and_one_burst(gaps: list[float], rate: int) -> None:
    """However requests come, over any time from the start."""
    now = 0.0
    allowance = Allowance(rate, clock=lambda: now)
    taken = 0
    for gap in gaps:
        now += gap
        taken += allowance.take() == 0.0
        assert taken <= allowance.burst + now * rate / 60 + 1e-6


@given(st.integers(30, 6000), st.integers(1, 50))
def test_who_waits_as_told_is_let_through(rate: int, asked_before: int) -> None:
    """The wait that a refusal names is long enough."""
    now = 0.0
    allowance = Allowance(rate, clock=lambda: now)
    wait = max(allowance.take() for _ in range(asked_before + int(allowance.burst)))
    now += wait + 1e-6
    assert 0.0 == allowance.take()


def test_a_limit_is_told_in_headers_and_kept() -> None:
    """Two at once, then a refusal that says when to come back."""
    server = Loopback(requests=Allowance(60, burst=2))

    async def thrice() -> list[httpx2.Response]:
        async with server.running(), httpx2.AsyncClient() as http:
            address = f"{server.base_url}/chat/completions"
            return [await http.post(address, json=asking()) for _ in range(3)]

    first, _, last = asyncio.run(thrice())
    assert ("60", "1") == (
        first.headers["x-ratelimit-limit-requests"],
        first.headers["x-ratelimit-remaining-requests"],
    )
    assert (429, "1", 1) == (last.status_code, last.headers["retry-after"], server.ledger.refused)


def test_models_and_the_ledger_can_be_asked_for() -> None:
    """A benchmark in another process reads the server's count."""
    server = Loopback()

    async def told() -> tuple[list[str], Any, Any]:
        async with client(server) as connected, httpx2.AsyncClient() as http:
            await connected.chat.completions.create(**asking())
            models = [model.id async for model in connected.models.list()]
            root = server.base_url.removesuffix("/v1")
            summary = (await http.get(f"{root}/ledger")).json()
            return models, summary, (await http.get(f"{root}/ledger/entries")).json()

    models, summary, entries = asyncio.run(told())
    assert ["loopback"] == models
    assert (1, 1, list(server.ledger.told)) == (
        summary["requests"],
        summary["answered"],
        summary["told"],
    )
    assert ["LB-0000003"] == [entry["mark"] for entry in entries]


def test_nonsense_is_refused() -> None:
    """A body that is not a request is a client's fault, not the server's."""
    server = Loopback()

    async def once() -> int:
        async with server.running(), httpx2.AsyncClient() as http:
            return (await http.post(f"{server.base_url}/chat/completions", json=[])).status_code

    assert 400 == asyncio.run(once())


Then = Callable[[openai.AsyncOpenAI], Coroutine[Any, Any, Any]]


def batched(server: Loopback, lines: list[Any], then: Then | None = None) -> tuple[Any, Any, Any]:
    """Run a batch to its end, doing something meanwhile; return it and the rows of its files."""

    async def run() -> tuple[Any, Any, Any]:
        async with client(server) as connected:
            told = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
            file = await connected.files.create(file=("in.jsonl", told.encode()), purpose="batch")
            batch = await connected.batches.create(
                input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
            )
            if then is not None:
                await then(connected)
            while batch.status in {"validating", "in_progress", "finalizing", "cancelling"}:
                await asyncio.sleep(0.01)
                batch = await connected.batches.retrieve(batch.id)
            rows = []
            for id_ in (batch.output_file_id, batch.error_file_id):
                got = await connected.files.content(id_) if id_ else None
                rows.append([json.loads(line) for line in got.text.splitlines()] if got else [])
            return batch, *rows

    return asyncio.run(run())


def line(number: int, **more: Any) -> dict[str, Any]:
    """Return one line of a batch's input."""
    return {
        "custom_id": f"c{number}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": asking(text_of(number, 500)),
    } | more


def test_a_batch_answers_every_line_in_an_order_of_its_own() -> None:
    """What chat completions would answer, by custom_id."""
    server = Loopback()
    batch, output, errors = batched(server, [line(n) for n in range(30)])
    assert ("completed", 30, []) == (batch.status, batch.request_counts.completed, errors)
    ids = [row["custom_id"] for row in output]
    assert {f"c{n}" for n in range(30)} == set(ids)
    assert [f"c{n}" for n in range(30)] != ids
    bodies = [row["response"]["body"] for row in output]
    assert server.ledger.told[1] == sum(body["usage"]["completion_tokens"] for body in bodies)


def test_a_batch_fails_in_part() -> None:
    """Each line is in one of the two files; a lost connection has no response there."""
    server = Loopback(
        FaultPlan(seed=2, faulty=0.5, faults=("broken", "limited", "never", "malformed"))
    )
    batch, output, errors = batched(server, [line(n) for n in range(40)])
    assert 40 == len({row["custom_id"] for row in output + errors}) == len(output + errors)
    assert (len(output), len(errors)) == (
        batch.request_counts.completed,
        batch.request_counts.failed,
    )
    kinds = {
        row["response"]["status_code"] if row["response"] else row["error"]["code"]
        for row in errors
    }
    assert {500, 429, "request_timeout"} == kinds


def test_a_batch_that_expires_keeps_what_is_done() -> None:
    """The rest is in the error file, to be sent again."""
    server = Loopback(terms=Terms(line=0.01, window=0.2))
    batch, output, errors = batched(server, [line(n) for n in range(100)])
    assert "expired" == batch.status
    assert output
    assert {"batch_expired"} == {row["error"]["code"] for row in errors}
    assert 100 == len(output) + len(errors)


def test_a_batch_can_be_cancelled() -> None:
    """What is done is kept, the rest is named."""

    async def cancel(connected: openai.AsyncOpenAI) -> None:
        await asyncio.sleep(0.2)
        batch = (await connected.batches.list()).data[0]
        assert "cancelling" == (await connected.batches.cancel(batch.id)).status

    server = Loopback(terms=Terms(line=0.01))
    batch, output, errors = batched(server, [line(n) for n in range(200)], cancel)
    assert "cancelled" == batch.status
    assert {"batch_cancelled"} == {row["error"]["code"] for row in errors}
    assert 200 == len(output) + len(errors)


@pytest.mark.parametrize(
    ("lines", "code", "number"),
    [
        ([], "empty_file", None),
        ([line(1), "{not json"], "invalid_json_line", 2),
        ([line(1), line(1)], "duplicate_custom_id", 2),
        ([line(1), line(2, url="/v1/embeddings")], "invalid_url", 2),
        ([line(1), line(2, body=asking() | {"model": "n"})], "mismatched_model", 2),
        ([line(1), line(2), line(3)], "too_many_tasks", None),
    ],
)
def test_a_batch_that_is_not_one_fails_before_it_begins(
    lines: list[Any], code: str, number: int | None
) -> None:
    """Nothing is asked, and the fault is named with its line."""
    server = Loopback(terms=Terms(most=2))
    batch, _, _ = batched(server, lines)
    assert "failed" == batch.status
    assert (code, number) == (batch.errors.data[0].code, batch.errors.data[0].line)
    assert [] == server.ledger.entries


def test_batches_are_listed_in_pages() -> None:
    """The newest first, and all of them for whoever follows the pages, with their metadata."""

    async def listed() -> list[Any]:
        async with client(Loopback()) as connected:
            file = await connected.files.create(file=("in.jsonl", b"{}"), purpose="batch")
            for number in range(5):
                await connected.batches.create(
                    input_file_id=file.id,
                    endpoint="/v1/chat/completions",
                    completion_window="24h",
                    metadata={"number": str(number)},
                )
            return [batch.metadata async for batch in connected.batches.list(limit=2)]

    assert [{"number": f"{number}"} for number in (4, 3, 2, 1, 0)] == asyncio.run(listed())


def test_a_queue_has_room_for_so_many_tokens() -> None:
    """A batch beyond it fails before it begins, as the provider words it."""
    server = Loopback(terms=Terms(enqueued=300))
    assert "completed" == batched(server, [line(1)])[0].status
    batch, _, _ = batched(server, [line(n) for n in range(9)])
    assert ("failed", "token_limit_exceeded") == (batch.status, batch.errors.data[0].code)


def test_files_can_be_looked_up_and_deleted() -> None:
    """A client that tidies up finds nothing left."""
    server = Loopback()

    async def life() -> list[Any]:
        async with client(server) as connected:
            file = await connected.files.create(file=("a.jsonl", b"{}"), purpose="batch")
            found = await connected.files.retrieve(file.id)
            gone = await connected.files.delete(file.id)
            with pytest.raises(openai.NotFoundError):
                await connected.files.content(file.id)
            left = [one.id async for one in connected.files.list()]
            return [found.filename, gone.deleted, left]

    assert ["a.jsonl", True, []] == asyncio.run(life())


def test_a_file_of_another_purpose_is_no_batch() -> None:
    """The API takes only what was uploaded for it."""

    async def wrong() -> None:
        async with client(Loopback()) as connected:
            with pytest.raises(openai.BadRequestError, match="purpose"):
                await connected.batches.create(
                    input_file_id="file-1",
                    endpoint="/v1/chat/completions",
                    completion_window="24h",
                )

    asyncio.run(wrong())
