"""A run that is kept: killed, cut, stopped and begun again, and still each text is asked once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from extract.cli import app
from extract.errors import InputError, JournalError
from extract.posting import Posting
from extract.record import Failure, failure_of
from extract.runs.journal import Journal
from extract.sources.paths import Unreadable
from extract.text.document import from_text
from extract.values import Usage
from tests.server import Request, Server, answering, refusal, shown, simplest

PRICED = ("--price-in", "1", "--price-out", "10")


pytestmark = pytest.mark.usefixtures("here", "at_once")


def put(texts: dict[str, str]) -> str:
    """Write a file of rows, and return its name."""
    rows = (json.dumps({"id": name, "text": text}) for name, text in texts.items())
    Path("in.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return "in.jsonl"


def cooks(count: int) -> dict[str, str]:
    """Return short postings that can be told apart."""
    return {str(n): f"Cook {n} wanted\nJob {n}." for n in range(count)}


def extract(server: Server, *words: str) -> Result:
    """Run `postings extract in.jsonl --run kept` against a server."""
    where = ("--model", "simple", "--base-url", server.base_url)
    return CliRunner().invoke(app, ["extract", "in.jsonl", "--run", "kept", *where, *words])


def rows(file: str = "kept/rows.jsonl") -> list[dict[str, Any]]:
    """Return the rows of a file."""
    return [json.loads(line) for line in Path(file).read_text().splitlines()]


def asked(server: Server) -> Counter[str]:
    """Return how often each job was asked about."""
    told = (shown(request).rpartition("Job ")[2].partition(".")[0] for request in server.requests)
    return Counter(told)


def test_a_kept_run_writes_every_row_in_the_order_of_the_input(server: Server) -> None:
    """And asks nothing when it is begun again."""
    put(cooks(6))
    first = extract(server, "--concurrency", "4")
    again = extract(server, "-o", "again.csv")
    assert (0, 0) == (first.exit_code, again.exit_code), first.output + again.output
    assert [str(n) for n in range(6)] == [row["id"] for row in rows()]
    assert "6 records; 7,200 + 480 tokens in 6 requests" in again.stderr
    assert 6 == len(server.requests)
    assert 7 == len(Path("again.csv").read_text().splitlines())


def test_a_text_under_several_ids_is_asked_once(server: Server) -> None:
    """Each id has its row; what it cost stands in the first."""
    put({"a": "Cook wanted\nJob 1.", "b": "Baker wanted\nJob 2.", "c": "Cook wanted\nJob 1."})
    assert 0 == extract(server, "--concurrency", "3").exit_code
    assert Counter({"1": 1, "2": 1}) == asked(server)
    told = {row["id"]: row["provenance"]["usage"]["prompt"] for row in rows()}
    assert {"a": 1200, "b": 1200, "c": 0} == told
    assert ["a", "b", "c"] == [row["id"] for row in rows()]


def test_failures_are_rows_and_are_asked_again_only_when_told(server: Server) -> None:
    """A row that is no JSON, a document that the server refuses, and those that went well."""
    put(cooks(4))
    with Path("in.jsonl").open("a") as file:
        file.write("{broken\n")

    def picky(request: Request) -> tuple[int, Any]:
        return refusal(422, "no") if "Job 2." in shown(request) else simplest(request)

    with answering(picky) as refusing:
        first = extract(refusing)
        second = extract(refusing)
        assert 4 == len(refusing.requests)
    assert (1, 1) == (first.exit_code, second.exit_code)
    assert "3 records, 2 failed (1 InputError, 1 RequestError)" in second.stderr
    failed = {row["id"]: (row["error"], row["usage"]["calls"]) for row in rows() if "error" in row}
    assert {"2": ("RequestError", 1), "in.jsonl:5": ("InputError", 0)} == failed
    third = extract(server, "--retry-failed")
    assert Counter({"2": 1}) == asked(server)
    assert "4 records, 1 failed (1 InputError)" in third.stderr
    assert ["0", "1", "2", "3", "in.jsonl:5"] == [row["id"] for row in rows()]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--model", "other"), "the model was 'simple' and is now 'other'"),
        (("--prompt", "mine.toml"), "the prompt's content changed"),
    ],
)
def test_another_run_does_not_go_on_in_its_folder(
    server: Server, words: tuple[str, str], said: str
) -> None:
    """It says what changed, and asks nothing."""
    put(cooks(1))
    assert 0 == extract(server).exit_code
    shipped = Path(__file__).parent.parent / "prompts" / "reading-1.toml"
    Path("mine.toml").write_text(shipped.read_text() + "\n# mine\n")
    result = extract(server, *words)
    assert 2 == result.exit_code
    assert said in result.stderr
    assert "Choose a new run directory" in result.stderr
    assert 1 == len(server.requests)


def test_a_cap_stops_the_run_and_a_higher_one_goes_on(server: Server) -> None:
    """The rows so far are there, and what is spent counts in the next start too."""
    put(cooks(8))
    stopped = extract(server, "--max-total-tokens", "14000", *PRICED, "--concurrency", "4")
    assert 3 == stopped.exit_code, stopped.output
    assert "raise the cap to go on" in stopped.stderr
    some = len(server.requests)
    assert 0 < some < 8
    assert some == len(rows())
    assert 3 == extract(server, "--max-total-tokens", "14000", *PRICED).exit_code
    assert some == len(server.requests)
    finished = extract(server, "--max-cost", "1", *PRICED)
    assert 0 == finished.exit_code, finished.output
    assert [1] * 8 == list(asked(server).values())
    assert 8 == len(rows())


def test_a_cost_without_a_price_is_refused_before_any_request(server: Server) -> None:
    """A cap on what nobody knows would be none."""
    put(cooks(1))
    result = extract(server, "--max-cost", "1")
    assert 2 == result.exit_code
    assert "--price-in" in result.stderr
    assert [] == server.requests


def test_a_server_that_goes_away_does_not_cost_the_rest() -> None:
    """A key that is revoked midway leaves no failures behind: the next start asks the rest."""
    count = 0

    def revoked(request: Request) -> tuple[int, Any]:
        nonlocal count
        count += 1
        return simplest(request) if count < 3 or count > 3 else refusal(401, "revoked")

    put(cooks(5))
    with answering(revoked) as server:
        cut = extract(server)
        assert 2 == cut.exit_code
        assert "the key was refused" in cut.stderr
        assert 0 == extract(server).exit_code
    assert 5 == len(rows())


def test_a_dry_run_asks_nothing(server: Server) -> None:
    """It says how many tokens, from how many documents, and for how much."""
    put(cooks(3))
    result = extract(server, "--dry-run", *PRICED)
    assert 0 == result.exit_code
    assert "for 3 documents (from 3 of them), $" in result.stderr
    assert [] == server.requests
    assert not Path("kept").exists()


def test_answers_come_from_the_cache(server: Server) -> None:
    """Another run on the same texts asks nothing, and its answers cost nothing."""
    put(cooks(2))
    where = ("--model", "simple", "--base-url", server.base_url, "--cache", "answers")
    for output in ("a.jsonl", "b.jsonl"):
        result = CliRunner().invoke(app, ["extract", "in.jsonl", "-o", output, *where])
        assert 0 == result.exit_code, result.output
    assert 2 == len(server.requests)
    first, second = rows("a.jsonl"), rows("b.jsonl")
    assert [row["posting"] for row in first] == [row["posting"] for row in second]
    assert [1200, 0] == [row[0]["provenance"]["usage"]["prompt"] for row in (first, second)]


def started(server: Server) -> subprocess.Popen[bytes]:
    """Start a kept run as a process of its own."""
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from extract.cli import main; main()"
    )
    words = ["extract", "in.jsonl", "--run", "kept", "--concurrency", "4", "--model", "simple"]
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, *words, "--base-url", server.base_url],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ},
    )  # fmt: skip


class Gatekeeper:
    """Answers the first few requests, and holds the others until it is opened."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.count = 0
        self.holding, self.open = threading.Event(), threading.Event()

    def __call__(self, request: Request) -> tuple[int, Any]:
        """Answer a request, when it may be."""
        self.count += 1
        if self.count > self.first:
            if self.count >= self.first + 4:
                self.holding.set()
            self.open.wait(300)
        return simplest(request)


def test_a_killed_run_goes_on(server: Server) -> None:
    """SIGKILL with four requests in flight: what was finished is not asked again."""
    put(cooks(12))
    keeper = Gatekeeper(5)
    with answering(keeper) as held:
        process = started(held)
        assert keeper.holding.wait(300)
        process.kill()
        process.communicate(timeout=60)
        keeper.open.set()
    journal = Journal(Path("kept"))
    before = {row.id for row in journal.rows(Posting)}
    assert Usage(6000, 400, 0, 9) == journal.spent()
    assert 4 == journal.held().calls
    journal.close()
    assert 5 == len(before)
    assert 0 == extract(server).exit_code
    assert {str(n) for n in range(12)} - before == set(asked(server))
    assert [str(n) for n in range(12)] == [row["id"] for row in rows()]


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupted_run_goes_on(server: Server, times: int) -> None:
    """Ctrl-C once finishes what is in flight; twice stops at once; both lose nothing."""
    put(cooks(12))
    keeper = Gatekeeper(3)
    with answering(keeper) as held:
        process = started(held)
        assert keeper.holding.wait(300)
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        lines = []
        while not lines or "in flight" not in lines[-1]:
            lines.append(process.stderr.readline().decode())
            assert lines[-1], lines
        if times == 1:
            keeper.open.set()
        else:
            process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=300)
        keeper.open.set()
    assert 130 == process.returncode
    assert "the same command goes on from here" in err.decode()
    assert b"Traceback" not in err
    with_rows = 7 if times == 1 else 3
    assert 0 == extract(server).exit_code
    assert 12 - with_rows == len(server.requests)
    assert [str(n) for n in range(12)] == [row["id"] for row in rows()]


def test_two_processes_do_not_share_a_run(tmp_path: Path) -> None:
    """The second is told so."""
    journal = Journal(tmp_path / "run")
    with pytest.raises(JournalError, match="in use"):
        Journal(tmp_path / "run")
    journal.close()
    Journal(tmp_path / "run").close()


def test_a_damaged_journal_is_told(tmp_path: Path) -> None:
    """No traceback of a library, and the folder is free again."""
    (tmp_path / "journal.sqlite").write_text("this is no database, but long enough to be one" * 99)
    for _ in range(2):
        with pytest.raises(JournalError, match="cannot be used"):
            Journal(tmp_path)


def test_half_a_character_is_kept(tmp_path: Path) -> None:
    """JSON can escape half of a surrogate pair, and postings do hold some."""
    journal = Journal(tmp_path)
    half = from_text("Cook wanted", id="half \ud83e", source="-")
    told = Failure(id=half.id, source="-", error="ReplyError", message="\ud83e", usage=Usage())
    journal.register(0, half)
    journal.finish(half.sha256, told)
    assert [("half \ufffd", "\ud83e")] == [
        (row.id, row.message) for row in journal.rows(Posting) if isinstance(row, Failure)
    ]
    journal.close()


def test_an_input_that_shrank_leaves_no_rows_behind(tmp_path: Path) -> None:
    """The rows are those of the input as it is now; answers stay known by their text."""
    journal = Journal(tmp_path)
    cook, baker = from_text("Cook wanted", id="a"), from_text("Baker wanted", id="b")
    failure = Failure(id="a", source="-", error="ReplyError", message="no", usage=Usage(5, 1, 0, 1))
    for position, document in enumerate((cook, baker)):
        journal.register(position, document)
        journal.finish(document.sha256, failure)
    journal.register(0, baker)
    journal.vacate(1)
    assert [("b", Usage(5, 1, 0, 1))] == [
        (row.id, row.usage) for row in journal.rows(Posting) if isinstance(row, Failure)
    ]
    assert (0, {"ReplyError": 1}) == journal.counts()
    unread = Unreadable("c", "c.pdf", InputError("c.pdf: is not text"))
    journal.register(1, unread, failure_of("c", "c.pdf", unread.error))
    assert ["b", "c"] == [row.id for row in journal.rows(Posting)]
    journal.close()


def test_another_input_leaves_no_row_of_the_one_before(server: Server) -> None:
    """Stopped early, the rows so far are those of this input, each once."""
    given = cooks(4)
    put(given)
    assert 0 == extract(server).exit_code
    put({"2": given["2"], "new": "Cook 9 wanted\nJob 9.", "3": given["3"]})
    stopped = extract(server, "--max-total-tokens", "1")
    assert 3 == stopped.exit_code, stopped.output
    assert len({row["id"] for row in rows()}) == len(rows())
    assert {"2", "3"} >= {row["id"] for row in rows()}


@pytest.mark.parametrize("option", ["-o", "--log"])
@pytest.mark.parametrize("name", ["manifest.json", "journal.sqlite"])
def test_a_run_does_not_write_over_its_own_files(server: Server, option: str, name: str) -> None:
    """Whoever names one is told, and the run goes on as before."""
    put(cooks(1))
    assert 0 == extract(server).exit_code
    refused = extract(server, option, f"kept/{name}")
    assert 2 == refused.exit_code
    assert "a file of the run itself" in refused.stderr
    assert 0 == extract(server).exit_code


def test_a_manifest_that_is_none_is_told(server: Server) -> None:
    """One line, whatever the file holds."""
    put(cooks(1))
    Path("kept").mkdir()
    Path("kept/manifest.json").write_text("[]", encoding="utf-8")
    result = extract(server)
    assert (2, "") == (result.exit_code, result.stdout)
    assert "it is not the manifest of a run" in result.stderr


def test_an_output_that_cannot_be_written_is_refused_before_any_request(server: Server) -> None:
    """Not when everything is paid for."""
    put(cooks(2))
    refused = extract(server, "-o", "nowhere/rows.jsonl")
    assert (2, 0) == (refused.exit_code, len(server.requests))
    assert "cannot be written: there is no directory nowhere" in refused.stderr


def test_an_output_may_stand_in_the_folder_that_the_run_makes(server: Server) -> None:
    """It is not there yet when the command begins."""
    put(cooks(1))
    assert 0 == extract(server, "-o", "kept/out.jsonl").exit_code
    assert ["0"] == [row["id"] for row in rows("kept/out.jsonl")]


def test_a_journal_damaged_in_the_middle_is_told(server: Server) -> None:
    """Also where it can be opened, and only its pages cannot be read."""
    put(cooks(3))
    assert 0 == extract(server).exit_code
    journal = Path("kept/journal.sqlite")
    whole = journal.read_bytes()
    journal.write_bytes(whole[:8192] + b"\7" * (len(whole) - 8192))
    result = extract(server)
    assert 2 == result.exit_code
    assert "cannot be used" in result.stderr
