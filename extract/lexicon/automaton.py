"""One automaton of all the words of all vocabularies, run once over a text.

What it meets is kept by spelling; each `Table` takes what is its own. Words that are given by a
program are added when they are first sought, and the automaton is built anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from extract.lexicon.files import load, names
from extract.lexicon.folding import folded
from extract.lexicon.spelling import Spelling, spelled_expression, spelled_word

if TYPE_CHECKING:
    from extract.lexicon.table import Candidates

__all__ = ["UNSPACED", "Scan", "borders", "know", "scanned", "spelled"]

UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts written without spaces: a word there may touch its neighbours."""

_LOOKED_UP = frozenset(
    {"currencies", "layout", "sections", "skills_fields", "skills_names", "tongues"}
    | {"skills_words_en", "skills_words_other"}
)
"""Vocabularies that are looked up word by word."""


class _Automaton:
    """Spellings by their number: those that may begin inside a word first."""

    def __init__(self) -> None:
        self.free: dict[str, None] = {}
        self.bound: dict[str, None] = {}
        self._built: AhoCorasick | None = None
        self._numbered: list[str] = []

    def add(self, free: Iterable[str], bound: Iterable[str]) -> bool:
        """Add spellings, and tell whether any was new."""
        more_free = dict.fromkeys(one for one in free if one not in self.free)
        known = self.bound.keys() | self.free.keys() | more_free.keys()
        more_bound = dict.fromkeys(one for one in bound if one not in known)
        self.free |= more_free
        self.bound = {one: None for one in self.bound if one not in more_free} | more_bound
        if more_free or more_bound:
            self._built = None
        return bool(more_free or more_bound)

    def run(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """Return where each spelling stands in a text."""
        if self._built is None:
            self._numbered = [*self.free, *self.bound]
            self._built = AhoCorasick(
                self._numbered,
                matchkind=MatchKind.Standard,
                implementation=Implementation.ContiguousNFA,
            )
        sought = folded(text)
        begins, free, place = sought.begins, len(self.free), sought.place
        moved = sought.is_moved
        hits: dict[str, list[tuple[int, int]]] = {}
        for number, start, end in self._built.find_matches_as_indexes(
            sought.text, overlapping=True
        ):
            if start in begins or number < free:
                if moved:
                    start, end = place(start), place(end - 1) + 1
                word = self._numbered[number]
                if word in hits:
                    hits[word].append((start, end))
                else:
                    hits[word] = [(start, end)]
        return hits


class Scan:
    """A text and where each spelling stands in it; `tables` remember what is theirs."""

    __slots__ = ("hits", "tables", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.hits = _everything().run(text)
        self.tables: dict[int, Candidates] = {}


# A batch has 64 documents on their way at once; the rest are quotes of the last ones.
@lru_cache(maxsize=256)
def scanned(text: str) -> Scan:
    """Run the automaton over a text."""
    return Scan(text)


def know(words: Iterable[str]) -> None:
    """Make sure that words are looked for."""
    if _everything().add(*borders(words)):
        scanned.cache_clear()


@lru_cache(maxsize=1)
def _everything() -> _Automaton:
    automaton = _Automaton()
    for name in names():
        if name not in _LOOKED_UP:
            automaton.add(*borders(_words(load(name))))
    return automaton


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value if isinstance(value, list) else value.values():
            yield from _words(one)


def borders(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the spellings of words that may begin inside a word, and the others."""
    free: list[str] = []
    bound: list[str] = []
    for word in words:
        found = spelled(word)
        free += found.needles
        for head in found.heads:
            inside = UNSPACED.search(word) is not None or not head[0].isalnum()
            (free if inside else bound).append(head)
    return free, bound


@lru_cache(maxsize=None)
def spelled(word: str) -> Spelling:
    """Return how a word of a vocabulary, or what begins with `~`, is spelled."""
    if word.startswith("~"):
        return spelled_expression(word[1:])
    spellings = spelled_word(word)
    if word[:1].isalnum() or spellings[0][:1] == word[:1]:
        return Spelling(spellings)
    return Spelling((), tuple(filter(None, spellings)))
