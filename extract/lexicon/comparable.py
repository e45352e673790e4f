"""Short texts compared: the form in which they are, and whether two of them are one title."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz

__all__ = ["comparable", "same_title"]

_SAME = 90.0
"""Token-set ratio from which two wordings are taken for the same title."""

_MARKS = ("Mn", "Mc")
"""The vowel signs and accents of Unicode: in Hindi, Tamil or Thai they tell words apart."""


@lru_cache(maxsize=4096)
def comparable(text: str) -> str:
    """Return a text in one case, with a space for all that is no part of a word.

    Letters, digits and their marks stay, and the signs at the end of names.

    >>> comparable("C++/C# Developer (m/w/d)"), comparable("Cook – 2+ years, #7")
    ('c++ c# developer  m w d', 'cook   2  years   7')
    """
    kept: list[str] = []
    for char in text.casefold():
        before = kept[-1] if kept else " "
        sign = char in "+#" and (before.isalpha() or before in "+#")
        stays = char.isalnum() or sign or unicodedata.category(char) in _MARKS
        kept.append(char if stays else " ")
    return "".join(kept).strip()


def same_title(one: str, other: str) -> bool:
    """Tell whether two lines are one title, perhaps with more words in one of them.

    >>> same_title("Night Nurse", "Nurse (night)"), same_title("Night Nurse", "Night Cook")
    (True, False)
    """
    return fuzz.token_set_ratio(one, other, processor=comparable) >= _SAME
