"""Lines that are a label and its value: "Job title: Baker", `hiringOrganization.name: Oven`.

A row of a table with two cells is one too: "Job title | Baker". The value of a label that ends with
a colon may stand on the next line.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import zip_longest

from extract.lexicon import words
from extract.values import Document, Line, Span

__all__ = ["is_header", "is_label", "label_of", "values"]

_LONGEST = 120
_HEADER = 40
"""Lines from the top in which the header of a posting stands."""

_LABELLED = re.compile(
    r"[\W_]{0,6}([^\W\d_][^:：\n|]{0,40}?)[\"'*_ ]{0,4}"
    r"(?:[:：]|\|(?=[^|\n]+$))[\"'*_ ]{0,4}(?=\S)",
    re.MULTILINE,
)
_ALONE = re.compile(r"[\W_]{0,6}([^\W\d_][^:：\n|]{0,40}?)[\"'*_ ]{0,4}[:：][\"'*_ \t]{0,4}")
_VALUE = re.compile(r"[\W_]{0,6}(?=[^\W_])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_JOINTS = re.compile(r"[\s._-]+")


def values(document: Document, table: str) -> tuple[Span, ...]:
    r"""Return the values labelled with a word of the vocabulary `labels`, in the header.

    >>> from extract.values import Line
    >>> text = "jobTitle: Baker\nCompany: Bakers Ltd"
    >>> lines = (Line(1, Span(0, 15)), Line(2, Span(16, 35)))
    >>> document = Document("1", "-", text, lines)
    >>> [document.quote(span) for span in values(document, "title")]
    ['Baker']
    >>> text = "Position:\nBaker"
    >>> document = Document("1", "-", text, (Line(1, Span(0, 9)), Line(2, Span(10, 15))))
    >>> [document.quote(span) for span in values(document, "title")]
    ['Baker']
    """
    lines = document.lines[:_HEADER]
    found: list[Span] = []
    for line, after in zip_longest(lines, lines[1:]):
        at, end = line.span.start, line.span.end
        label = _LABELLED.match(document.text, at, end)
        start = label.end() if label else 0
        if label is None and after and not is_header(document, after):
            label = _ALONE.fullmatch(document.text, at, end)
            value = _VALUE.match(document.text, after.span.start, after.span.end)
            start, end = (value.end() if value else 0), after.span.end
        if label is None or not start or not is_label(label[1], table):
            continue
        end = _end(document.text, start, end)
        if 0 < end - start <= _LONGEST:
            found.append(Span(start, end))
    return tuple(found)


def is_label(told: str, table: str) -> bool:
    """Tell whether words, or the name of a property, are a label of a table.

    >>> is_label("hiringOrganization.name", "company"), is_label("Company history", "company")
    (True, False)
    """
    return _JOINTS.sub(" ", _CAMEL.sub(" ", told)).strip().casefold() in _known(table)


def is_header(document: Document, line: Line) -> bool:
    """Tell whether a line is itself a label, with its value or without."""
    return label_of(document, line) is not None


def label_of(document: Document, line: Line) -> str | None:
    """Return the label of a line that is one, with its value behind it or on the next line."""
    at, end = line.span.start, line.span.end
    found = _LABELLED.match(document.text, at, end) or _ALONE.fullmatch(document.text, at, end)
    return None if found is None else found[1]


def _end(text: str, start: int, line_end: int) -> int:
    """Return where the value ends: with the quotation mark that it began with, or its line."""
    quote = text[start - 1]
    closed = text.find(quote, start, line_end) if quote in "\"'" else -1
    if closed > 0:
        return closed
    first = text.find("\n", start, line_end)
    end = line_end if first < 0 else first
    return start + len(text[start:end].rstrip(" \t\"'*_,;"))


@cache
def _known(table: str) -> frozenset[str]:
    return frozenset(words("labels", table))
