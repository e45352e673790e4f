"""Every row of the table of providers against a server that enforces the endpoint's contract."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from evals.bench.loopback import EndpointRules, Loopback, Notice, contracts, posting, serving
from evals.bench.loopback.made_up import text_of
from extract import extract_many
from extract.models.client import Client, Model
from extract.models.dialects import providers
from extract.record import Failure, Record
from extract.values import Usage

DOCUMENTS = 4
CONTRACTS = contracts()
LISTED = [one for one in CONTRACTS.values() if one.provider != "unlisted"]
LEARNED = [one for one in CONTRACTS.values() if one.lessons >= 0]


def run(contract: EndpointRules, provider: str, count: int = DOCUMENTS, **more: Any) -> tuple[
    list[Record[Any] | Failure], Loopback
]:  # fmt: skip
    """Read some postings from an endpoint, in the dialect of a row, and return what came."""
    effort: Any = "medium" if reasons_openly(contract) else None
    with serving(server=Loopback(contract=contract, keeping=True)) as server:
        model = Model(
            contract.model, server.base_url, "key", provider=provider, reasoning_effort=effort
        )

        async def rows() -> list[Any]:
            documents = (posting(number, 1500) for number in range(count))
            return [row async for row in extract_many(documents, model=model, **more)]

        return asyncio.run(rows()), server


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first question go alone however busy the machine is."""
    monkeypatch.setattr("extract.models.first_alone._ALONE", 60.0)


@pytest.fixture(scope="module")
def expected() -> tuple[list[dict[str, Any]], int]:
    """Return the postings that an endpoint without peculiarities gives, and its requests."""
    rows, server = run(CONTRACTS["plain"], "unlisted", concurrency=DOCUMENTS)
    return [posting_of(row) for row in rows], len(server.ledger.entries)


def posting_of(row: Record[Any] | Failure) -> dict[str, Any]:
    """Return the posting of a row, which must be a record."""
    assert isinstance(row, Record), row.message
    found: dict[str, Any] = row.posting.model_dump(mode="json")
    return found


def reasons_openly(contract: EndpointRules) -> bool:
    """Return whether a request to the endpoint names a reasoning effort, and so expects it."""
    return "reasoning_effort" in contract.needs | contract.refuses | contract.ignores


def spent(rows: list[Any]) -> Usage:
    """Return what all records say they cost."""
    return sum((row.provenance.usage for row in rows), Usage())


@pytest.mark.parametrize("contract", LISTED, ids=lambda one: one.name)
def test_a_listed_endpoint_takes_the_first_request(
    contract: EndpointRules, expected: tuple[list[dict[str, Any]], int]
) -> None:
    """The records are right, their tokens are counted, and nothing is refused."""
    rows, server = run(contract, contract.provider, concurrency=DOCUMENTS)
    assert expected == ([posting_of(row) for row in rows], len(server.ledger.entries))
    assert {contract.name} == {row.provenance.dialect for row in rows}
    assert [[]] * DOCUMENTS == [row.provenance.learned for row in rows]
    usage = spent(rows)
    if contract.usage != "none":
        assert server.ledger.made == (usage.prompt, usage.completion)
        cached = contract.usage != "plain"
        assert (sum(e.prompt // 2 for e in server.ledger.entries) if cached else 0) == usage.cached
    sent = "".join(body.decode() for body in server.bodies)
    assert [] == [word for word in contract.escapes if f'"{word}"' in sent]
    # What is ignored promises something that is not kept.
    assert [] == [name for name in contract.ignores if f'"{name}":' in sent]


@pytest.mark.parametrize("contract", LEARNED, ids=lambda one: one.name)
def test_an_unlisted_endpoint_is_learned_once(
    contract: EndpointRules, expected: tuple[list[dict[str, Any]], int]
) -> None:
    """The same records, after one more request for each thing that a refusal teaches."""
    rows, server = run(contract, "unlisted", concurrency=DOCUMENTS)
    postings, requests = expected
    assert postings == [posting_of(row) for row in rows]
    # Hidden reasoning that took the answer's tokens is a lesson too, and one that is paid for.
    cut_off = bool(contract.thought) and not reasons_openly(contract)
    assert requests + contract.lessons + cut_off == len(server.ledger.entries)
    assert DOCUMENTS == len({tuple(row.provenance.learned) for row in rows}) * DOCUMENTS


def test_every_row_and_family_has_a_contract() -> None:
    """A row that no server is held against could say anything."""
    named = {row.name for row in providers() if not row.retired}
    families = {family.dialect.name for row in providers() for family in row.families}
    assert set() == (named | families) - CONTRACTS.keys()


def test_many_documents_cost_two_requests_more() -> None:
    """A provider that refuses two parameters is learned once in a run, not once for a document."""
    with serving(server=Loopback(contract=CONTRACTS["two-refusals"])) as server:
        usage = asyncio.run(asked(Model("any", server.base_url, "key"), 200))
    assert 202 == len(server.ledger.entries) == usage.calls
    assert 2 == sum(entry.status == 400 for entry in server.ledger.entries)
    assert server.ledger.made == (usage.prompt, usage.completion)


async def asked(model: Model, count: int) -> Usage:
    """Ask about many documents, 64 of them at once, and return what all of it cost."""
    client = Client(model)
    left = iter(range(count))
    usages: list[Usage] = []

    async def worker() -> None:
        for number in left:
            document = {"role": "user", "content": text_of(number, 300)}
            usages.append((await client.ask([document], Notice)).usage)

    await asyncio.gather(*(worker() for _ in range(64)))
    await client.close()
    return sum(usages, Usage())
