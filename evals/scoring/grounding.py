"""A record beside its document: whether each value is quoted from it, and the quote says it.

Both are checked anew, from the record as it was written, as anyone who gets it could.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import to_jsonable_python

from evals.data.rubric import inside
from evals.data.typed_values import is_list, typed
from evals.scoring.runlog import Checks
from extract.asking.schema import AskedField, Schema
from extract.kinds import Finding, Group, Variants
from extract.values import Document, Span

__all__ = ["checked"]


def checked(document: Document, record: Mapping[str, Any], schema: Schema[Any]) -> Checks:
    """Count the values of a record, those whose quotes are in the text, and those they say.

    A value is one item of a list, or the value of any other field; of a nested model, each of its
    fields is one. It is grounded when it has a quote and each of its quotes stands at its place;
    supported when it is grounded and code reads that value from the quotes alone.
    """
    filled = grounded = supported = 0
    for field in schema.fields:
        for leaf, path, value in _values(field, field.name, record["posting"].get(field.name)):
            items = value if is_list(leaf) else [value]
            keys = [f"{path}.{n}" for n in range(len(items))] if is_list(leaf) else [path]
            evidence = [list(record["evidence"].get(key, ())) for key in keys]
            at_place = [_stands(document, quotes) for quotes in evidence]
            spans = [
                _span(q)
                for quotes, well in zip(evidence, at_place, strict=True)
                if well
                for q in quotes
            ]
            derived = _derived(document, leaf, list(dict.fromkeys(spans)))
            filled += len(items)
            grounded += sum(at_place)
            supported += sum(
                well and _is_among(leaf, item, derived)
                for item, well in zip(items, at_place, strict=True)
            )
    return Checks(filled=filled, grounded=grounded, supported=supported)


def _values(field: AskedField, path: str, value: Any) -> Iterator[tuple[AskedField, str, Any]]:
    """Yield the values that have quotes of their own, each with its field and its path."""
    if value in (None, []):
        return
    if not isinstance(field.kind, Group | Variants):
        yield field, path, value
        return
    items = enumerate(value) if field.is_list else [(None, value)]
    members = inside(field.kind)
    tag = members[0] if isinstance(field.kind, Variants) else None  # it has no words of its own
    for number, item in items:
        here = path if number is None else f"{path}.{number}"
        for member in members:
            if member is not tag:
                yield from _values(member, f"{here}.{member.name}", item.get(member.name))


def _span(quote: Mapping[str, Any]) -> Span:
    return Span(quote["start"], quote["end"])


def _stands(document: Document, quotes: Sequence[Mapping[str, Any]]) -> bool:
    return bool(quotes) and all(
        0 <= quote["start"] < quote["end"] and document.quote(_span(quote)) == quote["quote"]
        for quote in quotes
    )


def _derived(document: Document, field: AskedField, spans: Sequence[Span]) -> list[Any]:
    """Read the field from the spans alone; a list of its values in their JSON form."""
    findings = [
        Finding(span, value) for span in spans for value in field.kind.derived(document, span)
    ]
    if not findings:
        return []
    settled = to_jsonable_python(field.kind.settle(document, findings).value)
    return settled if isinstance(settled, list) else [settled]


def _is_among(field: AskedField, value: Any, derived: Sequence[Any]) -> bool:
    """Tell whether a value is one that code reads, or says the same as one of them.

    A model may say more of a value than its words alone do, as the country of a town.
    """
    if value in derived:
        return True
    if not field.kind.parts:
        return False
    one = typed(AskedField(field.name, field.ask, field.kind, is_list=False), value)
    others = [
        typed(AskedField(field.name, field.ask, field.kind, is_list=False), other)
        for other in derived
    ]
    return any(type(one) is type(other) and field.kind.agrees(other, one) for other in others)
