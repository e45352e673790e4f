"""The words of one table, sought in a text: what `re` would find with one expression for them all.

`extract.lexicon.word_dialects` says what words mean.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from extract.lexicon.candidate_walk import begun, each, reached
from extract.lexicon.candidates import LONGEST, Entries
from extract.lexicon.word_dialects import Dialect, border_after, border_before, source
from extract.values import Span

__all__ = ["Hit", "WordTable", "WordTables"]


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

    def __init__(self, words: Iterable[str], dialect: Dialect = "plain") -> None:
        self._own = Entries([tuple(words)], dialect)

    def finditer(self, text: str, pos: int = 0, endpos: int | None = None) -> Iterator[Hit]:
        """Return the matches in `text[pos:endpos]` from left to right, without overlaps."""
        size = len(text)
        end = size if endpos is None or endpos > size else endpos
        if size > LONGEST:
            matches = self.compiled.finditer(text, pos, end)
            return (Hit(text, *match.span()) for match in matches)
        known = self._own.candidates(text)
        if not known.open:
            at = bisect_left(known.found, (pos,))
            if at == len(known.found) or known.found[at][0] >= end:
                return iter(())
        return (Hit(text, *match) for match in begun(self._own, text, known, pos, end))

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

    def starts(self, text: str) -> list[int] | None:
        """Return where matches may begin, or what they hold does; None where that is unknown."""
        return self._own.starts(text)

    def among(self, text: str, spans: Iterable[Span]) -> Iterator[Span]:
        """Yield those of some ranges, in order, in which a match may stand."""
        return _among(self._own, text, spans)

    @cached_property
    def pattern(self) -> str:
        """The source of one expression for all the words, to be part of another."""
        return source(self._own.listed, self._own.dialect)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """One expression for all the words."""
        return re.compile(self.pattern, re.IGNORECASE)

    def _stop(self, text: str, pos: int, end: int, *, whole: bool) -> int | None:
        known = self._own.beginning(text, pos, end)
        tried = [*known.found, *((pos, rank, 0, False) for rank, _ in known.open)]
        for one in sorted(tried) if known.open else tried:
            stop = reached(self._own, text, end, one, whole=whole)
            if stop is not None:
                return stop
        return None


class WordTables:
    """The words of several tables, sought together: each by itself, whatever others find."""

    def __init__(self, tables: Iterable[Sequence[str]], dialect: Dialect) -> None:
        self._own = Entries(tables, dialect)

    def finditer(self, text: str, pos: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Return where matches in `text[pos:end]` begin and end, with the number of their table."""
        if len(text) <= LONGEST:
            return each(self._own, text, self._own.candidates(text), pos, end)
        tables = (WordTable(words, self._own.dialect) for words in self._own.words)
        hits = ((number, table.finditer(text, pos, end)) for number, table in enumerate(tables))
        return ((hit.start(), hit.end(), number) for number, found in hits for hit in found)

    def among(self, text: str, spans: Iterable[Span]) -> Iterator[Span]:
        """Yield those of some ranges, in order, in which a match may stand."""
        return _among(self._own, text, spans)


def _among(own: Entries, text: str, spans: Iterable[Span]) -> Iterator[Span]:
    starts = own.starts(text)
    if starts is None:
        yield from spans
    if not starts:
        return
    listed = list(spans)
    begins = [span.start for span in listed]
    last = -1
    for start in starts:
        at = bisect_right(begins, start) - 1
        if at > last and start < listed[at].end:
            yield listed[at]
            last = at
