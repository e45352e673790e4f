"""kill -9 at random moments of a run: nothing is lost, nothing is asked twice.

    python -m evals.bench.kills
    python -m evals.bench.kills --count 100 --kills 3

One run is left in peace, another is killed and started again until all its lives are used up.
Their outputs must be equal, byte for byte after sorting; left out of the comparison is what
differs by time (`provenance.seconds`). No document that was finished when a process died may be
asked again: by the server's own count.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from evals.bench.loopback.child_process import LoopbackProcess, started
from evals.bench.loopback.made_up import text_of

__all__ = ["Lives", "finished", "main", "normal", "run"]

_START = 3.0
"""Seconds within which a process that has nothing to do yet may be struck."""

_SETTLED = 0.2
"""Seconds in which what a dead process had sent still arrives at the server."""


@dataclass(slots=True)
class Lives:
    """What came of the killed run: how many were struck where, and what was asked again."""

    kills: int = 0
    idle: int = 0
    again: list[str] = field(default_factory=list)


def main(
    count: Annotated[int, typer.Option(help="Documents.")] = 2000,
    kills: Annotated[int, typer.Option(help="How often the process is killed.")] = 30,
    seed: Annotated[int, typer.Option(help="Draws the moments.")] = 1,
    concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 16,
    delay: Annotated[float, typer.Option(help="Seconds the server takes to answer.")] = 0.02,
    size: Annotated[int, typer.Option(help="Characters of a posting.")] = 600,
) -> None:
    """Kill a run again and again; fail if its output differs, or something was asked again."""
    with tempfile.TemporaryDirectory() as place, started(delay=delay) as server:
        folder = Path(place)
        rows = folder / "rows.jsonl"
        rows.write_text(lines(count, size), encoding="utf-8")
        calm = run(rows, folder / "calm", server, concurrency)
        if calm.wait():
            raise typer.BadParameter("the run that was left in peace failed")
        asked = len(server.entries())
        lives = strike(rows, folder / "struck", server, Strikes(count, kills, seed, concurrency))
        same = normal(folder / "calm/rows.jsonl") == normal(folder / "struck/rows.jsonl")
        more = len(server.entries()) - 2 * asked
    print(
        f"{lives.kills} kills, {lives.idle} of them before or after the work; {asked} requests in "
        f"the calm run, {more} more in the other; finished documents asked again: "
        f"{len(lives.again)}; output {'equal' if same else 'DIFFERS'}"
    )
    raise typer.Exit(not same or bool(lives.again))


@dataclass(frozen=True, slots=True)
class Strikes:
    """How a run is to be struck."""

    count: int
    kills: int
    seed: int
    concurrency: int


def strike(rows: Path, folder: Path, server: LoopbackProcess, strikes: Strikes) -> Lives:
    """Start a run, kill it, start it again, and let the last life live."""
    dice = random.Random(strikes.seed)  # noqa: S311 - no secret
    lives = Lives()
    for _ in range(strikes.kills):
        before = len(server.entries())
        done = finished(folder)
        process = run(rows, folder, server, strikes.concurrency)
        if dice.random() < 1 / 6:
            _sleep(process, dice.uniform(0, _START))
        else:
            share = dice.uniform(0, 2) * strikes.count / strikes.kills
            _sleep_until(process, server, before + int(share))
            _sleep(process, dice.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(_SETTLED)
        seen = {entry["mark"] for entry in server.entries(before)}
        lives.kills += 1
        lives.idle += not seen
        lives.again += sorted(seen & done)
    before, done = len(server.entries()), finished(folder)
    if run(rows, folder, server, strikes.concurrency).wait():
        raise typer.BadParameter("the last life ended badly")
    lives.again += sorted({entry["mark"] for entry in server.entries(before)} & done)
    return lives


def run(
    rows: Path, folder: Path, server: LoopbackProcess, concurrency: int
) -> subprocess.Popen[bytes]:
    """Start the command line on a run directory, or go on with it."""
    command = [
        *(sys.executable, "-c", "from extract.cli import main; main()"),
        *("extract", str(rows), "--run", str(folder)),
        *("--model", "loopback", "--base-url", server.base_url),
        *("--concurrency", str(concurrency)),
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own


def finished(folder: Path) -> set[str]:
    """Return the documents whose rows a dead process has left in its journal.

    A copy is read: to open the journal itself would mend what the next start has to mend.
    """
    with tempfile.TemporaryDirectory() as place:
        for part in folder.glob("journal.sqlite*"):
            if not part.name.endswith("-shm"):
                shutil.copy(part, place)
        copy = Path(place, "journal.sqlite")
        if not copy.exists():
            return set()
        with closing(sqlite3.connect(copy)) as journal:
            try:
                rows = journal.execute(
                    "SELECT id FROM documents JOIN answers USING (text_sha256) WHERE NOT failed"
                )
                return {str(id_) for (id_,) in rows}
            except sqlite3.OperationalError:  # struck before the tables were made
                return set()


def lines(count: int, size: int) -> str:
    """Return an input file of made-up postings."""
    rows = ({"id": f"LB-{number:07}", "text": text_of(number, size)} for number in range(count))
    return "".join(json.dumps(row) + "\n" for row in rows)


def normal(output: Path) -> list[str]:
    """Return the rows of an output, sorted, without what differs by time."""
    rows = []
    for line in output.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        row.get("provenance", {}).pop("seconds", None)
        rows.append(json.dumps(row, ensure_ascii=False))
    return sorted(rows)


def _sleep_until(process: subprocess.Popen[bytes], server: LoopbackProcess, requests: int) -> None:
    while process.poll() is None and server.summary()["requests"] < requests:
        time.sleep(0.02)


def _sleep(process: subprocess.Popen[bytes], seconds: float) -> None:
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)


if __name__ == "__main__":
    typer.run(main)
