"""A desk and its readers without a cluster: killed readers cost no request, caps hold for all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import httpx2
import pyarrow as pa
import pytest

from evals.bench.loopback import Loopback, serving
from evals.bench.loopback.made_up import Notice, text_of
from evals.bench.loopback.misbehaviour import FaultPlan
from extract import Model, Traffic, extract_many
from extract import ray as extract_ray
from extract.cluster.batch_reader import BatchReader, ReaderJob
from extract.cluster.batch_rows import BatchColumns
from extract.cluster.calls import CallAnswer, DeskJob, fault_of
from extract.cluster.desk import RunDesk
from extract.errors import AuthenticationError, BudgetError, InputError, JournalError
from extract.output import json_lines
from extract.output.arrow_rows import rows_of
from extract.record import Failure, Record
from extract.runs.hopeless import Hopeless
from extract.text.document import from_text
from extract.values import Usage
from tests.records import written

pytestmark = pytest.mark.usefixtures("here", "at_once")

SIZE = 600


def served(loopback: Loopback) -> Model:
    """Return the model that a server serves."""
    return Model("loopback", loopback.base_url, "secret")


def batch(*numbers: int) -> Any:
    """Return a batch of made-up postings, whose ids are their marks."""
    texts = [text_of(number, SIZE) for number in numbers]
    return pa.table({"id": [f"LB-{number:07}" for number in numbers], "text": texts})


def reader(desk: Any, **job: Any) -> BatchReader:
    """Return a reader with a desk."""
    return BatchReader(desk, ReaderJob(Notice, **{"columns": BatchColumns(), "most": 4, **job}))


@asynccontextmanager
async def at_desk(loopback: Loopback, **job: Any) -> AsyncIterator[RunDesk]:
    """Run a desk until the block ends."""
    given = {"folder": Path("run"), "schema": Notice, "model": served(loopback), "concurrency": 4}
    desk = RunDesk(DeskJob(**{**given, **job}))
    try:
        yield desk
    finally:
        await desk.close()


async def rows_from(reading: BatchReader, given: Any) -> list[Any]:
    """Return the rows that a reader makes of a batch."""
    return [row async for table in reading(given) for row in rows_of(table, Notice)]


def marks(loopback: Loopback) -> Counter[str]:
    """Return how often the server was asked about each posting."""
    return Counter(entry.mark for entry in loopback.ledger.entries)


def lines(rows: Sequence[Any]) -> list[str]:
    """Return rows as they are written, without what differs by time and place, sorted."""
    same = []
    for row in rows:
        bare = row.model_copy(update={"source": ""})
        if isinstance(bare, Record):
            made = bare.provenance.model_copy(update={"seconds": 0.0})
            bare = bare.model_copy(update={"provenance": made})
        same.append(written(json_lines, bare))
    return sorted(same)


def test_the_rows_are_those_of_extract_many() -> None:
    """The same requests, the same rows, the same usage, with faulty answers among them."""
    plan = FaultPlan(seed=3, faulty=0.4, faults=("off_schema", "truncated", "broken", "refused"))

    async def both(loopback: Loopback) -> tuple[list[Any], list[Any]]:
        documents = [
            from_text(text_of(n, SIZE), id=f"LB-{n:07}", source=f"id LB-{n:07}") for n in range(24)
        ]
        plain = [row async for row in extract_many(documents, Notice, model=served(loopback))]
        loopback.ledger._attempts.clear()
        async with at_desk(loopback) as desk:
            parts = (rows_from(reader(desk), batch(*range(n, n + 8))) for n in (0, 8, 16))
            return plain, [row for part in await asyncio.gather(*parts) for row in part]

    with serving(plan) as loopback:
        plain, rows = asyncio.run(both(loopback))
    assert 24 == len(rows)
    assert {True, False} == {isinstance(row, Failure) for row in plain}
    assert lines(plain) == lines(rows)


@dataclass
class Strike:
    """A desk whose reader is killed at a step: it never hears from its call."""

    desk: RunDesk
    step: str
    left: int
    hit: asyncio.Event = field(default_factory=asyncio.Event)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.desk, name)

        async def called(*given: Any) -> Any:
            if name != self.step or self.left > 0:
                self.left -= name == self.step
                return await method(*given)
            calling = asyncio.ensure_future(method(*given))
            if name == "ask":
                await asyncio.sleep(0)
            self.hit.set()
            await asyncio.shield(calling)
            return await asyncio.Event().wait()

        return called


@pytest.mark.parametrize("step", ["opening", "begin", "ask", "keep"])
@pytest.mark.parametrize("left", [0, 1])
def test_a_reader_killed_at_any_step_costs_no_request(step: str, left: int) -> None:
    """The batch is read again by another reader: each posting has one row and was asked once."""

    async def struck(loopback: Loopback) -> list[Any]:
        async with at_desk(loopback) as desk:
            strike = Strike(desk, step, left)
            victim = asyncio.create_task(rows_from(reader(strike), batch(*range(6))))
            await asyncio.wait(
                [victim, asyncio.create_task(strike.hit.wait())],
                return_when=asyncio.FIRST_COMPLETED,
            )
            victim.cancel()
            await asyncio.wait([victim])
            return await rows_from(reader(desk), batch(*range(6)))

    with serving(FaultPlan(delay=0.05)) as loopback:
        rows = asyncio.run(struck(loopback))
        asked = marks(loopback)
    assert [f"LB-{n:07}" for n in range(6)] == [row.id for row in rows]
    assert set(asked.values()) == {1}
    assert 6 == len(asked)
    assert [1] * 6 == [row.provenance.usage.calls for row in rows]


def test_an_answer_that_comes_after_the_death_of_its_reader_is_kept() -> None:
    """The request goes on, and the next reader does not wait for another one."""

    async def late(loopback: Loopback) -> None:
        async with at_desk(loopback) as desk:
            victim = asyncio.create_task(rows_from(reader(desk), batch(0)))
            while not loopback.ledger.entries:  # noqa: ASYNC110 - of another thread
                await asyncio.sleep(0.01)
            victim.cancel()
            await asyncio.wait([victim])
            while not await desk.idle():  # noqa: ASYNC110 - as the next reader finds it
                await asyncio.sleep(0.01)
            (row,) = await rows_from(reader(desk), batch(0))
            assert 1 == row.provenance.usage.calls

    with serving(FaultPlan(delay=0.2)) as loopback:
        asyncio.run(late(loopback))
        assert [1] == list(marks(loopback).values())


def test_the_next_desk_of_a_folder_asks_nothing_again() -> None:
    """Rows are in the journal; answers without a row are kept beside it."""

    async def twice(loopback: Loopback) -> tuple[list[Any], list[Any]]:
        async with at_desk(loopback) as desk:
            first = await rows_from(reader(desk), batch(0, 1, 2))
            strike = Strike(desk, "keep", 0)
            victim = asyncio.create_task(rows_from(reader(strike), batch(3)))
            await strike.hit.wait()
            victim.cancel()
        async with at_desk(loopback) as desk:
            return first, await rows_from(reader(desk), batch(0, 1, 2, 3))

    with serving() as loopback:
        first, second = asyncio.run(twice(loopback))
        assert {1} == set(marks(loopback).values())
    assert lines(first) == lines(second[:3])


def test_a_text_is_asked_once_and_paid_by_one() -> None:
    """Under other ids, in one batch or in two at once; the others' rows cost nothing."""

    async def several(loopback: Loopback) -> list[Any]:
        text = text_of(1, SIZE)
        parts = [
            pa.table({"id": [f"{name}{n}" for n in range(3)], "text": [text] * 3}) for name in "ab"
        ]
        async with at_desk(loopback) as desk:
            reading = [rows_from(reader(desk), part) for part in parts]
            rows = [row for part in await asyncio.gather(*reading) for row in part]
            return rows + await rows_from(reader(desk), parts[0])

    with serving(FaultPlan(delay=0.05)) as loopback:
        rows = asyncio.run(several(loopback))
        assert [1] == list(marks(loopback).values())
    calls = [row.provenance.usage.calls for row in rows]
    assert 1 == sum(calls[:6])
    if 1 in calls[:3]:
        assert calls[:3] == calls[6:]
    assert ["a0", "a1", "a2", "b0", "b1", "b2"] == [row.id for row in rows[:6]]


def test_caps_hold_for_all_readers_together() -> None:
    """Whatever is in flight; what is left unread has a row, and is read under a higher cap."""
    cap = 25_000

    async def capped(loopback: Loopback) -> tuple[list[Any], list[Any]]:
        job = {"traffic": Traffic(max_total_tokens=cap), "concurrency": 8}
        async with at_desk(loopback, **job) as desk:
            parts = (rows_from(reader(desk), batch(*range(n, n + 10))) for n in (0, 10, 20, 30))
            rows = [row for part in await asyncio.gather(*parts) for row in part]
        spent = sum(loopback.ledger.made)
        assert 0 < spent <= cap
        async with at_desk(loopback) as desk:
            return rows, await rows_from(reader(desk), batch(*range(40)))

    with serving() as loopback:
        rows, later = asyncio.run(capped(loopback))
        assert {1} == set(marks(loopback).values())
    assert 40 == len(rows)
    assert {"BudgetError"} == {row.error for row in rows if isinstance(row, Failure)}
    assert not any(isinstance(row, Failure) for row in later)


def test_bad_rows_fail_alone() -> None:
    """Nulls, wrong types, an id that stands for two texts: each is named, the others are read."""
    table = pa.table(
        {
            "id": ["a", "b", None, "a", "e"],
            "text": [text_of(0, SIZE), None, text_of(1, SIZE), text_of(2, SIZE), text_of(3, SIZE)],
        }
    )

    async def bad(loopback: Loopback) -> list[Any]:
        async with at_desk(loopback) as desk:
            return await rows_from(reader(desk), table)

    with serving() as loopback:
        rows = asyncio.run(bad(loopback))
        assert 2 == len(loopback.ledger.entries)
    failed = {row.id: row.message for row in rows if isinstance(row, Failure)}
    assert "id b: column 'text' is null" == failed["b"]
    assert "id a: the id 'a' is that of another text too; ids must differ" == failed["a"]
    (nameless,) = (name for name in failed if name.startswith("sha256:"))
    assert f"id {nameless}: column 'id' is null; each row needs an id" == failed[nameless]
    assert ["a", "e"] == [row.id for row in rows if isinstance(row, Record)]


def test_a_batch_of_other_columns_fails_with_its_rows() -> None:
    """Each row says which columns there are."""

    async def foreign(loopback: Loopback) -> list[Any]:
        async with at_desk(loopback) as desk:
            return await rows_from(reader(desk), pa.table({"id": [1, 2], "html": ["a", "b"]}))

    with serving() as loopback:
        rows = asyncio.run(foreign(loopback))
    assert ["1", "2"] == [row.id for row in rows]
    assert {"the batch has no column 'text'; it has: id, html"} == {row.message for row in rows}


def test_a_server_that_is_not_there_ends_the_run() -> None:
    """Every further document would fail alike, so the reader gives up."""

    async def refused(loopback: Loopback) -> None:
        async with at_desk(loopback, model=Model("m", "http://127.0.0.1:9/v1", "k")) as desk:
            with pytest.raises(Hopeless):
                await rows_from(reader(desk), batch(0, 1))

    with serving() as loopback:
        asyncio.run(refused(loopback))


def test_the_key_stays_at_the_desk() -> None:
    """A reader has neither the key nor the headers; without a key the desk does not open."""

    async def opened(loopback: Loopback) -> Any:
        async with at_desk(loopback, model=Model("m", loopback.base_url, "secret")) as desk:
            return await desk.opening()

    async def keyless(loopback: Loopback) -> None:
        async with at_desk(loopback, folder=Path("other"), model="gpt-5-mini") as desk:
            with pytest.raises(AuthenticationError, match="no key for gpt-5-mini"):
                await desk.opening()

    with serving() as loopback:
        opening = asyncio.run(opened(loopback))
        asyncio.run(keyless(loopback))
    assert "none" == opening.model.api_key


def test_failures_are_asked_again_only_when_told() -> None:
    """A failure is kept like a record, with its answers."""
    plan = FaultPlan(seed=1, faulty=1.0, faults=("refused",))

    async def again(loopback: Loopback, *, retry: bool) -> list[Any]:
        async with at_desk(loopback) as desk:
            await desk.opening(retry_failed=retry)
            return await rows_from(reader(desk), batch(0, 1))

    with serving(plan) as loopback:
        first = asyncio.run(again(loopback, retry=False))
        asked = len(loopback.ledger.entries)
        second = asyncio.run(again(loopback, retry=False))
        assert asked == len(loopback.ledger.entries)
        asyncio.run(again(loopback, retry=True))
        assert asked < len(loopback.ledger.entries)
    assert lines(first) == lines(second)
    assert {"RefusalError"} == {row.error for row in first}


def test_a_folder_is_for_one_desk_and_one_schema() -> None:
    """Another desk, or another run's folder, is refused with the reason."""

    async def second(loopback: Loopback) -> None:
        async with at_desk(loopback) as desk:
            await desk.opening()
            async with at_desk(loopback) as other:
                with pytest.raises(JournalError, match="is in use by another process"):
                    await other.opening()
        async with at_desk(loopback, model=Model("other", loopback.base_url, "k")) as changed:
            with pytest.raises(JournalError, match="the model was 'loopback' and is now 'other'"):
                await changed.opening()
        async with at_desk(loopback) as desk:
            await desk.opening()

    with serving() as loopback:
        asyncio.run(second(loopback))


def test_a_call_that_fails_is_the_same_error_at_the_reader() -> None:
    """Its kind decides whether it is asked again; a fault of ours is named as one."""
    request = httpx2.Request("POST", "http://127.0.0.1/v1")
    for error in (httpx2.ReadTimeout("late"), httpx2.ConnectError("no"), BudgetError("cap")):
        wrapped = RuntimeError("outer")
        wrapped.__cause__ = error
        fault = fault_of(wrapped, Usage(calls=1))
        assert type(error) is type(fault.raised(request))
        assert str(error) == str(fault.raised(request))
    assert "please report it: KeyError" in str(fault_of(KeyError("x"), Usage()).raised(request))


def test_an_answer_passes_whole() -> None:
    """Status, body and the headers that are still true."""
    headers = {"content-encoding": "identity", "retry-after": "3", "set-cookie": "a=b"}
    request = httpx2.Request("POST", "http://127.0.0.1/v1")
    response = httpx2.Response(429, headers=headers, content=b"{}", request=request)
    back = CallAnswer.of(response, Usage(), kept=False).response(request)
    assert (429, b"{}") == (back.status_code, back.content)
    assert "3" == back.headers["retry-after"]
    assert not {"content-encoding", "set-cookie"} & set(back.headers)


def test_without_ray_it_says_how_to_get_it() -> None:
    """Before anything else is looked at."""
    hidden = mock.patch.dict("sys.modules", {"ray": None, "ray.data": None})
    with hidden, pytest.raises(InputError, match=r"pip install 'postings\[ray\]'"):
        extract_ray.read(None, run="run")


def test_the_desk_gets_the_key_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes of a cluster may have another environment."""
    with pytest.raises(AuthenticationError, match="no key for gpt-5-mini"):
        asyncio.run(extract_ray._with_key("gpt-5-mini"))
    monkeypatch.setenv("OPENAI_API_KEY", "from the program")
    model = asyncio.run(extract_ray._with_key("gpt-5-mini"))
    assert isinstance(model, Model)
    assert "from the program" == model.api_key
    assert "local" == asyncio.run(extract_ray._with_key("local"))
    own = Model("m", "http://127.0.0.1/v1", "own")
    assert own is asyncio.run(extract_ray._with_key(own))
