"""What a run's journal says of the run as a whole: how large its input is, and how fast it goes."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import Literal

from extract.runs.traffic import Price

__all__ = ["FACT_TABLES", "FactName", "RunFacts"]

FACT_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS finished (
    span INTEGER PRIMARY KEY, texts INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS by_fate ON answers (text_sha256, failed);
"""
"""`finished` counts the texts that were finished in each span of ten seconds since 1970."""

SPAN = 10
"""Seconds."""

FactName = Literal["expected", "ended", "pages", "input", "price_in", "price_out"]
"""`expected`: documents, where they could be counted beforehand. `ended`: documents, once the input
was read to its end; `pages` and `input`, of a shard: the pages of the whole input and their digest.
Prices in dollars for a million tokens."""

_COUNT = "INSERT INTO finished VALUES (?, 1) ON CONFLICT (span) DO UPDATE SET texts = texts + 1"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The facts in a journal whose tables are made."""

    db: sqlite3.Connection

    def put(self, name: FactName, value: object) -> None:
        """Write a fact, in the place of an earlier one; None removes it."""
        if value is None:
            self.db.execute("DELETE FROM facts WHERE name = ?", (name,))
        else:
            self.db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, str(value)))

    def get(self, name: FactName) -> str | None:
        """Return a fact, None if it is not known."""
        row = self.db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def note(self, expected: int | None, price: Price | None) -> None:
        """Write down what a status of the run has to know: its documents, if known, and a price."""
        self.put("expected", expected)
        if price is not None:
            self.put("price_in", price.input)
            self.put("price_out", price.output)

    def count(self) -> None:
        """Count a text that was finished now."""
        self.db.execute(_COUNT, (int(time.time()) // SPAN,))
