"""A text in the form in which the automaton reads it, with the way back to its own characters.

Letters are folded as `re.IGNORECASE` compares them, one for one. Every run of white space, low
lines and hyphens becomes one space, every apostrophe `'`, every run of digits `0`. Two texts that
differ after folding cannot hold the same word, whatever the dialect; two that do not may still
differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["APOSTROPHES", "JOINERS", "Folded", "folded", "lettered"]

JOINERS = r"\s_\u2010-\u2015-"
"""What may stand between the parts of a word, as the inside of a character class."""

APOSTROPHES = "'\u2018\u2019\u00b4`"

# Digits, or joiners other than a single space, which stays. A set of characters that is written
# first is what `re` seeks fastest.
_RUN = re.compile(rf"[\d{JOINERS}](?:(?<=\d)\d*|(?<! )[{JOINERS}]*|[{JOINERS}]+)")
_TOKEN = re.compile(r"[^\W_]+")
# Stripped pages run words together ("HybridUS Citizens"): a change of case begins a word too.
_HUMP = re.compile(r"[A-Z](?<=[a-zß-ÿ].)")
# Letters that `re.IGNORECASE` takes for one another though their lower case differs. Source:
# `re._casefix` of CPython, which derives them from the Unicode Character Database.
_ALIKE = (
    "\u0069\u0131 \u0073\u017f \u03bc\u00b5 \u03b9\u0345\u1fbe \u0390\u1fd3 \u03b0\u1fe3 "
    "\u03b2\u03d0 \u03b5\u03f5 \u03b8\u03d1 \u03ba\u03f0 \u03c0\u03d6 \u03c1\u03f1 "
    "\u03c3\u03c2 \u03c6\u03d5 \u0432\u1c80 \u0434\u1c81 \u043e\u1c82 \u0441\u1c83 "
    "\u0442\u1c84\u1c85 \u044a\u1c86 \u0463\u1c87 \ua64b\u1c88 \u1e61\u1e9b \ufb05\ufb06"
)


_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")


class Folded(NamedTuple):
    """A folded text; `cased` has the letters of the original.

    `places` tells where each of its characters begins in the original, and where that ends.
    """

    text: str
    cased: str
    places: Sequence[int]

    @property
    def begins(self) -> list[int]:
        """Where words begin in the folded text."""
        return [found.start() for found in _TOKEN.finditer(self.cased)]

    @property
    def humps(self) -> list[int]:
        """Where words begin inside others of the original."""
        return [found.start() for found in _HUMP.finditer(self.cased)]


def folded(text: str) -> Folded:
    """Fold a text.

    >>> one = folded("FULL  Time (12th)")
    >>> one.text, one.begins, list(one.places[5:])
    ('full time (0th)', [0, 5, 11], [6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17])
    """
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for run in _RUN.finditer(text):
        start, end = run.span()
        pieces += text[at:start], "0" if text[start].isdecimal() else " "
        places += range(at, start + 1)
        at = end
    places += range(at, len(text) + 1)
    squeezed = "".join([*pieces, text[at:]])
    return Folded(_APOSTROPHE.sub("'", lettered(squeezed)), squeezed, places)


def lettered(text: str) -> str:
    """Return a text with its letters folded, each in its place, and nothing else.

    >>> lettered("İſTANBUL 'Σ'")
    "istanbul 'σ'"
    """
    if text.isascii():
        return text.lower()
    return _OTHER.sub(lambda found: _LETTERS[found[0]], text.replace("\u0130", "i").lower())


_LETTERS = {other: group[0] for group in _ALIKE.split() for other in group[1:]}
_OTHER = re.compile(f"[{''.join(_LETTERS)}]")
