"""Cards in a temporary file: a million would take gigabytes of memory. The last used stay there."""

from __future__ import annotations

import marshal
import os
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from functools import lru_cache
from tempfile import TemporaryFile
from typing import IO

from extract.errors import InputError
from extract.same.cards import Card, Spot

__all__ = ["CardFile", "card_file"]

_KEPT = 20_000
_FIELDS = tuple(one.name for one in fields(Card))
_SPOTS = _FIELDS.index("spots")
_BUFFER = 1 << 20


class CardFile:
    """Takes cards up in order, and gives them back by number."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._starts = array("Q", (0,))
        self.card = lru_cache(maxsize=_KEPT)(self._read)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def add(self, card: Card) -> None:
        """Write a card. Raises InputError if the disk is full."""
        values = [getattr(card, name) for name in _FIELDS]
        values[_SPOTS] = tuple(map(tuple, card.spots))
        data = marshal.dumps(values)
        with _writing():
            self._stream.write(data)
        self._starts.append(self._starts[-1] + len(data))

    def finish(self) -> None:
        """End the writing. Raises InputError if the disk is full."""
        with _writing():
            self._stream.flush()

    def _read(self, number: int) -> Card:
        start, end = self._starts[number], self._starts[number + 1]
        values = marshal.loads(os.pread(self._stream.fileno(), end - start, start))  # noqa: S302 - written above
        values[_SPOTS] = tuple(Spot(*spot) for spot in values[_SPOTS])
        return Card(*values)


@contextmanager
def card_file() -> Iterator[CardFile]:
    """Open a temporary file of cards, which is gone afterwards. Raises InputError if it cannot.

    >>> with card_file() as cards:
    ...     cards.add(Card("1", "a.txt", "rows.jsonl:1", spots=(Spot("ely", "", "GB"),)))
    ...     cards.finish()
    ...     cards.card(0).spots
    (Spot(city='ely', region='', country='GB'),)
    """
    with _writing():
        stream = TemporaryFile(prefix="postings-same-", buffering=_BUFFER)  # noqa: SIM115 - closed below
    try:
        yield CardFile(stream)
    finally:
        # Closing writes what is left, which fails again where the disk is full.
        with suppress(OSError):
            stream.close()


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"the temporary file cannot be written: {error}") from error
