"""Where words of a vocabulary stand in a text, and the clause or sentence around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.lexicon.table import WordTable, WordTables
from extract.lexicon.word_dialects import entries, source
from extract.values import Document, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from extract.lexicon.word_dialects import Dialect

__all__ = ["Match", "Tables", "clause", "compiled", "follows", "matches", "sentence"]

CLAUSE_REACH = 40
CLAUSE_WORDS = 5
SENTENCE_REACH = 400
# The table of wordings that only look like a value, and how long they may be.
NOT = "not"
WORDING_REACH = 160

_CLAUSE_END = re.compile(
    r"[,;.!](?=\s|$)|[。、，；！•|·()\[\]{}\"“”「」【】<>\n]|\s[-–—*]\s|\s{3,}"
)
_SENTENCE_END = re.compile(
    r"[.!?;](?=\s|$)|[.!?](?=[A-ZÀ-Þ])|[。！？•▪●■◦]|\n\s*\n|\n\s*[-*•·▪‣o]\s|\s[*·]\s|\s{3,}|[a-zß-ÿ](?=[A-Z][a-z])"
)
_BULLETS = "•▪●■◦·*"
# A full stop after one of these does not end a sentence.
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|incl|inc|dr|st|no|nr|min|max|approx|ca|bzw|vgl|inkl|z\.\s?b|d\.\s?h|u\.\s?a|resp|tzv|např|"
    r"bl\.?a|t\.?ex|p\.\s?ej|sc|ph|b|m|a|s|d|u|j|r|eng|tech|ed|com)|\d)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Match:
    """Words of the table `name`, found at the characters from `start` to `end`."""

    start: int
    end: int
    name: str


class Tables:
    """The words of several tables, in one dialect, by their names.

    The table named "not" is sought only near words of others.
    """

    def __init__(self, words: Mapping[str, Sequence[str]], dialect: Dialect = "loose") -> None:
        self.names = tuple(words)
        self._own = [name for name in words if name != NOT]
        self._words = WordTables([words[name] for name in self._own], dialect)
        self._not = WordTable(words.get(NOT, ()), dialect)
        self._order = {name: number for number, name in enumerate(words)}

    def among(self, text: str, spans: Iterable[Span]) -> Iterator[Span]:
        """Yield those of some ranges, in order, in which a word may stand."""
        return self._words.among(text, spans)

    def find(self, text: str, span: Span) -> list[Match]:
        """Return what each table finds in a range of the text, in order."""
        found = [
            Match(start, end, self._own[number])
            for start, end, number in self._words.finditer(text, span.start, span.end)
        ]
        if found and NOT in self._order:
            # The longer wordings are many and slow to seek, and matter only beside a word found.
            first = max(span.start, min(match.start for match in found) - WORDING_REACH)
            last = min(span.end, max(match.end for match in found) + WORDING_REACH)
            found += [
                Match(match.start(), match.end(), NOT)
                for match in self._not.finditer(text, first, last)
            ]
        if len(found) > 1:
            found.sort(key=lambda match: (match.start, self._order[match.name]))
        return found

    def rank(self, match: Match) -> tuple[int, int]:
        """Return what decides between matches that overlap: the length, then the later table."""
        return match.end - match.start, self._order[match.name]


def compiled(words: Iterable[str]) -> WordTable:
    """Return words in the loose dialect, to be sought in texts.

    >>> table = compiled(["full-time", "bachelor's degree"])
    >>> [m.group() for m in table.finditer("FULL_TIME, Fulltime: a Bachelors degree")]
    ['FULL_TIME', 'Fulltime', 'Bachelors degree']
    """
    return WordTable(words, "loose")


def follows(words: Iterable[str]) -> re.Pattern[str]:
    """Compile words to one expression to `match` right behind a place, white space aside.

    >>> bool(follows(["is not possible"]).match("Remote is not possible", 6))
    True
    """
    behind = source(entries(words, "loose"), "loose", opened=False)
    return re.compile(rf"\s*(?:{behind})", re.IGNORECASE)


def matches(tables: Tables, text: str, span: Span) -> Iterator[Match]:
    """Yield what the tables find in a range of the text, in reading order, without overlaps.

    Where two overlap the longer stays, and of equals the one whose table stands later. The
    table named "not" comes last, and is sought only near what the others find.

    >>> tables = Tables({"remote": ["remote"], "not": ["remote sensing"]})
    >>> [match.name for match in matches(tables, "remote sensing, remote", Span(0, 22))]
    ['not', 'remote']
    """
    kept: Match | None = None
    for match in tables.find(text, span):
        if kept is not None and match.start >= kept.end:
            yield kept
            kept = match
        elif kept is None or tables.rank(match) > tables.rank(kept):
            kept = match
    if kept is not None:
        yield kept


def clause(text: str, span: Span, within: Span) -> Span:
    """Widen a span to the clause it stands in, a few words to either side, inside `within`.

    >>> text = "Join us! Work Location: Remote. Apply now"
    >>> found = clause(text, Span(24, 30), Span(0, len(text)))
    >>> text[found.start : found.end]
    'Work Location: Remote'
    """
    left = max(within.start, span.start - CLAUSE_REACH)
    before = text[left : span.start]
    ends = [match.end() for match in _CLAUSE_END.finditer(before)]
    opening = ends[-1] if ends else 0
    if not ends and left > within.start and not text[left - 1].isspace():
        opening = len(before) - len(before.lstrip("".join(set(before) - set(" \t"))))
    words = [match.start() for match in re.finditer(r"\S+", before[opening:])]
    glued = bool(before) and not before[-1].isspace()
    if len(words) > CLAUSE_WORDS + glued:
        opening += words[-CLAUSE_WORDS - glued]
    right = min(within.end, span.end + CLAUSE_REACH)
    after = text[span.end : right]
    end = _CLAUSE_END.search(after)
    closing = end.start() if end else len(after)
    if not end and right < within.end and not text[right].isspace():
        closing = len(after.rstrip("".join(set(after) - set(" \t"))))
    words = [match.end() for match in re.finditer(r"\S+", after[:closing])]
    glued = bool(after) and not after[0].isspace()
    if len(words) > CLAUSE_WORDS + glued:
        closing = words[CLAUSE_WORDS + glued - 1]
    start, stop = left + opening, span.end + closing
    while start < span.start and text[start].isspace():
        start += 1
    while stop > span.end and text[stop - 1].isspace():
        stop -= 1
    return Span(start, stop)


def sentence(document: Document, span: Span) -> Span:
    """Return the sentence or bullet around a span: inside its line, at most 400 characters a side.

    >>> from extract.values import Line
    >>> text = "A degree, e.g. in law. Spanish is a plus."
    >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
    >>> document.quote(sentence(document, Span(2, 8)))
    'A degree, e.g. in law.'
    """
    text = document.text
    first, last = document.line_at(span.start), document.line_at(max(span.start, span.end - 1))
    left = max(first.span.start if first else span.start, span.start - SENTENCE_REACH)
    right = min(last.span.end if last else span.end, span.end + SENTENCE_REACH)
    start, stop = left, right
    for match in _SENTENCE_END.finditer(text, left, span.start):
        if not _abbreviated(text, match):
            start = match.end()
    for match in _SENTENCE_END.finditer(text, span.end, right):
        if not _abbreviated(text, match):
            stop = match.end()
            break
    while start < span.start and text[start].isspace():
        start += 1
    while stop > span.end and (text[stop - 1].isspace() or text[stop - 1] in _BULLETS):
        stop -= 1
    return Span(start, stop)


def _abbreviated(text: str, match: re.Match[str]) -> bool:
    if match.group() != ".":
        return False
    before = text[max(0, match.start() - 8) : match.start()]
    return (
        bool(_ABBREVIATED.search(before))
        and text[match.end() : match.end() + 2].strip()[:1].islower()
    )
