"""A run that is kept in a folder: killed at any moment, the next start goes on where it was.

Documents are read in any order, and each row is in the journal as soon as it is there; the output
is written from the journal when all are done, in the order of the input. Ctrl-C once finishes what
is in flight; twice stops at once, and loses only what was in flight.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from extract.asking import prompt as prompts
from extract.asking.schema import schema_of
from extract.errors import BatchError, BudgetError, DeadlineError, InputError, JournalError
from extract.models.client import Model
from extract.models.dialects import Memory
from extract.models.local import resolve
from extract.output import FORMATS, PartFile, Row
from extract.record import Record, failure_of
from extract.runs import events
from extract.runs.batch_api import BatchApi
from extract.runs.engine import Engine, Given
from extract.runs.hopeless import FailureWatch, Hopeless
from extract.runs.job import CUT, FINE, SOME_FAILED, STOPPED, UNUSABLE, ExtractJob
from extract.runs.journal import Journal
from extract.runs.manifest import Manifest
from extract.runs.opening import LOCAL, reading, resolved
from extract.runs.prices import price_of
from extract.runs.provider_batches import ProviderBatch
from extract.runs.summary import Summary, dollars
from extract.runs.traffic import Price
from extract.sources.paths import Unreadable
from extract.terminal import Progress
from extract.values import Document

__all__ = ["kept"]

_GO_ON = "the same command goes on from here"
_UNDER_WAY = "batches of this run are under way at the provider: go on with --batch"
_STOPPING = "stopping; batches go on at the provider, and the same command collects them"


def kept(job: ExtractJob, folder: Path, progress: Progress) -> int:
    """Do the job in its folder, say how it goes, and return the exit code.

    Raises JournalError for a folder that cannot be used, or is another run's.
    """
    with closing(Journal(folder)) as journal:
        work = _Kept(job, journal, progress)
        try:
            code, line = _ended(work)
            told = str(work.summary())
        except sqlite3.DatabaseError as error:
            raise JournalError(f"{folder}/journal.sqlite cannot be used: {error}") from error
        finally:
            progress.close()
        progress.say(f"postings: {told}")
        progress.say(f"postings: {line}")
        return code


def _ended(work: _Kept) -> tuple[int, str]:  # noqa: PLR0911 - one an end
    """Read everything and write the output; return the exit code and the last line."""
    stopped: BudgetError | DeadlineError | None = None
    try:
        if work.job.model == LOCAL:
            resolve(progress=work.progress.bytes)
        try:
            asyncio.run(work.all())
        except (BudgetError, DeadlineError) as error:
            stopped = error
        if not (work.complete or stopped):
            return CUT, f"cut; {_GO_ON}"
        try:
            place = work.write(complete=stopped is None)
        except InputError as error:
            return UNUSABLE, f"{error}; {_GO_ON}"
    except (KeyboardInterrupt, asyncio.CancelledError):
        return CUT, f"cut; {_GO_ON}"
    except (Hopeless, BatchError) as error:
        return UNUSABLE, f"{error}; {_GO_ON}"
    except OSError as error:
        return UNUSABLE, f"the rows cannot be written: {error.strerror or error}; {_GO_ON}"
    if stopped is not None:
        return STOPPED, f"stopped: {stopped}; {_GO_ON}; rows so far in {place}"
    _, failures = work.journal.counts()
    if failures:
        return SOME_FAILED, f"rows in {place}; --retry-failed asks again for those that failed"
    return FINE, f"rows in {place}"


@dataclass
class _Kept:
    """How far a kept run is."""

    job: ExtractJob
    journal: Journal
    progress: Progress
    watch: FailureWatch = field(default_factory=FailureWatch)
    interrupted: bool = False
    complete: bool = False
    _seen_all: bool = False
    _engine: Engine | None = None
    _price: Price | None = None
    _in_flight: set[str] = field(default_factory=set)
    _began: float = field(default_factory=time.monotonic)

    async def all(self) -> None:
        """Read every document that has no row yet."""
        job = self.job
        self.progress.start("connecting to the model", job.input.count())
        with self._interruptible():
            served = await resolved(job.model, job.way)
            manifest = Manifest.of(
                served, prompts.load(job.prompt, served.reading), schema_of(job.schema)
            )
            manifest.check(self.journal.folder)
            if job.retry_failed:
                self.journal.forget_failures()
            self._price = job.traffic.price or _known(served, batch=job.batch)
            opened = reading(
                job.schema,
                model=served,
                prompt=job.prompt,
                concurrency=job.concurrency,
                traffic=replace(job.traffic, price=self._price),
                ledger=self.journal,
                memory=Memory.of(
                    self.journal.learned(served.where),
                    lambda step: self.journal.learn(served.where, str(step)),
                ),
            )
            async with opened as engine, AsyncExitStack() as batches:
                engine.ordered = False
                engine.keep = self._keep
                if engine.gate.cache is not None:
                    engine.gate.cache.renew = job.retry_failed
                engine.gate.budget.spent = self.journal.spent() + self.journal.held()
                if job.batch:
                    provider = BatchApi(served), engine.gate, self.journal.lines, self.progress
                    await batches.enter_async_context(ProviderBatch(*provider))
                elif self.journal.lines.open():
                    raise JournalError(f"{self.journal.folder}: {_UNDER_WAY}")
                self._engine = engine
                if self.interrupted:
                    engine.stop()
                async with aclosing(engine.rows(self._unread())) as rows:
                    async for row in rows:
                        self._told(row)
                self.complete = self._seen_all

    def write(self, *, complete: bool) -> Path:
        """Write the output from the journal, whole or not at all, and return where it is."""
        # A run that goes on later leaves the place of its output alone.
        here = self.journal.folder / "rows.jsonl"
        output = (self.job.output or here) if complete else here
        try:
            part = PartFile(output)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{output} cannot be written: {reason}") from error
        rows, written = 0, False
        try:
            schema = self.job.schema
            with FORMATS[output.suffix.lower()](part.stream, schema, self.progress.say) as write:
                for row in self.journal.rows(schema):
                    write(row)
                    rows += 1
            written = True
        finally:
            place = part.close(rows=rows, complete=written)
        return output if place is None or place == output.resolve() else place

    def summary(self) -> Summary:
        """Return the figures of the run so far, over all its starts."""
        records, failures = self.journal.counts()
        seconds = time.monotonic() - self._began
        spent, unknown = self.journal.spent(), self.journal.held()
        return Summary(records, failures, spent, unknown, seconds, self._price)

    def _unread(self) -> Iterator[Given]:
        count = 0
        for count, document in enumerate(self.job.input.documents(), 1):
            failure = None
            if isinstance(document, Unreadable):
                failure = failure_of(document.id, document.source, document.error)
            self.journal.register(count - 1, document, failure)
            if failure is not None:
                events.finished(failure)
                self._told(failure)
            elif isinstance(document, Document) and self._is_new(document.sha256):
                self._in_flight.add(document.sha256)
                self.progress.reading(document.id)
                yield document
                continue
            else:
                self.progress.done(document.id, "done before, or the same text")
            yield None
        self.journal.ends(count)
        self._seen_all = True

    def _is_new(self, sha256: str) -> bool:
        return sha256 not in self._in_flight and not self.journal.answered(sha256)

    def _keep(self, document: Document | Unreadable, row: Row) -> None:
        self.watch.saw(row)
        if isinstance(document, Document):
            self.journal.finish(document.sha256, row)
            self._in_flight.discard(document.sha256)

    def _told(self, row: Row) -> None:
        if isinstance(row, Record):
            verdict = "posting" if row.is_posting else "not a posting"
            told = f"{verdict}, {row.provenance.seconds:.1f} s"
        else:
            told = f"failed, {row.error}: {row.message}"
        if self._engine is not None and self._price is not None:
            told += f"; {dollars(self._price.of(self._engine.gate.budget.spent))} so far"
        self.progress.done(row.id, told)

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Take the first Ctrl-C as a wish to finish what is in flight, the second as an order."""
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


def _known(model: Model, *, batch: bool) -> Price | None:
    try:
        return price_of(model, batch=batch)
    except InputError:
        return None
