"""Read paths as documents, one at a time: files, directories, globs, standard input, row files.

A bad row or file is a value in the stream, so that the others are still read.
"""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import InputError, toolkit_fault
from extract.sources.columns import Columns
from extract.sources.packed import DAMAGED, is_packed, opened, unpacked
from extract.sources.row_files import ROW_SUFFIXES, row_format, rows_of
from extract.sources.several import postings
from extract.text.document import LARGEST, from_bytes, from_text, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extract.sources.columns import Fields
    from extract.sources.row_files import RowFormat
    from extract.values import Document

__all__ = ["RawDocument", "Unreadable", "documents", "is_searched", "raw_documents", "searched"]

_SUFFIXES = ROW_SUFFIXES | {
    "", ".txt", ".text", ".html", ".htm", ".xhtml", ".md", ".json", ".xml"
}  # fmt: skip

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be read as a document, and why."""

    id: str
    source: str
    error: InputError


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A file or a row before it is read: its content, or the path of the file that has it."""

    id: str
    source: str
    content: str | bytes | Path

    def documents(self) -> tuple[Document | Unreadable, ...]:
        """Return the document in it, or one for each posting of a page with several."""
        try:
            return postings(self._document())
        except InputError as error:
            return (Unreadable(self.id, self.source, error),)
        except Exception as error:  # noqa: BLE001 - a fault of ours costs one document
            return (_unreadable(self.id, self.source, _fault(self.source, error)),)

    def _document(self) -> Document:
        match self.content:
            case str():
                return from_text(self.content, id=self.id, source=self.source)
            case bytes():
                return from_bytes(self.content, id=self.id, source=self.source)
        return read(self.content, id=self.id)


def documents(
    paths: Iterable[str | Path],
    *,
    rows: RowFormat | None = None,
    text_columns: Sequence[str] = (),
    id_column: str | None = None,
) -> Iterator[Document | Unreadable]:
    """Yield the documents of `paths` in order, and read each only when it is needed.

    A path is a file, a directory (searched for text files, in sorted order), a glob, or `-` for
    standard input; `.gz` and `.zst` are unpacked. A file that ends in `.jsonl`, `.csv` or
    `.parquet`, or any file if `rows` is given, has one document in each row: its text in
    `text_columns` (or "text", "html", "description") and its id in `id_column` (or "id", "url").
    A row without an id gets the id `file:line`. A page with several postings gives a document for
    each, "ID#1", "ID#2" … (see docs/formats.md).

    >>> [unread.source for unread in documents(["no/such/file.txt"])]
    ['no/such/file.txt']
    """
    columns = Columns(tuple(text_columns), id_column)
    for raw in raw_documents(paths, columns, rows):
        if isinstance(raw, Unreadable):
            yield raw
        else:
            yield from raw.documents()


def raw_documents(
    paths: Iterable[str | Path], columns: Columns, given: RowFormat | None
) -> Iterator[RawDocument | Unreadable]:
    """Yield the files and rows of `paths` with their ids, for another process to read."""
    seen: set[int] = set()
    for path in paths:
        for file in _files(str(path)):
            if isinstance(file, Unreadable):
                yield file
            elif kind := given or row_format(file):
                yield from _rows(file, kind, columns, seen)
            else:
                yield _document(file, seen)


def is_searched(file: str | Path) -> bool:
    """Tell whether a directory is searched for files with such a name.

    >>> is_searched("rows.csv.gz"), is_searched("picture.png")
    (True, False)
    """
    suffix = unpacked(file).suffix.lower()
    return suffix in _SUFFIXES and bool(suffix or not is_packed(file))


def searched(path: str) -> Iterator[str]:
    """Yield the files that reading a path would read: itself, or those in a directory."""
    for file in _files(path):
        if isinstance(file, str):
            yield file


def _files(path: str) -> Iterator[str | Unreadable]:
    """Yield the files that a path names; if it names none, the path itself is unreadable."""
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
        elif entry.is_file() and is_searched(entry):
            yield entry


def _unreadable(name: str, source: str, message: str) -> Unreadable:
    return Unreadable(name, source, InputError(message))


def _document(file: str, seen: set[int]) -> RawDocument | Unreadable:
    name = _unused(file, seen)
    source = "stdin" if file == "-" else file
    try:
        if file != "-" and not (is_packed(file) and Path(file).is_file()):
            return RawDocument(name, source, Path(file))
        with opened(file) as stream:
            return RawDocument(name, source, stream.read(LARGEST + 1))
    except InputError as error:
        return Unreadable(name, source, error)
    except DAMAGED as error:
        return _unreadable(name, source, f"{source}: cannot be unpacked: {error}")
    except Exception as error:  # noqa: BLE001 - a fault of ours costs one document
        return _unreadable(name, source, _fault(source, error))


def _unused(file: str, seen: set[int]) -> str:
    """Return the stem of a file; if that is taken its path; if that is taken too, with a number."""
    path = unpacked(file)
    name = "stdin" if file == "-" else path.stem or path.name
    if hash(name) in seen:
        name = path.with_suffix("").as_posix()
    if hash(name) in seen:
        name = Path(file).as_posix()
    number, first = 2, name
    while hash(name) in seen:
        name, number = f"{first}~{number}", number + 1
    seen.add(hash(name))
    return name


def _rows(
    file: str, kind: RowFormat, columns: Columns, seen: set[int]
) -> Iterator[RawDocument | Unreadable]:
    source = "stdin" if file == "-" else file
    try:
        for number, fields in rows_of(file, kind, columns):
            place = f"{source}:{number}"
            if isinstance(fields, InputError):
                yield Unreadable(place, place, fields)
            else:
                yield _row(fields, columns, place, seen)
    except InputError as error:
        yield Unreadable(source, source, error)


def _row(fields: Fields, columns: Columns, place: str, seen: set[int]) -> RawDocument | Unreadable:
    name, unique = columns.id_of(fields)
    if name is None or (hash(name) in seen and not unique):
        name = place
    # Hashes: the names of a million rows would take 100 MB.
    if hash(name) in seen:
        fault = f"the id {name[:_SHOWN]!r} occurs twice; ids must differ"
        return _unreadable(place, place, f"{place}: {fault}")
    seen.add(hash(name))
    try:
        return RawDocument(name, place, columns.text_of(fields, place))
    except InputError as error:
        return Unreadable(name, place, error)
    except Exception as error:  # noqa: BLE001 - a fault of ours costs one document
        return _unreadable(name, place, _fault(place, error))


def _fault(place: str, error: Exception) -> str:
    return f"{place}: {toolkit_fault(error)}"
