"""Whether words read like the title of a job: "Pastry Chef" does, "Work with us" does not.

A small model gives a title for nearly every page that it is asked about. On a page that is no
posting it takes what stands at the top: the name of the page, a menu's entry, a headline. So a
title that does not read like one speaks against a posting, and one that does speaks for it. The
words' vector (`extract.reading.vectors`) tells, in the languages of that model; the weights in
`job_titles.toml` are learned by `python -m evals.scoring.title_weights`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from extract.lexicon import pattern
from extract.reading.vectors import vector_of

__all__ = ["LONGEST", "likeness_to_titles", "reads_like_title", "with_title"]

LONGEST = 120
"""Characters of a title that are looked at."""

_NO_TITLE = 0.05
"""Share of postings whose title, as the embedded model gave it, does not read like one: 4 of 80."""

_LIKE_ONE = 0.25
"""Share of other pages whose title reads like one. Of 18 none did; but a résumé's headline does,
and so does that of advice about one occupation."""

_EVEN = 0.5
"""How much words read like a title if that speaks neither way."""

_OF_JOBS = (("occupations", "noun"), ("advert", "offers"))

_CLEAR = (0.1, 0.99)
"""Likelihoods beyond which no title changes what a page is taken for."""


def with_title(likely: float, title: str | None) -> float:
    """Return how likely a page is a posting, of which `likely` was known before its title.

    By Bayes' rule; without a title, or without the model of the vectors, it is `likely`. A title
    that names a known occupation never speaks against a posting: in one word ("Baker") its vector
    tells little. Nor does a headline that says somebody is sought.
    """
    if not title or not _CLEAR[0] <= likely <= _CLEAR[1]:
        return likely
    like = reads_like_title(title)
    if like is None:
        return likely
    if any(pattern(*table).search(title) for table in _OF_JOBS):
        like = max(like, _EVEN)
    of_posting = (1 - _NO_TITLE) * like + _NO_TITLE * (1 - like)
    of_other = _LIKE_ONE * like + (1 - _LIKE_ONE) * (1 - like)
    return likely * of_posting / (likely * of_posting + (1 - likely) * of_other)


def likeness_to_titles(words: str) -> float:
    """Return how much words read like a title: 1.0 if they name a known occupation.

    Without the model of the vectors other words read half like one.

    >>> likeness_to_titles("Baker")
    1.0
    """
    if pattern("occupations", "noun").search(words):
        return 1.0
    like = reads_like_title(words)
    return _EVEN if like is None else like


def reads_like_title(words: str) -> float | None:
    """Return how much words read like the title of a job rather than a line of another page.

    A number from 0 to 1, or None where the model of the vectors cannot run.
    """
    numbers = vector_of(words[:LONGEST])
    if numbers is None:
        return None
    weights = _weights()
    sum_ = weights["bias"] + sum(a * b for a, b in zip(weights["vector"], numbers, strict=True))
    return 1 / (1 + math.exp(-sum_))


@cache
def _weights() -> Mapping[str, Any]:
    return tomllib.loads(files("extract.reading").joinpath("job_titles.toml").read_text("utf-8"))
