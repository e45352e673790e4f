"""From the places where entries of a table may stand to those where they do, from left to right."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from extract.lexicon.candidates import Candidate, Candidates, Entries

__all__ = ["begun", "each", "reached"]

_Waiting = list[tuple[int, re.Match[str]]]


def reached(
    own: Entries, text: str, end: int, candidate: Candidate, *, whole: bool = False
) -> int | None:
    """Return where an entry that begins at a place ends, None where it does not match."""
    start, rank, negated, closed = candidate
    if negated:
        stop = -negated
        return (
            stop if stop <= end and (closed or stop == end) and (stop == end or not whole) else None
        )
    expression = own.listed[rank].expression
    match = (expression.fullmatch if whole else expression.match)(text, start, end)
    return None if match is None or match.end() == start else match.end()


def begun(
    own: Entries, text: str, known: Candidates, pos: int, end: int
) -> Iterator[tuple[int, int]]:
    """Yield where matches in `text[pos:end]` begin and end, without overlaps."""
    if known.open:
        yield from _with_open(own, text, known, pos, end)
        return
    found = known.found
    for at in range(bisect_left(found, (pos,)), len(found)):
        start = found[at][0]
        if start >= end:
            return
        if start >= pos and (stop := reached(own, text, end, found[at])) is not None:
            yield start, stop
            pos = stop


def each(
    own: Entries, text: str, known: Candidates, pos: int, end: int
) -> Iterator[tuple[int, int, int]]:
    """Yield the matches of each group of entries by itself, with the number of the group."""
    groups, found = own.groups, known.found
    waiting = {groups[rank] for rank, _ in known.open}
    ends: dict[int, int] = {}
    for at in range(bisect_left(found, (pos,)), len(found)):
        start, rank, *_ = found[at]
        if start >= end:
            break
        group = groups[rank]
        if group in waiting or start < ends.get(group, 0):
            continue
        if (stop := reached(own, text, end, found[at])) is not None:
            ends[group] = stop
            yield start, stop, group
    for group in waiting:
        part = Candidates(
            [one for one in found if groups[one[1]] == group],
            [one for one in known.open if groups[one[0]] == group],
        )
        yield from ((*match, group) for match in _with_open(own, text, part, pos, end))


def _with_open(
    own: Entries, text: str, known: Candidates, pos: int, end: int
) -> Iterator[tuple[int, int]]:
    """Yield the matches where some entries may begin with anything."""
    waiting = _waiting(own, text, known, pos, end)
    found = known.found
    at = bisect_left(found, (pos,))
    while True:
        best: tuple[int, int, int] | None = None
        while at < len(found) and (start := found[at][0]) < end:
            one = found[at]
            at += 1
            if start >= pos and (stop := reached(own, text, end, one)) is not None:
                best = start, one[1], stop
                break
        if waiting:
            waiting = _moved(own, text, waiting, pos, end)
            first = min(((m.start(), rank, m.end()) for rank, m in waiting), default=None)
            if first is not None and (best is None or first < best):
                at -= best is not None
                best = first
        if best is None:
            return
        yield best[0], best[2]
        pos = best[2]


def _waiting(own: Entries, text: str, known: Candidates, pos: int, end: int) -> _Waiting:
    """Return the first match of each entry that may begin with anything."""
    waiting = []
    for rank, places in known.open:
        if places is not None:
            at = bisect_left(places, pos)
            if at == len(places) or places[at] >= end:
                continue
        match = own.listed[rank].expression.search(text, pos, end)
        if match is not None and match.end() > match.start():
            waiting.append((rank, match))
    return waiting


def _moved(own: Entries, text: str, waiting: _Waiting, pos: int, end: int) -> _Waiting:
    """Seek again what begins before `pos`."""
    moved = []
    for rank, match in waiting:
        later: re.Match[str] | None = match
        if match.start() < pos:
            later = own.listed[rank].expression.search(text, pos, end)
        if later is not None:
            moved.append((rank, later))
    return moved
