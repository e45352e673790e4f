"""Runs that go wrong, in small: the chaos, kills and storm of `evals.bench`."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from pathlib import Path

import httpx2
import pytest

from evals.bench.chaos import Ended, ended
from evals.bench.kills import Strikes, run, strike
from evals.bench.loopback import (
    FAULTS,
    Allowance,
    FaultPlan,
    LedgerEntry,
    Loopback,
    Notice,
    postings,
)
from evals.bench.loopback.child_process import started
from evals.bench.run_files import finished, normal, write_postings
from evals.bench.storm import kept
from extract.models.client import Model
from extract.runs.gates import gate_of
from extract.runs.traffic import Traffic
from extract.values import Usage

COUNT = 300


def ids(count: int) -> list[str]:
    """Return the ids of made-up postings."""
    return [f"LB-{number:07}" for number in range(count)]


async def done(server: Loopback, count: int, **options: float) -> Ended:
    """Run small documents against a server."""
    model = Model("m", api_key="k", **options)  # type: ignore[arg-type]
    async with server.running():
        return await ended(server, model, postings(count, 400), Notice, 32)


def test_every_document_is_one_row_and_every_token_is_counted() -> None:
    """A fifth of the answers faulty, in every way; what never ends is cut by the server."""
    server = Loopback(FaultPlan(1, faulty=0.2, late=0.1, slow=0.1, hold=0.3, retry_after=0.1))
    found = asyncio.run(done(server, COUNT, timeout=60.0, attempts=3))
    assert [] == found.wrong(ids(COUNT))
    assert set(FAULTS) == set(found.faults)
    assert found.failures.total() < COUNT / 4


def test_where_nothing_is_ever_answered_every_document_has_its_reason() -> None:
    """The client's own time limit ends each attempt, and nothing is counted."""
    server = Loopback(FaultPlan(faulty=1.0, faults=("never", "endless")))
    found = asyncio.run(done(server, 4, timeout=1.0, attempts=2))
    assert [] == found.wrong(ids(4))
    assert Counter({"TransportError": 4}) == found.failures
    assert 8 == len(server.ledger.entries)


def test_a_row_too_many_and_a_token_too_few_are_found() -> None:
    """The check itself can fail."""
    rows = Counter({"a": 2, "c": 1})
    found = Ended(rows, Counter(), Usage(3, 4), (3, 5), (3, 5), Counter(), 0.0)
    assert [
        "a: 2 rows",
        "b: 0 rows",
        "tokens: 3 + 4 in the rows, 3 + 5 told by the server",
    ] == found.wrong(["a", "b", "c"])


def test_refusals_for_their_rate_cost_no_document() -> None:
    """More at once than the server allows: it is asked again, later."""
    server = Loopback(requests=Allowance(1200, burst=5))
    found = asyncio.run(done(server, 30, timeout=60.0, attempts=20))
    assert [] == found.wrong(ids(30))
    assert Counter() == found.failures


def test_a_storm_is_counted_after_the_warm_up() -> None:
    """Refusals neither use the allowance up nor count outside the window."""
    entries = [
        LedgerEntry("k", "", 1, None, at, status)
        for at, status in ((0.1, 429), (1.2, 200), (1.4, 429))
    ]
    assert (1.0, 0.5) == kept(entries, 60, 1.0, 1.0)


def test_a_run_that_is_killed_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    """Kill -9 twice: the output is that of a run left in peace, by the server's count too."""
    rows = tmp_path / "rows.jsonl"
    write_postings(rows, 40, 300)
    with started(delay=0.05) as server:
        assert 0 == run(rows, tmp_path / "calm", server, 4).wait()
        lives = strike(rows, tmp_path / "struck", server, Strikes(40, 2, 1, 4))
    assert (2, []) == (lives.kills, lives.again)
    assert set(ids(40)) == finished(tmp_path / "struck")
    assert normal(tmp_path / "calm" / "rows.jsonl") == normal(tmp_path / "struck" / "rows.jsonl")


class Skipping(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next thing to do, so that a minute takes no time."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = 0.0
        waiting = self._selector.select  # type: ignore[attr-defined]

        def select(timeout: float | None) -> object:
            # Never nothing, or a timer that is due a rounding error later is never due.
            self._clock += max(timeout or 0.0, 1e-6)
            return waiting(0)

        self._selector.select = select  # type: ignore[attr-defined]

    def time(self) -> float:
        """Return the seconds since the loop was made."""
        return self._clock


async def storm(
    per_minute: float, burst: float, concurrency: int, traffic: Traffic
) -> tuple[float, float]:
    """Ask through the gate of a batch for 90 seconds, again at once after a refusal.

    Returns the shares that were used and refused after the first 30 seconds.
    """
    loop = asyncio.get_running_loop()
    allowance = Allowance(per_minute, burst, clock=loop.time)
    gate = gate_of(Model("m", "http://127.0.0.1/v1", "k"), traffic, concurrency)
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions", content=b"{}" * 500)
    entries: list[LedgerEntry] = []

    async def send() -> httpx2.Response:
        wait = allowance.take()
        entries.append(LedgerEntry("k", "", 1, None, loop.time(), 429 if wait else 200))
        if wait:
            told = {"retry-after-ms": f"{math.ceil(wait * 1000)}", **allowance.headers}
            return httpx2.Response(429, headers=told, request=request)
        await asyncio.sleep(0.05)
        return httpx2.Response(200, headers=allowance.headers, json={}, request=request)

    async def asking() -> None:
        while loop.time() < 90:
            await gate(request, send)

    await asyncio.gather(*(asking() for _ in range(concurrency)))
    return kept(entries, per_minute, 30.0, 60.0)


@pytest.mark.parametrize("told", [False, True], ids=["not told", "told"])
@pytest.mark.parametrize(
    ("per_minute", "burst"), [(120, 0), (600, 0), (1200, 0), (1200, 300), (6000, 6000)]
)
def test_a_rate_limit_is_used_up_and_hardly_passed(
    per_minute: float, burst: float, *, told: bool
) -> None:
    """At least 95 % of what is allowed is used, and at most 2 % is refused, after a warm-up."""
    traffic = Traffic(requests_per_minute=per_minute) if told else Traffic()
    with asyncio.Runner(loop_factory=Skipping) as runner:
        used, refused = runner.run(storm(per_minute, burst, 64, traffic))
    assert used >= 0.95
    assert refused <= 0.02
