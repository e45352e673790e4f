"""A place on disk for what many documents wait with: their texts, and the requests about them."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass

from extract.errors import JournalError

__all__ = ["Shelf", "Shelved"]


class Shelf:
    """Keeps bytes in a temporary database, which is gone when it is closed or the process ends.

    What is taken off makes room for what comes. Raises JournalError if the disk is full.
    """

    def __init__(self) -> None:
        # "" is a database that SQLite keeps on disk, in a file without a name.
        self._db = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000"):
            self._db.execute(f"PRAGMA {setting}")
        self._db.execute("CREATE TABLE shelved (number INTEGER PRIMARY KEY, content BLOB)")

    def put(self, content: bytes) -> Shelved:
        """Put bytes on the shelf."""
        try:
            row = self._db.execute("INSERT INTO shelved (content) VALUES (?)", (content,))
        except sqlite3.Error as error:
            raise JournalError(
                f"what waits cannot be kept in the folder for temporary files: {error}"
            ) from error
        return Shelved(self, row.lastrowid or 0)

    def read(self, number: int) -> bytes:
        """Return the bytes of a number."""
        try:
            rows = self._db.execute("SELECT content FROM shelved WHERE number = ?", (number,))
            return bytes(rows.fetchone()[0])
        except sqlite3.Error as error:
            raise JournalError(
                f"what waits cannot be read from the folder for temporary files: {error}"
            ) from error

    def drop(self, number: int) -> None:
        """Take bytes off the shelf."""
        self._db.execute("DELETE FROM shelved WHERE number = ?", (number,))

    def close(self) -> None:
        """Throw away what is on the shelf."""
        self._db.close()


@dataclass(frozen=True, eq=False, slots=True)
class Shelved:
    """Bytes on a shelf, from which they are taken when nobody refers to this any more."""

    shelf: Shelf
    number: int

    def read(self) -> bytes:
        """Return the bytes."""
        return self.shelf.read(self.number)

    def __del__(self) -> None:
        with suppress(sqlite3.Error):  # closed before
            self.shelf.drop(self.number)
