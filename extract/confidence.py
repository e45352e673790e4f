"""How likely a value is right: measured on labelled postings, never said by the model.

The table `confidence.toml` has for each field and each way of finding its value how many were
right and how many there were, on the development split of the evaluation set. Few of them say
little, so a field's share is drawn towards that of the same way over all fields: (right + w * p)
/ (all + w), with p the share over all fields and w a weight (the posterior mean under a beta
prior of that weight). `python -m evals.calibrate` makes the table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from extract.values import Basis

__all__ = ["confidence", "share"]

_WEIGHT = 5.0
_EVEN = (0.5, 1.0)


def confidence(schema: str, field: str, basis: Basis) -> float:
    """Return the probability, from 0 to 1, that a value found so is right.

    A schema that was not measured gets the shares over all fields of the one that was.
    """
    counted = _table()
    every = share(counted.get("every", {}).get(basis, (0, 0)), *_EVEN)
    mine = counted.get(f"{schema}.{field}", {}).get(basis, (0, 0))
    return round(share(mine, every, _WEIGHT), 3)


def share(counts: tuple[int, int], prior: float, weight: float) -> float:
    """Return the share of right values, drawn towards a prior.

    >>> share((9, 10), 0.5, 0.0), share((0, 0), 0.5, 5.0)
    (0.9, 0.5)
    """
    right, total = counts
    return (right + weight * prior) / (total + weight)


@cache
def _table() -> Mapping[str, Mapping[str, tuple[int, int]]]:
    text = files("extract").joinpath("confidence.toml").read_text("utf-8")
    return {
        name: {basis: (right, total) for basis, (right, total) in told.items()}
        for name, told in tomllib.loads(text).items()
    }
