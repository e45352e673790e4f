"""The words around a stretch of text: the clause before it, the clause after it, its heading.

Windows have a fixed size and are cut at the ends of sentences, at numbers and at line breaks that
end a block rather than wrap a line of prose.
"""

from __future__ import annotations

import re

from extract.kinds.pay.pay_units import period_word

__all__ = ["WINDOW", "ahead", "behind", "cells", "headed", "number_free"]

_BEFORE = 90
WINDOW = 60
"""Characters looked at after an amount."""
_WRAPPED = 50
"""A line of prose longer than this is taken to run on after its line break."""

# A full stop ends a clause unless a small letter or a digit follows ("min. 50").
_CLAUSE = re.compile(
    r"[.!?](?=\s+[^\W\d_a-zß-ÿčďěňřšťůžąęłńśźżőű]|\s*$)|[;•|\t。！？\]]|\n\s*\n|\s[*·]\s"
)
_NUMBER = re.compile(r"\d")


def ahead(text: str, start: int) -> str:
    """Return the clause that follows `start` up to the next number, past a bracketed remark."""
    window = text[start : start + WINDOW]
    bracket = re.match(r"\s{0,2}\(([^()]{0,40})\)", window)
    if bracket and not period_word(bracket[1]):
        window = window[bracket.end() :]
    clause = _CLAUSE.search(window)
    window = window[: clause.start()] if clause else window
    number = _NUMBER.search(window)
    window = window[: number.start()] if number else window
    return window if _wraps(text, start) else window.partition("\n")[0]


def _wraps(text: str, offset: int) -> bool:
    end = text.find("\n", offset, offset + WINDOW)
    begin = text.rfind("\n", max(0, offset - 200), offset)
    return end - begin > _WRAPPED and begin >= 0 and text[end + 1 : end + 2].islower()


def behind(text: str, end: int) -> str:
    """Return the clause that leads up to `end`, with the line before where that only wraps."""
    window = text[max(0, end - _BEFORE) : end]
    lines = _CLAUSE.split(window)[-1].split("\n")
    window = lines[-1]
    if len(lines) > 1 and (not window.strip(" *_-•–") or _wraps(text, end - len(window) - 2)):
        window = f"{lines[-2]} {window}"
    return window


def headed(text: str, start: int) -> str:
    """Return the nearest line before that of `start` which is not blank, if it is short."""
    begin = text.rfind("\n", max(0, start - _WRAPPED), start) + 1
    if not begin or text[begin:start].strip(" *_-•–\t>\"'#"):
        return ""
    lines = text[max(0, begin - _BEFORE) : begin].rstrip().rsplit("\n", 1)
    heading = lines[-1].strip(" *_-•–\t>\"'#:")
    return heading if len(heading) <= _WRAPPED and not _NUMBER.search(heading) else ""


_TABLE = 1500
"""Characters above a row in which the head of its table is looked for."""


def cells(text: str, start: int) -> tuple[str, ...]:
    r"""Return what heads the column, the row and the table of pipes that `start` is in.

    Blank lines between the rows are passed over; cells with numbers head nothing.

    >>> cells("Role | Hourly pay\n--- | ---\nCook | $18", 36)
    ('Hourly pay', 'Cook', 'Role')
    """
    begin = text.rfind("\n", max(0, start - _TABLE), start) + 1
    row = text[begin:start]
    if not begin or "|" not in row:
        return ()
    head = ""
    above = text[max(0, begin - _TABLE) : begin].split("\n")
    for line in reversed(above):
        if "|" in line:
            head = line
        elif line.strip():
            break
    else:
        if begin > _TABLE:
            head = ""  # The head of the table is further up.
    column = head.split("|")[row.count("|") :][:1]
    firsts = [line.strip(" |").partition("|")[0] for line in (row, head)]
    return tuple(cell.strip() for cell in (*column, *firsts) if not _NUMBER.search(cell))


def number_free(window: str) -> str:
    """Return the end of `window` after its last number.

    >>> number_free("2 posts, salary")
    ' posts, salary'
    """
    found = list(re.finditer(r"\d[\d.,]*", window))
    return window[found[-1].end() :] if found else window
