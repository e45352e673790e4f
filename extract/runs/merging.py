"""`postings run merge`: join the folders of shards into one file of rows, or one folder.

Rows are read and written one after the other, in the order of the input, so memory does not grow
with them. What does not fit together is named before anything is written.
"""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from extract.asking.schema import schema_of
from extract.errors import InputError, JournalError, abridged
from extract.output import FORMATS
from extract.runs.ending import FINE, SOME_FAILED
from extract.runs.journal_rows import held_in, spent_in
from extract.runs.merge_plan import MergePlan, planned
from extract.runs.merged_folder import MergedFolder
from extract.runs.merged_rows import MergedRows
from extract.runs.rows_file import RowsFile
from extract.runs.run_price import price_in
from extract.runs.summary import Summary
from extract.terminal import Progress, progress_on
from extract.values import Usage

__all__ = ["MergeJob", "merge"]

_SEEN = 1000


@dataclass(frozen=True, slots=True)
class MergeJob:
    """What a person asked for: the folders to join, a file for the rows, a folder for the run.

    With `partial`, what is missing or cannot be read is named and left out.
    """

    folders: tuple[Path, ...]
    schema: type[BaseModel]
    output: Path | None = None
    run: Path | None = None
    partial: bool = False


def merge(job: MergeJob) -> int:
    """Join the folders, say on stderr what came of it, and return the exit code.

    Raises JournalError that names every fault of the folders, InputError if the output cannot be
    written.
    """
    progress = progress_on(sys.stderr)
    if job.output is not None and job.output.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise InputError(f"{job.output}: the file's name must end in one of {known}")
    with ExitStack() as stack:
        plan = planned(job.folders, stack, partial=job.partial)
        _check_schema(job, plan)
        rows = stack.enter_context(MergedRows.of(plan.parts))
        work = _Merge(job, plan, rows, progress)
        try:
            progress.start("joining rows", None)
            work.all()
        except OSError as error:
            raise InputError(
                f"{job.output or job.run} cannot be written: {error.strerror or error}; the "
                "folders that were to be joined are as they were"
            ) from error
        except sqlite3.Error as error:
            raise JournalError(f"the folders cannot be joined: {error}") from error
        finally:
            progress.close()
        for line in work.report():
            progress.say(f"postings: {line}")
    fine = not (work.failures or rows.conflicts or plan.faults)
    return FINE if fine else SOME_FAILED


@dataclass(slots=True)
class _Merge:
    """How far the merge is."""

    job: MergeJob
    plan: MergePlan
    rows: MergedRows
    progress: Progress
    records: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def all(self) -> None:
        """Write every row to the output, and to the folder of the whole run."""
        with ExitStack() as stack:
            folder = None
            if self.job.run is not None:
                folder = stack.enter_context(MergedFolder.made(self.job.run, self.plan.parts))
                folder.copy(self.rows.other_owners())
            write = stack.enter_context(_rows_to(self.job, self.progress))
            for count, row in enumerate(self.rows, 1):
                if row.fields is not None:
                    self._count(row.fields)
                    write(row.fields)
                if folder is not None:
                    folder.place(row)
                if count % _SEEN == 0:
                    self.progress.waiting(f"joining rows: {count:,}")

    def report(self) -> Iterator[str]:
        """Yield the lines that say what came of it."""
        parts = self.plan.parts
        for fault in self.plan.faults:
            yield f"not whole: {fault}"
        spent = sum((spent_in(part.run.db) for part in parts), Usage())
        held = sum((held_in(part.run.db) for part in parts), Usage())
        price = price_in(parts[0].run.db, parts[0].run.manifest.model)
        summary = Summary(self.records, dict(self.failures), spent, held, 0.0, price)
        yield f"{len(parts)} folders: {str(summary).rpartition('; ')[0]}"
        if self.rows.repeated:
            yield (
                f"{self.rows.repeated:,} texts were asked in more than one folder; each counts once"
                f" in the rows ({self.rows.spent_again:,} tokens were spent on them again)"
            )
        if self.rows.same_documents:
            yield f"{self.rows.same_documents:,} documents were in more than one folder"
        if self.rows.conflicts:
            named = abridged(self.rows.named, self.rows.conflicts)
            yield f"{self.rows.conflicts:,} ids have two rows, of different texts: {named}"
        for place in (self.job.output, self.job.run):
            if place is not None:
                yield f"{'rows' if place == self.job.output else 'the whole run'} in {place}"

    def _count(self, fields: dict[str, Any]) -> None:
        if "error" in fields:
            self.failures[fields["error"]] += 1
        else:
            self.records += 1


def _check_schema(job: MergeJob, plan: MergePlan) -> None:
    manifest = plan.parts[0].run.manifest
    if job.output is not None and schema_of(job.schema).sha256 != manifest.schema_sha256:
        raise JournalError(
            f"{plan.parts[0].run.folder} was asked by another schema ({manifest.schema}): "
            "name it with --schema"
        )


@contextmanager
def _rows_to(job: MergeJob, progress: Progress) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Yield what writes a row to the output, if there is one."""
    if job.output is None:
        yield lambda _fields: None
        return
    with RowsFile(job.output).copying(job.schema, progress.say) as write:
        yield write
