"""A rate limit as the providers keep it: a bucket that fills steadily, and says how full it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Allowance"]

_MINUTE = 60.0


@dataclass(slots=True)
class Allowance:
    """`per_minute` units are allowed a minute, up to `burst` of them at once.

    Without `burst` a second's worth, as providers that divide their minutes do.
    """

    per_minute: float
    burst: float = 0.0
    unit: str = "requests"
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _since: float = field(init=False)

    def __post_init__(self) -> None:
        self.burst = max(1.0, self.burst or self.per_minute / _MINUTE)
        self._left = self.burst
        self._since = self.clock()

    def take(self, units: float = 1.0) -> float:
        """Take units and return 0, or return the seconds to wait and take nothing.

        >>> allowance = Allowance(60, clock=lambda: 0.0)
        >>> allowance.take(), allowance.take()
        (0.0, 1.0)
        """
        now = self.clock()
        self._left = min(self.burst, self._left + (now - self._since) * self.per_minute / _MINUTE)
        self._since = now
        # More than the bucket ever holds is granted when it is full, or it would never be.
        wanted = min(units, self.burst)
        if self._left < wanted:
            return (wanted - self._left) * _MINUTE / self.per_minute
        self._left -= units
        return 0.0

    @property
    def headers(self) -> dict[str, str]:
        """What a response says of the limit, in OpenAI's words."""
        refill = (self.burst - self._left) * _MINUTE / self.per_minute
        return {
            f"x-ratelimit-limit-{self.unit}": f"{self.per_minute:.0f}",
            f"x-ratelimit-remaining-{self.unit}": f"{int(max(0.0, self._left))}",
            f"x-ratelimit-reset-{self.unit}": _shown(refill),
        }


def _shown(seconds: float) -> str:
    """Write a duration as OpenAI does.

    >>> _shown(0.12), _shown(1.0), _shown(360)
    ('120ms', '1s', '6m0s')
    """
    if seconds < 1:
        return f"{seconds * 1000:.0f}ms"
    minutes, rest = divmod(seconds, _MINUTE)
    return f"{minutes:.0f}m{rest:.0f}s" if minutes else f"{rest:.3f}".rstrip("0").rstrip(".") + "s"
