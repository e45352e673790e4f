"""An address spread over keys: `"addressLocality": "Lyon"`, `addressCountry: FR` on other lines.

Serves JSON, YAML, JSON-LD and the tables that pages print. One address is the keys that stand
close together, each at most once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from extract.kinds.places import gazetteer
from extract.kinds.places.locations import locations
from extract.kinds.places.place_name import written
from extract.kinds.places.place_words import is_noise
from extract.lexicon import pattern, words
from extract.values import Location, Span

__all__ = ["AddressPart", "address_at", "is_owned", "parts"]

PartName = Literal["city", "region", "country"]

_PARTS: tuple[PartName, ...] = ("city", "region", "country")
_NEAR = 300  # characters between the keys of one address
_LONGEST = 60  # of a key
_MARK = re.compile(r"[:=|]")
_JOINT = re.compile(r"[\s_]+")
_PATH = re.compile(r"(?<![\w.])(?:\w{1,40}\.){1,8}\Z")


@dataclass(frozen=True, slots=True)
class AddressPart:
    """The value of one key of an address; the key begins at `key`."""

    name: PartName
    span: Span
    key: int


def parts(text: str) -> Iterator[AddressPart]:
    """Yield the values of address keys in a text, in order.

    >>> [part.name for part in parts('"city": "Lyon", "country": "FR"')]
    ['city', 'country']
    """
    keys = _keys()
    if not any(_ends_key(text, mark.start(), keys) for mark in _MARK.finditer(text)):
        return
    for found in _key().finditer(text):
        value = found["value"].rstrip(" ,;'")
        if value and not is_noise(value) and not is_owned(text, found.start()):
            at = found.start("value")
            yield AddressPart(_name(found["key"]), Span(at, at + len(value)), found.start())


def _ends_key(text: str, end: int, keys: tuple[str, ...]) -> bool:
    """Tell whether a mark stands behind a word that can be a key."""
    before = text[max(0, end - _LONGEST) : end].rstrip(" \t\"'").casefold()
    return "".join(_JOINT.split(before)).endswith(keys)


def is_owned(text: str, at: int) -> bool:
    """Tell whether the key at `at` ends a path that names another owner ("publisher.city").

    >>> is_owned("job.publisher.city: Lyon", 14), is_owned("job.place.city: Lyon", 10)
    (True, False)
    """
    if text[at - 1 : at] != ".":
        return False
    path = _PATH.search(text, max(0, at - _NEAR), at)
    return path is not None and any(
        pattern("places", "owner").fullmatch(segment) for segment in path.group().split(".")
    )


def address_at(text: str, keyed: Sequence[AddressPart], span: Span) -> Location | None:
    r"""Return the address that the span is a part of, put together from its keys; None if none.

    `keyed` are all `parts` of the text.

    >>> text = '"addressLocality": "Lyon",\n"addressCountry": "FR"'
    >>> address_at(text, list(parts(text)), Span(20, 24)).country
    'FR'
    """
    first, last = span.start - _NEAR, span.end + _NEAR
    near = [part for part in keyed if first <= part.key and part.span.start < last]
    at = next((n for n, part in enumerate(near) if part.span.covers(span)), None)
    if at is None:
        return None
    own = _block(near, at)
    said = {name: text[part.span.start : part.span.end] for name, part in own.items()}
    if set(said) == {"city"}:
        return None  # A lone key is an ordinary labelled statement.
    city, region = said.get("city"), said.get("region")
    country = gazetteer.country(said.get("country", ""))
    inner = locations(city, labelled=True) if city else ()
    if city and inner:
        city, region = inner[0].city or city, region or inner[0].region
        country = country or inner[0].country
    if region:
        named = {found.country for found in gazetteer.regions(region)}
        country = country or (named.pop() if len(named) == 1 else None)
    if not (city or region or country):
        return None
    quoted = " ".join(said[name] for name in _PARTS if name in said)
    shown = written(city) if city else None
    return Location(text=city or region or quoted, city=shown, region=region, country=country)


def _block(near: list[AddressPart], at: int) -> dict[PartName, AddressPart]:
    """Walk from one key both ways until a key comes a second time or too far off."""
    own = {near[at].name: near[at]}
    for step in (1, -1):
        number, last = at + step, near[at]
        while 0 <= number < len(near):
            part = near[number]
            gap = max(part.span.start - last.span.end, last.span.start - part.span.end)
            if part.name in own or gap > _NEAR // 2:
                break
            own[part.name] = last = part
            number += step
    return own


@cache
def _key() -> re.Pattern[str]:
    listed = {word for name in _PARTS for word in words("places", f"{name}_key")}
    keys = "|".join(
        r"[\s_]?".join(map(re.escape, word.split()))
        for word in sorted(listed, key=lambda word: (-len(word), word))
    )
    return re.compile(
        rf"(?<![^\W_])(?P<key>{keys})[\"']?[ \t]{{0,3}}[:=|][ \t]{{0,3}}[\"']?"
        r"[ \t]{0,3}(?P<value>[^\W\d_][^\n\r\"{}\[\]<>|:]{1,80})",
        re.IGNORECASE,
    )


@cache
def _keys() -> tuple[str, ...]:
    return tuple(
        {"".join(_JOINT.split(word)) for name in _PARTS for word in words("places", f"{name}_key")}
    )


@cache
def _name(key: str) -> PartName:
    plain = "".join(_JOINT.split(key.casefold()))
    for name in _PARTS:
        if plain in {word.replace(" ", "") for word in words("places", f"{name}_key")}:
            return name
    return "city"
