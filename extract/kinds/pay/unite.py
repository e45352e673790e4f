"""What two statements of one job's pay say together."""

from __future__ import annotations

from extract.values import Salary

__all__ = ["united"]


def united(first: Salary, second: Salary) -> Salary | None:
    """Return the pay that two statements agree on, or None if they differ.

    Two that differ only in what one of them leaves unsaid agree. Gross and net never part them:
    where they contradict each other, neither is kept.

    >>> united(Salary(min=20, max=20, gross=True), Salary(min=20, max=20, period="hour"))
    Salary(min=20.0, max=20.0, currency=None, period='hour', gross=True)
    """
    first, second = _bounded(first, second), _bounded(second, first)
    if (first.min, first.max) != (second.min, second.max):
        return None
    for mine, theirs in ((first.currency, second.currency), (first.period, second.period)):
        if mine and theirs and mine != theirs:
            return None
    stated = {value for value in (first.gross, second.gross) if value is not None}
    return first.model_copy(
        update={
            "currency": first.currency or second.currency,
            "period": first.period or second.period,
            "gross": stated.pop() if len(stated) == 1 else None,
        }
    )


def _bounded(one: Salary, other: Salary) -> Salary:
    """Return a bare amount as the bound that the other statement says it is."""
    bounds = (other.min, other.max)
    if one.min == one.max and bounds in ((one.min, None), (None, one.max)):
        return one.model_copy(update={"min": other.min, "max": other.max})
    return one
