"""The rows of a batch as documents. Nobody knows their numbers, so they need ids."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from extract.errors import InputError
from extract.sources.frame_rows import FrameRows, check_columns
from extract.sources.paths import Unreadable
from extract.values import Document

__all__ = ["BatchColumns", "batch_documents"]

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class BatchColumns:
    """The columns of a batch: the text, the id, and where the text comes from, if that is one."""

    text: str = "text"
    id: str = "id"
    source: str | None = None

    @property
    def names(self) -> tuple[str | None, ...]:
        """The columns that must be there."""
        return (self.text, self.id, self.source)


def batch_documents(batch: Any, columns: BatchColumns) -> list[Document | Unreadable]:
    """Return a document for each row of an Arrow table, or why it cannot be read.

    A row without an id is named after its text. In a batch without one of the columns no row can
    be read.
    """
    count = batch.num_rows
    texts, ids, sources = (_values(batch, name, count) for name in columns.names)
    try:
        check_columns(batch.column_names, columns.names, "the batch")
    except InputError as error:
        named = (_named(one, text) for one, text in zip(ids, texts, strict=True))
        return [Unreadable(name, name, error) for name in named]
    return [
        _document(columns, text, one, source)
        for text, one, source in zip(texts, ids, sources, strict=True)
    ]


def _values(batch: Any, name: str | None, count: int) -> Sequence[Any]:
    if name is None or batch.column_names.count(name) != 1:
        return [None] * count
    values: list[Any] = batch.column(name).to_pylist()
    return values


def _document(columns: BatchColumns, text: Any, id_: Any, source: Any) -> Document | Unreadable:
    rows = FrameRows(columns.text, columns.id)
    fallback = _named(id_, text)
    place = str(source) if source is not None else f"{columns.id} {fallback}"
    try:
        name = rows.id_of(id_, place)
    except InputError as error:
        return Unreadable(fallback, place, error)
    return rows.document(text, name, place)


def _named(id_: Any, text: Any) -> str:
    if id_ is not None and not isinstance(id_, list | dict | bytes) and id_ != "":
        return str(id_)
    data = text if isinstance(text, bytes) else str(text).encode("utf-8", "surrogatepass")
    return f"sha256:{hashlib.sha256(data).hexdigest()[:_DIGITS]}"
