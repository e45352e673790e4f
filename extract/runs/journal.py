"""What is kept of a run, in SQLite: its documents, their rows, and every request that was made.

Each finished document and each request is a transaction of its own in a write-ahead log, so a
process that is killed at any moment loses nothing that was finished. (After a power cut the last
few may be asked again; none is lost half.) A row belongs to a text: the same text under two ids is
asked once. A lock keeps a second process out.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import BaseModel

from extract.errors import JournalError
from extract.output.row import encodable
from extract.record import Failure, Record
from extract.runs.batch_lines import TABLES, BatchLines
from extract.runs.journal_rows import counts_in, held_in, json_of, row_of, rows_in, spent_in
from extract.runs.kept_answers import KEPT_TABLES, KeptAnswers
from extract.runs.packing import Given, PackedDocument
from extract.runs.request_ledger import Outcome
from extract.runs.run_facts import FACT_TABLES, RunFacts
from extract.sources.paths import Unreadable
from extract.values import Document, Usage

__all__ = ["Journal"]

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL,
    text_sha256 TEXT, failure TEXT);
CREATE INDEX IF NOT EXISTS by_text ON documents (text_sha256, position);
CREATE TABLE IF NOT EXISTS answers (
    text_sha256 TEXT PRIMARY KEY, row TEXT NOT NULL, failed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY, text_sha256 TEXT NOT NULL,
    prompt_bound INTEGER NOT NULL, completion_bound INTEGER NOT NULL,
    prompt INTEGER NOT NULL DEFAULT 0, completion INTEGER NOT NULL DEFAULT 0,
    cached INTEGER NOT NULL DEFAULT 0, outcome TEXT);
CREATE TABLE IF NOT EXISTS learned (
    number INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, step TEXT NOT NULL);
"""

_REGISTER = """
INSERT INTO documents VALUES (?, ?, ?, ?, ?) ON CONFLICT (position) DO UPDATE SET
    id = excluded.id, source = excluded.source,
    text_sha256 = excluded.text_sha256, failure = excluded.failure
"""

_PATIENCE = 0.3
"""Seconds to wait for the lock."""


class Journal:
    """The journal in a run's folder, which is made if need be. Close it when done.

    Raises JournalError if another process is using it, or if it cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / "lock")
            # `postings run status` tries the lock for an instant.
            self._lock.acquire(timeout=_PATIENCE, poll_interval=_PATIENCE / 10)
        except Timeout:
            raise JournalError(f"{folder} is in use by another process") from None
        except OSError as error:
            raise JournalError(f"{folder} cannot be used: {error.strerror or error}") from error
        try:
            self._db = sqlite3.connect(folder / "journal.sqlite", isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES + TABLES + KEPT_TABLES + FACT_TABLES)
        except sqlite3.Error as error:
            self._lock.release()
            raise JournalError(f"{folder}/journal.sqlite cannot be used: {error}") from error
        self.lines = BatchLines(self._db)
        self.kept = KeptAnswers(self._db)
        self.facts = RunFacts(self._db)

    @property
    def database(self) -> sqlite3.Connection:
        """The journal's database, to be read."""
        return self._db

    def close(self) -> None:
        """Close the journal, and let others use it."""
        self._db.close()
        self._lock.release()

    def register(self, position: int, document: Given, failure: Failure | None = None) -> None:
        """Write down the document at a place of the input; `failure` is an unreadable's row."""
        sha256 = None if isinstance(document, Unreadable) else document.sha256
        written = json_of(failure) if failure is not None else None
        row = (position, encodable(document.id), encodable(document.source), sha256, written)
        rows = self._db.execute("SELECT * FROM documents WHERE position = ?", (position,))
        kept = rows.fetchone()
        if kept is not None and (kept[1], kept[3]) != (row[1], sha256):
            # The input is another one from here on: what stood behind is read again, or gone.
            self._write("DELETE FROM documents WHERE position > ?", (position,))
        if kept != row:
            self._write(_REGISTER, row)

    def vacate(self, first: int, end: int | None = None) -> None:
        """Write down that no document has a place from `first` on, or from there to `end`."""
        if end is None:
            self._write("DELETE FROM documents WHERE position >= ?", (first,))
        else:
            between = (first, end)
            self._write("DELETE FROM documents WHERE position >= ? AND position < ?", between)

    def answered(self, sha256: str) -> bool:
        """Return whether the document with this text has its row."""
        return self.written(sha256) is not None

    def row(
        self, document: Document | PackedDocument, schema: type[BaseModel]
    ) -> Record[Any] | Failure | None:
        """Return the row of a document's text, or None."""
        row = self.written(document.sha256)
        named = {"id": document.id, "source": document.source}
        return row and row_of(json.loads(row[0]) | named, schema, failed=row[1])

    def written(self, sha256: str) -> tuple[str, bool] | None:
        """Return the row of a text as JSON, and whether it is a failure; None if it has none."""
        row = self._db.execute(
            "SELECT row, failed FROM answers WHERE text_sha256 = ?", (sha256,)
        ).fetchone()
        return None if row is None else (str(row[0]), bool(row[1]))

    def finish(self, sha256: str, row: Record[Any] | Failure) -> None:
        """Keep the row of a text for good, and what it was derived from."""
        answer = (sha256, json_of(row), isinstance(row, Failure))
        with self.transaction():
            self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", answer)
            if isinstance(row, Record) and row.kept is not None:
                self.kept.keep(sha256, row.kept)
            self.facts.count()

    def carry(self, sha256: str, row: str, kept: tuple[str, bytes] | None) -> None:
        """Take over a row of an earlier run, with the marks of its code and its answer."""
        with self.transaction():
            self._db.execute("INSERT INTO answers VALUES (?, ?, 0)", (sha256, row))
            if kept is not None:
                self.kept.carry(sha256, *kept)
            self.facts.count()

    def derive(self, sha256: str, row: str | None) -> None:
        """Note that a row was derived with today's code; `row` takes its place if it differs."""
        self.kept.derived(sha256)
        if row is not None:
            self._write("UPDATE answers SET row = ? WHERE text_sha256 = ?", (row, sha256))

    def forget(self, sha256: str) -> None:
        """Forget the row of a text, so that it is asked again."""
        for table in ("answers", "kept"):
            self._write(f"DELETE FROM {table} WHERE text_sha256 = ?", (sha256,))  # noqa: S608

    def forget_failures(self) -> int:
        """Forget the rows of failures, so that they are asked again; return how many."""
        self.lines.forget_failures()
        return self._write("DELETE FROM answers WHERE failed").rowcount

    def learned(self, endpoint: str) -> list[str]:
        """Return the lessons about an endpoint, in the order they were learned."""
        rows = self._db.execute(
            "SELECT step FROM learned WHERE endpoint = ? ORDER BY number", (endpoint,)
        )
        return [str(step) for (step,) in rows]

    def learn(self, endpoint: str, step: str) -> None:
        """Keep a lesson about an endpoint for the next start."""
        self._write("INSERT INTO learned (endpoint, step) VALUES (?, ?)", (endpoint, step))

    def sent(self, document: str, bound: Usage) -> int:
        """Write down a request before it is sent, and return its number."""
        row = self._write(
            "INSERT INTO requests (text_sha256, prompt_bound, completion_bound) VALUES (?, ?, ?)",
            (document, bound.prompt, bound.completion),
        )
        return row.lastrowid or 0

    def settled(self, number: int, outcome: Outcome, cost: Usage) -> None:
        """Write down the outcome of a request, and what it cost."""
        self._write(
            "UPDATE requests SET outcome = ?, prompt = ?, completion = ?, cached = ? "
            "WHERE number = ?",
            (outcome, cost.prompt, cost.completion, cost.cached, number),
        )

    def spent(self) -> Usage:
        """Return the tokens of all requests so far, as the server counted them."""
        return spent_in(self._db)

    def held(self) -> Usage:
        """Return the most that the requests of unknown cost can have cost."""
        return held_in(self._db)

    def counts(self) -> tuple[int, dict[str, int]]:
        """Return how many documents gave a record, and how many failed, by the kind of error."""
        return counts_in(self._db)

    def documents(self) -> int:
        """Return how many documents of the input were seen so far."""
        (count,) = self._db.execute("SELECT count(*) FROM documents").fetchone()
        return int(count)

    def rows(self, schema: type[BaseModel]) -> Iterator[Record[Any] | Failure]:
        """Yield the row of each document that has one, in the order of the input."""
        return rows_in(self._db, schema)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that is written in the block, or nothing. Raises JournalError."""
        self._write("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException as error:
            with suppress(sqlite3.Error):  # SQLite itself rolls back what a full disk cut off
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise self._unwritten(error) from error
            raise
        self._write("COMMIT")

    def _unwritten(self, error: sqlite3.Error) -> JournalError:
        return JournalError(
            f"{self.folder} cannot be written: {error}; what was finished before is kept"
        )

    def _write(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise self._unwritten(error) from error
