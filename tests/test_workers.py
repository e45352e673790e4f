"""Worker processes: the same rows, requests and promises as one process, whoever is killed."""

from __future__ import annotations

import asyncio
import csv
import json
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pytest
from pydantic import BaseModel, model_validator
from typer.testing import CliRunner, Result

from evals.bench.kills import is_there
from evals.bench.loopback import EndpointRules, Loopback, contracts, serving
from evals.bench.loopback.batch_jobs import Terms
from evals.bench.loopback.made_up import Notice, text_of
from evals.bench.run_files import finished, normal
from extract import Traffic, extract_many
from extract.cli import app
from extract.errors import BudgetError, JournalError, WorkerError
from extract.models.client import Model
from extract.record import Failure, Record
from extract.runs.journal import Journal
from extract.runs.opening import EngineOptions, engine_for
from extract.text.document import from_text
from tests.server import Request, Server, answering, refusal, shown, simplest

pytestmark = pytest.mark.usefixtures("here", "at_once")

NOTICE = "evals.bench.loopback.made_up:Notice"
PAGE = "<h1>Cook</h1><p>Pay: &euro;15 &amp; meals. Job 900.</p>"
SEVERAL = (
    "# Cook\nPay: £12 an hour, and the grill is yours. Weekends are free.\n"
    "# Baker\nPay: £14 an hour. You start at four and are home by noon."
)


class Deadly(BaseModel):
    """A vacant post whose reading ends the process."""

    title: str | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.title is not None and "deadly" in self.title and multiprocessing.parent_process():
            os.kill(os.getpid(), signal.SIGKILL)
        return self


def put(count: int, *more: str) -> None:
    """Write a file of short postings that can be told apart, and of lines as they are given."""
    rows = [json.dumps({"id": str(n), "text": f"Cook {n} wanted\nJob {n}."}) for n in range(count)]
    Path("in.jsonl").write_text("\n".join((*rows, *more)) + "\n", encoding="utf-8")


def words(base_url: str, *more: str, workers: int = 2) -> list[str]:
    """Return the command that reads the file with some workers."""
    where = ("--model", "simple", "--base-url", base_url, "--schema", NOTICE)
    at_once = ("--workers", str(workers), "--concurrency", "6")
    return ["extract", "in.jsonl", *where, *at_once, *more]


def extract(server: Server | Loopback, *more: str, workers: int = 2) -> Result:
    """Run `postings extract in.jsonl` with some workers."""
    return CliRunner().invoke(app, words(server.base_url, *more, workers=workers))


def rows(file: str = "kept/rows.jsonl") -> list[dict[str, Any]]:
    """Return the rows of a file."""
    return [json.loads(line) for line in Path(file).read_text().splitlines()]


def asked(server: Server) -> Counter[str]:
    """Return how often each job was asked about."""
    return Counter(shown(one).rpartition("Job ")[2].partition(".")[0] for one in server.requests)


def once(count: int) -> Counter[str]:
    """Return that each of so many jobs was asked about once."""
    return Counter(str(n) for n in range(count))


class Begun(logging.Handler):
    """Hears which processes begin, and does something with each; set it up with `listening`."""

    def __init__(self, do: Callable[[int], None] = lambda _: None) -> None:
        super().__init__()
        self.pids: list[int] = []
        self._do = do

    def emit(self, record: logging.LogRecord) -> None:
        """Hear an event."""
        if record.getMessage() == "worker begun":
            self.pids.append(vars(record)["pid"])
            self._do(self.pids[-1])


@contextmanager
def listening(begun: Begun) -> Iterator[Begun]:
    """Hear of the processes that begin in the block."""
    logger = logging.getLogger("postings")
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(begun)
    try:
        yield begun
    finally:
        logger.removeHandler(begun)
        logger.setLevel(level)


def all_gone(pids: list[int]) -> bool:
    """Return whether processes end, which they need not do at once."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if not any(map(is_there, pids)):
            return True
        time.sleep(0.05)
    return False


def table(file: str) -> list[dict[str, str]]:
    """Return the rows of a table, without what differs by time."""
    with Path(file).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        assert row.pop("seconds")
    return rows


@pytest.mark.parametrize("folder", [False, True], ids=["streamed", "kept"])
def test_the_output_is_that_of_one_process(server: Server, *, folder: bool) -> None:
    """Byte for byte but for the seconds: pages, texts that occur twice, rows that are no rows."""
    twice = json.dumps({"id": "twice", "text": "Cook 1 wanted\nJob 1."})
    half = json.dumps({"id": "half", "text": "Half a pair \ud83d wanted\nJob 901."})
    page = json.dumps({"id": "page", "html": PAGE})
    put(5, page, "{broken", json.dumps({"id": "several", "text": SEVERAL}), twice, half)
    for workers in (1, 3):
        kept = ("--run", f"kept{workers}") if folder else ()
        result = extract(server, "-o", f"{workers}.jsonl", *kept, workers=workers)
        assert 1 == result.exit_code, result.output
    assert normal(Path("1.jsonl")) == normal(Path("3.jsonl"))
    ids = ["0", "1", "2", "3", "4", "page", "in.jsonl:7", "several#1", "several#2", "twice", "half"]
    assert ids == [row["id"] for row in rows("3.jsonl")]
    assert len(server.requests) == 2 * (9 if folder else 10)


def test_every_format_is_that_of_one_process(server: Server) -> None:
    """Tables too, of the built-in schema, from bytes in files."""
    Path("pages").mkdir()
    for number in range(3):
        Path(f"pages/{number}.html").write_text(f"<p>{text_of(number, 500)}</p>", "utf-8")
    for workers in (1, 2):
        given = ("pages", "-o", f"{workers}.csv", "--workers", str(workers), "--concurrency", "4")
        where = ("--model", "simple", "--base-url", server.base_url)
        result = CliRunner().invoke(app, ["extract", *given, *where])
        assert 0 == result.exit_code, result.output
    assert table("1.csv") == table("2.csv")


def test_a_program_gets_its_own_schema_back() -> None:
    """Records of the class that was given, in the order of the documents, with all their tokens."""

    async def many(server: Loopback) -> list[Record[Notice] | Failure]:
        model = Model("loopback", server.base_url, "k")
        texts = (text_of(number, 400) for number in range(6))
        given = extract_many(texts, Notice, model=model, concurrency=4, workers=2)
        return [row async for row in given]

    with serving() as server:
        found = asyncio.run(many(server))
    assert [str(n) for n in range(1, 7)] == [row.id for row in found]
    assert all(isinstance(row, Record) and type(row.posting) is Notice for row in found)
    assert sum(server.ledger.told) == sum(row.provenance.usage.tokens for row in found)  # type: ignore[union-attr]


def test_a_worker_that_is_killed_while_its_request_is_out_asks_nothing_again() -> None:
    """The answer is given to the process that takes its documents up."""
    put(6)
    begun = Begun()

    def respond(request: Request) -> tuple[int, Any]:
        if begun.pids:
            os.kill(begun.pids.pop(0), signal.SIGKILL)
        return simplest(request)

    with listening(begun), answering(respond) as server:
        result = extract(server, "--run", "kept")
    assert 0 == result.exit_code, result.output
    assert once(6) == asked(server)
    assert [str(n) for n in range(6)] == [row["id"] for row in rows()]


def test_workers_that_are_killed_as_they_begin_are_replaced(server: Server) -> None:
    """Nothing is lost, and each text is asked once."""
    put(4)
    left = [3]

    def strike(pid: int) -> None:
        if left[0]:
            left[0] -= 1
            os.kill(pid, signal.SIGKILL)

    with listening(Begun(strike)) as begun:
        result = extract(server, "--run", "kept")
    assert 0 == result.exit_code, result.output
    assert len(begun.pids) >= 4
    assert once(4) == asked(server)


def test_workers_that_are_killed_at_any_moment_cost_no_row() -> None:
    """Also while they make questions and ground answers."""
    put(12)
    begun = Begun()
    done = threading.Event()

    def strike() -> None:
        for _ in range(4):
            if not done.wait(0.3) and begun.pids:
                with suppress(ProcessLookupError):  # no other has begun since the last one died
                    os.kill(begun.pids[-1], signal.SIGKILL)

    striker = threading.Thread(target=strike)
    with listening(begun), answering(simplest) as server:
        striker.start()
        result = extract(server, "--run", "kept")
        done.set()
        striker.join()
    assert 0 == result.exit_code, result.output
    assert once(12) == asked(server)
    assert [str(n) for n in range(12)] == [row["id"] for row in rows()]


def test_a_document_that_ends_every_process_is_a_failure_and_the_others_are_rows() -> None:
    """It is given up after some, of which the last had no other document."""

    def respond(request: Request) -> tuple[int, Any]:
        status, told = simplest(request)
        title = "deadly" if "Job 2." in shown(request) else "Cook"
        told["choices"][0]["message"]["content"] = json.dumps({"is_posting": True, "title": title})
        return status, told

    async def many(server: Server) -> list[Any]:
        model = Model("simple", server.base_url, "k")
        texts = [f"Cook wanted, not deadly\nJob {n}." for n in range(5)]
        given = extract_many(texts, Deadly, model=model, concurrency=4, workers=2)
        return [row async for row in given]

    with answering(respond) as server:
        found = asyncio.run(many(server))
        assert once(5) == asked(server)
    assert [False, False, True, False, False] == [isinstance(row, Failure) for row in found]
    assert "4 worker processes ended while they read it" in found[2].message
    assert 1280 == found[2].usage.tokens


def test_a_schema_that_no_other_process_can_import_is_named() -> None:
    """The error says what to do, and nothing is asked."""

    class Local(BaseModel):
        title: str | None = None

    async def many(server: Server) -> list[Any]:
        model = Model("simple", server.base_url, "k")
        return [row async for row in extract_many(["Cook"], Local, model=model, workers=2)]

    with answering(simplest) as server:
        with pytest.raises(WorkerError, match="define the schema at the top level of a module"):
            asyncio.run(many(server))
        assert [] == server.requests


def test_a_worker_that_cannot_start_says_why(server: Server) -> None:
    """A schema that only the first process could load; the run ends before anything is asked."""
    Path("once.py").write_text(
        "import multiprocessing\nfrom pydantic import BaseModel\n"
        "if multiprocessing.parent_process(): raise RuntimeError('no second time')\n"
        "class Post(BaseModel):\n    title: str | None = None\n"
    )
    put(2)
    result = extract(server, "--schema", "once.py:Post")
    assert 2 == result.exit_code
    assert "worker processes cannot start: once.py: cannot be imported" in result.stderr
    assert "no second time" in result.stderr
    assert [] == server.requests


def test_a_fault_while_workers_start_ends_the_run(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that nobody foresaw too: no document waits for a worker that will not come."""

    async def started(*_: Any) -> Any:
        raise OSError("too many open files")

    monkeypatch.setattr("extract.runs.workers.worker.Worker.started", started)
    put(2)
    result = extract(server)
    assert 2 == result.exit_code
    assert "OSError: too many open files" in result.stderr
    assert [] == server.requests


def test_a_refusal_teaches_all_workers() -> None:
    """The endpoint refuses one request, as of one process, and the journal has the lesson."""
    rules: EndpointRules = contracts()["openai-reasoning"]
    put(8)
    for workers in (1, 2):
        with serving(server=Loopback(contract=rules)) as server:
            result = extract(server, "--run", f"kept{workers}", workers=workers)
            assert 0 == result.exit_code, result.output
            counts = Counter(entry.status for entry in server.ledger.entries)
        if workers == 1:
            expected = counts
    assert expected == counts
    assert [row["provenance"]["learned"] for row in rows("kept1/rows.jsonl")] == [
        row["provenance"]["learned"] for row in rows("kept2/rows.jsonl")
    ]


def test_a_cap_holds_for_all_workers_together() -> None:
    """What was in flight is finished, and the cap is not passed."""

    async def many(server: Loopback) -> list[Any]:
        model = Model("loopback", server.base_url, "k", answer_tokens=100)
        traffic = Traffic(max_total_tokens=9000)
        texts = (text_of(number, 400) for number in range(30))
        given = extract_many(texts, Notice, model=model, concurrency=8, traffic=traffic, workers=2)
        found: list[Any] = []
        with suppress(BudgetError):
            while True:
                found.append(await anext(given))
        return found

    with serving() as server:
        found = asyncio.run(many(server))
    assert 0 < len(found) < 30
    assert sum(server.ledger.made) <= 9000
    assert len(server.ledger.entries) == len(found)


def test_a_refused_key_ends_the_run() -> None:
    """After few requests, whoever made them."""
    put(40)
    with answering(lambda _: refusal(401, "no such key")) as server:
        result = extract(server, "--run", "kept")
    assert 2 == result.exit_code
    assert "the same command goes on from here" in result.stderr
    assert len(server.requests) <= 12


def test_no_document_is_begun_after_the_time(server: Server) -> None:
    """`--stop-after` is for the parent, and the next start reads the rest."""
    put(4)
    stopped = extract(server, "--run", "kept", "--stop-after", "0")
    assert 3 == stopped.exit_code, stopped.output
    assert [] == server.requests
    assert 0 == extract(server, "--run", "kept").exit_code
    assert once(4) == asked(server)


def test_a_document_that_is_given_up_costs_no_worker() -> None:
    """As at its deadline: the worker drops it, and reads the next."""
    put_off = threading.Event()

    async def given_up(server: Server, reached: threading.Event) -> Record[Any]:
        options = EngineOptions(Model("simple", server.base_url, "k"), concurrency=2, workers=2)
        async with engine_for(Notice, options) as engine:
            slow = asyncio.create_task(engine.reader.read(from_text("Cook wanted\nJob 1.")))
            await asyncio.to_thread(reached.wait, 300)
            slow.cancel()
            put_off.set()
            with suppress(asyncio.CancelledError):
                await slow
            return await engine.reader.read(from_text("Cook wanted\nJob 2."))

    with holding(0) as (server, reached, go_on):
        threading.Thread(target=lambda: (put_off.wait(300), go_on.set()), daemon=True).start()
        record = asyncio.run(given_up(server, reached))
        assert Counter({"1": 1, "2": 1}) == asked(server)
    assert 80 == record.provenance.usage.completion


def test_a_journal_that_cannot_be_written_ends_the_run(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk: the rows before it are kept, and the workers end."""
    put(8)
    kept = Journal.finish
    left = [3]

    def finish(self: Journal, *row: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise JournalError("kept cannot be written: database or disk is full")
        kept(self, *row)

    monkeypatch.setattr(Journal, "finish", finish)
    with listening(Begun()) as begun:
        result = extract(server, "--run", "kept")
    assert 2 == result.exit_code
    assert "database or disk is full" in result.stderr
    assert all_gone(begun.pids)
    monkeypatch.setattr(Journal, "finish", kept)
    assert 0 == extract(server, "--run", "kept").exit_code
    assert [str(n) for n in range(8)] == [row["id"] for row in rows()]


def test_batches_are_asked_by_workers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document waits in no process, and its question is made again for the answer."""
    for name in ("underway._FIRST_POLL", "provider_batches._QUIET"):
        monkeypatch.setattr(f"extract.runs.{name}", 0.05)
    put(6)
    with serving(server=Loopback(terms=Terms())) as server:
        result = extract(server, "--run", "kept", "--batch", "--concurrency", "6")
        assert 0 == result.exit_code, result.output
        assert 6 == len(server.ledger.entries)
    assert [str(n) for n in range(6)] == [row["id"] for row in rows()]
    told = sum(row["provenance"]["usage"]["prompt"] for row in rows())
    assert server.ledger.told[0] == told


@contextmanager
def command(server: Server, *more: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command as the leader of a group of processes, no longer than the block."""
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from extract.cli import main; main()"
    )
    told = [sys.executable, "-c", program, *words(server.base_url, *more, "--log", "log.jsonl")]
    with subprocess.Popen(told, stderr=subprocess.PIPE, text=True, process_group=0) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.kill()


def begun_pids() -> list[int]:
    """Return the workers that the command's log names."""
    events = map(json.loads, Path("log.jsonl").read_text().splitlines())
    return [event["pid"] for event in events if event["event"] == "worker begun"]


@contextmanager
def holding(count: int) -> Iterator[tuple[Server, threading.Event, threading.Event]]:
    """Serve `count` answers, then none until the second event; the first says that it is so."""
    reached, go_on = threading.Event(), threading.Event()
    answered = []

    def respond(request: Request) -> tuple[int, Any]:
        answered.append(request)
        if len(answered) > count:
            reached.set()
            go_on.wait(300)
        return simplest(request)

    with answering(respond) as server:
        try:
            yield server, reached, go_on
        finally:
            go_on.set()


def test_workers_end_with_their_parent_and_the_next_start_goes_on() -> None:
    """`kill -9` of the parent: no process is left, and what has its row is not asked again."""
    put(10)
    with holding(4) as (server, reached, go_on):
        with command(server, "--run", "kept") as process:
            assert reached.wait(300)
            while not finished(Path("kept"), process):
                time.sleep(0.05)
            process.kill()
            process.wait()
            assert all_gone(begun_pids())
        go_on.set()
        done, before = finished(Path("kept")), asked(server)
        result = extract(server, "--run", "kept")
        again = asked(server) - before
    assert 0 == result.exit_code, result.output
    assert [str(n) for n in range(10)] == [row["id"] for row in rows()]
    assert set() == done & set(again)


def test_an_interrupt_of_all_processes_finishes_what_is_in_flight() -> None:
    """Ctrl-C in a terminal reaches the workers too; only the parent acts on it."""
    put(30)
    with holding(4) as (server, reached, go_on):
        with command(server, "--run", "kept") as process:
            assert reached.wait(300)
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.5)
            assert all(map(is_there, begun_pids()))
            go_on.set()
            _, err = process.communicate(timeout=300)
        assert 130 == process.returncode
        assert "cut; the same command goes on from here" in err
        assert "Traceback" not in err
        assert all_gone(begun_pids())
        some = len(server.requests)
        assert some < 30
        assert 0 == extract(server, "--run", "kept").exit_code
    assert once(30) == asked(server)


def test_a_second_interrupt_stops_at_once() -> None:
    """Without waiting for the answers that are out."""
    put(30)
    with holding(2) as (server, reached, _):
        with command(server, "--run", "kept") as process:
            assert reached.wait(300)
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.5)
            os.killpg(process.pid, signal.SIGINT)
            _, err = process.communicate(timeout=300)
        assert 130 == process.returncode
        assert "Traceback" not in err
        assert all_gone(begun_pids())
