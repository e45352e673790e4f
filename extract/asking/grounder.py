"""What a model answered for one field, checked against the document: values, quotes, and faults.

Every value has words; the words must stand in the document, and the value must not contradict
them. A fault costs the value that has it, and is told in one line; the rest of the answer stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from extract.asking.forms import WORDS
from extract.kinds import AskedField, Group, Kind, RefutedError, Variants
from extract.reading.locator import Locator
from extract.values import Document, Line, Span, State

__all__ = ["Grounded", "Grounder"]

_MOST_ITEMS = 200
"""Items of one list that are read: no posting has more, and a model may run on."""

_RUN = re.compile(r"(\d{1,6})(?:\s*[-–—]\s*(\d{1,6}))?")
_SHOWN = 80
"""Characters of a model's words in a note."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """What became of one answer: its value, where it was read, and what was wrong with it.

    `evidence` pairs a path below the field ("", "0", "0.amount") with a span. `agreed` tells
    whether code derives the same value: None where it derives none. `missed` are words that stand
    nowhere in the document.
    """

    value: Any = None
    evidence: tuple[tuple[str, Span], ...] = ()
    state: State = "not_stated"
    notes: tuple[str, ...] = ()
    agreed: bool | None = None
    missed: tuple[str, ...] = ()


class _FormError(ValueError):
    """An answer that is not of the form that was asked for."""


@dataclass(frozen=True)
class Grounder:
    """Checks answers against one document. `shown` are the lines that the model has read."""

    document: Document
    shown: Sequence[Line]

    @cached_property
    def locator(self) -> Locator:
        """The finder of quotes, made once for all fields."""
        return Locator(self.document)

    def ground(self, field: AskedField, answer: Any, beside: int | None = None) -> Grounded:
        """Return what became of the answer for a field; nothing is raised for what it holds.

        Of several places with the same words the one nearest to the offset `beside` is taken, so
        that the parts of one item are read from one place; without it, the first.
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
        notes: list[str] = []
        faulty: list[Grounded] = []
        items: list[Grounded] = []
        for one in islice(given, _MOST_ITEMS):
            item = self._one(kind, one, beside)
            if isinstance(kind, Group | Variants) and item.evidence:
                beside = max(span.end for _, span in item.evidence)
            if item.value is None:
                faulty += [item] if item.state == "unsupported" else []
                continue
            items.append(item)
            if item.value not in values:
                values.append(item.value)
            number = values.index(item.value)
            evidence += [(f"{number}.{path}".rstrip("."), span) for path, span in item.evidence]
        notes = [note for item in (*items, *faulty) for note in item.notes]
        if len(given) > _MOST_ITEMS:
            notes.append(f"{len(given)} items: only the first {_MOST_ITEMS} are read")
        missed = tuple(words for item in faulty for words in item.missed)
        if not values:
            return Grounded(
                None, (), "unsupported" if faulty else "not_stated", tuple(notes), None, missed
            )
        return Grounded(
            values,
            tuple(dict.fromkeys(evidence)),
            _together(items),
            tuple(notes),
            _all_agree(items),
            missed,
        )

    def _one(self, kind: Kind, answer: Any, beside: int | None) -> Grounded:
        try:
            match kind:
                case _ if answer is None or answer == "":
                    return Grounded()
                case Group():
                    return self._group(kind, _mapping(answer), beside)
                case Variants():
                    return self._variant(kind, _mapping(answer), beside)
            return self._quoted(kind, answer, beside)
        except _FormError as error:
            return Grounded(state="unsupported", notes=(f"not of the form asked for: {error}",))

    def _quoted(self, kind: Kind, answer: Any, beside: int | None) -> Grounded:
        words, parts = _words_and_parts(kind, answer)
        if not words:
            return Grounded()
        span = _nearest(self.locator.quote(words), beside)
        if span is None:
            note = f"not in the text: {_cut(words)!r}"
            return Grounded(state="unsupported", notes=(note,), missed=(words,))
        if parts is None:
            return self._derived(kind, span)
        try:
            value = kind.stated(self.document, span, parts)
        except RefutedError as error:
            return Grounded(state="unsupported", notes=(f"refuted: {_cut(str(error), 2)}",))
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise _FormError(_cut(str(error).splitlines()[0])) from error
        if value is None:
            return Grounded(state="unsupported", notes=(f"says nothing: {_cut(words)!r}",))
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
        quote = _cut(self.document.quote(span))
        note = f"code reads {_listed(derived)} in {quote!r}, the model {_listed([value])}"
        return Grounded(value, evidence, "conflicting", (note,), agreed=False)

    def _derived(self, kind: Kind, span: Span) -> Grounded:
        """Ground a value of which the model was asked for the words alone."""
        derived = kind.derived(self.document, span)
        if not derived:
            quote = _cut(self.document.quote(span))
            return Grounded(state="unsupported", notes=(f"says no {kind.topic}: {quote!r}",))
        return Grounded(derived[0], (("", span),), "stated")

    def _group(self, group: Group, answer: Mapping[str, Any], beside: int | None) -> Grounded:
        members: dict[str, Grounded] = {}
        for field in group.fields:
            member = self.ground(field, answer.get(field.name), beside)
            members[field.name] = member
            beside = member.evidence[-1][1].end if member.evidence else beside
        values = {name: each.value for name, each in members.items() if each.value is not None}
        notes = tuple(f"{name}: {note}" for name, each in members.items() for note in each.notes)
        missed = tuple(words for each in members.values() for words in each.missed)
        if not values:
            faulty = any(each.state == "unsupported" for each in members.values())
            return Grounded(
                None, (), "unsupported" if faulty else "not_stated", notes, None, missed
            )
        evidence = tuple(
            (f"{name}.{path}".rstrip("."), span)
            for name, each in members.items()
            for path, span in each.evidence
        )
        filled = [each for each in members.values() if each.value is not None]
        return Grounded(values, evidence, _together(filled), notes, _all_agree(filled), missed)

    def _variant(self, kind: Variants, answer: Mapping[str, Any], beside: int | None) -> Grounded:
        name = str(answer.get(kind.tag))
        group = dict(kind.groups).get(name)
        if group is None:
            raise _FormError(f"{kind.tag} is {name!r}")
        found = self._group(group, answer, beside)
        return (
            found if found.value is None else replace(found, value={**found.value, kind.tag: name})
        )

    def _lines(self, kind: Kind, answer: Any) -> Grounded:
        if answer in (None, "", []):
            return Grounded()
        said = ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)
        lines = {line.number: line for line in self.shown}
        runs = [(int(run[1]), int(run[2] or run[1])) for run in _RUN.finditer(said)]
        wanted = sorted({n for run in runs for n in _between(run, max(lines, default=0))})
        found = [lines[number] for number in wanted if number in lines]
        unknown = not runs or any(end not in lines for run in runs for end in run)
        notes = (f"not the numbers of lines: {_cut(said)!r}",) if unknown else ()
        items = [
            (item, line.span) for line in found for item in kind.derived(self.document, line.span)
        ]
        if not items:
            return Grounded(state="unsupported", notes=notes)
        values = list(dict.fromkeys(item for item, _ in items))
        evidence = tuple((str(values.index(item)), span) for item, span in items)
        return Grounded(values, evidence, "stated", notes)


def _nearest(places: Sequence[Span], beside: int | None) -> Span | None:
    if beside is None:
        return places[0] if places else None
    return min(places, key=lambda span: abs(span.start - beside), default=None)


def _between(run: tuple[int, int], last: int) -> Iterator[int]:
    low, high = min(run), min(max(run), last)
    yield from range(low, high + 1)


def _mapping(answer: Any) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping):
        raise _FormError(f"{_cut(str(answer))!r} is not an object")
    return answer


def _words_and_parts(kind: Kind, answer: Any) -> tuple[str, Mapping[str, Any] | None]:
    """Return the words of an answer and the parts of its value; None where it has words alone."""
    if not kind.parts:
        if isinstance(answer, Mapping):  # words in an object, where a plain text was asked
            answer = answer.get(WORDS, answer)
        if answer is None:
            return "", {}
        if not isinstance(answer, str):
            raise _FormError(f"{_cut(str(answer))!r} is not text")
        return " ".join(answer.split()), {}
    if isinstance(answer, str):
        return " ".join(answer.split()), None
    answer = _mapping(answer)
    words = answer.get(WORDS)
    if words is None:
        return "", {}
    if not isinstance(words, str):
        raise _FormError(f"{WORDS} is {_cut(str(words))!r}")
    return " ".join(words.split()), {name: answer.get(name) for name in kind.parts}


def _together(items: Sequence[Grounded]) -> State:
    states = {item.state for item in items}
    order: tuple[State, ...] = ("conflicting", "read")
    return next((state for state in order if state in states), "stated")


def _all_agree(items: Sequence[Grounded]) -> bool | None:
    said = {item.agreed for item in items}
    return False if False in said else None if None in said else True


def _listed(values: Sequence[Any]) -> str:
    return " and ".join(_cut(str(value)) for value in values)


def _cut(words: str, times: int = 1) -> str:
    most = times * _SHOWN
    return words if len(words) <= most else f"{words[:most]}…"
