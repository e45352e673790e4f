"""The first of many calls goes alone: what the refusal of its request teaches is for all of them.

A refusal comes faster than an answer, so it costs one request and not one per document in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from extract.errors import RateLimitError, RequestError

__all__ = ["FirstAlone"]

T = TypeVar("T")

_ALONE = 2.0
"""Seconds that the others wait for the first."""


class FirstAlone:
    """Makes calls: the first alone, all others at once. With `settled` none goes alone.

    If the first call is refused or rate limited, the next one goes alone too.
    """

    def __init__(self, *, settled: bool) -> None:
        self.settled = settled
        self._turn = asyncio.Lock()

    async def __call__(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call when its turn has come. Raises what it raises."""
        if not self.settled:
            try:
                async with asyncio.timeout(_ALONE):
                    await self._turn.acquire()
            except TimeoutError:
                self.settled = True
            else:
                try:
                    if not self.settled:
                        return await self._first(call)
                finally:
                    self._turn.release()
        return await call()

    async def _first(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            made = await call()
        except (RequestError, RateLimitError):
            raise
        except BaseException:
            self.settled = True
            raise
        self.settled = True
        return made
