"""What names of places begin with: a quick look at words tells that most of them name none.

A posting has some hundred lines and commas, and a place at two or three of them. Looking up every
name that could stand there takes longer than to see that no word of it begins one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from extract.kinds.places.gazetteer import TYPES, fold, listed

__all__ = ["may_begin_region", "may_hold_place"]

# Before a region's own name, and for "saint" at the start of a city's.
_BEFORE_NAMES = (*(words.split()[0] for words in TYPES), "st")
# What stands between two marks or spaces; and a word of it once that is folded.
_CHUNK = re.compile(r"[^\s/;|&+•·,，:()（）\[\]]+")
_PART = re.compile(r"[^\W_]+")
# Scripts written without spaces: a name there may begin anywhere.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_SHORTEST_LOWER = 3
# What folding leaves out: a code in small letters, and what may glue a name to a postal code.
_DOTTED = re.compile(r"(?<!\w)[a-z]{1,2}\.[a-z.-]")
_MARK = re.compile("['’\u200b]")


@dataclass(frozen=True, slots=True)
class _Beginnings:
    """What names begin with: the whole of one word, or the first two of several."""

    alone: frozenset[str]
    pairs: frozenset[str]


def may_hold_place(words: str) -> bool:
    """Tell whether a name of a place can begin anywhere in words.

    >>> may_hold_place("Head Baker, Leeds"), may_hold_place("What you will do")
    (True, False)
    """
    if _UNSPACED.search(words) or _DOTTED.search(words):
        return True
    return _holds(words) or (_MARK.search(words) is not None and _holds(_MARK.sub(" ", words)))


def may_begin_region(words: str) -> bool:
    """Tell whether words can begin with the name or the code of a region or country.

    >>> may_begin_region("New York 10001"), may_begin_region("new ideas")
    (True, False)
    """
    if _UNSPACED.search(words) or _DOTTED.search(words) or _MARK.search(words):
        return True
    parts = _PART.findall(fold(words))
    known = _lower() if words[:1].islower() else _outer()
    return bool(parts) and (parts[0] in known.alone or " ".join(parts[:2]) in known.pairs)


def _holds(words: str) -> bool:
    last, pairs = "", _every().pairs
    for word in _CHUNK.findall(words):
        known = _lower() if word[:1].islower() else _every()
        for part in _PART.findall(fold(word)):
            if part in known.alone or f"{last} {part}" in pairs:
                return True
            last, pairs = part, known.pairs
    return False


def _beginnings(names: Iterable[str]) -> _Beginnings:
    alone: set[str] = set(_BEFORE_NAMES)
    pairs: set[str] = set()
    for name in names:
        parts = _PART.findall(fold(name))
        (alone if len(parts) == 1 else pairs).add(" ".join(parts[:2]))
    return _Beginnings(frozenset(alone), frozenset(pairs))


@cache
def _lower() -> _Beginnings:
    # Countries, cities and codes are written with capitals.
    _, regions, _ = listed()
    return _beginnings(name for name in regions if len(name) >= _SHORTEST_LOWER)


@cache
def _outer() -> _Beginnings:
    countries, regions, _ = listed()
    return _beginnings((*countries, *regions))


@cache
def _every() -> _Beginnings:
    return _beginnings(name for names in listed() for name in names)
