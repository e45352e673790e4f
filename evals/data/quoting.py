"""Find the words of a document that state a labelled value, as a model would answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from evals.data.rubric import least
from evals.data.typed_values import is_list, typed
from extract.asking.closed_question import Question
from extract.asking.forms import WORDS, form
from extract.kinds import AskedField, Group, Kind, Moment, Variants
from extract.reading.figures import has_figures
from extract.reading.locator import Locator
from extract.values import Document, Span

__all__ = ["Quoter", "UnquotableError"]

_WORD = re.compile(r"\S+")
_LONGEST = 8
_MARKS = ".,;:!?()[]\"'“”„«»"
"""Words of the longest quote that is tried."""


class UnquotableError(ValueError):
    """No words of the document are known to state a labelled value."""


@dataclass(frozen=True)
class Quoter:
    """Finds words for the labels of one document."""

    document: Document

    @cached_property
    def locator(self) -> Locator:
        """The finder of quotes."""
        return Locator(self.document)

    def open(self, field: AskedField, value: Any) -> Any:
        """Return the answer for a field in open reading. Raises UnquotableError."""
        if value in (None, "", [], {}):
            return [] if field.is_list and field.kind.shape != "lines" else None
        if field.kind.shape == "lines":
            runs = self._runs(field, value)
            return ", ".join(f"{a}-{b}" if a < b else str(a) for a, b in runs)
        if field.is_list:
            return [self._one(field, item) for item in value]
        return self._one(field, value)

    def closed(self, field: AskedField, value: Any, asked: Question) -> Any:
        """Return the answer for a field that closed reading asks. Raises UnquotableError."""
        if field.kind.by_value:
            answer = self.open(field, value)
            schema = form(field, nullable=False)
            return _whole(schema, answer)
        single = field.kind.shape == "one" and not field.is_list
        values = [] if value in (None, "", []) else value if is_list(field) else [value]
        options = asked.options[field.name]
        if options is None and field.kind.shape == "lines":
            return [list(run) for run in self._runs(field, values)] if values else []
        if options is None:
            words = [self._text(str(each)) for each in values]
        else:
            words = [
                self._option(field, each, [(o.words, o.spans) for o in options]) for each in values
            ]
        words = list(dict.fromkeys(words))
        return (words[0] if words else "") if single else words

    def _one(self, field: AskedField, value: Any) -> Any:
        kind = field.kind
        match kind:
            case Group():
                return {m.name: self.open(m, value.get(m.name)) for m in kind.fields}
            case Variants():
                name = str(value.get(kind.tag))
                group = dict(kind.groups)[name]
                members = {m.name: self.open(m, value.get(m.name)) for m in group.fields}
                return {**members, kind.tag: name}
        if not kind.parts:
            return self._text(str(value))
        parts = {name: value.get(name) if isinstance(value, dict) else value for name in kind.parts}
        return {WORDS: self._quote(field, value, parts), **_plain(kind, parts)}

    def _text(self, words: str) -> str:
        found = self.locator.locate(words)
        if not found:
            raise UnquotableError(f"{words!r} is not in the text")
        return " ".join(self.document.quote(found[0]).split())

    def _quote(self, field: AskedField, value: Any, parts: Mapping[str, Any]) -> str:
        """Return the first words in which code reads a value."""
        one = AskedField(field.name, field.ask, field.kind, is_list=False)
        wanted = typed(one, value)
        for span in self._places(field.kind):
            try:
                read = self._derived(field.kind, span)
                fits = any(self._same(field, each, wanted) for each in read)
                if isinstance(field.kind, Moment) and field.kind.type != "date":
                    # Code reads no hours by itself.
                    stated = field.kind.stated(self.document, span, parts)
                    fits = has_figures(self.document.quote(span)) and stated == wanted
            except (ValueError, TypeError, KeyError):
                continue
            if fits:
                return " ".join(self.document.quote(span).split())
        raise UnquotableError(f"no words of the text state {field.name} {value!r}")

    def _derived(self, kind: Kind, span: Span) -> tuple[Any, ...]:
        """Return what code reads in words; for a date without regard to what follows them."""
        if not isinstance(kind, Moment):
            return kind.derived(self.document, span)
        quote = self.document.quote(span)
        alone = Document(self.document.id, self.document.source, quote, ())
        return kind.derived(alone, Span(0, len(quote)))

    def _same(self, field: AskedField, found: Any, wanted: Any) -> bool:
        if found is None:
            return False
        if type(found) is not type(wanted):
            found = typed(AskedField(field.name, "", field.kind, is_list=False), found)
        same = type(found) is type(wanted)
        return same and field.kind.similarity(found, wanted) >= least(field)

    def _places(self, kind: Kind) -> Iterator[Span]:
        """Yield places that may state a value: what code proposes, then longer and longer ones.

        Of the longer ones each comes first without the marks at its ends.
        """
        yield from kind.given(self.document)
        yield from kind.propose(self.document) or ()
        lines = [
            [
                Span(line.span.start + word.start(), line.span.start + word.end())
                for word in _WORD.finditer(self.document.quote(line.span))
            ]
            for line in self.document.lines
        ]
        for size in range(1, _LONGEST + 1):
            for words in lines:
                for first in range(len(words) - size + 1):
                    whole = Span(words[first].start, words[first + size - 1].end)
                    bare = self._bare(whole)
                    if bare != whole and bare.end > bare.start:
                        yield bare
                    yield whole

    def _bare(self, span: Span) -> Span:
        """Return a span without the marks at its ends."""
        words = self.document.quote(span)
        start = span.start + len(words) - len(words.lstrip(_MARKS))
        return Span(start, max(start, span.start + len(words.rstrip(_MARKS))))

    def _option(
        self, field: AskedField, value: Any, options: Sequence[tuple[str, Sequence[Span]]]
    ) -> str:
        one = AskedField(field.name, field.ask, field.kind, is_list=False)
        wanted = typed(one, value)
        for words, spans in options:
            read = field.kind.derived(self.document, spans[0])
            if any(self._same(field, each, wanted) for each in read):
                return words
        raise UnquotableError(f"no candidate states {field.name} {value!r}")

    def _runs(self, field: AskedField, values: Sequence[Any]) -> list[tuple[int, int]]:
        """Return the runs of lines that have the labelled texts."""
        wanted = typed(field, list(values))
        numbers = [
            line.number
            for line in self.document.lines
            for read in [field.kind.derived(self.document, line.span)]
            if any(field.kind.similarity(each, label) >= _SURE for each in read for label in wanted)
        ]
        if len(numbers) < len(wanted):
            raise UnquotableError(f"{field.name}: not every line is in the text")
        runs: list[tuple[int, int]] = []
        for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
            run = [number for _, number in group]
            runs.append((run[0], run[-1]))
        return runs


_SURE = 0.95
"""Similarity at which a line is taken for the labelled one."""


def _plain(kind: Kind, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a value as JSON of their schema types: a label may hold 30.50 as text."""
    plain: dict[str, Any] = {}
    for name, value in parts.items():
        types = kind.parts[name].get("type")
        number = {"number", "integer"} & set(types if isinstance(types, list) else [types])
        plain[name] = float(value) if number and isinstance(value, str) else value
    return plain


def _whole(schema: Mapping[str, Any], answer: Any) -> Any:
    """Fill an answer for a schema without null: a missing value gets empty words, any value."""
    match schema.get("type"):
        case "object":
            given = answer if isinstance(answer, dict) else {}
            return {n: _whole(part, given.get(n)) for n, part in schema["properties"].items()}
        case "array":
            return [_whole(schema["items"], item) for item in answer or []]
    if answer is not None or "anyOf" in schema:
        return answer
    if "enum" in schema:
        return schema["enum"][0]
    empty = {"string": "", "number": 0, "integer": 0, "boolean": False}
    return empty.get(str(schema.get("type")))
