"""Write a file whole or not at all, and check early that it can be written."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from extract.errors import InputError

__all__ = ["check_place", "write_text", "write_whole"]


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its name, then give it its name. Raises OSError.

    A reader sees the old file or the new one, also after a crash.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, in UTF-8. Raises InputError if it cannot be written.

    A lone surrogate of a broken page, which has no UTF-8 form, is written as an escape. A link
    keeps pointing where it points, and a pipe or a terminal is written to.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            write_whole(path.resolve(), data)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


def check_place(path: Path | None) -> None:
    """Raise InputError if a file cannot be written because of its directory.

    What is written at the end of a long run is checked at its beginning.
    """
    if path is None:
        return
    place = path.resolve().parent
    if not place.is_dir():
        raise InputError(f"{path} cannot be written: there is no directory {path.parent}")
    if not os.access(place, os.W_OK):
        raise InputError(f"{path} cannot be written: {os.strerror(errno.EACCES)}")
