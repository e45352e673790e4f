"""Subjects whose words change at their ends: they are known by the beginnings of their words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from extract.kinds.skills.mentions import skill_groups
from extract.lexicon.files import UNSPACED

__all__ = ["begins", "unspaced_subjects", "words_taken"]

_ENDING = 4
"""Letters that a word may have beyond its beginning."""
_SIGN = 3
"""Letters by which most words are known to begin no entry."""

# Korean has spaces between words; Chinese and Japanese have none.
_HANGUL = re.compile(r"[\uac00-\ud7af]")


def begins(word: str) -> bool:
    """Tell whether a word, in folded case, may begin an entry."""
    return word[:_SIGN] in _signs() and bool(_openings(word))


def words_taken(words: Sequence[str]) -> int:
    """Return how many of the words, in folded case, the longest entry takes that they begin with.

    >>> words_taken(["обработки", "заказов", "и"]), words_taken(["обработка"])
    (2, 0)
    """
    fitting = (
        len(rest) + 1
        for opening in _openings(words[0])
        for rest in _stems()[opening]
        if len(rest) < len(words) and all(map(_is_of, words[1:], rest))
    )
    return max(fitting, default=0)


def unspaced_subjects() -> list[str]:
    """Return the entries that are written without spaces, which no words separate."""
    return [entry for entry in _entries() if _is_unspaced(entry)]


def _openings(word: str) -> list[str]:
    stems = _stems()
    shortest = max(1, len(word) - _ENDING)
    return [word[:end] for end in range(shortest, len(word) + 1) if word[:end] in stems]


def _is_of(word: str, stem: str) -> bool:
    return word.startswith(stem) and len(word) <= len(stem) + _ENDING


@cache
def _stems() -> Mapping[str, Sequence[tuple[str, ...]]]:
    """Return the beginnings of first words, with those of the words after them."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in _entries():
        if not _is_unspaced(entry):
            first, *rest = entry.replace("-", " ").split()
            found.setdefault(first, []).append(tuple(rest))
    return found


@cache
def _signs() -> frozenset[str]:
    return frozenset(stem[:_SIGN] for stem in _stems())


def _entries() -> list[str]:
    return [entry for group in skill_groups("stems") for entry in group]


def _is_unspaced(entry: str) -> bool:
    return UNSPACED.search(entry) is not None and not _HANGUL.search(entry)
