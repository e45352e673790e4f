"""The rows of several folders in one order, each text with one row.

The folders are walked side by side, by text, by id and by place, so that one row of each is in
memory. What occurs in two of them is noted in a database on disk.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, cast

from extract.runs.journal_rows import NOTHING_SPENT, costing
from extract.runs.merge_plan import Part
from extract.runs.run_folder import reading

__all__ = ["MergedRow", "MergedRows"]

_NAMED = 5
_NOTES = """
CREATE TABLE owners (sha256 TEXT PRIMARY KEY, part INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE dropped (part INTEGER, position INTEGER, PRIMARY KEY (part, position)) WITHOUT ROWID;
"""
_ROWS = """
SELECT position, id, source, text_sha256, failure, row, EXISTS (
    SELECT 1 FROM documents AS earlier
    WHERE earlier.text_sha256 = documents.text_sha256 AND earlier.position < documents.position)
FROM documents LEFT JOIN answers USING (text_sha256) ORDER BY position
"""
_FIRST = "SELECT min(position) FROM documents WHERE text_sha256 = ?"
_ROW = "SELECT row, failed FROM answers WHERE text_sha256 = ?"


_Walked = tuple[str, str, str | None, str | None, str | None, int]
"""Id, source and text of a document, its own failure, the row of its text, and if that repeats."""


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A document of the whole input and the JSON object of its row, None if it has none."""

    id: str
    source: str
    sha256: str | None
    failure: str | None
    fields: dict[str, Any] | None


@dataclass(slots=True)
class MergedRows:
    """The rows of parts, in the order of the input.

    `repeated` counts the texts that several parts asked, `spent_again` the tokens of all but one,
    `same_documents` the documents that stand in several, `conflicts` the ids with two texts.
    """

    parts: Sequence[Part]
    notes: sqlite3.Connection
    repeated: int = 0
    spent_again: int = 0
    same_documents: int = 0
    conflicts: int = 0
    named: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def of(cls, parts: Sequence[Part]) -> Iterator[MergedRows]:
        """Compare the parts, and yield their rows.

        Raises JournalError if one of them cannot be read.
        """
        with closing(sqlite3.connect("", isolation_level=None)) as notes:
            notes.executescript(_NOTES)
            notes.execute("BEGIN")
            rows = cls(parts, notes)
            if len(parts) > 1:
                rows._find_texts()
                rows._find_ids()
            yield rows

    def __iter__(self) -> Iterator[MergedRow]:
        """Yield the row of each document, in the order of the input."""
        merged = heapq.merge(*map(self._of, self.parts), key=lambda one: one[0])
        for (_, position, number), one in merged:
            if not self._is_dropped(number, position):
                yield self._merged(number, one)

    def _merged(self, number: int, one: _Walked) -> MergedRow:
        id_, source, sha256, failure, row, again = one
        owner = None if sha256 is None else self._owner(sha256)
        elsewhere = owner is not None and owner != number
        if owner is not None and elsewhere:
            row = self._row_of(owner, sha256)[0]
        written = failure or row
        fields = None if written is None else json.loads(written) | {"id": id_, "source": source}
        if fields is not None and (again or elsewhere):
            costing(fields)["usage"] = NOTHING_SPENT
        return MergedRow(id_, source, sha256, failure, fields)

    def other_owners(self) -> Iterator[tuple[str, int]]:
        """Yield each text that several parts asked, and the part whose row it has."""
        yield from self.notes.execute("SELECT sha256, part FROM owners")

    def _of(self, part: Part) -> Iterator[tuple[tuple[int, int, int], _Walked]]:
        with reading(part.run.folder):
            for position, *row in part.run.db.execute(_ROWS):
                yield (part.order, position, part.number), cast("_Walked", tuple(row))

    def _find_texts(self) -> None:
        """Note which texts have a row in several parts, and whose is taken."""
        walks = [
            self._walk(part, "SELECT text_sha256 FROM answers ORDER BY text_sha256")
            for part in self.parts
        ]
        for (sha256,), same in groupby(heapq.merge(*walks), key=lambda one: one[0]):
            numbers = [number for _, number in same]
            if len(numbers) > 1:
                self._choose(sha256, numbers)

    def _choose(self, sha256: str, numbers: Sequence[int]) -> None:
        """Take the first record of a text, else the first failure."""

        def rank(number: int) -> tuple[bool, int, int]:
            part = self.parts[number]
            first = part.run.count(_FIRST, (sha256,))
            return bool(self._row_of(number, sha256)[1]), part.order, first

        owner = min(numbers, key=rank)
        self.notes.execute("INSERT INTO owners VALUES (?, ?)", (sha256, owner))
        self.repeated += 1
        for number in set(numbers) - {owner}:
            usage = costing(json.loads(self._row_of(number, sha256)[0]))["usage"]
            self.spent_again += usage["prompt"] + usage["completion"]

    def _find_ids(self) -> None:
        """Note which documents stand in several parts, and which ids have two texts."""
        statement = "SELECT id, text_sha256, position FROM documents ORDER BY id"
        walks = [self._walk(part, statement) for part in self.parts]
        for id_, same in groupby(
            heapq.merge(*walks, key=lambda one: one[0][0]), key=lambda one: one[0][0]
        ):
            listed = sorted(
                (self.parts[number].order, position, number, sha256)
                for (_, sha256, position), number in same
            )
            if len(listed) > 1:
                self._compare(id_, listed)

    def _compare(self, id_: str, listed: Sequence[tuple[int, int, int, str | None]]) -> None:
        texts = {sha256 for *_, sha256 in listed}
        if len(texts) > 1:
            self.conflicts += 1
            if len(self.named) < _NAMED:
                folders = " and ".join(
                    dict.fromkeys(str(self.parts[n].run.folder) for _, _, n, _ in listed)
                )
                self.named.append(f"{id_} ({folders})")
            return
        self.same_documents += 1
        for _, position, number, _ in listed[1:]:
            self.notes.execute("INSERT INTO dropped VALUES (?, ?)", (number, position))

    def _walk(self, part: Part, statement: str) -> Iterator[tuple[tuple[Any, ...], int]]:
        with reading(part.run.folder):
            for row in part.run.db.execute(statement):
                yield tuple(row), part.number

    def _row_of(self, number: int, sha256: str | None) -> tuple[str, int]:
        row: tuple[str, int] = self.parts[number].run.db.execute(_ROW, (sha256,)).fetchone()
        return row

    def _owner(self, sha256: str) -> int | None:
        if not self.repeated:
            return None
        row = self.notes.execute("SELECT part FROM owners WHERE sha256 = ?", (sha256,)).fetchone()
        return None if row is None else int(row[0])

    def _is_dropped(self, number: int, position: int) -> bool:
        if not self.same_documents:
            return False
        place = (number, position)
        found = self.notes.execute("SELECT 1 FROM dropped WHERE part = ? AND position = ?", place)
        return found.fetchone() is not None
