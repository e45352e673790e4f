"""How a run of the command ends: its exit code and its last line on stderr."""

from __future__ import annotations

import asyncio

from extract.errors import BudgetError, DeadlineError, PostingsError
from extract.record import Record
from extract.runs.engine import Row
from extract.runs.hopeless import Hopeless

__all__ = [
    "CUT",
    "FINE",
    "PIPE_CLOSED",
    "SOME_FAILED",
    "STOPPED",
    "UNUSABLE",
    "ending",
    "outcome_of",
]

FINE, SOME_FAILED, UNUSABLE, STOPPED, CUT, PIPE_CLOSED = 0, 1, 2, 3, 130, 141
"""Exit codes; 130 and 141 are what a shell reports for an interrupt and a closed pipe."""


def ending(error: BaseException) -> tuple[int, str]:
    """Return the exit code of a run that an error ended, and the reason in words.

    >>> ending(KeyboardInterrupt())
    (130, 'cut')
    """
    match error:
        case KeyboardInterrupt() | asyncio.CancelledError():
            return CUT, "cut"
        case BudgetError() | DeadlineError():
            return STOPPED, f"stopped: {error}"
        case Hopeless() | PostingsError():
            return UNUSABLE, str(error)
        case OSError():
            return UNUSABLE, f"the rows cannot be written: {error.strerror or error}"
    raise error


def outcome_of(row: Row) -> str:
    """Return the outcome of a document in words."""
    if isinstance(row, Record):
        verdict = "posting" if row.is_posting else "not a posting"
        return f"{verdict}, {row.provenance.seconds:.1f} s"
    return f"failed, {row.error}: {row.message}"
