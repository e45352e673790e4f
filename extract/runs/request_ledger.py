"""Where requests are counted: on the account of a document, and in the ledger of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from extract.runs.answer_log import AnswerLog
from extract.values import Usage

__all__ = ["Account", "BudgetedLedger", "Outcome", "RequestLedger"]

Outcome = Literal["answered", "refused", "unsent", "unknown"]
"""What came of an attempt. A refusal, or a request that was never sent, costs nothing; of an
answer that did not arrive, or that counts no tokens, nobody knows what it cost."""


class RequestLedger(Protocol):
    """Where every attempt is written down: before it is sent, and when it is over."""

    def sent(self, document: str, bound: Usage) -> int:
        """Write down an attempt that may cost `bound`, and return its number."""

    def settled(self, number: int, outcome: Outcome, cost: Usage) -> None:
        """Write down the outcome of an attempt, and the cost that the server reports."""


class BudgetedLedger(RequestLedger, Protocol):
    """A ledger that also holds the requests of earlier processes of the same run."""

    def spent(self) -> Usage:
        """Return the tokens of all requests so far, as the server counted them."""

    def held(self) -> Usage:
        """Return the most that the requests of unknown cost can have cost."""


@dataclass(slots=True)
class Account:
    """What the requests for one document, named by the hash of its text, have cost so far.

    `answers` are kept if its reading may begin anew.
    """

    document: str = ""
    usage: Usage = field(default_factory=Usage)
    answers: AnswerLog | None = None
