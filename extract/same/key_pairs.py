"""Which pairs are looked at: rows with a key in common, and never all pairs of a large bucket.

A key is a band of near text, or fields that the rows of one job have in common. In a bucket of at
most 16 rows all are compared. In a larger one, as of a firm with one text for thousands of shops,
the rows are put in the order of title, place, pay and dates, and each is compared with the next
six: what is one job stands side by side there. So the pairs grow with the rows, not their square.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from extract.kinds.places import gazetteer
from extract.late import late
from extract.same.cards import Card, lines_of
from extract.same.nearness import BANDS, bands, shingles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = late("numpy")

__all__ = ["KeyPairs"]

_SMALL = 16
"""Rows of a bucket in which all are compared."""
_NEXT = 6
"""Rows that each row of a larger bucket is compared with."""
_CHUNK = 512
_KEYS = 2
_SHORTEST_CODE = 3
_HALF = 32


@dataclass(slots=True)
class KeyPairs:
    """Collects the keys of rows, then yields the pairs. `large` counts buckets that were cut."""

    large: int = 0
    _rows: int = 0
    _waiting: list[list[str]] = field(default_factory=list)
    _bands: list[NDArray[np.uint64]] = field(default_factory=list)
    _keys: array[int] = field(default_factory=lambda: array("Q"))
    _owners: array[int] = field(default_factory=lambda: array("I"))
    _orders: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, card: Card, row: Mapping[str, Any]) -> None:
        """Take up the next row, and its card."""
        self._waiting.append(shingles(lines_of(row)))
        if len(self._waiting) == _CHUNK:
            self._sign()
        for key in _keys(card):
            self._keys.append(key)
            self._owners.append(self._rows)
        self._orders.append(_order(card))
        self._rows += 1

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs of rows that have a key in common, each once, in order."""
        self._sign()
        if not self._rows:
            return
        order = np.frombuffer(self._orders, dtype=np.uint64)
        owners = np.frombuffer(self._owners, dtype=np.uint32)
        found = self._met(np.frombuffer(self._keys, dtype=np.uint64), owners, order)
        every = np.arange(self._rows, dtype=np.uint32)
        for band in range(BANDS):
            keys = np.concatenate([chunk[:, band] for chunk in self._bands])
            text = keys != 0
            met = self._met(keys[text], every[text], order)
            found = np.union1d(found, met)
        self._bands.clear()
        for code in found:
            yield int(code) >> _HALF, int(code) & 0xFFFFFFFF

    def _sign(self) -> None:
        if self._waiting:
            self._bands.append(bands(self._waiting))
            self._waiting.clear()

    def _met(
        self, keys: NDArray[np.uint64], owners: NDArray[np.uint32], order: NDArray[np.uint64]
    ) -> NDArray[np.uint64]:
        """Return the pairs of rows with an equal key, as one number each."""
        if not len(keys):
            return np.zeros(0, dtype=np.uint64)
        by = np.lexsort((owners, order[owners], keys))
        keys, owners = keys[by], owners[by].astype(np.uint64)
        starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        sizes = np.diff(np.concatenate((starts, [len(keys)])))
        self.large += int(np.count_nonzero(sizes > _SMALL))
        small = np.repeat(sizes <= _SMALL, sizes)
        made = []
        for step in range(1, _SMALL):
            same = keys[step:] == keys[:-step]
            if step > _NEXT:
                same &= small[step:]
            one, other = owners[:-step][same], owners[step:][same]
            low, high = np.minimum(one, other), np.maximum(one, other)
            made.append((low << np.uint64(_HALF) | high)[low != high])
        return np.unique(np.concatenate(made))


def _keys(card: Card) -> Iterator[int]:
    """Yield what rows of one job have in common, whatever their text."""
    city = _city(card)
    title = " ".join(sorted(card.title))
    pay = str(card.pay[0] or card.pay[1]) if card.pay else ""
    named = sorted(card.company, key=lambda word: (-len(word), word))[:_KEYS]
    for code in card.ids:
        if len(code) >= _SHORTEST_CODE:
            yield _hashed("number", code)
    for name in named:
        if title:
            yield _hashed("employer and title", name, title)
        if city:
            yield _hashed("employer and place", name, city)
        if pay:
            yield _hashed("employer and pay", name, pay)
        for kind, day in enumerate(card.days):
            if day:
                yield _hashed("employer and day", name, str(kind), str(day))
    if title and city and (pay or not named):
        yield _hashed("title, place and pay", title, city, pay)


def _order(card: Card) -> int:
    """Return a number by which equal titles, places, pay and dates stand side by side."""
    title = _hashed(*sorted(card.title)) >> 40
    city = _hashed(_city(card)) >> 44
    rest = _hashed(str(card.pay), str(card.days)) >> 44
    return title << 40 | city << 20 | rest


def _city(card: Card) -> str:
    return min((_city_key(spot.city) for spot in card.spots if spot.city), default="")


@lru_cache(maxsize=50_000)
def _city_key(city: str) -> str:
    known = gazetteer.cities(city)
    return str(known[0].id) if known else city.partition(" ")[0]


def _hashed(*parts: str) -> int:
    return int.from_bytes(blake2b("\0".join(parts).encode(), digest_size=8).digest(), "big")
