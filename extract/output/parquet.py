"""Rows as Parquet: nested like the JSON, with the types of the schema.

The columns are those of a record and of a failure together; what a row does not have is null.
A value type without a counterpart in Parquet is held as JSON text.
"""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Literal, TextIO, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import to_json

from extract.arrow import arrow
from extract.output.row import Row, Say, Write, encodable, unsaid
from extract.record import Failure, Record

__all__ = ["parquet_rows"]

_ROWS = 64
"""Rows held as Python values: some kB each, an eighth of that as columns."""
_GROUP = 16_000_000
"""Bytes of a row group in memory."""
_LARGEST = 2**63


@contextmanager
def parquet_rows(stream: TextIO, schema: type[BaseModel], _say: Say = unsaid) -> Iterator[Write]:
    """Write rows as Parquet in groups of 16 MB; the file is closed also when the run is cut.

    Raises InputError where pyarrow is not installed.
    """
    pa, pq = arrow()
    table = _Table(pa, {**_columns(Record, schema), **_columns(Failure, schema)})
    # Parquet is bytes: they go below the text layer, which stays empty.
    with pq.ParquetWriter(stream.buffer, table.schema, compression="zstd") as file:

        def write(row: Row) -> None:
            table.add(row)
            if table.size >= _GROUP:
                file.write_table(table.taken())
                stream.flush()

        try:
            yield write
        finally:
            if rest := table.taken():
                file.write_table(rest)
    stream.flush()


class _Table:
    """Rows on their way into columns."""

    def __init__(self, pa: Any, columns: Mapping[str, Any]) -> None:
        self._pa = pa
        self._of = {name: _held(pa, annotation) for name, annotation in columns.items()}
        self.schema = pa.schema([(name, held[0]) for name, held in self._of.items()])
        self._rows: list[dict[str, Any]] = []
        self._batches: list[Any] = []
        self.size = 0

    def add(self, row: Row) -> None:
        values = row.model_dump(mode="python")
        made = {n: self._of[n][1](value) for n, value in values.items() if value is not None}
        self._rows.append(made)
        if len(self._rows) >= _ROWS:
            self._pack()

    def taken(self) -> Any:
        """Return all rows as one table, and hold none of them any longer; None without rows."""
        self._pack()
        batches, self._batches, self.size = self._batches, [], 0
        return self._pa.Table.from_batches(batches, self.schema) if batches else None

    def _pack(self) -> None:
        if self._rows:
            batch = self._pa.RecordBatch.from_pylist(self._rows, self.schema)
            self._batches.append(batch)
            self.size += batch.nbytes
            self._rows = []


_Held = tuple[Any, Callable[[Any], Any]]
"""A type of Arrow, and what makes a value of it."""


def _columns(model: type[BaseModel], schema: type[BaseModel]) -> dict[str, Any]:
    """Return the types of a row's keys; that of the posting is the schema."""
    return {
        name: schema if name == "posting" else info.annotation
        for name, info in model.model_fields.items()
    }


def _held(pa: Any, annotation: Any) -> _Held:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return _held(pa, args[0])
    if origin in (Union, types.UnionType):
        rest = [arg for arg in args if arg is not types.NoneType]
        return _held(pa, rest[0]) if len(rest) == 1 else _as_json(pa)
    if origin is Literal:
        return _held(pa, type(args[0])) if len({type(arg) for arg in args}) == 1 else _as_json(pa)
    if origin in (list, tuple, set, frozenset):
        several = origin is tuple and args[1:] != (...,)
        return _as_json(pa) if several else _listed(pa, args[0])
    if origin in (dict, Mapping):
        return _mapped(pa, args[1]) if args[0] is str else _as_json(pa)
    return _plain(pa, annotation) if isinstance(annotation, type) else _as_json(pa)


def _plain(pa: Any, kind: type) -> _Held:
    if issubclass(kind, BaseModel):
        return _struct(pa, {name: info.annotation for name, info in kind.model_fields.items()})
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return _struct(pa, {one.name: hints[one.name] for one in fields(kind)})
    if issubclass(kind, Enum):
        return pa.string(), lambda value: encodable(str(getattr(value, "value", value)))
    known: dict[type, _Held] = {
        str: (pa.string(), encodable),
        bool: (pa.bool_(), bool),
        int: (pa.int64(), lambda value: int(value) if abs(value) < _LARGEST else None),
        float: (pa.float64(), float),
        dt.date: (pa.date32(), _same),
        dt.datetime: (pa.timestamp("us", tz="UTC"), _same),
    }
    return known.get(kind) or _as_json(pa)


def _struct(pa: Any, parts: Mapping[str, Any]) -> _Held:
    if not parts:
        return _as_json(pa)  # Parquet has no struct without parts.
    held = {name: _held(pa, annotation) for name, annotation in parts.items()}
    kind = pa.struct([(name, its) for name, (its, _) in held.items()])
    return kind, lambda value: {n: make(value[n]) for n, (_, make) in _some(held, value)}


def _some(held: Mapping[str, _Held], value: Mapping[str, Any]) -> list[tuple[str, _Held]]:
    return [(name, its) for name, its in held.items() if value.get(name) is not None]


def _listed(pa: Any, annotation: Any) -> _Held:
    kind, make = _held(pa, annotation)
    return pa.list_(kind), lambda value: [None if one is None else make(one) for one in value]


def _mapped(pa: Any, annotation: Any) -> _Held:
    kind, make = _held(pa, annotation)
    return pa.map_(pa.string(), kind), lambda value: [
        (encodable(key), None if one is None else make(one)) for key, one in value.items()
    ]


def _as_json(pa: Any) -> _Held:
    return pa.string(), lambda value: encodable(to_json(value, fallback=str).decode())


def _same(value: Any) -> Any:
    return value
