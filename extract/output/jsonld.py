"""Rows as JSON-LD: one array of schema.org JobPosting objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from pydantic import BaseModel

from extract.errors import abridged
from extract.output.jobposting import job_posting, missing
from extract.output.json_rows import array, one_line
from extract.output.row import Row, Say, Write, unsaid
from extract.record import Failure
from extract.values import Salary

__all__ = ["json_ld"]

_NAMED = 3


@contextmanager
def json_ld(stream: TextIO, _schema: type[BaseModel], say: Say = unsaid) -> Iterator[Write]:
    r"""Write one JSON array with a JobPosting on each line, each complete in itself.

    Every `<` is written as `\u003c`, so that a line can stand in a page's script element.
    Failures and what is no posting are left out. At the end `say` gets a line on those, and on
    which postings lack a property that Google's job search requires.
    """
    notes: dict[str, _Note] = defaultdict(_Note)

    def write(row: Row) -> None:
        if isinstance(row, Failure):
            notes["left out, failed"].add(row.id)
        elif not row.is_posting:
            notes["left out, not a posting"].add(row.id)
        else:
            made = job_posting(row)
            item(one_line(made).replace("<", "\\u003c"))
            for name in missing(made):
                notes[f"without {name}, which Google requires"].add(row.id)
            pay = getattr(row.posting, "salary", None)
            if isinstance(pay, Salary) and "baseSalary" not in made:
                notes["without baseSalary, its amount or currency is unsaid"].add(row.id)

    with array(stream) as item:
        try:
            yield write
        finally:
            for what, note in notes.items():
                say(f"JobPosting {what}: {note}")


@dataclass(slots=True)
class _Note:
    """How many rows something is true of, and which are the first of them."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.count} ({abridged(self.first, self.count)})"

    def add(self, name: str) -> None:
        self.count += 1
        if self.count <= _NAMED:
            self.first.append(name)
