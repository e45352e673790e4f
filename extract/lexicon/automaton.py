"""One automaton of all the words of all vocabularies, run once over a text.

What it meets is kept by spelling, and which tables own the spellings that are there; each
`WordTable` takes what is its own. Words that a program gives are added when they are first sought;
they have a second, small automaton, which alone is built anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache, cached_property, lru_cache
from typing import Any

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from extract.lexicon.files import borders, common
from extract.lexicon.folding import Folded, folded

__all__ = ["Scan", "know", "numbered", "scanned"]

_SHORT = 2
"""Letters of a spelling that is looked up where words begin: such stand inside every other word."""

Hits = dict[str, list[tuple[int, int]]]


class _Spellings:
    """Spellings that are sought together: `free` ones may begin inside a word, the others not."""

    def __init__(self, free: Iterable[str], bound: Iterable[str]) -> None:
        self.free = dict.fromkeys(free)
        self.all = self.free | dict.fromkeys(one for one in bound if len(one) > _SHORT)
        self._listed = [*self.all]

    @cached_property
    def _built(self) -> AhoCorasick:
        kind, way = MatchKind.Standard, Implementation.ContiguousNFA
        return AhoCorasick(self._listed, matchkind=kind, implementation=way)

    def found(self, text: str, begins: Collection[int]) -> list[tuple[str, int, int]]:
        """Return each spelling that stands in a text, and where it begins and ends."""
        listed, free = self._listed, len(self.free)
        return [
            (listed[number], start, end)
            for number, start, end in self._built.find_matches_as_indexes(text, overlapping=True)
            if start in begins or number < free
        ]


class _Automaton:
    """The spellings of the vocabularies, and those that were added.

    `owners` has for each spelling the numbers of the tables that seek it, `tables` how many do;
    `short` are those of few letters that some table seeks and that are not `free`.
    """

    def __init__(self, free: Iterable[str], bound: Iterable[str]) -> None:
        self.owners: dict[str, list[int]] = {}
        self.tables = 0
        self.short: set[str] = set()
        self._shipped = _Spellings(free, bound)
        self._added = _Spellings((), ())

    def add(self, free: Iterable[str], bound: Iterable[str]) -> bool:
        """Add spellings, and tell whether any was new."""
        shipped, added = self._shipped, self._added
        more = _Spellings(
            (one for one in free if one not in shipped.free and one not in added.free),
            (one for one in bound if one not in shipped.all and one not in added.all),
        )
        if not more.all:
            return False
        self._added = _Spellings([*added.free, *more.free], [*added.all, *more.all])
        self.short.difference_update(more.free)
        return True

    def own(self, number: int, spellings: Iterable[str]) -> bool:
        """Note that a table seeks spellings, and tell whether any short one of them was new."""
        before = len(self.short)
        for spelling in spellings:
            self.owners.setdefault(spelling, []).append(number)
            free = spelling in self._shipped.free or spelling in self._added.free
            if len(spelling) <= _SHORT and not free:
                self.short.add(spelling)
        return len(self.short) > before

    def run(self, sought: Folded, begins: Collection[int]) -> Hits:
        """Return where each spelling stands in a text, in which words begin at some places."""
        text, places = sought.text, sought.places
        freed = self._added.free  # those that the vocabularies know as bound are found as free ones
        hits: Hits = defaultdict(list)
        for spelling, start, end in self._shipped.found(text, begins):
            if spelling not in freed:
                hits[spelling].append((places[start], places[end]))
        if self._added.all:
            for spelling, start, end in self._added.found(text, begins):
                hits[spelling].append((places[start], places[end]))
        short = self.short
        for at in begins:
            if (word := text[at]) in short:
                hits[word].append((places[at], places[at + 1]))
            if (word := text[at : at + 2]) in short and len(word) > 1:
                hits[word].append((places[at], places[at + 2]))
        return hits


class Scan:
    """A text and where each spelling stands in it.

    At `begins` a word begins that no letter, digit or low line touches; at `opens` one that no
    letter or digit of the same case does. `owned` has the spellings that are there by the tables
    that seek them, of those below `tables`; `kept` is what tables have made of theirs.
    """

    __slots__ = ("begins", "hits", "kept", "opens", "owned", "tables", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        sought, automaton = folded(text), _everything()
        begins, humps = sought.begins, sought.humps
        self.hits = automaton.run(sought, {*begins, *humps})
        place = sought.places.__getitem__
        self.begins = set(map(place, begins))
        self.opens = self.begins.union(map(place, humps))
        if "_" in text:
            self.begins -= {at + 1 for at, char in enumerate(text) if char == "_"}
        self.owned: dict[int, list[str]] = defaultdict(list)
        self.tables = automaton.tables
        owners = automaton.owners
        for spelling in self.hits:
            for number in owners.get(spelling, ()):
                self.owned[number].append(spelling)
        self.kept: dict[int, Any] = {}


# A batch has 64 documents on their way at once.
@lru_cache(maxsize=128)
def scanned(text: str) -> Scan:
    """Run the automaton over a text."""
    return Scan(text)


def know(words: Iterable[str], *, inside: bool = False) -> None:
    """Make sure that words are looked for, also where they begin inside others."""
    free, bound = borders(words)
    if _everything().add([*free, *bound] if inside else free, () if inside else bound):
        scanned.cache_clear()


def numbered(spellings: Iterable[str]) -> int:
    """Return the number of another table, which seeks these spellings."""
    automaton = _everything()
    number = automaton.tables
    automaton.tables += 1
    if automaton.own(number, spellings):
        scanned.cache_clear()
    return number


@cache  # tables keep the numbers it gave them: it is made once for good
def _everything() -> _Automaton:
    return _Automaton(*common())
