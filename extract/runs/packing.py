"""Documents as bytes: to send one to a worker process, or to keep one on disk while it waits."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extract.runs.shelf import Shelf, Shelved
from extract.sources.paths import Unreadable
from extract.values import Document, Line, Span

__all__ = ["Given", "PackedDocument", "packed", "unpacked"]

_NUMBERS = "Q"
"""The type of the numbers in an array: offsets go up to ten million."""


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """A document as bytes, which are in memory or on a shelf."""

    id: str
    source: str
    sha256: str
    content: bytes | Shelved

    def unpacked(self) -> Document:
        """Return the document."""
        content = self.content if isinstance(self.content, bytes) else self.content.read()
        text, numbers = pickle.loads(content)  # noqa: S301 - written by `packed`
        return Document(self.id, self.source, text, tuple(_lines(numbers)))

    def carried(self) -> PackedDocument:
        """Return the document with its bytes in memory."""
        if isinstance(self.content, bytes):
            return self
        return PackedDocument(self.id, self.source, self.sha256, self.content.read())

    def put(self, shelf: Shelf) -> PackedDocument:
        """Return the document with its bytes on a shelf."""
        if not isinstance(self.content, bytes):
            return self
        return PackedDocument(self.id, self.source, self.sha256, shelf.put(self.content))


Given = Document | PackedDocument | Unreadable
"""What a run is given to read."""


def packed(document: Document | PackedDocument) -> PackedDocument:
    """Return a document as bytes.

    >>> from extract.text.document import from_text
    >>> baker = from_text("Baker wanted")
    >>> packed(baker).unpacked() == baker
    True
    """
    if isinstance(document, PackedDocument):
        return document
    numbers = array(_NUMBERS, _numbers(document.lines))
    content = pickle.dumps((document.text, numbers), pickle.HIGHEST_PROTOCOL)
    return PackedDocument(document.id, document.source, document.sha256, content)


def unpacked(document: Document | PackedDocument) -> Document:
    """Return a document, unpacked if need be."""
    return document if isinstance(document, Document) else document.unpacked()


def _numbers(lines: Iterable[Line]) -> Iterator[int]:
    for line in lines:
        yield from (line.number, line.span.start, line.span.end)


def _lines(numbers: Iterable[int]) -> Iterator[Line]:
    each = iter(numbers)
    for number, start, end in zip(each, each, each, strict=True):
        yield Line(number, Span(start, end))
