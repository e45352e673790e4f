"""Where a text states a value of a closed vocabulary by its words, and the clauses around them.

Words state nothing where they are denied, where they are a part of a link or the key of a record,
where the sentence speaks of an event that is not the job, and where they are of another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from extract.lexicon import load, pattern, words
from extract.lexicon.wording import Match, Tables, clause, matches
from extract.reading import short_fields as fields
from extract.reading.denial import is_denied, is_denied_behind
from extract.reading.links import in_link
from extract.reading.rank import of_the_job as is_of_the_job
from extract.reading.tongue import is_borrowed
from extract.values import Document, Span

__all__ = ["READ_REACH", "clauses_of", "stated_matches", "tables_of", "tables_of_words"]

READ_REACH = 160
"""How far around a quote its words are read: a longer wording may begin or end outside it."""

_MERGED_LENGTH = 120
"""Clauses that touch are one span, up to about this many characters."""

_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")
_USES = frozenset({"not", "label", "title", "role", "called", "superior", "event"})
"""Tables of a vocabulary that hold no words of a value."""


@cache
def tables_of(vocabulary: str) -> Tables:
    """Return the words of each value of a file of `extract.lexicon`, and last those of `not`."""
    named = [name for name in load(vocabulary) if name not in _USES]
    if "not" in load(vocabulary):
        named.append("not")
    return Tables({name: words(vocabulary, name) for name in named})


def tables_of_words(listed: Mapping[str, Sequence[str]]) -> Tables:
    """Return the words of each value as they were given."""
    return _inline(tuple((name, tuple(forms)) for name, forms in listed.items()))


def stated_matches(
    document: Document,
    window: Span,
    tables: Tables,
    vocabulary: str | None,
    *,
    of_the_job: bool,
) -> Iterator[Match]:
    """Yield the matches in a part of one line that do state a value.

    With `of_the_job` only words count that speak of the job itself, by the vocabulary's tables
    label, title, role, called and superior.
    """
    text = document.text
    for match in matches(tables, text, window):
        if match.name == "not" or _denied(text, match, window):
            continue
        if in_link(text, match.start, window.start):
            continue
        if vocabulary is not None and _of_an_event(text, match, window, vocabulary):
            continue
        if of_the_job and (
            _is_small_key(text, match) or not is_of_the_job(document, match, vocabulary or "")
        ):
            continue
        if fields.is_key(text, match) or is_borrowed(text, match.start, match.end):
            continue
        yield match


def clauses_of(
    text: str, line: Span, found: Sequence[Match], *, merged: bool
) -> Iterator[tuple[Span, str]]:
    """Yield the clause around each match of a line with the value's name.

    A clause is cut where a match of another value begins, unless these are to be `merged`.
    """
    start = line.start
    place = 0
    while place < len(found):
        match = found[place]
        name, end = match.name, match.end
        room = Span(start, line.end)
        span = clause(text, Span(match.start, end), room)
        place += 1
        while place < len(found) and found[place].start < span.end:
            long = end - match.start > _MERGED_LENGTH
            if long or (not merged and found[place].name != name):
                room = Span(start, found[place].start)
                span = clause(text, Span(match.start, end), room)
                break
            end = max(end, found[place].end)
            span = clause(text, Span(match.start, end), room)
            place += 1
        yield span, name
        start = span.end


@cache
def _inline(listed: tuple[tuple[str, tuple[str, ...]], ...]) -> Tables:
    return Tables(dict(listed))


def _of_an_event(text: str, match: Match, window: Span, vocabulary: str) -> bool:
    """Tell whether the sentence has spoken of an event that is not the job: an interview."""
    if "event" not in load(vocabulary):
        return False
    events = pattern(vocabulary, "event")
    begin = max(window.start, match.start - READ_REACH)
    if not events.may_stand(text, begin, match.start):
        return False
    ends = [found.end() for found in events.finditer(text, begin, match.start)]
    return bool(ends) and _SENTENCE_END.search(text, ends[-1], match.start) is None


def _is_small_key(text: str, match: Match) -> bool:
    """Tell whether words are a key in small letters at the beginning of a line ("lead: ...")."""
    first = match.start == 0 or text[match.start - 1] == "\n"
    small = text[match.start : match.end].islower()
    return first and small and text.startswith(":", match.end)


def _denied(text: str, match: Match, window: Span) -> bool:
    """Tell whether the words right before or behind the match deny it."""
    before = is_denied(text, match.start, window.start, directly=True)
    return before or is_denied_behind(text, match.end, window.end)
