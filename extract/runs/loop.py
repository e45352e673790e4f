"""The one loop of every run: items in, rows out, some of them read at once.

`postings extract`, a program's `extract_many` and `postings eval` all go through it. It holds the
items being read and the rows that wait for an earlier one, nothing else. What ends a run (a cap,
the time, a fault that every item would meet) leaves no row: what is in flight is finished first,
then it is raised.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from extract.errors import DeadlineError

__all__ = ["Loop", "each"]

Item = TypeVar("Item")
Row = TypeVar("Row")

_AHEAD = 4


@dataclass
class Loop(Generic[Item, Row]):
    """Reads items, `concurrency` at once. What `read` raises ends the run.

    With `ordered`, rows come in the order of the items; four times as many items as are read at
    once may be ahead of a slow one. No item is begun after `seconds`. `full` is entered while no
    further item is begun. `fault` is what ended the run, `how` says how it ended.
    """

    read: Callable[[Item], Awaitable[Row]]
    concurrency: int = 1
    ordered: bool = True
    seconds: float | None = None
    full: Callable[[], AbstractContextManager[None]] = nullcontext
    fault: Exception | None = None
    how: str = "cut"
    _stopped: bool = False
    _running: int = 0
    _line: deque[asyncio.Task[Row | None]] = field(default_factory=deque)
    _progress: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Raise ValueError if nothing may be read at once: the loop would wait for ever."""
        if self.concurrency < 1:
            raise ValueError(f"concurrency is {self.concurrency}, and must be at least 1")

    def stop(self) -> None:
        """Begin no further item; those being read are finished."""
        self._stopped = True
        self._progress.set()

    async def rows(
        self, items: Iterable[Item | None] | AsyncIterable[Item | None]
    ) -> AsyncGenerator[Row, None]:
        """Yield a row for each item; a None among the items only lets those in flight go on.

        Raises what ended the run: DeadlineError, or what `read` or drawing an item raised.
        """
        everything = False
        drawn = self._drawn(items)
        try:
            while True:
                while (task := self._done()) is not None:
                    if (row := task.result()) is not None:
                        yield row
                ending = everything or self._stopped
                if ending and not self._line:
                    break
                if ending or not self._has_room():
                    with self.full():
                        await self._progress.wait()
                    self._progress.clear()
                else:
                    everything = await self._begin(drawn)
            self.how = "stopped" if self._stopped else "done"
            if self.fault is not None:
                self.how = type(self.fault).__name__
        finally:
            await drawn.aclose()
            for task in self._line:
                task.cancel()
            await asyncio.gather(*self._line, return_exceptions=True)
        if self.fault is not None:
            raise self.fault

    def _has_room(self) -> bool:
        most = self.concurrency * _AHEAD if self.concurrency > 1 else 1
        return self._running < self.concurrency and len(self._line) < most

    async def _drawn(
        self, items: Iterable[Item | None] | AsyncIterable[Item | None]
    ) -> AsyncGenerator[Item | None, None]:
        clock = asyncio.get_running_loop().time
        until = None if self.seconds is None else clock() + self.seconds
        async with aclosing(each(items)) as given:
            async for item in given:
                if until is not None and clock() >= until:
                    self._ends(DeadlineError(f"the {self.seconds:g} seconds of the run are over"))
                    return
                yield item

    async def _begin(self, drawn: AsyncGenerator[Item | None, None]) -> bool:
        """Begin the next item, and return whether there was none."""
        try:
            item = await anext(drawn)
        except StopAsyncIteration:
            return True
        except Exception as error:  # noqa: BLE001 - raised when what is in flight is finished
            self._ends(error)
            return True
        if item is not None:
            task = asyncio.create_task(self._row(item))
            self._running += 1
            task.add_done_callback(self._over)
            self._line.append(task)
        # Recognising candidates takes the processor: what is in flight must get its turn.
        await asyncio.sleep(0)
        return False

    async def _row(self, item: Item) -> Row | None:
        try:
            return await self.read(item)
        except Exception as error:  # noqa: BLE001 - raised when the others are finished
            self._ends(error)
            return None

    def _done(self) -> asyncio.Task[Row | None] | None:
        """Take a task from the line that is done, if its turn has come."""
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

    def _ends(self, error: Exception) -> None:
        self.fault = self.fault or error
        self.stop()


async def each(items: Iterable[Item] | AsyncIterable[Item]) -> AsyncGenerator[Item, None]:
    """Yield the items of either kind of iterable; a generator is closed with this one."""
    if isinstance(items, AsyncIterable):
        async with aclosing(items) if isinstance(items, AsyncGenerator) else nullcontext():
            async for item in items:
                yield item
    else:
        for one in items:
            yield one
