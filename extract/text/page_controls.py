"""Find where a page's own interface starts and ends: navigation, lists of other jobs."""

from __future__ import annotations

import re

from extract.lexicon.phrases import occurrences

__all__ = ["interface_edges"]

_ROW, _LONG_ROW, _NEAR = 2, 20, 12
_SOLID = re.compile(r"\S")
_BETWEEN = re.compile(r"[\s|·>»×,/•-]*")


def interface_edges(text: str, lower: str) -> list[int]:
    """Return in order where the interface starts and ends in `text`.

    The interface is a run of three of its phrases, or of two long ones; a heading of other jobs
    starts it too. `lower` is the text in lower case.

    >>> text = "Back to results Prev Job 3 of 9 Next Head Cook"
    >>> [text[at:] for at in interface_edges(text, text.lower())][1:]
    ['Head Cook']
    """
    found = [
        span.start
        for span in occurrences("boilerplate", "other_jobs", text)
        if text[span.start].isupper()
    ]
    for first, last, count in _runs(text, lower):
        if count > _ROW or (count == _ROW and last - first > _LONG_ROW):
            found.append(first)
            after = _SOLID.search(lower, last)
            if after is not None:
                found.append(after.start())
    return sorted(found)


def _runs(text: str, lower: str) -> list[tuple[int, int, int]]:
    """Join neighbouring phrases of the interface: return the start, end and count of each run."""
    ordered = sorted(
        (span.start, -span.end) for span in occurrences("boilerplate", "navigation", text)
    )
    runs: list[tuple[int, int, int]] = []
    for first, negative in ordered:
        last = -negative
        if runs and first < runs[-1][1]:
            begun, ended, count = runs[-1]
            runs[-1] = (begun, max(ended, last), count + (last > ended))
        elif runs and first - runs[-1][1] < _NEAR and _BETWEEN.fullmatch(lower, runs[-1][1], first):
            runs[-1] = (runs[-1][0], last, runs[-1][2] + 1)
        else:
            runs.append((first, last, 1))
    return runs
