"""The word lists, kept as data in the TOML files beside this module, and how they are spelled.

Both are kept in the user's cache folder in a form that loads at once. The file there is named after
a digest of all that it is made of, and where it cannot be read or written nothing is lost but time.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from platformdirs import user_cache_path

from extract.lexicon import folding, spelling
from extract.lexicon.spelling import Spelling, spelled_expression, spelled_word

__all__ = ["UNSPACED", "borders", "common", "load", "names", "spelled", "words"]

UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts written without spaces: a word there may touch its neighbours."""

_LOOKED_UP = frozenset(
    {"currencies", "layout", "sections", "skills_fields", "skills_names", "tongues"}
    | {"skills_words_en", "skills_words_other"}
)
"""Vocabularies that are looked up word by word."""


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


def _strings(value: Any) -> Iterator[str]:
    """Yield every text in a vocabulary or a part of one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value if isinstance(value, list) else value.values():
            yield from _strings(one)


@cache
def _all() -> dict[str, Any]:
    listed = sorted(files("extract.lexicon").iterdir(), key=lambda path: path.name)
    sources = {
        path.name.removesuffix(".toml"): path.read_bytes()
        for path in listed
        if path.name.endswith(".toml")
    }
    code = [Path(module.__file__).read_bytes() for module in (folding, spelling)]
    digest = blake2b(b"\0".join([*sources.values(), *code]), digest_size=16).hexdigest()
    kept = user_cache_path("postings") / "lexicon" / f"{digest}.json"
    with suppress(OSError, ValueError):
        known: dict[str, Any] = json.loads(kept.read_bytes())
        if known["digest"] == digest:
            return known
    vocabularies = {name: tomllib.loads(data.decode()) for name, data in sources.items()}
    sought = [one for name, one in vocabularies.items() if name not in _LOOKED_UP]
    spellings = {word: _spelled(word) for word in dict.fromkeys(_strings(sought))}
    free, bound = _borders(spellings.items())
    made = {
        "digest": digest,
        "words": vocabularies,
        "spellings": {
            word: (ways.heads, ways.needles) for word, ways in spellings.items() if word[0] == "~"
        },
        "free": list(dict.fromkeys(free)),
        "bound": list(dict.fromkeys(bound)),
    }
    with suppress(OSError):
        _keep(kept, json.dumps(made, ensure_ascii=False))
    return made


def _keep(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for older in path.parent.glob("*.json"):
        older.unlink(missing_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(text)
    Path(file.name).replace(path)
