"""Short labelled values: several under one label, and keys that are spelled like a value.

"Befristung: keine" does not say that a job is temporary, though "Befristung: 2 Jahre" does: behind
a key it is the value that speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extract.lexicon import pattern
from extract.reading.label_lines import is_header
from extract.reading.numerals import JOINED

if TYPE_CHECKING:
    from extract.lexicon.wording import Match
    from extract.values import Document, Line, Span

__all__ = ["is_key", "with_values"]

_VALUE = re.compile(
    r"(?P<rest>(?:[-_.]?\w{1,20}){0,2})[\"'*_]{0,3}[ \t]{0,3}[:=：][ \t\"'*_\[]{0,6}"
    r"(?P<value>[^\n,;|}\]]{0,40})"
)
_TRUE = re.compile(r"true|yes|1|ja|oui|sí|si|sì|sim|ano|tak", re.IGNORECASE)
_CODE = re.compile(r"(?:0|[2-9]|\d{2,6})\W*")
_BETWEEN = re.compile(rf"[\s,;/|&+•·()\[\]\"']*(?:{JOINED})?[\s\"']*", re.IGNORECASE)
_SHORT = 80
"""Characters of a row of particulars: longer ones are prose."""
_ITEM = 40


def is_key(text: str, match: Match) -> bool:
    """Tell whether words are a key whose value denies them, or is a code that says nothing.

    Words that are only a part of the key count where its value is "true".

    >>> from extract.lexicon.wording import Match
    >>> [is_key(text, Match(0, 10, "temporary")) for text in ("Befristung: 2", "Befristung: ja")]
    [True, False]
    """
    found = _VALUE.match(text, match.end)
    if found is None:
        return False
    value = found["value"].strip(" \t\"'*_.)")
    if found["rest"]:
        return _TRUE.fullmatch(value) is None  # "remoteType: Hybrid"
    denied = pattern("negation", "none_value").fullmatch(value) is not None
    return denied or _CODE.fullmatch(value) is not None


def with_values(
    document: Document,
    spans: Sequence[Span],
    labelled: Sequence[Span],
    *,
    other_labels: bool = False,
) -> Iterator[Span]:
    """Yield the spans that are labelled, and where any is, those set as values too.

    A value is set behind another one in a short row ("Full-time; Part-time"), or on a line of its
    own below one; with `other_labels` in any short row "Label: value".
    """
    ends: dict[int, int] = {}
    for span in spans:
        row = document.line_at(span.start)
        if row is None or not labelled:
            continue
        if span in labelled or _is_value(document, row, span, ends, other_labels=other_labels):
            ends[row.number] = span.end
            yield span


def _is_value(
    document: Document, row: Line, span: Span, ends: dict[int, int], *, other_labels: bool
) -> bool:
    """Tell whether a span is set as a value; `ends` holds where that of each row ends."""
    length = row.span.end - row.span.start
    if length > _SHORT:
        return False
    if row.number in ends:
        return _BETWEEN.fullmatch(document.text, ends[row.number], span.start) is not None
    if other_labels and is_header(document, row):
        return True
    alone = document.quote(row.span).strip() == document.quote(span).strip()
    return alone and length <= _ITEM and row.number - 1 in ends
