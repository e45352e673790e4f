"""Where the phrases of a vocabulary table stand in a text, quickly.

One alternation of hundreds of phrases is slow: it is tried at every character. Here a phrase is
searched for only if the longest run of plain characters in it occurs in the text at all.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from extract.lexicon import words
from extract.lexicon.openings import needle
from extract.values import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["lowered", "occurrences"]

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def lowered(text: str) -> str:
    """Return `text` in lower case, with every character in its place.

    >>> len(lowered("İstanbul")) == len("İstanbul")
    True
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := one.lower()) == 1 else one for one in text)


@lru_cache(maxsize=16)
def occurrences(name: str, table: str, lower: str) -> tuple[Span, ...]:
    """Return where phrases of the table stand in `lower`, a `lowered` text, as whole words.

    Spans are in order and may overlap. Remembered, because two steps ask it of the same text.

    >>> occurrences("boilerplate", "copyright", "acme, all rights reserved")
    (Span(start=6, end=25),)
    """
    return tuple(sorted(set(_found(name, table, lower))))


def _found(name: str, table: str, lower: str) -> Iterator[Span]:
    for held, expression, unspaced in _searches(name, table):
        if held not in lower:
            continue
        for found in expression.finditer(lower):
            start, end = found.span()
            if unspaced or (_edge(lower, start) and _edge(lower, end)):
                yield Span(start, end)


def _edge(text: str, at: int) -> bool:
    """Tell whether no word runs across `at`."""
    if not 0 < at < len(text):
        return True
    return not ((text[at - 1].isalnum()) and (text[at].isalnum()))


@cache
def _searches(name: str, table: str) -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    searches = []
    for word in dict.fromkeys(words(name, table)):
        unspaced = _UNSPACED.search(word) is not None
        if word.startswith("~"):
            bodies = _openings(word[1:])
            searches += [(needle(body), re.compile(body), unspaced) for body in bodies]
        else:
            plain = re.escape(word).replace(r"\ ", r"\s+")
            searches.append((max(word.split(), key=len), re.compile(plain), unspaced))
    return tuple(searches)


def _openings(expression: str) -> list[str]:
    """Spell out a group at the start, since a search is quick where it starts with plain words."""
    if not expression.startswith("(?:"):
        return [expression]
    depth, parts, begin = 0, [], 3
    for at, one in enumerate(expression):
        if one in "()" and expression[at - 1] != "\\":
            depth += 1 if one == "(" else -1
        if (one == "|" and depth == 1) or depth == 0:
            parts.append(expression[begin:at])
            begin = at + 1
        if depth == 0:
            rest = expression[at + 1 :]
            if rest[:1] == "?":
                parts, rest = [*parts, ""], rest[1:]
            elif rest[:1] in ("*", "+", "{"):
                return [expression]
            return [one for part in parts for one in _openings(part + rest)]
    return [expression]
