"""The caps are never passed: not by one token, whatever is in flight, retried, or lost."""

from __future__ import annotations

import asyncio
import json
import random

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.errors import BudgetError
from extract.runs.budget import Budget
from extract.runs.pace import Pace
from extract.runs.request_gate import RequestGate
from extract.runs.traffic import Price
from extract.runs.window import Window
from extract.values import Usage

LONGEST = 50
PRICE = Price(2.0, 8.0, 0.5)


class Provider:
    """Answers, refuses, drops and hangs by a seeded draw, and counts what it has produced."""

    def __init__(self, seed: int, faults: float) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - a trial
        self._faults = faults
        self.produced = Usage()

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request, or do not."""
        for _ in range(self._draw.randrange(4)):
            await asyncio.sleep(0)
        fate = self._draw.choice(["refuse", "drop", "count nothing"])
        if self._draw.random() >= self._faults:
            fate = "answer"
        if fate == "refuse":
            return httpx2.Response(500, request=request)
        prompt = self._draw.randrange(1, len(request.content) + 1)
        spent = Usage(prompt, self._draw.randrange(LONGEST + 1), 0, 1)
        self.produced += spent
        if fate == "drop":
            raise httpx2.RemoteProtocolError("closed", request=request)
        told = {"prompt_tokens": spent.prompt, "completion_tokens": spent.completion}
        body = {} if fate == "count nothing" else {"usage": told}
        return httpx2.Response(200, json=body, request=request)


async def _asked(gate: RequestGate, provider: Provider, size: int) -> bool:
    """Ask up to four times, as a retrying client does; tell whether the budget allowed it."""
    content = json.dumps({"text": "x" * size}).encode()
    for _ in range(4):
        request = httpx2.Request("POST", "http://127.0.0.1/v1/chat", content=content)
        try:
            response = await gate(request, lambda asked=request: provider.send(asked))
        except BudgetError:
            return False
        except httpx2.TransportError:
            continue
        if response.status_code == 200:
            return True
    return True


async def _trial(gate: RequestGate, provider: Provider, sizes: list[int]) -> list[bool]:
    return await asyncio.gather(*(_asked(gate, provider, size) for size in sizes))


def gate(budget: Budget) -> RequestGate:
    """Return a gate without any other limit."""
    return RequestGate(LONGEST, Window(64), budget, Pace())


trials = given(
    seed=st.integers(0, 10**6),
    faults=st.floats(0, 1),
    sizes=st.lists(st.integers(0, 300), min_size=64, max_size=64),
    share=st.floats(0, 1.2),
)


@settings(max_examples=100)
@trials
def test_tokens_never_pass_their_cap(
    seed: int, faults: float, sizes: list[int], share: float
) -> None:
    """64 at once, with retries: what the provider produced, told or not, is within the cap."""
    cap = int(share * sum(size + 300 for size in sizes))
    budget, provider = Budget(max_tokens=cap), Provider(seed, faults)
    asyncio.run(_trial(gate(budget), provider, sizes))
    assert provider.produced.tokens <= cap
    assert budget.spent.tokens <= cap
    assert Usage() == budget.reserved


@settings(max_examples=100)
@trials
def test_cost_never_passes_its_cap(
    seed: int, faults: float, sizes: list[int], share: float
) -> None:
    """The same in dollars, with tokens read and written at different prices."""
    cap = share * sum(PRICE.of(Usage(size + 100, LONGEST)) for size in sizes)
    budget, provider = Budget(max_cost=cap, price=PRICE), Provider(seed, faults)
    asyncio.run(_trial(gate(budget), provider, sizes))
    assert PRICE.of(provider.produced) <= cap


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), sizes=st.lists(st.integers(0, 300), min_size=1, max_size=64))
def test_a_cap_that_is_large_enough_stops_nothing(seed: int, sizes: list[int]) -> None:
    """Whoever waits for the budget gets it back from those that cost less."""
    most = max(len(json.dumps({"text": "x" * size})) + 64 + LONGEST for size in sizes)
    provider = Provider(seed, 0.0)
    needed = sum(size + 11 + LONGEST for size in sizes) + most
    allowed = asyncio.run(_trial(gate(Budget(max_tokens=needed)), provider, sizes))
    assert [True] * len(sizes) == allowed


def test_the_message_says_what_is_left_and_what_to_do() -> None:
    """A person decides with it whether to raise the cap."""
    budget = Budget(max_tokens=1000, spent=Usage(800, 100))
    with pytest.raises(BudgetError, match=r"900 of at most 1,000 tokens are spent.* raise the cap"):
        asyncio.run(budget.reserve(Usage(100, 50, 0, 1)))


def test_what_an_earlier_process_spent_counts() -> None:
    """A cap is the run's, not the process's."""
    assert Budget(max_cost=1.0, price=PRICE, spent=Usage(499_000)).fits(Usage(1_000))
    assert not Budget(max_cost=1.0, price=PRICE, spent=Usage(500_000)).fits(Usage(1))
