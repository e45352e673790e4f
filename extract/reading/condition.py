"""What a page says of itself: that its posting is closed, that it holds none, that it was cut off.

These are remarks on a record, in words. A closed posting is still one; only among several on a
page is it left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from extract.lexicon import compiled, pattern, words
from extract.values import Document

__all__ = ["closed", "offers_none", "remarks"]

_LONGEST_NOTICE = 160
"""Characters of a line that is a notice and no sentence of the posting."""

_FOOT = 2
_LEAD = 40
_FEWEST_WORDS = 8
_NOT_ONE = (("missing", "an error page"), ("none", "no openings"))
_ENDS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|[,，、]|\s[-–/])\s*$")
_LAST_WORD = re.compile(r"([^\W\d_]+)\s*$")


def closed(line: str) -> str | None:
    """Return the words of `line` that say the posting is closed, None where it does not say so.

    They are a notice: a short line, or words that begin with a capital.

    >>> closed("This position has been filled."), closed("Open until the position is filled.")
    ('This position has been filled', None)
    """
    for found in pattern("condition", "closed").finditer(line):
        before = line[max(0, found.start() - _LEAD) : found.start()]
        notice = len(line) <= _LONGEST_NOTICE or found.group()[0].isupper()
        if notice and _leading().search(before) is None:
            return found.group()
    return None


def remarks(document: Document, *, is_posting: bool) -> dict[str, str]:
    """Return what there is to say of a document, beside its fields.

    "is_posting" says of a posting that it is closed, and of any other page why it is none;
    "document" says that the text was cut off, or that there is next to none. Words of the
    document stand in quotes.
    """
    found: dict[str, str] = {}
    if (why := _standing(document, is_posting=is_posting)) is not None:
        found["is_posting"] = why
    if (lack := _lack(document)) is not None:
        found["document"] = lack
    return found


def _standing(document: Document, *, is_posting: bool) -> str | None:
    lines = _lines(document)
    for place, line in enumerate(lines):
        # A notice further down is about another posting of the page, but for the very last lines.
        early = document.lines[place].span.start <= len(document.text) / 2
        said = closed(line) if early or place >= len(lines) - _FOOT else None
        if said is not None:
            return f"closed: “{said}”"
    if is_posting:
        return None
    if (said := _not_one(lines)) is not None:
        return said
    return "as the model reads it, the page offers no opening"


def offers_none(document: Document) -> bool:
    """Tell whether a line of the page says that it is an error page or has no openings."""
    return _not_one(_lines(document)) is not None


def _not_one(lines: Sequence[str]) -> str | None:
    for table, what in _NOT_ONE:
        for line in lines:
            found = pattern("condition", table).search(line[:_LONGEST_NOTICE])
            if found is not None:
                return f"{what}: “{found.group()}”"
    return None


def _lack(document: Document) -> str | None:
    lines = _lines(document)
    last = lines[-1] if lines else ""
    if sum(len(line.split()) for line in lines) < _FEWEST_WORDS and len(document.text) < _LEAD:
        return f"next to no text: {len(document.text)} characters"
    tail = last[-_LEAD:]
    if _ENDS.search(tail) is not None or pattern("condition", "goes_on").fullmatch(last.strip()):
        return f"cut off: it ends with “{tail.strip()}”"
    word = _LAST_WORD.search(last)
    if word is not None and len(last.split()) > _FEWEST_WORDS and word[1] in _dangling():
        return f"cut off: it ends with “{tail.strip()}”"
    return None


def _lines(document: Document) -> list[str]:
    return [document.quote(line.span) for line in document.lines]


@cache
def _leading() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{compiled(words('condition', 'not_yet')).pattern})[^.!?;:]*$", re.IGNORECASE
    )


@cache
def _dangling() -> frozenset[str]:
    return frozenset(words("condition", "dangling"))
