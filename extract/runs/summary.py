"""The figures of a run: documents, failures by reason, tokens, cost and time, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extract.runs.traffic import Price
from extract.values import Usage

__all__ = ["Summary", "dollars"]


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run. `unknown` is the most that requests of unknown cost can have cost."""

    records: int
    failures: Mapping[str, int]
    spent: Usage
    unknown: Usage
    seconds: float
    price: Price | None = None

    def __str__(self) -> str:
        """Return the figures in one line.

        >>> str(Summary(3, {"ReplyError": 1}, Usage(9000, 600, 0, 5), Usage(), 12.0))
        '3 records, 1 failed (1 ReplyError); 9,000 + 600 tokens in 5 requests; 12 s'
        """
        failed = ", ".join(f"{count} {error}" for error, count in self.failures.items())
        rows = f"{self.records:,} records"
        if failed:
            rows += f", {sum(self.failures.values()):,} failed ({failed})"
        spent = self.spent
        tokens = f"{spent.prompt:,} + {spent.completion:,} tokens in {spent.calls:,} requests"
        if self.unknown.calls:
            tokens += f", and at most {self.unknown.tokens:,} in {self.unknown.calls:,} unanswered"
        cost = [] if self.price is None else [dollars(self.price.of(spent))]
        return "; ".join([rows, tokens, *cost, f"{self.seconds:,.0f} s"])


def dollars(cost: float) -> str:
    """Return an amount of US dollars in words.

    >>> dollars(0.01234), dollars(1234.5)
    ('$0.0123', '$1,234.50')
    """
    return f"${cost:,.2f}" if cost >= 1 else f"${cost:.4f}"
