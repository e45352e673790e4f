"""pyarrow, for those who have installed it: it is an extra, and slow to import."""

from __future__ import annotations

from typing import Any

from extract.errors import InputError

__all__ = ["arrow"]


def arrow() -> tuple[Any, Any]:
    """Return the modules `pyarrow` and `pyarrow.parquet`.

    Raises InputError where they are not installed, saying how to get them.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - only when it is needed
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise InputError(
            "Parquet, zstd and tables need pyarrow: pip install 'postings[parquet]'"
        ) from error
    return pa, pq
