"""A run of an earlier crawl: its rows are carried over where the text is the same.

What is compared afterwards is the document of an id. A document without an id of its own is named
after its place (`file:line`), which the next crawl gives to another one: it is known by its text.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.errors import JournalError
from extract.runs.journal import Journal
from extract.runs.journal_rows import NOTHING_SPENT
from extract.runs.manifest import Manifest
from extract.runs.row_changes import ChangeCounts, RowChange, changed_fields, lines_to
from extract.runs.run_folder import RunFolder, reading, uri_of

__all__ = ["CrawlComparison", "EarlierRun"]

_CARRIED = """
SELECT row, {marks} FROM answers {joined} WHERE answers.text_sha256 = ? AND NOT failed
"""
_JOINED = """
LEFT JOIN kept USING (text_sha256) LEFT JOIN codes ON codes.number = kept.code
"""

_COPIED = """
CREATE TABLE before (id TEXT PRIMARY KEY, sha256 TEXT, place INTEGER) WITHOUT ROWID;
CREATE TABLE after (id TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT OR IGNORE INTO before
    SELECT id, text_sha256, position FROM old.documents;
INSERT OR IGNORE INTO after SELECT id FROM new.documents;
"""
_NEW = """
SELECT documents.id, source, text_sha256, before.id, before.sha256,
    documents.id = source AND text_sha256 IN (SELECT text_sha256 FROM old.documents),
    coalesce(documents.failure, answers.row),
    coalesce((SELECT failure FROM old.documents WHERE position = place),
        (SELECT row FROM old.answers AS a WHERE a.text_sha256 = before.sha256))
FROM new.documents AS documents
    LEFT JOIN before ON before.id = documents.id
        AND (documents.id <> source OR coalesce(text_sha256, before.sha256) IS NULL)
    LEFT JOIN new.answers AS answers USING (text_sha256)
ORDER BY position
"""
_GONE = """
SELECT id, source FROM old.documents WHERE CASE WHEN id = source
    THEN text_sha256 NOT IN (SELECT text_sha256 FROM new.documents WHERE text_sha256 IS NOT NULL)
    ELSE id NOT IN (SELECT id FROM after) END
ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A finished run of the same prompt, schema and model."""

    run: RunFolder
    statement: str

    @classmethod
    @contextmanager
    def opened(cls, folder: Path) -> Iterator[EarlierRun]:
        """Open a finished run. Raises JournalError if it is unfinished or damaged.

        It is not locked: the shards of the next crawl read it side by side.
        """
        with RunFolder.opened(folder, live=True) as run:
            if (lack := run.unfinished) is not None:
                raise JournalError(
                    f"{folder} is not finished: {lack}. Start its command again first"
                )
            kept = run.has("kept")
            marks = "codes.marks, kept.answer" if kept else "NULL, NULL"
            yield cls(run, _CARRIED.format(marks=marks, joined=_JOINED if kept else ""))

    def check(self, manifest: Manifest) -> None:
        """Raise JournalError if the earlier run asked otherwise: its rows would not be those."""
        kept = self.run.manifest.as_json()
        if changed := manifest.differences(kept, apart=("shard",)):
            raise JournalError(
                f"the rows of {self.run.folder} cannot be carried over: {'; '.join(changed)}. "
                "Leave out --since, or go back to what that run was begun with"
            )

    def carry(self, sha256: str, journal: Journal) -> bool:
        """Copy the record of a text into a journal, if the earlier run has one.

        It cost nothing in this run. What failed in the earlier one is not copied.
        """
        with reading(self.run.folder):
            carried = self.run.db.execute(self.statement, (sha256,)).fetchone()
        if carried is None:
            return False
        row, marks, answer = carried
        fields: dict[str, Any] = json.loads(row)
        fields["provenance"]["usage"] = NOTHING_SPENT
        kept = None if answer is None else (str(marks), bytes(answer))
        journal.carry(sha256, json.dumps(fields), kept)
        return True


@dataclass(slots=True)
class CrawlComparison:
    """The documents of two runs, compared; `same` counts those that did not change."""

    old: Path
    new: Path
    same: int = 0

    def changes(self) -> Iterator[RowChange]:
        """Yield what appeared and changed, in the order of the input, then what vanished."""
        # A database of its own, on disk: the ids of a million documents are not kept in memory.
        with reading(self.new), closing(sqlite3.connect("", uri=True)) as db:
            db.execute("ATTACH ? AS old", (uri_of(self.old),))
            db.execute("ATTACH ? AS new", (uri_of(self.new),))
            db.executescript(_COPIED)
            for id_, source, sha256, known, sha256_before, seen, row, before in db.execute(_NEW):
                if seen or (known is not None and sha256 == sha256_before):
                    self.same += 1
                elif known is None:
                    yield RowChange(id_, source, "appeared")
                else:
                    fields = changed_fields(json.loads(before or "{}"), json.loads(row or "{}"))
                    yield RowChange(id_, source, "changed", fields)
            for id_, source in db.execute(_GONE):
                yield RowChange(id_, source, "vanished")

    def report(self, file: Path | None) -> str:
        """Return what changed in words, and write each change to a file, if one is given.

        Raises InputError if the file cannot be written.
        """
        counts = ChangeCounts()
        with lines_to(file) as write:
            for change in self.changes():
                counts.count(change)
                write(change)
        kinds = (f"{counts.rows[kind]:,} {kind}" for kind in ("appeared", "changed", "vanished"))
        fields = f" ({counts.by_field})" if counts.fields else ""
        where = f"; each of them in {file}" if file is not None else ""
        return f"since {self.old}: {', '.join(kinds)}, {self.same:,} the same{fields}{where}"
