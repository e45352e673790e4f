"""How likely a value is right: learned from labelled postings, never asked of the model.

`confidence.toml` holds the weights of a logistic regression: how the value was found, what the
record itself shows of it (`signals`), and for the built-in posting's fields how each differs from
the others. `python -m evals.scoring.calibrate` learns them from the development split.
"""

from __future__ import annotations

import math
import tomllib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from inspect import get_annotations
from itertools import takewhile
from typing import Any

from pydantic import BaseModel

from extract.posting import Posting
from extract.record import Evidence
from extract.values import Basis

__all__ = [
    "FARTHEST",
    "SIGNALS",
    "ConfidenceWeights",
    "confidences",
    "is_measured",
    "learned_from",
    "signals",
]

SIGNALS = ("items", "quote", "first", "opening", "found", "overlap", "spread", "empty")
"""What is seen of a value. Lengths and offsets are in characters, as ln(1 + x):

items: how many there are; quote: the mean length of its quotes; first: where the first quote
begins; spread: the text between its quotes, for an item. Shares, from 0 to 1: opening, how sure
`is_posting` is; found, the fields that have a value; overlap, the quotes that share words with
another field's; empty, the parts of a value that are not stated.
"""

_UNKNOWN_OPENING = 0.9
"""For schemas that cannot say how sure `is_posting` is."""

FARTHEST = 3.0
"""Spreads from the mean at which a signal says no more: nothing was learned beyond."""

_PLACES = 3


@dataclass(frozen=True, slots=True)
class ConfidenceWeights:
    """The weights of a regression on standardised signals.

    `scale` has the mean and the spread of each signal; `fields` what a field adds to the `bias`
    (under "bias") and to the weight of each signal.
    """

    bias: float
    scale: Mapping[str, tuple[float, float]]
    basis: Mapping[str, float]
    signals: Mapping[str, float]
    fields: Mapping[str, Mapping[str, float]]

    def likelihood(self, field: str, basis: str, seen: Mapping[str, float]) -> float:
        """Return how likely a value is right; a field or basis without weights adds nothing."""
        own = self.fields.get(field, {})
        sum_ = self.bias + own.get("bias", 0.0) + self.basis.get(basis, 0.0)
        for name, (mean, spread) in self.scale.items():
            weight = self.signals.get(name, 0.0) + own.get(name, 0.0)
            sum_ += weight * max(-FARTHEST, min(FARTHEST, (seen[name] - mean) / spread))
        return 1 / (1 + math.exp(-sum_))


def confidences(
    posting: BaseModel,
    evidence: Mapping[str, Sequence[Evidence]],
    basis: Mapping[str, Basis],
    opening: float | None,
) -> dict[str, float]:
    """Return the probability, from 0 to 1, that the value of each field is right.

    For a list it is the share of right items to expect. `basis` has every field with a value, and
    `opening` is how sure `is_posting` is, if known. The weights of the built-in posting's fields
    hold for subclasses that inherit them unchanged; any other field has those of all fields.
    """
    weights, schema = _weights(), type(posting)
    return {
        name: round(
            weights.likelihood(name if is_measured(schema, name) else "", basis[name], seen),
            _PLACES,
        )
        for name, seen in signals(posting, evidence, basis, opening).items()
    }


@lru_cache(maxsize=1024)
def is_measured(schema: type[BaseModel], field: str) -> bool:
    """Tell whether a field is one of the built-in posting's, also if inherited unchanged."""
    if not issubclass(schema, Posting) or field not in Posting.model_fields:
        return False
    below = takewhile(lambda each: each is not Posting, schema.__mro__)
    return not any(field in get_annotations(each) for each in below)


def signals(
    posting: BaseModel,
    evidence: Mapping[str, Sequence[Evidence]],
    basis: Mapping[str, Basis],
    opening: float | None,
) -> dict[str, dict[str, float]]:
    """Return what is seen of the value of each field in `basis`, by the names of `SIGNALS`."""
    quotes: defaultdict[str, list[Evidence]] = defaultdict(list)
    for path, cited in evidence.items():
        quotes[path.partition(".")[0]] += cited
    shared = _overlapping(quotes)
    found = len(basis) / max(1, len(type(posting).model_fields))
    whole = {
        "opening": _UNKNOWN_OPENING if opening is None else opening,
        "found": found,
    }
    return {
        name: whole | _of_value(getattr(posting, name, None), quotes[name], shared[name])
        for name in basis
    }


def _of_value(value: Any, quotes: Sequence[Evidence], shared: int) -> dict[str, float]:
    items = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
    count = max(1, len(items))
    parts = [part for item in items for part in _parts(item)]
    length = sum(quote.end - quote.start for quote in quotes)
    first = min((quote.start for quote in quotes), default=0)
    last = max((quote.end for quote in quotes), default=0)
    return {
        "items": math.log1p(count),
        "quote": math.log1p(length / max(1, len(quotes))),
        "first": math.log1p(first),
        "spread": math.log1p(max(0, last - first - length) / count),
        "overlap": shared / max(1, len(quotes)),
        "empty": parts.count(None) / max(1, len(parts)),
    }


def _parts(item: Any) -> list[Any]:
    if isinstance(item, BaseModel):
        return [getattr(item, name) for name in type(item).model_fields]
    return list(item.values()) if isinstance(item, dict) else []


def _overlapping(quotes: Mapping[str, Sequence[Evidence]]) -> Counter[str]:
    """Count the quotes of each field that share a character with a quote of another field."""
    places = sorted((q.start, q.end, name) for name, listed in quotes.items() for q in listed)
    shared: set[int] = set()
    for at, (_, end, name) in enumerate(places):
        for other in range(at + 1, bisect_left(places, (end,))):
            if places[other][2] != name:
                shared |= {at, other}
    return Counter(places[at][2] for at in shared)


def learned_from(document_sha256: str) -> bool:
    """Tell whether the weights were learned from a document: they say too much of its values."""
    return any(map(document_sha256.startswith, _table()["learned_from"]))


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("extract.asking").joinpath("confidence.toml").read_text("utf-8"))


@cache
def _weights() -> ConfidenceWeights:
    table = _table()
    return ConfidenceWeights(
        bias=table["bias"],
        scale={name: (mean, spread) for name, (mean, spread) in table["scale"].items()},
        basis=table["basis"],
        signals=table["signals"],
        fields=table["fields"],
    )
