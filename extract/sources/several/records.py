"""Find postings that are records of labels and values: feeds, JSON, JSON-LD blocks, forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.lexicon import pattern
from extract.sources.several.layout import Row, listed, normal
from extract.sources.several.titles import is_title
from extract.values import Span

__all__ = ["records"]

_LONGEST_TITLE = 160
_MOST_BEFORE = 12
_HALF = 0.5
_SURELY_SEVERAL = 3
_NULL = frozenset(("null", "~", "none"))
"""How JSON, YAML and Python write that there is no title."""


def records(rows: Sequence[Row], end: int) -> tuple[Span, ...]:
    """Return the stretches of the records in `rows`, or nothing where there are not several.

    A record begins with the label of its title, or with labels that lead to it. The same label must
    come again with another title, and with particulars of its own or a title that names a person.
    """
    for named in _candidates(rows):
        places = _without_channel(rows, named)
        starts = _starts(rows, places)
        limits = [*starts, len(rows)]
        blocks = [rows[one:next_] for one, next_ in pairwise(limits)]
        titles = [_value(rows, place) for place in places]
        if _are_postings(blocks, titles):
            edges = [*(rows[start].start for start in starts), end]
            return tuple(Span(one, next_) for one, next_ in pairwise(edges))
    return ()


def _candidates(rows: Sequence[Row]) -> Iterator[list[int]]:
    """Yield the places of each label that could open a record, the most frequent first."""
    by_key: dict[str, list[int]] = defaultdict(list)
    opening = listed("title") | listed("record")
    for place, row in enumerate(rows):
        if row.key and normal(row.key) in opening and not _points_elsewhere(row.key):
            value = _value(rows, place)
            if value.casefold() in _NULL:
                continue
            if len(value) <= _LONGEST_TITLE and (value or normal(row.key) in listed("record")):
                by_key[row.key].append(place)
    found = [places for places in by_key.values() if len(places) > 1]
    yield from sorted(found, key=lambda places: (-len(places), places[0]))


def _points_elsewhere(key: str) -> bool:
    path = key.split(".")[:-1]
    return any(pattern("roles", "related").fullmatch(part) for part in path)


def _value(rows: Sequence[Row], place: int) -> str:
    """Return what a label is followed by, on its own line or else on the next."""
    row = rows[place]
    if row.words or place + 1 == len(rows):
        return row.words
    following = rows[place + 1]
    return "" if following.key or following.apart else following.words


def _starts(rows: Sequence[Row], places: Sequence[int]) -> list[int]:
    """Walk back from each title over the labels of its own record, some of them optional.

    What stands before the first title, and again later, leads a record; what stands after the last
    title ends one. A label between that is neither belongs with the leading one before it.
    """
    leading = {rows[at].key for at in _run(rows, places[0], -1)}
    leading &= {row.key for row in rows[places[0] + 1 :]}
    trailing = {row.key for row in rows[places[-1] + 1 :]} - leading
    starts: list[int] = []
    for number, place in enumerate(places):
        start, taken = place, set[str]()
        for at in _run(rows, place, places[number - 1] if number else -1):
            key = rows[at].key
            if key in taken or key in trailing:
                break
            taken.add(key)
            start = at if key in leading else start
        starts.append(start)
    return starts


def _run(rows: Sequence[Row], place: int, floor: int) -> Iterator[int]:
    """Yield the rows with a label right before `place`, the nearest first, up to a gap."""
    for at in range(place - 1, max(floor, place - 1 - _MOST_BEFORE), -1):
        if rows[at + 1].apart or not rows[at].key:
            return
        yield at


def _without_channel(rows: Sequence[Row], places: list[int]) -> list[int]:
    """Leave out the title of the feed itself, which has no particulars."""
    first, others = rows[places[0] : places[1]], rows[places[1] :]
    return places[1:] if _particulars(others) and not _particulars(first) else places


def _are_postings(blocks: Sequence[Sequence[Row]], titles: Sequence[str]) -> bool:
    stated = [_particulars(block) for block in blocks]
    distinct = {(title.casefold(), *sorted(own)) for title, own in zip(titles, stated, strict=True)}
    # With one title, another place or date may only be a footer that repeats the header otherwise.
    few = len({title.casefold() for title in titles}) == 1 and len(blocks) < _SURELY_SEVERAL
    if len(blocks) == 1 or few or len(distinct) < len(blocks) * _HALF:
        return False
    keys = [{key for key, _ in own} for own in stated]
    shared = sum(len(own & other) > 0 for own, other in pairwise(keys))
    named = sum(map(is_title, titles))
    return shared >= (len(blocks) - 1) * _HALF or named >= len(blocks) * _HALF


def _particulars(block: Sequence[Row]) -> set[tuple[str, str]]:
    return {
        (normal(row.key), row.words.casefold())
        for row in block
        if row.key and row.words and normal(row.key) in listed("particular")
    }
