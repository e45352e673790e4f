"""The answer schema of one document, and what the model answered with it.

The schema is derived from the user's schema and the document: a field with candidate spans is an
enum of exactly those spans' words, so that constrained decoding cannot produce anything else; a
field that nothing in the document could answer is left out; long text is answered by line
numbers, and open short text by verbatim mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, ClassVar

from instructor import ResponseSchema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from extract.asking.forms import form
from extract.asking.schema import IS_POSTING, AskedField, Schema
from extract.kinds import members
from extract.kinds.kind import proposed
from extract.reading.boilerplate import boilerplate
from extract.values import Document, Line, Reading, Span

__all__ = ["Claim", "Question", "claims", "question"]

_MOST_OPTIONS = 24
"""Candidates shown for one field: more would be a listing page, and a long grammar."""

_MOST_ANSWERS = 12
_LONGEST_WORDS = 150
_LONGEST_ITEM = 60
_MOST_VARIANTS = 3
_MOST_RUNS = 8
_LED = 2
"""Lines that are read under a heading which answers for all of them."""

_Run = Annotated[list[int], Field(min_length=2, max_length=2)]


class _Answers(ResponseSchema):
    """What every answer is: instructor would otherwise build a second class for each document."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate: the words the model may choose, and every span that has them."""

    words: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Question:
    """What is asked of one document: the lines it shows, and the fields with their options.

    Options of None stand for open words. `given` holds what the document answers by itself.
    """

    schema: Schema[Any]
    document: Document
    shown: tuple[Line, ...]
    options: Mapping[str, tuple[Option, ...] | None]
    given: Mapping[str, tuple[Span, ...]]
    reading: ClassVar[Reading] = "closed"

    @property
    def fields(self) -> Iterator[AskedField]:
        """The fields that are asked, in the order of the schema."""
        return (field for field in self.schema.fields if field.name in self.options)

    @cached_property
    def answer(self) -> type[BaseModel]:
        """The answer schema with the document's own candidates as enums."""
        definitions: dict[str, Any] = {IS_POSTING: (bool, ...)}
        for field in self.fields:
            definitions[field.name] = (_answer(field, self.options[field.name]), ...)
        return create_model("Reading", __base__=_Answers, **definitions)

    @property
    def by_number(self) -> bool:
        """Whether a field is answered by the numbers of lines, so that they have to be shown."""
        return any(self.options[field.name] is None and _has_lines(field) for field in self.fields)

    @property
    def candidates(self) -> Iterator[Span]:
        """The spans that code saw and a model may need to see: all options, and what is given."""
        for field in self.schema.fields:
            if field.kind.needs_line:
                yield from self.given.get(field.name, ())
        for options in self.options.values():
            for option in options or ():
                yield from option.spans

    @cached_property
    def told(self) -> frozenset[int]:
        """The numbers of the lines that known headings answer and that no asked field needs."""
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
        """Tell whether the line that `span` begins in was read, or is answered already."""
        line = self.document.line_at(span.start)
        return line is not None and (line in self._shown or line.number in self.told)

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


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing the model says of a field: words, or a run of lines (`first` to `last`)."""

    field: AskedField
    words: str
    run: tuple[int, int] | None = None


def question(schema: Schema[Any], document: Document) -> Question:
    """Let every kind propose, and keep the fields that the model has to answer."""
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


def claims(asked: Question, reading: BaseModel) -> tuple[Claim, ...]:
    """Return what the answer claims, field by field, without what it leaves empty.

    Fields whose value is asked beside the words are left to `extract.asking.grounder`.
    """
    found: list[Claim] = []
    for field in asked.fields:
        if field.kind.by_value:
            continue
        answer = getattr(reading, field.name)
        for one in answer if isinstance(answer, list) else [answer]:
            if isinstance(one, str):
                if words := " ".join(one.split()):
                    found.append(Claim(field, words))
            else:
                first, last = sorted(one)
                found.append(Claim(field, f"lines {first} to {last}", (first, last)))
    return tuple(dict.fromkeys(found))


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


def _answer(field: AskedField, options: tuple[Option, ...] | None) -> Any:
    if field.kind.by_value:
        asked = form(field, nullable=False)
        bounds = {"maxItems": _MOST_ANSWERS} if field.is_list else {}
        return Annotated[Any, WithJsonSchema({**asked, **bounds})]
    one = field.kind.shape == "one" and not field.is_list
    if options is None:
        if field.kind.shape == "lines":
            return Annotated[list[_Run], Field(max_length=_MOST_RUNS)]
        if one:
            return Annotated[str, Field(max_length=_LONGEST_WORDS)]
        most, longest = (
            (_MOST_ANSWERS, _LONGEST_ITEM) if field.is_list else (_MOST_VARIANTS, _LONGEST_WORDS)
        )
        return Annotated[list[Annotated[str, Field(max_length=longest)]], Field(max_length=most)]
    words = tuple(option.words for option in options)
    if one:
        return _one_of((*words, ""))
    return Annotated[list[_one_of(words)], Field(max_length=len(words))]  # type: ignore[misc]


def _one_of(words: tuple[str, ...]) -> Any:
    """Return what a Literal of the words would be: Pydantic takes four times as long over that."""
    allowed = frozenset(words)

    def check(said: str) -> str:
        if said not in allowed:
            raise PydanticCustomError("literal_error", "none of the candidates")
        return said

    told = {"const": words[0]} if len(words) == 1 else {"enum": list(words)}
    return Annotated[str, AfterValidator(check), WithJsonSchema({**told, "type": "string"})]
