"""Word lists in several languages, kept as data in the TOML files beside this module."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from extract.lexicon.alternation import alternation
from extract.lexicon.openings import Openings, openings, places

__all__ = ["load", "names", "pattern", "scan", "words"]

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


def scan(
    name: str, table: str, text: str, start: int = 0, end: int | None = None
) -> Iterator[re.Match[str]]:
    """Yield what `pattern` finds in `text[start:end]`, without trying it where no word begins.

    >>> [found.start() for found in scan("workplace", "remote", "Remote, or not remote")]
    [0, 15]
    """
    expression, stop = pattern(name, table), len(text) if end is None else end
    known = _openings(name, table)
    begins = None if known is None else places(known, text)
    if begins is None:
        yield from expression.finditer(text, start, stop)
        return
    for at in begins[bisect_left(begins, start) : bisect_left(begins, stop)]:
        if at >= start and (found := expression.match(text, at, stop)):
            yield found
            start = found.end()


@cache
def _openings(name: str, table: str) -> Openings | None:
    return openings(words(name, table))


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
