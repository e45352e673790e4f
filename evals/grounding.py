"""A record beside its document: whether each value is quoted from it, and the quote says it.

Both are checked anew, from the record as it was written, as anyone who gets it could.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic_core import to_jsonable_python

from evals.runlog import Checks
from extract.kinds import Finding
from extract.posting import Posting
from extract.schema import Asked, schema_of
from extract.values import Document, Span

__all__ = ["checked"]


def checked(document: Document, record: Mapping[str, Any]) -> Checks:
    """Count the values of a record, those whose quotes are in the text, and those they say.

    A value is one item of a list, or the value of any other field. It is grounded when it has a
    quote and each of its quotes stands at its place; supported when it is grounded and the field
    read from its quotes alone has that value.
    """
    filled = grounded = supported = 0
    for field in _fields():
        value = record["posting"].get(field.name)
        items = value if field.is_list else [value]
        if value in (None, []):
            continue
        evidence = [_evidence(record["evidence"], field, place) for place in range(len(items))]
        at_place = [_stands(document, quotes) for quotes in evidence]
        spans = [
            _span(q)
            for quotes, well in zip(evidence, at_place, strict=True)
            if well
            for q in quotes
        ]
        derived = _derived(document, field, list(dict.fromkeys(spans)))
        filled += len(items)
        grounded += sum(at_place)
        supported += sum(
            well and item in derived for item, well in zip(items, at_place, strict=True)
        )
    return Checks(filled=filled, grounded=grounded, supported=supported)


def _evidence(evidence: Mapping[str, Any], field: Asked, place: int) -> list[dict[str, Any]]:
    key = f"{field.name}.{place}" if field.is_list else field.name
    return list(evidence.get(key, []))


def _span(quote: Mapping[str, Any]) -> Span:
    return Span(quote["start"], quote["end"])


def _stands(document: Document, quotes: Sequence[Mapping[str, Any]]) -> bool:
    return bool(quotes) and all(
        0 <= quote["start"] < quote["end"] and document.quote(_span(quote)) == quote["quote"]
        for quote in quotes
    )


def _derived(document: Document, field: Asked, spans: Sequence[Span]) -> list[Any]:
    """Read the field from the spans alone; a list of its values in their JSON form."""
    findings: list[Finding] = []
    for span in spans:
        value = field.kind.read(document, span)
        values = value or () if field.kind.shape != "one" else () if value is None else (value,)
        findings += (Finding(span, each) for each in values)
    if not findings:
        return []
    settled = to_jsonable_python(field.kind.settle(document, findings).value)
    return settled if field.is_list else [settled]


@cache
def _fields() -> tuple[Asked, ...]:
    return schema_of(Posting).fields
