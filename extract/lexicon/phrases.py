"""Where the phrases of a vocabulary table stand in a text, also where they overlap."""

from __future__ import annotations

from functools import cache

from extract.lexicon.files import words
from extract.lexicon.table import WordTable
from extract.values import Span

__all__ = ["lowered", "occurrences"]


def lowered(text: str) -> str:
    """Return `text` in lower case, with every character in its place.

    >>> len(lowered("İstanbul")) == len("İstanbul")
    True
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := one.lower()) == 1 else one for one in text)


def occurrences(name: str, table: str, text: str) -> tuple[Span, ...]:
    """Return where phrases of the table stand in a text as whole words.

    Spans are in order and may overlap.

    >>> occurrences("boilerplate", "copyright", "Acme, All Rights Reserved")
    (Span(start=6, end=25),)
    """
    return tuple(Span(*found) for found in _phrases(name, table).everywhere(text))


@cache
def _phrases(name: str, table: str) -> WordTable:
    return WordTable(words(name, table), "phrase")
