"""The lines that wait for their batch, and how many one may hold.

No more than the provider takes in a file; and where its queue had no room, half as many as were
refused, one batch after the other, until there is room for more.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from extract.runs.batch_api import BatchAnswer
from extract.runs.shelf import Shelved
from extract.values import Usage

__all__ = ["BatchLine", "Waiting"]

_MOST_LINES = 50_000
_MOST_BYTES = 200_000_000
"""What OpenAI takes in one file."""

_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 600.0
"""Seconds to wait where the provider's queue has no room though no batch of ours is in it."""


@dataclass(frozen=True, eq=False, slots=True)
class BatchLine:
    """A request of a batch, whose it is, what it can cost, and its answer to come.

    `written` is the line as it is sent, on disk, and `size` its bytes.
    """

    key: str
    written: Shelved
    size: int
    bound: Usage
    document: str
    answer: asyncio.Future[BatchAnswer]

    def fail(self, error: Exception) -> None:
        """Raise an error in the task that waits for the answer."""
        if not self.answer.done():
            self.answer.set_exception(error)
            self.answer.exception()  # heard here, so that nobody has to


@dataclass
class Waiting:
    """A queue of lines. `pause` is in seconds; `one_by_one` lets one batch be under way at once."""

    most: int = _MOST_LINES
    pause: float = 0.0
    one_by_one: bool = False
    _lines: deque[BatchLine] = field(default_factory=deque)
    _size: int = 0

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_full(self) -> bool:
        """Whether no batch can hold more."""
        return len(self._lines) >= self.most or self._size >= _MOST_BYTES

    def put(self, line: BatchLine) -> None:
        """Add a line at the end."""
        self._lines.append(line)
        self._size += line.size

    def taken(self) -> list[BatchLine]:
        """Take the lines of one batch, at least one."""
        taken: list[BatchLine] = []
        size = 0
        while self._lines and len(taken) < self.most:
            size += self._lines[0].size
            if taken and size > _MOST_BYTES:
                break
            taken.append(self._lines.popleft())
            self._size -= taken[-1].size
        return taken

    def refused(self, count: int, *, alone: bool) -> None:
        """Adapt to there being no room for `count` lines; `alone` when nothing of ours was."""
        self.one_by_one = True
        if alone:
            self.most = max(1, count // 2)
            self.pause = min(_LONGEST_PAUSE, self.pause * 2) or _FIRST_PAUSE

    def answered(self) -> None:
        """Adapt to a batch that was taken: the next may hold twice as many."""
        self.most = min(_MOST_LINES, self.most * 2)
        self.pause = 0.0
