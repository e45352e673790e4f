"""The files of a run under test: its input, its rows, and its journal."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from evals.bench.loopback.made_up import text_of

__all__ = ["finished", "normal", "write_postings", "wrong_of"]


def finished(folder: Path, process: subprocess.Popen[Any] | None = None) -> set[str]:
    """Return the documents whose rows are in a run's journal.

    A copy is read: to open the journal itself would mend what the next start has to mend. A
    `process` that may write to it stands still meanwhile, so that all files are of one moment.
    """
    with tempfile.TemporaryDirectory() as place:
        with _stopped(process):
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


@contextmanager
def _stopped(process: subprocess.Popen[Any] | None) -> Iterator[None]:
    if process is None:
        yield
        return
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def write_postings(file: Path, count: int, size: int) -> None:
    """Write an input file of made-up postings, a row at a time: the caller must stay small too."""
    with file.open("w", encoding="utf-8") as rows:
        for number in range(count):
            row = {"id": f"LB-{number:07}", "text": text_of(number, size)}
            rows.write(json.dumps(row) + "\n")


def normal(output: Path) -> list[str]:
    """Return the rows of an output, sorted, without what differs by time."""
    rows = []
    for line in _lines_of(output):
        row = json.loads(line)
        row.get("provenance", {}).pop("seconds", None)
        rows.append(json.dumps(row, ensure_ascii=False))
    return sorted(rows)


def wrong_of(folder: Path, count: int, told: Sequence[int]) -> list[str]:
    """Say which documents have no row or several, and which tokens the journal lacks."""
    rows = Counter(json.loads(row)["id"] for row in _lines_of(folder / "rows.jsonl"))
    wrong = [
        f"{rows[id_]} rows of {id_}"
        for id_ in sorted({*rows, *(f"LB-{number:07}" for number in range(count))})
        if rows[id_] != 1
    ]
    with closing(sqlite3.connect(folder / "journal.sqlite")) as journal:
        sums = "SELECT sum(prompt), sum(completion) FROM requests"
        spent = journal.execute(sums).fetchone()
        held = "SELECT sum(prompt_bound), sum(completion_bound) FROM requests "
        most = journal.execute(held + "WHERE outcome IS NULL OR outcome = 'unknown'").fetchone()
    for kind, mine, bound, theirs in zip(("read", "written"), spent, most, told, strict=True):
        if not mine <= theirs <= mine + (bound or 0):
            wrong.append(f"tokens {kind}: {mine:,} in the journal, {theirs:,} told")
    lost = sum(told) - sum(spent)
    print(f"{sum(told):,} tokens told, {lost:,} of them in answers that were out at a kill")
    return wrong


def _lines_of(output: Path) -> list[str]:
    return output.read_text(encoding="utf-8").splitlines()
