"""What every field kind can do: the whole life of one field's value.

A kind proposes candidate spans where code can find them, says in which shape the model answers,
reads a value back from a quoted span (which is also the support check: a span that does not say
the value reads as None), settles several readings into one value, and compares two values when
they are scored. In open reading the model gives the value too: a kind names its parts and checks
them against the quote.

A new kind is one file. Export it from `extract.kinds`, and give it a sentence for open reading in
`prompts/open-1.toml` under `[rules]`, by its `topic`. A type that shall have the kind without being
annotated with it goes into `implied.py`; a value of several parts into `extract/values.py`, and a
field of the built-in posting into `extract/posting.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal

from extract.values import Document, Span, State

Shape = Literal["one", "many", "lines"]

JsonSchema = Mapping[str, Any]
"""A JSON Schema in the subset that providers enforce: types, enums, objects, arrays."""

NUMBER: JsonSchema = {"type": ["number", "null"]}
TEXT: JsonSchema = {"type": ["string", "null"]}


def everywhere(document: Document) -> tuple[Span, ...]:
    """Return the span of every line: where the words of a field may stand that has no other cue."""
    return tuple(line.span for line in document.lines)


class RefutedError(ValueError):
    """The quote says something else than the value that the model says it states."""


_AROUND = " ,;:|•·*\"'“”"
"""Marks around a quote that are no part of a name."""

_SAME = 0.85
"""Similarity from which two values are the same: 1.0 for all but texts, which are alike."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A value and the span of the document that says it."""

    span: Span
    value: Any


@dataclass(frozen=True, slots=True)
class Settled:
    """The value of a field with its evidence.

    `evidence` pairs a suffix with a span: `("", span)` for the field itself, `("0", span)` for
    item 0 of a list. `note` explains a conflict.
    """

    value: Any
    evidence: tuple[tuple[str, Span], ...]
    state: State
    note: str | None = None


@dataclass(frozen=True, slots=True)
class AskedField:
    """One field of a schema: its name, what is asked, its kind, and whether its value is a list."""

    name: str
    ask: str
    kind: Kind
    is_list: bool


class Kind(ABC):
    """The behaviour of one kind of field. Instances are frozen and hold only their options."""

    @property
    @abstractmethod
    def shape(self) -> Shape:
        """How the model answers: one mention or candidate, many of them, or line numbers."""

    asked: ClassVar[bool] = True
    """False for a kind that code answers alone in closed reading: what it proposes is given."""

    needs_line: ClassVar[bool] = True
    """False for a kind that no model is asked about: its lines are not shown for its sake."""

    settles: ClassVar[bool] = False
    """True for a kind whose `recognised` spans are the whole value, not a part of it."""

    gives: ClassVar[type] = str
    """The type of a value, or of an item where the kind gives a list."""

    by_value: ClassVar[bool] = False
    """True for a kind whose value is asked in closed reading too: words alone do not give it."""

    @property
    def topic(self) -> str:
        """The name under which a prompt template keeps its rule for open reading."""
        return type(self).__name__.lower()

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """The parts of the value that open reading asks beside the words, with their schemas.

        Empty where the words themselves are the value.
        """
        return {}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Any:
        """Return the value of which a model says that the quote at `span` states it.

        Raises RefutedError where the quote says something else, and another ValueError or a
        TypeError where `parts` do not make a value.
        """
        return " ".join(document.quote(span).split()).strip(_AROUND) or None

    def beside(self, document: Document, span: Span, value: Any) -> tuple[Span, ...]:
        """Return what else in the text states a part of a value that its quote leaves open."""
        return ()

    def derived(self, document: Document, span: Span) -> tuple[Any, ...]:
        """Return the values that code itself reads in a quote: none where it cannot tell."""
        found = self.read(document, span)
        if found is None:
            return ()
        return (found,) if self.shape == "one" else tuple(found)

    def agrees(self, one: Any, other: Any) -> bool:
        """Tell whether two values, of which each may say less than the other, can both be right."""
        return self.similarity(one, other) >= _SAME

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the spans that answer the field in so many words, so that it is not asked.

        A label, a known heading, a tag of structured data: evidence that leaves nothing to choose.
        """
        return ()

    def enough(self, document: Document) -> bool:
        """Tell whether what is given answers the field, or the model is asked for more."""
        return True

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return where in the body of the document open words for this field may stand."""
        return ()

    def propose(self, document: Document) -> tuple[Span, ...] | None:
        """Return the spans that could be an answer, in reading order and without overlaps.

        None: code cannot propose for this kind, so the model is asked for verbatim words.
        Empty: nothing in the document could be an answer, so the field is not asked at all.
        """
        return None

    def expand(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return the spans that a chosen span stands for: itself, or the lines under a heading."""
        return (span,)

    def instead(self, document: Document) -> tuple[Span, ...]:
        """Return what stands for the field where nothing of the answer can be its value."""
        del document
        return ()

    def recognised(self, document: Document) -> tuple[Span, ...]:
        """Return the spans that code reads for the field by itself, whatever was asked.

        In closed reading they count beside the answer, or, if the kind `settles`, instead of it.
        """
        return ()

    def trusts_numbers(self) -> bool:
        """Tell whether the numbers of lines that a model gives count without other evidence."""
        return True

    def admits(self, document: Document, span: Span) -> tuple[Span, ...]:
        """Return what of a chosen span can belong to the field: all of it, some of it, or none."""
        return (span,)

    @abstractmethod
    def read(self, document: Document, span: Span) -> Any | None:
        """Derive the value from the quoted span and its surroundings; None if it does not say one.

        A kind of shape "many" returns a sequence of values, since one quote can hold several.
        """

    @abstractmethod
    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Combine at least one finding into the field's value, and say if they disagree."""

    @abstractmethod
    def similarity(self, found: Any, expected: Any) -> float:
        """Compare two values (for lists: two items): 1.0 the same, 0.0 different."""


class ValuedKind(Kind):
    """A kind whose value the model gives beside the words: code proposes nothing for it."""

    shape: ClassVar[Shape] = "one"
    by_value: ClassVar[bool] = True

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return every line: the words of a value may stand anywhere."""
        return everywhere(document)

    def read(self, document: Document, span: Span) -> Any | None:
        """Return None: words alone do not give the value."""
        return None


@lru_cache(maxsize=64)
def proposed(kind: Kind, document: Document) -> tuple[Span, ...] | None:
    """Return what a kind proposes, remembered for a while: `given` asks for it too."""
    return kind.propose(document)


def settle_one(findings: Sequence[Finding], note: str) -> Settled:
    """Take the first finding; equal ones add evidence, different ones make it conflicting."""
    value = findings[0].value
    agree = all(finding.value == value for finding in findings)
    return Settled(
        value,
        tuple(("", finding.span) for finding in findings),
        "stated" if agree else "conflicting",
        None if agree else note,
    )


def settle_many(findings: Sequence[Finding]) -> Settled:
    """Collect the distinct values in order; every finding of a value is evidence of its item."""
    values: list[Any] = []
    evidence: list[tuple[int, Span]] = []
    for finding in findings:
        if finding.value not in values:
            values.append(finding.value)
        evidence.append((values.index(finding.value), finding.span))
    numbered = tuple((str(index), span) for index, span in sorted(evidence))
    return Settled(values, numbered, "stated")
