"""When to give up a run: each further document would fail like those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from extract.record import Failure, Record

__all__ = ["Hopeless", "Watch"]

_LASTING = frozenset({"AuthenticationError", "UnknownModelError"})
_UNREACHED = frozenset({"TransportError", "RateLimitError", "DeadlineError"})
"""Errors that show no answer: a server that hangs is told by the time alone."""


class Hopeless(Exception):  # noqa: N818 - a decision to stop, not a fault of its own
    """Every further document would fail like this one."""


@dataclass(slots=True)
class Watch:
    """Watches the rows of a run. `patience` is how many in a row may find no server."""

    patience: int = 100
    answered: bool = False
    _unreached: int = 0

    def saw(self, row: Record[Any] | Failure) -> None:
        """Take note of a row.

        Raises Hopeless for a refused key, an unknown model, and a server that is down from the
        start or for too many documents in a row.
        """
        if isinstance(row, Record):
            self.answered, self._unreached = True, 0
            return
        if row.error == "InputError":  # says nothing of the server
            return
        if row.error in _LASTING or (row.error == "TransportError" and not self.answered):
            raise Hopeless(row.message)
        if row.error not in _UNREACHED:
            self.answered, self._unreached = True, 0
            return
        self._unreached += 1
        if self._unreached >= self.patience:
            raise Hopeless(f"{self._unreached} documents in a row failed: {row.message}")
