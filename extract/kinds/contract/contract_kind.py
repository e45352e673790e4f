"""How long the job lasts: a permanent contract, or one for a fixed term and its length.

Code answers this alone, from the words of the labour codes and of postings. Where the text speaks
of both ("permanent or fixed-term") it is not answered; a permanent contract that may follow a
fixed term is a prospect and does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice, pairwise
from typing import Any, ClassVar, get_args

from extract.kinds.contract.terms import Term, terms
from extract.kinds.kind import NUMBER, Finding, JsonSchema, Kind, RefutedError, Settled, Shape
from extract.lexicon import words
from extract.lexicon.wording import Match, Tables, compiled, matches, sentence
from extract.reading.boilerplate import boilerplate
from extract.reading.denial import is_denied
from extract.reading.figures import states_number
from extract.reading.numerals import JOINED
from extract.values import Contract, ContractType, Document, Span

__all__ = ["ContractTerm"]

_WORDS = ("permanent", "fixed_term", "with_length", "not")
_REACH = 70
"""Characters between a word of the contract and its length."""
_BEFORE = 25
_IN_MONTHS = (Decimal(12), Decimal(12) / 52)
"""Years and weeks, in months."""
_CONTEXT = 400
"""Characters around a quote that are read with it: what denies it or makes it a prospect."""
_ENOUGH = 50
"""Statements that are looked at: hostile text may hold any number."""
_IMPLIED = {"jaarcontract": 12.0, "halfjaarcontract": 6.0}


@dataclass(frozen=True, slots=True)
class ContractTerm(Kind):
    """The term of the employment contract, of shape "one": a `Contract`.

    >>> from extract.values import Line
    >>> text = "This is a 12-month fixed-term role."
    >>> document = Document("1", "-", text, (Line(1, Span(0, len(text))),))
    >>> [document.quote(span) for span in ContractTerm().given(document)]
    ['12-month fixed-term']
    >>> ContractTerm().read(document, Span(19, 29))
    Contract(type='fixed_term', months=12.0)
    """

    shape: ClassVar[Shape] = "one"
    asked: ClassVar[bool] = False
    needs_line: ClassVar[bool] = False
    gives: ClassVar[type] = Contract

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return what is proposed if all of it is of one type."""
        found = list(_all(document))
        one_type = len({value.type for _, value in found}) == 1
        return tuple(span for span, _ in found) if one_type else ()

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return every statement of the contract's term, with its length where one is stated."""
        return tuple(span for span, _ in _all(document))

    def read(self, document: Document, span: Span) -> Contract | None:
        """Derive the term from the words of `span` and the length beside them."""
        window = document.around(span, _CONTEXT)
        found = [value for at, value in _statements(document, window) if at.overlaps(span)]
        return found[0] if len({value.type for value in found}) == 1 else None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Take the type all agree on, and the length if only one is stated."""
        values: list[Contract] = [finding.value for finding in findings]
        lengths = dict.fromkeys(value.months for value in values if value.months is not None)
        months = next(iter(lengths)) if len(lengths) == 1 else None
        value = Contract(type=values[0].type, months=months)
        told = tuple(("", finding.span) for finding in findings)
        if len({one.type for one in values}) > 1:
            return Settled(values[0], told, "conflicting", "permanent and fixed-term are stated")
        if len(lengths) > 1:
            said = " and ".join(f"{months:g}" for months in lengths)
            return Settled(value, told, "conflicting", f"lengths of {said} months are stated")
        return Settled(value, told, "stated")

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """The type, and the length of a fixed term in months."""
        names = list(get_args(ContractType))
        return {"type": {"type": "string", "enum": names}, "months": NUMBER}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Contract:
        """Check that the length stands in the quote, in months, years or weeks."""
        value = Contract.model_validate(parts)
        quote = document.quote(span)
        if value.months is not None and not states_number(quote, value.months, _IN_MONTHS):
            raise RefutedError(f"{value.months:g} months do not stand in {quote!r}")
        return value

    def agrees(self, one: Contract, other: Contract) -> bool:
        """Tell whether two statements name the same type, and no different lengths."""
        lengths = {one.months, other.months} - {None}
        return one.type == other.type and len(lengths) <= 1

    def similarity(self, found: Any, expected: Any) -> float:
        """Return 1.0 for the same type and length, 0.5 for the same type only, else 0.0."""
        if found is None or expected is None or found.type != expected.type:
            return float(found == expected)
        return 1.0 if found.months == expected.months else 0.5


@cache
def _tables() -> Tables:
    return Tables({name: words("contract", name) for name in _WORDS})


@cache
def _prospect() -> re.Pattern[str]:
    return re.compile(rf"(?:{compiled(words('contract', 'prospect')).pattern})$", re.IGNORECASE)


@cache
def _between() -> re.Pattern[str]:
    listed = compiled(words("contract", "between")).pattern
    return re.compile(rf"(?:[\s:：,(\[|–—=\"*~-]|{listed})*", re.IGNORECASE)


def _all(document: Document) -> Iterator[tuple[Span, Contract]]:
    """Yield what the document states outside its boilerplate, up to a bound."""
    idle = boilerplate(document)
    lines = (line.span for line in document.lines if line.number not in idle)
    said = _tables().among(document.text, lines)
    return islice((found for span in said for found in _statements(document, span)), _ENOUGH)


def _statements(document: Document, window: Span) -> Iterator[tuple[Span, Contract]]:
    """Yield what a line states, with the words that state it."""
    text = document.text
    found: list[Match] = []
    for match in matches(_tables(), text, window):
        if match.name != "not" and not is_denied(text, match.start, window.start):
            found.append(match)
        if len(found) == _ENOUGH:
            break
    edges = [window.start, *(match.end for match in found)]
    nexts = [*(match.start for match in found[1:]), window.end]
    fixed: list[Match] = []
    for match, start, end in zip(found, edges, nexts, strict=False):
        if match.name == "permanent":
            if not _is_prospect(document, match, fixed):
                yield Span(match.start, match.end), Contract(type="permanent")
            continue
        length = _length(text, match, Span(start, end))
        if length is None and match.name == "with_length":
            continue
        fixed.append(match)
        yield _stated(text, match, length)


def _stated(text: str, match: Match, length: Term | None) -> tuple[Span, Contract]:
    start, end = match.start, match.end
    months = _IMPLIED.get(text[start:end].casefold())
    if length is not None:
        start, end, months = min(start, length.span.start), max(end, length.span.end), length.months
    return Span(start, end), Contract(type="fixed_term", months=months)


def _length(text: str, match: Match, room: Span) -> Term | None:
    """Return the length that stands beside a word of the contract, inside `room`."""
    begin, stop = max(room.start, match.start - _BEFORE), min(room.end, match.end + _REACH)
    found = list(terms(text, Span(begin, stop)))
    for one in found:
        if one.span.start >= match.end and _between().fullmatch(text, match.end, one.span.start):
            return one
    for one in reversed(found):
        apart = text[one.span.end : match.start]
        if one.span.end <= match.start and _between().fullmatch(apart):
            return one
    return next((one for one in found if one.span.overlaps(Span(match.start, match.end))), None)


def _is_prospect(document: Document, match: Match, fixed: Sequence[Match]) -> bool:
    """Tell whether a permanent contract is only what may follow a fixed term."""
    around = sentence(document, Span(match.start, match.end))
    if _prospect().search(document.text[around.start : match.start]):
        return True
    earlier = [one for one in fixed if around.start <= one.start]
    pairs = pairwise((*earlier, match))
    return bool(earlier) and not any(
        _OR.fullmatch(document.text, one.end, other.start) for one, other in pairs
    )


_OR = re.compile(rf"[\s,/|(-]*(?:{JOINED}|[/|])?[\s/|)-]*", re.IGNORECASE)
