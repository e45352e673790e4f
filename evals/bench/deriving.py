"""The CPU that deriving rows again takes, beside that of the run that asked for them.

    python -m evals.bench.deriving
    python -m evals.bench.deriving --count 5000 --field locations --reading open

One run asks the loopback server; then `postings run again` derives its rows: with the code the
same, with the code of one field changed (its mark in the journal is), and with that of all fields
changed, which makes every question anew. The code is the same in truth, so every output must be
equal, byte for byte. CPU is that of the client's process alone, start included.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from evals.bench.command_usage import run_command
from evals.bench.loopback.child_process import started
from evals.bench.run_files import write_postings

__all__ = ["main"]

BAR = 0.3
"""The share of the asking run's CPU that deriving may take."""


def main(
    count: Annotated[int, typer.Option(help="Postings.")] = 1000,
    size: Annotated[int, typer.Option(help="Characters of a posting.")] = 5000,
    concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 16,
    reading: Annotated[str, typer.Option(help="closed or open.")] = "closed",
    field: Annotated[str, typer.Option(help="Whose code changed.")] = "salary",
) -> None:
    """Compare the CPU; fail if an output differs, or one changed field takes more than 0.3."""
    with tempfile.TemporaryDirectory() as place, started() as server:
        folder, rows = Path(place, "run"), Path(place, "in.jsonl")
        write_postings(rows, count, size)
        asked = run_command(
            *("extract", str(rows), "--run", str(folder), "--reading", reading),
            *("--model", "loopback", "--base-url", server.base_url),
            *("--concurrency", str(concurrency), "--workers", "1"),
        ).cpu
        print(f"asked: {asked / count * 1000:.1f} ms of CPU a posting", flush=True)
        before = (folder / "rows.jsonl").read_bytes()
        _say_sizes(folder, count)
        ratios, differ = {}, False
        for name, change in _changes(field).items():
            copy = Path(place, "copy")
            shutil.copytree(folder, copy)
            with closing(sqlite3.connect(copy / "journal.sqlite", isolation_level=None)) as db:
                change(db)
            spent = run_command("run", "again", str(copy)).cpu
            ratios[name] = spent / asked
            equal = (copy / "rows.jsonl").read_bytes() == before
            differ |= not equal
            print(
                f"{name}: {spent / count * 1000:.1f} ms, {ratios[name]:.2f} of the run that asked; "
                f"output {'equal' if equal else 'DIFFERS'}",
                flush=True,
            )
            shutil.rmtree(copy)
    raise typer.Exit(differ or ratios[f"{field} changed"] > BAR)


def _changes(field: str) -> dict[str, Callable[[sqlite3.Connection], None]]:
    """Return what is done to a journal, so that code seems to have changed."""

    def one(db: sqlite3.Connection) -> None:
        db.execute("UPDATE codes SET marks = json_set(marks, ?, 'old')", (f"$.fields.{field}",))

    def all_fields(db: sqlite3.Connection) -> None:
        db.execute("UPDATE codes SET marks = json_set(marks, '$.shared', 'old')")

    return {
        "code the same": lambda _db: None,
        f"{field} changed": one,
        "all fields changed": all_fields,
    }


def _say_sizes(folder: Path, count: int) -> None:
    with closing(sqlite3.connect(folder / "journal.sqlite")) as db:
        rows, kept = (
            db.execute(f"SELECT sum(length({column})) FROM {table}").fetchone()[0]  # noqa: S608
            for column, table in (("row", "answers"), ("answer", "kept"))
        )
    print(f"kept: {kept / count:,.0f} bytes a posting, beside a row of {rows / count:,.0f}")


if __name__ == "__main__":
    typer.run(main)
