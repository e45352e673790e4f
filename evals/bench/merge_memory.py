"""The most memory that joining shards takes.

    python -m evals.bench.merge_memory
    python -m evals.bench.merge_memory --shards 16 --count 100000 --run

The folders are made here, without a model: rows of about a kilobyte. One text in a hundred is in
all shards, as if it had been asked in each of them. Peak resident size is that of the
command's process, as the operating system counts it.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.bench.command_usage import run_command
from extract.asking.schema import schema_of
from extract.posting import Posting
from extract.runs.journal import Journal
from extract.runs.kept_rows import PAGE_BITS
from extract.runs.manifest import Manifest

__all__ = ["main"]

BAR = 200.0
"""MB."""

_TWICE = 100


def main(
    shards: Annotated[int, typer.Option(help="Folders to join.")] = 16,
    count: Annotated[int, typer.Option(help="Rows of each.")] = 100_000,
    run: Annotated[bool, typer.Option("--run", help="Also make the whole run's folder.")] = False,
) -> None:
    """Join shards; fail if a row is lost, or if it takes more than 200 MB."""
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place, f"part-{number}") for number in range(shards)]
        for number, folder in enumerate(folders):
            _made(folder, number, shards, count)
        output = Path(place, "rows.jsonl")
        words = ["--run", str(Path(place, "whole"))] if run else []
        usage = run_command("run", "merge", *map(str, folders), "-o", str(output), *words)
        with output.open("rb") as file:
            written = sum(1 for _ in file)
    print(
        f"{shards} shards of {count:,} rows: {written:,} rows in {usage.seconds:,.0f} s "
        f"({usage.cpu:,.0f} s of CPU), at most {usage.megabytes:.1f} MB, allowed {BAR:g} MB"
    )
    raise typer.Exit(written != shards * count or usage.megabytes > BAR)


def _made(folder: Path, number: int, shards: int, count: int) -> None:
    """Make the folder of a shard that has each `shards`-th page of the input."""
    with closing(Journal(folder)) as journal:
        db = journal.database
        db.execute("PRAGMA synchronous = OFF")
        with journal.transaction():
            _fill(db, number, shards, count)
        for name, value in (("ended", count), ("pages", shards * count), ("input", "same")):
            journal.facts.put(name, value)  # type: ignore[arg-type]
    manifest = Manifest(
        *("loopback", 0.0, "open@1", "0" * 64, "Posting", schema_of(Posting).sha256),
        f"{number + 1}/{shards}",
    )
    manifest.check(folder)


def _fill(db: sqlite3.Connection, number: int, shards: int, count: int) -> None:
    for row in _rows(number, shards, count):
        place, id_, digest = row
        source = f"pages.jsonl:{place + 1}"
        db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, NULL)",
            (place << PAGE_BITS, id_, source, digest),
        )
        db.execute("INSERT INTO answers VALUES (?, ?, 0)", (digest, json.dumps(_row(id_, digest))))
        db.execute(
            "INSERT INTO requests (text_sha256, prompt_bound, completion_bound, prompt, "
            "completion, outcome) VALUES (?, 9000, 1500, 1800, 110, 'answered')",
            (digest,),
        )


def _rows(number: int, shards: int, count: int) -> Iterator[tuple[int, str, str]]:
    """Yield the place, the id and the text's hash of each row of a shard."""
    for index in range(count):
        place = index * shards + number
        text = place - number if index % _TWICE == 0 else place
        yield place, f"LB-{place:07}", sha256(str(text).encode()).hexdigest()


def _row(id_: str, digest: str) -> dict[str, Any]:
    quote = {"start": 10, "end": 40, "quote": f"{id_} Survey Technician (m/f)"}
    return {
        "id": id_,
        "source": "pages.jsonl:1",
        "is_posting": True,
        "posting": {"title": f"Survey Technician {id_}", "company": "Corbel Partners"},
        "evidence": {"title": [quote], "company": [quote], "locations.0": [quote]},
        "states": {"title": "stated", "company": "stated", "locations": "stated"},
        "notes": {"salary": "nothing of it is stated in the text"},
        "basis": {"title": "chosen", "company": "sole"},
        "confidence": {"title": 0.97, "company": 0.96},
        "provenance": {
            "model": "loopback",
            "prompt": "open@1",
            "prompt_sha256": "0" * 64,
            "schema_sha256": "1" * 64,
            "document_sha256": digest,
            "usage": {"prompt": 1800, "completion": 110, "cached": 0, "calls": 1},
            "seconds": 0.5,
            "version": "0",
        },
    }


if __name__ == "__main__":
    typer.run(main)
