"""Read rows of records from files, and count those that cannot be compared, by reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extract.errors import InputError
from extract.sources.columns import Columns
from extract.sources.row_files import row_format, rows_of

__all__ = ["Census", "record_rows"]

_SHOWN = 5
_NAMES = {
    "failed": "failures of the extraction",
    "not_postings": "not a posting",
    "no_record": "no record",
    "nameless": "neither title nor employer",
    "unread": "cannot be read",
}


@dataclass(slots=True)
class Census:
    """How many rows there were, how many can be compared, and why the others cannot.

    `unquoted` and `repeated` are compared all the same: rows without any quote, and rows with an id
    that an earlier row has. `faults` are the first messages about what cannot be read.
    """

    rows: int = 0
    compared: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    unquoted: int = 0
    repeated: int = 0
    faults: list[str] = field(default_factory=list)
    _ids: set[int] = field(default_factory=set)

    def leave_out(self, reason: str, fault: str = "") -> None:
        """Count a row that is not compared."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1
        if fault and len(self.faults) < _SHOWN:
            self.faults.append(fault)

    def take(self, row: Mapping[str, Any]) -> None:
        """Count a row that is compared."""
        self.compared += 1
        self.unquoted += not isinstance(row.get("evidence"), Mapping) or not row["evidence"]
        name = hash(str(row.get("id")))
        self.repeated += name in self._ids
        self._ids.add(name)

    @property
    def unread(self) -> int:
        """How many lines and files could not be read."""
        return self.left_out.get("unread", 0)

    def __str__(self) -> str:
        """Return the counts in one line.

        >>> str(Census(rows=3, compared=2, left_out={"failed": 1}, repeated=1))
        '3 rows, 2 compared; left out: 1 failures of the extraction; 1 with an id that another has'
        """
        parts = [f"{self.rows:,} rows, {self.compared:,} compared"]
        if self.left_out:
            listed = (f"{count:,} {_NAMES[name]}" for name, count in sorted(self.left_out.items()))
            parts.append(f"left out: {', '.join(listed)}")
        if self.unquoted:
            parts.append(f"{self.unquoted:,} without quotes")
        if self.repeated:
            parts.append(f"{self.repeated:,} with an id that another has")
        return "; ".join(parts)


def record_rows(paths: Iterable[str], census: Census) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each row that can be compared, with its file and line ("rows.jsonl:12").

    What cannot be compared is counted in `census`, and the rest is read.
    """
    for path in paths:
        source = "stdin" if path == "-" else path
        try:
            _check(path)
            for number, row in rows_of(path, "jsonl", Columns()):
                census.rows += 1
                place = f"{source}:{number}"
                if isinstance(row, InputError):
                    census.leave_out("unread", str(row))
                elif reason := _left_out(row):
                    census.leave_out(reason)
                else:
                    census.take(row)
                    yield place, row
        except InputError as error:
            census.leave_out("unread", str(error))


def _check(path: str) -> None:
    """Raise InputError if a path is not a file of JSON lines by its name."""
    if path != "-" and Path(path).is_dir():
        raise InputError(f"{path}: a folder; name its files of rows")
    if row_format(path) in {"csv", "parquet"}:
        raise InputError(
            f"{path}: rows are read from JSON lines, which keep the quotes; write them with"
            " postings extract -o rows.jsonl"
        )


def _left_out(row: Mapping[str, Any]) -> str | None:
    """Return why a row cannot be compared, None if it can."""
    posting = row.get("posting")
    if not isinstance(posting, Mapping):
        return "failed" if isinstance(row.get("error"), str) else "no_record"
    if row.get("is_posting") is False:
        return "not_postings"
    named = (posting.get("title"), posting.get("company"))
    if not any(isinstance(name, str) and name.strip() for name in named):
        return "nameless"
    return None
