"""Values of a closed vocabulary, found by their words: employment type, workplace, seniority."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from extract.errors import SchemaError
from extract.kinds.kind import (
    Finding,
    JsonSchema,
    Kind,
    Settled,
    Shape,
    proposed,
    settle_many,
    settle_one,
)
from extract.lexicon import load, names, pattern, words
from extract.lexicon.wording import Match, Tables, clause, follows, matches
from extract.reading import short_fields as fields
from extract.reading.denial import is_denied
from extract.reading.links import in_link
from extract.reading.others import is_of_others
from extract.reading.rank import of_the_job
from extract.reading.tongue import is_borrowed
from extract.values import Document, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Choice"]

Near = Literal["anywhere", "title"]

# How far around a quote its words are read: a longer wording may begin or end outside it.
READ_REACH = 160
NEGATION_REACH = 40
# Clauses that touch are one span, up to about this many characters.
MERGED_LENGTH = 120
# Lines from the top in which a headline stands.
_HEAD = 3
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")
_WORD = re.compile(r"\w|\n")

_HOURS = ("full_time", "part_time")
"""Of the employment types, those that say how long the week is, and nothing of the contract."""

_USES = frozenset({"not", "label", "title", "role", "called", "event"})


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One value of a closed vocabulary, or `many`.

    Give either the name of a file of `extract.lexicon` or the `words` of each value.
    `near="title"` reads words only where they speak of the job itself: in the title, behind a
    label, or in a sentence that names the role; the file then has the tables label, title, role
    and called. The table `not` lists longer wordings that only look like a value.

    >>> from extract.values import Line
    >>> text = "Two rooms, möbliert"
    >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
    >>> kind = Choice(words={"furnished": ["furnished", "möbliert"]})
    >>> [(document.quote(s), kind.read(document, s)) for s in kind.propose(document)]
    [('möbliert', 'furnished')]
    """

    vocabulary: str | None = None
    many: bool = False
    words: Mapping[str, Sequence[str]] | None = field(default=None, hash=False)
    near: Near = "anywhere"

    def __post_init__(self) -> None:
        """Refuse a kind with no vocabulary, or with two."""
        if (self.vocabulary is None) == (self.words is None):
            raise SchemaError("Choice takes either the name of a vocabulary or words, not both")
        if self.vocabulary is not None and self.vocabulary not in names():
            known = ", ".join(names())
            raise SchemaError(f"no vocabulary {self.vocabulary!r}; there are: {known}")

    @property
    def shape(self) -> Shape:
        """Whether the model answers with one span or with many."""
        return "many" if self.many else "one"

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return what the text says for sure: one value in its headline too, or a label's.

        >>> from extract.values import Line
        >>> text = "Job type: Full-time. Part-time staff join on Fridays"
        >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
        >>> kind = Choice("employment_types", many=True)
        >>> [document.quote(span) for span in kind.given(document)]
        ['Job type: Full-time']
        """
        if self.vocabulary is None:
            return ()
        spans = proposed(self, document) or ()
        if self.many:
            labelled = [span for span in spans if self._labelled(document, span)]
            # One label answers the field, but others may hold the hours beside the contract.
            return tuple(fields.with_values(document, spans, labelled, other_labels=True))
        top = document.lines[_HEAD - 1].span.end if len(document.lines) >= _HEAD else math.inf
        if self.near != "title" or not any(span.start < top for span in spans):
            return ()
        said = {self.read(document, span) for span in spans} - {None}
        return spans if len(said) == 1 else ()

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return the clauses that hold a value's words; the same words are given once.

        >>> from extract.values import Line
        >>> text = "A hybrid cloud vendor. Work Location: Remote"
        >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
        >>> [document.quote(span) for span in Choice("workplace").propose(document)]
        ['Work Location: Remote']
        """
        spans: list[Span] = []
        said: set[tuple[str, str]] = set()
        lines = (line.span for line in document.lines)
        for line in self._tables().among(document.text, lines):
            found = list(self._stated(document, line))
            for span, name in self._clauses(document.text, line, found):
                key = (name, document.quote(span).casefold())
                if key not in said:
                    said.add(key)
                    spans.append(span)
        return tuple(spans)

    def expand(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return the span with those set as values beside it: "Fixed term, 24 h a week"."""
        spans = (proposed(self, document) or ()) if self.many and self.vocabulary else ()
        rows = (tuple(fields.with_values(document, spans, [first])) for first in spans)
        return next((row for row in rows if span in row), (span,))

    def read(self, document: Document, span: Span) -> Any | None:
        """Return the value that the words in the span state; the longest wording wins.

        With `many`, a tuple of the values in reading order. None where they state no value, deny
        it, speak of others than the person sought, or are part of a longer wording that means
        something else.
        """
        window = document.around(span, READ_REACH)
        found = [
            match
            for match in self._stated(document, window)
            if match.start < span.end
            and span.start < match.end
            and not self._of_others(document, match, window)
        ]
        if not found:
            return None
        if self.many:
            return tuple(dict.fromkeys(match.name for match in found))
        order = self._tables().names
        return max(found, key=lambda match: (match.end - match.start, order.index(match.name))).name

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Take the one value stated, or all of them with `many`; different ones conflict.

        Whether a job is full or part time is a question beside that of its contract: where the
        findings do not answer it, the one answer that the text gives is added.
        """
        if self.many:
            return settle_many((*findings, *self._hours(document, findings)))
        said = list(dict.fromkeys(str(finding.value) for finding in findings))
        return settle_one(findings, f"the text says {' and '.join(said)}")

    @property
    def topic(self) -> str:
        """The vocabulary's name, or that of the kind where the words are given inline."""
        return self.vocabulary or "choice"

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """One of the values."""
        names = [name for name in self._tables().names if name != "not"]
        return {"value": {"type": "string", "enum": names}}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> str:
        """Return the value that a model reads in the quote: its words may be of any language."""
        value = parts["value"]
        if value not in self._tables().names or value == "not":
            raise ValueError(f"{value!r} is none of the values")
        return str(value)

    def similarity(self, found: Any, expected: Any) -> float:
        """Return 1.0 for the same value, else 0.0."""
        return float(found == expected)

    def _hours(self, document: Document, findings: Sequence[Finding]) -> Iterator[Finding]:
        """Yield the first span of the one value of `_HOURS` that the text states beside others."""
        if self.vocabulary != "employment_types" or any(one.value in _HOURS for one in findings):
            return
        stated = [
            Finding(span, value)
            for span in proposed(self, document) or ()
            for value in self.read(document, span) or ()
            if value in _HOURS
        ]
        if len({one.value for one in stated}) == 1:
            yield stated[0]

    def _tables(self) -> Tables:
        if self.words is not None:
            return _inline(tuple((name, tuple(listed)) for name, listed in self.words.items()))
        return _tables(self.vocabulary or "")

    def _labelled(self, document: Document, span: Span) -> bool:
        """Tell whether a label of the values stands in a span before one, or right before it."""
        vocabulary = self.vocabulary or ""
        if vocabulary not in load("labels"):
            return False
        label = pattern("labels", vocabulary)
        inside = label.search(document.text, span.start, span.end)
        if inside:
            return any(match.start >= inside.end() for match in self._stated(document, span))
        before = document.text[max(0, span.start - NEGATION_REACH) : span.start]
        return any(not _WORD.search(before, found.end()) for found in label.finditer(before))

    def _stated(self, document: Document, window: Span) -> Iterator[Match]:
        """Yield the matches in a part of one line that do state a value."""
        for match in matches(self._tables(), document.text, window):
            if match.name == "not" or _denied(document.text, match, window):
                continue
            if in_link(document.text, match.start, window.start):
                continue
            if self._of_an_event(document.text, match, window):
                continue
            if self.near == "title" and (
                _is_small_key(document.text, match)
                or not of_the_job(document, match, self.vocabulary or "")
            ):
                continue
            if fields.is_key(document.text, match) or is_borrowed(
                document.text, match.start, match.end
            ):
                continue
            yield match

    def _of_others(self, document: Document, match: Match, window: Span) -> bool:
        said = Span(match.start, match.end)
        return self.vocabulary is not None and is_of_others(document.text, said, window.start)

    def _of_an_event(self, text: str, match: Match, window: Span) -> bool:
        """Tell whether the sentence has spoken of an event that is not the job: an interview."""
        if self.vocabulary is None or "event" not in load(self.vocabulary):
            return False
        events = pattern(self.vocabulary, "event")
        begin = max(window.start, match.start - READ_REACH)
        if not events.may_stand(text, begin, match.start):
            return False
        ends = [found.end() for found in events.finditer(text, begin, match.start)]
        return bool(ends) and _SENTENCE_END.search(text, ends[-1], match.start) is None

    def _clauses(self, text: str, line: Span, found: Sequence[Match]) -> Iterator[tuple[Span, str]]:
        """Yield the clause around each match, cut where a match of another value begins."""
        merged = self.many or self.near == "title"
        start = line.start
        place = 0
        while place < len(found):
            match = found[place]
            name, end = match.name, match.end
            room = Span(start, line.end)
            span = clause(text, Span(match.start, end), room)
            place += 1
            while place < len(found) and found[place].start < span.end:
                long = end - match.start > MERGED_LENGTH
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
def _tables(vocabulary: str) -> Tables:
    named = [name for name in load(vocabulary) if name not in _USES]
    if "not" in load(vocabulary):
        named.append("not")
    return Tables({name: words(vocabulary, name) for name in named})


@cache
def _inline(listed: tuple[tuple[str, tuple[str, ...]], ...]) -> Tables:
    return Tables(dict(listed))


def _is_small_key(text: str, match: Match) -> bool:
    """Tell whether words are a key in small letters at the beginning of a line ("lead: ...")."""
    first = match.start == 0 or text[match.start - 1] == "\n"
    small = text[match.start : match.end].islower()
    return first and small and text.startswith(":", match.end)


@cache
def _denials() -> re.Pattern[str]:
    return follows(words("negation", "after"))


def _denied(text: str, match: Match, window: Span) -> bool:
    """Tell whether the words right before or behind the match deny it."""
    if is_denied(text, match.start, window.start, directly=True):
        return True
    end = min(window.end, match.end + NEGATION_REACH)
    return _denials().match(text, match.end, end) is not None
