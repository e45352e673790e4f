"""Choose the lines that the model reads: reading is what costs most, so nothing idle is sent.

Left out are boilerplate, lines that repeat an earlier one, and lines that are answered already or
past a budget, unless code sees a candidate in them. Numbers stay those of the document.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from extract.reading.boilerplate import boilerplate
from extract.values import Document, Line, Span

__all__ = ["shown"]

_BUDGET = 9_000
"""Characters read in full, about 2,200 tokens of English: a posting of ordinary length."""


def shown(
    document: Document, candidates: Iterable[Span], told: Container[int] = ()
) -> tuple[Line, ...]:
    """Return the lines to show, in order.

    Lines past the budget, and those whose numbers are in `told`, only where a candidate stands.
    """
    idle = boilerplate(document)
    starts = sorted({span.start for span in candidates})
    telling = {line.number for start in starts if (line := document.line_at(start)) is not None}
    seen: set[str] = set()
    kept: list[Line] = []
    room = _BUDGET
    for line in document.lines:
        words = " ".join(document.quote(line.span).split()).casefold()
        if line.number in idle or words in seen:
            continue
        if (room <= 0 or line.number in told) and line.number not in telling:
            continue
        seen.add(words)
        kept.append(line)
        room -= len(words)
    return tuple(kept)
