"""What every field kind can do: the whole life of one field's value.

A kind proposes candidate spans where code can find them, says in which shape the model answers,
reads a value back from a quoted span (which is also the support check: a span that does not say
the value reads as None), settles several readings into one value, and compares two values when
they are scored. A new kind is one file.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal

from extract.values import Document, Span, State

Shape = Literal["one", "many", "lines"]


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


class Kind(ABC):
    """The behaviour of one kind of field. Instances are frozen and hold only their options."""

    @property
    @abstractmethod
    def shape(self) -> Shape:
        """How the model answers: one mention or candidate, many of them, or line numbers."""

    asked: ClassVar[bool] = True
    """False for a kind that code answers alone: what it proposes is given."""

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
    told = tuple((str(index), span) for index, span in sorted(evidence))
    return Settled(values, told, "stated")
