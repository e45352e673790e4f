"""Find the postings in a JSON value: the list with one job in each item, and what all jobs share.

Feeds name the title in many ways ("text", "name", "intitule", nested in "attributes"), and put
optional keys before it, so text alone does not show where a record begins. The structure does: in
the text a line with `RULE` stands before each record.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from extract.lexicon import pattern, words

__all__ = ["RULE", "Feed", "feed", "may_be_posting", "normal_key"]

RULE = "␞"
"""The symbol for a record separator, alone on its line."""

_LONGEST_TITLE = 160
_DEEPEST = 4
_FEW, _ENOUGH = 1, 2
_MOSTLY = 0.8
_KEYS = 3
_JOINTS = str.maketrans("_-@/.", "     ")

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Feed:
    """The records of a feed, each without its wrapper, and the particulars that they share."""

    shared: Object
    records: tuple[Object, ...]


@dataclass(frozen=True, slots=True)
class _Title:
    path: tuple[str, ...]
    sure: bool


def feed(value: Any) -> Feed | None:
    """Return the postings that a JSON value lists, or None if it lists none.

    >>> found = feed({"meta": {"total": 2}, "jobs": [
    ...     {"id": 1, "text": "Cook", "location": "Leeds"},
    ...     {"id": 2, "text": "Baker", "location": "York"}]})
    >>> [record["text"] for record in found.records]
    ['Cook', 'Baker']
    """
    level: list[tuple[Any, Object]] = [(value, {})]
    for _ in range(_DEEPEST):
        lists = [(one, shared) for one, shared in level if _are_postings(one)]
        if lists:
            chosen, shared = max(lists, key=lambda each: (_sure(each[0]), len(each[0])))
            return Feed(shared, tuple(_unwrapped(record) for record in chosen))
        level = [below for one, shared in level for below in _below(one, shared)]
    return None


def normal_key(key: str) -> str:
    """Return a key in plain words, without accents: "Intitulé", "jobTitle" and "job_title".

    >>> normal_key("jobTitle"), normal_key("Intitulé")
    ('job title', 'intitule')
    """
    if not key.islower():
        key = "".join(
            f" {char}" if char.isupper() and before.islower() else char
            for before, char in zip(f" {key}", key, strict=False)
        )
    key = key.translate(_JOINTS)
    if not key.isascii():
        plain = unicodedata.normalize("NFD", key)
        key = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(key.casefold().split())


def may_be_posting(names: Collection[str]) -> bool:
    """Tell whether the names of a record's properties, as `normal_key` gives them, are a posting's.

    >>> may_be_posting({"title", "city"}), may_be_posting({"name", "id"})
    (True, False)
    """
    count = len(_particulars().intersection(names))
    sure = not _titles().isdisjoint(names)
    return count >= _FEW if sure else count >= _ENOUGH and not _weak_titles().isdisjoint(names)


def _below(value: Any, shared: Object) -> Iterator[tuple[Any, Object]]:
    """Yield the values inside a value; of a posting only a list of records, which it may head."""
    if isinstance(value, list):
        yield from ((one, shared) for one in value if len(value) == 1)
    if not isinstance(value, dict):
        return
    own = shared | {key: one for key, one in value.items() if _is_shared(key, one)}
    heads = _is_posting(value)
    for key, one in value.items():
        if any(pattern("roles", "related").fullmatch(part) for part in normal_key(key).split()):
            continue
        if isinstance(one, dict | list) and (not heads or normal_key(key) in _lists()):
            yield one, own


def _is_shared(key: str, value: Any) -> bool:
    name = normal_key(key)
    return isinstance(value, str) and name in _particulars() and name not in _weak_titles()


def _are_postings(value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return False
    held = sum(map(_is_posting, value))
    return held > 0 and held >= len(value) * _MOSTLY


def _sure(records: list[Object]) -> bool:
    return all((title := _title(record)) is not None and title.sure for record in records)


def _is_posting(value: Object) -> bool:
    """Tell whether an object has a title and particulars: two where its title may be a name."""
    title = _title(value)
    if title is None:
        return False
    names = _particulars().intersection(_names(value, 0))
    return len(names) >= (_FEW if title.sure else _ENOUGH)


def _title(value: Object) -> _Title | None:
    """Return the path to the title: the one nearest to the top, a sure one first."""
    level: list[tuple[tuple[str, ...], Object]] = [((), value)]
    for _ in range(_DEEPEST):
        for path, one in level:
            if any(normal_key(key) in _titles() and _is_short(held) for key, held in one.items()):
                return _Title(path, sure=True)
        for path, one in level:
            alone = len(path) == 0 or sum(isinstance(o, dict) for o in value.values()) == 1
            if alone and any(
                normal_key(key) in _weak_titles() and _is_short(held) for key, held in one.items()
            ):
                return _Title(path, sure=False)
        level = [
            ((*path, key), inner)
            for path, one in level
            for key, held in one.items()
            if (inner := _only(held)) is not None
            and (len(inner) >= _KEYS or normal_key(key) in _holders())
        ]
    return None


def _only(value: Any) -> Object | None:
    """Return a value that is an object, or the only object of a list."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) else None


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_TITLE


def _names(value: Object, depth: int) -> Iterator[str]:
    for key, one in value.items():
        if one in (None, "", [], {}):
            continue
        yield normal_key(key)
        inner = _only(one)
        if inner is not None and depth < _ENOUGH:
            yield from _names(inner, depth + 1)


def _unwrapped(record: Object) -> Object:
    """Return a record in which the properties beside its title stand at the top."""
    title = _title(record)
    for key in title.path if title else ():
        inner = _only(record[key])
        if inner is None:
            break
        record = {name: one for name, one in record.items() if name != key} | inner
    return record


@cache
def _titles() -> frozenset[str]:
    return _plain((*words("roles", "title"), *words("labels", "title"))) - _weak_titles()


@cache
def _weak_titles() -> frozenset[str]:
    return _plain(words("roles", "name"))


@cache
def _holders() -> frozenset[str]:
    """Return the keys under which a record may hold its title alone: `position.intitule`."""
    return _plain((*words("roles", "title"), *words("roles", "record")))


@cache
def _particulars() -> frozenset[str]:
    return _plain((*words("roles", "particular"), *words("roles", "property")))


@cache
def _lists() -> frozenset[str]:
    """Return the keys of lists of records: the words for a record, singular and plural."""
    listed = _plain(words("roles", "record"))
    return frozenset({*listed, *(f"{word}s" for word in listed), "vacancies", "entries", "results"})


def _plain(listed: tuple[str, ...]) -> frozenset[str]:
    return frozenset(normal_key(word) for word in listed if not word.startswith("~"))
