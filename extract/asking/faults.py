"""Where a fault of Pydantic's validation points, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["at", "standing", "why"]


def standing(values: Any, place: Sequence[Any]) -> list[Any]:
    """Return the path to the deepest value that a fault's place leads to.

    A place also holds tags of unions and names of missing fields, which lead to no value.
    """
    path: list[Any] = []
    for part in place:
        keyed = isinstance(values, dict) and part in values
        if keyed or (isinstance(values, list) and isinstance(part, int) and part < len(values)):
            path.append(part)
            values = values[part]
    return path


def at(values: Any, path: Sequence[Any]) -> Any:
    """Return the value at the end of a path."""
    for part in path:
        values = values[part]
    return values


def why(fault: Any) -> str:
    """Return the first line of what a fault says, without the words that validators begin with."""
    first = str(fault["msg"]).partition("\n")[0]
    return first.removeprefix("Value error, ").removeprefix("Assertion failed, ")
