"""Texts that take long to make, of our words or other packages' data, kept in the user's cache.

A kept text is named after what it was made from: the versions of Python and of the packages, the
code that makes it and our own words. If it is missing or damaged it is made again; if it cannot be
written, every process makes its own.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from extract.whole_file import write_whole

__all__ = ["made_once"]

_KEPT = 4
"""Texts of one name that stay: of several environments, or of older versions."""


def made_once(
    name: str, make: Callable[[], str], packages: Sequence[str], *files: str | Path
) -> str:
    """Return what `make` returns, from the cache where an earlier process has kept it.

    `packages` are the distributions whose data `make` reads, `files` what else it depends on
    beside its own module.
    """
    path = _path(name, (make.__code__.co_filename, *files), packages)
    with suppress(OSError, ValueError):
        digest, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() == digest:
            return body.decode()
    text = make()
    with suppress(OSError):
        _keep(path, text.encode())
    return text


def _path(name: str, files: Sequence[str | Path], packages: Sequence[str]) -> Path:
    # Python folds letters and parses expressions: another version may do so differently.
    key = hashlib.sha256(" ".join([sys.version, *map(version, packages)]).encode())
    for file in files:
        # An installation without sources changes with the version of the package.
        key.update(
            Path(file).read_bytes() if Path(file).is_file() else version("postings").encode()
        )
    return user_cache_path("postings") / "derived" / f"{name}-{key.hexdigest()[:16]}"


def _keep(path: Path, body: bytes) -> None:
    """Write a text with its digest; of its name only the latest stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    kept = path.parent.glob(path.name.rpartition("-")[0] + "-*")
    for old in sorted(kept, key=os.path.getmtime, reverse=True)[_KEPT:]:
        old.unlink()
