"""What every format shares: what a row is, how a format is used, and text that can be encoded."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TextIO

from pydantic import BaseModel

from extract.record import Failure, Record

__all__ = ["Format", "Row", "Say", "Write", "encodable", "unsaid"]

Row = Record[Any] | Failure
Write = Callable[[Row], None]
Say = Callable[[str], None]

_SURROGATE = re.compile("[\ud800-\udfff]")


class Format(Protocol):
    """A context manager that yields a function, which writes a row of `schema` to `stream`.

    At the end it passes to `say`, in a few lines, what the format could not express.
    """

    def __call__(
        self, stream: TextIO, schema: type[BaseModel], say: Say = ..., /
    ) -> AbstractContextManager[Write]:
        """Open the format on a stream."""


def unsaid(_line: str) -> None:
    """Drop the line."""


def encodable(text: str) -> str:
    r"""Replace what UTF-8 cannot hold.

    >>> encodable("a\ud83e")
    'a\ufffd'
    """
    return _SURROGATE.sub("\ufffd", text)
