"""Rows as Parquet, in the columns of `arrow_rows`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from pydantic import BaseModel

from extract.arrow import arrow
from extract.output.arrow_rows import ArrowRows
from extract.output.row import Row, Say, Write, unsaid

__all__ = ["parquet_rows"]

_GROUP = 16_000_000
"""Bytes of a row group in memory."""


@contextmanager
def parquet_rows(stream: TextIO, schema: type[BaseModel], _say: Say = unsaid) -> Iterator[Write]:
    """Write rows as Parquet in groups of 16 MB; the file is closed also when the run is cut.

    Raises InputError where pyarrow is not installed.
    """
    _, pq = arrow()
    table = ArrowRows(schema)
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
