"""When to give up a run: each further document would fail like those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from extract.record import Failure, Record

__all__ = ["FailureWatch", "Hopeless", "is_lasting"]

_LASTING = frozenset({"AuthenticationError", "UnknownModelError", "CassetteWriteError"})
_UNREACHED = frozenset({"TransportError", "RateLimitError", "DeadlineError"})
"""Errors without an answer: of a server that hangs, only the time shows it."""

_OF_INPUT = frozenset({"InputError"})
"""Errors that say nothing about the model."""

_ALIKE = {"RequestError": 3, "TruncationError": 10, "ReplyError": 20, "ContextError": 20}
"""How many documents may fail in the same way before the first record. A refused request costs
nothing but is the same for all; an answer that is cut off or no JSON was paid for."""


class Hopeless(Exception):  # noqa: N818 - a decision to stop, not a fault of its own
    """Every further document would fail like this one."""


def is_lasting(error: str, *, answered: bool) -> bool:
    """Return whether every document would meet this error: a server is down if none `answered`.

    >>> is_lasting("TransportError", answered=True)
    False
    """
    return error in _LASTING or (error == "TransportError" and not answered)


@dataclass(slots=True)
class FailureWatch:
    """Watches the rows of a run. `patience` is how many in a row may find no server."""

    patience: int = 100
    answered: bool = False
    _unreached: int = 0
    _read: bool = False
    _kind: str = ""
    _alike: int = 0

    def saw(self, row: Record[Any] | Failure) -> None:
        """Count a row.

        Raises Hopeless for a refused key, an unknown model, a server that is down from the start or
        for too many documents in a row, and a fault that befalls one document after another from
        the start.
        """
        if isinstance(row, Record):
            self.answered, self._unreached, self._read = True, 0, True
            return
        if row.error in _OF_INPUT:
            return
        if is_lasting(row.error, answered=self.answered):
            raise Hopeless(row.message)
        self._befalls(row)
        if row.error not in _UNREACHED:
            self.answered, self._unreached = True, 0
            return
        self._unreached += 1
        if self._unreached >= self.patience:
            raise Hopeless(f"{self._unreached} documents in a row failed: {row.message}")

    def _befalls(self, row: Failure) -> None:
        """Count failures of one kind, while there is no record yet."""
        self._alike = self._alike + 1 if row.error == self._kind else 1
        self._kind = row.error
        if not self._read and self._alike >= _ALIKE.get(row.error, self._alike + 1):
            raise Hopeless(f"the first {self._alike} documents all failed: {row.message}")
