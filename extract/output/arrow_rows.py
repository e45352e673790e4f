"""Rows as columns of Arrow: nested like the JSON, with the types of the schema.

The columns are those of a record and of a failure together; what a row does not have is null. They
are the same whatever the rows hold. A value type without a counterpart in Arrow is held as JSON
text.
"""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from extract.arrow import arrow
from extract.output.row import Row, encodable
from extract.record import Failure, Record

__all__ = ["ArrowRows", "rows_of"]

_ROWS = 64
"""Rows held as Python values: some kB each, an eighth of that as columns."""
_LARGEST = 2**63


class ArrowRows:
    """Rows on their way into columns. `schema` is Arrow's, and `size` counts the bytes so far.

    Raises InputError where pyarrow is not installed.
    """

    def __init__(self, schema: type[BaseModel]) -> None:
        self._pa, _ = arrow()
        self._of = _columns(self._pa, schema)
        self.schema = self._pa.schema([(name, held.kind) for name, held in self._of.items()])
        self._rows: list[dict[str, Any]] = []
        self._batches: list[Any] = []
        self.size = 0

    def add(self, row: Row) -> None:
        """Add a row at the end."""
        values = row.model_dump(mode="python")
        made = {n: self._of[n].make(value) for n, value in values.items() if value is not None}
        self._rows.append(made)
        if len(self._rows) >= _ROWS:
            self._pack()

    def taken(self) -> Any:
        """Return all rows as one table, and hold none of them any longer."""
        self._pack()
        batches, self._batches, self.size = self._batches, [], 0
        return self._pa.Table.from_batches(batches, self.schema)

    def _pack(self) -> None:
        if self._rows:
            batch = self._pa.RecordBatch.from_pylist(self._rows, self.schema)
            self._batches.append(batch)
            self.size += batch.nbytes
            self._rows = []


def rows_of(table: Any, schema: type[BaseModel]) -> Iterator[Row]:
    """Yield the rows of such a table, as the records and failures that they were made from."""
    pa, _ = arrow()
    columns = _columns(pa, schema)
    for batch in table.to_batches(_ROWS):
        for row in batch.to_pylist():
            values = {n: columns[n].back(value) for n, value in row.items() if value is not None}
            if "error" in values:
                yield Failure.model_validate(values)
            else:
                yield Record[schema].model_validate(values, by_name=True)  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class _Column:
    """A type of Arrow, what makes a value of it, and what makes it back."""

    kind: Any
    make: Callable[[Any], Any]
    back: Callable[[Any], Any]


def _columns(pa: Any, schema: type[BaseModel]) -> dict[str, _Column]:
    """Return the columns of a record and a failure; that of the posting is the schema."""
    found = {**Record.model_fields, **Failure.model_fields}
    return {
        name: _column(pa, schema if name == "posting" else info.annotation)
        for name, info in found.items()
    }


def _column(pa: Any, annotation: Any) -> _Column:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return _column(pa, args[0])
    if origin in (Union, types.UnionType):
        rest = [arg for arg in args if arg is not types.NoneType]
        return _column(pa, rest[0]) if len(rest) == 1 else _as_json(pa)
    if origin is Literal:
        return _column(pa, type(args[0])) if len({type(arg) for arg in args}) == 1 else _as_json(pa)
    if origin in (list, tuple, set, frozenset):
        several = origin is tuple and args[1:] != (...,)
        return _as_json(pa) if several else _listed(pa, args[0])
    if origin in (dict, Mapping):
        return _mapped(pa, args[1]) if args[0] is str else _as_json(pa)
    return _plain(pa, annotation) if isinstance(annotation, type) else _as_json(pa)


def _plain(pa: Any, kind: type) -> _Column:
    if issubclass(kind, BaseModel):
        return _struct(pa, {name: info.annotation for name, info in kind.model_fields.items()})
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return _struct(pa, {one.name: hints[one.name] for one in fields(kind)})
    if issubclass(kind, Enum):
        return _Column(pa.string(), lambda v: encodable(str(getattr(v, "value", v))), _same)
    known: dict[type, _Column] = {
        str: _Column(pa.string(), encodable, _same),
        bool: _Column(pa.bool_(), bool, _same),
        int: _Column(pa.int64(), lambda v: int(v) if abs(v) < _LARGEST else None, _same),
        float: _Column(pa.float64(), float, _same),
        dt.date: _Column(pa.date32(), _same, _same),
        dt.datetime: _Column(pa.timestamp("us", tz="UTC"), _same, _same),
    }
    return known.get(kind) or _as_json(pa)


def _struct(pa: Any, parts: Mapping[str, Any]) -> _Column:
    if not parts:
        return _as_json(pa)  # Parquet has no struct without parts.
    held = {name: _column(pa, annotation) for name, annotation in parts.items()}

    def made(value: Mapping[str, Any], way: str) -> dict[str, Any]:
        some = {name: value[name] for name in held if value.get(name) is not None}
        return {name: getattr(held[name], way)(one) for name, one in some.items()}

    kind = pa.struct([(name, its.kind) for name, its in held.items()])
    return _Column(kind, lambda value: made(value, "make"), lambda value: made(value, "back"))


def _listed(pa: Any, annotation: Any) -> _Column:
    held = _column(pa, annotation)
    return _Column(
        pa.list_(held.kind),
        lambda value: [None if one is None else held.make(one) for one in value],
        lambda value: [None if one is None else held.back(one) for one in value],
    )


def _mapped(pa: Any, annotation: Any) -> _Column:
    held = _column(pa, annotation)
    return _Column(
        pa.map_(pa.string(), held.kind),
        lambda value: [
            (encodable(key), None if one is None else held.make(one)) for key, one in value.items()
        ],
        lambda value: {key: None if one is None else held.back(one) for key, one in value},
    )


def _as_json(pa: Any) -> _Column:
    return _Column(
        pa.string(), lambda value: encodable(to_json(value, fallback=str).decode()), from_json
    )


def _same(value: Any) -> Any:
    return value
