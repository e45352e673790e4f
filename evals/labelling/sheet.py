"""The documents to label and their labels on disk, as one sheet.

A directory holds pages, and gets a file `labels/ID.json` for each that is labelled. A `.jsonl`
file gets a row for each. Every change is on disk when `Sheet.put` returns: the file is written
beside its place, synced, and moved there. Rows of other documents stay byte for byte as they are,
so that two people, or a person and an editor, can work on one dataset.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from evals.data.label_files import Label, checked, faults
from evals.data.rubric import Rubric
from extract.errors import InputError
from extract.sources.paths import Unreadable, documents, is_searched
from extract.sources.row_files import row_format
from extract.text.document import from_text, read
from extract.values import Document

__all__ = ["Entry", "InvalidLabelError", "Sheet", "StaleLabelError", "revision_of"]

_UNNAMED = re.compile(r"[^\w.-]+")

Row = dict[str, Any]


class StaleLabelError(Exception):
    """The label on disk is not the one that was changed: somebody else changed it meanwhile."""


class InvalidLabelError(Exception):
    """The label does not fit the schema, or points outside the text. `faults` says where."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Entry:
    """One document of the sheet. `new` is the row that it gets with its first label."""

    id: str
    new: Row
    load: Callable[[], Document]

    def document(self) -> Document:
        """Read the document. Raises InputError where it cannot be read."""
        return self.load()


class Sheet:
    """The documents of a dataset, labelled or not, in the order of their ids.

    `more` are paths to documents without labels, for a dataset that is a `.jsonl` file.

    Raises InputError where `path` is no dataset, or where one of its labels does not fit the
    schema: nothing is overwritten that cannot be read.
    """

    def __init__(self, path: Path, rubric: Rubric, more: Sequence[Path] = ()) -> None:
        self.path, self.rubric = path, rubric
        self.unreadable: dict[str, str] = {}
        if path.is_dir():
            found = dict(self._pages())
        elif path.suffix == ".jsonl":
            found = dict(self._rows(more))
        else:
            raise InputError(
                f"{path}: name a directory of pages, or a .jsonl file for the labels; a .jsonl "
                "file that does not exist yet needs --documents"
            )
        self.entries: dict[str, Entry] = dict(sorted(found.items()))
        if not self.entries:
            raise InputError(f"{path}: holds no documents to label")

    def row(self, id: str) -> Row | None:  # noqa: A002 - the row's own key
        """Return a document's row as it is on disk now, or None where it has none."""
        return self._stored().get(id)

    def labelled(self) -> dict[str, Row]:
        """Return all rows on disk, by id."""
        return self._stored()

    def put(self, id: str, row: Mapping[str, Any], revision: str) -> str:  # noqa: A002
        """Write a document's label, and return its new revision.

        `row` holds `gold` and, where wanted, `accept`, `note`, `roles` and `evidence`; `revision`
        is that of the row it was made from ("" where there was none).

        Raises StaleLabelError where the row on disk has another revision, InvalidLabelError where
        the label does not fit, and OSError where it cannot be written.
        """
        entry = self.entries[id]
        with self._locked():
            stored = self._stored().get(id)
            if revision_of(stored) != revision:
                raise StaleLabelError(id)
            kept = {key: value for key, value in (stored or entry.new).items() if key not in _LABEL}
            made = kept | {key: row[key] for key in _LABEL if row.get(key) or key == "gold"}
            self._check(entry, made)
            self._write(made)
        return revision_of(made)

    def remove(self, id: str, revision: str) -> None:  # noqa: A002
        """Take a label that was written by this sheet away again, as undoing the first change does.

        Raises StaleLabelError where the row on disk has another revision.
        """
        with self._locked():
            stored = self._stored().get(id)
            if revision_of(stored) != revision:
                raise StaleLabelError(id)
            if self.path.is_dir():
                with suppress(FileNotFoundError):
                    self._file(id).unlink()
            else:
                self._rewrite(id, None)

    def _check(self, entry: Entry, row: Row) -> None:
        wrong = faults(Label(str(self.path), row), self.rubric)
        size = len(entry.document().text)
        wrong += [
            f"{entry.id}, evidence.{name}: {start} to {end} is outside the {size} characters"
            for name, spans in row.get("evidence", {}).items()
            for start, end in spans
            if not 0 <= start < end <= size
        ]
        if wrong:
            raise InvalidLabelError(wrong)

    def _locked(self) -> FileLock:
        return FileLock(self.path.parent / f".{self.path.name}.lock")

    def _stored(self) -> dict[str, Row]:
        if self.path.is_dir() and not any((self.path / "labels").glob("*.json")):
            return {}
        if not self.path.is_dir() and not _has_rows(self.path):
            return {}
        return checked(self.path, self.rubric)

    def _pages(self) -> Iterator[tuple[str, Entry]]:
        used = set()
        for row in self._stored().values():
            used.add(row["document"])
            yield row["id"], self._page(row["id"], row["document"])
        pages = [file for file in sorted(self.path.rglob("*")) if _is_page(file, self.path)]
        stems = Counter(file.stem for file in pages)
        for file in pages:
            name = file.relative_to(self.path).as_posix()
            if name not in used:
                own = file.stem if stems[file.stem] == 1 else name.removeprefix("documents/")
                id_ = _UNNAMED.sub("-", own)
                yield id_, self._page(id_, name)

    def _page(self, id_: str, name: str) -> Entry:
        return Entry(id_, {"id": id_, "document": name}, lambda: read(self.path / name, id=id_))

    def _rows(self, more: Sequence[Path]) -> Iterator[tuple[str, Entry]]:
        stored = self._stored()
        for row in stored.values():
            yield row["id"], _texted(row["id"], row["text"], row.get("source"))
        for document in documents(more):
            id_ = _UNNAMED.sub("-", document.id).strip("-")
            if isinstance(document, Unreadable):
                self.unreadable[id_] = str(document.error)
            elif id_ not in stored:
                yield id_, _texted(id_, document.text, document.source)

    def _file(self, id_: str) -> Path:
        return self.path / "labels" / f"{id_}.json"

    def _write(self, row: Row) -> None:
        if self.path.is_dir():
            file = self._file(row["id"])
            file.parent.mkdir(exist_ok=True)
            _replace(file, json.dumps(row, ensure_ascii=False, indent=2) + "\n")
        else:
            self._rewrite(row["id"], row)

    def _rewrite(self, id_: str, row: Row | None) -> None:
        """Write the file of rows anew, with one row changed, added or gone."""
        lines = self.path.read_text("utf-8").splitlines() if self.path.exists() else []
        made = [] if row is None else [json.dumps(row, ensure_ascii=False)]
        at = next((n for n, line in enumerate(lines) if line.strip() and _id(line) == id_), None)
        if at is None:
            lines += made
        else:
            lines[at : at + 1] = made
        _replace(self.path, "".join(f"{line}\n" for line in lines))


_LABEL = ("gold", "accept", "note", "roles", "evidence")


def revision_of(row: Row | None) -> str:
    """Return a short hash of a row's content; "" for no row.

    >>> revision_of(None), len(revision_of({"id": "a", "gold": {}}))
    ('', 16)
    """
    if row is None:
        return ""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]


def _texted(id_: str, text: str, source: str | None) -> Entry:
    where = source or id_
    new = {"id": id_, "text": text, **({"source": source} if source else {})}
    return Entry(id_, new, lambda: from_text(text, id=id_, source=where))


def _is_page(file: Path, folder: Path) -> bool:
    """Tell whether a file of a dataset's directory is a page, and not a label or a file of rows."""
    parts = file.relative_to(folder).parts
    hidden = any(part.startswith(".") for part in parts)
    return (
        not hidden
        and parts[0] != "labels"
        and file.is_file()
        and is_searched(file)
        and not row_format(str(file))
    )


def _has_rows(path: Path) -> bool:
    return path.is_file() and bool(path.read_bytes().strip())


def _id(line: str) -> Any:
    return json.loads(line).get("id")


def _replace(file: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, and never a part of it."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
