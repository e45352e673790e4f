"""The word lists, kept as data in the TOML files beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["load", "names", "words"]


@cache
def load(name: str) -> dict[str, Any]:
    """Return the vocabulary `name` as the TOML file holds it.

    The usual layout is one table per value (or per use) and in it one list of words per language
    (ISO 639-1). Words are lower case; one that starts with `~` is a regular expression::

        [full_time]
        en = ["full-time", "full time"]
        de = ["vollzeit"]

    >>> sorted(load("workplace"))
    ['hybrid', 'not', 'onsite', 'remote']
    """
    text = files("extract.lexicon").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def names() -> tuple[str, ...]:
    """Return the names of all vocabularies."""
    listed = (path.name for path in files("extract.lexicon").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in listed if name.endswith(".toml")))


@cache
def words(name: str, table: str) -> tuple[str, ...]:
    """Return the words of one table in all its languages."""
    return tuple(word for listed in load(name)[table].values() for word in listed)
