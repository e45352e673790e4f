"""The values of a record in a form in which equal values compare equal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from evals.data.rubric import at
from extract.asking.schema import IS_POSTING

__all__ = ["values"]


def values(record: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Return what a record says for `is_posting` and at each path.

    The order of a list does not count, nor do the words that a place was read from; an empty list
    is no value.

    >>> values({"is_posting": True, "posting": {"job_ids": ["B", "A"]}}, ["job_ids"])
    {'is_posting': True, 'job_ids': ['"A"', '"B"']}
    """
    posting = record.get("posting") or {}
    judged = {IS_POSTING: record.get(IS_POSTING)}
    return judged | {path: _plain(at(posting, path)) for path in paths}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(json.dumps(_bare(item), sort_keys=True) for item in value) or None
    return value or None if isinstance(value, str | dict) else value


def _bare(item: Any) -> Any:
    return {k: v for k, v in item.items() if k != "text"} if isinstance(item, dict) else item
