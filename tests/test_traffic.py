"""How requests are let through: slots that adapt, paces, a pause for all, and what is counted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import InputError
from extract.models.client import Model
from extract.models.retries import retry_after
from extract.runs.budget import Budget
from extract.runs.limit_headers import limit, until_room
from extract.runs.pace import Pace
from extract.runs.prices import price_of
from extract.runs.request_gate import RequestGate
from extract.runs.traffic import Price
from extract.runs.window import Window
from extract.values import Usage

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions", content=b'{"a": 1}')

events = st.lists(st.tuples(st.sampled_from("arx"), st.floats(0.01, 100)), max_size=200)


@given(most=st.integers(1, 100), events=events)
def test_the_window_stays_between_one_and_its_most(
    most: int, events: list[tuple[str, float]]
) -> None:
    """Whatever comes of the requests, in whatever time."""
    window, now = Window(most), 0.0
    for what, took in events:
        now += took
        before = window.size
        if what == "a":
            window.answered(now - took, now)
            assert before <= window.size <= before + 1
        else:
            window.refused(now - took, now)
            assert max(1, before // 2) <= window.size <= before
        assert 1 <= window.size <= most


def test_requests_sent_together_halve_the_window_once() -> None:
    """Sixty refusals of one burst say one thing."""
    window = Window(64)
    for n in range(60):
        window.refused(0.0, 1.0 + n / 100)
    assert 32 == window.size


def test_the_window_opens_again_one_for_each_round() -> None:
    """After a halving, as many answers as fit into the window open it by one."""
    window = Window(64)
    window.refused(0.0, 1.0)
    for n in range(33):
        window.answered(2.0 + n, 3.0 + n)
    assert 33 == window.size


def test_slow_answers_do_not_open_the_window() -> None:
    """A server that takes ten times as long has enough to do."""
    window = Window(64)
    window.answered(0.0, 1.0)
    window.refused(1.0, 2.0)
    for n in range(5):
        window.answered(2.0, 32.0 * (10**n))
    assert 32 == window.size


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "9", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], expected: float | None) -> None:
    """Seconds or milliseconds; a date in the past asks for nothing."""
    assert expected == retry_after(headers)


def test_a_date_to_wait_for() -> None:
    """A date is as far away as it is."""
    assert 10**8 < (retry_after({"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}) or 0)


@pytest.mark.parametrize(
    ("told", "expected"),
    [("6m0s", 3.6), ("1s", 0.01), ("250ms", 0.0025), ("1h0m1.5s", 36.015), ("30", 0.3)],
)
def test_how_long_until_one_more_fits(told: str, expected: float) -> None:
    """The reset is for all hundred; the first of them is back in a hundredth of it."""
    headers = {
        "x-ratelimit-limit-requests": "100",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": told,
    }
    assert pytest.approx(expected) == until_room(headers, "requests")


@pytest.mark.parametrize("told", ["", "many", "-3", "nan", "inf"])
def test_headers_that_say_nothing(told: str) -> None:
    """Servers send all sorts of things."""
    headers = {
        "x-ratelimit-limit-tokens": told,
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": told,
    }
    assert (None, None) == (limit(headers, "tokens"), until_room(headers, "tokens"))


class Clock(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 1000.0

    def time(self) -> float:
        """Return the time of this loop."""
        return self._now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._now = max(self._now, self._scheduled[0].when())  # type: ignore[attr-defined]
        self._now += 1e-6  # whoever waits for the last bit of a float must not wait for ever
        super()._run_once()  # type: ignore[misc]


def timed(work: Callable[[], Any]) -> float:
    """Return how many seconds of the loop's own clock some work takes."""
    with asyncio.Runner(loop_factory=Clock) as runner:
        loop = runner.get_loop()
        began = loop.time()
        runner.run(work())
        return loop.time() - began


def test_requests_keep_to_the_pace_of_the_caller() -> None:
    """600 a minute are ten a second, and a little below."""

    async def hundred() -> None:
        pace = Pace(requests=600)
        await asyncio.gather(*(pace.turn(1) for _ in range(101)))

    assert 10 <= timed(hundred) <= 10.5


def test_tokens_keep_to_their_pace_as_answers_show_what_they_are() -> None:
    """A request of 1,000 bytes that costs 500 tokens draws 500 of the minute's 6,000."""

    async def twenty() -> None:
        pace = Pace(tokens=6000)
        pace.answered(1000, 500)
        for _ in range(20):
            await pace.turn(1000)

    assert 85 <= timed(twenty) <= 103


def test_headers_set_the_pace_where_the_caller_does_not() -> None:
    """The provider's own limit is kept from the first answer on."""

    async def hundred() -> None:
        pace = Pace()
        pace.heard({"x-ratelimit-limit-requests": "600"})
        for _ in range(101):
            await pace.turn(1)

    assert 10 <= timed(hundred) <= 10.5


def test_a_pause_is_for_all() -> None:
    """One refusal that asks for seven seconds holds every other request too."""

    async def eight() -> None:
        pace = Pace()
        pace.refused({"retry-after": "7"}, asyncio.get_running_loop().time())
        await asyncio.gather(*(pace.turn(1) for _ in range(8)))

    assert pytest.approx(7, abs=0.01) == timed(eight)


@given(st.integers(1, 300))
def test_refusals_of_one_burst_are_one_backoff(burst: int) -> None:
    """Without a word from the server the first pause is short, whatever was in flight."""

    async def refused() -> None:
        pace = Pace()
        sent = asyncio.get_running_loop().time()
        await asyncio.sleep(0.01)
        for _ in range(burst):
            pace.refused({}, sent)
        await pace.turn(1)

    assert timed(refused) <= 0.51


class Ledger:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def sent(self, document: str, bound: Usage) -> int:
        """Take note of an attempt."""
        self.told.append((document, bound))
        return len(self.told)

    def settled(self, number: int, outcome: str, told: Usage) -> None:
        """Take note of its end."""
        self.told.append((number, outcome, told))


def usage(**more: Any) -> dict[str, Any]:
    """Return the body of an answer with its usage."""
    return {"usage": {"prompt_tokens": 30, "completion_tokens": 4, **more}}


CACHED = usage(prompt_tokens_details={"cached_tokens": 20})


@pytest.mark.parametrize(
    ("came", "outcome", "told", "spent"),
    [
        (CACHED, "answered", Usage(30, 4, 20, 1), Usage(30, 4, 20, 1)),
        ({}, "unknown", Usage(calls=1), Usage(72, 9, 0, 1)),
        ([], "unknown", Usage(calls=1), Usage(72, 9, 0, 1)),
        ({"usage": {"prompt_tokens": "x"}}, "unknown", Usage(calls=1), Usage(72, 9, 0, 1)),
        (429, "refused", Usage(calls=1), Usage(calls=1)),
        (500, "refused", Usage(calls=1), Usage(calls=1)),
        (httpx2.ConnectError("down"), "unsent", Usage(calls=1), Usage(calls=1)),
        (httpx2.ReadTimeout("late"), "unknown", Usage(calls=1), Usage(72, 9, 0, 1)),
        (httpx2.ReadError("cut"), "unknown", Usage(calls=1), Usage(72, 9, 0, 1)),
    ],
)
def test_what_is_counted_of_an_attempt(came: Any, outcome: str, told: Usage, spent: Usage) -> None:
    """What nobody knows counts towards the caps at the most it can have been."""
    ledger, budget = Ledger(), Budget()
    gate = RequestGate(9, Window(4), budget, Pace(), ledger)

    async def send() -> httpx2.Response:
        if isinstance(came, Exception):
            raise came
        if isinstance(came, int):
            return httpx2.Response(came, request=REQUEST)
        return httpx2.Response(200, content=json.dumps(came), request=REQUEST)

    async def one() -> Usage:
        with gate.account("t1") as account:
            with suppress(httpx2.TransportError):
                await gate(REQUEST, send)
            return account.usage

    assert told == asyncio.run(one())
    assert [("t1", Usage(72, 9, 0, 1)), (1, outcome, told)] == ledger.told
    assert (spent, Usage()) == (budget.spent, budget.reserved)


def test_as_many_at_once_as_the_window_allows() -> None:
    """And after a refusal half as many."""
    gate = RequestGate(9, Window(8), Budget(), Pace())
    flying, most = 0, []

    async def send() -> httpx2.Response:
        nonlocal flying
        flying += 1
        most.append(flying)
        await asyncio.sleep(0.01)
        flying -= 1
        status = 504 if len(most) <= 8 else 200
        return httpx2.Response(status, request=REQUEST)

    async def many() -> None:
        await asyncio.gather(*(gate(REQUEST, send) for _ in range(40)))

    timed(many)
    assert 8 == max(most[:8])
    assert 4 <= max(most[16:]) <= 8
    assert 4 == max(most[8:12])


@pytest.mark.parametrize("name", ["gpt-4o-mini", "gpt-5-mini"])
def test_the_price_of_a_known_model(name: str) -> None:
    """What is written costs more than what is read, and what is cached less."""
    price = price_of(Model(name))
    assert (price.cached or 0) < price.input < price.output


@pytest.mark.parametrize(
    "model", [Model("no-such-model"), Model("gpt-4o", "http://127.0.0.1:1/v1")]
)
def test_the_price_of_an_unknown_model(model: Model) -> None:
    """A model that is served by somebody else is not the one with that name."""
    with pytest.raises(InputError, match="--price-in"):
        price_of(model)


def test_what_tokens_cost() -> None:
    """What was cached is a part of what was read, at its own price."""
    price = Price(2.0, 8.0, 0.5)
    assert pytest.approx(1.25 + 8.0) == price.of(Usage(1_000_000, 1_000_000, 500_000, 1))
    assert pytest.approx(2.0) == Price(2.0, 8.0).of(Usage(1_000_000, 0, 500_000, 1))
