"""Write rows, one at a time, in the format that the file's name asks for.

Each format is a context manager that yields the function that writes a row. What is written is
flushed with each row (in Parquet with each group of rows), so that what is done stays done. What
these modules do not do: decide where rows go (`Part` only keeps a file that is cut short from
passing for a whole one).
"""

from __future__ import annotations

from collections.abc import Mapping

from extract.output.json_rows import json_array, json_lines
from extract.output.jsonld import json_ld
from extract.output.parquet import parquet_rows
from extract.output.part_file import PartFile
from extract.output.row import Format, Row, Say, Write
from extract.output.spreadsheet import csv_rows

__all__ = [
    "FORMATS",
    "Format",
    "PartFile",
    "Row",
    "Say",
    "Write",
    "csv_rows",
    "json_array",
    "json_ld",
    "json_lines",
    "parquet_rows",
]

FORMATS: Mapping[str, Format] = {
    ".jsonl": json_lines,
    ".json": json_array,
    ".csv": csv_rows,
    ".parquet": parquet_rows,
    ".jsonld": json_ld,
}
"""The formats by the suffix of their files."""
