"""The words of one table, sought in a text: what `re` would find with one expression for them all.

The dialects in which a table can be written:

- `plain`: white space in a word is any white space. No letter, digit or low line may touch it.
- `loose`: a hyphen may be missing or a space, a space may be a hyphen or a low line, an apostrophe
  may be of any form or missing. Where stripped text runs words together ("HybridUS") a change of
  case is a border too.
- `phrase`: as plain, in a text of small letters, and a low line is a border.

In each, a word that begins with `~` is a regular expression; the case of letters does not count;
a word with Chinese, Japanese or Korean letters may touch its neighbours. At one place the longest
entry wins, and among those of one kind: in `loose` expressions come before words, since they are
the fuller wordings.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Literal

from extract.lexicon.alternation import alternation
from extract.lexicon.automaton import UNSPACED, Scan, know, scanned, spelled
from extract.lexicon.folding import APOSTROPHES, JOINERS, lettered

__all__ = ["Candidates", "Hit", "Table"]

Dialect = Literal["plain", "loose", "phrase"]

_LONGEST = 200_000
"""Characters of a text that is scanned: a posting is shorter, a hostile text must not fill memory."""

_HUMP = r"(?-i:(?<=[a-zß-ÿ])(?=[A-Z]))"
_BORDERS = {
    "plain": (r"(?<!\w)", r"(?!\w)"),
    "loose": (rf"(?:(?<![^\W_])|{_HUMP})", rf"(?:(?![^\W_])|{_HUMP})"),
    "phrase": ("", ""),
}
_SURE = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_APOSTROPHE = f"[{APOSTROPHES}]"
_numbers = count()


class Hit:
    """A match, with the methods of one of `re`."""

    __slots__ = ("_end", "_start", "string")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.string = text
        self._start = start
        self._end = end

    def start(self) -> int:
        """Return where the match begins."""
        return self._start

    def end(self) -> int:
        """Return where the match ends."""
        return self._end

    def span(self) -> tuple[int, int]:
        """Return where the match begins and ends."""
        return self._start, self._end

    def group(self) -> str:
        """Return the words of the match."""
        return self.string[self._start : self._end]


@dataclass(slots=True, eq=False)
class Entry:
    """One word of a table. `exact` tells how a hit of its spelling is known to be the word."""

    word: str
    exact: Literal["always", "letters", "length", "never"]
    source: str
    unspaced: bool
    flags: int
    _compiled: re.Pattern[str] | None = None

    @property
    def expression(self) -> re.Pattern[str]:
        """The expression for the word with its borders."""
        if self._compiled is None:
            self._compiled = re.compile(self.source, self.flags)
        return self._compiled


@dataclass(frozen=True, slots=True)
class Candidates:
    """Where entries of a table may stand, in order: `found` has the rank, the end, its border."""

    starts: list[int]
    found: list[tuple[int, int, bool]]


_NONE = Candidates([], [])


class Table:
    """The words of a table, with the methods of an expression of `re`.

    >>> remote = Table(["remote", "home office"])
    >>> [found.group() for found in remote.finditer("Remote, or Home  Office")]
    ['Remote', 'Home  Office']
    """

    def __init__(self, words: Iterable[str], dialect: Dialect = "plain", tail: str = "") -> None:
        self._words = tuple(words)
        self._dialect = dialect
        self._tail = tail
        self._number = next(_numbers)

    def finditer(self, text: str, pos: int = 0, endpos: int | None = None) -> Iterator[Hit]:
        """Yield the matches in `text[pos:endpos]` from left to right, without overlaps."""
        end = len(text) if endpos is None else min(endpos, len(text))
        if len(text) > _LONGEST:
            for match in self.compiled.finditer(text, pos, end):
                yield Hit(text, *match.span())
            return
        for start, stop in self._spans(text, pos, end):
            yield Hit(text, start, stop)

    def search(self, text: str, pos: int = 0, endpos: int | None = None) -> Hit | None:
        """Return the first match, None where there is none."""
        return next(self.finditer(text, pos, endpos), None)

    def match(self, text: str, pos: int = 0, endpos: int | None = None) -> Hit | None:
        """Return the match that begins at `pos`."""
        end = len(text) if endpos is None else min(endpos, len(text))
        stop = self._stop(text, pos, end, whole=False)
        return None if stop is None else Hit(text, pos, stop)

    def fullmatch(self, text: str, pos: int = 0, endpos: int | None = None) -> Hit | None:
        """Return the match that is all of `text[pos:endpos]`."""
        end = len(text) if endpos is None else min(endpos, len(text))
        stop = self._stop(text, pos, end, whole=True)
        return None if stop is None else Hit(text, pos, stop)

    def findall(self, text: str) -> list[str]:
        """Return the words of all matches."""
        return [found.group() for found in self.finditer(text)]

    def sub(self, replacement: str, text: str) -> str:
        """Put other words in the place of each match."""
        parts: list[str] = []
        at = 0
        for found in self.finditer(text):
            parts += [text[at : found.start()], replacement]
            at = found.end()
        return "".join([*parts, text[at:]])

    def then(self, tail: str) -> Table:
        """Return a table that matches the words with what an expression says behind them."""
        return Table(self._words, self._dialect, tail)

    @cached_property
    def pattern(self) -> str:
        """The source of one expression for all the words, to be part of another."""
        spaced = [entry for entry in self._entries if not entry.unspaced]
        bodies = [_body(entry.word, self._dialect) for entry in spaced]
        opening, closing = _BORDERS[self._dialect]
        parts = [f"{opening}(?:{alternation(bodies)}){closing}"] if bodies else []
        unspaced = [entry for entry in self._entries if entry.unspaced]
        loose = alternation([_body(entry.word, self._dialect) for entry in unspaced])
        more = [loose] if unspaced else []
        ordered = parts + more if self._dialect == "loose" else more + parts
        return "|".join(ordered) or r"(?!)"

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """One expression for all the words."""
        source = f"(?:{self.pattern}){self._tail}" if self._tail else self.pattern
        return re.compile(source, re.IGNORECASE)

    @cached_property
    def _entries(self) -> list[Entry]:
        ordered = sorted(set(self._words), key=lambda word: (-len(word), word))
        entries = [self._entry(word) for word in ordered]
        if self._dialect == "loose":
            entries.sort(key=lambda entry: (entry.unspaced, not entry.word.startswith("~")))
        else:
            entries.sort(key=lambda entry: not entry.unspaced)
        return entries

    def _entry(self, word: str) -> Entry:
        unspaced = UNSPACED.search(word) is not None
        opening, closing = ("", "") if unspaced else _BORDERS[self._dialect]
        source = f"{opening}(?:{_body(word, self._dialect)}){closing}{self._tail}"
        flags = 0 if self._dialect == "phrase" else int(re.IGNORECASE)
        return Entry(word, _exactness(word, self._dialect), source, unspaced, flags)

    @cached_property
    def _ranks(self) -> dict[str, list[int]]:
        """Return for each spelling the ranks of its entries."""
        know(entry.word for entry in self._entries)
        ranks: dict[str, list[int]] = {}
        for rank, entry in enumerate(self._entries):
            for head in spelled(entry.word).heads:
                ranks.setdefault(head, []).append(rank)
        return ranks

    @cached_property
    def _open(self) -> list[tuple[int, tuple[str, ...]]]:
        """Return the ranks of entries that begin with anything, with what they hold."""
        spellings = enumerate(spelled(entry.word) for entry in self._entries)
        return [(rank, found.needles) for rank, found in spellings if not found.heads]

    def _candidates(self, scan: Scan) -> Candidates:
        known = scan.tables.get(self._number)
        if known is None:
            shared = self._ranks.keys() & scan.hits.keys()
            known = self._checked(scan, shared) if shared else _NONE
            scan.tables[self._number] = known
        return known

    def _checked(self, scan: Scan, shared: Iterable[str]) -> Candidates:
        """Return the hits whose letters and first border are right."""
        text, entries, ranks = scan.text, self._entries, self._ranks
        held: list[tuple[int, int, int, bool]] = []
        for spelling in shared:
            for start, end in scan.hits[spelling]:
                for rank in ranks[spelling]:
                    entry = entries[rank]
                    if not (entry.unspaced or self._opens(text, start)):
                        continue
                    if entry.exact == "never":
                        held.append((start, rank, 0, False))
                    elif _is_word(entry, text, start, end, len(spelling), self._dialect):
                        closed = entry.unspaced or self._closes(text, end)
                        held.append((start, rank, -end, closed))
        held.sort()
        return Candidates(
            [start for start, *_ in held], [(rank, -end, closed) for _, rank, end, closed in held]
        )

    def _opens(self, text: str, start: int) -> bool:
        if start == 0:
            return True
        before = text[start - 1]
        if self._dialect == "plain":
            return not (before.isalnum() or before == "_")
        if not before.isalnum():
            return True
        if self._dialect == "phrase":
            return not text[start : start + 1].isalnum()
        return _is_hump(before, text[start : start + 1])

    def _closes(self, text: str, end: int) -> bool:
        if end == len(text):
            return True
        after = text[end]
        if self._dialect == "plain":
            return not (after.isalnum() or after == "_")
        if not after.isalnum():
            return True
        if self._dialect == "phrase":
            return not text[end - 1].isalnum()
        return _is_hump(text[end - 1], after)

    def _spans(self, text: str, pos: int, end: int) -> Iterator[tuple[int, int]]:
        ranks = self._ranks  # first, since it may add to what is looked for
        scan = scanned(text)
        known = self._candidates(scan) if ranks else _NONE
        waiting = self._waiting(scan, pos, end) if self._open else []
        starts = known.starts
        at = bisect_left(starts, pos)
        while True:
            found: tuple[int, int, int] | None = None
            while at < len(starts) and (start := starts[at]) < end:
                one = known.found[at]
                at += 1
                if start < pos:
                    continue
                reached = self._reached(text, start, end, one)
                if reached is not None:
                    found = start, one[0], reached
                    break
            if waiting:
                waiting = self._moved(text, waiting, pos, end)
                first = min(((m.start(), rank, m.end()) for rank, m in waiting), default=None)
                if first is not None and (found is None or first < found):
                    if found is not None:
                        at -= 1
                    found = first
            if found is None:
                return
            yield found[0], found[2]
            pos = found[2]

    def _reached(
        self, text: str, start: int, end: int, found: tuple[int, int, bool], *, whole: bool = False
    ) -> int | None:
        """Return where an entry that begins at `start` ends, None where it does not match."""
        rank, stop, closed = found
        if not stop:
            expression = self._entries[rank].expression
            match = (expression.fullmatch if whole else expression.match)(text, start, end)
        elif stop > end or not (closed or stop == end):
            return None
        elif not self._tail:
            return stop if stop == end or not whole else None
        else:
            match = (self._after.fullmatch if whole else self._after.match)(text, stop, end)
            return None if match is None else match.end()
        return None if match is None or match.end() == start else match.end()

    @cached_property
    def _after(self) -> re.Pattern[str]:
        return re.compile(self._tail, re.IGNORECASE)

    def _waiting(self, scan: Scan, pos: int, end: int) -> list[tuple[int, re.Match[str]]]:
        """Return the first match of each entry that may begin with anything."""
        hits = scan.hits
        found = []
        for rank, needles in self._open:
            if not needles or any(needle in hits for needle in needles):
                match = self._entries[rank].expression.search(scan.text, pos, end)
                if match is not None and match.end() > match.start():
                    found.append((rank, match))
        return found

    def _moved(
        self, text: str, waiting: list[tuple[int, re.Match[str]]], pos: int, end: int
    ) -> list[tuple[int, re.Match[str]]]:
        """Seek again what begins before `pos`."""
        moved = []
        for rank, match in waiting:
            later: re.Match[str] | None = match
            if match.start() < pos:
                later = self._entries[rank].expression.search(text, pos, end)
            if later is not None:
                moved.append((rank, later))
        return moved

    def _stop(self, text: str, pos: int, end: int, *, whole: bool) -> int | None:
        if len(text) > _LONGEST:
            how = self.compiled.fullmatch if whole else self.compiled.match
            match = how(text, pos, end)
            return None if match is None else match.end()
        ranks = self._ranks
        scan = scanned(text)
        known = self._candidates(scan) if ranks else _NONE
        tried = [(rank, 0, False) for rank, _ in self._open]
        at = bisect_left(known.starts, pos)
        while at < len(known.starts) and known.starts[at] == pos:
            tried.append(known.found[at])
            at += 1
        for one in sorted(tried) if self._open else tried:
            reached = self._reached(text, pos, end, one, whole=whole)
            if reached is not None:
                return reached
        return None


def _is_hump(before: str, after: str) -> bool:
    return ("a" <= before <= "z" or "ß" <= before <= "ÿ") and "A" <= after <= "Z"


def _is_word(
    entry: Entry, text: str, start: int, end: int, length: int, dialect: Dialect
) -> bool:
    if entry.exact == "always":
        return True
    if entry.exact == "length":
        return end - start == length
    words = text[start:end] if dialect == "phrase" else lettered(text[start:end])
    return " ".join(words.split()) == entry.word


def _exactness(word: str, dialect: Dialect) -> Literal["always", "letters", "length", "never"]:
    """Tell how far a hit of a spelling is a match of the word."""
    if word.startswith("~") or not (word[:1].isalnum() and word[-1:].isalnum()):
        return "never"
    if dialect != "loose":
        if dialect == "plain" and " " not in word and _SURE.fullmatch(word):
            return "always"
        return "letters" if lettered(word) == word else "never"
    if _SURE.fullmatch(re.sub(_APOSTROPHE, "", word)):
        return "always"
    if _SURE.fullmatch(re.sub(f"{_APOSTROPHE}|-", "", word)) and " " not in word:
        return "length"
    return "never"


def _body(word: str, dialect: Dialect) -> str:
    if word.startswith("~"):
        return word[1:]
    if dialect != "loose":
        return r"\s+".join(map(re.escape, word.split()))
    gap, hyphen = f"[{JOINERS}]+", f"[{JOINERS}]?"
    pieces = gap.join(hyphen.join(map(re.escape, part.split("-"))) for part in word.split())
    return re.sub("['’]", f"{_APOSTROPHE}?", pieces)
