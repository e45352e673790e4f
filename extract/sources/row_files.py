"""Read the rows of JSON lines, CSV and Parquet, each only when it is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from extract.errors import InputError
from extract.sources.packed import DAMAGED, opened, unpacked
from extract.sources.tables import csv_rows, parquet_rows
from extract.text.document import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.sources.columns import Columns, Fields, Numbered

__all__ = ["ROW_SUFFIXES", "RowFormat", "row_format", "rows_of"]

RowFormat = Literal["jsonl", "csv", "parquet"]

_FORMATS: dict[str, RowFormat] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
}
ROW_SUFFIXES = frozenset(_FORMATS)


def row_format(file: str | Path) -> RowFormat | None:
    """Return which kind of rows a file contains by its name, or None if it is one document.

    >>> row_format("rows.csv.gz"), row_format("page.html"), row_format("-")
    ('csv', None, None)
    """
    return _FORMATS.get(unpacked(file).suffix.lower())


def rows_of(file: str, kind: RowFormat, columns: Columns) -> Iterator[Numbered]:
    """Yield the rows of a file, or of standard input for `-`, with the number of each.

    The number is that of the line, in Parquet that of the row. A row that cannot be read is an
    InputError in its place. Raises InputError if the file cannot be read, or only in part.
    """
    source = "stdin" if file == "-" else file
    rows = 0
    try:
        for row in _read(file, source, kind, columns):
            rows += 1
            yield row
    except DAMAGED as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{source}: cannot be read: {reason}") from error
    if not rows:
        raise InputError(f"{source}: holds no rows")


def _read(file: str, source: str, kind: RowFormat, columns: Columns) -> Iterator[Numbered]:
    match kind:
        case "jsonl":
            return _json_rows(file, source)
        case "csv":
            return csv_rows(file, source, columns)
        case "parquet":
            return parquet_rows(file, source, columns)


def _json_rows(file: str, source: str) -> Iterator[Numbered]:
    for number, row in _numbered(file):
        try:
            yield number, _fields(row)
        except (ValueError, RecursionError) as error:
            yield number, InputError(f"{source}:{number}: not a JSON object: {error}")


def _fields(row: bytes) -> Fields:
    fields = json.loads(row.decode("utf-8", "replace"), strict=False)
    if not isinstance(fields, dict):
        raise ValueError(f"it is of the type {type(fields).__name__}")  # noqa: TRY004 - of the data
    return fields


def _numbered(file: str) -> Iterator[tuple[int, bytes]]:
    """Yield the rows that are not blank; a row beyond the limit is cut there."""
    with opened(file) as stream:
        number = 0
        # JSON escapes can make a row up to six times as long as its text.
        while row := stream.readline(6 * LARGEST):
            number += 1
            whole = row.endswith(b"\n")
            while not whole and (rest := stream.readline(LARGEST)):
                whole = rest.endswith(b"\n")
            if number == 1:
                row = row.removeprefix(b"\xef\xbb\xbf")
            if row.strip():
                yield number, row
