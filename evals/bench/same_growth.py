"""What `postings same` takes for more and more rows: time, memory, and what it finds.

    python -m evals.bench.same_growth
    python -m evals.bench.same_growth --counts 25000,50000,100000 --folder rows/

Each count is a process of its own over made-up rows (`made_up_rows`). CPU is of the processor, peak
memory as the operating system counts it. The last line extrapolates to a million rows: CPU grows as
in the last step for each doubling, memory by the same amount for each row.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from evals.bench.command_usage import CommandUsage, run_command
from evals.bench.made_up_rows import made_up_rows

__all__ = ["Growth", "main", "measured"]

_MILLION = 1_000_000
_MOST_MB = 3_000.0
_MOST_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Growth:
    """What one run took, and how many pairs of rows it joined rightly, wrongly, or missed.

    Pairs of rows are counted by the group they came into.
    """

    rows: int
    usage: CommandUsage
    right: int
    wrong: int
    missed: int


def main(
    counts: Annotated[str, typer.Option(help="Numbers of rows.")] = "25000,50000,100000",
    folder: Annotated[
        Path | None, typer.Option(help="Where the files stay; else a temporary folder.")
    ] = None,
) -> None:
    """Measure each count, and fail if a million rows would pass an hour or 3 GB."""
    runs = []
    with _place(folder) as place:
        for count in map(int, counts.split(",")):
            runs.append(measured(count, place))
            print(_line(runs[-1]), flush=True)
    if len(runs) > 1:
        before, last = runs[-2:]
        earlier, usage = before.usage, last.usage
        doublings = math.log2(_MILLION / last.rows)
        step = math.log2(last.rows / before.rows)
        cpu = usage.cpu * (usage.cpu / earlier.cpu) ** (doublings / step)
        memory = usage.megabytes + (usage.megabytes - earlier.megabytes) * (
            (_MILLION - last.rows) / (last.rows - before.rows)
        )
        print(f"{_MILLION:,} rows by that growth: {cpu:,.0f} s of CPU, {memory:,.0f} MB")
        raise typer.Exit(cpu > _MOST_SECONDS or memory > _MOST_MB)


def measured(count: int, folder: Path) -> Growth:
    """Group that many made-up rows in a process of its own. Raises CalledProcessError."""
    rows, groups = folder / f"rows-{count}.jsonl", folder / f"groups-{count}.jsonl"
    if not rows.exists():
        with rows.open("w", encoding="utf-8") as stream:
            for row in made_up_rows(count):
                stream.write(f"{json.dumps(row, ensure_ascii=False)}\n")
    usage = run_command("same", str(rows), "-o", str(groups), "--groups-only")
    return Growth(count, usage, *_joined(rows, groups))


def _line(run: Growth) -> str:
    precision = run.right / max(1, run.right + run.wrong)
    recall = run.right / max(1, run.right + run.missed)
    usage = run.usage
    summary = usage.stderr.strip().rpartition("\n")[2]
    return (
        f"{run.rows:9,} rows {usage.seconds:8.1f} s, CPU {usage.cpu:8.1f} s"
        f" ({usage.cpu / run.rows * 1e3:.2f} ms a row), {usage.megabytes:7.0f} MB; pairs joined:"
        f" precision {precision:.4f}, recall {recall:.4f}\n          {summary}"
    )


def _joined(rows: Path, groups: Path) -> tuple[int, int, int]:
    """Count the pairs of rows that are rightly or wrongly in one group, and that are in two."""
    jobs: Counter[str] = Counter()
    with rows.open(encoding="utf-8") as stream:
        for line in stream:
            jobs[json.loads(line)["id"].partition("/")[0]] += 1
    right = wrong = 0
    with groups.open(encoding="utf-8") as stream:
        for line in stream:
            members = [row["id"].partition("/")[0] for row in json.loads(line)["rows"]]
            alike = sum(math.comb(count, 2) for count in Counter(members).values())
            right += alike
            wrong += math.comb(len(members), 2) - alike
    return right, wrong, sum(math.comb(count, 2) for count in jobs.values()) - right


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


if __name__ == "__main__":
    typer.run(main)
