"""What the model costs, as options of several commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from extract.cli.panels import option

if TYPE_CHECKING:
    from extract.runs.traffic import Price

__all__ = ["MaxCost", "MaxTotalTokens", "PriceIn", "PriceOptions", "PriceOut", "price_of_both"]

MaxTotalTokens = Annotated[
    int | None, option("Stop the run before N tokens are passed.", metavar="N", min=1)
]
MaxCost = Annotated[float | None, option("Stop before this cost is passed.", metavar="USD", min=0)]

PriceIn = Annotated[float | None, option("Price of a million tokens read.", metavar="USD", min=0)]
PriceOut = Annotated[
    float | None, option("Price of a million tokens written.", metavar="USD", min=0)
]


@dataclass(frozen=True, slots=True)
class PriceOptions:
    """What the model costs, where the runs do not know it."""

    panel: ClassVar = "Price"

    price_in: PriceIn = None
    price_out: PriceOut = None

    def price(self) -> Price | None:
        """Return the price, if it is given. Raises BadParameter if only half of it is."""
        return price_of_both(self.price_in, self.price_out)


def price_of_both(price_in: float | None, price_out: float | None) -> Price | None:
    """Return the price that two options give, if they do. Raises BadParameter for one alone."""
    from extract.runs.traffic import Price  # noqa: PLC0415 - see extract.cli

    if (price_in is None) != (price_out is None):
        raise typer.BadParameter("both prices are needed", param_hint="--price-in, --price-out")
    return None if price_in is None or price_out is None else Price(price_in, price_out)
