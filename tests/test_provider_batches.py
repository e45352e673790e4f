"""A job by a provider's batches, over real HTTP: each document one row, no token paid twice."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from evals.bench.loopback import FaultPlan, Hold, Loopback, serving
from evals.bench.loopback.batch_jobs import Terms
from evals.bench.run_files import normal, write_postings
from extract.cli import app
from extract.runs.batch_api import answers_of, line_of
from extract.runs.shelf import Shelf
from extract.runs.waiting import BatchLine, Waiting
from extract.terminal import DrawnProgress
from extract.values import Usage

COUNT = 6
POLLS = {"underway._FIRST_POLL": 0.02, "underway._LONGEST_POLL": 0.05, "underway._SETTLING": 0.3}
SHORT = {**POLLS, "provider_batches._QUIET": 0.05, "waiting._FIRST_PAUSE": 0.02}
"""Waits that a provider needs and a server on loopback does not."""


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("POSTINGS_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, seconds in SHORT.items():
        monkeypatch.setattr(f"extract.runs.{name}", seconds)
    monkeypatch.setattr("extract.models.retries._wait", lambda *_: 0)
    monkeypatch.chdir(tmp_path)
    write_postings(Path("in.jsonl"), COUNT, 400)


def words(base_url: str, *more: str) -> list[str]:
    """Return the command on a run in the folder `kept`."""
    where = ("--model", "loopback", "--base-url", base_url)
    return ["extract", "in.jsonl", "--run", "kept", "--batch", *where, *more]


def extract(server: Loopback, *more: str) -> Result:
    """Run `postings extract in.jsonl --run kept --batch` against a server."""
    return CliRunner().invoke(app, words(server.base_url, *more))


def rows(file: str = "kept/rows.jsonl") -> list[dict[str, Any]]:
    """Return the rows of a run."""
    return [json.loads(line) for line in Path(file).read_text().splitlines()]


def ids() -> list[str]:
    """Return the ids of the documents."""
    return [f"LB-{number:07}" for number in range(COUNT)]


def spent() -> tuple[int, int]:
    """Return the tokens in all rows of a run."""
    told = [row.get("provenance", row)["usage"] for row in rows()]
    return sum(usage["prompt"] for usage in told), sum(usage["completion"] for usage in told)


def counted(query: str) -> list[Any]:
    """Return what a query of the journal finds."""
    with closing(sqlite3.connect("kept/journal.sqlite")) as journal:
        return journal.execute(query).fetchall()


def test_a_whole_job_is_one_batch() -> None:
    """Each document one row in the order of the input, and every token counted once."""
    with serving() as server:
        result = extract(server, "--price-in", "1", "--price-out", "10")
        again = extract(server)
    assert (0, 0) == (result.exit_code, again.exit_code), result.output + again.output
    assert ids() == [row["id"] for row in rows()]
    assert [("completed",)] == counted("SELECT ended FROM batches")
    assert f"batch 1: completed, {COUNT} of {COUNT}" in result.stderr
    assert server.ledger.told == server.ledger.made == spent()
    prompt, completion = server.ledger.told
    assert f"{prompt:,} + {completion:,} tokens in {COUNT} requests; $" in result.stderr
    assert COUNT == len(server.ledger.entries)


def test_the_records_are_those_of_single_requests() -> None:
    """A batch is another way to ask the same."""
    with serving() as server:
        assert 0 == extract(server).exit_code
        single = [
            word for word in words(server.base_url, "-o", "single.jsonl") if word != "--batch"
        ]
        single[single.index("kept")] = "one"
        assert 0 == CliRunner().invoke(app, single).exit_code
    assert normal(Path("single.jsonl")) == normal(Path("kept/rows.jsonl"))


def test_what_fails_in_part_is_asked_again() -> None:
    """Refused, broken, timed out, not of the schema: all end as one row, in a few batches."""
    faults = ("limited", "broken", "never", "malformed", "off_schema")
    with serving(FaultPlan(3, faulty=0.6, faults=faults)) as server:
        result = extract(server)
    assert result.exit_code in {0, 1}, result.output
    assert ids() == [row["id"] for row in rows()]
    assert server.ledger.told == spent()
    assert Counter(e.fault for e in server.ledger.entries if e.fault).total() > 3
    assert 1 < len(counted("SELECT * FROM batches")) <= 10
    told = counted("SELECT sum(prompt), sum(completion), count(*) FROM requests")
    assert [(*server.ledger.told, len(server.ledger.entries))] == told


def test_what_never_goes_well_fails_after_its_attempts() -> None:
    """The limit is that of single requests: five, in five batches."""
    with serving(FaultPlan(faulty=1.0, faults=("limited",))) as server:
        result = extract(server)
    assert 1 == result.exit_code, result.output
    assert ["RateLimitError"] * COUNT == [row["error"] for row in rows()]
    assert [5] * COUNT == [row["usage"]["calls"] for row in rows()]
    assert 5 == len(counted("SELECT * FROM batches"))


def test_a_batch_that_expires_is_gone_on_with() -> None:
    """What was answered is kept; the rest is in the next batch, and is asked once."""
    with serving(server=Loopback(terms=Terms(line=0.08, window=0.3))) as server:
        result = extract(server)
    assert 0 == result.exit_code, result.output
    assert ids() == [row["id"] for row in rows()]
    assert ("expired",) in counted("SELECT ended FROM batches")
    assert COUNT == len(server.ledger.entries)
    assert server.ledger.told == spent()


def test_a_batch_that_is_refused_ends_the_run_with_the_reason() -> None:
    """No document fails for it, and the next start asks all."""
    with serving(server=Loopback(terms=Terms(largest=100))) as server:
        refused = extract(server)
        assert [] == server.ledger.entries
    assert 2 == refused.exit_code
    assert "was refused: The file has too many lines or bytes." in refused.stderr
    assert "the same command goes on from here" in refused.stderr
    with serving() as server:
        assert 0 == extract(server).exit_code
    assert ids() == [row["id"] for row in rows()]


def test_a_queue_without_room_gets_smaller_batches() -> None:
    """Halved until they fit, one after the other; nothing is lost or asked twice."""
    with serving() as server:
        assert 0 == extract(server).exit_code
        most = max(entry.prompt for entry in server.ledger.entries)
    Path("kept").rename("before")
    with serving(server=Loopback(terms=Terms(enqueued=most * 2))) as server:
        result = extract(server)
    assert 0 == result.exit_code, result.output
    assert "the provider's queue has no room for 6 requests now" in result.stderr
    assert Counter(ids()) == Counter(entry.mark for entry in server.ledger.entries)
    assert ids() == [row["id"] for row in rows()]


def test_a_provider_without_batches_is_told() -> None:
    """The error says what is missing and what to do."""
    with serving() as server:
        result = CliRunner().invoke(app, words(f"{server.base_url}/other"))
    assert 2 == result.exit_code
    assert "POST /v1/other/files is not found: the provider has no Batch API" in result.stderr


@pytest.mark.parametrize("path", ["/files", "/batches"])
def test_a_lost_response_makes_no_second_batch(path: str) -> None:
    """What was made although nobody heard of it is found by its token."""
    hold = Hold("POST", path, cut=True)
    with serving(server=Loopback(hold=hold)) as server:
        result = extract(server)
    assert hold.reached.is_set()
    assert 0 == result.exit_code, result.output
    assert COUNT == len(server.ledger.entries)


def test_a_cap_is_not_passed() -> None:
    """All lines of a batch are set aside before it is sent: what does not fit is not in it."""
    with serving() as server:
        stopped = extract(server, "--max-total-tokens", "16000")
        assert 3 == stopped.exit_code, stopped.output
        some = len(server.ledger.entries)
        assert 0 < some < COUNT
        assert sum(server.ledger.made) <= 16000
        assert some == len(rows())
        assert 0 == extract(server).exit_code
        assert COUNT == len(server.ledger.entries)
    assert ids() == [row["id"] for row in rows()]


def test_a_request_that_two_documents_share_is_asked_once() -> None:
    """What it cost stands in the row of one."""
    text = json.loads(Path("in.jsonl").read_text().splitlines()[0])["text"]
    twins = [{"id": "a", "text": text}, {"id": "b", "text": f"{text}\n\n\n"}]
    Path("in.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in twins))
    with serving() as server:
        assert 0 == extract(server).exit_code
    assert ["a", "b"] == [row["id"] for row in rows()]
    assert 1 == len(server.ledger.entries)
    assert server.ledger.told == spent()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--deadline", "9"], "decides when"),
        (["--requests-per-minute", "9"], "decides when"),
        (["--model", "local"], "takes no batches"),
    ],
)
def test_what_batches_cannot_do_is_refused(more: list[str], said: str) -> None:
    """Instead of being passed over in silence."""
    asked = ["extract", "in.jsonl", "--run", "kept", "--batch", "--model", "m", *more]
    result = CliRunner().invoke(app, asked)
    assert 2 == result.exit_code
    assert said in result.stderr


def test_batches_are_for_a_run_that_is_kept() -> None:
    """Without a journal a batch would be lost with the process."""
    result = CliRunner().invoke(app, ["extract", "in.jsonl", "--batch", "--model", "m"])
    assert 2 == result.exit_code
    assert "--run" in result.stderr


@contextmanager
def started(server: Loopback) -> Iterator[subprocess.Popen[str]]:
    """Run the command as a process of its own, no longer than the block."""
    short = "".join(f"import extract.runs.{n.partition('.')[0]}\n" for n in SHORT)
    short += "".join(f"extract.runs.{name} = {seconds}\n" for name, seconds in SHORT.items())
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"{short}from extract.cli import main; main()"
    )
    command = [sys.executable, "-c", program, *words(server.base_url)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    "hold",
    [
        Hold("POST", "/files", after=False),
        Hold("POST", "/files"),
        Hold("POST", "/batches", after=False),
        Hold("POST", "/batches"),
        Hold("GET", "/content"),
    ],
    ids=lambda hold: f"{'after' if hold.after else 'before'} {hold.method} {hold.path}",
)
def test_a_killed_run_goes_on_with_its_batch(hold: Hold) -> None:
    """SIGKILL at each step: what the provider was asked is not asked twice, nor is any row lost."""
    with serving(server=Loopback(hold=hold)) as server:
        with started(server) as process:
            assert hold.reached.wait(500)
            process.kill()
            process.communicate(timeout=60)
        hold.method = ""
        result = extract(server)
    assert 0 == result.exit_code, result.output
    assert ids() == [row["id"] for row in rows()]
    assert Counter(ids()) == Counter(entry.mark for entry in server.ledger.entries)
    assert server.ledger.told == spent()
    assert [(COUNT, COUNT)] == counted("SELECT count(*), sum(outcome = 'answered') FROM requests")


def test_an_interrupt_leaves_the_batch_to_the_next_start() -> None:
    """Ctrl-C once: it says so, stops at once and cancels nothing."""
    with serving(server=Loopback(terms=Terms(line=0.1))) as server:
        with started(server) as process:
            assert process.stderr is not None
            said = ""
            while "in progress" not in said:
                said = process.stderr.readline()
                assert said
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=500)
        assert 130 == process.returncode
        assert "batches go on at the provider, and the same command collects them" in err
        assert "Traceback" not in err
        single = [word for word in words(server.base_url) if word != "--batch"]
        assert "go on with --batch" in CliRunner().invoke(app, single).stderr
        assert 0 == extract(server).exit_code
    assert Counter(ids()) == Counter(entry.mark for entry in server.ledger.entries)
    assert ids() == [row["id"] for row in rows()]


def test_the_line_of_a_terminal_says_how_far_a_batch_is() -> None:
    """In the place of a document's name, and without the provider's control characters."""
    drawn = DrawnProgress(io.StringIO())
    drawn.start("connecting", COUNT)
    drawn.waiting("batch 1: \x1b[31min progress, 3 of 6")
    assert "batch 1: in progress, 3 of 6" == drawn._bar.tasks[0].description
    drawn.close()


@given(st.lists(st.integers(1, 60), max_size=40), st.integers(1, 9))
def test_what_is_taken_is_what_was_put(sizes: list[int], most: int) -> None:
    """In its order, no batch larger than allowed, none empty."""
    loop = asyncio.new_event_loop()
    waiting, place = Waiting(most), Shelf().put(b"")
    for number, size in enumerate(sizes):
        answer: asyncio.Future[Any] = loop.create_future()
        waiting.put(BatchLine(f"{number}", place, size, Usage(), "", answer))
    batches = []
    while waiting:
        batches.append(waiting.taken())
    loop.close()
    assert [str(number) for number in range(len(sizes))] == [one.key for b in batches for one in b]
    assert all(1 <= len(batch) <= most for batch in batches)


def test_a_line_is_json_under_its_id() -> None:
    """The body as it would be sent alone."""
    told = json.loads(line_of("k", '{"model": "é\u2028"}'.encode()))
    expected = {"custom_id": "k", "method": "POST", "url": "/v1/chat/completions"}
    assert expected | {"body": {"model": "é\u2028"}} == told


def test_lines_of_an_output_file_that_are_none_are_left_out() -> None:
    """A separator in a text ends no line; a status of 0 is no answer; half a line is none."""
    body = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}, "a": "\u2028"}
    good = {"custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None}
    odd = {"custom_id": "b", "response": {"status_code": 0, "body": None}, "error": None}
    gone = {"custom_id": "c", "response": None, "error": {"code": "batch_expired"}}
    told = "\n".join(json.dumps(line, ensure_ascii=False) for line in (good, odd, gone))
    found = dict(answers_of(f'{told}\n{{"custom_id": "d", "resp'.encode()))
    assert {"a": (200, "answered"), "b": (408, "unknown"), "c": (408, "unsent")} == {
        key: (answer.status, answer.outcome) for key, answer in found.items()
    }
    assert Usage(3, 2, 0, 1) == found["a"].cost
