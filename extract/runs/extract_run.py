"""The `extract` command: documents in, rows out, and what the process says and returns.

Rows are written in the order of the documents, each as soon as it is done, so that a run that is
cut keeps what it has paid for. A fault that every document would meet (a refused key, an unknown
model, a server that is down from the start) ends the run; any other is a row of its own.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import aclosing, contextmanager, nullcontext
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import chain
from pathlib import Path

import anyio

from extract import log
from extract.errors import BudgetError, DeadlineError, InputError, PostingsError
from extract.models.local import resolve
from extract.output import FORMATS, PartFile, Row, Write, json_lines
from extract.output.record_view import render
from extract.record import Failure, Record, failure_of
from extract.runs import events
from extract.runs.hopeless import FailureWatch, Hopeless
from extract.runs.job import (
    CUT,
    FINE,
    PIPE_CLOSED,
    SOME_FAILED,
    STOPPED,
    UNUSABLE,
    ExtractJob,
    check_output,
)
from extract.runs.kept_run import kept
from extract.runs.opening import LOCAL, reading
from extract.sources.paths import Unreadable
from extract.terminal import Progress, progress_on
from extract.values import Document

__all__ = ["run"]

_NAMED = 5


def run(job: ExtractJob) -> int:
    """Do the job, say on stderr how it goes, and return the exit code.

    Raises InputError where the output or the log cannot be as asked.
    """
    # Without a handler Python prints what libraries log, with the model's raw words in it.
    logging.getLogger().addHandler(logging.NullHandler())
    progress = progress_on(sys.stderr)
    check_output(job)
    if job.output is None and job.folder is None and sys.stdout is None:
        raise InputError("stdout is closed: name a file for the rows with -o")
    with nullcontext() if job.log is None else log.appended(job.log, progress.say):
        if job.folder is not None:
            return kept(job, job.folder, progress)
        return _streamed(job, progress)


def _streamed(job: ExtractJob, progress: Progress) -> int:  # noqa: PLR0911 - one an end
    work = _Run(job, progress, job.input.count())
    try:
        work.all()
    except KeyboardInterrupt:
        work.end(f"cut: {work.so_far()}")
        return CUT
    except BrokenPipeError:
        # Whatever is still buffered would raise again when the interpreter flushes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (BudgetError, DeadlineError) as error:
        work.end(f"stopped: {error}; {work.so_far()}")
        return STOPPED
    except (Hopeless, PostingsError) as error:
        work.end(f"{error}; {work.so_far()}" if work.rows else str(error))
        return UNUSABLE
    except OSError as error:
        work.end(f"the rows cannot be written: {error.strerror or error}; {work.so_far()}")
        return UNUSABLE
    finally:
        work.progress.close()
    if work.failed:
        work.end(work.failures())
        return SOME_FAILED
    if work.kept:
        work.end(work.so_far())
    return FINE


@dataclass(slots=True)
class _Run:
    """How far a run is. `total` is None where it is not known; `kept` is the file of its rows."""

    job: ExtractJob
    progress: Progress
    total: int | None
    rows: int = 0
    watch: FailureWatch = field(default_factory=FailureWatch)
    failed: int = 0
    named: list[Failure] = field(default_factory=list)
    kept: Path | None = None

    def all(self) -> None:
        """Read every document. The model is only looked for once there is one to read."""
        with self._sink() as write:
            given = self.job.input.documents()
            for document in given:
                if isinstance(document, Document):
                    self._prepare()
                    anyio.run(self._read, chain([document], given), write)
                    break
                failure = failure_of(document.id, document.source, document.error)
                events.finished(failure)
                self._take(failure, write)

    def so_far(self) -> str:
        """Say how many are done, and where they are."""
        of = f" of {self.total}" if self.total else ""
        place = f", in {self._place(self.kept)}" if self.kept else ""
        return f"{self.rows}{of} done{place}"

    def failures(self) -> str:
        """Say which failed."""
        if self.rows == 1:
            return self.named[0].message
        named = [f"{row.id} ({row.error})" for row in self.named]
        more = self.failed - len(named)
        rest = f" and {more} more" if more else ""
        place = f"; all rows are in {self._place(self.kept)}" if self.kept else ""
        return f"{self.failed} of {self.rows} failed: {', '.join(named)}{rest}{place}"

    def end(self, line: str) -> None:
        """Say the last line of the run."""
        self.progress.close()
        self.progress.say(f"postings: {line}")

    def _place(self, kept: Path) -> str:
        # As it was typed, unless the rows had to stay beside it.
        given = self.job.output or kept
        beside = kept.name != given.resolve().name
        return str(given.with_name(kept.name) if beside else given)

    @contextmanager
    def _sink(self) -> Iterator[Write]:
        if self.job.output is None:
            at_terminal = sys.stdout.isatty()
            if isinstance(sys.stdout, TextIOWrapper):
                # Rows are UTF-8 whatever the locale; a terminal gets what it can show.
                encoding = None if at_terminal else "utf-8"
                sys.stdout.reconfigure(encoding=encoding, errors="replace", newline="\n")
            if at_terminal:
                yield lambda row: self.progress.show(render(row))
            else:
                with json_lines(sys.stdout, self.job.schema) as write:
                    yield write
            return
        try:
            part = PartFile(self.job.output)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{self.job.output} cannot be written: {reason}") from error
        complete = False
        written = FORMATS[self.job.output.suffix.lower()]
        try:
            with written(part.stream, self.job.schema, self.progress.say) as write:
                yield write
            complete = True
        finally:
            self.kept = part.close(rows=self.rows, complete=complete)

    def _prepare(self) -> None:
        if self.job.model == LOCAL:
            resolve(progress=self.progress.bytes)
            self.progress.start("loading the model", self.total)
        else:
            self.progress.start("connecting to the model", self.total)

    async def _read(self, given: Iterable[Document | Unreadable], write: Write) -> None:
        job = self.job
        batch = reading(
            job.schema,
            model=job.model,
            prompt=job.prompt,
            concurrency=job.concurrency,
            traffic=job.traffic,
            way=job.way,
        )
        async with batch as engine, aclosing(engine.rows(self._told(given))) as rows:
            async for row in rows:
                self.watch.saw(row)
                self._take(row, write)

    def _told(self, given: Iterable[Document | Unreadable]) -> Iterator[Document | Unreadable]:
        for document in given:
            self.progress.reading(document.id)
            yield document

    def _take(self, row: Row, write: Write) -> None:
        write(row)
        self.rows += 1
        if isinstance(row, Record):
            verdict = "posting" if row.is_posting else "not a posting"
            self.progress.done(row.id, f"{verdict}, {row.provenance.seconds:.1f} s")
        else:
            self.failed += 1
            if len(self.named) < _NAMED:
                self.named.append(row)
            self.progress.done(row.id, f"failed, {row.error}: {row.message}")
