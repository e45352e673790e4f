"""The rows in a journal, as they are read from it and written to it, and what they cost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from extract.record import Failure, Record
from extract.values import Usage

__all__ = [
    "NOTHING_SPENT",
    "KeptRow",
    "costing",
    "counts_in",
    "fields_in",
    "held_in",
    "json_of",
    "kept_rows_in",
    "record_of",
    "row_of",
    "rows_in",
    "spent_in",
]

NOTHING_SPENT = {"prompt": 0, "completion": 0, "cached": 0, "calls": 0}
"""The usage of a row whose text was asked for another one."""

_ROWS = """
SELECT id, source, coalesce(failure, row), failure IS NOT NULL OR failed, EXISTS (
    SELECT 1 FROM documents AS earlier
    WHERE earlier.text_sha256 = documents.text_sha256 AND earlier.position < documents.position)
FROM documents LEFT JOIN answers USING (text_sha256)
WHERE coalesce(failure, row) IS NOT NULL ORDER BY position
"""

_COUNTS = """
SELECT CASE WHEN failure IS NOT NULL OR failed
    THEN json_extract(coalesce(failure, row), '$.error') END AS error, count(*)
FROM documents LEFT JOIN answers USING (text_sha256)
WHERE coalesce(failure, row) IS NOT NULL GROUP BY error ORDER BY error
"""

_HELD = "outcome IS NULL OR outcome = 'unknown'"

_KEPT = """
SELECT answers.text_sha256, row, failed, marks, answer
FROM answers LEFT JOIN kept USING (text_sha256) LEFT JOIN codes ON codes.number = code
WHERE answers.text_sha256 > ? ORDER BY answers.text_sha256 LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """The row of a text as JSON, and the answer it was derived from with the code of `marks`."""

    sha256: str
    row: str
    failed: bool
    marks: str | None
    answer: bytes | None


def kept_rows_in(db: sqlite3.Connection, many: int) -> Iterator[list[KeptRow]]:
    """Yield the rows of all texts, `many` at a time; they may be written between."""
    last = ""
    while chunk := db.execute(_KEPT, (last, many)).fetchall():
        yield [KeptRow(sha, row, bool(failed), *kept) for sha, row, failed, *kept in chunk]
        last = chunk[-1][0]


def rows_in(db: sqlite3.Connection, schema: type[BaseModel]) -> Iterator[Record[Any] | Failure]:
    """Yield the row of each document that has one, in the order of the input.

    Of documents with the same text the first has what it cost, the others cost nothing.
    """
    for fields, failed in fields_in(db):
        yield row_of(fields, schema, failed=failed)


def fields_in(db: sqlite3.Connection) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield the JSON object of each of these rows, and whether it is a failure."""
    for id_, source, row, failed, repeated in db.execute(_ROWS):
        fields = json.loads(row) | {"id": id_, "source": source}
        if repeated:
            costing(fields)["usage"] = NOTHING_SPENT
        yield fields, bool(failed)


def costing(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the object in a row's JSON that has its usage: a failure's own, or the provenance."""
    part: dict[str, Any] = fields if "error" in fields else fields["provenance"]
    return part


def spent_in(db: sqlite3.Connection) -> Usage:
    """Return the tokens of all requests, as the server counted them."""
    return _usage(db, "sum(prompt), sum(completion), sum(cached)", "true")


def held_in(db: sqlite3.Connection) -> Usage:
    """Return the most that the requests of unknown cost can have cost."""
    return _usage(db, "sum(prompt_bound), sum(completion_bound), 0", _HELD)


def _usage(db: sqlite3.Connection, sums: str, condition: str) -> Usage:
    row = db.execute(f"SELECT {sums}, count(*) FROM requests WHERE {condition}")  # noqa: S608
    return Usage(*(int(count or 0) for count in row.fetchone()))


def counts_in(db: sqlite3.Connection) -> tuple[int, dict[str, int]]:
    """Return how many documents gave a record, and how many failed, by the kind of error."""
    records, failures = 0, dict[str, int]()
    for error, count in db.execute(_COUNTS):
        if error is None:
            records = count
        else:
            failures[error] = count
    return records, failures


def row_of(fields: Any, schema: type[BaseModel], *, failed: bool) -> Record[Any] | Failure:
    """Return the row that a JSON object holds."""
    return Failure.model_validate(fields) if failed else record_of(fields, schema)


def record_of(fields: Any, schema: type[BaseModel]) -> Record[Any]:
    """Return the record that a JSON object holds."""
    record: Record[Any] = Record[schema].model_validate(fields)  # type: ignore[valid-type]
    return record


def json_of(row: Record[Any] | Failure) -> str:
    """Return a row as the journal keeps it, and as a worker process sends it."""
    # ASCII: a text may hold half of a surrogate pair, which UTF-8 and SQLite cannot hold.
    return json.dumps(row.model_dump(mode="json"))
