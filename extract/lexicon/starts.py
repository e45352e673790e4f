"""Search only where a match can begin: `re` tries most expressions at each character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["matches_at"]


def matches_at(
    expression: re.Pattern[str], text: str, starts: Iterable[int], end: int | None = None
) -> Iterator[re.Match[str]]:
    r"""Yield what `finditer` would, if matches begin only at `starts`, which are in order.

    >>> [found[0] for found in matches_at(re.compile(r"\d+"), "17 of 200", (0, 1, 6))]
    ['17', '200']
    """
    last, stop = 0, len(text) if end is None else end
    for start in starts:
        if start >= last and (found := expression.match(text, start, stop)):
            yield found
            last = found.end()
