"""Rows of a table in memory as documents: the values of two or three columns, one row at a time.

A row that cannot be read is a value in the stream, with its place and the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from extract.errors import InputError, abridged, toolkit_fault
from extract.sources.paths import Unreadable
from extract.text.document import from_bytes, from_text
from extract.values import Document

__all__ = ["FrameRows", "check_columns", "check_text"]

_NAMED = 20
_SHOWN = 100


def check_columns(names: Iterable[str], wanted: Iterable[str | None], what: str) -> None:
    """Check that a table has the wanted columns, each once; None is not wanted.

    Raises InputError, which lists the columns that exist.

    >>> check_columns(["ref", "html"], ["text"], "the frame")
    Traceback (most recent call last):
    extract.errors.InputError: the frame has no column 'text'; it has: ref, html
    """
    there = [str(name) for name in names]
    for name in wanted:
        if name is not None and (count := there.count(name)) != 1:
            fault = f"has no column {name!r}" if not count else f"has {count} columns {name!r}"
            raise InputError(f"{what} {fault}; it has: {abridged(there[:_NAMED], len(there))}")


def check_text(values: Sequence[Any], column: str) -> None:
    """Raise InputError if a column has values, but no text among them."""
    given = [value for value in values if value is not None]
    if given and not any(isinstance(value, str | bytes) for value in given):
        kind = type(given[0]).__name__
        raise InputError(f"column {column!r} holds values of the type {kind}, not text")


@dataclass(slots=True)
class FrameRows:
    """Makes documents of rows. `text` and `id` are the names of columns, for what is said of them.

    Without `id` a row's id is its number, from 1 on. Two rows may not have the same id.
    """

    text: str
    id: str | None
    _first: dict[str, int] = field(default_factory=dict)

    def documents(
        self, texts: Sequence[Any], ids: Sequence[Any] | None
    ) -> Iterator[Document | Unreadable]:
        """Yield a document for each row, or the reason why it is unreadable."""
        for number, text in enumerate(texts, 1):
            place = f"row {number}"
            name = str(number)
            try:
                if ids is not None:
                    name = self.id_of(ids[number - 1], place)
                    self._differs(name, number)
            except InputError as error:
                yield Unreadable(place, place, error)
                continue
            yield self.document(text, name, place)

    def id_of(self, value: Any, place: str) -> str:
        """Return a row's id as text. Raises InputError if there is none, or if it cannot be one.

        >>> FrameRows("text", "ref").id_of(7.0, "row 1")
        '7'
        """
        if value is None or value == "":
            raise InputError(f"{place}: column {self.id!r} is null; each row needs an id")
        if isinstance(value, list | dict | bytes):
            kind = type(value).__name__
            raise InputError(f"{place}: column {self.id!r} holds a {kind}, which is no id")
        # pandas makes floats of whole numbers where one is missing.
        whole = isinstance(value, float) and value.is_integer()
        return str(int(value) if whole else value).encode("utf-8", "replace").decode("utf-8")

    def document(self, text: Any, name: str, place: str) -> Document | Unreadable:
        """Return the document of one row; `place` says where it comes from."""
        try:
            return self._document(text, name, place)
        except InputError as error:
            return Unreadable(name, place, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours costs one document
            return Unreadable(name, place, InputError(f"{place}: {toolkit_fault(error)}"))

    def _document(self, text: Any, name: str, place: str) -> Document:
        if text is None:
            raise InputError(f"{place}: column {self.text!r} is null")
        if isinstance(text, bytes):
            return from_bytes(text, id=name, source=place)
        if isinstance(text, str):
            return from_text(text, id=name, source=place)
        kind = type(text).__name__
        raise InputError(f"{place}: column {self.text!r} holds a {kind}, not text")

    def _differs(self, name: str, number: int) -> None:
        first = self._first.setdefault(name, number)
        if first != number:
            same = f"the id {name[:_SHOWN]!r} is that of row {first} too"
            raise InputError(f"row {number}: {same}; ids must differ")
