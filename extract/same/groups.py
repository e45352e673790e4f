"""From judged pairs to groups: rows are joined pair by pair, the surest pairs first.

A pair is not followed if it would join rows that contradict each other: a copy without a place fits
the postings of two branches, which stay two jobs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from extract.same.cards import Card, card_of
from extract.same.judgement import Judgement, judge, quick_judge
from extract.same.key_pairs import KeyPairs
from extract.same.rules import KINDS, ONE_JOB, Kindred

__all__ = ["JobGroup", "Joined", "Joiner", "group_rows"]

_SHOWN = 16
"""Rows up to which a group shows all pairs that were compared; beyond, those that joined it."""
_ASKED = 3
"""Rows of a group that a new one must not contradict."""
CONTRADICTS = "would join postings that contradict each other"


@dataclass(frozen=True, slots=True)
class Joined:
    """Two rows, by their numbers, and what they are to each other."""

    one: int
    other: int
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class JobGroup:
    """Rows that are one job, by their numbers, and the pairs that were compared.

    `number` is None for a pair that is not one job: another place, or cannot tell.
    """

    number: int | None
    rows: tuple[int, ...]
    pairs: tuple[Joined, ...]


@dataclass(slots=True)
class Joiner:
    """Judges pairs of rows and joins them; `card` returns the card of a row.

    `counts` is how many pairs were of each kind.
    """

    card: Callable[[int], Card]
    rows: int
    counts: dict[Kindred, int] = field(default_factory=dict)
    groups: int = 0
    _ones: array[int] = field(default_factory=lambda: array("I"))
    _others: array[int] = field(default_factory=lambda: array("I"))
    _kinds: bytearray = field(default_factory=bytearray)
    _strengths: array[float] = field(default_factory=lambda: array("f"))
    _parents: array[int] = field(default_factory=lambda: array("I"))
    _members: dict[int, list[int]] = field(default_factory=dict)

    def judge(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Judge pairs. Those that are another job are counted, and not kept."""
        for one, other in pairs:
            kind, strength = quick_judge(self.card(one), self.card(other))
            self.counts[kind] = self.counts.get(kind, 0) + 1
            if kind != "other job":
                self._ones.append(one)
                self._others.append(other)
                self._kinds.append(KINDS.index(kind))
                self._strengths.append(strength)

    def group(self, *, apart: bool = True) -> Iterator[JobGroup]:
        """Yield the groups in the order of their first rows, then, if `apart`, the other pairs."""
        joining, refused = self._join()
        pairs: dict[int, list[int]] = {}
        single: list[int] = []
        for at in range(len(self._ones)):
            root = self._root(self._ones[at])
            if root != self._root(self._others[at]):
                single.append(at)
            elif at in joining or len(self._members[root]) <= _SHOWN:
                pairs.setdefault(root, []).append(at)
        for number, (root, members) in enumerate(
            sorted(self._members.items(), key=lambda item: min(item[1])), start=1
        ):
            self.groups = number
            yield JobGroup(number, tuple(sorted(members)), tuple(map(self._shown, pairs[root])))
        for at in single if apart else ():
            shown = self._shown(at, refused=at in refused)
            yield JobGroup(None, (shown.one, shown.other), (shown,))

    def _join(self) -> tuple[set[int], set[int]]:
        """Join rows, and return which pairs joined two groups, and which were not followed."""
        self._parents = array("I", range(self.rows))
        joining, refused = set(), set()
        one_job = [at for at, kind in enumerate(self._kinds) if KINDS[kind] in ONE_JOB]
        for at in sorted(one_job, key=lambda at: (-self._strengths[at], self._ones[at])):
            one, other = self._root(self._ones[at]), self._root(self._others[at])
            if one == other:
                continue
            mine, theirs = self._members.get(one, [one]), self._members.get(other, [other])
            if len(mine) + len(theirs) > 2 and self._contradict(mine, theirs):  # noqa: PLR2004
                refused.add(at)
                continue
            joining.add(at)
            large, small = (mine, theirs) if len(mine) >= len(theirs) else (theirs, mine)
            root, gone = (one, other) if large is mine else (other, one)
            self._parents[gone] = root
            self._members.pop(gone, None)
            self._members[root] = large
            large.extend(small)
        return joining, refused

    def _contradict(self, mine: list[int], theirs: list[int]) -> bool:
        """Tell whether rows of two groups are said to be two jobs."""
        return any(
            judge(self.card(one), self.card(other)).parts
            for one in mine[:_ASKED]
            for other in theirs[:_ASKED]
        )

    def _root(self, row: int) -> int:
        parents = self._parents
        while parents[row] != row:
            parents[row] = parents[parents[row]]
            row = parents[row]
        return row

    def _shown(self, at: int, *, refused: bool = False) -> Joined:
        one, other = self._ones[at], self._others[at]
        found = judge(self.card(one), self.card(other))
        return Joined(one, other, found.doubted(CONTRADICTS) if refused else found)


def group_rows(rows: Iterable[Mapping[str, Any]], *, apart: bool = True) -> list[JobGroup]:
    """Group rows of records that are one job; `JobGroup.rows` are their numbers, from 0.

    A row is what `postings extract` writes, or `Record.model_dump()`. All are kept in memory. With
    `apart`, pairs that are another place or cannot be told follow the groups.

    >>> posting = {"title": "Baker", "company": "Saltmarsh", "locations": [{"city": "Ely"}]}
    >>> later = {**posting, "closes_on": "2027-07-03"}
    >>> rows = [{"posting": {**posting, "closes_on": "2027-06-05"}}, {"posting": later}]
    >>> group, = group_rows(rows)
    >>> group.rows, group.pairs[0].judgement.kind
    ((0, 1), 'repost')
    """
    cards, keys = [], KeyPairs()
    for number, row in enumerate(rows):
        card = card_of(row, str(number))
        cards.append(card)
        keys.add(card, row)
    joiner = Joiner(cards.__getitem__, len(cards))
    joiner.judge(keys.pairs())
    return list(joiner.group(apart=apart))
