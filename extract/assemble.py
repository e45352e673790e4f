"""From the model's claims to grounded values: locate, read, settle, and drop what is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from extract.ground import Locator
from extract.kinds import Finding
from extract.reading import Claim, Question
from extract.record import Evidence
from extract.schema import Asked, Schema
from extract.values import Basis, Document, Span, State

__all__ = ["Assembly", "assemble"]

_MOST_SPANS = 3
"""Places kept as evidence where the same candidate stands several times."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """The grounded posting; `misses` are the claims that stand nowhere in the document.

    `basis` has every field with a value.
    """

    posting: BaseModel
    evidence: dict[str, list[Evidence]]
    states: dict[str, State]
    notes: dict[str, str]
    basis: dict[str, Basis]
    misses: tuple[Claim, ...]


def assemble(asked: Question, claims: Sequence[Claim]) -> Assembly:
    """Ground every claim of one reading, and settle each field's findings into its value."""
    document = asked.document
    locator = Locator(document)
    values: dict[str, Any] = {}
    evidence: dict[str, list[Evidence]] = {}
    states: dict[str, State] = {}
    notes: dict[str, str] = {}
    bases: dict[str, Basis] = {}
    misses: list[Claim] = []
    for field in asked.schema.fields:
        mine = [claim for claim in claims if claim.field is field]
        found = list(asked.given.get(field.name, ()))
        for claim in mine:
            spans = _spans(asked, claim, locator)
            found += spans
            if not spans:
                misses.append(claim)
        findings = [
            finding
            for chosen in found
            for span in field.kind.expand(document, chosen)
            if span == chosen or asked.shows(span)
            for finding in _read(field, document, span)
        ]
        states[field.name] = "unsupported" if mine else "not_stated"
        if findings:
            settled = field.kind.settle(document, findings)
            values[field.name] = settled.value
            states[field.name] = settled.state
            for suffix, span in settled.evidence:
                key = f"{field.name}.{suffix}" if suffix else field.name
                quote = Evidence(start=span.start, end=span.end, quote=document.quote(span))
                if quote not in evidence.setdefault(key, []):
                    evidence[key].append(quote)
            bases[field.name] = _basis(asked, field, settled.state)
            if settled.note:
                notes[field.name] = settled.note
        elif mine:
            notes[field.name] = f"claimed, not supported: {'; '.join(c.words for c in mine)}"
    posting, refused = _validated(asked.schema, values)
    for name, why in refused.items():
        states[name], notes[name] = "unsupported", why
        bases.pop(name, None)
        evidence = {k: v for k, v in evidence.items() if k.partition(".")[0] != name}
    return Assembly(posting, evidence, states, notes, bases, tuple(misses))


def _basis(asked: Question, field: Asked, state: State) -> Basis:
    if state == "conflicting":
        return "conflicting"
    if field.name not in asked.options:
        return "given"
    options = asked.options[field.name]
    if options is None:
        return "copied"
    return "sole" if len(options) == 1 else "chosen"


def _spans(asked: Question, claim: Claim, locator: Locator) -> tuple[Span, ...]:
    if claim.run is not None:
        wanted = range(claim.run[0], claim.run[1] + 1)
        return tuple(line.span for line in asked.shown if line.number in wanted)
    options = asked.options[claim.field.name]
    if options is None:
        return locator.locate(claim.words)[:1]
    for option in options:
        if option.words == claim.words:
            return option.spans[:_MOST_SPANS]
    # A provider without constrained decoding answers in words of its own choice: they must
    # stand where code saw a candidate.
    places = locator.locate(claim.words)
    near = [s for option in options for s in option.spans if any(s.overlaps(p) for p in places)]
    return tuple(near[:_MOST_SPANS])


def _read(field: Asked, document: Document, span: Span) -> list[Finding]:
    value = field.kind.read(document, span)
    if field.kind.shape == "one":
        return [] if value is None else [Finding(span, value)]
    return [Finding(span, item) for item in value or ()]


def _validated(schema: Schema[Any], values: dict[str, Any]) -> tuple[BaseModel, dict[str, str]]:
    """Build the schema's model; a field that its own validators refuse is left out."""
    refused: dict[str, str] = {}
    while True:
        try:
            return schema.model(**values), refused
        except ValidationError as error:
            names = {str(e["loc"][0]): e["msg"] for e in error.errors() if e["loc"]}
            if not names.keys() & values.keys():
                raise
            refused |= {name: f"refused by the schema: {why}" for name, why in names.items()}
            values = {name: value for name, value in values.items() if name not in names}
