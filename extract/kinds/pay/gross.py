"""Whether an amount is before or after tax, from the words right beside it."""

from __future__ import annotations

import re

from extract.kinds.pay.pay_context import ahead, behind, cells, headed, number_free
from extract.lexicon import pattern

__all__ = ["is_gross"]

_APART = re.compile(r"[,;:]\s")


def is_gross(text: str, start: int, end: int) -> bool | None:
    """Return True for pay before tax, False for take-home pay, None where nothing says which.

    Words behind the amount come before those that lead to it, and both before a heading.

    >>> text = "Lohn: 2.900 € brutto, das sind etwa 1.950 € netto"
    >>> is_gross(text, 6, 13), is_gross(text, 36, 43)
    (True, False)
    """
    after, before = ahead(text, end), number_free(behind(text, start))
    bracket = re.match(r"\s{0,2}\(([^()\d]{0,40})\)", text[end : end + 44])
    windows = (
        bracket[1] if bracket else "",
        _APART.split(after, maxsplit=1)[0],
        before,
        after,
        *cells(text, start),
        headed(text, start),
        text[start:end],
    )
    for raw in windows:
        window = pattern("pay", "net_of_vat").sub(" ", raw)
        said = {
            value
            for table, value in (("gross", True), ("net", False))
            if pattern("pay", table).search(window)
        }
        if said:
            return said.pop() if len(said) == 1 else None
    return None
