"""Word lists in several languages, kept as data in the TOML files beside this module."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from extract.vocabulary.alternation import alternation

__all__ = ["load", "names", "pattern", "words"]

# Scripts written without spaces: a word there may touch its neighbours.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


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
    text = files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def names() -> tuple[str, ...]:
    """Return the names of all vocabularies."""
    found = (path.name for path in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


@cache
def words(name: str, table: str) -> tuple[str, ...]:
    """Return the words of one table in all its languages."""
    return tuple(word for listed in load(name)[table].values() for word in listed)


@cache
def pattern(name: str, table: str) -> re.Pattern[str]:
    """Return one expression for all the words of a table: whole words, any case, any spacing.

    >>> pattern("workplace", "remote").search("Work location: REMOTE").group()
    'REMOTE'
    """
    return compiled(words(name, table))


def compiled(listed: Iterable[str]) -> re.Pattern[str]:
    """Compile words to one expression, longest first so that the fullest wording wins."""
    ordered = sorted(set(listed), key=lambda word: (-len(word), word))
    unspaced = [_body(word) for word in ordered if _UNSPACED.search(word)]
    spaced = [_body(word) for word in ordered if not _UNSPACED.search(word)]
    parts = [alternation(unspaced)] if unspaced else []
    parts += [rf"(?<!\w)(?:{alternation(spaced)})(?!\w)"] if spaced else []
    return re.compile("|".join(parts), re.IGNORECASE)


def _body(word: str) -> str:
    return word[1:] if word.startswith("~") else r"\s+".join(map(re.escape, word.split()))
