"""The answers of a run in the order in which each text got them, and which text an id stands for.

A reading that is begun again gets the same answers to the same requests, so it comes to the same
row without a request. The file is in the run's folder, beside the journal.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from pathlib import Path

from extract.cluster.calls import CallAnswer, DeskCall
from extract.errors import JournalError
from extract.models.plain_response import PlainResponse
from extract.values import Usage

__all__ = ["KeptResponses"]

_TABLES = """
CREATE TABLE IF NOT EXISTS ids (id TEXT PRIMARY KEY, text_sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS responses (
    text_sha256 TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL,
    status INTEGER NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
    prompt INTEGER NOT NULL, completion INTEGER NOT NULL, cached INTEGER NOT NULL,
    PRIMARY KEY (text_sha256, key, number)) WITHOUT ROWID;
"""


class KeptResponses:
    """The file in a run's folder. Raises JournalError if it cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "responses.sqlite"
        try:
            self._db = sqlite3.connect(self._path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
        except sqlite3.Error as error:
            raise JournalError(f"{self._path} cannot be used: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def text_of(self, id_: str, sha256: str) -> str:
        """Return the hash of the text that an id stands for: this one if it is new."""
        row = self._db.execute("SELECT text_sha256 FROM ids WHERE id = ?", (id_,)).fetchone()
        if row is None:
            self._write("INSERT INTO ids VALUES (?, ?)", (id_, sha256))
            return sha256
        return str(row[0])

    def get(self, call: DeskCall) -> CallAnswer | None:
        """Return the answer that is kept for a call."""
        row = self._db.execute(
            "SELECT status, headers, body, prompt, completion, cached FROM responses "
            "WHERE text_sha256 = ? AND key = ? AND number = ?",
            (call.document, call.key, call.number),
        ).fetchone()
        if row is None:
            return None
        status, headers, body, prompt, completion, cached = row
        cost = Usage(prompt, completion, cached, 1)
        pairs = tuple((name, value) for name, value in json.loads(headers))
        return CallAnswer(PlainResponse(status, pairs, zlib.decompress(body)), cost, kept=True)

    def put(self, call: DeskCall, answer: CallAnswer) -> None:
        """Keep the answer to a call."""
        plain, cost = answer.plain, answer.cost
        self._write(
            "INSERT OR REPLACE INTO responses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(call.document, call.key, call.number),
                *(plain.status, json.dumps(plain.headers), zlib.compress(plain.content)),
                *(cost.prompt, cost.completion, cost.cached),
            ),
        )

    def forget_failures(self, journal: Path) -> None:
        """Forget the answers of the texts whose rows in the journal are failures."""
        self._write("ATTACH DATABASE ? AS journal", (str(journal),))
        self._write(
            "DELETE FROM responses WHERE text_sha256 IN "
            "(SELECT text_sha256 FROM journal.answers WHERE failed)"
        )
        self._write("DETACH DATABASE journal")

    def _write(self, statement: str, values: tuple[object, ...] = ()) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise JournalError(
                f"{self._path} cannot be written: {error}; what was kept before is there"
            ) from error
