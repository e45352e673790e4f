"""The file of a run's rows, in the format that its name says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from pydantic import BaseModel

from extract.errors import InputError
from extract.output import FORMATS, PartFile, Row, Write
from extract.output.json_rows import one_line
from extract.runs.journal_rows import row_of

__all__ = ["RowsFile"]


@dataclass(slots=True)
class RowsFile:
    """A file of rows: how many were written, and once it is closed the `place` where they are.

    `place` is None if there are no rows.
    """

    path: Path
    rows: int = 0
    place: Path | None = None

    @contextmanager
    def opened(self, schema: type[BaseModel], say: Callable[[str], None]) -> Iterator[Write]:
        """Yield what writes a row. The file takes its name only if the block ends well.

        Raises InputError if the file cannot be opened, OSError if a row cannot be written.
        """
        form = FORMATS[self.path.suffix.lower()]
        with self._part() as stream, form(stream, schema, say) as write:

            def counted(row: Row) -> None:
                write(row)
                self.rows += 1

            yield counted

    @contextmanager
    def copying(
        self, schema: type[BaseModel], say: Callable[[str], None]
    ) -> Iterator[Callable[[dict[str, Any]], None]]:
        """Yield what writes a row that is a JSON object already, as `opened` does.

        Lines of JSON are written without a record being made, which takes ten times as long.
        """
        if self.path.suffix.lower() != ".jsonl":
            with self.opened(schema, say) as write:
                yield lambda fields: write(row_of(fields, schema, failed="error" in fields))
            return
        with self._part() as stream:

            def copied(fields: dict[str, Any]) -> None:
                stream.write(one_line(fields) + "\n")
                self.rows += 1

            yield copied

    @contextmanager
    def _part(self) -> Iterator[TextIO]:
        try:
            part = PartFile(self.path)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{self.path} cannot be written: {reason}") from error
        complete = False
        try:
            yield part.stream
            complete = True
        finally:
            self.place = part.close(rows=self.rows, complete=complete)
