"""The amounts of a document, read once: at each proposal and each answer they are asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from extract.kinds.pay.amounts import amounts
from extract.kinds.pay.currency import Currencies
from extract.kinds.pay.pay_table import Table, tables
from extract.kinds.pay.sums import Sum, sums
from extract.lexicon import scan
from extract.values import Document, Span, remembered

__all__ = ["Money", "inside", "money", "other_jobs"]

_DECORATION, _LINE = 20, 60
_READ = 100_000
"""Characters of a text in which the usual currency is looked for."""


@dataclass(frozen=True, slots=True)
class Money:
    """The amounts of a document, the ranges that they make, and the tables of fields."""

    usual: Currencies
    sums: tuple[Sum, ...]
    tables: tuple[Table, ...]


@remembered
def money(document: Document) -> Money:
    """Return the money of a document: the kind asks for it at each proposal and each answer."""
    listed = tuple(amounts(document.text))
    marked = {found.currencies for found in listed if found.end <= _READ and found.currencies}
    return Money(
        marked.pop() if len(marked) == 1 else (),
        tuple(sums(document.text, listed)),
        tuple(tables(document.text)),
    )


def inside(document: Document, span: Span) -> Iterator[Sum]:
    """Yield the sums that overlap a span."""
    listed = money(document).sums
    at = bisect_left(listed, span.start, key=lambda found: found.end)
    for number in range(at, len(listed)):
        found = listed[number]
        if found.start >= span.end:
            return
        if found.end > span.start:
            yield found


def other_jobs(text: str) -> int:
    """Return where a list of other jobs begins: a short line of its own that says so."""
    for found in scan("pay", "other_jobs", text):
        begin = text.rfind("\n", max(0, found.start() - _LINE), found.start()) + 1
        end = text.find("\n", found.end(), found.end() + _LINE)
        line = text[begin : end if end >= 0 else len(text)] if begin else text
        if len(line) <= len(found.group()) + _DECORATION:
            return begin
    return len(text)
