"""Which entries of a table may stand in a text, and where: what the automaton met, checked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from extract.lexicon.automaton import Scan, know, numbered, scanned
from extract.lexicon.files import spelled
from extract.lexicon.folding import folded, lettered
from extract.lexicon.word_dialects import Dialect, WordEntry, border_after, border_before, entries

__all__ = ["LONGEST", "Candidate", "Candidates", "Entries"]

LONGEST = 200_000
"""Characters of a text that is scanned: a hostile one must not fill memory."""
_SHORT = 100
"""Characters of a text in which words are looked up one by one: that is quicker than a scan."""
_WINDOW = 300
"""Characters of a word that is looked up at one place, and from its beginning to what it holds."""

Candidate = tuple[int, int, int, bool]
"""Where an entry may begin, its rank, minus its end (0 if the regular expression must find
the end), and whether a word border follows."""


class Candidates(NamedTuple):
    """Where entries of a table may stand in a text.

    `found` is in order. `open` has the ranks of entries that may begin with anything, and where
    what they hold stands, None if that is unknown.
    """

    found: Sequence[Candidate]
    open: Sequence[tuple[int, Sequence[int] | None]]


_NONE = Candidates((), ())
_DIGITS = re.compile(r"\d+")


class Entries:
    """The entries of groups of words, by what the automaton looks for."""

    def __init__(self, words: Iterable[Sequence[str]], dialect: Dialect) -> None:
        self.dialect = dialect
        self.words = tuple(words)

    @cached_property
    def _grouped(self) -> list[tuple[int, WordEntry]]:
        return [
            (number, entry)
            for number, words in enumerate(self.words)
            for entry in entries(words, self.dialect)
        ]

    @cached_property
    def listed(self) -> list[WordEntry]:
        """The entries, of each group the one that wins at a place first."""
        return [entry for _, entry in self._grouped]

    @cached_property
    def groups(self) -> list[int]:
        """The numbers of the entries' groups."""
        return [number for number, _ in self._grouped]

    @cached_property
    def _number(self) -> int:
        """The number of the table, under which scans keep what is its own."""
        know([entry.word for entry in self.listed], inside=self.dialect == "inside")
        return numbered({*self._heads, *self._needles})

    @cached_property
    def _heads(self) -> dict[str, list[int]]:
        """The ranks of the entries that begin with each spelling."""
        return self._ranks([spelled(entry.word).heads for entry in self.listed])

    @cached_property
    def _needles(self) -> dict[str, list[int]]:
        """What entries hold that may begin with anything, with their ranks."""
        return self._ranks([spelled(entry.word).needles for entry in self.listed])

    @staticmethod
    def _ranks(spellings: Sequence[Sequence[str]]) -> dict[str, list[int]]:
        ranks: dict[str, list[int]] = {}
        for rank, listed in enumerate(spellings):
            for one in listed:
                ranks.setdefault(one, []).append(rank)
        return ranks

    @cached_property
    def _whole(self) -> frozenset[int]:
        """The ranks of entries whose beginnings are known, and what they hold too."""
        spellings = enumerate(spelled(entry.word) for entry in self.listed)
        return frozenset(rank for rank, one in spellings if one.heads and one.needles)

    @cached_property
    def _bare(self) -> list[tuple[int, None]]:
        """The ranks of entries of which nothing is known."""
        spellings = [spelled(entry.word) for entry in self.listed]
        return [(at, None) for at, one in enumerate(spellings) if not (one.heads or one.needles)]

    @cached_property
    def _sizes(self) -> dict[str, list[int]]:
        """The lengths of the heads by their first letters."""
        sizes: dict[str, set[int]] = {}
        for head in self._heads:
            sizes.setdefault(head[0], set()).add(len(head))
        return {letter: sorted(lengths) for letter, lengths in sizes.items()}

    @cached_property
    def _free(self) -> frozenset[str]:
        """The letters of heads that may begin anywhere."""
        return frozenset(
            head[0]
            for head, ranks in self._heads.items()
            if not head[0].isalnum() or any(self.listed[rank].unspaced for rank in ranks)
        )

    def candidates(self, text: str) -> Candidates:
        """Return where entries may stand in a text that is not too long."""
        if len(text) <= _SHORT:
            return self._looked_up(text)
        number = self._number  # first, since it may add to what is looked for
        scan = scanned(text)
        known: Candidates | None = scan.kept.get(number)
        if known is None:
            present = scan.owned.get(number, ())
            if number >= scan.tables:
                present = list({*self._heads, *self._needles} & scan.hits.keys())
            known = scan.kept[number] = self._candidates(scan, present)
        return known

    def starts(self, text: str) -> list[int] | None:
        """Return where matches may begin, or what they hold does; None where that is unknown."""
        if len(text) > LONGEST:
            return None
        known = self.candidates(text)
        held = [places for _, places in known.open if places is not None]
        if len(held) < len(known.open):
            return None
        return sorted([*(one[0] for one in known.found), *chain.from_iterable(held)])

    def beginning(self, text: str, at: int, end: int) -> Candidates:
        """Return which entries may begin at a place of a text, without a look at all of it."""
        return self._looked_up(text, at, min(end, at + _WINDOW), only=True)

    def _candidates(self, scan: Scan, present: Sequence[str]) -> Candidates:
        """Return the hits whose letters and first border are right."""
        if not present and not self._bare:
            return _NONE
        text, dialect, hits = scan.text, self.dialect, scan.hits
        sure = {"plain": scan.begins, "loose": scan.opens}.get(dialect, set())
        found: list[Candidate] = []
        places: dict[int, list[int]] = {}
        for spelling in present if self._needles else ():
            for rank in self._needles.get(spelling, ()):
                places.setdefault(rank, []).extend(start for start, _ in hits[spelling])
        for spelling in present:
            if ranks := self._heads.get(spelling):
                if self._whole:
                    ranks = [at for at in ranks if at in places or at not in self._whole]
                anywhere = spelling[0] in self._free
                bound = dialect in {"plain", "loose"} and spelling[0].isalnum()
                for start, end in hits[spelling] if ranks else ():
                    opens = start in sure if bound else border_before(text, start, dialect)
                    if opens or anywhere:
                        self._check(text, (start, end, len(spelling)), ranks, found, opens=opens)
        return self._settled(found, places)

    def _settled(self, found: list[Candidate], places: Mapping[int, list[int]]) -> Candidates:
        """Return what is found without entries that hold nothing of what they need, in order."""
        if not places and not self._whole:
            return Candidates(sorted(set(found)), self._bare)
        held = {rank: sorted(starts) for rank, starts in places.items()}
        if self._whole:
            found = [
                one
                for one in found
                if one[1] not in self._whole or _near(held.get(one[1], ()), one[0])
            ]
        open_ = [(rank, starts) for rank, starts in held.items() if rank not in self._whole]
        return Candidates(sorted(set(found)), [*self._bare, *open_])

    def _check(
        self,
        text: str,
        hit: tuple[int, int, int],
        ranks: Sequence[int],
        found: list[Candidate],
        *,
        opens: bool,
    ) -> None:
        """Add the entries that begin with a hit, of a spelling of some length."""
        start, end, size = hit
        for rank in ranks:
            entry = self.listed[rank]
            if not (opens or entry.unspaced):
                continue
            if entry.exact == "never":
                found.append((start, rank, 0, False))
                if entry.unspaced:  # it may begin with any of some digits
                    run = _DIGITS.match(text, start)
                    found += (
                        ((at, rank, 0, False) for at in range(start + 1, run.end())) if run else ()
                    )
            elif entry.exact == "always" or entry.is_word(text[start:end], size):
                closed = entry.unspaced or border_after(text, end, self.dialect)
                found.append((start, rank, -end, closed))

    def _looked_up(
        self, text: str, begin: int = 0, stop: int | None = None, *, only: bool = False
    ) -> Candidates:
        """Return what may stand in a short piece of a text, or with `only` begin there."""
        if only and not (self._needles or self._bare):
            first = text[begin : begin + 1]
            if first.isalpha() and lettered(first) not in self._sizes:
                return _NONE
        sought = folded(text[begin:stop])
        plain, places, sizes = sought.text, sought.places, self._sizes
        found: list[Candidate] = []
        openings = {0} if only else {*sought.begins, *sought.humps}
        if not only and not self._free.isdisjoint(plain):
            openings.update(at for at, letter in enumerate(plain) if letter in self._free)
        for at in openings:
            for size in sizes.get(plain[at : at + 1], ()):
                if ranks := self._heads.get(plain[at : at + size]):
                    start = begin + places[at]
                    opens = border_before(text, start, self.dialect)
                    hit = (start, begin + places[min(at + size, len(plain))], size)
                    self._check(text, hit, ranks, found, opens=opens)
        held: dict[int, list[int]] = {}
        for needle, ranks in self._needles.items():
            at = plain.find(needle)
            while at >= 0:
                for rank in ranks:
                    held.setdefault(rank, []).append(begin + places[at])
                at = plain.find(needle, at + 1)
        return self._settled(found, held)


def _near(places: Sequence[int], start: int) -> bool:
    """Tell whether one of the places is close behind a beginning."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] - start < _WINDOW
