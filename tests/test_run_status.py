"""What `postings run status` says of runs: done, failed, spent, left, and how fast."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from extract.runs.journal import Journal
from extract.runs.run_status import status_of
from extract.runs.traffic import Price
from tests.kept_runs import change, command, cooks, extract, put
from tests.server import Request, Server, answering, refusal, shown, simplest

pytestmark = pytest.mark.usefixtures("here", "at_once")


def test_a_finished_run_is_done() -> None:
    """With its failures, its tokens and what they cost."""

    def picky(request: Request) -> tuple[int, object]:
        return refusal(422, "no") if "Job 1." in shown(request) else simplest(request)

    put(cooks(3))
    with answering(picky) as server:  # type: ignore[arg-type]
        extract(server, "run", "--price-in", "1", "--price-out", "10")
    (run,) = json.loads(command("run", "status", "run", "--json").stdout)["runs"]
    assert ("done", 3, 1, 3, 0) == tuple(
        run[n] for n in ("state", "done", "failed", "total", "left")
    )
    assert 2 * 1280 == run["tokens"]
    assert 2 * (1200 + 800) / 1e6 == pytest.approx(run["cost"])
    assert run["per_minute"] > 0
    table = command("run", "status", "run").stdout
    assert "$0.0040" in table
    assert 3.0 == pytest.approx(status_of(Path("run"), Price(750, 7500)).cost)


def test_a_stopped_run_says_what_is_left(server: Server) -> None:
    """The documents that are not read yet are counted from the file."""
    put(cooks(6))
    words = ("--max-total-tokens", "9000", "--price-in", "1", "--price-out", "1")
    assert 3 == extract(server, "run", *words).exit_code
    status = status_of(Path("run"))
    assert "stopped" == status.state
    assert 6 == status.total
    assert 6 - status.done == status.left
    assert 0 < status.done < 6


def test_a_run_under_way_is_running(server: Server) -> None:
    """Its speed is that of the last minute, whatever its clock says; looking does not stop it."""
    put(cooks(4))
    extract(server, "run")
    journal = Journal(Path("run"))
    now = int(time.time()) // 10
    change("run", "DELETE FROM finished")
    for span, texts in ((now - 3, 30), (now - 2, 60), (now - 100, 999)):
        change("run", "INSERT INTO finished VALUES (?, ?)", span, texts)
    change("run", "UPDATE facts SET value = 184 WHERE name = 'ended'")
    status = status_of(Path("run"))
    assert ("running", 90.0, 2.0) == (status.state, status.per_minute, status.minutes_left)
    change("run", "INSERT INTO finished VALUES (?, ?)", now + 500, 60)
    ahead = status_of(Path("run"))
    assert ahead.per_minute is not None
    assert ahead.per_minute >= 0
    journal.close()


def test_a_folder_that_cannot_be_read_is_a_line(server: Server) -> None:
    """The others are shown all the same."""
    put(cooks(2))
    extract(server, "run")
    Path("torn").mkdir()
    Path("torn/manifest.json").write_text(Path("run/manifest.json").read_text())
    Path("torn/journal.sqlite").write_bytes(b"torn" * 5000)
    result = command("run", "status", "run", "torn", "none", "--json")
    assert 1 == result.exit_code
    states = [run["state"] for run in json.loads(result.stdout)["runs"]]
    assert "done" == states[0]
    assert "file is not a database" in states[1]
    assert "none is not the folder of a run" in states[2]
    table = command("run", "status", "run", "torn").stdout
    assert "all" in table


def test_a_folder_of_an_older_version_is_shown(server: Server) -> None:
    """What it does not know is a question mark."""
    put(cooks(2))
    extract(server, "run")
    for table in ("facts", "finished", "kept", "codes"):
        change("run", f"DROP TABLE {table}")
    status = status_of(Path("run"))
    assert ("stopped", 2, None, None) == (
        status.state, status.done, status.total, status.per_minute
    )  # fmt: skip
    assert "?" in command("run", "status", "run").stdout
