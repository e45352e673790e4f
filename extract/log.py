"""What happens in a run, an event at a time, under the logger "postings": for machines to read.

An event's name is the message of the log record and its fields are the record's attributes, as
with `extra`. Nobody sees them who did not ask, by `--log` or with a handler of their own. What a
posting says, an answer, a message of an error, which can quote both, and a key are in none.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from extract.errors import InputError

__all__ = ["about", "appended", "event", "fields_of"]

_LOGGER = logging.getLogger("postings")
_LOGGER.addHandler(logging.NullHandler())
_USUAL = logging.makeLogRecord({}).__dict__.keys() | {"asctime", "message", "taskName"}
"""What every record has: the rest are the fields of the event."""

_DOCUMENT: ContextVar[str | None] = ContextVar("document", default=None)


def event(name: str, level: int = logging.INFO, **fields: object) -> None:
    """Log an event. The document that is being read is a field of it."""
    if _LOGGER.isEnabledFor(level):
        document = _DOCUMENT.get()
        of = {} if document is None else {"document": document}
        _LOGGER.log(level, name, extra=of | fields, stacklevel=2)


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """Return the fields of an event.

    Ray gives every record of its process a field of its own, `_ray_timestamp_ns`.
    """
    return {
        name: value
        for name, value in vars(record).items()
        if name not in _USUAL and not name.startswith("_")
    }


@contextmanager
def about(document: str) -> Iterator[None]:
    """Put the id of a document in the events of the block."""
    token = _DOCUMENT.set(document)
    try:
        yield
    finally:
        _DOCUMENT.reset(token)


@contextmanager
def appended(file: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Append the events of the block to a file, a JSON object a line.

    Raises InputError where the file cannot be written. If that happens later the block goes on,
    and `say` is told once.
    """
    try:
        handler = _EventFile(file, say)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}") from error
    level = _LOGGER.level
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        _LOGGER.setLevel(level)
        _LOGGER.removeHandler(handler)
        with suppress(OSError):
            handler.close()


class _EventFile(logging.FileHandler):
    def __init__(self, file: Path, say: Callable[[str], None]) -> None:
        super().__init__(file, encoding="utf-8")
        self._say: Callable[[str], None] | None = say

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        return json.dumps(event | fields_of(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        if self._say is not None:
            self._say(f"postings: {self.baseFilename} cannot be written: {sys.exception()}")
            self._say = None
