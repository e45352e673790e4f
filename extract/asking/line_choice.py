"""Choose the lines that the model reads: reading costs most, so useless lines are left out.

These are boilerplate, lines that repeat an earlier one, and lines that are settled already or past
a budget, unless they hold a candidate. Lines keep their numbers.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from extract.reading.boilerplate import boilerplate
from extract.values import Document, Line, Span

__all__ = ["shown"]

_BUDGET = 9_000
"""Characters shown in full, about 2,200 tokens of English: an ordinary posting."""


def shown(
    document: Document, candidates: Iterable[Span], settled: Container[int] = ()
) -> tuple[Line, ...]:
    """Return the lines to show, in order.

    Lines past the budget, or with a number in `settled`, are shown only if they hold a candidate.
    """
    unneeded = boilerplate(document)
    starts = sorted({span.start for span in candidates})
    needed = {line.number for start in starts if (line := document.line_at(start)) is not None}
    seen: set[str] = set()
    kept: list[Line] = []
    room = _BUDGET
    for line in document.lines:
        words = " ".join(document.quote(line.span).split()).casefold()
        if line.number in unneeded or words in seen:
            continue
        if (room <= 0 or line.number in settled) and line.number not in needed:
            continue
        seen.add(words)
        kept.append(line)
        room -= len(words)
    return tuple(kept)
