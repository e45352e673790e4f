"""Write rows, one at a time, in the format that the file's name asks for.

Each format is a context manager that yields a function, which writes a row. Each row is flushed (in
Parquet each group of rows), so that a run that is cut keeps what it has written. These modules do
not decide where rows go.
"""

from __future__ import annotations

from collections.abc import Mapping

from extract.output.csv_file import csv_rows
from extract.output.json_rows import json_array, json_lines
from extract.output.jsonld import json_ld
from extract.output.parquet import parquet_rows
from extract.output.part_file import PartFile
from extract.output.row import Format, Row, Say, Write

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
"""The formats by the suffix of their files, which `extract/cli/output_options.py` lists too."""
