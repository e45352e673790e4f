"""Open files as bytes; those whose name ends in `.gz` or `.zst` are unpacked on the way."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from extract.arrow import arrow
from extract.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DAMAGED", "is_packed", "opened", "unpacked"]

DAMAGED = (OSError, EOFError, zlib.error)
"""What reading raises if a file is missing, forbidden or damaged."""

_PACKED = frozenset({".gz", ".zst"})


def is_packed(file: str | Path) -> bool:
    """Tell whether a file's name says that it is packed.

    >>> is_packed("rows.jsonl.gz"), is_packed("rows.jsonl")
    (True, False)
    """
    return Path(file).suffix.lower() in _PACKED


def unpacked(file: str | Path) -> Path:
    """Return the name of the file inside.

    >>> unpacked("rows.jsonl.gz").name, unpacked("page.html").name
    ('rows.jsonl', 'page.html')
    """
    path = Path(file)
    return path.with_suffix("") if is_packed(path) else path


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`, as a stream of its unpacked bytes.

    Raises one of DAMAGED, also while the stream is read, and InputError for `.zst` files if pyarrow
    is not installed.
    """
    if file == "-":
        if sys.stdin is None:  # a process can be started without one
            raise InputError("stdin: it is closed")
        yield sys.stdin.buffer
        return
    match Path(file).suffix.lower():
        case ".gz":
            stream = cast("BinaryIO", gzip.open(file))  # noqa: SIM115 - below
        case ".zst":
            pa, _ = arrow()
            stream = io.BufferedReader(pa.input_stream(file, compression="zstd"))
        case _:
            stream = Path(file).open("rb")  # noqa: SIM115
    with stream:
        yield stream
