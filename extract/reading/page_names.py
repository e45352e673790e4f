"""What pages of jobs, and the parts of a posting, are called: no job title and no employer."""

from __future__ import annotations

from extract.lexicon import pattern

__all__ = ["is_page_name"]

_PARTS = ("responsibilities", "requirements", "benefits")
_NAMES = (
    ("labels", "board"),
    ("labels", "recruiting"),
    *(("sections", part) for part in _PARTS),
    *(("parts", part) for part in _PARTS),
)


def is_page_name(words: str) -> bool:
    """Tell whether the words are such a name and nothing more, as in a menu or a heading.

    >>> is_page_name("Join our team!"), is_page_name("Requirements:"), is_page_name("Team Lead")
    (True, True, False)
    """
    shown = words.strip(" \t#*_!.:：！")
    return any(pattern(*name).fullmatch(shown) is not None for name in _NAMES)
