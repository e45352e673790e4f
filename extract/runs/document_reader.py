"""Who turns documents into records: this process, or worker processes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from extract.asking.extractor import Extractor
from extract.record import Record
from extract.runs.packing import Given, PackedDocument, unpacked
from extract.sources.paths import RawDocument
from extract.sources.shards import Raw
from extract.values import Document

__all__ = ["DocumentReader", "InProcess"]


class DocumentReader(Protocol):
    """Reads documents from what they are in, and records from documents."""

    def documents(self, raw: Iterable[Raw | None]) -> AsyncGenerator[Given | None, None]:
        """Yield the documents in files and rows, in order; a None among them is passed on."""

    async def read(self, document: Document | PackedDocument) -> Record[Any]:
        """Read a document. Raises what `Extractor.read` raises."""


@dataclass(frozen=True, slots=True)
class InProcess:
    """Reads everything in this process."""

    extractor: Extractor[Any]

    async def documents(self, raw: Iterable[Raw | None]) -> AsyncGenerator[Given | None, None]:
        """Yield the documents in files and rows, each read when it is asked for."""
        for one in raw:
            for document in one.documents() if isinstance(one, RawDocument) else (one,):
                yield document

    async def read(self, document: Document | PackedDocument) -> Record[Any]:
        """Read a document. Raises what `Extractor.read` raises."""
        return await self.extractor.read(unpacked(document))
