"""A run that is kept in a folder: killed at any moment, it goes on from there at the next start.

Documents are read in any order, and each row is in the journal as soon as it is there; the output
is written from the journal when all are done, in the order of the input. Ctrl-C once finishes what
is in flight; twice stops at once, and loses only what was in flight.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import ExitStack, aclosing, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from extract.errors import (
    BatchError,
    BudgetError,
    DeadlineError,
    InputError,
    JournalError,
    WorkerError,
)
from extract.models.client import Model
from extract.models.local import resolve
from extract.output import Row
from extract.record import failure_of
from extract.runs import events
from extract.runs.batch_api import BatchApi
from extract.runs.budget import Budget
from extract.runs.earlier_run import CrawlComparison, EarlierRun
from extract.runs.ending import CUT, FINE, SOME_FAILED, STOPPED, UNUSABLE, ending, outcome_of
from extract.runs.engine import Engine
from extract.runs.hopeless import FailureWatch, Hopeless
from extract.runs.job import ExtractJob
from extract.runs.journal import Journal
from extract.runs.kept_rows import KeptRows
from extract.runs.opening import LOCAL, engine_for, resolved
from extract.runs.packing import Given
from extract.runs.prices import known_price
from extract.runs.provider_batches import ProviderBatch
from extract.runs.rows_file import RowsFile
from extract.runs.run_folder import ROWS
from extract.runs.shelf import Shelf
from extract.runs.sifting import say_doubt, sifted
from extract.runs.summary import Summary, dollars
from extract.runs.traffic import Price
from extract.sources.paths import Unreadable
from extract.sources.shards import ShardPages
from extract.terminal import Progress

__all__ = ["kept_run"]

_OF_THE_MACHINE = (KeyboardInterrupt, asyncio.CancelledError, OSError)
_ENDINGS = (*_OF_THE_MACHINE, Hopeless, BatchError, WorkerError)
"""What ends a run before its input does, and leaves it to the next start."""

_GO_ON = "the same command goes on from here"
_STOPPING = "stopping; batches go on at the provider, and the same command collects them"


def kept_run(job: ExtractJob, folder: Path, progress: Progress) -> int:
    """Do the job in its folder, show its progress, and return the exit code.

    Raises JournalError for a folder that cannot be used, or that is another run's.
    """
    with ExitStack() as stack:
        journal = stack.enter_context(closing(Journal(folder)))
        earlier = None
        if job.since is not None:
            earlier = stack.enter_context(EarlierRun.opened(job.since))
        work = _KeptRun(job, journal, progress, earlier)
        try:
            code, line = _ended(work)
            lines = [line]
            summary = str(work.summary())
            # A posting that this shard lacks may be in another: only whole runs are compared.
            if earlier is not None and work.kept.complete and job.input.shard is None:
                try:
                    lines.insert(0, CrawlComparison(earlier.run.folder, folder).report(job.changes))
                except InputError as error:
                    code = UNUSABLE
                    lines.insert(0, f"{error}; {_GO_ON}")
        except sqlite3.DatabaseError as error:
            raise JournalError(f"{folder}/journal.sqlite cannot be used: {error}") from error
        finally:
            progress.close()
        for one in (summary, *lines):
            progress.say(f"postings: {one}")
        return code


def _ended(work: _KeptRun) -> tuple[int, str]:
    """Read everything and write the output; return the exit code and the last line."""
    stopped: BudgetError | DeadlineError | None = None
    try:
        if work.job.options.model == LOCAL:
            resolve(progress=work.progress.bytes)
        try:
            asyncio.run(work.all())
        except (BudgetError, DeadlineError) as error:
            stopped = error
        if not (work.kept.complete or stopped):
            return CUT, f"cut; {_GO_ON}"
        try:
            place = work.write(complete=stopped is None)
        except InputError as error:
            return UNUSABLE, f"{error}; {_GO_ON}"
    except _ENDINGS as error:
        code, reason = ending(error)
        return code, f"{reason}; {_GO_ON}"
    if stopped is not None:
        return STOPPED, f"stopped: {stopped}; {_GO_ON}; rows so far in {place}"
    _, failures = work.journal.counts()
    if failures:
        return SOME_FAILED, f"rows in {place}; --retry-failed asks again for those that failed"
    return FINE, f"rows in {place}"


@dataclass
class _KeptRun:
    """How far a kept run is."""

    job: ExtractJob
    journal: Journal
    progress: Progress
    earlier: EarlierRun | None = None
    interrupted: bool = False
    _engine: Engine | None = None
    _price: Price | None = None
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        job = self.job
        watch, shard = FailureWatch(), job.input.shard
        pages = None if shard is None else ShardPages(shard)
        self.kept = KeptRows(
            self.journal, job.schema, job.retry_failed, job.batch, watch, pages, self.earlier
        )

    async def all(self) -> None:
        """Read every document that has no row yet."""
        job, options = self.job, self.job.options
        total = job.input.count()
        self.progress.start("connecting to the model", total)
        with self._interruptible():
            model = await resolved(options.model, options.way)
            traffic = options.traffic
            self._price = traffic.price or known_price(model, batch=job.batch)
            self.journal.facts.note(total, self._price)
            traffic = replace(traffic, price=self._price)
            options = replace(options, model=model, traffic=traffic, ordered=False)
            sender = self._sender if job.batch else None
            async with engine_for(job.schema, options, self.kept, sender) as engine:
                self._engine = engine
                say_doubt(job, engine.extractor, self.progress.say)
                if self.interrupted:
                    engine.stop()
                documents = engine.documents(job.input.placed(self.kept.pages))
                async with aclosing(engine.rows(self._unread(documents))) as rows:
                    async for row in rows:
                        self._show(row)

    def write(self, *, complete: bool) -> Path:
        """Write the output from the journal, whole or not at all, and return where it is."""
        # A run that goes on later leaves the place of its output alone.
        here = self.journal.folder / ROWS
        output = (self.job.output or here) if complete else here
        file = RowsFile(output)
        job = self.job if complete else replace(self.job, review=None)
        say = self.progress.say
        with file.opened(job.schema, say) as write, sifted(job, write, say) as sift:
            for row in self.journal.rows(job.schema):
                sift(row)
        return output if file.place in {None, output.resolve()} else file.place or output

    def summary(self) -> Summary:
        """Return the figures of the run so far, over all its starts."""
        records, failures = self.journal.counts()
        seconds = time.monotonic() - self._began
        spent, unknown = self.journal.spent(), self.journal.held()
        return Summary(records, failures, spent, unknown, seconds, self._price)

    def _sender(self, model: Model, budget: Budget, shelf: Shelf) -> ProviderBatch:
        return ProviderBatch(BatchApi(model), budget, self.journal.lines, self.progress, shelf)

    async def _unread(
        self, documents: AsyncIterator[Given | None]
    ) -> AsyncGenerator[Given | None, None]:
        async with aclosing(self.kept.registered(documents)) as registered:
            async for document in registered:
                yield document if document is not None and self._is_unread(document) else None

    def _is_unread(self, document: Given) -> bool:
        """Return whether a document must be read; show why, if not."""
        if isinstance(document, Unreadable):
            failure = failure_of(document.id, document.source, document.error)
            events.finished(failure)
            self._show(failure)
            return False
        if not self.kept.lacks(document):
            self.progress.done(document.id, "done before, or the same text")
            return False
        self.progress.reading(document.id)
        return True

    def _show(self, row: Row) -> None:
        outcome = outcome_of(row)
        if self._engine is not None and self._price is not None:
            outcome += f"; {dollars(self._price.of(self._engine.gate.budget.spent))} so far"
        self.progress.done(row.id, outcome)

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Finish what is in flight at the first Ctrl-C, stop at once at the second."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def interrupt() -> None:
            if (self.interrupted or self.job.batch) and task is not None:
                if self.job.batch:
                    self.progress.say(_STOPPING)
                task.cancel()
                return
            self.interrupted = True
            self.progress.say("finishing what is in flight; Ctrl-C again stops at once")
            if self._engine is not None:
                self._engine.stop()

        caught = (signal.SIGINT, signal.SIGTERM)
        with suppress(NotImplementedError):  # Windows: the first Ctrl-C stops at once
            for number in caught:
                loop.add_signal_handler(number, interrupt)
        try:
            yield
        finally:
            with suppress(NotImplementedError):
                for number in caught:
                    loop.remove_signal_handler(number)
