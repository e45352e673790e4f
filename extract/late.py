"""Packages that take long to import: they are imported when they are first used, not at start-up.

A module declares such a package in two branches, so that type checkers still see it:

    if TYPE_CHECKING:
        import openai
    else:
        openai = late("openai")

Do not use this to break a cycle between modules of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

__all__ = ["late"]


@dataclass(frozen=True, slots=True)
class _LateModule:
    """Stands for a module, and imports it when one of its attributes is asked for."""

    _name: str

    def __getattr__(self, attribute: str) -> Any:
        """Return the attribute of the module itself.

        Whatever looks for a wrapped function in all that it meets imports nothing.
        """
        if attribute == "__wrapped__":
            raise AttributeError(attribute)
        return getattr(import_module(self._name), attribute)


def late(name: str) -> Any:
    """Return a stand-in for the module `name`, which is imported at the first use.

    >>> fractions = late("fractions")
    >>> fractions.Fraction(2, 4).denominator
    2
    """
    return _LateModule(name)
