"""The words of one table, sought in a text: what `re` would find with one expression for them all.

The dialects in which a table can be written:

- `plain`: white space in a word is any white space. No letter, digit or low line may touch it.
- `loose`: a hyphen may be missing or a space, a space may be a hyphen or a low line, an apostrophe
  may be of any form or missing. Where stripped text runs words together ("HybridUS") a change of
  case is a border too.
- `phrase`: as plain, and a low line is a border.
- `inside`: as plain, without borders, and the entry that is given first wins.

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
from extract.lexicon.automaton import Scan, know, scanned
from extract.lexicon.files import UNSPACED, spelled
from extract.lexicon.folding import APOSTROPHES, JOINERS, lettered

__all__ = ["Candidates", "Hit", "Table"]

Dialect = Literal["plain", "loose", "phrase", "inside"]

_LONGEST = 200_000
"""Characters of a text that is scanned: a hostile one must not fill memory."""

_HUMP = r"(?-i:(?<=[a-zß-ÿ])(?=[A-Z]))"
_BORDERS = {
    "plain": (r"(?<!\w)", r"(?!\w)"),
    "loose": (rf"(?:(?<![^\W_])|{_HUMP})", rf"(?:(?![^\W_])|{_HUMP})"),
    "phrase": ("", ""),
    "inside": ("", ""),
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
    _compiled: re.Pattern[str] | None = None

    @property
    def expression(self) -> re.Pattern[str]:
        """The expression for the word with its borders."""
        if self._compiled is None:
            self._compiled = re.compile(self.source, re.IGNORECASE)
        return self._compiled


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
        """Return the matches in `text[pos:endpos]` from left to right, without overlaps."""
        end = len(text) if endpos is None else min(endpos, len(text))
        if len(text) > _LONGEST:
            matches = self.compiled.finditer(text, pos, end)
            return (Hit(text, *match.span()) for match in matches)
        known = self._known(text)
        if not known.open:
            starts = known.starts
            at = bisect_left(starts, pos)
            if at == len(starts) or starts[at] >= end:
                return iter(())
        return self._hits(text, known, pos, end)

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

    def everywhere(self, text: str) -> list[tuple[int, int]]:
        """Return where each word stands, though another may stand there too."""
        if len(text) > _LONGEST:
            return self._all_by_expression(text, range(len(self._entries)))
        known = self._known(text)
        spans = self._all_by_expression(text, [rank for rank, _ in known.open])
        ends: dict[int, int] = {}
        for start, (rank, stop, closed) in zip(known.starts, known.found, strict=True):
            if stop:
                if closed:
                    spans.append((start, stop))
            elif start >= ends.get(rank, 0) and (
                match := self._entries[rank].expression.match(text, start)
            ):
                ends[rank] = match.end()
                if self._closes(text, match.end()) or self._entries[rank].unspaced:
                    spans.append(match.span())
        return sorted(set(spans))

    def _all_by_expression(self, text: str, ranks: Iterable[int]) -> list[tuple[int, int]]:
        spans = []
        for entry in map(self._entries.__getitem__, ranks):
            for match in entry.expression.finditer(text):
                start, end = match.span()
                if entry.unspaced or (self._opens(text, start) and self._closes(text, end)):
                    spans.append((start, end))
        return spans

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
        if self._dialect == "inside":
            return [self._entry(word) for word in self._words]
        ordered = sorted(set(self._words), key=lambda word: (-len(word), word))
        entries = [self._entry(word) for word in ordered]
        if self._dialect == "loose":
            entries.sort(key=lambda entry: (entry.unspaced, not entry.word.startswith("~")))
        else:
            entries.sort(key=lambda entry: not entry.unspaced)
        return entries

    def _entry(self, word: str) -> Entry:
        unspaced = self._dialect == "inside" or UNSPACED.search(word) is not None
        opening, closing = ("", "") if unspaced else _BORDERS[self._dialect]
        source = f"{opening}(?:{_body(word, self._dialect)}){closing}{self._tail}"
        return Entry(word, _exactness(word, self._dialect), source, unspaced)

    @cached_property
    def _ranks(self) -> dict[str, list[int]]:
        """Return for each spelling the ranks of its entries."""
        know([entry.word for entry in self._entries], inside=self._dialect == "inside")
        ranks: dict[str, list[int]] = {}
        for rank, entry in enumerate(self._entries):
            for head in spelled(entry.word).heads:
                ranks.setdefault(head, []).append(rank)
        return ranks

    @cached_property
    def _needles(self) -> dict[str, list[int]]:
        """Return what entries hold that may begin with anything, with their ranks."""
        needles: dict[str, list[int]] = {}
        for rank, entry in enumerate(self._entries):
            for needle in spelled(entry.word).needles:
                needles.setdefault(needle, []).append(rank)
        return needles

    @cached_property
    def _bare(self) -> list[int]:
        """Return the ranks of entries of which nothing is known."""
        spellings = [spelled(entry.word) for entry in self._entries]
        return [rank for rank, one in enumerate(spellings) if not (one.heads or one.needles)]

    def may_stand(self, text: str, start: int, end: int) -> bool:
        """Tell whether a match may stand in `text[start:end]`: what begins it, or what it holds."""
        if len(text) > _LONGEST or self._bare:
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

    def _known(self, text: str) -> Candidates:
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
        text, entries, plain = scan.text, self._entries, self._dialect == "plain"
        bound = spelling[0].isalnum()
        for start, end in scan.hits[spelling]:
            opens = start in scan.begins if bound and plain else self._opens(text, start)
            closed: bool | None = None
            for rank in ranks:
                entry = entries[rank]
                if not (opens or entry.unspaced):
                    continue
                if entry.exact == "never":
                    held.append((start, rank, 0, False))
                elif entry.exact == "always" or _is_word(entry, text[start:end], len(spelling)):
                    if closed is None:
                        closed = self._closes(text, end)
                    held.append((start, rank, -end, closed or entry.unspaced))

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

    def _hits(self, text: str, known: Candidates, pos: int, end: int) -> Iterator[Hit]:
        starts = known.starts
        waiting = self._waiting(text, known, pos, end) if known.open else []
        at = bisect_left(starts, pos)
        while True:
            best: tuple[int, int, int] | None = None
            while at < len(starts) and (start := starts[at]) < end:
                one = known.found[at]
                at += 1
                if start >= pos and (stop := self._reached(text, start, end, one)) is not None:
                    best = start, one[0], stop
                    break
            if waiting:
                waiting = self._moved(text, waiting, pos, end)
                first = min(((m.start(), rank, m.end()) for rank, m in waiting), default=None)
                if first is not None and (best is None or first < best):
                    at -= best is not None
                    best = first
            if best is None:
                return
            yield Hit(text, best[0], best[2])
            pos = best[2]

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

    def _waiting(
        self, text: str, known: Candidates, pos: int, end: int
    ) -> list[tuple[int, re.Match[str]]]:
        """Return the first match of each entry that may begin with anything."""
        found = []
        for rank, places in known.open:
            if places is not None:
                at = bisect_left(places, pos)
                if at == len(places) or places[at] >= end:
                    continue
            match = self._entries[rank].expression.search(text, pos, end)
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
        known = self._known(text)
        tried = [(rank, 0, False) for rank, _ in known.open]
        at = bisect_left(known.starts, pos)
        while at < len(known.starts) and known.starts[at] == pos:
            tried.append(known.found[at])
            at += 1
        for one in sorted(tried) if known.open else tried:
            reached = self._reached(text, pos, end, one, whole=whole)
            if reached is not None:
                return reached
        return None


def _is_hump(before: str, after: str) -> bool:
    return ("a" <= before <= "z" or "ß" <= before <= "ÿ") and "A" <= after <= "Z"


def _is_word(entry: Entry, words: str, length: int) -> bool:
    if entry.exact == "length":
        return len(words) == length
    return " ".join(lettered(words).split()) == entry.word


def _exactness(word: str, dialect: Dialect) -> Literal["always", "letters", "length", "never"]:
    """Tell how far a hit of a spelling is a match of the word."""
    if word.startswith("~") or not (word[:1].isalnum() and word[-1:].isalnum()):
        return "never"
    if dialect != "loose":
        if " " not in word and _SURE.fullmatch(word):
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
