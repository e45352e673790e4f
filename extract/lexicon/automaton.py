"""One automaton of all the words of all vocabularies, run once over a text.

What it meets is kept by spelling; each `Table` takes what is its own. Words that are given by a
program are added when they are first sought, and the automaton is built anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from extract.lexicon.files import borders, common
from extract.lexicon.folding import Folded, folded

if TYPE_CHECKING:
    from extract.lexicon.candidates import Candidates

__all__ = ["Scan", "know", "scanned"]

_SHORT = 2
"""Letters of a spelling that is looked up where words begin: such stand inside every other word."""


class _Automaton:
    """Spellings: `free` ones may begin inside a word, `bound` ones only where one begins."""

    def __init__(self) -> None:
        self._free: dict[str, None] = {}
        self._bound: dict[str, None] = {}
        self._numbered: list[str] = []
        self._short: set[str] = set()
        self._built: AhoCorasick | None = None

    def add(self, free: Iterable[str], bound: Iterable[str]) -> bool:
        """Add spellings, and tell whether any was new."""
        known = len(self._free), len(self._bound)
        self._free |= dict.fromkeys(free)
        self._bound |= dict.fromkeys(bound)
        if known == (len(self._free), len(self._bound)):
            return False
        self._built = None
        return True

    def run(self, sought: Folded) -> dict[str, list[tuple[int, int]]]:
        """Return where each spelling stands in a text."""
        if self._built is None:
            long = (one for one in self._bound if len(one) > _SHORT and one not in self._free)
            self._numbered = [*self._free, *long]
            self._short = {one for one in self._bound if len(one) <= _SHORT} - self._free.keys()
            self._built = AhoCorasick(
                self._numbered,
                matchkind=MatchKind.Standard,
                implementation=Implementation.ContiguousNFA,
            )
        text, places, short = sought.text, sought.places, self._short
        begins = {*sought.begins, *sought.humps}
        found = [
            (self._numbered[number], start, end)
            for number, start, end in self._built.find_matches_as_indexes(text, overlapping=True)
            if start in begins or number < len(self._free)
        ]
        found += [(word, at, at + 1) for at in begins if (word := text[at]) in short]
        begins.discard(len(text) - 1)
        found += [(word, at, at + 2) for at in begins if (word := text[at : at + 2]) in short]
        hits: dict[str, list[tuple[int, int]]] = {}
        for word, start, end in found:
            span = (start, end) if places is None else (places[start], places[end - 1] + 1)
            if word in hits:
                hits[word].append(span)
            else:
                hits[word] = [span]
        return hits


class Scan:
    """A text and where each spelling stands in it; `tables` and `places` hold what is whose.

    At `begins` a word begins that no letter, digit or low line touches.
    """

    __slots__ = ("begins", "hits", "places", "tables", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        sought = folded(text)
        self.hits = _everything().run(sought)
        places = sought.places
        self.begins = set(sought.begins)
        if places is not None:
            self.begins = {places[at] for at in sought.begins}
        if "_" in text:
            self.begins -= {at + 1 for at, char in enumerate(text) if char == "_"}
        self.places: dict[int, list[int]] = {}
        self.tables: dict[int, Candidates] = {}


# A batch has 64 documents on their way at once; the rest are quotes of the last ones.
@lru_cache(maxsize=256)
def scanned(text: str) -> Scan:
    """Run the automaton over a text."""
    return Scan(text)


def know(words: Iterable[str], *, inside: bool = False) -> None:
    """Make sure that words are looked for, also where they begin inside others."""
    free, bound = borders(words)
    if _everything().add([*free, *bound] if inside else free, () if inside else bound):
        scanned.cache_clear()


@lru_cache(maxsize=1)
def _everything() -> _Automaton:
    automaton = _Automaton()
    automaton.add(*common())
    return automaton
