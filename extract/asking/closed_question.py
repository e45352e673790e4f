"""Closed reading: what is asked of one document, field by field, with its candidates.

The schema is derived from the user's schema and the document: a field with candidate spans is an
enum of exactly those spans' words, so that constrained decoding cannot produce anything else; a
field that nothing in the document could answer is left out; long text is answered by line
numbers, and open short text by verbatim mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel

from extract.asking.schema import AskedField, Schema
from extract.kinds import members
from extract.kinds.kind import proposed
from extract.late import late
from extract.reading.boilerplate import boilerplate
from extract.values import Document, Line, Reading, Span

if TYPE_CHECKING:
    from extract.asking import closed_answer as answers
else:
    answers = late("extract.asking.closed_answer")  # it imports instructor, which takes long

__all__ = ["Option", "Question", "question"]

_MOST_OPTIONS = 24
"""Candidates of one field at most: more mean a page of listings, and a long grammar."""

_LED = 2
"""Lines shown under a heading that answers for all of them."""


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate: the words the model may choose, and every span with these words."""

    words: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Question:
    """The question about one document: the lines to show, and the fields with their options.

    Options of None let the model quote freely. `given` holds spans that answer a field by
    themselves. If it `insists`, the answer cannot deny that the document is of the schema.
    """

    schema: Schema[Any]
    document: Document
    shown: tuple[Line, ...]
    options: Mapping[str, tuple[Option, ...] | None]
    given: Mapping[str, tuple[Span, ...]]
    insists: bool = False
    reading: ClassVar[Reading] = "closed"

    @property
    def fields(self) -> Iterator[AskedField]:
        """The fields that are asked, in the order of the schema."""
        return (field for field in self.schema.fields if field.name in self.options)

    @cached_property
    def answer(self) -> type[BaseModel]:
        """The answer schema with the document's own candidates as enums."""
        words = {
            name: None if options is None else [option.words for option in options]
            for name, options in self.options.items()
        }
        fields = {field.name: field for field in self.fields}
        return answers.answer_class(fields, words, insists=self.insists)

    @property
    def by_number(self) -> bool:
        """Whether some field is answered with line numbers, so that they must be shown."""
        return any(self.options[field.name] is None and _has_lines(field) for field in self.fields)

    @property
    def candidates(self) -> Iterator[Span]:
        """The spans that the model may need to see: all options, and what is given."""
        for field in self.schema.fields:
            if field.kind.needs_line:
                yield from self.given.get(field.name, ())
        for options in self.options.values():
            for option in options or ():
                yield from option.spans

    @cached_property
    def settled(self) -> frozenset[int]:
        """The numbers of lines under known headings that no asked field needs."""
        if self.by_number:
            return frozenset()
        answered = [
            line
            for field in self.schema.fields
            if field.kind.shape == "lines"
            for heading in self.given.get(field.name, ())
            for line in field.kind.expand(self.document, heading)[_LED:]
        ]
        sought = [span for field in self.fields for span in field.kind.sought(self.document)]
        numbers = _numbers(self.document, answered) - _numbers(self.document, sought)
        return numbers - boilerplate(self.document).keys()

    def shows(self, span: Span) -> bool:
        """Tell whether the line in which `span` begins was shown, or is settled without it."""
        line = self.document.line_at(span.start)
        return line is not None and (line in self._shown or line.number in self.settled)

    @cached_property
    def _shown(self) -> frozenset[Line]:
        return frozenset(self.shown)

    def showing(self, lines: tuple[Line, ...]) -> Question:
        """Return the question with only these lines shown."""
        return replace(self, shown=lines)

    def only(self, names: set[str]) -> Question:
        """Return the question narrowed to some of its fields."""
        kept = {name: options for name, options in self.options.items() if name in names}
        return replace(self, options=kept)


def question(schema: Schema[Any], document: Document) -> Question:
    """Let every kind propose candidates, and ask the fields that the model must answer."""
    options: dict[str, tuple[Option, ...] | None] = {}
    given: dict[str, tuple[Span, ...]] = {}
    for field in schema.fields:
        if answered := field.kind.given(document):
            given[field.name] = answered
            if field.kind.enough(document):
                continue
        if not field.kind.asked:
            continue
        spans = proposed(field.kind, document)
        if spans is None:
            options[field.name] = None
        elif spans:
            options[field.name] = _options(document, spans)
    return Question(schema, document, document.lines, options, given)


def _has_lines(field: AskedField) -> bool:
    return field.kind.shape == "lines" or any(map(_has_lines, members(field.kind)))


def _numbers(document: Document, spans: Iterable[Span]) -> frozenset[int]:
    lines = (document.line_at(span.start) for span in spans)
    return frozenset(line.number for line in lines if line is not None)


def _options(document: Document, spans: tuple[Span, ...]) -> tuple[Option, ...]:
    grouped: dict[str, list[Span]] = {}
    for span in spans:
        grouped.setdefault(" ".join(document.quote(span).split()), []).append(span)
    return tuple(Option(words, tuple(same)) for words, same in grouped.items())[:_MOST_OPTIONS]
