"""The words of one table, sought in a text: what `re` would find with one expression for them all.

`extract.lexicon.word_dialects` says what words mean.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from extract.lexicon.candidates import LONGEST, Candidate, Candidates, Entries
from extract.lexicon.word_dialects import Dialect, border_after, border_before, source
from extract.values import Span

__all__ = ["Hit", "WordTable", "among"]


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
        size = len(text)
        end = size if endpos is None or endpos > size else endpos
        if size > LONGEST:
            matches = self.compiled.finditer(text, pos, end)
            return (Hit(text, *match.span()) for match in matches)
        known = self._own.candidates(text)
        if known.open:
            return self._waited(text, known, pos, end)
        found = known.found
        at = bisect_left(found, (pos,))
        if at == len(found) or found[at][0] >= end:
            return iter(())
        return self._hits(text, found, at, end)

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
        for start, rank, stop, closed in known.found:
            if stop:
                if closed:
                    spans.append((start, -stop))
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
        if len(text) > LONGEST:
            return True
        known = self._own.candidates(text)
        at = bisect_left(known.found, (start,))
        if at < len(known.found) and known.found[at][0] < end:
            return True
        return any(
            places is None or bisect_left(places, end) > bisect_left(places, start)
            for _, places in known.open
        )

    def candidates(self, text: str) -> Candidates | None:
        """Return where words may stand in a text, None if it is too long to tell."""
        return None if len(text) > LONGEST else self._own.candidates(text)

    def starts(self, text: str) -> list[int] | None:
        """Return where matches may begin, or what they hold does; None where that is unknown."""
        known = self.candidates(text)
        if known is None:
            return None
        held = [places for _, places in known.open if places is not None]
        if len(held) < len(known.open):
            return None
        return sorted([*(start for start, *_ in known.found), *chain.from_iterable(held)])

    def among(self, text: str, spans: Iterable[Span]) -> Iterator[Span]:
        """Yield those of some ranges, in order, in which a match may stand."""
        return among(self.starts(text), spans)

    @cached_property
    def pattern(self) -> str:
        """The source of one expression for all the words, to be part of another."""
        return source(self._own.listed, self._own.dialect)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """One expression for all the words."""
        source = f"(?:{self.pattern}){self._tail}" if self._tail else self.pattern
        return re.compile(source, re.IGNORECASE)

    def _hits(self, text: str, found: Sequence[Candidate], at: int, end: int) -> Iterator[Hit]:
        pos, size = found[at][0], len(found)
        while at < size and (start := found[at][0]) < end:
            if start >= pos and (stop := self.reached(text, end, found[at])) is not None:
                yield Hit(text, start, stop)
                pos = stop
            at += 1

    def _waited(self, text: str, known: Candidates, pos: int, end: int) -> Iterator[Hit]:
        """Yield the matches of a table in which some entries may begin with anything."""
        waiting = self._waiting(text, known, pos, end)
        found = known.found
        at = bisect_left(found, (pos,))
        while True:
            best: tuple[int, int, int] | None = None
            while at < len(found) and (start := found[at][0]) < end:
                one = found[at]
                at += 1
                if start >= pos and (stop := self.reached(text, end, one)) is not None:
                    best = start, one[1], stop
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

    def reached(
        self, text: str, end: int, candidate: Candidate, *, whole: bool = False
    ) -> int | None:
        """Return where an entry that begins at a place ends, None where it does not match."""
        start, rank, negated, closed = candidate
        stop = -negated
        if not stop:
            expression = self._own.listed[rank].expression
            match = (expression.fullmatch if whole else expression.match)(text, start, end)
            return None if match is None or match.end() == start else match.end()
        if stop > end or not (closed or stop == end):
            return None
        if not self._tail:
            return stop if stop == end or not whole else None
        match = (self._after.fullmatch if whole else self._after.match)(text, stop, end)
        return None if match is None else match.end()

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
        known = self._own.beginning(text, pos, end)
        tried = [*known.found, *((pos, rank, 0, False) for rank, _ in known.open)]
        for one in sorted(tried) if known.open else tried:
            reached = self.reached(text, end, one, whole=whole)
            if reached is not None:
                return reached
        return None


def among(starts: Sequence[int] | None, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield those of some ranges, in order, in which one of the places is; all without places."""
    if starts is None:
        yield from spans
        return
    at = 0
    for span in spans:
        at = bisect_left(starts, span.start, at)
        if at == len(starts):
            return
        if starts[at] < span.end:
            yield span
