"""The day a page was put up where no word says so: alone above the text, or in a byline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile

from extract.kinds.dates.calendar import Written
from extract.values import Document, Line

__all__ = ["byline"]

_HEAD = 12
"""Lines at the top in which a byline can stand, and above all of which there is no prose."""
_PROSE = 160
_LONGEST = 80
_SEPARATOR = r"\s*[·•|–—/]\s*|\s+-\s+|,?\s{2,}"
_BEFORE = re.compile(rf"(?:.*(?:{_SEPARATOR}))?[\s*_#>(-]*", re.DOTALL)
_AFTER = re.compile(rf"(?:T?[\s,]*\d{{1,2}}:\d\d\S*)?[\s*_).]*(?:(?:{_SEPARATOR}).*)?", re.DOTALL)


def byline(document: Document, unnamed: Iterable[Written]) -> Written | None:
    """Return the only one of some dates that stands as bylines do; None if there are several.

    `unnamed` are dates that no word names. A date stands so if it is alone in a short line at the
    top, or marks part it from the rest of the line: "Jobs | 3 May 2021".
    """
    head = list(takewhile(_is_short, document.lines[:_HEAD]))
    found = [
        written for written in unnamed if any(_stands(document, line, written) for line in head)
    ]
    return found[0] if len(found) == 1 else None


def _is_short(line: Line) -> bool:
    return line.span.end - line.span.start < _PROSE


def _stands(document: Document, line: Line, written: Written) -> bool:
    start, end = line.span.start, line.span.end
    if not line.span.covers(written.span) or end - start > _LONGEST:
        return False
    before = document.text[start : written.span.start]
    after = document.text[written.span.end : end]
    return _BEFORE.fullmatch(before) is not None and _AFTER.fullmatch(after) is not None
