"""The `extract` command: documents in, rows out, messages on stderr, and an exit code.

Rows are written in the order of the documents, each as soon as it is done, so that a run that is
cut keeps what it has paid for. A fault that every document would meet (a refused key, an unknown
model, a server that is down from the start) ends the run; any other is a row of its own.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator
from contextlib import aclosing, contextmanager, nullcontext
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from extract import log
from extract.errors import InputError, PostingsError, abridged
from extract.late import late
from extract.models.local import resolve
from extract.output import Row, Write, json_lines
from extract.output.record_view import render
from extract.record import Failure, failure_of
from extract.runs import events
from extract.runs.ending import CUT, FINE, PIPE_CLOSED, SOME_FAILED, UNUSABLE, ending, outcome_of
from extract.runs.hopeless import FailureWatch, Hopeless
from extract.runs.job import ExtractJob, check_output
from extract.runs.loop import each
from extract.runs.opening import LOCAL, engine_for
from extract.runs.packing import Given
from extract.runs.rows_file import RowsFile
from extract.runs.sifting import say_doubt, sifted
from extract.sources.paths import RawDocument, Unreadable
from extract.terminal import Progress, progress_on
from extract.values import Document

if TYPE_CHECKING:
    from extract.runs import kept_run
else:
    kept_run = late("extract.runs.kept_run")

__all__ = ["run"]

_NAMED = 5


def run(job: ExtractJob) -> int:
    """Do the job, show its progress on stderr, and return the exit code.

    Raises InputError if the output or the log cannot be written as asked.
    """
    # Without a handler Python prints what libraries log, with the model's raw words in it.
    logging.getLogger().addHandler(logging.NullHandler())
    progress = progress_on(sys.stderr)
    check_output(job)
    if job.output is None and job.folder is None and sys.stdout is None:
        raise InputError("stdout is closed: name a file for the rows with -o")
    with nullcontext() if job.log is None else log.appended(job.log, progress.say):
        if job.folder is not None:
            return kept_run.kept_run(job, job.folder, progress)
        return _streamed(job, progress)


def _streamed(job: ExtractJob, progress: Progress) -> int:
    work = _StreamedRun(job, progress, job.input.count())
    try:
        work.all()
    except BrokenPipeError:
        # Whatever is still buffered would raise again when the interpreter flushes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (KeyboardInterrupt, Hopeless, PostingsError, OSError) as error:
        code, reason = ending(error)
        if work.rows or code != UNUSABLE or isinstance(error, OSError):
            reason += f"{':' if code == CUT else ';'} {work.so_far()}"
        work.end(reason)
        return code
    finally:
        work.progress.close()
    if work.failed:
        work.end(work.failures())
        return SOME_FAILED
    if work.place:
        work.end(work.so_far())
    return FINE


@dataclass(slots=True)
class _StreamedRun:
    """How far a run is. `total` is None if it is not known."""

    job: ExtractJob
    progress: Progress
    total: int | None
    rows: int = 0
    watch: FailureWatch = field(default_factory=FailureWatch)
    failed: int = 0
    named: list[Failure] = field(default_factory=list)
    file: RowsFile | None = None

    @property
    def place(self) -> Path | None:
        """Where the rows are, if they are in a file: as it was typed, or beside it."""
        if self.file is None or self.file.place is None:
            return None
        typed, place = self.file.path, self.file.place
        return typed if place.name == typed.resolve().name else typed.with_name(place.name)

    def all(self) -> None:
        """Read every document. The model is only looked for once there is one to read."""
        with self._sink() as write:
            given = self.job.input.raw_documents()
            for raw in given:
                documents = (raw,) if isinstance(raw, Unreadable) else raw.documents()
                if any(isinstance(one, Document) for one in documents):
                    self._prepare()
                    anyio.run(self._read, documents, given, write)
                    break
                for document in documents:
                    self._unread(document, write)

    def so_far(self) -> str:
        """Return how many documents are done, and where their rows are."""
        of = f" of {self.total}" if self.total else ""
        place = f", in {self.place}" if self.place else ""
        return f"{self.rows}{of} done{place}"

    def failures(self) -> str:
        """Return the names of the first documents that failed, and how many failed."""
        if self.rows == 1:
            return self.named[0].message
        named = abridged([f"{row.id} ({row.error})" for row in self.named], self.failed)
        place = f"; all rows are in {self.place}" if self.place else ""
        return f"{self.failed} of {self.rows} failed: {named}{place}"

    def end(self, line: str) -> None:
        """Print the last line of the run."""
        self.progress.close()
        self.progress.say(f"postings: {line}")

    @contextmanager
    def _sink(self) -> Iterator[Write]:
        schema = self.job.schema
        if self.job.output is not None:
            self.file = RowsFile(self.job.output)
            with (
                self.file.opened(schema, self.progress.say) as write,
                sifted(self.job, write, self.progress.say) as sift,
            ):
                yield sift
            return
        at_terminal = sys.stdout.isatty()
        if isinstance(sys.stdout, TextIOWrapper):
            # Rows are UTF-8 whatever the locale; a terminal gets what it can show.
            encoding = None if at_terminal else "utf-8"
            sys.stdout.reconfigure(encoding=encoding, errors="replace", newline="\n")
        show = lambda row: self.progress.show(render(row))  # noqa: E731 - one of two writers
        rows = nullcontext(show) if at_terminal else json_lines(sys.stdout, schema)
        with rows as write, sifted(self.job, write, self.progress.say) as sift:
            yield sift

    def _prepare(self) -> None:
        what = "connecting to the model"
        if self.job.options.model == LOCAL:
            resolve(progress=self.progress.bytes)
            what = "loading the model"
        self.progress.start(what, self.total)

    async def _read(
        self, first: Iterable[Given], raw: Iterable[RawDocument | Unreadable], write: Write
    ) -> None:
        async with engine_for(self.job.schema, self.job.options) as engine:
            say_doubt(self.job, engine.extractor, self.progress.say)
            given = self._shown(first, engine.documents(raw))
            async with aclosing(engine.rows(given)) as rows:
                async for row in rows:
                    self.watch.saw(row)
                    self._take(row, write)

    async def _shown(
        self, first: Iterable[Given], others: AsyncIterable[Given | None]
    ) -> AsyncGenerator[Given, None]:
        for documents in (first, others):
            async with aclosing(each(documents)) as given:
                async for document in given:
                    if document is not None:
                        self.progress.reading(document.id)
                        yield document

    def _unread(self, document: Given, write: Write) -> None:
        if isinstance(document, Unreadable):
            failure = failure_of(document.id, document.source, document.error)
            events.finished(failure)
            self._take(failure, write)

    def _take(self, row: Row, write: Write) -> None:
        write(row)
        self.rows += 1
        if isinstance(row, Failure):
            self.failed += 1
            if len(self.named) < _NAMED:
                self.named.append(row)
        self.progress.done(row.id, outcome_of(row))
