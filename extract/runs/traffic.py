"""How the requests of many documents are sent: pace, caps, deadlines and cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extract.renamed import renamed
from extract.values import Usage

__all__ = ["Price", "Traffic"]

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, in US dollars for a million tokens; `cached` is for cached input."""

    input: float
    output: float
    cached: float | None = None

    def of(self, usage: Usage) -> float:
        """Return what tokens cost, in US dollars.

        >>> Price(2.0, 8.0).of(Usage(prompt=500_000, completion=250_000))
        3.0
        """
        cached = self.input if self.cached is None else self.cached
        fresh = usage.prompt - usage.cached
        return (
            fresh * self.input + usage.cached * cached + usage.completion * self.output
        ) / _MILLION


@renamed("max_tokens", "max_total_tokens")
@dataclass(frozen=True, slots=True)
class Traffic:
    """Pace, caps, deadlines and cache of the requests for many documents. None sets no limit.

    - `requests_per_minute`, `tokens_per_minute`: if None, the provider's rate headers set the pace.
    - `max_total_tokens`, `max_cost` (US dollars): a request is sent only if the most it could cost
      still fits, so the run never passes them.
    - `price` is looked up by the model's name if it is not given.
    - `seconds_per_document` makes a slow document a failure.
    - `seconds`: after this time no further document is started.
    - `cache` is a folder that keeps answers; it is looked up before a request is sent.
    """

    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    max_total_tokens: int | None = None
    max_cost: float | None = None
    price: Price | None = None
    seconds_per_document: float | None = None
    seconds: float | None = None
    cache: Path | None = None
