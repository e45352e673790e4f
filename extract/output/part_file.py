"""A file that is written beside its final name, so that half of one never passes for a whole."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TextIO

__all__ = ["PartFile"]


class PartFile:
    """A file written beside its final name, which it takes when it is closed.

    So a run that is killed never passes for a whole one, and its rows are there all the same.
    `replaces` tells whether a file of that name is there already: it stays until the run is
    complete. What an earlier or another run left beside it is never written over.

    Raises OSError where the file cannot be written.
    """

    def __init__(self, target: Path) -> None:
        # A link keeps pointing where it points: the file behind it is replaced.
        self._target = target.resolve()
        if self._target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        self.replaces = self._target.exists()
        self._part, self.stream = _fresh(self._target)

    def close(self, *, rows: int, complete: bool) -> Path | None:
        """Give the file its name, and return where the rows are, if there are any.

        A run that was cut does not replace an earlier file: its rows stay beside it. So they do
        where the last of them cannot be written; then, if the run was complete, raises OSError.
        """
        whole = False
        try:
            self.stream.flush()
            os.fsync(self.stream.fileno())
            whole = True
        except OSError:
            if complete:
                raise
        finally:
            with suppress(OSError):
                self.stream.close()
        if not rows and not complete:
            self._part.unlink(missing_ok=True)
            return None
        if not whole or (not complete and self._target.exists()):
            return self._part
        return self._part.replace(self._target)


def _fresh(target: Path) -> tuple[Path, TextIO]:
    for number in count(1):
        part = target.with_name(f"{target.name}.part{number if number > 1 else ''}")
        with suppress(FileExistsError):
            return part, part.open("x", encoding="utf-8", newline="")
    raise AssertionError
