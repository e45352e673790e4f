"""Convert rows with flat labels, one key per number, into the labels of a dataset.

A flat row calls the employment type `employment_type` (one value), and spreads two fields over
two keys each: `experience_years_min` and `_max`, `education_min` and `education_min_required`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, combinations, product
from typing import Any

__all__ = ["is_flat", "unflattened"]

_RENAMED = ("employment_type",)
_YEARS = ("experience_years_min", "experience_years_max")
_EDUCATION = ("education_min", "education_min_required")
_FLAT = frozenset((*_RENAMED, *_YEARS, *_EDUCATION))
_LISTS = ("locations", "job_ids", "skills", "languages")

Parts = Mapping[str, Sequence[Any]]
"""The gold value of each key of a row, followed by the accepted ones."""


def is_flat(row: Mapping[str, Any]) -> bool:
    """Tell whether a row's labels have a flat key, or none at all (null)."""
    gold, accept = row.get("gold"), row.get("accept")
    return gold is None or any(
        isinstance(part, Mapping) and not _FLAT.isdisjoint(part) for part in (gold, accept)
    )


def unflattened(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its labels in the fields of a posting.

    Accepted parts are combined: two accepted minima and two accepted maxima make four accepted
    ranges. Any set of the accepted employment types is accepted, since a text can state several.

    >>> row = {"gold": {"experience_years_min": 2, "experience_years_max": None},
    ...        "accept": {"experience_years_max": [4]}}
    >>> unflattened(row)["accept"]
    {'experience_years': [{'min': 2, 'max': 4}]}
    """
    gold, accept = row.get("gold") or {}, row.get("accept") or {}
    parts = {key: [gold.get(key), *accept.get(key, [])] for key in (*gold, *accept)}
    whole = {key: values for key, values in parts.items() if key not in _FLAT}
    for key in _LISTS:
        if key in whole:
            whole[key] = [[] if value is None else value for value in whole[key]]
    if not _FLAT.isdisjoint(parts):
        whole |= _combined(parts)
    return {
        **row,
        "gold": {key: values[0] for key, values in whole.items()},
        "accept": {key: values[1:] for key, values in whole.items() if len(values) > 1},
    }


def _combined(parts: Parts) -> dict[str, list[Any]]:
    whole: dict[str, list[Any]] = {}
    if "employment_type" in parts:
        whole["employment_types"] = _sets(parts["employment_type"])
    if not parts.keys().isdisjoint(_YEARS):
        pairs = product(*(parts.get(key, [None]) for key in _YEARS))
        whole["experience_years"] = _distinct(
            None if low is None and high is None else {"min": low, "max": high}
            for low, high in pairs
        )
    if not parts.keys().isdisjoint(_EDUCATION):
        levels, needed = (parts.get(key, [None]) for key in _EDUCATION)
        # If no label says how much a level matters, both readings are accepted.
        weights = [w for w in needed if w is not None] or [True, False]
        whole["education"] = _distinct(
            None if level is None else {"level": level, "required": weight}
            for level, weight in product(levels, weights)
        )
    return whole


def _sets(types: Sequence[str | None]) -> list[list[str]]:
    """Return every set of the types, the gold one first; the empty set only if it is accepted."""
    named = [each for each in dict.fromkeys(types) if each is not None]
    first = [] if types[0] is None else [types[0]]
    sizes = (combinations(named, size) for size in range(1, len(named) + 1))
    return _distinct(
        [first, *([[]] if None in types else []), *(list(s) for s in chain(*sizes))],
    )


def _distinct(values: Any) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if value not in kept:
            kept.append(value)
    return kept
