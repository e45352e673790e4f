"""The folder of a whole run, made from those of its parts: it goes on as any other."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from extract.errors import JournalError
from extract.runs.journal import Journal
from extract.runs.merge_plan import Part
from extract.runs.merged_rows import MergedRow
from extract.runs.run_folder import reading

__all__ = ["MergedFolder"]

_AT_ONCE = 1000

_COPY = """
INSERT OR IGNORE INTO answers SELECT * FROM part.answers
    WHERE text_sha256 NOT IN (SELECT sha256 FROM owners WHERE part <> :number);
INSERT INTO requests (text_sha256, prompt_bound, completion_bound, prompt, completion, cached,
        outcome)
    SELECT text_sha256, prompt_bound, completion_bound, prompt, completion, cached, outcome
    FROM part.requests;
INSERT INTO learned (endpoint, step) SELECT endpoint, step FROM part.learned AS theirs
    WHERE NOT EXISTS (SELECT 1 FROM main.learned AS ours
        WHERE ours.endpoint = theirs.endpoint AND ours.step = theirs.step) ORDER BY number
"""
_COPY_NEWER = """
INSERT OR IGNORE INTO codes (marks) SELECT marks FROM part.codes;
INSERT OR IGNORE INTO kept SELECT text_sha256, ours.number, answer FROM part.kept
    JOIN part.codes AS theirs ON theirs.number = code
    JOIN main.codes AS ours ON ours.marks = theirs.marks
    WHERE text_sha256 NOT IN (SELECT sha256 FROM owners WHERE part <> :number);
INSERT OR IGNORE INTO facts SELECT * FROM part.facts WHERE name IN ('price_in', 'price_out');
INSERT INTO finished SELECT * FROM part.finished WHERE true
    ON CONFLICT (span) DO UPDATE SET texts = texts + excluded.texts
"""


@dataclass(slots=True)
class MergedFolder:
    """A folder under a name of its own, until all is in it."""

    journal: Journal
    parts: Sequence[Part]
    count: int = 0

    @classmethod
    @contextmanager
    def made(cls, folder: Path, parts: Sequence[Part]) -> Iterator[MergedFolder]:
        """Make the folder; it takes its name only if the block ends well.

        Raises JournalError if there is something in its place, or if it cannot be written.
        """
        if folder.exists() and any(folder.iterdir()):
            raise JournalError(f"{folder} is not empty: choose a new folder for the whole run")
        making = folder.with_name(f"{folder.name}.part")
        if (making / "manifest.json").exists():
            raise JournalError(
                f"{making} is in the way, and is a run of its own: rename or remove it"
            )
        shutil.rmtree(making, ignore_errors=True)
        with closing(Journal(making)) as journal, reading(making):
            yield (made := cls(journal, parts))
            if journal.database.in_transaction:
                journal.database.execute("COMMIT")
            journal.facts.put("ended", made.count)
            replace(parts[0].run.manifest, shard=None).check(making)
        try:
            making.replace(folder)
        except OSError as error:
            raise JournalError(f"{folder} cannot be made: {error.strerror or error}") from error

    def copy(self, owners: Iterable[tuple[str, int]]) -> None:
        """Copy rows, answers and ledgers; of a text with several rows that of its owner."""
        db = self.journal.database
        db.execute("CREATE TEMP TABLE owners (sha256 TEXT PRIMARY KEY, part INTEGER)")
        db.executemany("INSERT INTO owners VALUES (?, ?)", owners)
        for part in self.parts:
            db.execute("ATTACH ? AS part", (str(part.run.folder / "journal.sqlite"),))
            with self.journal.transaction():
                statements = _COPY + ";" + _COPY_NEWER if part.run.has("kept") else _COPY
                for statement in statements.split(";"):
                    named = {"number": part.number} if ":number" in statement else {}
                    db.execute(statement, named)
            db.execute("DETACH part")

    def place(self, row: MergedRow) -> None:
        """Write down the next document of the whole input."""
        db = self.journal.database
        if not db.in_transaction:
            db.execute("BEGIN IMMEDIATE")
        values = (self.count, row.id, row.source, row.sha256, row.failure)
        db.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", values)
        self.count += 1
        if self.count % _AT_ONCE == 0:
            db.execute("COMMIT")
