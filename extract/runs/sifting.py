"""Rows that are sure enough go to the output; what is taken out of them is kept for review."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from extract.asking.extractor import Extractor
from extract.output import Row, Write
from extract.record import Failure
from extract.runs.job import ExtractJob
from extract.runs.rows_file import RowsFile

__all__ = ["say_doubt", "sifted"]

UNSURE = "unsure"
"""The key of a row for review that names the fields whose values were taken out."""


def say_doubt(job: ExtractJob, extractor: Extractor[Any], say: Callable[[str], None]) -> None:
    """Say so if the thresholds were measured with another model or prompt."""
    if job.thresholds is not None:
        why = job.thresholds.doubt(extractor.client.model.name, extractor.prompt.sha256)
        if why:
            say(f"postings: {why}")


@contextmanager
def sifted(job: ExtractJob, write: Write, say: Callable[[str], None]) -> Iterator[Write]:
    """Yield what writes a row without the values that are below their thresholds.

    The whole row goes to the job's file for review first, with the names of these fields. Raises
    InputError if that file cannot be opened.
    """
    thresholds = job.thresholds
    if thresholds is None:
        yield write
        return
    rows = values = 0
    with ExitStack() as stack:
        review = None if job.review is None else RowsFile(job.review)
        put = None if review is None else stack.enter_context(review.copying(job.schema, say))

        def sift(row: Row) -> None:
            nonlocal rows, values
            unsure = [] if isinstance(row, Failure) else thresholds.unsure(row)
            if isinstance(row, Failure) or not unsure:
                write(row)
                return
            rows, values = rows + 1, values + len(unsure)
            if put is not None:
                put({**row.model_dump(mode="json"), UNSURE: unsure})
            write(thresholds.without(row, unsure))

        yield sift
    place = f"; whole rows in {job.review}" if job.review is not None else ""
    say(f"postings: took {values:,} unsure fields out of {rows:,} rows{place}")
