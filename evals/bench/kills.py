"""kill -9 at random moments of a run: nothing is lost, nothing is asked twice.

    python -m evals.bench.kills
    python -m evals.bench.kills --count 100 --kills 3
    python -m evals.bench.kills --workers 4 --faulty 0.2 --count 10000 --concurrency 32

One run is left alone, another is killed and restarted until all its lives are used up.
Their outputs must be equal, byte for byte after sorting; left out of the comparison is what
differs by time (`provenance.seconds`). No document that was finished when a process died may be
asked again: by the server's own count.

With workers, two of three kills strike one of them, and the run is not restarted for it. With
faulty answers the outputs differ, since a fault is drawn for each attempt: then every document must
have one row, and the journal every token that the server has told, but for those of the requests
that were out when the command itself was killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from evals.bench.loopback.child_process import LoopbackProcess, started
from evals.bench.run_files import finished, normal, write_postings, wrong_of

__all__ = ["Lives", "Strikes", "is_there", "main", "run", "strike"]

_START = 3.0
"""Seconds within which a process that has nothing to do yet may be struck."""

_DELAY = 0.02
"""Seconds that the server takes to answer."""

_ENDED = (0, 1)
"""Exit codes of a run that has read everything: with faulty answers some documents fail."""

_OF_WORKERS = 2 / 3
"""Share of the kills that strike a worker, where there are any."""

_SETTLED = 0.2
"""Seconds in which what a dead process had sent still arrives at the server."""


@dataclass(slots=True)
class Lives:
    """What came of the killed run: how many were struck where, and what was asked again."""

    kills: int = 0
    of_workers: int = 0
    idle: int = 0
    again: list[str] = field(default_factory=list)


def main(
    count: Annotated[int, typer.Option(help="Documents.")] = 2000,
    kills: Annotated[int, typer.Option(help="How often the process is killed.")] = 30,
    seed: Annotated[int, typer.Option(help="Draws the moments.")] = 1,
    concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 16,
    size: Annotated[int, typer.Option(help="Characters of a posting.")] = 600,
    workers: Annotated[int, typer.Option(help="Processes that read; 1: none but it.")] = 1,
    faulty: Annotated[float, typer.Option(help="Share of the answers that are faulty.")] = 0.0,
) -> None:
    """Kill a run again and again; fail if its output differs, or something was asked again."""
    strikes = Strikes(count, kills, seed, concurrency, workers)
    with (
        tempfile.TemporaryDirectory() as place,
        started(delay=_DELAY, faulty=faulty, seed=seed, hold=4.0) as server,
    ):
        folder = Path(place)
        rows = folder / "rows.jsonl"
        write_postings(rows, count, size)
        begun = time.monotonic()
        if run(rows, folder / "calm", server, concurrency, workers).wait() not in _ENDED:
            raise typer.BadParameter("the uninterrupted run failed")
        took, asked = time.monotonic() - begun, len(server.entries())
        before = server.summary()["told"]
        lives = strike(rows, folder / "struck", server, strikes)
        more = len(server.entries()) - 2 * asked
        told = [now - then for now, then in zip(server.summary()["told"], before, strict=True)]
        wrong = wrong_of(folder / "struck", count, told)
        outputs = [normal(folder / life / "rows.jsonl") for life in ("calm", "struck")]
        if not faulty and outputs[0] != outputs[1]:
            wrong.append("the output DIFFERS")
    print(
        f"{lives.kills} kills, {lives.of_workers} of them of workers, {lives.idle} before or after "
        f"the work; {asked} requests in the calm run ({took:.0f} s), {more} more in the other; "
        f"finished documents asked again: {len(lives.again)}; {'; '.join(wrong) or 'output right'}"
    )
    raise typer.Exit(bool(wrong or lives.again))


@dataclass(frozen=True, slots=True)
class Strikes:
    """How a run is to be struck."""

    count: int
    kills: int
    seed: int
    concurrency: int
    workers: int = 1


def strike(rows: Path, folder: Path, server: LoopbackProcess, strikes: Strikes) -> Lives:
    """Start a run, kill it or its workers, start it again, and let the last life live."""
    dice = random.Random(strikes.seed)  # noqa: S311 - no secret
    lives = Lives()
    process = run(rows, folder, server, strikes.concurrency, strikes.workers)
    for _ in range(strikes.kills):
        done = finished(folder, process)
        before = len(server.entries())
        if dice.random() < 1 / 6:
            _sleep(process, dice.uniform(0, _START))
        else:
            share = dice.uniform(0, 2) * strikes.count / strikes.kills
            _sleep_until(process, server, before + int(share))
            _sleep(process, dice.uniform(0, 0.1))
        worker = _killed_worker(folder, process, dice) if dice.random() < _OF_WORKERS else None
        if worker is None:
            process.kill()
            process.wait()
        time.sleep(_SETTLED)
        seen = {entry["mark"] for entry in server.entries(before)}
        lives.kills += 1
        lives.of_workers += worker is not None
        lives.idle += not seen
        lives.again += sorted(seen & done)
        if worker is None:
            process = run(rows, folder, server, strikes.concurrency, strikes.workers)
    done = finished(folder, process)
    before = len(server.entries())
    if process.wait() not in _ENDED:
        words = Path(f"{folder}.err").read_text("utf-8", "replace").strip().rpartition("\n")[2]
        raise typer.BadParameter(
            f"the last restart of the killed run failed ({process.returncode}): {words}"
        )
    lives.again += sorted({entry["mark"] for entry in server.entries(before)} & done)
    return lives


def run(
    rows: Path, folder: Path, server: LoopbackProcess, concurrency: int, workers: int = 1
) -> subprocess.Popen[bytes]:
    """Start the command on a run directory, or go on with it; what it says is in FOLDER.err."""
    command = [
        *(sys.executable, "-c", "from extract.cli import main; main()"),
        *("extract", str(rows), "--run", str(folder)),
        *("--model", "loopback", "--base-url", server.base_url),
        *("--concurrency", str(concurrency), "--workers", str(workers)),
        *("--log", f"{folder}.log"),
    ]
    with Path(f"{folder}.err").open("ab") as errors:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)  # noqa: S603 - our own


def _killed_worker(
    folder: Path, process: subprocess.Popen[bytes], dice: random.Random
) -> int | None:
    """Kill one of the workers that the run's log names; return which, None if there is none.

    The log names those of earlier lives too, and the system gives their numbers to other processes:
    a worker's parent is the fork server, and that one's is the command.
    """
    log = Path(f"{folder}.log")
    pids: set[int] = set()
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else ():
        with suppress(ValueError):  # a line that a killed process has not finished
            event = json.loads(line)
            if event["event"] == "worker begun":
                pids.add(event["pid"])
    there = sorted(
        pid
        for pid in pids
        if is_there(pid) and (server := _parent(pid)) and _parent(server) == process.pid
    )
    if not there or process.poll() is not None:
        return None
    pid = dice.choice(there)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return pid


def is_there(pid: int) -> bool:
    """Return whether a process runs, and does not only wait to be reaped."""
    return _stat(pid)[0] not in ("", "Z")


def _parent(pid: int) -> int:
    """Return the number of a process's parent, 0 if there is no such process."""
    return int(_stat(pid)[1])


def _stat(pid: int) -> tuple[str, str]:
    """Return the state and the parent of a process, "" and "0" if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return "", "0"
    state, parent = stat.rpartition(")")[2].split()[:2]
    return state, parent


def _sleep_until(process: subprocess.Popen[bytes], server: LoopbackProcess, requests: int) -> None:
    while process.poll() is None and server.summary()["requests"] < requests:
        time.sleep(0.02)


def _sleep(process: subprocess.Popen[bytes], seconds: float) -> None:
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)


if __name__ == "__main__":
    typer.run(main)
