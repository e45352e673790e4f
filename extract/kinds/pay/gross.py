"""Whether an amount is before or after tax, from the words right beside it."""

from __future__ import annotations

import re

from extract.kinds.pay.pay_context import ahead, behind, cells, headed, number_free
from extract.lexicon import pattern
from extract.values import Span

__all__ = ["is_gross"]

_APART = re.compile(r"[,;:]\s")
_BRACKET = re.compile(r"\s{0,2}\(([^()\d]{0,40})\)")
_WINDOW = 44
_SIDES = (("gross", True), ("net", False))


def is_gross(text: str, start: int, end: int) -> bool | None:
    """Return True for pay before tax, False for take-home pay, None where nothing says which.

    Words behind the amount come before those that lead to it, and both before a heading.

    >>> text = "Lohn: 2.900 € brutto, das sind etwa 1.950 € netto"
    >>> is_gross(text, 6, 13), is_gross(text, 36, 43)
    (True, False)
    """
    after, before = ahead(text, end), number_free(text, behind(text, start))
    bracket = _BRACKET.match(text, end, end + _WINDOW)
    apart = _APART.search(text, after.start, after.end)
    windows = (
        Span(*bracket.span(1)) if bracket else Span(end, end),
        Span(after.start, apart.start()) if apart else after,
        before,
        after,
        *cells(text, start),
        headed(text, start),
        Span(start, end),
    )
    for window in windows:
        said = {value for table, value in _SIDES if _says(text, window, table)}
        if said:
            return said.pop() if len(said) == 1 else None
    return None


def _says(text: str, window: Span, table: str) -> bool:
    """Tell whether words of a table stand in a part of the text, and not of a value-added tax."""
    said = [
        Span(*found.span())
        for found in pattern("pay", table).finditer(text, window.start, window.end)
    ]
    other = pattern("pay", "net_of_vat").finditer(text, window.start, window.end) if said else ()
    tax = [Span(*found.span()) for found in other]
    return any(not any(one.overlaps(span) for one in tax) for span in said)
