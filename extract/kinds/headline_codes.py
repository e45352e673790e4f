"""Requisition numbers that stand in a headline without a label: "Nurse (#12345)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.values import Span

__all__ = ["headline_codes"]

_LONGEST = 120
# The prefixes that applicant tracking systems give to requisitions. "R 12000" is an amount of rand.
_FORM = re.compile(
    r"(?<![\w-])(?:(?:JR|REQ|RQ|VAC|REF)[-_ ]?\d{4}[\d-]{0,12}|R(?:-\d{4}|0\d{3})\d{0,12})"
    r"(?![\w,.]*\w)"
    r"|(?<=[(\[]#)\d{4,12}(?=[)\]])|(?<=\s#)\d{4,12}(?=\s*$)"
)


def headline_codes(text: str, line: Span) -> Iterator[Span]:
    """Yield what has the form of a requisition's number in a headline.

    >>> text = "R-0012345 Nurse (#4471)"
    >>> [text[found.start : found.end] for found in headline_codes(text, Span(0, 23))]
    ['R-0012345', '4471']
    """
    if line.end - line.start <= _LONGEST:
        for found in _FORM.finditer(text, line.start, line.end):
            yield Span(*found.span())
