"""Word lists in several languages, kept as data in the TOML files beside this module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from extract.lexicon.files import load, names, words
from extract.lexicon.table import Hit, WordTable

__all__ = ["Hit", "WordTable", "compiled", "load", "names", "pattern", "scan", "words"]


@cache
def pattern(name: str, table: str) -> WordTable:
    """Return the words of a table, to be sought in texts: whole words, any case, any spacing.

    >>> pattern("workplace", "remote").search("Work location: REMOTE").group()
    'REMOTE'
    """
    return WordTable(words(name, table))


def scan(name: str, table: str, text: str, start: int = 0, end: int | None = None) -> Iterator[Hit]:
    """Yield where words of a table stand in `text[start:end]`.

    >>> [found.start() for found in scan("workplace", "remote", "Remote, or not remote")]
    [0, 15]
    """
    return pattern(name, table).finditer(text, start, end)


def compiled(listed: Iterable[str]) -> WordTable:
    """Return words, to be sought in texts."""
    return WordTable(tuple(listed))
