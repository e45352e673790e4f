"""The lines of provider batches, in the run's journal: which request is in which batch.

A batch is written down, with all its lines, before anything of it is sent, and its answers in one
transaction when they are there. So a process may be killed at any moment: the next one knows what
the provider may be working on, and finds by its token the batch whose id never arrived.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from extract.errors import JournalError
from extract.runs.request_ledger import Outcome
from extract.values import Usage

__all__ = ["TABLES", "BatchLines", "BatchRequest", "PaidAnswer", "SettledLine", "Submitted"]

TABLES = """
CREATE TABLE IF NOT EXISTS batches (
    number INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, at REAL NOT NULL,
    file TEXT, id TEXT, ended TEXT);
CREATE TABLE IF NOT EXISTS lines (
    key TEXT PRIMARY KEY, batch INTEGER NOT NULL, request INTEGER NOT NULL, body BLOB);
CREATE INDEX IF NOT EXISTS by_batch ON lines (batch);
"""
"""`ended` is the batch's last state, NULL while it is open; `body` is a line's answer, if any."""

_ASK = "INSERT INTO requests (text_sha256, prompt_bound, completion_bound) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A batch that is under way, and the provider's ids of its input file and of itself.

    None where they are not known. `token` is sent with it; `at`, in seconds since 1970, is when its
    file was uploaded, before that when it was written down.
    """

    number: int
    token: str
    at: float
    file: str | None = None
    id: str | None = None


class BatchRequest(Protocol):
    """A request that becomes a line: its key, whose it is, and the most that it can cost."""

    @property
    def key(self) -> str:
        """What determines the request."""

    @property
    def document(self) -> str:
        """The hash of the document's text."""

    @property
    def bound(self) -> Usage:
        """The most that it can cost."""


@dataclass(frozen=True, slots=True)
class PaidAnswer:
    """An answer from an earlier batch of the run, the document it was for, and what it cost."""

    body: bytes
    document: str
    cost: Usage


@dataclass(frozen=True, slots=True)
class SettledLine:
    """The outcome of a line. `body` is None if the request must be sent again."""

    key: str
    request: int
    outcome: Outcome
    cost: Usage
    body: bytes | None


class BatchLines:
    """The batches and lines in a journal whose tables are made.

    Raises JournalError where they cannot be written.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def begin(self, asked: Iterable[BatchRequest]) -> Submitted:
        """Write down a new batch and the requests in it."""
        token, at = uuid.uuid4().hex, time.time()
        with self._transaction():
            batch = self._db.execute("INSERT INTO batches (token, at) VALUES (?, ?)", (token, at))
            number = batch.lastrowid or 0
            for one in asked:
                bound = (one.document, one.bound.prompt, one.bound.completion)
                request = self._db.execute(_ASK, bound).lastrowid
                line = (one.key, number, request)
                self._db.execute("INSERT INTO lines (key, batch, request) VALUES (?, ?, ?)", line)
        return Submitted(number, token, at)

    def uploaded(self, number: int, file: str) -> None:
        """Write down the provider's id of a batch's input file."""
        with self._transaction():
            self._db.execute(
                "UPDATE batches SET file = ?, at = ? WHERE number = ?", (file, time.time(), number)
            )

    def created(self, number: int, id_: str) -> None:
        """Write down the provider's id of a batch."""
        with self._transaction():
            self._db.execute("UPDATE batches SET id = ? WHERE number = ?", (id_, number))

    def collect(self, number: int, ended: str, settled: Iterable[SettledLine]) -> None:
        """Write down what came of each line of a batch that is over."""
        with self._transaction():
            for line in settled:
                cost = (line.cost.prompt, line.cost.completion, line.cost.cached)
                self._db.execute(
                    "UPDATE requests SET outcome = ?, prompt = ?, completion = ?, cached = ? "
                    "WHERE number = ?",
                    (line.outcome, *cost, line.request),
                )
                if line.body is None:
                    self._db.execute("DELETE FROM lines WHERE key = ?", (line.key,))
                else:
                    body = zlib.compress(line.body)
                    self._db.execute("UPDATE lines SET body = ? WHERE key = ?", (body, line.key))
            self._end(number, ended)

    def forget(self, number: int, ended: str) -> None:
        """Write down that a batch never began: none of its lines was asked."""
        with self._transaction():
            self._db.execute(
                "DELETE FROM requests WHERE number IN (SELECT request FROM lines WHERE batch = ?)",
                (number,),
            )
            self._db.execute("DELETE FROM lines WHERE batch = ?", (number,))
            self._end(number, ended)

    def open(self) -> list[Submitted]:
        """Return the batches that are under way."""
        rows = self._db.execute(
            "SELECT number, token, at, file, id FROM batches WHERE ended IS NULL ORDER BY number"
        )
        return [Submitted(*row) for row in rows]

    def of(self, number: int) -> dict[str, tuple[int, Usage]]:
        """Return the request and the bound of each line of an open batch, by its key."""
        rows = self._db.execute(
            "SELECT key, requests.number, prompt_bound, completion_bound "
            "FROM lines JOIN requests ON requests.number = request WHERE batch = ?",
            (number,),
        )
        return {
            key: (request, Usage(prompt, completion, 0, 1))
            for key, request, prompt, completion in rows
        }

    def held(self) -> Usage:
        """Return the most that the lines of all open batches can cost."""
        rows = self._db.execute(
            "SELECT sum(prompt_bound), sum(completion_bound), 0, count(*) "
            "FROM lines JOIN requests ON requests.number = request WHERE body IS NULL"
        )
        return Usage(*(int(count or 0) for count in rows.fetchone()))

    def owner(self, key: str) -> str | None:
        """Return the document whose request is a line of an open batch; None where none is."""
        row = self._db.execute(
            "SELECT text_sha256 FROM lines JOIN requests ON requests.number = request "
            "WHERE key = ? AND body IS NULL",
            (key,),
        ).fetchone()
        return None if row is None else str(row[0])

    def answer(self, key: str) -> PaidAnswer | None:
        """Return the answer that a request had in this run."""
        row = self._db.execute(
            "SELECT body, text_sha256, prompt, completion, cached "
            "FROM lines JOIN requests ON requests.number = request "
            "WHERE key = ? AND body IS NOT NULL",
            (key,),
        ).fetchone()
        if row is None:
            return None
        body, document, prompt, completion, cached = row
        return PaidAnswer(zlib.decompress(body), document, Usage(prompt, completion, cached, 1))

    def forget_failures(self) -> None:
        """Forget the answers to documents that failed, so that they are asked anew."""
        with self._transaction():
            self._db.execute(
                "DELETE FROM lines WHERE body IS NOT NULL AND request IN ("
                "SELECT number FROM requests JOIN answers USING (text_sha256) WHERE failed)"
            )

    def _end(self, number: int, ended: str) -> None:
        self._db.execute("UPDATE batches SET ended = ? WHERE number = ?", (ended, number))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise JournalError(
                f"the journal cannot be written: {error}; what was finished before is kept"
            ) from error
