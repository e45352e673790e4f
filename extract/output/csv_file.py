"""Rows as CSV, flat and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import NoneType
from typing import Any, TextIO, get_args, get_origin

from pydantic import BaseModel

from extract.output.row import Row, Say, Write, encodable, unsaid
from extract.record import Failure, Record

__all__ = ["csv_rows", "defused"]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNSEEN = re.compile("[\\s\u200b-\u200f\u2060-\u2064\ufeff]*")
_FORMULA = frozenset("=+-@")
_BREAKS = frozenset("\t\r\n")
# Where a semicolon is the list separator, a comma-separated file is cut at it, quotes or not.
_WITHIN = re.compile(r"([;\t\r\n][\s\"]*)(?=[=+\-@＝＋－＠])")
_BETWEEN = " | "

_LATER = {("salary", "gross")}
"""Parts that a value got after others had begun to read its columns by their position."""

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
    "unsure",
)


@contextmanager
def csv_rows(stream: TextIO, schema: type[BaseModel], _say: Say = unsaid) -> Iterator[Write]:
    """Write a header and one flat row each, safe to open in a spreadsheet.

    A value with parts has a column for each (`salary.min`). The items of a list are joined with
    " | ", in step across the columns of one list (`locations.city`, `locations.country`). Text
    that a spreadsheet would run as a formula is defused; numbers stay numbers. The evidence is
    left out: it is in the JSON formats and in Parquet.
    """
    table = csv.writer(stream)
    columns = [
        (name, part)
        for name, info in schema.model_fields.items()
        for part in _parts(info.annotation)
    ]
    columns.sort(key=lambda column: column in _LATER)
    heads = [f"{name}.{part}" if part else name for name, part in columns]
    table.writerow([*_BEFORE, *heads, *_AFTER])
    stream.flush()

    def write(row: Row) -> None:
        table.writerow([_cell(value) for value in _flat(row, columns)])
        stream.flush()

    yield write


def defused(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    That is a cell that begins with one of `= + - @`, in any width and after any space, or with a
    tab or a line break; and one of the four after a semicolon or line break within a cell.

    >>> defused("=1+1"), defused("Cook; =1+1"), defused("a-b = c")
    ("'=1+1", "Cook; '=1+1", 'a-b = c')
    """
    within = _WITHIN.sub(r"\1'", text)
    first = text[_UNSEEN.match(text).end() :][:1]  # type: ignore[union-attr] # it matches anything
    narrow = unicodedata.normalize("NFKC", first)[:1]
    return f"'{within}" if narrow in _FORMULA or text[:1] in _BREAKS else within


def _flat(row: Row, columns: Sequence[tuple[str, str]]) -> Iterator[Any]:
    if isinstance(row, Failure):
        yield from (row.id, row.source, None)
        yield from (None for _ in columns)
        yield from (None, None, None, None, None, row.usage.prompt, row.usage.completion)
        yield from (row.error, row.message, None)
        return
    yield from (row.id, row.source, row.is_posting)
    posting = row.posting.model_dump(mode="json")
    for name, part in columns:
        yield _picked(posting[name], part)
    for state in ("conflicting", "unsupported"):
        yield _in_state(row, state)
    made = row.provenance
    yield from (made.model, made.prompt, made.seconds)
    yield from (made.usage.prompt, made.usage.completion, None, None, _in_state(row, "unsure"))


def _in_state(row: Record[Any], state: str) -> list[str]:
    return [name for name, its in row.states.items() if its == state]


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
    return defused(plain) if isinstance(plain, str) else plain


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
    return _CONTROL.sub("", encodable(str(value)))
