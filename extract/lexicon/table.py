"""The words of one table, sought in a text: what `re` would find with one expression for them all.

`extract.lexicon.word_dialects` says what words mean.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property

from extract.lexicon.candidates import LONGEST, Candidates, Entries
from extract.lexicon.word_dialects import Dialect, border_after, border_before, source

__all__ = ["Hit", "WordTable"]


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


class WordTable:
    """The words of a table, with the methods of an expression of `re`.

    >>> remote = WordTable(["remote", "home office"])
    >>> [found.group() for found in remote.finditer("Remote, or Home  Office")]
    ['Remote', 'Home  Office']
    """

    def __init__(self, words: Iterable[str], dialect: Dialect = "plain", tail: str = "") -> None:
        self._own = Entries(words, dialect, tail)
        self._tail = tail

    def finditer(self, text: str, pos: int = 0, endpos: int | None = None) -> Iterator[Hit]:
        """Return the matches in `text[pos:endpos]` from left to right, without overlaps."""
        end = len(text) if endpos is None else min(endpos, len(text))
        if len(text) > LONGEST:
            matches = self.compiled.finditer(text, pos, end)
            return (Hit(text, *match.span()) for match in matches)
        known = self._own.candidates(text)
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
        if len(text) > LONGEST:
            return self._all_by_expression(text, range(len(self._own.listed)))
        known = self._own.candidates(text)
        spans = self._all_by_expression(text, [rank for rank, _ in known.open])
        ends: dict[int, int] = {}
        for start, (rank, stop, closed) in zip(known.starts, known.found, strict=True):
            if stop:
                if closed:
                    spans.append((start, stop))
            elif start >= ends.get(rank, 0) and (
                match := self._own.listed[rank].expression.match(text, start)
            ):
                ends[rank] = match.end()
                if (
                    border_after(text, match.end(), self._own.dialect)
                    or self._own.listed[rank].unspaced
                ):
                    spans.append(match.span())
        return sorted(set(spans))

    def _all_by_expression(self, text: str, ranks: Iterable[int]) -> list[tuple[int, int]]:
        spans = []
        for entry in map(self._own.listed.__getitem__, ranks):
            for match in entry.expression.finditer(text):
                start, end = match.span()
                if entry.unspaced or (
                    border_before(text, start, self._own.dialect)
                    and border_after(text, end, self._own.dialect)
                ):
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

    def then(self, tail: str) -> WordTable:
        """Return a table that matches the words with what an expression says behind them."""
        return WordTable(self._own.words, self._own.dialect, tail)

    def may_stand(self, text: str, start: int, end: int) -> bool:
        """Tell whether a match may stand in `text[start:end]`: what begins it, or what it holds."""
        return self._own.may_stand(text, start, end)

    @cached_property
    def pattern(self) -> str:
        """The source of one expression for all the words, to be part of another."""
        return source(self._own.listed, self._own.dialect)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """One expression for all the words."""
        source = f"(?:{self.pattern}){self._tail}" if self._tail else self.pattern
        return re.compile(source, re.IGNORECASE)

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
            expression = self._own.listed[rank].expression
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
            match = self._own.listed[rank].expression.search(text, pos, end)
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
                later = self._own.listed[rank].expression.search(text, pos, end)
            if later is not None:
                moved.append((rank, later))
        return moved

    def _stop(self, text: str, pos: int, end: int, *, whole: bool) -> int | None:
        if len(text) > LONGEST:
            how = self.compiled.fullmatch if whole else self.compiled.match
            match = how(text, pos, end)
            return None if match is None else match.end()
        known = self._own.candidates(text)
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
