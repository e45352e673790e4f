"""Pay: proposed with its range and period, read as min, max, currency and period.

Nothing is inferred: no period from the size of an amount, no currency from the language. Whether
an amount is pay is decided by the nearest word that calls it something.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from extract.kinds.kind import (
    NUMBER,
    TEXT,
    Finding,
    JsonSchema,
    Kind,
    RefutedError,
    Settled,
    Shape,
    proposed,
)
from extract.kinds.pay import pay_terms as payterms
from extract.kinds.pay.amounts_seen import inside, money, other_jobs
from extract.kinds.pay.currency import named, noted, settled
from extract.kinds.pay.gross import is_gross
from extract.kinds.pay.pay_table import Table, is_estimate, tables
from extract.kinds.pay.standing import is_marked, is_sane, standing
from extract.kinds.pay.sums import Sum, sums
from extract.kinds.pay.unite import united
from extract.kinds.places.local_currency import paid_in
from extract.reading.figures import states_number
from extract.values import Document, Period, Salary, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Pay"]

_LONGEST = 60
"""Characters of a proposal in prose: the model may have to retype it."""
_MOST = 2000
"""Amounts of one text that are looked at: no posting has more, hostile text may."""
_LAKHS = (1e5, 1e7)
_INDIAN = ("INR", "PKR", "NPR", "LKR")
"""The currencies that are counted in lakhs and crores."""


@dataclass(frozen=True, slots=True)
class Pay(Kind):
    """The pay of the job, of shape "one": a `Salary`."""

    shape: ClassVar[Shape] = "one"
    gives: ClassVar[type] = Salary

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the proposals where a label leads to one of them and all are the same pay."""
        spans = proposed(self, document) or ()
        if not any(
            payterms.labelled(document.text, found)
            for span in spans
            for found in inside(document, span)
        ):
            return ()
        read = [Finding(span, value) for span in spans if (value := self.read(document, span))]
        agreed = bool(read) and self.settle(document, read).state == "stated"
        return tuple(found.span for found in read) if agreed else ()

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return the amounts that could be the job's pay, each with its range and period.

        Amounts that something near calls a bonus, an allowance, revenue or a price are left out;
        those with nothing but a currency are proposed only where no others are. What a job board
        has estimated is no pay.

        >>> text = "Pay: $16.00-$17.00/hour. Referral bonus of $500."
        >>> document = Document("1", "-", text, ())
        >>> [document.quote(span) for span in Pay().propose(document)]
        ['$16.00-$17.00/hour']
        """
        text = document.text
        if is_estimate(text):
            return ()
        end = other_jobs(text)
        listed = money(document).tables if end == len(text) else tables(text, 0, end)
        covered = [table.span for table in listed if is_sane(table.low, table.high)]
        strong: list[Span] = []
        weak: list[Span] = []
        for found in islice(_plausible(document, end), _MOST):
            sure = standing(text, found)
            span = _worded(text, found) if sure else None
            if span is None or any(span.overlaps(block) for block in covered):
                continue
            (strong if sure == "strong" else weak).append(span)
        return tuple(sorted([*covered, *(strong or ([] if covered else weak))]))

    def read(self, document: Document, span: Span) -> Salary | None:
        """Derive the pay from the words of `span`, and from its line what they leave open.

        >>> document = Document("1", "-", "Lohn: ab 17,50 € pro Stunde", ())
        >>> Pay().read(document, Span(9, 16))
        Salary(min=17.5, max=None, currency='EUR', period='hour', gross=None)
        """
        for table in money(document).tables:
            if table.span.overlaps(span) and (value := _tabled(table, document)):
                return value
        for found in inside(document, span):
            if standing(document.text, found):
                return _salary(document, found)
        return None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Keep the first pay; one said again adds evidence, a different one conflicts.

        Two that differ only in what one of them leaves unsaid are the same pay. Ranges for several
        grades or places are not merged: an envelope is stated nowhere.
        """
        value: Salary = findings[0].value
        evidence = []
        others = []
        for finding in findings:
            both = united(value, finding.value)
            if both is None:
                others.append(document.quote(finding.span))
            else:
                value = both
                evidence.append(("", finding.span))
        if not others:
            return Settled(value, tuple(evidence), "stated")
        note = f"other pay is stated too: {'; '.join(dict.fromkeys(others))}"
        return Settled(value, tuple(evidence), "conflicting", note)

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """Both ends, the ISO 4217 code, the period, and whether the pay is before tax."""
        period = {"anyOf": [{"type": "string", "enum": list(get_args(Period))}, {"type": "null"}]}
        flag = {"type": ["boolean", "null"]}
        return {"min": NUMBER, "max": NUMBER, "currency": TEXT, "period": period, "gross": flag}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Salary:
        """Check that each amount stands in the quote, and that no sign there excludes the currency.

        >>> document = Document("1", "-", "£35-40k", ())
        >>> Pay().stated(document, Span(0, 7), {"min": 35000, "max": 40000, "currency": "GBP"}).max
        40000.0
        """
        value = Salary.model_validate(parts)
        if value.min is None and value.max is None:
            raise ValueError("pay without an amount")
        quote = document.quote(span)
        ends = {amount for amount in (value.min, value.max) if amount is not None}
        missing = sorted(amount for amount in ends if not states_number(quote, amount))
        if len(missing) == len(ends) or (missing and not self.beside(document, span, value)):
            raise RefutedError(f"{missing[0]:g} does not stand in {quote!r}")
        code = value.currency and value.currency.upper()
        if code and named(code) != (code,):
            raise ValueError(f"{value.currency!r} is not an ISO 4217 code")
        marked = {code for found in sums(quote) for code in found.currencies}
        if code and marked and code not in marked:
            raise RefutedError(f"{quote!r} is not in {code}")
        return value.model_copy(update={"currency": code})

    def beside(self, document: Document, span: Span, value: Salary) -> tuple[Span, ...]:
        """Return the other amount of pay in the text that gives the end which the quote lacks.

        A range can stand in two fields of a feed, or reach over the ranges of several grades.
        """
        quote = document.quote(span)
        missing = [a for a in (value.min, value.max) if a and not states_number(quote, a)]
        if len(missing) != 1:
            return ()
        return tuple(
            other
            for other in proposed(self, document) or ()
            if states_number(document.quote(other), missing[0])
        )[:1]

    def agrees(self, one: Salary, other: Salary) -> bool:
        """Tell whether two statements of pay differ only in what one of them leaves open."""
        return united(one, other) is not None

    def similarity(self, found: Salary, expected: Salary) -> float:
        """Return 1.0 for equal amounts, currency and period, else 0.0.

        No partial credit: a range with a wrong end, currency or period misleads whoever counts.
        Whether it is gross does not count here: most labels do not say it.
        """
        return float(found == expected.model_copy(update={"gross": found.gross}))


def _plausible(document: Document, end: int) -> Iterator[Sum]:
    """Yield the sums before `end` that bear a mark, or that something leads to."""
    for found in money(document).sums:
        marked = is_marked(document.text, found)
        if found.end <= end and (marked or payterms.led(document.text, found.start)):
            yield found


def _worded(text: str, found: Sum) -> Span:
    """Return the span of the sum with the words for its bound and its period."""
    start, end = found.start, found.end
    bound = payterms.bound(text, found)
    if bound:
        start, end = min(start, bound[1]), max(end, bound[2])
    close = payterms.directly(text, found.end)
    if close and close[1] - start <= _LONGEST and "\n" not in text[found.end : close[1]]:
        end = max(end, close[1])
    return Span(start, max(end, found.end))


def _salary(document: Document, found: Sum) -> Salary:
    text = document.text
    low: float | None = found.low
    high: float | None = found.high
    bound = payterms.bound(text, found)
    if bound and bound[0] == "least":
        high = None
    elif bound:
        low = None
    near = noted(text, found.start, found.end)
    codes = found.currencies or money(document).usual or (_INDIAN if found.scale in _LAKHS else ())
    if near and (near in codes or not found.currencies):
        codes = (near,)
    currency = settled(codes, text, found.start, paid_in(document))
    return Salary(
        min=low,
        max=high,
        currency=currency,
        period=payterms.period(text, found),
        gross=is_gross(text, found.start, found.end),
    )


def _tabled(table: Table, document: Document) -> Salary | None:
    text = document.text
    if not is_sane(table.low, table.high):
        return None
    codes = table.currencies or money(document).usual
    currency = settled(codes, text, table.span.start, paid_in(document))
    return Salary(
        min=table.low,
        max=table.high,
        currency=currency,
        period=table.period,
        gross=is_gross(text, table.span.start, table.span.end),
    )
