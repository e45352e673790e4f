"""The most memory that the command takes, for few postings and for many.

    python -m evals.bench.memory_use
    python -m evals.bench.memory_use --count 10000 --size 1000

Peak resident size of the process, as the operating system counts it. With a run directory,
and with `--streamed` without one too; the server is a process of its own.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from evals.bench.command_usage import run_command
from evals.bench.loopback.child_process import LoopbackProcess, started
from evals.bench.run_files import write_postings

__all__ = ["main", "peak"]

MOST = 60.0
"""MB that the many may take beyond the few."""


def main(
    few: Annotated[int, typer.Option(help="Postings of the small run.")] = 1000,
    count: Annotated[int, typer.Option(help="Postings of the large run.")] = 100_000,
    concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 64,
    size: Annotated[int, typer.Option(help="Characters of a posting.")] = 1000,
    streamed: Annotated[bool, typer.Option(help="Also without a run directory.")] = False,
) -> None:
    """Compare the peaks; fail if memory grows with the number of postings."""
    over = False
    with tempfile.TemporaryDirectory() as place, started() as server:
        for journalled in (True, False) if streamed else (True,):
            peaks = []
            for postings in (few, count):
                folder = Path(place, f"{postings}-{journalled}")
                folder.mkdir()
                rows = folder / "rows.jsonl"
                write_postings(rows, postings, size)
                kept = ("--run", str(folder / "run")) if journalled else ()
                peaks.append(peak(rows, folder / "out.jsonl", server, concurrency, *kept))
                way = "--run" if journalled else "streamed"
                print(f"{postings:8} postings, {way:8} {peaks[-1]:.1f} MB", flush=True)
            over |= peaks[1] - peaks[0] > MOST
            print(f"difference {peaks[1] - peaks[0]:.1f} MB, allowed {MOST:g} MB")
    raise typer.Exit(over)


def peak(
    rows: Path, output: Path, server: LoopbackProcess, concurrency: int, *options: str
) -> float:
    """Run the command on a file of rows, and return its peak resident size in MB.

    Raises CalledProcessError where it fails.
    """
    return run_command(
        *("extract", str(rows), "-o", str(output)),
        *("--model", "loopback", "--base-url", server.base_url),
        *("--concurrency", str(concurrency), *options),
    ).megabytes


if __name__ == "__main__":
    typer.run(main)
