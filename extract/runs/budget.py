"""The hard caps: the most that a request could cost is reserved before it is sent.

What was reserved and what was spent together never pass a cap, whatever is in flight; when an
answer comes, what it really cost takes the place of what was reserved for it. A request that
does not fit waits for those in flight, which mostly cost less than was reserved; if none is in
flight, the budget is used up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from extract.errors import BudgetError
from extract.runs.traffic import Price
from extract.values import Usage

__all__ = ["Budget"]


@dataclass
class Budget:
    """Caps, and how much of them is spent and reserved. Capping the cost needs a `price`.

    `spent` begins with what earlier processes of the same run cost, so that the caps hold for all
    of it.
    """

    max_tokens: int | None = None
    max_cost: float | None = None
    price: Price | None = None
    spent: Usage = field(default_factory=Usage)
    reserved: Usage = field(default_factory=Usage)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def fits(self, bound: Usage) -> bool:
        """Return whether a request that costs `bound` at most stays within the caps."""
        total = self.spent + self.reserved + bound
        if self.max_tokens is not None and total.tokens > self.max_tokens:
            return False
        return self.max_cost is None or self._cost(total) <= self.max_cost

    async def reserve(self, bound: Usage) -> None:
        """Set `bound` aside, once it fits.

        Raises BudgetError if it does not fit although nothing is in flight.
        """
        while not self.fits(bound):
            if not self.reserved.calls:
                raise BudgetError(self._used_up(bound))
            await self._changed.wait()
        self.reserved += bound

    def settle(self, bound: Usage, spent: Usage) -> None:
        """Replace the reservation of a request by its cost."""
        self.reserved -= bound
        self.spent += spent
        self._changed.set()
        self._changed = asyncio.Event()

    def _cost(self, usage: Usage) -> float:
        return 0.0 if self.price is None else self.price.of(usage)

    def _used_up(self, bound: Usage) -> str:
        capped = self.max_tokens is not None
        if capped and (self.spent + bound).tokens > (self.max_tokens or 0):
            return (
                f"{self.spent.tokens:,} of at most {self.max_tokens:,} tokens are spent, and the "
                f"next request could take up to {bound.tokens:,}: raise the cap to go on"
            )
        return (
            f"{self._cost(self.spent):.4f} of at most {self.max_cost} dollars are spent, and the "
            f"next request could cost up to {self._cost(bound):.4f}: raise the cap to go on"
        )
