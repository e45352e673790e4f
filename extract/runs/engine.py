"""The engine: documents stream in, rows stream out, some documents are read at once.

Nothing else is held than the documents being read and the rows that wait for an earlier one. A
fault costs the document it struck. What ends the run (a cap, the time, a fault that every document
would meet) leaves no row: what is in flight is finished first, then it is raised.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from extract.asking.extractor import Extractor
from extract.errors import BatchError, BudgetError, DeadlineError, PostingsError
from extract.record import Failure, Record, failure_of
from extract.runs import events
from extract.runs.request_gate import RequestGate
from extract.sources.paths import Unreadable
from extract.values import Document, Usage

__all__ = ["Engine", "Row"]

Row = Record[Any] | Failure
Given = Document | Unreadable | None
"""What is drawn; None where there is nothing to read, so that what is in flight gets its turn."""

_AHEAD = 4


@dataclass
class Engine:
    """Reads many documents with one extractor, `concurrency` at once.

    With `ordered`, rows come in the order of the documents; four times as many documents as are
    read at once may be ahead of a slow one. `seconds` is the time for one document,
    `seconds_of_run` that after which none is begun. `keep` is called with each row as soon as it
    is there; what it raises ends the run. `turn` yields the row of a document that is not to be
    read again, once its turn has come.
    """

    extractor: Extractor[Any]
    gate: RequestGate
    concurrency: int = 1
    ordered: bool = True
    seconds: float | None = None
    seconds_of_run: float | None = None
    keep: Callable[[Document | Unreadable, Row], None] | None = None
    turn: Callable[[Document | Unreadable], AbstractAsyncContextManager[Row | None]] | None = None
    _end: Exception | None = None
    _stopped: bool = False
    _running: int = 0
    _rows: Counter[str] = field(default_factory=Counter)
    _line: deque[asyncio.Task[Row | None]] = field(default_factory=deque)
    _progress: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Refuse to read nothing at once: it would wait for ever."""
        if self.concurrency < 1:
            raise ValueError(f"concurrency is {self.concurrency}, and must be at least 1")

    def stop(self) -> None:
        """Begin no further document; those being read are finished."""
        self._stopped = True
        self._progress.set()

    async def rows(self, documents: Iterable[Given]) -> AsyncGenerator[Row, None]:
        """Yield a row for each document.

        Raises what ended the run: BudgetError, BatchError, DeadlineError, or what `keep` or drawing
        a document raised.
        """
        given = self._drawn(iter(documents))
        everything, how, began = False, "cut", time.monotonic()
        events.begun(self.extractor, self.concurrency)
        try:
            while True:
                while (task := self._done()) is not None:
                    if (row := task.result()) is not None:
                        yield row
                ending = everything or self._stopped
                if ending and not self._line:
                    how = self._how()
                    break
                if ending or not self._has_room():
                    with self.gate.full():
                        await self._progress.wait()
                    self._progress.clear()
                else:
                    everything = await self._begin(given)
        finally:
            for task in self._line:
                task.cancel()
            await asyncio.gather(*self._line, return_exceptions=True)
            events.ended(how, self._rows, self.gate, time.monotonic() - began)
        if self._end is not None:
            raise self._end

    def _has_room(self) -> bool:
        most = self.concurrency * _AHEAD if self.concurrency > 1 else 1
        return self._running < self.concurrency and len(self._line) < most

    def _drawn(self, documents: Iterator[Given]) -> Iterator[Given]:
        until = None
        if self.seconds_of_run is not None:
            until = asyncio.get_running_loop().time() + self.seconds_of_run
        for document in documents:
            if until is not None and asyncio.get_running_loop().time() >= until:
                told = f"the {self.seconds_of_run:g} seconds of the run are over"
                self._ends(DeadlineError(told))
                return
            yield document

    async def _begin(self, given: Iterator[Given]) -> bool:
        """Begin the next document, and tell whether there was none."""
        try:
            document = next(given)
        except StopIteration:
            return True
        except Exception as error:  # noqa: BLE001 - raised when what is in flight is finished
            self._ends(error)
            return True
        if document is not None:
            task = asyncio.create_task(self._row(document))
            self._running += 1
            task.add_done_callback(self._over)
            self._line.append(task)
        # Recognising candidates takes the processor: what is in flight must get its turn.
        await asyncio.sleep(0)
        return False

    def _done(self) -> asyncio.Task[Row | None] | None:
        """Take a document from the line that is done, if its turn has come."""
        if self.ordered:
            return self._line.popleft() if self._line and self._line[0].done() else None
        for task in self._line:
            if task.done():
                self._line.remove(task)
                return task
        return None

    def _over(self, _: object) -> None:
        self._running -= 1
        self._progress.set()

    def _how(self) -> str:
        """Say how the run ended, of which all rows are there."""
        if self._end is not None:
            return type(self._end).__name__
        return "stopped" if self._stopped else "done"

    def _ends(self, error: Exception) -> None:
        if self._end is None and isinstance(error, BudgetError):
            events.cap_reached(self.gate.budget)
        self._end = self._end or error
        self.stop()

    async def _row(self, document: Document | Unreadable) -> Row | None:
        began = time.monotonic()
        try:
            async with self.turn(document) if self.turn else nullcontext() as kept:
                if kept is not None:
                    return kept
                row = await self._read(document)
                self._rows[row.error if isinstance(row, Failure) else ""] += 1
                events.finished(row, time.monotonic() - began)
                if self.keep is not None:
                    self.keep(document, row)
        except Exception as error:  # noqa: BLE001 - raised when the others are finished
            self._ends(error)
            return None
        return row

    async def _read(self, document: Document | Unreadable) -> Row:
        if isinstance(document, Unreadable):
            return failure_of(document.id, document.source, document.error)
        error: PostingsError
        with self.gate.account(document.sha256) as account:
            try:
                async with asyncio.timeout(self.seconds) as deadline:
                    record = await self.extractor.read(document)
            except (BatchError, BudgetError):
                raise
            except PostingsError as fault:
                error = fault
            except Exception as fault:  # noqa: BLE001 - a fault of ours costs one document
                if isinstance(fault, TimeoutError) and deadline.expired():
                    error = DeadlineError(f"not read within {self.seconds:g} seconds")
                else:
                    told = f"{type(fault).__name__}: {fault}"
                    error = PostingsError(f"a fault of the toolkit, please report it: {told}")
            else:
                return _charged(record, account.usage)
        failure = failure_of(document.id, document.source, error)
        return failure.model_copy(update={"usage": _more(failure.usage, account.usage)})


def _charged(record: Record[Any], spent: Usage) -> Record[Any]:
    """Return a record with all that was spent on it, also on answers that nobody could read."""
    made = record.provenance
    if (usage := _more(made.usage, spent)) == made.usage:
        return record
    return record.model_copy(update={"provenance": made.model_copy(update={"usage": usage})})


def _more(told: Usage, spent: Usage) -> Usage:
    return spent if (spent.tokens, spent.calls) > (told.tokens, told.calls) else told
