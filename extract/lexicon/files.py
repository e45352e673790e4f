"""The word lists, kept as data in the TOML files beside this module, and how they are spelled.

Both are kept in the user's cache in a form that loads at once (`extract.lexicon.made_once`).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from extract.lexicon import folding, spelling
from extract.lexicon.made_once import made_once
from extract.lexicon.spelling import Spelling, spelled_expression, spelled_word

__all__ = ["UNSPACED", "borders", "common", "load", "names", "spelled", "words"]

UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts written without spaces (Korean: with endings): a word may touch others."""

_LOOKED_UP = frozenset(
    {"currencies", "layout", "sections", "skills_fields", "skills_names", "tongues"}
    | {"skills_stems", "skills_words_en", "skills_words_other"}
)
"""Vocabularies that are looked up word by word."""


_PLAIN_TURKISH = str.maketrans("çğıöşü", "cgiosu")


def load(name: str) -> dict[str, Any]:
    """Return the vocabulary `name` as the TOML file holds it.

    The usual layout is one table per value (or per use) and in it one list of words per language
    (ISO 639-1). Words are lower case; one that starts with `~` is a regular expression::

        [full_time]
        en = ["full-time", "full time"]
        de = ["vollzeit"]

    >>> sorted(load("workplace"))
    ['event', 'hybrid', 'not', 'onsite', 'remote']
    """
    if name not in _all()["words"]:
        raise FileNotFoundError(f"no vocabulary {name!r}")
    vocabulary: dict[str, Any] = _all()["words"][name]
    return vocabulary


def names() -> tuple[str, ...]:
    """Return the names of all vocabularies."""
    return tuple(_all()["words"])


@cache
def words(name: str, table: str) -> tuple[str, ...]:
    """Return the words of one table in all its languages."""
    return tuple(word for listed in load(name)[table].values() for word in listed)


@cache
def spelled(word: str) -> Spelling:
    """Return how a word of a vocabulary is spelled in a folded text."""
    known = _all()["spellings"].get(word)
    return _spelled(word) if known is None else Spelling(*map(tuple, known))


def _spelled(word: str) -> Spelling:
    return spelled_expression(word[1:]) if word.startswith("~") else spelled_word(word)


def borders(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the spellings of words that may begin inside a word, and the others."""
    return _borders((word, spelled(word)) for word in words)


def common() -> tuple[list[str], list[str]]:
    """Return the `borders` of the words that are sought in texts."""
    return _all()["free"], _all()["bound"]


def _borders(words: Iterable[tuple[str, Spelling]]) -> tuple[list[str], list[str]]:
    free: list[str] = []
    bound: list[str] = []
    for word, ways in words:
        free += ways.needles
        for head in ways.heads:
            inside = UNSPACED.search(word) is not None or not head[0].isalnum()
            (free if inside else bound).append(head)
    return free, bound


def _typed_plainly(word: str) -> str:
    """Return a Turkish word as keyboards without its letters type it ("yari zamanli")."""
    return word.translate(_PLAIN_TURKISH)


def _strings(value: Any) -> Iterator[str]:
    """Yield every text in a vocabulary or a part of one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value if isinstance(value, list) else value.values():
            yield from _strings(one)


@cache
def _all() -> dict[str, Any]:
    code = (str(module.__file__) for module in (folding, spelling))
    known: dict[str, Any] = json.loads(made_once("lexicon", _made, (), *map(str, _files()), *code))
    return known


def _files() -> list[Traversable]:
    listed = sorted(files("extract.lexicon").iterdir(), key=lambda path: path.name)
    return [path for path in listed if path.name.endswith(".toml")]


def _made() -> str:
    vocabularies = {
        path.name.removesuffix(".toml"): tomllib.loads(path.read_text("utf-8")) for path in _files()
    }
    for vocabulary in vocabularies.values():
        for table in vocabulary.values():
            if isinstance(table, dict) and isinstance(listed := table.get("tr"), list):
                table["tr"] = list(dict.fromkeys((*listed, *map(_typed_plainly, listed))))
    sought = [one for name, one in vocabularies.items() if name not in _LOOKED_UP]
    spellings = {word: _spelled(word) for word in dict.fromkeys(_strings(sought))}
    free, bound = _borders(spellings.items())
    made = {
        "words": vocabularies,
        "spellings": {
            word: (ways.heads, ways.needles) for word, ways in spellings.items() if word[0] == "~"
        },
        "free": list(dict.fromkeys(free)),
        "bound": list(dict.fromkeys(bound)),
    }
    return json.dumps(made, ensure_ascii=False)
