"""How the documents a second grow with the worker processes.

    python -m evals.bench.scaling
    python -m evals.bench.scaling --count 500 --workers 1,2,4 --rounds 3

The command reads the same file with 1, 2 … workers in turn, round after round. With N workers the
command, its workers and the server share N processors and no more: so one is measured as what it
has, and the server's part is in both. `--free` pins nothing. The rate is that of the requests
between the first and the last tenth, by the server's clock: neither starting nor ending counts.
The tokens in the rows must be those that the server has counted.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from evals.bench.loopback.child_process import LoopbackProcess, started
from evals.bench.run_files import lines

__all__ = ["main", "rate"]

_PROGRAM = (
    "import os, sys; cores = sys.argv.pop(1)\n"
    "if cores: os.sched_setaffinity(0, map(int, cores.split(',')))\n"
    "from extract.cli import main; main()"
)


@dataclass(frozen=True, slots=True)
class Scaled:
    """What the command did with some workers: documents a second, and the parent's own CPU."""

    workers: int
    rate: float
    cpu: float
    wrong: int

    def __str__(self) -> str:
        return (
            f"{self.workers} workers: {self.rate:6.1f} documents a second; {self.cpu:5.2f} ms CPU "
            f"a document in the parent; {self.wrong} tokens counted wrongly"
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
        task.rows.write_text(lines(count, size), encoding="utf-8")
        load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
        print(f"warming up; {load}", flush=True)
        _done(task, server, numbers[-1])
        for _ in range(rounds):
            for number in numbers:
                taken.append(_done(task, server, number))
                print(taken[-1], flush=True)
    by = {number: [one.rate for one in taken if one.workers == number] for number in numbers}
    for number in numbers[1:]:
        ratios = [many / one for many, one in zip(by[number], by[numbers[0]], strict=True)]
        print(f"{number} to {numbers[0]}: {statistics.median(ratios):.2f} times, of {ratios}")
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
    null = os.open(os.devnull, os.O_WRONLY)
    process = os.posix_spawn(
        sys.executable, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 2)]
    )
    # The only call that tells of one child, and not of its children.
    _, status, used = os.wait4(process, 0)
    os.close(null)
    if os.waitstatus_to_exitcode(status):
        raise typer.BadParameter("the command failed")
    after = server.summary()
    entries = server.entries(before["requests"])
    told = sum(after["told"]) - sum(before["told"])
    return Scaled(
        workers,
        rate([entry["at"] for entry in entries]),
        (used.ru_utime + used.ru_stime) / task.count * 1000,
        abs(told - _spent(output)),
    )


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
