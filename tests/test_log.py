"""The events of a run: what is logged, where it goes, and what never gets into it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evals.bench.loopback import Notice
from extract import Model, Traffic, extract_many, from_text
from extract.cli import app
from extract.log import fields_of
from tests.server import Request, Server, answering, refusal, shown, simplest

KEY = "sk-secret-0815"


pytestmark = pytest.mark.usefixtures("here", "at_once")


def put(*ids: str) -> str:
    """Write a row for each id."""
    rows = (json.dumps({"id": name, "text": f"Cook {name} wanted\nJob {name}."}) for name in ids)
    Path("in.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return "in.jsonl"


def extract(server: Server, *words: str) -> Result:
    """Run `postings extract in.jsonl --log log.jsonl` against a server."""
    where = ("--model", "simple", "--base-url", server.base_url, "--api-key", KEY)
    words = ("extract", "in.jsonl", "--log", "log.jsonl", *where, *words)
    return CliRunner().invoke(app, words)


def events() -> list[dict[str, Any]]:
    """Return what is logged."""
    return [json.loads(line) for line in Path("log.jsonl").read_text().splitlines()]


def test_a_run_logs_what_it_is_made_with_each_document_and_its_sum(server: Server) -> None:
    """Each line is one event, with its time in UTC and its level."""
    put("1", "2")
    result = extract(server, "--price-in", "1", "--price-out", "10", "--max-cost", "1")
    assert 0 == result.exit_code, result.output
    begun, first, second, ended = events()
    made = json.loads(result.stdout.splitlines()[0])["provenance"]
    host, port = server.base_url.removeprefix("http://").removesuffix("/v1").split(":")
    assert {
        "level": "info",
        "event": "run begun",
        "model": "simple",
        "server_address": host,
        "server_port": int(port),
        "prompt": made["prompt"],
        "prompt_sha256": made["prompt_sha256"],
        "schema": "Posting",
        "schema_sha256": made["schema_sha256"],
        "concurrency": 1,
    } == {name: value for name, value in begun.items() if name != "time"}
    assert ["1", "2"] == [first["document"], second["document"]]
    assert {
        "level": "info",
        "event": "document done",
        "document": "1",
        "source": "in.jsonl:1",
        "text_sha256": made["document_sha256"],
        "is_posting": True,
        "requests": 1,
        "input_tokens": 1200,
        "output_tokens": 80,
        "cached_tokens": 0,
    } == {name: first[name] for name in first if name not in {"time", "seconds", "fields"}}
    assert {
        "level": "info",
        "event": "run ended",
        "how": "done",
        "records": 2,
        "failures": {},
        "requests": 2,
        "input_tokens": 2400,
        "output_tokens": 160,
        "cached_tokens": 0,
        "cost": 0.004,
    } == {name: ended[name] for name in ended if name not in {"time", "seconds"}}
    times = [datetime.fromisoformat(event["time"]) for event in events()]
    assert sorted(times) == times
    assert [timedelta(0)] * 4 == [time.utcoffset() for time in times]
    assert abs(datetime.now(UTC) - times[-1]) < timedelta(hours=1)


def test_retries_refusals_and_the_number_at_once_are_logged() -> None:
    """Why, how long it waits, and for which document."""
    seen: Counter[str] = Counter()

    def respond(request: Request) -> tuple[int, Any]:
        number = shown(request).rpartition("Job ")[2].partition(".")[0]
        seen[number] += 1
        if number == "2" and seen[number] == 1:
            return refusal(503, "busy")
        return refusal(422, "no") if number == "3" else simplest(request)

    put("1", "2", "3")
    with Path("in.jsonl").open("a") as file:
        file.write("{broken\n")
    with answering(respond) as server:
        assert 1 == extract(server, "--run", "kept", "--concurrency", "3").exit_code
    told = {event["event"]: event for event in events()}
    retried = {name: told["request retried"][name] for name in ("level", "document", "error")}
    assert {"level": "warning", "document": "2", "error": "TransportError"} == retried
    assert (1, 0) == (told["request retried"]["attempt"], told["request retried"]["wait"])
    halved = next(event for event in events() if event["event"] == "window changed")
    assert (3, 1) == (halved["was"], halved["size"])
    failed = {e["document"]: e for e in events() if e["event"] == "document failed"}
    assert {"3": "RequestError", "in.jsonl:4": "InputError"} == {
        name: event["error"] for name, event in failed.items()
    }
    assert ("error", 1) == (failed["3"]["level"], failed["3"]["requests"])
    assert (2, {"RequestError": 1}) == (told["run ended"]["records"], told["run ended"]["failures"])


def test_a_run_that_goes_on_goes_on_in_its_log(server: Server) -> None:
    """A cap ends the first start, and says what it was; the second appends."""
    put(*map(str, range(8)))
    kept = ("--run", "kept", "--concurrency", "2")
    assert 3 == extract(server, *kept, "--max-total-tokens", "12000").exit_code
    first = events()
    (capped,) = [event for event in first if event["event"] == "cap reached"]
    assert ("warning", 12000) == (capped["level"], capped["max_tokens"])
    assert "document" not in capped
    assert "BudgetError" == first[-1]["how"]
    assert 0 == extract(server, *kept).exit_code
    assert first == events()[: len(first)]
    assert ["run begun", "run begun"] == [e["event"] for e in events() if "begun" in e["event"]]
    done = [event["document"] for event in events() if event["event"] == "document done"]
    assert sorted(map(str, range(8))) == sorted(done)


def test_no_text_no_words_of_a_server_and_no_key_are_logged() -> None:
    """A server that quotes the posting and the key, and an id that would be a line of its own."""
    odd = 'a"}\n{"event": "run ended"}\u2028\x1b[31m'

    def quoting(request: Request) -> tuple[int, Any]:
        return refusal(503 if len(server.requests) == 1 else 422, f"{KEY}: {shown(request)}")

    rows = [{"id": odd, "text": "Cook wanted by Brimble.\nJob 1."}]
    Path("in.jsonl").write_text(json.dumps(rows[0]) + "\n")
    with answering(quoting) as server:
        assert 1 == extract(server).exit_code
    written = Path("log.jsonl").read_text()
    assert written.isascii()
    assert not [word for word in ("Brimble", "Cook wanted", KEY, "\x1b") if word in written]
    names = ["run begun", "request retried", "document failed", "run ended"]
    assert names == [event["event"] for event in events()]
    assert odd == events()[2]["document"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("nowhere/log.jsonl", "No such file"),
        (".", "Is a directory"),
        ("in.jsonl", "is an input too"),
        ("out.jsonl", "is the output too"),
    ],
)
@pytest.mark.parametrize("kept", [(), ("--run", "kept")])
def test_a_log_that_cannot_be_written_is_told_before_anything_is_asked(
    server: Server, file: str, said: str, kept: tuple[str, ...]
) -> None:
    """Nor is anything else written, least of all into what is to be read."""
    before = Path(put("1")).read_text()
    result = extract(server, "-o", "out.jsonl", *kept, "--log", file)
    assert 2 == result.exit_code
    assert said in result.stderr
    assert ([], before) == (server.requests, Path("in.jsonl").read_text())
    assert ["in.jsonl"] == [path.name for path in Path().iterdir()]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk as Linux has it")
def test_a_disk_that_is_full_costs_the_log_and_not_the_run(server: Server) -> None:
    """It is said once."""
    put("1", "2")
    result = extract(server, "--log", "/dev/full")
    assert (0, 2) == (result.exit_code, len(result.stdout.splitlines()))
    assert 1 == result.stderr.count("No space left on device")


def test_in_python_whoever_listens_gets_the_fields(
    server: Server, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """And who does not sees nothing, not even of a failure."""

    async def rows() -> list[Any]:
        document = from_text("Cook wanted\nJob 1.", id="1")
        asked = Model("simple", server.base_url, "k")
        traffic = Traffic(max_total_tokens=100_000)
        return [r async for r in extract_many([document], Notice, model=asked, traffic=traffic)]

    asyncio.run(rows())
    assert [] == [record for record in caplog.records if record.name == "postings"]
    with caplog.at_level(logging.INFO, "postings"):
        asyncio.run(rows())
    heard = [record for record in caplog.records if record.name == "postings"]
    assert ["run begun", "document done", "run ended"] == [one.getMessage() for one in heard]
    assert ("1", 1200) == (vars(heard[1])["document"], vars(heard[1])["input_tokens"])
    assert ("", "") == tuple(capfd.readouterr())


def test_what_a_library_adds_to_every_record_is_no_field() -> None:
    """Ray gives each record of its process the field `_ray_timestamp_ns`."""
    record = logging.makeLogRecord({"document": "1", "_ray_timestamp_ns": 1})
    assert {"document": "1"} == fields_of(record)
