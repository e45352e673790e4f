"""How likely a value is right: measured on labelled postings, never asked of the model.

For each field and basis, `confidence.toml` holds how many values were right and how many there
were on the development split of the evaluation set. Small counts are unreliable, so a field's share
is drawn towards the share p of the same basis over all fields: (right + w * p) / (all + w), the
posterior mean under a beta prior of weight w. `python -m evals.scoring.calibrate` makes the table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from inspect import get_annotations
from itertools import takewhile

from pydantic import BaseModel

from extract.posting import Posting
from extract.values import Basis

__all__ = ["confidence", "share"]

_WEIGHT = 5.0
_EVEN = (0.5, 1.0)


def confidence(schema: type[BaseModel], field: str, basis: Basis) -> float:
    """Return the probability, from 0 to 1, that a value with this basis is right.

    The shares of the built-in posting's fields hold for subclasses that inherit them unchanged; any
    other field gets the share over all fields.
    """
    table = _table()
    every = share(table.get("every", {}).get(basis, (0, 0)), *_EVEN)
    name = f"{Posting.__name__}.{field}" if _is_measured(schema, field) else ""
    counts = table.get(name, {}).get(basis, (0, 0))
    return round(share(counts, every, _WEIGHT), 3)


@lru_cache(maxsize=1024)
def _is_measured(schema: type[BaseModel], field: str) -> bool:
    """Tell whether a field is one of the built-in posting's, also if inherited unchanged."""
    if not issubclass(schema, Posting) or field not in Posting.model_fields:
        return False
    below = takewhile(lambda each: each is not Posting, schema.__mro__)
    return not any(field in get_annotations(each) for each in below)


def share(counts: tuple[int, int], prior: float, weight: float) -> float:
    """Return the share of right values, drawn towards a prior.

    >>> share((9, 10), 0.5, 0.0), share((0, 0), 0.5, 5.0)
    (0.9, 0.5)
    """
    right, total = counts
    return (right + weight * prior) / (total + weight)


@cache
def _table() -> Mapping[str, Mapping[str, tuple[int, int]]]:
    text = files("extract.asking").joinpath("confidence.toml").read_text("utf-8")
    return {
        name: {basis: (right, total) for basis, (right, total) in row.items()}
        for name, row in tomllib.loads(text).items()
    }
