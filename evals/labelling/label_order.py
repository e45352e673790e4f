"""Which document to label next: the one whose label teaches most.

The score of a document is the sum over the fields of

- 1 where two sources differ: one of them is wrong, and a label says which;
- else the chance that its value is wrong: 1 minus its confidence, or, where two sources agree, the
  product of both (as if they erred independently);
- and, for a field that some source states, 1 / (1 + the number of labelled documents that state
  it): the first value of a field counts as much as a dispute, the tenth a tenth of it.

The first two parts are uncertainty sampling and query by committee (Settles 2009, "Active learning
literature survey", sections 3.1 and 3.2); the last one serves the scores of rare fields, whose
intervals are the widest. `python -m evals.bench.order_gain` measures what the order is worth.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.data.rubric import Rubric
from evals.labelling.suggestions import Suggestion, differing, is_stated
from extract.asking.schema import IS_POSTING
from extract.errors import abridged

__all__ = ["Teaching", "stating", "teaching"]

UNKNOWN = 0.75
"""The confidence of a value whose row says none."""

_UNSURE, _RARE, _NAMED = 0.3, 0.2, 3


@dataclass(frozen=True, slots=True)
class Teaching:
    """What a document's label can teach.

    `disputed` are the fields in which two sources differ; `doubt` maps every other stated field to
    the chance that its value is wrong; `stated` are all fields that some source states.
    """

    disputed: tuple[str, ...]
    doubt: Mapping[str, float]
    stated: tuple[str, ...]

    def score(self, labelled: Mapping[str, int]) -> float:
        """Return the score; `labelled` counts the labelled documents that state each field.

        >>> Teaching(("salary",), {"title": 0.25}, ("salary", "title")).score({"title": 3})
        2.5
        """
        rare = (1 / (1 + labelled.get(name, 0)) for name in self.stated)
        return len(self.disputed) + math.fsum(self.doubt.values()) + math.fsum(rare)

    def reason(self, labelled: Mapping[str, int]) -> str:
        """Say in words what the score is made of; "" where there is nothing to say.

        >>> Teaching(("salary",), {"title": 0.4}, ("salary", "title")).reason({"title": 3})
        'the sources differ in salary; unsure of title; no label states salary yet'
        """
        unsure = sorted(
            (name for name, chance in self.doubt.items() if chance >= _UNSURE),
            key=lambda name: -self.doubt[name],
        )
        new = [name for name in self.stated if not labelled.get(name)]
        most = max(labelled.values(), default=0)
        thin = [name for name in self.stated if 0 < labelled.get(name, 0) <= most * _RARE]
        if IS_POSTING in self.disputed:
            said = ["the sources differ on whether it is a posting"]
        else:
            said = [_listed("the sources differ in", self.disputed)]
        said += [
            _listed("unsure of", unsure),
            _listed("no label states", new, " yet") if any(labelled.values()) else "",
            _listed("few labels state", thin),
        ]
        return "; ".join(part for part in said if part)


def teaching(found: Sequence[Suggestion], rubric: Rubric, names: Sequence[str]) -> Teaching:
    """Return what a document's label can teach of the named fields.

    `found` is what one or two sources found in it.
    """
    disputed = differing(found, rubric, names)
    stated = tuple(name for name in names if any(is_stated(each.value(name)) for each in found))
    doubt = {
        name: math.prod(1 - each.confidence.get(name, UNKNOWN) for each in found)
        for name in (*stated, IS_POSTING)
        if name not in disputed and (name != IS_POSTING or _judges(found))
    }
    return Teaching(disputed, doubt, stated)


def stating(golds: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Count the labels that state each field.

    >>> stating([{"title": "Cook", "salary": None}, {"title": "Baker"}])
    Counter({'title': 2})
    """
    return Counter(
        name
        for gold in golds
        for name, value in gold.items()
        if name != IS_POSTING and is_stated(value)
    )


def _judges(found: Sequence[Suggestion]) -> bool:
    return bool(found) and all(IS_POSTING in each.confidence for each in found)


def _listed(before: str, names: Sequence[str], after: str = "") -> str:
    if not names:
        return ""
    return f"{before} {abridged(names[:_NAMED], len(names))}{after}"
