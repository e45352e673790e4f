"""What a person asked for on the command line, and what a run may end with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from glob import glob
from itertools import chain
from pathlib import Path

from pydantic import BaseModel

from extract.asking.schema import schema_of
from extract.errors import InputError
from extract.output import FORMATS
from extract.posting import Posting
from extract.runs.opening import LOCAL, EngineOptions
from extract.runs.run_folder import ROWS
from extract.sources.columns import Columns
from extract.sources.packed import is_packed
from extract.sources.paths import (
    RawDocument,
    Unreadable,
    documents,
    is_searched,
    raw_documents,
    searched,
)
from extract.sources.row_files import RowFormat, row_format
from extract.sources.shards import Raw, Shard, ShardPages
from extract.thresholds import Thresholds
from extract.values import Document
from extract.whole_file import check_place

__all__ = ["ExtractJob", "Input", "check_output", "workers_for"]

_OF_RUN = ("manifest.", "journal.sqlite", "lock")
"""What the names of a run's own files begin with, but for its rows: they are its output."""

_OF_POSTINGS = ".jsonld"

_COUNTED = 50_000_000
"""Bytes up to which a JSONL file is read once more, to know how many rows it has."""

_LARGE = 4_000_000
"""Bytes of input from which worker processes pay: about 800 postings, 30 s of one processor.

Each process takes some seconds to start."""

_AT_ONCE_A_WORKER = 8
"""Documents at once that keep one process busy, if answers come within 0.3 s."""

_SEVERAL = 2

_PACKED = 5
"""How much larger packed text is when it is unpacked."""


@dataclass(frozen=True, slots=True)
class Input:
    """The paths to read, and how files of rows are read: all of them, and by which columns.

    Of a `shard` only its pages are read.
    """

    paths: tuple[str, ...]
    rows: RowFormat | None = None
    text_columns: tuple[str, ...] = ()
    id_column: str | None = None
    shard: Shard | None = None

    def documents(self) -> Iterator[Document | Unreadable]:
        """Yield the documents in order, each read when it is asked for."""
        if self.shard is not None:
            raw = self.placed(ShardPages(self.shard))
            return chain.from_iterable(
                one.documents() if isinstance(one, RawDocument) else (one,)
                for one in raw
                if one is not None
            )
        return documents(
            self.paths, rows=self.rows, text_columns=self.text_columns, id_column=self.id_column
        )

    def raw_documents(self) -> Iterator[Raw]:
        """Yield the files and rows of the whole input in order, before they are read."""
        columns = Columns(self.text_columns, self.id_column)
        return raw_documents(self.paths, columns, self.rows)

    def placed(self, pages: ShardPages | None) -> Iterator[Raw | None]:
        """Yield what is to be read; of a shard also a None before each page of the whole input."""
        raw = self.raw_documents()
        return raw if pages is None else pages.of(raw)

    def is_large(self) -> bool:
        """Return whether the input is large enough for worker processes to pay.

        Standard input does not count: its rows are read as they come.
        """
        size = 0
        for path in self.paths:
            for file in searched(path):
                with suppress(OSError):
                    size += Path(file).stat().st_size * (_PACKED if is_packed(file) else 1)
                if size > _LARGE:
                    return True
        return False

    def count(self) -> int | None:
        """Return how many documents there are, where that costs next to nothing to know."""
        if self.shard is not None:
            return None  # the texts decide
        counts = [self._count(Path(path)) for path in self.paths]
        return None if None in counts else sum(count or 0 for count in counts)

    def _count(self, path: Path) -> int | None:
        kind = self.rows or row_format(path)
        try:
            if not path.is_file() or is_packed(path) or path.stat().st_size > _COUNTED:
                return None
            if kind == "jsonl":
                with path.open("rb") as rows:
                    return sum(1 for row in rows if row.strip())
        except OSError:
            return None
        return 1 if kind is None else None


def workers_for(given: Input, model: str, concurrency: int) -> int:
    """Return how many processes suit a run, if none are asked for: 1 if it is small or slow.

    Documents wait for the embedded model, which computes on the same processors. Of a hosted one,
    whose answers take a second, few documents at once keep no second process busy.
    """
    most = min(_processors(), concurrency // _AT_ONCE_A_WORKER)
    if model == LOCAL or most < _SEVERAL or not given.is_large():
        return 1
    return most


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class ExtractJob:
    """What a person asked for. `output` None is stdout; `folder` is where the run is kept.

    `log` is a file for the events of the run. With `batch` the model is asked by batches of its
    provider. Rows of the run in the folder `since` are carried over, and what is different from it
    is written to the file `changes`. Values below their `thresholds` are taken out of the rows, and
    the whole rows are written to the file `review`.
    """

    input: Input
    output: Path | None
    options: EngineOptions
    schema: type[BaseModel] = Posting
    folder: Path | None = None
    retry_failed: bool = False
    log: Path | None = None
    batch: bool = False
    since: Path | None = None
    changes: Path | None = None
    thresholds: Thresholds | None = None
    review: Path | None = None


def check_output(job: ExtractJob) -> None:
    """Raise InputError for an unknown format, a missing folder, or an output among the inputs."""
    if "" in job.input.paths:
        raise InputError("a PATH is empty: name a file, a directory or a pattern; - is stdin")
    if job.folder is not None:
        _check_folder(job, job.folder)
    if job.changes is not None:
        _check_apart(job.changes, "changes", job.input.paths, new=True)
    if job.thresholds is not None:
        _check_thresholds(job, job.thresholds)
    if job.log is not None:
        if job.output is not None and job.output.resolve() == job.log.resolve():
            raise InputError(f"{job.log} is the output too: choose another file for the log")
        _check_apart(job.log, "log", job.input.paths, new=True)
    if job.output is None:
        return
    if job.output.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise InputError(f"{job.output}: the file's name must end in one of {known}")
    if job.output.suffix.lower() == _OF_POSTINGS and not issubclass(job.schema, Posting):
        raise InputError(
            f"{job.output}: {_OF_POSTINGS} is a format for job postings; choose another for "
            f"{job.schema.__name__}"
        )
    _check_apart(job.output, "output", job.input.paths)


def _check_thresholds(job: ExtractJob, thresholds: Thresholds) -> None:
    schema = schema_of(job.schema)
    thresholds.check(schema.sha256, [field.name for field in schema.fields])
    if job.review is None:
        return
    if job.review.suffix.lower() != ".jsonl":
        raise InputError(f"{job.review}: the file for review is JSON Lines: end its name in .jsonl")
    others = {file.resolve() for file in (job.output, job.log, job.changes) if file}
    if job.review.resolve() in others:
        raise InputError(f"{job.review} is written by another option too: choose another file")
    _check_apart(job.review, "review", job.input.paths, new=True)


def _check_folder(job: ExtractJob, folder: Path) -> None:
    if job.since is not None and job.since.resolve() == folder.resolve():
        raise InputError(f"{folder} is the run itself: give --since the folder of an earlier one")
    for file in (job.output, job.log, job.changes, job.review):
        if file is not None and _is_of_run(file, folder, rows=file != job.output):
            raise InputError(f"{file} is a file of the run itself: choose another")
    for path in job.input.paths:
        if Path(path).is_dir() and folder.resolve().is_relative_to(Path(path).resolve()):
            raise InputError(f"{folder} is in {path}, whose files are read: keep the run elsewhere")
    for file in (job.output, job.review):
        if file is not None and file.resolve().parent != folder.resolve():
            check_place(file)  # The run opens it only when all is read and paid for.


def _is_of_run(file: Path, folder: Path, *, rows: bool) -> bool:
    own = (*_OF_RUN, ROWS) if rows else _OF_RUN
    return file.resolve().parent == folder.resolve() and file.name.startswith(own)


def _check_apart(file: Path, what: str, paths: tuple[str, ...], *, new: bool = False) -> None:
    """Refuse an output that is an input too; a `new` one exists before directories are searched."""
    written = file.resolve()
    for path in paths:
        inputs = [path] if Path(path).exists() else glob(path, recursive=True)  # noqa: PTH207
        for one in map(Path, inputs):
            inside = written.is_relative_to(one.resolve()) and is_searched(written)
            if one.resolve() == written or (inside and (new or written.exists())):
                raise InputError(f"{file} is an input too: choose another file for the {what}")
