"""Check what a model answered for one field against the document.

Every value comes with words: they must stand in the document, and the value must not contradict
them. A fault costs only the value that has it, and a note says in one line what was wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from extract.asking.answer_parts import FormError, as_object, shortened, words_and_parts
from extract.kinds import AskedField, Group, Kind, RefutedError, Variants
from extract.reading.locator import Locator
from extract.values import Document, Line, Span, State

__all__ = ["Grounded", "Grounder"]

_MOST_ITEMS = 200
"""Items of one list at most: no posting has more, and a model may run on."""

_RUN = re.compile(r"(\d{1,6})(?:\s*[-–—]\s*(\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class Grounded:
    """The result of checking one answer: its value, its evidence, and notes on faults.

    `evidence` pairs a path below the field ("", "0", "0.amount") with a span. `agreed` says whether
    code derives the same value, None if it derives none. `missed` are quoted words that the
    document lacks.
    """

    value: Any = None
    evidence: tuple[tuple[str, Span], ...] = ()
    state: State = "not_stated"
    notes: tuple[str, ...] = ()
    agreed: bool | None = None
    missed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grounder:
    """Checks answers against one document. `shown` are the lines that the model read."""

    document: Document
    shown: Sequence[Line]

    @cached_property
    def locator(self) -> Locator:
        """The finder of quotes, shared by all fields."""
        return Locator(self.document)

    def ground(self, field: AskedField, answer: Any, beside: int | None = None) -> Grounded:
        """Check the answer for a field; a faulty answer gives notes, never an exception.

        Of several places with the quoted words, the nearest to the offset `beside` is taken, so
        that the parts of one item come from one place; without an offset, the first.
        """
        if field.kind.shape == "lines":
            return self._lines(field.kind, answer)
        if field.is_list:
            return self._list(field.kind, answer, beside)
        if isinstance(answer, list):  # a list where one value was asked
            answer = answer[0] if answer else None
        return self._one(field.kind, answer, beside)

    def _list(self, kind: Kind, answer: Any, beside: int | None) -> Grounded:
        given = answer if isinstance(answer, list) else [answer]
        values: list[Any] = []
        evidence: list[tuple[str, Span]] = []
        filled: list[Grounded] = []
        faulty: list[Grounded] = []
        for one in islice(given, _MOST_ITEMS):
            item = self._one(kind, one, beside)
            if isinstance(kind, Group | Variants) and item.evidence:
                beside = max(span.end for _, span in item.evidence)
            if item.value is None:
                faulty += [item] if item.state == "unsupported" else []
                continue
            filled.append(item)
            if item.value not in values:
                values.append(item.value)
            evidence += _below(values.index(item.value), item)
        notes = [note for item in (*filled, *faulty) for note in item.notes]
        if len(given) > _MOST_ITEMS:
            notes.append(f"{len(given)} items: only the first {_MOST_ITEMS} are read")
        missed = tuple(words for item in faulty for words in item.missed)
        return _combined(values, evidence, filled, faulty, tuple(notes), missed)

    def _one(self, kind: Kind, answer: Any, beside: int | None) -> Grounded:
        try:
            match kind:
                case _ if answer is None or answer == "":
                    return Grounded()
                case Group():
                    return self._group(kind, as_object(answer), beside)
                case Variants():
                    return self._variant(kind, as_object(answer), beside)
            return self._quoted(kind, answer, beside)
        except FormError as error:
            return Grounded(state="unsupported", notes=(f"not of the form asked for: {error}",))

    def _quoted(self, kind: Kind, answer: Any, beside: int | None) -> Grounded:
        words, parts = words_and_parts(kind, answer)
        if not words:
            return Grounded()
        span = _nearest(self.locator.quote(words), beside)
        if span is None:
            note = f"not in the text: {shortened(words)!r}"
            return Grounded(state="unsupported", notes=(note,), missed=(words,))
        if parts is None:
            return self._derived(kind, span)
        try:
            value = kind.stated(self.document, span, parts)
        except RefutedError as error:
            return Grounded(state="unsupported", notes=(f"refuted: {shortened(str(error), 2)}",))
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise FormError(shortened(str(error).splitlines()[0])) from error
        if value is None:
            return Grounded(state="unsupported", notes=(f"says nothing: {shortened(words)!r}",))
        return self._weighed(kind, span, value)

    def _weighed(self, kind: Kind, span: Span, value: Any) -> Grounded:
        """Compare a value with what code derives from the same quote."""
        more = kind.beside(self.document, span, value)
        evidence = tuple(("", one) for one in (span, *more))
        derived = kind.derived(self.document, span) if kind.parts and not more else ()
        if not derived:
            return Grounded(value, evidence, "read" if kind.parts else "stated")
        if any(kind.agrees(one, value) for one in derived):
            return Grounded(value, evidence, "stated", agreed=True)
        quote = shortened(self.document.quote(span))
        note = f"code reads {_listed(derived)} in {quote!r}, the model {_listed([value])}"
        return Grounded(value, evidence, "conflicting", (note,), agreed=False)

    def _derived(self, kind: Kind, span: Span) -> Grounded:
        """Ground an answer that has words alone: its value is what code derives."""
        derived = kind.derived(self.document, span)
        if not derived:
            quote = shortened(self.document.quote(span))
            return Grounded(state="unsupported", notes=(f"says no {kind.topic}: {quote!r}",))
        return Grounded(derived[0], (("", span),), "stated")

    def _group(self, group: Group, answer: Mapping[str, Any], beside: int | None) -> Grounded:
        members: dict[str, Grounded] = {}
        for field in group.fields:
            member = self.ground(field, answer.get(field.name), beside)
            members[field.name] = member
            beside = member.evidence[-1][1].end if member.evidence else beside
        filled = {name: each for name, each in members.items() if each.value is not None}
        faulty = [each for each in members.values() if each.state == "unsupported"]
        return _combined(
            {name: each.value for name, each in filled.items()},
            [place for name, each in members.items() for place in _below(name, each)],
            list(filled.values()),
            faulty,
            tuple(f"{name}: {note}" for name, each in members.items() for note in each.notes),
            tuple(words for each in members.values() for words in each.missed),
        )

    def _variant(self, kind: Variants, answer: Mapping[str, Any], beside: int | None) -> Grounded:
        name = str(answer.get(kind.tag))
        group = dict(kind.groups).get(name)
        if group is None:
            raise FormError(f"{kind.tag} is {name!r}")
        member = self._group(group, answer, beside)
        if member.value is None:
            return member
        return replace(member, value={**member.value, kind.tag: name})

    def _lines(self, kind: Kind, answer: Any) -> Grounded:
        if answer in (None, "", []):
            return Grounded()
        text = ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)
        lines = {line.number: line for line in self.shown}
        runs = [(int(run[1]), int(run[2] or run[1])) for run in _RUN.finditer(text)]
        wanted = sorted({n for run in runs for n in _between(run, max(lines, default=0))})
        unknown = not runs or any(end not in lines for run in runs for end in run)
        notes = (f"not the numbers of lines: {shortened(text)!r}",) if unknown else ()
        items = [
            (item, line.span)
            for line in (lines[number] for number in wanted if number in lines)
            for item in kind.derived(self.document, line.span)
        ]
        if not items:
            return Grounded(state="unsupported", notes=notes)
        values = list(dict.fromkeys(item for item, _ in items))
        evidence = tuple((str(values.index(item)), span) for item, span in items)
        return Grounded(values, evidence, "stated", notes)


def _combined(  # noqa: PLR0913, PLR0917 - what a list and a nested model have in common
    value: Any,
    evidence: Sequence[tuple[str, Span]],
    filled: Sequence[Grounded],
    faulty: Sequence[Grounded],
    notes: tuple[str, ...],
    missed: tuple[str, ...],
) -> Grounded:
    """Return what became of an answer of several parts, of which some are filled."""
    if not filled:
        state: State = "unsupported" if faulty else "not_stated"
        return Grounded(None, (), state, notes, None, missed)
    states = {part.state for part in filled}
    state = next((each for each in _STRONGEST if each in states), "stated")
    agreed = {part.agreed for part in filled}
    together = False if False in agreed else None if None in agreed else True
    return Grounded(value, tuple(dict.fromkeys(evidence)), state, notes, together, missed)


_STRONGEST: tuple[State, ...] = ("conflicting", "read")
"""The states of a part that are the states of the whole."""


def _below(key: object, part: Grounded) -> list[tuple[str, Span]]:
    """Return the evidence of a part with its paths below a key: a name, or an item's number."""
    return [(f"{key}.{path}".rstrip("."), span) for path, span in part.evidence]


def _nearest(places: Sequence[Span], beside: int | None) -> Span | None:
    if beside is None:
        return places[0] if places else None
    return min(places, key=lambda span: abs(span.start - beside), default=None)


def _between(run: tuple[int, int], last: int) -> Iterator[int]:
    low, high = min(run), min(max(run), last)
    yield from range(low, high + 1)


def _listed(values: Sequence[Any]) -> str:
    return " and ".join(shortened(str(value)) for value in values)
