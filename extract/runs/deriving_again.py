"""`postings run again`: make the rows of a run anew with today's code, from the answers it kept.

No model is asked. A row whose question would be another one today stays as it is and is named, for
its answer belongs to a question that is no longer put. Rows are written 200 at a time, so that a
process that is killed leaves old rows and new ones, each whole; the same command does the rest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from extract.asking import prompt as prompts
from extract.asking.code_marks import CodeMarks, code_marks
from extract.asking.kept_question import unpacked
from extract.asking.prompt import Prompt
from extract.asking.rederivation import Rederiver
from extract.asking.schema import Schema, schema_of
from extract.errors import InputError, JournalError
from extract.runs.ending import FINE, SOME_FAILED
from extract.runs.journal import Journal
from extract.runs.journal_rows import KeptRow, fields_in, json_of, kept_rows_in
from extract.runs.manifest import Manifest
from extract.runs.row_changes import ChangeCounts, RowChange, changed_fields, lines_to
from extract.runs.rows_file import RowsFile
from extract.runs.run_folder import ROWS, reading
from extract.runs.run_price import price_in, usage_of_texts
from extract.runs.summary import dollars
from extract.runs.traffic import Price
from extract.terminal import Progress, progress_on

__all__ = ["AgainJob", "again"]

_AT_ONCE = 200
_CHANGED = frozenset({"posting", "is_posting", "error", "provenance"})


@dataclass(frozen=True, slots=True)
class AgainJob:
    """What a person asked for.

    `changes` is a file for each row that is different, `whole` derives every field whatever its
    code, `dry_run` writes nothing to the run. With `ask`, rows whose question changed are
    forgotten, so that the run's next start asks for them.
    """

    folder: Path
    schema: type[BaseModel]
    prompt: Path | None = None
    output: Path | None = None
    changes: Path | None = None
    examples: int = 1
    whole: bool = False
    ask: bool = False
    dry_run: bool = False
    price: Price | None = None


def again(job: AgainJob) -> int:
    """Derive the rows of a run again, say on stderr what changed, and return the exit code.

    Raises JournalError if the folder is no run's, is in use, or was asked by another schema or
    prompt; InputError if a file cannot be written.
    """
    progress = progress_on(sys.stderr)
    manifest = Manifest.read(job.folder)
    with closing(Journal(job.folder)) as journal, reading(job.folder):
        schema = _schema(job, manifest)
        work = _Derivations(job, journal, schema, _prompt(job, manifest), progress)
        try:
            progress.start("deriving rows", None)
            with lines_to(job.changes) as write:
                work.all(write)
            place = None if job.dry_run else _written(job, journal, progress)
        finally:
            progress.close()
        for line in work.report(manifest.model, place):
            progress.say(f"postings: {line}")
    return SOME_FAILED if work.to_ask else FINE


@dataclass(slots=True)
class _Derivations:
    """How far the work is: how many rows stayed, changed, and cannot be derived."""

    job: AgainJob
    journal: Journal
    schema: Schema[Any]
    prompt: Prompt
    progress: Progress
    seen: int = 0
    derived: int = 0
    details: int = 0
    failed: int = 0
    unkept: int = 0
    otherwise: int = 0
    counts: ChangeCounts = field(default_factory=ChangeCounts)
    _stale: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def to_ask(self) -> int:
        """How many texts must be asked again to have a row of today."""
        return self.unkept + self.otherwise

    def all(self, write: Callable[[RowChange], None]) -> None:
        """Derive every row."""
        self.counts.most = self.job.examples
        rederiver = Rederiver(self.schema, self.prompt, version("postings"))
        now = code_marks(self.schema)
        if not self.job.dry_run:
            self.journal.kept.begin(now)
        for chunk in kept_rows_in(self.journal.database, _AT_ONCE):
            changes = [(row, self._change(rederiver, row, now)) for row in chunk]
            self.seen += len(chunk)
            self.progress.waiting(f"deriving rows: {self.seen:,}")
            if not self.job.dry_run:
                with self.journal.transaction():
                    for row, (made, change) in changes:
                        self._keep(row, made, change)
            for _, (_, change) in changes:
                if change is not None:
                    self.counts.count(change)
                    write(change)

    def report(self, model: str, place: Path | None) -> Iterator[str]:
        """Yield the lines that say what changed."""
        changed = self.counts.rows["changed"]
        same = self.seen - self.failed - self.to_ask - changed
        yield f"{self.seen:,} texts: {changed:,} changed, {same:,} as before" + (
            f" ({self.details:,} of these differ in evidence or notes)" if self.details else ""
        )
        for name, count in self.counts.fields.most_common():
            yield f"  {name}: {count:,}, e.g. {'; '.join(self.counts.examples[name])}"
        if self.failed:
            yield f"{self.failed:,} failed and have no answer to derive from"
        if self.unkept:
            yield f"{self.unkept:,} were made before answers were kept"
        if self.otherwise:
            yield f"{self.otherwise:,} would be asked another question today; they stay as they are"
        if self.to_ask:
            yield self._price(model)
        if place is not None:
            yield f"rows in {place}"

    def _change(
        self, rederiver: Rederiver, row: KeptRow, now: CodeMarks
    ) -> tuple[str | None, RowChange | None]:
        """Return the JSON of a row if it is to be written, and what changed in it."""
        stale = self._stale_of(row, now)
        if not stale or row.answer is None:
            return None, None
        before: dict[str, Any] = json.loads(row.row)
        kept = unpacked(row.answer, self.schema, before["id"], before["source"])
        if rederiver.asks_otherwise(kept, stale):
            self.otherwise += 1
            return None, RowChange(before["id"], before["source"], "asked otherwise")
        self.derived += 1
        made = json_of(rederiver.record(before, kept, stale))
        after = json.loads(made)
        if after == before:
            return None, None
        if fields := changed_fields(before, after):
            return made, RowChange(before["id"], before["source"], "changed", fields)
        self.details += any(before.get(n) != after[n] for n in after if n not in _CHANGED)
        return made, None

    def _stale_of(self, row: KeptRow, now: CodeMarks) -> frozenset[str]:
        """Return the fields of a row to derive; count it if it has no answer to derive from."""
        if row.failed or row.answer is None or row.marks is None:
            self.failed += row.failed
            self.unkept += not row.failed
            return frozenset()
        if self.job.whole:
            return frozenset(now.fields)
        if row.marks not in self._stale:
            self._stale[row.marks] = CodeMarks.read(row.marks).stale(now)
        return self._stale[row.marks]

    def _keep(self, row: KeptRow, made: str | None, change: RowChange | None) -> None:
        if change is not None and change.what == "asked otherwise":
            if self.job.ask:
                self.journal.forget(row.sha256)
        elif row.answer is not None and not row.failed:
            self.journal.derive(row.sha256, made)

    def _price(self, model: str) -> str:
        usage = usage_of_texts(self.journal.database, self.to_ask)
        price = self.job.price or price_in(self.journal.database, model)
        cost = "" if price is None else f", {dollars(price.of(usage))}"
        how = "the run's next start asks for them" if self.job.ask else "--ask lets the run do so"
        only = "" if self.otherwise else "; a new run asks for them"
        return (
            f"to ask {self.to_ask:,} again takes about {usage.prompt:,} + {usage.completion:,} "
            f"tokens{cost}" + (f"; {how}" if self.otherwise else only)
        )


def _schema(job: AgainJob, manifest: Manifest) -> Schema[Any]:
    schema = schema_of(job.schema)
    if schema.sha256 != manifest.schema_sha256:
        raise JournalError(
            f"{job.folder} was asked by another schema ({manifest.schema}, "
            f"{manifest.schema_sha256[:8]}; now {schema.model.__name__}, {schema.sha256[:8]}): "
            "every question is another one. Name its schema with --schema, or begin a new run"
        )
    return schema


def _prompt(job: AgainJob, manifest: Manifest) -> Prompt:
    prompt = prompts.load(job.prompt or manifest.prompt.replace("@", "-"))
    if prompt.sha256 != manifest.prompt_sha256:
        raise JournalError(
            f"{job.folder} was asked with another prompt ({manifest.prompt}, "
            f"{manifest.prompt_sha256[:8]}; now {prompt.sha256[:8]}): every question is another "
            "one. Name its template with --prompt, or begin a new run"
        )
    return prompt


def _written(job: AgainJob, journal: Journal, progress: Progress) -> Path:
    output = job.output or job.folder / ROWS
    file = RowsFile(output)
    try:
        with file.copying(job.schema, progress.say) as write:
            for fields, _ in fields_in(journal.database):
                write(fields)
    except OSError as error:
        raise InputError(
            f"{output} cannot be written: {error.strerror or error}; the rows are in the journal, "
            "and the same command writes them"
        ) from error
    return output
