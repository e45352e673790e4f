"""What a model costs, from genai-prices' own snapshot: nothing is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.errors import InputError
from extract.late import late
from extract.models.client import Model
from extract.runs.traffic import Price

if TYPE_CHECKING:
    import genai_prices
else:
    genai_prices = late("genai_prices")

__all__ = ["known_price", "price_of"]

_MILLION = 1_000_000


def price_of(model: Model, *, batch: bool = False) -> Price:
    """Look up what a model costs at its address; with `batch`, in batches of its provider.

    Where a provider charges more for long requests, that price is taken for all: a cap must hold.
    Where no batch price is known, that of single requests is taken.

    Raises InputError if the price is not known.

    >>> price_of(Model("gpt-4o-mini")).output > price_of(Model("gpt-4o-mini")).input
    True
    >>> price_of(Model("gpt-5-mini"), batch=True).output / price_of(Model("gpt-5-mini")).output
    0.5
    """
    asked = {"processing": "batch"} if batch else None
    provider = model.base_url or "https://api.openai.com/v1"
    try:
        whole = genai_prices.calc_price(
            genai_prices.Usage(input_tokens=_MILLION, output_tokens=_MILLION),
            model.name,
            provider_api_url=provider,
            price_context=asked,
        )
        cached = genai_prices.calc_price(
            genai_prices.Usage(input_tokens=_MILLION, cache_read_tokens=_MILLION, output_tokens=0),
            model.name,
            provider_api_url=provider,
            price_context=asked,
        )
    except LookupError as error:
        raise InputError(
            f"the price of {model.where} is not known: give --price-in and --price-out "
            "(in Python: Price), in dollars for a million tokens"
        ) from error
    return Price(float(whole.input_price), float(whole.output_price), float(cached.input_price))


def known_price(model: Model, *, batch: bool = False) -> Price | None:
    """Return the price of `price_of`, None if it is not known."""
    try:
        return price_of(model, batch=batch)
    except InputError:
        return None
