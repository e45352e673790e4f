"""Values of a closed vocabulary, found by their words: employment type, workplace, seniority."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
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
from extract.kinds.stated_words import (
    READ_REACH,
    clauses_of,
    stated_matches,
    tables_of,
    tables_of_words,
)
from extract.lexicon import load, names, pattern
from extract.lexicon.wording import Match, Tables
from extract.reading import label_lines as labels
from extract.reading import short_fields as fields
from extract.reading.others import is_of_others
from extract.values import Document, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Choice"]

Near = Literal["anywhere", "title"]

# How far before a quote its label may stand.
_LABEL_REACH = 40
# Lines from the top in which a headline stands.
_HEAD = 3
_WORD = re.compile(r"\w|\n")

_HOURS = ("full_time", "part_time")
"""Of the employment types, those that say how long the week is, and nothing of the contract."""


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
        merged = self.many or self.near == "title"
        lines = (line.span for line in document.lines)
        for line in self._tables().among(document.text, lines):
            found = list(self._stated(document, line))
            for span, name in clauses_of(document.text, line, found, merged=merged):
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

        Whether a job is full or part time is a question beside that of its contract. Where the
        findings answer one of the two only, the other is added: hours if the text states them
        once, a contract if the title names it.
        """
        if self.many:
            return settle_many((*findings, *self._beside(document, findings)))
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

    def _beside(self, document: Document, findings: Sequence[Finding]) -> Iterator[Finding]:
        """Yield the hours beside contracts that were found, or the title's contract beside hours.

        Only where the text states one value of that side.
        """
        if self.vocabulary != "employment_types" or not findings:
            return
        hours = {finding.value in _HOURS for finding in findings}
        if len(hours) > 1:
            return
        spans = proposed(self, document) or ()
        if True in hours:
            spans = tuple(span for span in spans if _in_title(document, span))
        stated = [
            Finding(span, value)
            for span in spans
            for value in self.read(document, span) or ()
            if (value in _HOURS) not in hours
        ]
        if len({one.value for one in stated}) == 1:
            yield stated[0]

    def _tables(self) -> Tables:
        if self.words is not None:
            return tables_of_words(self.words)
        return tables_of(self.vocabulary or "")

    def _labelled(self, document: Document, span: Span) -> bool:
        """Tell whether a label of the values stands in a span before one, or right before it."""
        vocabulary = self.vocabulary or ""
        if vocabulary not in load("labels"):
            return False
        label = pattern("labels", vocabulary)
        inside = label.search(document.text, span.start, span.end)
        if inside:
            return any(match.start >= inside.end() for match in self._stated(document, span))
        before = document.text[max(0, span.start - _LABEL_REACH) : span.start]
        return any(not _WORD.search(before, found.end()) for found in label.finditer(before))

    def _of_others(self, document: Document, match: Match, window: Span) -> bool:
        said = Span(match.start, match.end)
        return self.vocabulary is not None and is_of_others(document.text, said, window.start)

    def _stated(self, document: Document, window: Span) -> Iterator[Match]:
        return stated_matches(
            document, window, self._tables(), self.vocabulary, of_the_job=self.near == "title"
        )


def _in_title(document: Document, span: Span) -> bool:
    """Tell whether a span stands in the first line or in a labelled title."""
    titles = (*labels.values(document, "title"), document.lines[0].span)
    return any(title.overlaps(span) for title in titles)
