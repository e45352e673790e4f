"""Options that have a new name: the old one works for one more release, with a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

__all__ = ["renamed"]

T = TypeVar("T")


def renamed(old: str, new: str) -> Callable[[type[T]], type[T]]:
    """Let a dataclass take and give one of its fields under its old name too.

    >>> from dataclasses import dataclass
    >>> @renamed("size", "width")
    ... @dataclass
    ... class Box:
    ...     width: int
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     Box(size=3), Box(3).size
    (Box(width=3), 3)
    """

    def changed(cls: type[T]) -> type[T]:
        message = f"{cls.__name__}.{old} is now {new}; the old name goes away with the next release"
        made: Any = cls.__init__

        @wraps(made)
        def init(self: T, *args: Any, **given: Any) -> None:
            if old in given:
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                given[new] = given.pop(old)
            made(self, *args, **given)

        def value(self: T) -> Any:
            warnings.warn(message, DeprecationWarning, stacklevel=2)
            return getattr(self, new)

        cls.__init__ = init  # type: ignore[method-assign, assignment]
        setattr(cls, old, property(value))
        return cls

    return changed
