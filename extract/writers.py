"""Write rows to a text stream, one at a time: JSON lines, one JSON array, or CSV for spreadsheets.

Each format is a context manager that yields the function that writes a row; a row is flushed as
soon as it is written, so that what is done stays done. What this module does not do: decide where
rows go (`Part` only keeps a file that is cut short from passing for a whole one).
"""

from __future__ import annotations

import csv
import errno
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import NoneType
from typing import Any, TextIO, get_args, get_origin

from pydantic import BaseModel

from extract.record import Failure, Record

__all__ = ["FORMATS", "Format", "Part", "Row", "Write", "csv_rows", "json_array", "json_lines"]

Row = Record[Any] | Failure
Write = Callable[[Row], None]
Format = Callable[[TextIO, type[BaseModel]], AbstractContextManager[Write]]

_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAKS = {ord(char): f"\\u{ord(char):04x}" for char in "\x7f\x85\u2028\u2029"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_BETWEEN = " | "

_BEFORE = ("id", "source", "is_posting")
_AFTER = (
    "conflicting",
    "unsupported",
    "model",
    "prompt",
    "seconds",
    "prompt_tokens",
    "completion_tokens",
    "error",
    "message",
)


@contextmanager
def json_lines(stream: TextIO, _schema: type[BaseModel]) -> Iterator[Write]:
    """Write each row as one line of JSON."""

    def write(row: Row) -> None:
        stream.write(_json(row) + "\n")
        stream.flush()

    yield write


@contextmanager
def json_array(stream: TextIO, _schema: type[BaseModel]) -> Iterator[Write]:
    """Write one JSON array with a row on each line; it is closed also when the run is cut."""
    before = "[\n"

    def write(row: Row) -> None:
        nonlocal before
        stream.write(before + _json(row))
        stream.flush()
        before = ",\n"

    try:
        yield write
    finally:
        stream.write("[]\n" if before == "[\n" else "\n]\n")
        stream.flush()


@contextmanager
def csv_rows(stream: TextIO, schema: type[BaseModel]) -> Iterator[Write]:
    """Write a header and one flat row each, safe to open in a spreadsheet.

    A value with parts has a column for each (`salary.min`). The items of a list are joined with
    " | ", in step across the columns of one list (`locations.city`, `locations.country`). Text
    that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers.
    The evidence is left out: it is in the JSON formats.
    """
    table = csv.writer(stream)
    fields = {name: _parts(info.annotation) for name, info in schema.model_fields.items()}
    columns = [f"{name}.{part}" if part else name for name in fields for part in fields[name]]
    table.writerow([*_BEFORE, *columns, *_AFTER])
    stream.flush()

    def write(row: Row) -> None:
        table.writerow([_cell(value) for value in _flat(row, fields)])
        stream.flush()

    yield write


FORMATS: Mapping[str, Format] = {".jsonl": json_lines, ".json": json_array, ".csv": csv_rows}
"""The formats by the suffix of their files."""


class Part:
    """A file written beside its final name, which it takes when it is closed.

    So a run that is killed never passes for a whole one, and its rows are there all the same.

    Raises OSError where the file cannot be written.
    """

    def __init__(self, target: Path) -> None:
        # A link keeps pointing where it points: the file behind it is replaced.
        self._target = target.resolve()
        if self._target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        self._part = self._target.with_name(f"{self._target.name}.part")
        self.stream: TextIO = self._part.open("w", encoding="utf-8", newline="")

    def close(self, *, rows: int, complete: bool) -> Path | None:
        """Give the file its name, and return where the rows are, if there are any.

        A run that was cut does not replace an earlier file: its rows stay beside it.
        """
        with suppress(OSError):  # a full disk: the rows that were flushed are there
            self.stream.close()
        if not rows and not complete:
            self._part.unlink(missing_ok=True)
            return None
        if not complete and self._target.exists():
            return self._part
        return self._part.replace(self._target)


def _json(row: Row) -> str:
    text = json.dumps(row.model_dump(mode="json"), ensure_ascii=False, allow_nan=False)
    # Line separators would cut a row in two for readers that split on them.
    return _SURROGATE.sub("\ufffd", text).translate(_BREAKS)


def _flat(row: Row, fields: Mapping[str, tuple[str, ...]]) -> Iterator[Any]:
    if isinstance(row, Failure):
        yield from (row.id, row.source, None)
        yield from (None for parts in fields.values() for _ in parts)
        yield from (None, None, None, None, None, row.usage.prompt, row.usage.completion)
        yield from (row.error, row.message)
        return
    yield from (row.id, row.source, row.is_posting)
    posting = row.posting.model_dump(mode="json")
    for name, parts in fields.items():
        for part in parts:
            yield _picked(posting[name], part)
    for state in ("conflicting", "unsupported"):
        yield [name for name, its in row.states.items() if its == state]
    made = row.provenance
    yield from (made.model, made.prompt, made.seconds)
    yield from (made.usage.prompt, made.usage.completion, None, None)


def _picked(value: Any, part: str) -> Any:
    if not part or value is None:
        return value
    return [item[part] for item in value] if isinstance(value, list) else value[part]


def _parts(annotation: Any) -> tuple[str, ...]:
    """Return the columns of a type: the names of a value's parts, or one without a name."""
    for inner in _inner(annotation):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return tuple(inner.model_fields)
    return ("",)


def _inner(annotation: Any) -> Iterable[Any]:
    if get_origin(annotation) is None:
        return (annotation,)
    return (i for arg in get_args(annotation) if arg is not NoneType for i in _inner(arg))


def _cell(value: Any) -> str | int | float:
    plain = _plain(value)
    if isinstance(plain, str) and _FORMULA.match(plain):
        return f"'{plain}"
    return plain


def _plain(value: Any) -> str | int | float:  # noqa: PLR0911 - one for each type
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return int(value)
        case int() | float():
            return value
        case list():
            items = [str(_plain(item)) for item in value]
            return _BETWEEN.join(items) if any(items) else ""
        case dict():
            return _plain(json.dumps(value, ensure_ascii=False))
    return _CONTROL.sub("", _SURROGATE.sub("\ufffd", str(value)))
