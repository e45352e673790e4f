"""Which entries of a table may stand in a text, and where: what the automaton met, checked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from extract.lexicon.automaton import Scan, know, scanned
from extract.lexicon.files import spelled
from extract.lexicon.word_dialects import Dialect, WordEntry, border_after, border_before, entries

__all__ = ["LONGEST", "Candidates", "Entries"]

LONGEST = 200_000
"""Characters of a text that is scanned: a hostile one must not fill memory."""

_numbers = count()


@dataclass(frozen=True, slots=True)
class Candidates:
    """Where entries of a table may stand in a text, in order.

    `found` has their ranks, their ends (0 where the expression tells), and whether a border
    follows. `open` has the ranks of entries that may begin anywhere, with what they hold.
    """

    starts: list[int]
    found: list[tuple[int, int, bool]]
    open: list[tuple[int, list[int] | None]]


_NONE = Candidates([], [], [])


class Entries:
    """The entries of a table, by what the automaton looks for."""

    def __init__(self, words: Iterable[str], dialect: Dialect, tail: str) -> None:
        self.dialect = dialect
        self.words = tuple(words)
        self._tail = tail
        self._number = next(_numbers)

    @cached_property
    def listed(self) -> list[WordEntry]:
        """The entries, the one that wins at a place first."""
        return entries(self.words, self.dialect, self._tail)

    @cached_property
    def _ranks(self) -> dict[str, list[int]]:
        """Return for each spelling the ranks of its entries."""
        know([entry.word for entry in self.listed], inside=self.dialect == "inside")
        ranks: dict[str, list[int]] = {}
        for rank, entry in enumerate(self.listed):
            for head in spelled(entry.word).heads:
                ranks.setdefault(head, []).append(rank)
        return ranks

    @cached_property
    def _needles(self) -> dict[str, list[int]]:
        """Return what entries hold that may begin with anything, with their ranks."""
        needles: dict[str, list[int]] = {}
        for rank, entry in enumerate(self.listed):
            for needle in spelled(entry.word).needles:
                needles.setdefault(needle, []).append(rank)
        return needles

    @cached_property
    def _bare(self) -> list[int]:
        """Return the ranks of entries of which nothing is known."""
        spellings = [spelled(entry.word) for entry in self.listed]
        return [rank for rank, one in enumerate(spellings) if not (one.heads or one.needles)]

    def may_stand(self, text: str, start: int, end: int) -> bool:
        """Tell whether a match may stand in `text[start:end]`: what begins it, or what it holds."""
        if len(text) > LONGEST or self._bare:
            return True
        ranks = self._ranks  # first, since it may add to what is looked for
        scan = scanned(text)
        known = scan.places.get(self._number)
        if known is None:
            hits = scan.hits
            spellings = (ranks.keys() & hits.keys()) | (self._needles.keys() & hits.keys())
            known = sorted(at for one in spellings for at, _ in hits[one])
            scan.places[self._number] = known
        at = bisect_left(known, start)
        return at < len(known) and known[at] < end

    def candidates(self, text: str) -> Candidates:
        """Return where entries may stand in a text that is not too long."""
        ranks = self._ranks  # first, since it may add to what is looked for
        scan = scanned(text)
        known = scan.tables.get(self._number)
        if known is None:
            known = scan.tables[self._number] = self._candidates(scan, ranks)
        return known

    def _candidates(self, scan: Scan, ranks: dict[str, list[int]]) -> Candidates:
        """Return the hits whose letters and first border are right."""
        hits = scan.hits
        shared = ranks.keys() & hits.keys()
        needles = self._needles.keys() & hits.keys()
        if not shared and not needles and not self._bare:
            return _NONE
        held: list[tuple[int, int, int, bool]] = []
        for spelling in shared:
            self._check(scan, spelling, ranks[spelling], held)
        held.sort()
        places: dict[int, list[int]] = {}
        for needle in needles:
            for rank in self._needles[needle]:
                places.setdefault(rank, []).extend(start for start, _ in hits[needle])
        gated: list[tuple[int, list[int] | None]] = [(rank, None) for rank in self._bare]
        gated += [(rank, sorted(starts)) for rank, starts in places.items()]
        return Candidates(
            [start for start, *_ in held],
            [(rank, -end, closed) for _, rank, end, closed in held],
            gated,
        )

    def _check(
        self, scan: Scan, spelling: str, ranks: list[int], held: list[tuple[int, int, int, bool]]
    ) -> None:
        text, entries, plain = scan.text, self.listed, self.dialect == "plain"
        bound = spelling[0].isalnum()
        for start, end in scan.hits[spelling]:
            opens = (
                start in scan.begins
                if bound and plain
                else border_before(text, start, self.dialect)
            )
            closed: bool | None = None
            for rank in ranks:
                entry = entries[rank]
                if not (opens or entry.unspaced):
                    continue
                if entry.exact == "never":
                    held.append((start, rank, 0, False))
                elif entry.is_word(text[start:end], len(spelling)):
                    if closed is None:
                        closed = border_after(text, end, self.dialect)
                    held.append((start, rank, -end, closed or entry.unspaced))
