"""Paths to documents, one at a time: files, directories, globs, standard input, JSON lines.

A bad row or file is a value in the stream, so that it never loses the others.
"""

from __future__ import annotations

import glob
import json
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import InputError
from extract.text.document import LARGEST, from_bytes, from_text, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extract.values import Document

__all__ = ["Unreadable", "documents"]

_SUFFIXES = frozenset(
    {"", ".txt", ".text", ".html", ".htm", ".xhtml", ".md", ".json", ".xml", ".jsonl", ".ndjson"}
)
_ROWS = frozenset({".jsonl", ".ndjson"})


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that gave no document, and why."""

    id: str
    source: str
    error: InputError


def documents(
    paths: Iterable[str | Path], *, jsonl: bool = False
) -> Iterator[Document | Unreadable]:
    """Yield the documents of `paths` in order, reading each only when it is asked for.

    A path is a file, a directory (searched for text files, in sorted order), a glob or `-` for
    standard input. A `.jsonl` file, or any file with `jsonl`, holds one
    `{"id", "text"}` object a line; without an id the row is called `file:line`.

    >>> [unread.source for unread in documents(["no/such/file.txt"])]
    ['no/such/file.txt']
    """
    seen: set[str] = set()
    for path in paths:
        for file in _files(str(path)):
            if isinstance(file, Unreadable):
                yield file
            elif jsonl or (file != "-" and Path(file).suffix.lower() in _ROWS):
                yield from _rows(file, seen)
            else:
                yield _document(file, seen)


def _files(path: str) -> Iterator[str | Unreadable]:
    """Yield the files that a path names; a path that names none is unreadable."""
    if path == "-" or Path(path).is_file():
        yield path
        return
    if Path(path).is_dir():
        names = (str(file) for file in _walk(Path(path)))
        reason = "holds no text files"
    elif glob.has_magic(path):
        names = (name for name in sorted(glob.glob(path, recursive=True)) if Path(name).is_file())  # noqa: PTH207
        reason = "matches no files"
    else:
        yield path
        return
    found = False
    for name in names:
        found = True
        yield name
    if not found:
        yield _unreadable(path, path, f"{path}: {reason}")


def _walk(directory: Path) -> Iterator[Path]:
    try:
        entries = sorted(directory.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        elif entry.is_file() and entry.suffix.lower() in _SUFFIXES:
            yield entry


def _unreadable(name: str, source: str, message: str) -> Unreadable:
    return Unreadable(name, source, InputError(message))


def _document(file: str, seen: set[str]) -> Document | Unreadable:
    name = _unused(file, seen)
    try:
        if file == "-":
            return from_bytes(sys.stdin.buffer.read(LARGEST + 1), id=name, source="stdin")
        return read(file, id=name)
    except InputError as error:
        return Unreadable(name, "stdin" if file == "-" else file, error)


def _unused(file: str, seen: set[str]) -> str:
    """Return the stem of a file, or where that is taken its path, or its path and a number."""
    path = Path(file)
    name = "stdin" if file == "-" else path.stem or path.name
    if name in seen:
        name = path.with_suffix("").as_posix()
    if name in seen:
        name = path.as_posix()
    number, first = 2, name
    while name in seen:
        name, number = f"{first}~{number}", number + 1
    seen.add(name)
    return name


def _rows(file: str, seen: set[str]) -> Iterator[Document | Unreadable]:
    source = "stdin" if file == "-" else file
    rows = 0
    try:
        for number, row in _numbered(file):
            rows += 1
            yield _row(row, f"{source}:{number}", seen)
    except OSError as error:
        yield _unreadable(source, source, f"{source}: cannot be read: {error.strerror or error}")
        return
    if not rows:
        yield _unreadable(source, source, f"{source}: holds no rows")


def _numbered(file: str) -> Iterator[tuple[int, bytes]]:
    """Yield the rows that are not blank; of one beyond the limit only its beginning is kept."""
    with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as stream:
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


def _row(row: bytes, place: str, seen: set[str]) -> Document | Unreadable:
    try:
        fields: Any = json.loads(row.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        return _unreadable(place, place, f"{place}: not a JSON object: {error}")
    if not isinstance(fields, dict):
        return _unreadable(place, place, f'{place}: not a JSON object with a "text"')
    given = fields.get("id")
    name = place if given is None or given == "" else str(given)
    name = name.encode("utf-8", "replace").decode("utf-8")
    if name in seen:
        return _unreadable(name, place, f"{place}: the id {name!r} occurs twice; ids must differ")
    seen.add(name)
    text = fields.get("text", fields.get("html"))
    if not isinstance(text, str):
        return _unreadable(name, place, f'{place}: has no "text" of the type string')
    try:
        return from_text(text, id=name, source=place)
    except InputError as error:
        return Unreadable(name, place, error)
