"""How many requests may be in flight: more while answers are quick, half on a refusal.

Additive increase and multiplicative decrease, as TCP shares a line (Chiu and Jain, 1989): a pure
state machine on what came of each request, without a clock of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Window"]

_SLOW = 3.0
_MEMORY = 0.1
"""Weight of the newest answer in the usual time of an answer."""


@dataclass
class Window:
    """A number of requests at once, between 1 and `most`; it begins at `most`.

    Times are seconds on any clock that does not go back.
    """

    most: int
    _size: float = field(init=False)
    _usual: float | None = None
    _halved: float = float("-inf")

    def __post_init__(self) -> None:
        self._size = float(self.most)

    @property
    def size(self) -> int:
        """How many requests may be in flight now."""
        return int(self._size)

    def answered(self, sent: float, now: float) -> None:
        """Adapt to an answer: one more at once for each round of answers that are quick."""
        took = now - sent
        usual = took if self._usual is None else self._usual
        self._usual = usual + _MEMORY * (took - usual)
        if took <= _SLOW * usual:
            self._size = min(float(self.most), self._size + 1 / self._size)

    def refused(self, sent: float, now: float) -> None:
        """Adapt to a refusal for load, or a timeout: half as many from now on.

        What was sent before the last halving says nothing new.
        """
        if sent >= self._halved:
            self._size = max(1.0, self._size / 2)
            self._halved = now
