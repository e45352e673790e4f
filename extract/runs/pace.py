"""When the next request may be sent: requests and tokens a minute, and a pause that all share.

aiolimiter's leaky bucket spaces the requests. The paces are those the caller set, else those that
the provider's headers tell, a little below, so that the two clocks need not agree.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter

from extract.models.retries import retry_after
from extract.runs.limit_headers import limit, until_room

__all__ = ["Pace"]

_SHARE = 0.98
_BURST = 0.1
_TOKEN_BURST = 10.0
"""Seconds of the pace that may come at once: little for requests, which are many and alike."""

_LONGEST_PAUSE = 300.0
_FIRST_BACKOFF = 0.25
_LONGEST_BACKOFF = 30.0
_FIRST_RATIO = 0.3
"""Tokens for a byte of a request, until answers have shown it."""


@dataclass
class Pace:
    """The pace of one run. A limit that is None follows the provider's headers."""

    requests: float | None = None
    tokens: float | None = None
    _requests: AsyncLimiter | None = None
    _tokens: AsyncLimiter | None = None
    _paces: dict[str, float] = field(default_factory=dict)
    _until: float = 0.0
    _refusals: int = 0
    _refused: float = float("-inf")
    _bytes: int = 0
    _counted: int = 0

    def __post_init__(self) -> None:
        self._set("requests", self.requests)
        self._set("tokens", self.tokens)

    async def turn(self, size: int) -> None:
        """Wait until a request of `size` bytes may be sent."""
        await self._pause()
        if self._requests is not None:
            await self._requests.acquire()
        if self._tokens is not None:
            await _drawn(self._tokens, size * self._ratio)
        await self._pause()

    def heard(self, headers: Mapping[str, str]) -> None:
        """Adopt the limits in the headers of a response."""
        for what, set_by_caller in (("requests", self.requests), ("tokens", self.tokens)):
            if set_by_caller is None:
                self._set(what, limit(headers, what))
            self._hold(until_room(headers, what))

    def answered(self, size: int, tokens: int) -> None:
        """Learn what a request of `size` bytes cost in tokens."""
        self._refusals = 0
        self._bytes += size
        self._counted += tokens

    def refused(self, headers: Mapping[str, str], sent: float) -> None:
        """Hold all requests as long as a refusal asks, else longer with each, up to 30 seconds.

        `sent` is when the request was sent, on the loop's clock: of those that were sent together
        the first refusal says it all.
        """
        wait = retry_after(headers)
        now = asyncio.get_running_loop().time()
        if wait is None and sent >= self._refused:
            self._refusals = min(self._refusals + 1, 16)
            self._refused = now
            most = min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2**self._refusals)
            wait = random.uniform(0, most)  # noqa: S311 - it only spreads requests
        self._hold(wait)

    @property
    def _ratio(self) -> float:
        return self._counted / self._bytes if self._counted else _FIRST_RATIO

    def _set(self, what: str, per_minute: float | None) -> None:
        if not per_minute or self._paces.get(what) == per_minute:
            return
        self._paces[what] = per_minute
        rate = per_minute / 60 * _SHARE
        if what == "requests":
            most = max(1.0, rate * _BURST)
            self._requests = AsyncLimiter(most, most / rate)
        else:
            most = max(1.0, rate * _TOKEN_BURST)
            self._tokens = AsyncLimiter(most, most / rate)

    def _hold(self, seconds: float | None) -> None:
        if seconds:
            until = asyncio.get_running_loop().time() + min(seconds, _LONGEST_PAUSE)
            self._until = max(self._until, until)

    async def _pause(self) -> None:
        loop = asyncio.get_running_loop()
        # The pause may grow while it is slept through.
        while (left := self._until - loop.time()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)


async def _drawn(limiter: AsyncLimiter, amount: float) -> None:
    """Draw an amount that may be larger than the bucket."""
    while amount > 0:
        part = min(amount, limiter.max_rate)
        await limiter.acquire(part)
        amount -= part
