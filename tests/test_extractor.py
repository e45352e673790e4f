"""One document through every step, against a server that answers what the test tells it to."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from extract.asking import prompt
from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.errors import ModelError, ReplyError, TruncationError
from extract.kinds import Lines, Pay, Phrase, Phrases, Title
from extract.models.client import Client, Model
from extract.posting import Posting
from extract.record import Record
from extract.text.document import from_text
from extract.values import Document, Salary, Usage
from tests.server import Request, Server, answering, completion, refusal, shown

Canned = dict[str, Any] | str | tuple[int, dict[str, Any]]
"""Fields of an answer (the others are left empty), the text of one, or a whole response."""

ONE = Usage(prompt=1200, completion=80, calls=1)
TWO = ONE + ONE


class Job(BaseModel):
    """A job.

    More about it, which is not told.
    """

    title: Annotated[str | None, Title()] = None
    company: Annotated[str | None, Phrase()] = None
    salary: Annotated[Salary | None, Pay()] = None
    skills: Annotated[list[str], Phrases()] = []
    duties: Annotated[list[str], Lines(section="responsibilities")] = []


def _filled(asked: Request, told: dict[str, Any]) -> str:
    empty = {"boolean": True, "array": [], "string": ""}
    parts = asked["response_format"]["json_schema"]["schema"]["properties"]
    return json.dumps({n: told.get(n, empty[part["type"]]) for n, part in parts.items()})


def _reader(server: Server, schema: type[BaseModel] = Job) -> tuple[Client, Extractor[Any]]:
    client = Client(Model("reader", server.base_url, "key", attempts=1, reading="closed"))
    return client, Extractor(client, schema_of(schema), prompt.load())


def _read(server: Server, document: Document, schema: type[BaseModel] = Job) -> Record[Any]:
    async def one() -> Record[Any]:
        client, extractor = _reader(server, schema)
        try:
            return await extractor.read(document)
        finally:
            await client.close()

    return asyncio.run(one())


def _canned(*answers: Canned) -> Any:
    left = iter(answers)

    def respond(asked: Request) -> tuple[int, dict[str, Any]]:
        told = next(left)
        if isinstance(told, tuple):
            return told
        return completion(told if isinstance(told, str) else _filled(asked, told))

    return respond


def read(document: Document, *answers: Canned) -> tuple[Record[Any], list[Request]]:
    """Read a document; the server gives the answers in turn and has no more of them."""
    with answering(_canned(*answers)) as server:
        return _read(server, document), server.requests


def failed(document: Document, *answers: Canned) -> tuple[ModelError, list[Request]]:
    """Return the error of a reading that gives no record."""
    with answering(_canned(*answers)) as server, pytest.raises(ModelError) as caught:
        _read(server, document)
    return caught.value, server.requests


def asked_fields(request: Request) -> list[str]:
    """Return the fields that a request asks for."""
    return list(request["response_format"]["json_schema"]["schema"]["properties"])


GOOD: dict[str, Any] = {
    "title": ["Senior Baker (m/f)"],
    "company": "Miller's Corner, Inc.",
    "salary": "£14.50 per hour",
    "skills": ["sourdough"],
}


def test_a_clean_answer_takes_one_call(posting: Document) -> None:
    """Chosen words become values, with what is given by the headings."""
    record, requests = read(posting, GOOD)
    assert 1 == len(requests)
    assert (posting.id, posting.source, True) == (record.id, record.source, record.is_posting)
    assert {
        "title": "Senior Baker (m/f)",
        "company": "Miller's Corner, Inc.",
        "salary": {"min": 14.5, "max": 14.5, "currency": "GBP", "period": "hour", "gross": None},
        "skills": ["sourdough"],
        "duties": ["Bake sourdough and laminated dough", "Order flour and plan the night shift"],
    } == record.posting.model_dump()
    assert dict.fromkeys(Job.model_fields, "stated") == record.states
    assert {} == record.notes


def test_the_provenance_says_what_a_record_was_made_with(posting: Document) -> None:
    """Model, template, schema and document are named by what tells two of them apart."""
    record, _ = read(posting, GOOD)
    made = record.provenance
    assert "reader" == made.model
    assert (prompt.load().name, prompt.load().sha256) == (made.prompt, made.prompt_sha256)
    assert schema_of(Job).sha256 == made.schema_sha256
    assert hashlib.sha256(posting.text.encode()).hexdigest() == made.document_sha256
    assert version("postings") == made.version
    assert ONE == made.usage
    assert made.seconds >= 0


def test_the_schema_and_the_template_change_the_provenance(posting: Document) -> None:
    """Two records made differently do not look alike."""

    class Other(Job):
        """Another job."""

    assert schema_of(Job).sha256 != schema_of(Other).sha256
    with answering(_canned(GOOD)) as server:
        made = _read(server, posting, Other).provenance
    assert schema_of(Other).sha256 == made.schema_sha256


def test_a_lost_value_is_asked_for_once_more(posting: Document) -> None:
    """The second request quotes the wrong mention and asks only for its field."""
    wrong = GOOD | {"company": "Globex"}
    record, requests = read(posting, wrong, {"company": GOOD["company"]})
    first, second = requests
    assert ["is_posting", "company"] == asked_fields(second)
    *before, answered, repair = second["messages"]
    assert first["messages"] == before
    assert {"role": "assistant", "content": _filled(first, wrong)} == answered
    assert "company: 'Globex'" in repair["content"]
    assert "Senior Baker" not in repair["content"]
    assert "Miller's Corner, Inc." == record.posting.company
    assert "stated" == record.states["company"]
    assert TWO == record.provenance.usage


def test_a_repair_does_not_judge_the_document_again(posting: Document) -> None:
    """What a narrowed question says of the whole page does not undo the first answer."""
    wrong = GOOD | {"company": "Globex"}
    record, _ = read(posting, wrong, {"is_posting": False, "company": GOOD["company"]})
    assert record.is_posting
    assert "Miller's Corner, Inc." == record.posting.company


def test_a_repair_that_finds_nothing_is_the_last(posting: Document) -> None:
    """A second invention is dropped and reported like the first."""
    record, requests = read(posting, GOOD | {"company": "Globex"}, {"company": "Initech Ltd"})
    assert 2 == len(requests)
    assert None is record.posting.company
    assert "unsupported" == record.states["company"]
    assert "Initech Ltd" in record.notes["company"]
    assert TWO == record.provenance.usage


@pytest.mark.parametrize(
    ("answer", "usage"),
    [
        ("no JSON", TWO),
        (refusal(500, "restarting"), ONE + Usage(calls=1)),
        (refusal(401, "revoked"), ONE + Usage(calls=1)),
    ],
)
def test_a_failed_repair_keeps_the_first_answer(
    posting: Document, answer: Canned, usage: Usage
) -> None:
    """The record stands, and what the repair cost is counted."""
    record, requests = read(posting, GOOD | {"company": "Globex"}, answer)
    assert 2 == len(requests)
    assert "unsupported" == record.states["company"]
    assert record.posting.title
    assert usage == record.provenance.usage


@pytest.mark.parametrize(
    "told",
    [
        {"skills": ["lion taming"]},
        {"title": ["Senior Baker", "Pastry Chef"]},
        {"skills": ["sourdough", "lion taming"]},
    ],
)
def test_what_is_lost_beside_a_value_is_not_worth_a_call(
    posting: Document, told: dict[str, Any]
) -> None:
    """An item of a list, and one of several wordings, are dropped without asking again."""
    record, requests = read(posting, GOOD | told)
    assert 1 == len(requests)
    assert "lion taming" not in record.posting.skills
    assert (record.posting.title or "").startswith("Senior Baker")


def test_an_answer_off_the_schema_is_asked_again_once(posting: Document) -> None:
    """The second request says what was wrong, and the record carries the cost of both."""
    record, requests = read(posting, '{"is_posting": true, "title": 7}', GOOD)
    first, second = requests
    assert first["messages"] == second["messages"][:-1]
    assert asked_fields(first) == asked_fields(second)
    assert "title" in second["messages"][-1]["content"]
    assert "Senior Baker (m/f)" == record.posting.title
    assert TWO == record.provenance.usage


def test_what_is_put_to_the_model_does_not_hold_an_address(posting: Document) -> None:
    """A port that changes from run to run would make two equal questions differ."""
    _, requests = read(posting, "no JSON", GOOD)
    assert "127.0.0.1" not in requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize("answer", [refusal(400, "no such parameter"), (200, {})])
def test_what_is_no_answer_is_not_asked_again(posting: Document, answer: Canned) -> None:
    """A server that refuses the request, or is no chat endpoint, will do so again."""
    _, requests = failed(posting, answer, answer)
    assert 1 == len(requests)


def test_two_answers_off_the_schema_are_an_error(posting: Document) -> None:
    """The error carries the cost of both; there is no third request."""
    error, requests = failed(posting, "no JSON", "again no JSON")
    assert ReplyError is type(error)
    assert 2 == len(requests)
    assert TWO == error.usage


def test_another_fault_is_not_asked_again(posting: Document) -> None:
    """A truncated answer would be truncated again."""
    status, body = completion('{"is_')
    body["choices"][0]["finish_reason"] = "length"
    error, requests = failed(posting, (status, body))
    assert TruncationError is type(error)
    assert 1 == len(requests)
    assert ONE == error.usage


def test_a_page_that_is_no_posting_gives_an_empty_record(posting: Document) -> None:
    """Nothing is claimed and nothing given, whatever else the answer holds."""
    record, requests = read(posting, GOOD | {"is_posting": False, "title": ["Pastry Chef"]})
    assert 1 == len(requests)
    assert not record.is_posting
    assert Job() == record.posting
    assert dict.fromkeys(Job.model_fields, "not_stated") == record.states
    assert ({}, ["is_posting"]) == (record.evidence, list(record.notes))
    assert ONE == record.provenance.usage


class Unfit(Job):
    """A job that nobody offers."""

    def fits(self, document: Document) -> bool:
        """Tell whether the document offers it."""
        return "offered" in document.text


def test_what_the_schema_does_not_find_fitting_is_doubtful_and_kept(posting: Document) -> None:
    """The model's word alone does not make a page a posting, and no rule empties what was read."""
    with answering(_canned(GOOD)) as server:
        record = _read(server, posting, Unfit)
    assert not record.is_posting
    assert Job.model_validate(record.posting.model_dump()) == read(posting, GOOD)[0].posting
    assert record.evidence.keys() >= {"title", "salary"}
    assert record.notes["is_posting"].startswith("doubtful")


class Likely(Job):
    """A job that says how likely it is."""

    def fits(self, document: Document) -> float:
        """Return how likely the document offers it."""
        return 0.9 if "Pastry" in document.text else 0.2


@pytest.mark.parametrize(("text", "sure"), [("Pastry Chef wanted", 0.9), ("Ovens", 0.8)])
def test_a_schema_may_say_how_likely_it_fits(text: str, sure: float) -> None:
    """The record says how likely its answer is right, whichever it is."""
    with answering(_canned({"title": text.split()[:1]})) as server:
        record = _read(server, from_text(text, id="1", source="-"), Likely)
    assert (sure > 0.85) == record.is_posting
    assert sure == record.confidence["is_posting"]


class Sure(Job):
    """A job that code can be very sure of."""

    def fits(self, document: Document) -> float:
        """Return how likely the document offers it: the number that stands in its text."""
        return float(document.text.rpartition(" ")[2])


@pytest.mark.parametrize(
    ("likely", "is_posting", "sure", "note"),
    [
        ("0.99", True, 0.856, "doubtful: code sees"),
        ("0.9", False, 0.649, "doubtful: code sees"),
        ("0.3", False, 0.975, None),
    ],
)
def test_what_a_small_model_denies_is_weighed(
    likely: str, sure: float, note: str | None, *, is_posting: bool
) -> None:
    """Its "no" is a sign among others, and what was read of a doubtful page is kept."""
    denied = {"is_posting": False, "title": ["Pastry Chef"]}
    with answering(_canned(denied, denied | {"is_posting": True})) as server:
        record = _read(server, from_text(f"Pastry Chef {likely}", id="1", source="-"), Sure)
    assert is_posting == record.is_posting
    assert sure == record.confidence["is_posting"]
    assert ("Pastry Chef" if note else None) == record.posting.title
    assert (note or "") in record.notes.get("is_posting", "")


def test_a_posting_that_a_model_denies_is_asked_about_again() -> None:
    """A model that says no leaves all fields empty; the second answer cannot say no."""
    told = {"is_posting": True, "title": ["Pastry Chef"]}
    with answering(_canned({"is_posting": False}, told)) as server:
        record = _read(server, from_text("Pastry Chef 0.99", id="1", source="-"), Sure)
    first, second = (
        asked["response_format"]["json_schema"]["schema"]["properties"]["is_posting"]
        for asked in server.requests
    )
    assert "const" not in first
    assert second["const"] is True
    assert "Pastry Chef" == record.posting.title
    assert 0.856 == record.confidence["is_posting"]
    assert "doubtful: code sees" in record.notes["is_posting"]
    assert TWO == record.provenance.usage


def test_what_is_repaired_after_a_denial_cannot_be_denied_again() -> None:
    """The third call is about the words that stand nowhere, and cannot say no either."""
    lost, found = {"title": ["Pastry Cook"]}, {"title": ["Pastry Chef"]}
    with answering(_canned({"is_posting": False}, lost, found)) as server:
        record = _read(server, from_text("Pastry Chef 0.99", id="1", source="-"), Sure)
    last = server.requests[-1]["response_format"]["json_schema"]["schema"]["properties"]
    assert last["is_posting"]["const"] is True
    assert "Pastry Chef" == record.posting.title
    assert 3 == record.provenance.usage.calls


@pytest.mark.parametrize("answer", ["no JSON", refusal(401, "revoked"), {"is_posting": False}])
def test_a_model_that_cannot_be_moved_is_believed(answer: Canned) -> None:
    """The first answer stands, and the second call is counted."""
    with answering(_canned({"is_posting": False}, answer)) as server:
        record = _read(server, from_text("Pastry Chef 0.99", id="1", source="-"), Sure)
    assert record.is_posting
    assert None is record.posting.title
    assert 2 == record.provenance.usage.calls


def test_a_record_says_how_each_value_was_found(posting: Document) -> None:
    """Given, the only candidate, or copied; each with a confidence."""
    record, _ = read(posting, GOOD)
    assert {
        "title": "copied",
        "company": "copied",
        "salary": "sole",
        "skills": "copied",
        "duties": "given",
    } == record.basis
    assert record.basis.keys() == record.confidence.keys()


def test_a_server_of_ones_own_is_constrained_to_the_candidates(posting: Document) -> None:
    """The schema holds the document's own amounts, so the prompt need not repeat them."""
    _, (request,) = read(posting, GOOD)
    parts = request["response_format"]["json_schema"]["schema"]["properties"]
    assert ["£14.50 per hour", ""] == parts["salary"]["enum"]
    assert "salary: £14.50 per hour" not in shown(request)


PIECES = (
    "Senior Baker (m/f)",
    "Miller’s Corner, Leeds, United Kingdom",
    "What you will do:",
    "• Bake  sourdough\tand rye",
    "- Five years’ experience required",
    "Our oven park:",
    "We offer:",
    "£14.50 per hour, full-time",
    "Salaire : 2 500,00 € brut par mois",
    "Einstieg ab 1. März 2026 &amp; unbefristet",
    "勤務地：東京都 月給25万円",
    "Ref: BK-4411 🥐",
    "ǅungla İstanbul ﬁnance",
    "",
)


def _first_words(asked: Request) -> tuple[int, dict[str, Any]]:
    """Answer with the first candidates, and open questions with words of each line in capitals."""
    schema = asked["response_format"]["json_schema"]["schema"]
    lines = [row.partition(" ")[2] for row in asked["messages"][-1]["content"].splitlines()]
    words = [" ".join(line.split()[:2]).upper() for line in lines if line][:3]
    answer: dict[str, Any] = {}
    for name, part in schema["properties"].items():
        items = part.get("items", {})
        if part["type"] == "boolean":
            answer[name] = True
        elif part["type"] == "string":
            answer[name] = part["enum"][0] if "enum" in part else words[0][:150]
        elif items["type"] == "array":
            answer[name] = [[1, 2]]
        else:
            choices = items.get("enum", [items["const"]] if "const" in items else None)
            answer[name] = choices[:2] if choices else [word[:60] for word in words]
    return completion(json.dumps(answer))


@pytest.fixture(scope="module")
def eager() -> Iterator[Server]:
    """Serve answers that claim as much as can be claimed."""
    with answering(_first_words) as server:
        yield server


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).filter(any))
def test_every_value_has_its_evidence_and_every_quote_its_place(
    eager: Server, pieces: list[str]
) -> None:
    """Whatever is claimed, `text[start:end]` is the quote, and no value comes without one."""
    document = from_text("\n".join(pieces), id="1", source="-")
    record = _read(eager, document, Posting)
    for quotes in record.evidence.values():
        assert quotes
        for quote in quotes:
            assert document.text[quote.start : quote.end] == quote.quote
    filled = {
        f"{name}.{place}" if isinstance(value, list) else name
        for name, value in record.posting
        if value is not None
        for place in (range(len(value)) if isinstance(value, list) else "-")
    }
    evidenced = set(record.evidence)
    assert filled <= evidenced
    assert {key.partition(".")[0] for key in evidenced} == {
        name for name, state in record.states.items() if state in {"stated", "conflicting"}
    }
