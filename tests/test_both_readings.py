"""Ten schemas of one's own run on both ways of reading, and give the same record."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from extract.asking import prompt
from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.models.client import Client, Model
from extract.record import Record
from extract.text.document import from_text
from extract.values import Reading
from tests.own_schemas import CASES, Case
from tests.server import Request, answering, completion


def _without_null(answer: Any) -> Any:
    """Return an answer as closed reading has it: what is absent has empty words."""
    if isinstance(answer, list):
        return [_without_null(item) for item in answer]
    if isinstance(answer, dict):
        return {name: _without_null(value) for name, value in answer.items()}
    return "" if answer is None else answer


def _read(case: Case, reading: Reading) -> tuple[Record[Any], Request]:
    """Read a case's document; the server gives the case's answers to what is asked."""
    answers = dict(case.answer)
    if reading == "closed":
        answers = _without_null(answers) | case.closed

    def respond(asked: Request) -> tuple[int, dict[str, Any]]:
        wanted = asked["response_format"]["json_schema"]["schema"]["properties"]
        return completion(json.dumps({n: (answers | {"is_posting": True})[n] for n in wanted}))

    async def one(base_url: str) -> Record[Any]:
        client = Client(Model("reader", base_url, "key", attempts=1, reading=reading))
        schema = schema_of(type(case.expected))
        try:
            return await Extractor(client, schema, prompt.load(reading=reading)).read(
                from_text(case.text, id="1", source="-")
            )
        finally:
            await client.close()

    with answering(respond) as server:
        record = asyncio.run(one(server.base_url))
    (request,) = server.requests
    return record, request


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case.expected).__name__)
@pytest.mark.parametrize("reading", ["open", "closed"])
def test_a_schema_of_ones_own_is_read(case: Case, reading: Reading) -> None:
    """The whole record is as expected: each value from its own place, and nothing refused."""
    record, _ = _read(case, reading)
    assert case.expected == record.posting
    assert {} == record.notes
    assert not set(record.states.values()) & {"unsupported", "conflicting"}
    text = from_text(case.text, id="1", source="-").text
    for quotes in record.evidence.values():
        assert [text[quote.start : quote.end] for quote in quotes] == [q.quote for q in quotes]
    for path, words in case.evidence.items():
        assert [words] == [quote.quote for quote in record.evidence[path]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case.expected).__name__)
def test_open_reading_asks_every_field_of_the_schema(case: Case) -> None:
    """In the prompt and in the answer schema, with the fields of nested models below them."""
    _, request = _read(case, "open")
    guide = request["messages"][0]["content"]
    asked = request["response_format"]["json_schema"]["schema"]["properties"]
    assert ["is_posting", *type(case.expected).model_fields] == list(asked)
    assert all(f"\n{name}: " in guide for name in type(case.expected).model_fields)


def test_the_same_words_in_two_items_are_read_from_their_own_places() -> None:
    """One mentor of two tracks is quoted from the line of each."""
    case = next(case for case in CASES if type(case.expected).__name__ == "Programme")
    record, _ = _read(case, "open")
    first = record.evidence["tracks.0.mentors.0.name"][0]
    second = record.evidence["tracks.1.mentors.1.name"][0]
    assert first.quote == second.quote
    assert first.start < second.start
