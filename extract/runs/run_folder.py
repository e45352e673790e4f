"""The folder of a run, opened to be read: by a merge, a status, or a later run.

The journal is opened read-only, so that nothing in the folder changes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from extract.errors import JournalError
from extract.runs.manifest import Manifest
from extract.runs.run_facts import FactName, RunFacts

__all__ = ["ROWS", "RunFolder", "is_running", "lock_of", "reading", "uri_of"]

ROWS = "rows.jsonl"
"""The output of a run in its folder, if no other is named."""

_CACHE = 1000
"""Kilobytes that SQLite may cache of a journal: many may be open at once."""

_MISSING = """
SELECT count(*) FROM documents LEFT JOIN answers USING (text_sha256)
WHERE failure IS NULL AND answers.text_sha256 IS NULL
"""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run's folder that is open for reading: its manifest and its journal."""

    folder: Path
    manifest: Manifest
    db: sqlite3.Connection

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, *, live: bool = False) -> Iterator[RunFolder]:
        """Open a folder, and keep runs out of it meanwhile; a `live` one may be in use.

        Raises JournalError if it is not a run's folder, is in use, or is damaged.
        """
        manifest = Manifest.read(folder)
        with reading(folder):
            lock = None if live else lock_of(folder)
            try:
                db = sqlite3.connect(uri_of(folder), uri=True)
                db.execute(f"PRAGMA cache_size = -{_CACHE}")
                try:
                    yield cls(folder, manifest, db)
                finally:
                    db.close()
            finally:
                if lock is not None:
                    lock.release()

    def fact(self, name: FactName) -> str | None:
        """Return a fact of the run; None if it is not known, as in folders of older versions."""
        return RunFacts(self.db).get(name) if self.has("facts") else None

    def has(self, table: str) -> bool:
        """Return whether the journal has a table: those of older versions lack some."""
        found = self.db.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
        )
        return found.fetchone() is not None

    def count(self, statement: str, values: tuple[Any, ...] = ()) -> int:
        """Return the one number that a statement selects; 0 for NULL."""
        (number,) = self.db.execute(statement, values).fetchone()
        return int(number or 0)

    @property
    def missing(self) -> int:
        """How many documents have no row."""
        return self.count(_MISSING)

    @property
    def unfinished(self) -> str | None:
        """What is not done in the run, in words; None if all is."""
        if self.has("facts") and self.fact("ended") is None:
            return "its input was not read to the end"
        missing = self.missing
        return f"{missing:,} of its documents have no row" if missing else None


def uri_of(folder: Path) -> str:
    """Return the address of a folder's journal, to be opened read-only."""
    return f"{(folder / 'journal.sqlite').resolve().as_uri()}?mode=ro"


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Raise JournalError that names the folder for an error of SQLite in the block."""
    try:
        yield
    except sqlite3.Error as error:
        raise JournalError(f"{folder}/journal.sqlite cannot be read: {error}") from error


def lock_of(folder: Path) -> FileLock | None:
    """Lock a folder; None if it cannot be written, so that nobody can run in it.

    Raises JournalError if it is in use.
    """
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise JournalError(
            f"{folder} is in use by another process: wait until its run has ended"
        ) from None
    except OSError:
        return None
    return lock


def is_running(folder: Path) -> bool:
    """Return whether a process runs in a folder now."""
    try:
        lock = lock_of(folder)
    except JournalError:
        return True
    if lock is not None:
        lock.release()
    return False
