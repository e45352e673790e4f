"""How the documents a second grow with the worker processes.

    python -m evals.bench.scaling
    python -m evals.bench.scaling --count 500 --workers 1,2,4 --rounds 3

The command reads the same file with 1, 2 … workers in turn, round after round. With N workers the
command, its workers and the server share N processors and no more: so one is measured as what it
has, and the server's part is in both. `--free` pins nothing.

Two figures are given. The rate by the clock is that of the requests between the first and the last
tenth, by the server's clock: neither starting nor ending counts. The rate by CPU is what as many
processors could do with nothing else to do: one over the CPU that the command, its workers and the
server took for a document in about the same time. On a busy machine only the second means anything.
The tokens in the rows must be those that the server has counted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from evals.bench.loopback.child_process import LoopbackProcess, started
from evals.bench.run_files import write_postings

__all__ = ["main", "rate"]

_PROGRAM = (
    "import os, sys; cores = sys.argv.pop(1)\n"
    "if cores: os.sched_setaffinity(0, map(int, cores.split(',')))\n"
    "from extract.cli import main; main()"
)


_PAUSE = 0.25
"""Seconds between two looks at who has used how much CPU."""


class Shares(NamedTuple):
    """CPU ms for a document, by who took them."""

    command: float
    workers: float
    server: float


@dataclass(frozen=True, slots=True)
class Scaled:
    """What the command did with some workers: documents a second, and CPU ms for a document."""

    workers: int
    rate: float
    shares: Shares
    wrong: int

    @property
    def possible(self) -> float:
        """The documents a second that as many processors as workers could do."""
        return self.workers * 1000 / sum(self.shares)

    def __str__(self) -> str:
        command, workers, server = self.shares
        return (
            f"{self.workers} workers: {self.rate:6.1f} documents a second by the clock, "
            f"{self.possible:6.1f} by CPU; ms a document: {command:.2f} in the command, "
            f"{workers:.2f} in its workers, {server:.2f} in the server; "
            f"{self.wrong} tokens counted wrongly"
        )


@dataclass(frozen=True, slots=True)
class ScalingTask:
    """What is read, where the output goes, and how."""

    rows: Path
    count: int
    concurrency: int
    free: bool


def main(
    count: Annotated[int, typer.Option(help="Documents.")] = 1000,
    workers: Annotated[str, typer.Option(help="Numbers of workers, comma-separated.")] = "1,2",
    rounds: Annotated[int, typer.Option(help="How often the numbers take turns.")] = 3,
    concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 32,
    delay: Annotated[float, typer.Option(help="Seconds the server takes to answer.")] = 0.05,
    size: Annotated[int, typer.Option(help="Characters of a posting.")] = 5000,
    free: Annotated[bool, typer.Option("--free", help="Pin nothing.")] = False,
) -> None:
    """Measure documents a second by the number of workers; fail if a token is lost."""
    numbers = [int(one) for one in workers.split(",")]
    taken: list[Scaled] = []
    with tempfile.TemporaryDirectory() as place, started(delay=delay, recalling=True) as server:
        task = ScalingTask(Path(place, "rows.jsonl"), count, concurrency, free)
        write_postings(task.rows, count, size)
        load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
        print(f"warming up; {load}", flush=True)
        _done(task, server, numbers[-1])
        for _ in range(rounds):
            for number in numbers:
                taken.append(_done(task, server, number))
                print(taken[-1], flush=True)
    for number in numbers[1:]:
        pairs = list(zip(_of(taken, number), _of(taken, numbers[0]), strict=True))
        by_clock = statistics.median(many.rate / one.rate for many, one in pairs)
        by_cpu = statistics.median(many.possible / one.possible for many, one in pairs)
        print(f"{number} to {numbers[0]}: {by_clock:.2f} times by the clock, {by_cpu:.2f} by CPU")
    raise typer.Exit(any(one.wrong for one in taken))


def _done(task: ScalingTask, server: LoopbackProcess, workers: int) -> Scaled:
    cores = [] if task.free else sorted(os.sched_getaffinity(0))[:workers]
    if cores:
        os.sched_setaffinity(server.pid, cores)
    output = task.rows.with_name("out.jsonl")
    before = server.summary()
    command = [
        *(sys.executable, "-c", _PROGRAM, ",".join(map(str, cores))),
        *("extract", str(task.rows), "-o", str(output), "--reading", "closed"),
        *("--model", "loopback", "--base-url", server.base_url),
        *("--concurrency", str(task.concurrency), "--workers", str(workers)),
    ]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    seen = [_snapshot(process, server)]
    while process.poll() is None:
        time.sleep(_PAUSE)
        seen.append(_snapshot(process, server))
    if process.returncode:
        raise typer.BadParameter("the command failed")
    entries = server.entries(before["requests"])
    told = sum(server.summary()["told"]) - sum(before["told"])
    done = [one for one in seen if 0.1 <= (one[0] - seen[0][0]) / task.count <= 0.9]  # noqa: PLR2004
    asked = done[-1][0] - done[0][0]
    shares = (last - first for first, last in zip(done[0][1], done[-1][1], strict=True))
    return Scaled(
        workers,
        rate([entry["at"] for entry in entries]),
        Shares(*(share / asked * 1000 for share in shares)),
        abs(told - _spent(output)),
    )


def _snapshot(
    process: subprocess.Popen[bytes], server: LoopbackProcess
) -> tuple[int, tuple[float, float, float]]:
    """Return how many requests there were, and the CPU seconds of all that take part."""
    used = _used()
    parents = {pid: parent for pid, (parent, _) in used.items()}
    workers = sum(
        seconds for pid, (_, seconds) in used.items() if _is_below(pid, process.pid, parents)
    )
    own, served = (used.get(pid, (0, 0.0))[1] for pid in (process.pid, server.pid))
    return server.summary()["requests"], (own, workers, served)


def _is_below(pid: int, ancestor: int, parents: Mapping[int, int]) -> bool:
    while (pid := parents.get(pid, 0)) not in {0, ancestor}:
        pass
    return pid == ancestor


def _used() -> dict[int, tuple[int, float]]:
    """Return the parent and the CPU seconds of each process there is."""
    used = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = file.read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks = sum(int(fields[place]) for place in (11, 12))
            used[int(file.parent.name)] = int(fields[1]), ticks / os.sysconf("SC_CLK_TCK")
    return used


def _of(taken: Sequence[Scaled], workers: int) -> list[Scaled]:
    return [one for one in taken if one.workers == workers]


def rate(times: Iterable[float]) -> float:
    """Return the events a second between the first and the last tenth of them.

    >>> rate(second / 10 for second in range(100))
    10.0
    """
    ordered = sorted(times)
    low, high = len(ordered) // 10, len(ordered) - len(ordered) // 10 - 1
    return round((high - low) / (ordered[high] - ordered[low]), 6)


def _spent(output: Path) -> int:
    rows = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    usages = [row.get("provenance", row)["usage"] for row in rows]
    return sum(usage["prompt"] + usage["completion"] for usage in usages)


if __name__ == "__main__":
    typer.run(main)
