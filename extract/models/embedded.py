"""The `model` commands: get, find and check the embedded model."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

from extract.errors import WeightsError
from extract.models import local
from extract.terminal import progress_on

__all__ = ["path", "pull", "verify"]


def pull(*, force: bool) -> Path:
    """Get the model if it is not there yet, with progress on stderr, and return its path.

    Raises WeightsError.
    """
    with _progress() as progress:
        return local.resolve(progress=progress, force=force)


def path() -> Path:
    """Return where the model is. Raises WeightsError where it is not: nothing is fetched."""
    cached = user_cache_path("postings") / local.DEFAULT.filename
    if not cached.is_file():
        raise WeightsError(f"the model is not at {cached} yet; run `postings model pull`")
    return cached


def verify(file: Path | None) -> str:
    """Read a whole file, and say that it is the model. Raises WeightsError where it is not."""
    chosen = file if file is not None else path()
    with _progress() as progress:
        local.verify(chosen, progress)
    return f"{chosen} is {local.DEFAULT.name} (SHA-256 {local.DEFAULT.sha256})"


@contextmanager
def _progress() -> Iterator[local.Progress]:
    progress = progress_on(sys.stderr)
    try:
        yield progress.bytes
    finally:
        progress.close()
