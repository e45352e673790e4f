"""Closed reading: from the model's answer to grounded values; what the text lacks is dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extract.asking.assembly import Assembly, Draft
from extract.asking.closed_question import Question
from extract.asking.grounder import Grounder
from extract.asking.schema import AskedField
from extract.kinds import Finding
from extract.kinds.kind import settle_many
from extract.reading.locator import Locator
from extract.values import Basis, Document, Span, State

__all__ = ["assemble", "take_closed"]

_MOST_SPANS = 3
"""Places kept as evidence where the same candidate stands several times."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """One thing the model says of a field: words, or a run of lines (`first` to `last`)."""

    words: str
    run: tuple[int, int] | None = None


def assemble(asked: Question, answer: Mapping[str, Any]) -> Assembly:
    """Ground every claim of an answer, and settle each field's findings into its value.

    `answer` maps the names of the fields that were asked to what the model answered.
    """
    draft = Draft(asked.document)
    grounder = Grounder(asked.document, asked.shown)
    for field in asked.schema.fields:
        take_closed(draft, asked, grounder, field, answer)
    return draft.finished(asked.schema)


def take_closed(
    draft: Draft,
    asked: Question,
    grounder: Grounder,
    field: AskedField,
    answer: Mapping[str, Any],
) -> None:
    """Ground what an answer claims of one field, and add the settled value to a draft."""
    document = asked.document
    if field.kind.by_value:
        grounded = grounder.ground(field, answer.get(field.name))
        draft.take(
            field.name, grounded, "conflicting" if grounded.state == "conflicting" else "copied"
        )
        return
    claims = _claims(answer[field.name]) if field.name in asked.options else ()
    chosen = list(asked.given.get(field.name, ()))
    for claim in claims:
        spans = _spans(asked, field.name, claim, grounder.locator)
        if claim.run is None or field.kind.trusts_numbers():
            chosen += spans
        if not spans:
            draft.misses.append((field.name, claim.words))
    recognised = field.kind.recognised(document)
    spans = recognised
    if not (recognised and field.kind.settles):
        spans = (*recognised, *_admitted(asked, field, chosen, recognised))
    findings = [finding for span in spans for finding in _read(field, document, span)]
    if not findings:
        recognised = spans = field.kind.instead(document)
        findings = [finding for span in spans for finding in _read(field, document, span)]
    draft.states[field.name] = "unsupported" if claims else "not_stated"
    if findings:
        _settle(draft, asked, field, findings)
        if recognised and len(spans) == len(recognised):
            draft.basis[field.name] = "given"
    elif claims:
        words = "; ".join(claim.words for claim in claims)
        draft.note(field.name, f"claimed, not supported: {words}")


def _claims(answer: Any) -> tuple[_Claim, ...]:
    """Return what a field's answer claims, each claim once, without what it leaves empty."""
    claims: list[_Claim] = []
    for item in answer if isinstance(answer, list) else [answer]:
        if isinstance(item, str):
            if words := " ".join(item.split()):
                claims.append(_Claim(words))
        else:
            first, last = sorted(item)
            claims.append(_Claim(f"lines {first} to {last}", (first, last)))
    return tuple(dict.fromkeys(claims))


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


def _admitted(
    asked: Question, field: AskedField, chosen: Sequence[Span], recognised: Sequence[Span]
) -> Iterator[Span]:
    """Yield what the chosen spans stand for, as far as it can belong to the field.

    What overlaps a recognised span adds nothing to it.
    """
    for whole in chosen:
        for span in field.kind.expand(asked.document, whole):
            if span == whole or asked.shows(span):
                for admitted in field.kind.admits(asked.document, span):
                    if not any(admitted.overlaps(other) for other in recognised):
                        yield admitted


def _basis(asked: Question, field: AskedField, state: State) -> Basis:
    if state == "conflicting":
        return "conflicting"
    if field.name not in asked.options:
        return "given"
    options = asked.options[field.name]
    if options is None:
        return "copied"
    return "sole" if len(options) == 1 else "chosen"


def _spans(asked: Question, name: str, claim: _Claim, locator: Locator) -> tuple[Span, ...]:
    """Return the spans a claim points at; none if its words stand nowhere in the document."""
    if claim.run is not None:
        wanted = range(claim.run[0], claim.run[1] + 1)
        return tuple(line.span for line in asked.shown if line.number in wanted)
    options = asked.options[name]
    if options is None:
        # Small models join with a comma what stands apart: the first of it is what they name.
        first = claim.words.partition(", ")[0]
        return (locator.locate(claim.words) or locator.locate(first))[:1]
    chosen = next(option for option in options if option.words == claim.words)
    return chosen.spans[:_MOST_SPANS]


def _read(field: AskedField, document: Document, span: Span) -> list[Finding]:
    value = field.kind.read(document, span)
    if field.kind.shape == "one":
        return [] if value is None else [Finding(span, value)]
    return [Finding(span, item) for item in value or ()]
