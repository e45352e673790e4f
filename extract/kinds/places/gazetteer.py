"""What a place name names: countries, their regions, and cities, in several languages.

Names are compared without case, diacritics and points. The table of `gazetteer_sources` is read at
the first question. This module does not find places in texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from extract.kinds.places.folded_names import TYPES, fold, untyped
from extract.kinds.places.gazetteer_sources import COLUMN, FIELD, ITEM, table
from extract.lexicon import load

__all__ = [
    "City",
    "Entry",
    "Region",
    "cities",
    "country",
    "entry",
    "flags",
    "has",
    "is_country",
    "region_in",
    "regions",
    "same_city",
    "same_region",
    "small",
]

# What "St." stands for.
_SAINTS = ("saint", "sankt", "sint")
_CODE_LENGTH = 3


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


@dataclass(frozen=True, slots=True)
class Entry:
    """All that a name can name; the cities with the largest first."""

    country: str | None = None
    regions: tuple[Region, ...] = ()
    cities: tuple[City, ...] = ()
    flags: int = 0


_NOTHING = Entry()


def small() -> frozenset[str]:
    """Return the words that the names of regions begin with which small letters can name."""
    return _tables()[1]


def flags(part: str) -> int:
    """Return the flags of what a folded word, or two, begin; 0 if they begin no name."""
    row = _tables()[0].get(part)
    if row is None:
        return 0
    return ord(row[0]) if isinstance(row, str) else row.flags


def has(words: str) -> bool:
    """Tell whether a name can name anything at all, which is quicker than to read what."""
    folded = fold(words)
    return _has(folded, untyped(folded))


def _has(folded: str, outer: str) -> bool:
    rows = _tables()[0]
    return folded in rows or outer in rows or folded.startswith("st ")


def entry(words: str) -> Entry:
    """Return what a name can name.

    >>> found = entry("Georgia")
    >>> found.country, [region.code for region in found.regions]
    ('GE', ['GA'])
    """
    folded, code = fold(words), words.strip()
    outer = untyped(folded)
    if folded in TYPES or not _has(folded, outer):
        return _NOTHING
    row = _entry(folded)
    # "Department as" is not the department called AS.
    bare = outer is folded or len(outer) <= _CODE_LENGTH
    regions = row.regions or (() if bare else _entry(outer).regions)
    short = _short().get(folded)
    found = _entry(short).cities if short else row.cities
    if not found and folded.startswith("st "):
        saints = (_entry(saint + folded[2:]).cities for saint in _SAINTS)
        found = next(filter(None, saints), ())
    country = row.country
    if len(folded) <= _CODE_LENGTH:
        if code.isupper() and code.isalpha():
            country = _entry(code).country  # "IRA" is not the Portuguese "Irã" in capitals.
        elif folded.isascii() and not code.replace(".", "").isupper():
            country = None
    return Entry(country, regions, found) if country or regions or found else _NOTHING


def country(words: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's name; None if it is not one.

    Codes ("US", "DE") count only in capitals, since many are words ("us", "in").

    >>> [country(name) for name in ("Deutschland", "Česko", "U.S.", "ドイツ", "us", "Texas")]
    ['DE', 'CZ', 'US', 'DE', None, None]
    """
    return entry(words).country


def regions(words: str) -> tuple[Region, ...]:
    """Return the regions a name or code can stand for, in any country.

    >>> [(region.code, region.country) for region in regions("Texas")]
    [('TX', 'US')]
    >>> sorted(region.country for region in regions("WA"))
    ['AU', 'US']
    """
    return entry(words).regions


def cities(words: str) -> tuple[City, ...]:
    """Return the cities of that name, the largest first.

    >>> cities("Prag")[0].name, cities("Prag")[0].country
    ('Prague', 'CZ')
    """
    return entry(words).cities


def is_country(code: str) -> bool:
    """Tell whether a code is a country's of ISO 3166-1 alpha-2, or Kosovo's user-assigned XK."""
    return code == "XK" or (code.isupper() and _entry(code).country == code)


def region_in(words: str, country: str) -> Region | None:
    """Return the region that a name or ISO 3166-2 code stands for in a known country.

    >>> region_in("HDF", "FR").name
    'Hauts-de-France'
    """
    coded = _entry(f"{country}-{words.strip().upper()}").regions
    return next((one for one in (*regions(words), *coded) if one.country == country), None)


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
    if untyped(fold(one)) == untyped(fold(other)):
        return True
    codes = (
        {(region.code, region.country) for region in regions(name) if region.code}
        for name in (one, other)
    )
    return bool(next(codes) & next(codes))


@cache
def _tables() -> tuple[dict[str, str | Entry], frozenset[str]]:
    """Return the rows by their names, of which those once asked for are entries, and `small`."""
    names, rows, small = table()
    return dict(zip(names, rows, strict=True)), frozenset(small)


@cache
def _short() -> dict[str, str]:
    return {short: fold(name) for short, name in load("places")["short_cities"].items()}


def _entry(name: str) -> Entry:
    rows, _ = _tables()
    row = rows.get(name, _NOTHING)
    if isinstance(row, str):
        flags, country, regions, cities = row.split(COLUMN)
        rows[name] = row = Entry(
            country or None,
            tuple(Region(*one.split(FIELD)) for one in regions.split(ITEM)) if regions else (),
            tuple(_city(*one.split(FIELD)) for one in cities.split(ITEM)) if cities else (),
            ord(flags),
        )
    return row


def _city(number: str, name: str, country: str, region: str, population: str) -> City:
    return City(int(number), name, country, region, int(population))
