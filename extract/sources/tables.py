"""Read rows of CSV and Parquet files, one at a time, with the number of each.

A row that cannot be read is an InputError in the stream; InputError is raised if the rest of the
file cannot be read. One row of CSV is in memory at a time, and some rows of Parquet.
"""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING, Any, TextIO

from extract.arrow import arrow
from extract.errors import InputError
from extract.late import late
from extract.sources.packed import opened
from extract.text.decode import decode
from extract.text.document import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from resiliparse.parse import encoding

    from extract.sources.columns import Columns, Fields, Numbered
else:
    encoding = late("resiliparse.parse.encoding")

__all__ = ["csv_rows", "parquet_rows"]

_HEAD = 65_536
_DELIMITERS = ",;\t|"
_BATCH = 32
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def csv_rows(file: str, source: str, columns: Columns) -> Iterator[tuple[int, Fields | InputError]]:
    """Yield the rows of a CSV file below its header, each with the number of its first line.

    The delimiter is the comma, semicolon, tab or bar that the header has most of; the encoding is
    that of the byte order mark, else UTF-8, else the one detected.
    """
    # A page may be longer than the default, 131,072. The module has one limit for all readers.
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST))
    with opened(file) as stream:
        lines, delimiter = _lines(stream, source)
        table = csv.reader(lines, delimiter=delimiter)
        try:
            header = [name.strip() for name in next((row for row in table if row), [])]
        except csv.Error as error:
            raise InputError(f"{source}: the header is not a row of CSV: {error}") from error
        if not header:
            return
        columns.needed(header, source)
        while True:
            first = table.line_num + 1
            try:
                row = next(table)
            except StopIteration:
                return
            except csv.Error as error:
                yield first, InputError(f"{source}:{first}: not a row of CSV: {error}")
                continue
            if lines.cut:
                lines.cut = False
                yield (
                    first,
                    InputError(f"{source}:{first}: a line of more than {LARGEST:,} characters"),
                )
            elif lines.ended:
                fault = f"a quote that opens here is not closed before the end, line {lines.count}"
                yield first, InputError(f"{source}:{first}: {fault}")
            elif any(row[len(header) :]):
                fault = f"has {len(row)} fields where the header has {len(header)}"
                hint = f"a text with {delimiter!r} or a line break must stand in quotes"
                yield first, InputError(f"{source}:{first}: {fault}; {hint}")
            elif row:
                yield first, _fields(header, row)


def parquet_rows(file: str, source: str, columns: Columns) -> Iterator[Numbered]:
    """Yield the rows of a Parquet file with their numbers; only the needed columns are read."""
    if file == "-":
        raise InputError("stdin: Parquet cannot be read from a pipe; name the file")
    pa, pq = arrow()
    number = 0
    try:
        # Without buffering ahead: a row group may be larger than memory.
        with pq.ParquetFile(file, pre_buffer=False, buffer_size=_HEAD) as table:
            names = columns.needed(table.schema_arrow.names, source)
            for batch in table.iter_batches(_BATCH, columns=names, use_threads=False):
                for at in range(batch.num_rows):
                    number += 1
                    try:
                        yield number, {name: batch.column(name)[at].as_py() for name in names}
                    except UnicodeDecodeError as error:
                        yield number, InputError(f"{source}:{number}: not UTF-8 text: {error}")
    except (OSError, pa.ArrowException) as error:
        where = f"damaged after row {number}" if number else "not a Parquet file"
        raise InputError(f"{source}: {where}: {error}") from error


def _fields(header: list[str], row: list[str]) -> Fields:
    """Name the fields of a row, which may be short; of two columns of one name the first counts."""
    fields: dict[str, str] = {}
    for name, value in zip(header, row, strict=False):
        fields.setdefault(name, value)
    return fields


class _Lines:
    """The lines of a text stream. A line beyond the limit is cut there, and `cut` is set."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.count = 0
        self.ended = False
        self.cut = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LARGEST + 1)
        self.ended = not line
        if not line:
            raise StopIteration
        self.count += 1
        rest = line
        while len(rest) > LARGEST and not rest.endswith(("\n", "\r")):
            rest = self._stream.readline(LARGEST + 1)
            self.cut = True
        return line


class _Again(io.RawIOBase):
    """A stream that gives first bytes that were read before, then the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _lines(stream: BinaryIO, source: str) -> tuple[_Lines, str]:
    """Return the lines of a CSV file and its delimiter."""
    head = stream.read(_HEAD)
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        # One row with a NUL does not make a binary file.
        shown = decode(whole if whole.startswith(_WIDE) else whole.replace(b"\x00", b""))
    except InputError as error:
        raise InputError(f"{source}: {error}") from error
    header = shown.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda one: len(next(csv.reader([header], delimiter=one), [])))
    text = io.TextIOWrapper(
        io.BufferedReader(_Again(head, stream)), _encoding(head), errors="replace", newline=""
    )
    return _Lines(text), delimiter


def _encoding(head: bytes) -> str:
    if head.startswith(_WIDE):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return encoding.detect_encoding(head) or "cp1252"
    return "utf-8-sig"
