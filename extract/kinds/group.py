"""Values that are Pydantic models themselves: each of their fields is asked and quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel

from extract.kinds.kind import AskedField, Finding, Kind, Settled, Shape, everywhere
from extract.values import Document, Span

__all__ = ["Group", "Variants", "members"]


@dataclass(frozen=True, slots=True)
class Group(Kind):
    """A nested model. It has no words of its own: its fields have theirs."""

    model: type[BaseModel]
    fields: tuple[AskedField, ...]
    shape: ClassVar[Shape] = "one"
    by_value: ClassVar[bool] = True

    def __repr__(self) -> str:
        asked = [(field.name, field.ask, field.kind, field.is_list) for field in self.fields]
        return f"Group({asked!r})"

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return every line: the words of a field may stand anywhere."""
        return everywhere(document)

    def read(self, document: Document, span: Span) -> None:
        """Return None: words alone do not give a model."""
        return

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Keep the first value."""
        return Settled(findings[0].value, tuple(("", f.span) for f in findings), "stated")

    def similarity(self, found: Any, expected: Any) -> float:
        """Return the share of fields, among those that either value has, in which both agree."""
        shares = [
            _similarity(field, _of(found, field.name), _of(expected, field.name))
            for field in self.fields
        ]
        said = [share for share in shares if share is not None]
        return sum(said) / len(said) if said else 1.0


@dataclass(frozen=True, slots=True)
class Variants(Kind):
    """A union of models that a tag tells apart: the field `tag` has a value of its own in each."""

    tag: str
    groups: tuple[tuple[str, Group], ...]
    shape: ClassVar[Shape] = "one"
    by_value: ClassVar[bool] = True

    def sought(self, document: Document) -> tuple[Span, ...]:
        """Return every line: the words of a field may stand anywhere."""
        return everywhere(document)

    def read(self, document: Document, span: Span) -> None:
        """Return None: words alone do not give a model."""
        return

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Keep the first value."""
        return Settled(findings[0].value, tuple(("", f.span) for f in findings), "stated")

    def similarity(self, found: Any, expected: Any) -> float:
        """Compare as the group of the expected tag does; 0.0 for different tags."""
        tag = _of(expected, self.tag)
        if _of(found, self.tag) != tag:
            return 0.0
        return dict(self.groups)[str(tag)].similarity(found, expected)


def members(kind: Kind) -> tuple[AskedField, ...]:
    """Return the fields of a nested model; those of a union's models, each once."""
    if isinstance(kind, Group):
        return kind.fields
    groups = [group for _, group in kind.groups] if isinstance(kind, Variants) else []
    return tuple({field.name: field for group in groups for field in group.fields}.values())


def _of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _similarity(field: AskedField, found: Any, expected: Any) -> float | None:
    """Compare one field of two models; None where neither has it."""
    said = [value for value in (found, expected) if value not in (None, "", [])]
    if not said:
        return None
    if len(said) == 1:
        return 0.0
    if not field.is_list:
        return field.kind.similarity(found, expected)
    pairs = max(len(found), len(expected))
    best = [max((field.kind.similarity(f, e) for f in found), default=0.0) for e in expected]
    return sum(best) / pairs
