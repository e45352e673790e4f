"""The answers that a run keeps, with the questions they answered: rows can be derived from them.

One entry for each text with a record, and the marks of the code that its row was derived with.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from extract.asking.code_marks import CodeMarks

__all__ = ["KEPT_TABLES", "KeptAnswers"]

KEPT_TABLES = """
CREATE TABLE IF NOT EXISTS codes (number INTEGER PRIMARY KEY, marks TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS kept (
    text_sha256 TEXT PRIMARY KEY, code INTEGER NOT NULL, answer BLOB NOT NULL);
"""
"""`answer` is a packed question with its answer (see extract.asking.kept_question)."""


@dataclass(slots=True)
class KeptAnswers:
    """The kept answers in a journal whose tables are made. `code` is the number of today's code."""

    db: sqlite3.Connection
    code: int = 0

    def begin(self, marks: CodeMarks) -> None:
        """Note the code with which rows are derived from now on."""
        self.code = self._number(str(marks))

    def keep(self, sha256: str, answer: bytes) -> None:
        """Keep the answer about a text."""
        kept = (sha256, self.code, answer)
        self.db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", kept)

    def carry(self, sha256: str, marks: str, answer: bytes) -> None:
        """Keep an answer of another run, whose row was derived with other code."""
        kept = (sha256, self._number(marks), answer)
        self.db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", kept)

    def derived(self, sha256: str) -> None:
        """Note that the row of a text was derived with today's code."""
        self.db.execute("UPDATE kept SET code = ? WHERE text_sha256 = ?", (self.code, sha256))

    def _number(self, marks: str) -> int:
        self.db.execute("INSERT OR IGNORE INTO codes (marks) VALUES (?)", (marks,))
        row = self.db.execute("SELECT number FROM codes WHERE marks = ?", (marks,)).fetchone()
        return int(row[0])
