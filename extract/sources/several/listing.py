"""Find the entries of a page of search results, even if all its lines have run together.

Every entry says how long ago it was posted. It begins at its title, which such pages often give
twice, or after the link that ends the entry before, or after the last sentence before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice, pairwise
from statistics import median_low

from extract.lexicon import WordTable, compiled, pattern, words
from extract.lexicon.phrases import lowered, occurrences
from extract.values import Span

__all__ = ["listing"]

_WINDOW = 300
"""Characters before an age in which its entry's title stands."""

_LONGEST = 4000
_POSTING = 1500
_LONGER = 4
_FEW, _SEVERAL = 2, 3
_MOST_SHARE = 2 / 3
_LONGEST_TITLE = 100
_FEWEST_WORDS = 4
_SHORTEST_NAME = 4
_WORD = re.compile(r"\S+")
_SENTENCE = re.compile(r"[.!?…]\s+(?=[\w¿¡\"'«(])|[。！？\n]\s*")
_PAID = re.compile(
    r"(?:[€£$¥]|(?<![^\W\d])(?:kč|kr|円|eur|usd|gbp))(?:\s?\w+\s?/\s?\w+|\s?/\s?\w+)?\s",
    re.IGNORECASE,
)


def listing(text: str, end: int) -> tuple[tuple[Span, ...], ...]:
    """Return the stretches of each entry before `end`, or nothing if the page is no such list.

    If the end of an entry's title is clear, the title is a stretch of its own.
    """
    lower = lowered(text)
    ages = _apart(span for span in occurrences("roles", "age", text) if span.end <= end)
    if len(ages) < _FEW:
        return ()
    gaps = [Span(one.end, two.start) for one, two in pairwise([Span(0, 0), *ages])]
    searched = bool(occurrences("roles", "search", text))
    for find in (_doubled, _after_action, _after_sentence):
        starts = find(text, lower, gaps)
        surely = find is not _after_sentence and len(starts) >= _SEVERAL
        if len(starts) >= _FEW and (searched or surely):
            edges = [*starts, _end(text, ages, starts[-1], end)]
            entries = [Span(a, b) for a, b in pairwise(edges) if a < b]
            return () if _is_one_with_others(entries) else tuple(_titled(text, e) for e in entries)
    return ()


def _is_one_with_others(entries: Sequence[Span]) -> bool:
    """Tell whether one entry is a whole posting, and the rest are short hints at other jobs."""
    lengths = [entry.end - entry.start for entry in entries]
    longest = max(lengths, default=0)
    return longest > _POSTING and longest > _LONGER * median_low(lengths)


def _apart(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _doubled(text: str, _: str, gaps: Sequence[Span]) -> list[int]:
    """Return where titles given twice begin, if most entries have one."""
    found = [_twice(text, Span(max(gap.start, gap.end - _WINDOW), gap.end)) for gap in gaps]
    starts = [title.start for title in found if title is not None]
    return starts if len(starts) >= _MOST_SHARE * len(gaps) else []


def _titled(text: str, entry: Span) -> tuple[Span, ...]:
    """Set off the title of an entry: given twice, or ended by the marks for any gender."""
    window = Span(entry.start, min(entry.end, entry.start + _WINDOW))
    twice = _twice(text, window)
    if twice is not None and not text[entry.start : twice.start].strip():
        return (twice, Span(_after_copy(text, twice), entry.end))
    marked = pattern("roles", "gender").search(text, window.start, window.start + _LONGEST_TITLE)
    if marked is not None and marked.end() < entry.end:
        return (Span(entry.start, marked.end()), Span(marked.end(), entry.end))
    return (entry,)


def _after_copy(text: str, title: Span) -> int:
    count = len(text[title.start : title.end].split())
    tokens = _WORD.finditer(text, title.end)
    return next(islice(tokens, count - 1, None)).end()


def _twice(text: str, window: Span) -> Span | None:
    """Return the longest run of words that follows itself at once."""
    tokens = list(_WORD.finditer(text, window.start, window.end))
    read = [token[0] for token in tokens]
    best: Span | None = None
    longest = _SHORTEST_NAME - 1
    for first in range(len(read)):
        for count in range((len(read) - first) // 2, 0, -1):
            middle = first + count
            if read[first:middle] == read[middle : middle + count]:
                length = sum(map(len, read[first:middle]))
                if length > longest:
                    best, longest = Span(tokens[first].start(), tokens[middle - 1].end()), length
                break
    return best


def _after_action(text: str, lower: str, gaps: Sequence[Span]) -> list[int]:
    """Return the ends of the link that closes every entry, and where the first one begins."""
    closing = occurrences("roles", "action", text)
    ends = [span.end for span in closing]
    between: list[list[Span]] = []
    for gap in gaps[1:]:
        inside = closing[bisect_right(ends, gap.start) : bisect_right(ends, gap.end)]
        between.append([span for span in inside if span.start >= gap.start])
    worded = Counter(
        word for inside in between for word in {lower[span.start : span.end] for span in inside}
    )
    if not worded:
        return []
    if worded.most_common(1)[0][1] < _MOST_SHARE * len(between):
        return []
    starts = [
        max(span.end for span in inside if _is_enough(text, span.end, gap.end))
        for inside, gap in zip(between, gaps[1:], strict=True)
        if any(_is_enough(text, span.end, gap.end) for span in inside)
    ]
    return [_first(text, gaps[0]), *starts]


def _after_sentence(text: str, _: str, gaps: Sequence[Span]) -> list[int]:
    """Return for each entry where the last sentence, pay or contract word before it ends."""
    starts = [_first(text, gaps[0])]
    for gap in gaps[1:]:
        ends = _ends(text, Span(max(gap.start, gap.end - _WINDOW), gap.end))
        if ends:
            starts.append(ends[-1])
    return starts


def _first(text: str, gap: Span) -> int:
    window = Span(max(gap.start, gap.end - _WINDOW), gap.end)
    blank = text.find(" ", window.start, window.end) if window.start else -1
    edges = [blank + 1 if blank >= 0 else window.start]
    edges += _ends(text, window)
    for table in ("action", "search", "alert"):
        edges += [
            span.end
            for span in occurrences("roles", table, text)
            if window.start <= span.end <= window.end and _is_enough(text, span.end, window.end)
        ]
    return max(edges)


def _ends(text: str, window: Span) -> list[int]:
    """Return where something ends in a window that still leaves words enough for a title."""
    found = [
        match.end()
        for pattern in (_SENTENCE, _PAID, _terms())
        for match in pattern.finditer(text, window.start, window.end)
    ]
    return sorted(at for at in found if _is_enough(text, at, window.end))


def _is_enough(text: str, start: int, end: int) -> bool:
    return len(text[start:end].split()) >= _FEWEST_WORDS


def _end(text: str, ages: Sequence[Span], start: int, end: int) -> int:
    """Return where the last entry ends: with its link, or where the page's own words begin."""
    age = next((span for span in ages if span.start >= start), ages[-1])
    last = min(end, age.end + _LONGEST)
    closing = [span.end for span in occurrences("roles", "action", text)]
    paging = [span.start for span in occurrences("roles", "search", text)]
    inside = [at for at in (*closing, *paging) if age.end <= at <= last]
    return min(inside, default=last)


@cache
def _terms() -> WordTable:
    tables = ("full_time", "part_time", "contract", "temporary", "internship")
    listed = [word for table in tables for word in words("employment_types", table)]
    return compiled([*listed, *words("roles", "unpaid")])
