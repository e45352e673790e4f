"""Closed reading: from the model's claims to grounded values; what is not there is dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from extract.asking.assembly import Assembly, Draft
from extract.asking.closed_question import Claim, Question
from extract.asking.grounder import Grounder
from extract.asking.schema import AskedField
from extract.kinds import Finding
from extract.kinds.kind import settle_many
from extract.reading.locator import Locator
from extract.values import Basis, Document, Span, State

__all__ = ["assemble"]

_MOST_SPANS = 3
"""Places kept as evidence where the same candidate stands several times."""


def assemble(
    asked: Question, claims: Sequence[Claim], answers: Mapping[str, Any] | None = None
) -> Assembly:
    """Ground every claim of one reading, and settle each field's findings into its value.

    `answers` are those of the fields whose value is asked beside the words, by their names.
    """
    document = asked.document
    draft = Draft(document)
    grounder = Grounder(document, asked.shown)
    for field in asked.schema.fields:
        if field.kind.by_value:
            _take(draft, grounder, field, (answers or {}).get(field.name))
            continue
        mine = [claim for claim in claims if claim.field is field]
        found = list(asked.given.get(field.name, ()))
        for claim in mine:
            spans = _spans(asked, claim, grounder.locator)
            found += spans
            if not spans:
                draft.misses.append((field.name, claim.words))
        findings = [
            finding
            for chosen in found
            for span in field.kind.expand(document, chosen)
            if span == chosen or asked.shows(span)
            for finding in _read(field, document, span)
        ]
        draft.states[field.name] = "unsupported" if mine else "not_stated"
        if findings:
            _settle(draft, asked, field, findings)
        elif mine:
            words = "; ".join(claim.words for claim in mine)
            draft.note(field.name, f"claimed, not supported: {words}")
    return draft.finished(asked.schema)


def _take(draft: Draft, grounder: Grounder, field: AskedField, answer: Any) -> None:
    grounded = grounder.ground(field, answer)
    draft.states[field.name] = grounded.state
    draft.note(field.name, *grounded.notes)
    draft.misses += [(field.name, words) for words in grounded.missed]
    if grounded.value is not None:
        draft.values[field.name] = grounded.value
        draft.basis[field.name] = "conflicting" if grounded.state == "conflicting" else "copied"
        draft.cite(field.name, grounded.evidence)


def _settle(draft: Draft, asked: Question, field: AskedField, findings: Sequence[Finding]) -> None:
    single = field.is_list and field.kind.shape == "one"
    settled = settle_many(findings) if single else field.kind.settle(asked.document, findings)
    value, evidence = settled.value, settled.evidence
    if not field.is_list and isinstance(value, list):  # a kind that gives lists, for one value
        value = value[0]
        evidence = tuple(("", span) for path, span in evidence if path == "0")
    draft.values[field.name] = value
    draft.states[field.name] = settled.state
    draft.basis[field.name] = _basis(asked, field, settled.state)
    draft.cite(field.name, evidence)
    if settled.note:
        draft.note(field.name, settled.note)


def _basis(asked: Question, field: AskedField, state: State) -> Basis:
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
    chosen = next(option for option in options if option.words == claim.words)
    return chosen.spans[:_MOST_SPANS]


def _read(field: AskedField, document: Document, span: Span) -> list[Finding]:
    value = field.kind.read(document, span)
    if field.kind.shape == "one":
        return [] if value is None else [Finding(span, value)]
    return [Finding(span, item) for item in value or ()]
