"""The `extract` command: documents in, rows out, and what the process says and returns.

Rows are written in the order of the documents, each as soon as it is done, so that a run that is
cut keeps what it has paid for. A fault that every document would meet (a refused key, an unknown
model, a server that is down from the start) ends the run; any other is a row of its own.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from glob import glob
from io import TextIOWrapper
from itertools import chain
from pathlib import Path

import anyio

from extract.api import LOCAL, extract_many
from extract.errors import InputError, PostingsError
from extract.local import resolve
from extract.model import Model
from extract.posting import Posting
from extract.record import Failure, Record, failure_of
from extract.table import render
from extract.terminal import Progress, progress_on
from extract.text.sources import Unreadable, documents
from extract.values import Document
from extract.writers import FORMATS, Part, Row, Write, json_lines

__all__ = ["Job", "run"]

FINE, SOME_FAILED, UNUSABLE, CUT, PIPE_CLOSED = 0, 1, 2, 130, 141
"""Exit codes; 130 and 141 are what a shell reports for an interrupt and a closed pipe."""

_HOPELESS = {"AuthenticationError", "UnknownModelError"}
_NAMED = 5
_COUNTED = 50_000_000
"""Bytes up to which a JSONL file is read once more, to know how many rows it has."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a person asked for on the command line. `output` None is stdout."""

    paths: tuple[str, ...]
    jsonl: bool
    output: Path | None
    model: str | Model
    prompt: str
    concurrency: int


def run(job: Job) -> int:
    """Do the job, say on stderr how it goes, and return the exit code."""
    # Without a handler Python prints what libraries log, with the model's raw words in it.
    logging.getLogger().addHandler(logging.NullHandler())
    work = _Run(job, progress_on(sys.stderr), _count(job))
    try:
        _check_output(job)
        work.all()
    except KeyboardInterrupt:
        work.end(f"cut: {work.so_far()}")
        return CUT
    except BrokenPipeError:
        # Whatever is still buffered would raise again when the interpreter flushes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (_Hopeless, PostingsError) as error:
        work.end(f"{error}; {work.so_far()}" if work.rows else str(error))
        return UNUSABLE
    except OSError as error:
        work.end(f"the rows cannot be written: {error.strerror or error}; {work.so_far()}")
        return UNUSABLE
    finally:
        work.progress.close()
    if work.failed:
        work.end(work.failures())
        return SOME_FAILED
    if work.kept:
        work.end(work.so_far())
    return FINE


class _Hopeless(Exception):  # noqa: N818 - a decision to stop, not a fault of its own
    """Every further document would fail like this one."""


@dataclass(slots=True)
class _Run:
    """How far a run is. `total` is None where it is not known; `kept` is the file of its rows."""

    job: Job
    progress: Progress
    total: int | None
    rows: int = 0
    answered: bool = False
    failed: list[Failure] = field(default_factory=list)
    kept: Path | None = None

    def all(self) -> None:
        """Read every document. The model is only looked for once there is one to read."""
        with self._sink() as write:
            given = documents(self.job.paths, jsonl=self.job.jsonl)
            for document in given:
                if isinstance(document, Document):
                    self._prepare()
                    anyio.run(self._read, chain([document], given), write)
                    break
                self._take(failure_of(document.id, document.source, document.error), write)

    def so_far(self) -> str:
        """Say how many are done, and where they are."""
        of = f" of {self.total}" if self.total else ""
        place = f", in {self._place(self.kept)}" if self.kept else ""
        return f"{self.rows}{of} done{place}"

    def failures(self) -> str:
        """Say which failed."""
        if len(self.failed) == 1 and self.rows == 1:
            return self.failed[0].message
        named = [f"{row.id} ({row.error})" for row in self.failed[:_NAMED]]
        more = len(self.failed) - len(named)
        rest = f" and {more} more" if more else ""
        place = f"; all rows are in {self._place(self.kept)}" if self.kept else ""
        return f"{len(self.failed)} of {self.rows} failed: {', '.join(named)}{rest}{place}"

    def end(self, line: str) -> None:
        """Say the last line of the run."""
        self.progress.close()
        self.progress.say(f"postings: {line}")

    def _place(self, kept: Path) -> str:
        # As it was typed, unless the rows had to stay beside it.
        given = self.job.output or kept
        beside = kept.name != given.resolve().name
        return str(given.with_name(kept.name) if beside else given)

    @contextmanager
    def _sink(self) -> Iterator[Write]:
        if self.job.output is None:
            at_terminal = sys.stdout.isatty()
            if isinstance(sys.stdout, TextIOWrapper):
                # Rows are UTF-8 whatever the locale; a terminal gets what it can show.
                encoding = None if at_terminal else "utf-8"
                sys.stdout.reconfigure(encoding=encoding, errors="replace", newline="\n")
            if at_terminal:
                yield lambda row: self.progress.show(render(row))
            else:
                with json_lines(sys.stdout, Posting) as write:
                    yield write
            return
        try:
            part = Part(self.job.output)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{self.job.output} cannot be written: {reason}") from error
        complete = False
        try:
            with FORMATS[self.job.output.suffix.lower()](part.stream, Posting) as write:
                yield write
            complete = True
        finally:
            self.kept = part.close(rows=self.rows, complete=complete)

    def _prepare(self) -> None:
        if self.job.model == LOCAL:
            resolve(progress=self.progress.bytes)
            self.progress.start("loading the model", self.total)
        else:
            self.progress.start("connecting to the model", self.total)

    async def _read(self, given: Iterable[Document | Unreadable], write: Write) -> None:
        many = extract_many(
            self._told(given),
            model=self.job.model,
            prompt=self.job.prompt,
            concurrency=self.job.concurrency,
        )
        async with aclosing(many) as rows:
            async for row in rows:
                self._stop_if_hopeless(row)
                self._take(row, write)

    def _told(self, given: Iterable[Document | Unreadable]) -> Iterator[Document | Unreadable]:
        for document in given:
            self.progress.reading(document.id)
            yield document

    def _stop_if_hopeless(self, row: Row) -> None:
        if isinstance(row, Record):
            self.answered = True
        elif row.error in _HOPELESS or (row.error == "TransportError" and not self.answered):
            raise _Hopeless(row.message)
        else:
            self.answered = self.answered or row.error != "InputError"

    def _take(self, row: Row, write: Write) -> None:
        write(row)
        self.rows += 1
        if isinstance(row, Record):
            verdict = "posting" if row.is_posting else "not a posting"
            self.progress.done(row.id, f"{verdict}, {row.provenance.seconds:.1f} s")
        else:
            self.failed.append(row)
            self.progress.done(row.id, f"failed, {row.error}: {row.message}")


def _check_output(job: Job) -> None:
    """Refuse a format that is not known, and to write over what is to be read."""
    if job.output is None:
        return
    if job.output.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise InputError(f"{job.output}: the file's name must end in one of {known}")
    output = job.output.resolve()
    for path in job.paths:
        inputs = [path] if Path(path).exists() else glob(path, recursive=True)  # noqa: PTH207
        for one in map(Path, inputs):
            # Of a directory every text file is read, which an earlier CSV output is not.
            inside = output.is_relative_to(one.resolve()) and output.suffix.lower() != ".csv"
            if one.resolve() == output or (inside and output.exists()):
                raise InputError(
                    f"{job.output} is an input too: choose another file for the output"
                )


def _count(job: Job) -> int | None:
    """Return how many documents there are, where that costs next to nothing to know."""
    counts = [_count_of(Path(path), jsonl=job.jsonl) for path in job.paths]
    return None if None in counts else sum(count or 0 for count in counts)


def _count_of(path: Path, *, jsonl: bool) -> int | None:
    try:
        if not path.is_file():
            return None
        if not (jsonl or path.suffix.lower() == ".jsonl"):
            return 1
        if path.stat().st_size > _COUNTED:
            return None
        with path.open("rb") as rows:
            return sum(1 for row in rows if row.strip())
    except OSError:
        return None
