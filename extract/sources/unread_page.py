"""A page of the input that was found and is not read yet, and one that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import InputError, toolkit_fault
from extract.sources.packed import DAMAGED, is_packed, opened
from extract.sources.row_files import document_of
from extract.text.document import LARGEST, from_bytes, read

if TYPE_CHECKING:
    from extract.values import Document

__all__ = ["UnreadPage", "Unreadable"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be read as a document, and why."""

    id: str
    source: str
    error: InputError


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A page that is not read yet: the text of a row, or a file (`text` is None)."""

    id: str
    source: str
    text: str | bytes | None = None

    def document(self) -> Document | Unreadable:
        """Read the page."""
        try:
            return self._document()
        except InputError as error:
            return Unreadable(self.id, self.source, error)
        except DAMAGED as error:
            message = f"{self.source}: cannot be unpacked: {error}"
            return Unreadable(self.id, self.source, InputError(message))
        except Exception as error:  # noqa: BLE001 - a fault of ours costs one document
            message = f"{self.source}: {toolkit_fault(error)}"
            return Unreadable(self.id, self.source, InputError(message))

    def content(self) -> str | bytes:
        """Return what decides the shard of the page: its text; its id if that cannot be read."""
        if self.text is not None:
            return self.text
        try:
            with opened(self.source) as stream:
                return stream.read(LARGEST + 1)
        except (InputError, *DAMAGED):
            return self.id

    def _document(self) -> Document:
        if self.text is not None:
            return document_of(self.text, self.id, self.source)
        file = self.source
        if not (is_packed(file) and Path(file).is_file()):
            return read(file, id=self.id)
        with opened(file) as stream:
            return from_bytes(stream.read(LARGEST + 1), id=self.id, source=file)
