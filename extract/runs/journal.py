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
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import BaseModel

from extract.errors import JournalError
from extract.output.row import encodable
from extract.record import Failure, Record
from extract.runs.batch_lines import TABLES, BatchLines
from extract.runs.request_ledger import Outcome
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

_ROWS = """
SELECT id, source, coalesce(failure, row), failure IS NOT NULL OR failed, EXISTS (
    SELECT 1 FROM documents AS earlier
    WHERE earlier.text_sha256 = documents.text_sha256 AND earlier.position < documents.position)
FROM documents LEFT JOIN answers USING (text_sha256)
WHERE coalesce(failure, row) IS NOT NULL ORDER BY position
"""

_HELD = "outcome IS NULL OR outcome = 'unknown'"


class Journal:
    """The journal in a run's folder, which is made if need be. Close it when done.

    Raises JournalError if another process is using it, or if it cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / "lock")
            self._lock.acquire(timeout=0)
        except Timeout:
            raise JournalError(f"{folder} is in use by another process") from None
        except OSError as error:
            raise JournalError(f"{folder} cannot be used: {error.strerror or error}") from error
        try:
            self._db = sqlite3.connect(folder / "journal.sqlite", isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES + TABLES)
        except sqlite3.Error as error:
            self._lock.release()
            raise JournalError(f"{folder}/journal.sqlite cannot be used: {error}") from error
        self.lines = BatchLines(self._db)

    def close(self) -> None:
        """Close the journal, and let others use it."""
        self._db.close()
        self._lock.release()

    def register(
        self, position: int, document: Document | Unreadable, failure: Failure | None = None
    ) -> None:
        """Write down the document at a place of the input; `failure` is an unreadable's row."""
        sha256 = document.sha256 if isinstance(document, Document) else None
        written = _json(failure) if failure is not None else None
        row = (position, encodable(document.id), encodable(document.source), sha256, written)
        rows = self._db.execute("SELECT * FROM documents WHERE position = ?", (position,))
        kept = rows.fetchone()
        if kept is not None and (kept[1], kept[3]) != (row[1], sha256):
            # The input is another one from here on: what stood behind is read again, or gone.
            self._write("DELETE FROM documents WHERE position > ?", (position,))
        if kept != row:
            self._write(_REGISTER, row)

    def ends(self, count: int) -> None:
        """Write down that the input holds no more than `count` documents."""
        self._write("DELETE FROM documents WHERE position >= ?", (count,))

    def answered(self, sha256: str) -> bool:
        """Return whether the document with this text has its row."""
        rows = self._db.execute("SELECT 1 FROM answers WHERE text_sha256 = ?", (sha256,))
        return rows.fetchone() is not None

    def row(self, document: Document, schema: type[BaseModel]) -> Record[Any] | Failure | None:
        """Return the row of a document's text, or None."""
        kept = self.kept(document.sha256)
        if kept is None:
            return None
        fields = json.loads(kept[0]) | {"id": document.id, "source": document.source}
        return _row(fields, schema, failed=kept[1])

    def kept(self, sha256: str) -> tuple[str, bool] | None:
        """Return the row of a text as JSON, and whether it is a failure; None if it has none."""
        row = self._db.execute(
            "SELECT row, failed FROM answers WHERE text_sha256 = ?", (sha256,)
        ).fetchone()
        return None if row is None else (str(row[0]), bool(row[1]))

    def finish(self, sha256: str, row: Record[Any] | Failure) -> None:
        """Keep the row of a text, for good."""
        self.keep(sha256, _json(row), failed=isinstance(row, Failure))

    def keep(self, sha256: str, row: str, *, failed: bool) -> None:
        """Keep the row of a text, as ASCII JSON, for good."""
        self._write("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (sha256, row, failed))

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
        return self._sum("sum(prompt), sum(completion), sum(cached), count(*)", "1")

    def held(self) -> Usage:
        """Return the most that the requests of unknown cost can have cost."""
        return self._sum("sum(prompt_bound), sum(completion_bound), 0, count(*)", _HELD)

    def counts(self) -> tuple[int, dict[str, int]]:
        """Return how many documents gave a record, and how many failed, by the kind of error."""
        records, failures = 0, dict[str, int]()
        rows = self._db.execute(
            "SELECT CASE WHEN failure IS NOT NULL OR failed "
            "THEN json_extract(coalesce(failure, row), '$.error') END AS error, count(*) "
            "FROM documents LEFT JOIN answers USING (text_sha256) "
            "WHERE coalesce(failure, row) IS NOT NULL GROUP BY error ORDER BY error"
        )
        for error, count in rows:
            if error is None:
                records = count
            else:
                failures[error] = count
        return records, failures

    def documents(self) -> int:
        """Return how many documents of the input were seen so far."""
        (count,) = self._db.execute("SELECT count(*) FROM documents").fetchone()
        return int(count)

    def rows(self, schema: type[BaseModel]) -> Iterator[Record[Any] | Failure]:
        """Yield the row of each document that has one, in the order of the input.

        Of documents with the same text the first has what it cost, the others cost nothing.
        """
        for id_, source, row, failed, repeated in self._db.execute(_ROWS):
            fields = json.loads(row) | {"id": id_, "source": source}
            if repeated:
                nothing = {"prompt": 0, "completion": 0, "cached": 0, "calls": 0}
                (fields if failed else fields["provenance"])["usage"] = nothing
            yield _row(fields, schema, failed=bool(failed))

    def _sum(self, columns: str, condition: str) -> Usage:
        row = self._db.execute(f"SELECT {columns} FROM requests WHERE {condition}")  # noqa: S608
        return Usage(*(int(count or 0) for count in row.fetchone()))

    def _write(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise JournalError(
                f"{self.folder} cannot be written: {error}; what was finished before is kept"
            ) from error


def _row(fields: Any, schema: type[BaseModel], *, failed: bool) -> Record[Any] | Failure:
    if failed:
        return Failure.model_validate(fields)
    row: Record[Any] = Record[schema].model_validate(fields)  # type: ignore[valid-type]
    return row


def _json(row: Record[Any] | Failure) -> str:
    # ASCII: a text may hold half of a surrogate pair, which SQLite could not keep.
    return json.dumps(row.model_dump(mode="json"))
