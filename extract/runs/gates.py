"""The gate of a run, made of what a caller asked for."""

from __future__ import annotations

from collections.abc import Callable

from extract.models.client import Model
from extract.runs.answer_cache import Cache
from extract.runs.batch_sender import BatchSender
from extract.runs.budget import Budget
from extract.runs.pace import Pace
from extract.runs.request_gate import RequestGate
from extract.runs.request_ledger import BudgetedLedger
from extract.runs.traffic import Traffic
from extract.runs.window import Window
from extract.values import Usage

__all__ = ["gate_of"]


def gate_of(  # noqa: PLR0913 - what a gate is made of
    model: Model,
    traffic: Traffic,
    concurrency: int,
    *,
    ledger: BudgetedLedger | None = None,
    renew: bool = False,
    sender: Callable[[Budget], BatchSender] | None = None,
    replays: bool = False,
) -> RequestGate:
    """Return the gate for what a caller asked for; with `renew` no cached answer is played.

    The budget begins with what the ledger has of earlier processes. `sender` makes what collects
    requests, if they are not sent one by one. With `replays` a reading may begin anew.

    Raises InputError where a cost is capped and the model's price is not known.
    """
    price = traffic.price
    if price is None and traffic.max_cost is not None:
        from extract.runs.prices import price_of  # noqa: PLC0415 - half a second, rarely needed

        price = price_of(model)
    spent = Usage() if ledger is None else ledger.spent() + ledger.held()
    budget = Budget(traffic.max_total_tokens, traffic.max_cost, price, spent)
    return RequestGate(
        model.longest,
        Window(concurrency),
        budget,
        Pace(traffic.requests_per_minute, traffic.tokens_per_minute),
        ledger,
        Cache(traffic.cache, renew=renew) if traffic.cache is not None else None,
        None if sender is None else sender(budget),
        model.dialect.cached,
        replays or sender is not None,
    )
