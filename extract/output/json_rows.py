"""Rows as JSON: a line each, or one array with a row on each line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from pydantic import BaseModel

from extract.output.row import Row, Say, Write, encodable, unsaid

__all__ = ["array", "json_array", "json_lines", "one_line"]

_BREAKS = {ord(char): f"\\u{ord(char):04x}" for char in "\x7f\x85\u2028\u2029"}


@contextmanager
def json_lines(stream: TextIO, _schema: type[BaseModel], _say: Say = unsaid) -> Iterator[Write]:
    """Write each row as one line of JSON."""

    def write(row: Row) -> None:
        stream.write(one_line(row.model_dump(mode="json")) + "\n")
        stream.flush()

    yield write


@contextmanager
def json_array(stream: TextIO, _schema: type[BaseModel], _say: Say = unsaid) -> Iterator[Write]:
    """Write one JSON array with a row on each line; it is closed also when the run is cut."""
    with array(stream) as write:
        yield lambda row: write(one_line(row.model_dump(mode="json")))


@contextmanager
def array(stream: TextIO) -> Iterator[Callable[[str], None]]:
    """Yield the function that writes a line of JSON as the next item of one array."""
    before = "[\n"

    def write(line: str) -> None:
        nonlocal before
        stream.write(before + line)
        stream.flush()
        before = ",\n"

    try:
        yield write
    finally:
        stream.write("[]\n" if before == "[\n" else "\n]\n")
        stream.flush()


def one_line(value: Any) -> str:
    """Return `value` as JSON on one line, for readers that split on any line separator too."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return encodable(text).translate(_BREAKS)
