"""Tables in, tables out, in one call: pandas, polars, Arrow, and what gives its data as Arrow."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, TypeVar, Unpack

from anyio.from_thread import start_blocking_portal
from pydantic import BaseModel

from extract.api import extract_many
from extract.arrow import arrow
from extract.errors import BudgetError, DeadlineError, InputError
from extract.models.client import Model
from extract.output.arrow_rows import ArrowRows, rows_of
from extract.output.row import Row
from extract.posting import Posting
from extract.record import failure_of
from extract.runs.engine import Given
from extract.runs.opening import LOCAL
from extract.runs.traffic import Traffic
from extract.sources.frame_rows import FrameRows, check_columns, check_text

__all__ = ["FrameOptions", "arrow_schema", "read", "rows"]

Frame = TypeVar("Frame")

_CONCURRENCY = 8


class FrameOptions(TypedDict, total=False):
    """Further options of `read`. They mean what they mean in `extract_many`."""

    prompt: str | Path | None
    concurrency: int
    traffic: Traffic
    retry_failed: bool


def read(  # noqa: PLR0913 - which columns, and what `extract_many` needs
    frame: Frame,
    schema: type[BaseModel] = Posting,
    *,
    text: str = "text",
    id: str | None = None,  # noqa: A002 - the column of a row's own key
    model: str | Model = LOCAL,
    run: str | Path | None = None,
    **options: Unpack[FrameOptions],
) -> Frame:
    """Read each row of a frame as one posting, and return a frame of the same kind with the rows.

    `text` is the column of the postings, as text or bytes; `id` that of their ids, which are
    otherwise the numbers of the rows from 1 on. The result has a row for each row, in the same
    order; in pandas it has the same index. Its columns are those of a record and of a failure (see
    docs/rows.md), with the same types whatever the rows hold. A row that cannot be read has its
    reason in `error` and `message`, and so has each row that a cap or the time left unread.

    It works anywhere, even inside a running event loop as in a notebook. With `run` the rows are
    kept in that folder, and the next call asks only for those without a row.

    Raises InputError if the frame is of an unknown kind, has no such column, or has no text in it.

    >>> import pyarrow as pa
    >>> read(pa.table({"html": ["Cook wanted"]}))
    Traceback (most recent call last):
    extract.errors.InputError: the frame has no column 'text'; it has: html
    """
    source = _source_of(frame)
    check_columns(source.names, (text, id), "the frame")
    texts = source.values(text)
    check_text(texts, text)
    ids = None if id is None else source.values(id)
    documents = list(FrameRows(text, id).documents(texts, ids))
    table = ArrowRows(schema)

    async def all_rows() -> None:
        more: FrameOptions = {"concurrency": _CONCURRENCY}
        more |= options
        reading = extract_many(documents, schema, model=model, run=run, **more)
        await _collected(documents, reading, table)

    if documents:
        with start_blocking_portal() as portal:
            portal.call(all_rows)
    made: Frame = source.like(table.taken())
    return made


async def _collected(
    documents: Sequence[Given], reading: AsyncGenerator[Row, None], table: ArrowRows
) -> None:
    """Add a row for each document; those that a cap or the time left unread fail with it."""
    at = 0
    behind: dict[str, Row] = {}
    ended: BudgetError | DeadlineError | None = None
    try:
        async with aclosing(reading) as each:
            async for row in each:
                if not behind and row.source == documents[at].source:
                    table.add(row)
                    at += 1
                else:  # one before it was not read
                    behind[row.source] = row
    except (BudgetError, DeadlineError) as error:
        ended = error
    for left in documents[at:]:
        late = behind.get(left.source)
        if late is None and ended is not None:
            late = failure_of(left.id, left.source, ended)
        if late is not None:
            table.add(late)


def rows(frame: Any, schema: type[BaseModel] = Posting) -> Iterator[Row]:
    """Yield the records and failures of a frame that `read` returned, or that was stored since."""
    pa, _ = arrow()
    kept = arrow_schema(schema)
    table = _source_of(frame).table()
    check_columns(table.column_names, kept.names, "the frame")
    try:
        cast = table.select(kept.names).cast(kept)
    except pa.ArrowException as error:
        raise InputError(f"the frame does not hold rows of {schema.__name__}: {error}") from error
    yield from rows_of(cast, schema)


def arrow_schema(schema: type[BaseModel] = Posting) -> Any:
    """Return the Arrow schema of what `read` returns, for engines that want it beforehand.

    >>> arrow_schema().field("id").type
    DataType(string)
    """
    return ArrowRows(schema).schema


@dataclass(frozen=True, slots=True)
class _ArrowSource:
    """A table of Arrow, or an object that gives its data as one."""

    data: Any

    @property
    def names(self) -> Sequence[str]:
        names: Sequence[str] = self.data.column_names
        return names

    def values(self, name: str) -> list[Any]:
        values: list[Any] = self.data.column(name).to_pylist()
        return values

    def table(self) -> Any:
        return self.data

    def like(self, table: Any) -> Any:
        return table


@dataclass(frozen=True, slots=True)
class _PandasSource:
    """A DataFrame of pandas, whose columns can hold anything."""

    data: Any

    @property
    def names(self) -> Sequence[str]:
        return list(self.data.columns)

    def values(self, name: str) -> list[Any]:
        column = self.data[name]
        missing = column.isna()
        return [None if no else value for value, no in zip(column.tolist(), missing, strict=True)]

    def table(self) -> Any:
        pa, _ = arrow()
        return pa.Table.from_pandas(self.data, preserve_index=False)

    def like(self, table: Any) -> Any:
        import pandas as pd  # noqa: PLC0415 - the caller has it

        # Arrow's own types: those of numpy would change with the values.
        made = table.to_pandas(types_mapper=pd.ArrowDtype)
        made.index = self.data.index
        return made


@dataclass(frozen=True, slots=True)
class _PolarsSource:
    """A DataFrame of polars."""

    data: Any

    @property
    def names(self) -> Sequence[str]:
        names: Sequence[str] = self.data.columns
        return names

    def values(self, name: str) -> list[Any]:
        values: list[Any] = self.data[name].to_list()
        return values

    def table(self) -> Any:
        return self.data.to_arrow()

    def like(self, table: Any) -> Any:
        import polars as pl  # noqa: PLC0415 - the caller has it

        return pl.from_arrow(table)


def _source_of(frame: Any) -> _ArrowSource | _PandasSource | _PolarsSource:
    kind = type(frame)
    library = kind.__module__.partition(".")[0]
    if kind.__name__ == "DataFrame" and library == "pandas":
        return _PandasSource(frame)
    if kind.__name__ == "DataFrame" and library == "polars":
        return _PolarsSource(frame)
    if kind.__name__ != "Series" and hasattr(frame, "__arrow_c_stream__"):
        pa, _ = arrow()
        return _ArrowSource(pa.table(frame))
    hint = "; collect() it first" if kind.__name__ == "LazyFrame" else ""
    raise InputError(
        f"a {library} {kind.__name__} is not a table{hint}: pass a DataFrame of pandas or polars, "
        "or a table of Arrow"
    )
