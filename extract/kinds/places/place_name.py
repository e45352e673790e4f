"""One name in a place statement, and what the gazetteers say it can name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

from extract.kinds.places import gazetteer
from extract.kinds.places.folded_names import fold
from extract.kinds.places.place_words import is_tool, legal_forms
from extract.lexicon import WordTable, pattern
from extract.reading.tongue import function_words

__all__ = [
    "Name",
    "has_region",
    "is_bare_code",
    "is_city",
    "is_code",
    "is_own_town",
    "lies_in",
    "written",
    "written_region",
]

_PARTICLES = frozenset(
    ("de", "la", "le", "les", "du", "des", "del", "el", "los", "las", "am", "an", "der", "den",
     "im", "bei", "sur", "en", "upon", "on", "under", "nad", "pod", "da", "do", "dos", "of", "the",
     "zu", "ob", "vor", "dem")
)  # fmt: skip
# GeoNames has some German towns without what tells them from others of their name.
_BY_RIVER = re.compile(r"(\S+) (?:an der|ob der|vor der) [^\W\d_a-z]\S+")
_SYLLABLE = re.compile(r"(?=\w*[ăđơưạ-ỹĂĐƠƯẠ-Ỹ])\w+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?")
_LONGEST = 5  # words in a name
_CODE_LENGTH = 3
_COUNTRY_CODE = 2
_ACRONYM = 4
# A city of this size is meant before a region of the same name.
_LARGE = 500_000
_SMALL = 15_000
_UNSPACED = "\u3000"
# Here GeoNames and ISO 3166-2 call the regions the same: a city can be checked against one.
_CHECKED = ("US", "CA")


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a statement, at `start:end` of it; `hard` when it begins another place."""

    start: int
    end: int
    words: str
    hard: bool = False
    bracketed: bool = False
    entry: gazetteer.Entry = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look the name up."""
        object.__setattr__(self, "entry", gazetteer.entry(self.words))

    @property
    def country(self) -> str | None:
        """The country that the name names."""
        return None if self.words[:1].islower() else self.entry.country

    @property
    def regions(self) -> tuple[gazetteer.Region, ...]:
        """The regions it can name."""
        found = self.entry.regions
        if not found or self.words in function_words():  # "para" is no Pará.
            return ()
        if "." in self.words and _INITIALS.fullmatch(self.words):
            return tuple(region for region in found if _is_abbreviation(self.words, region))
        if not self.words.isascii():
            found = self._as_spelled(found)
        if len(self.words) > _CODE_LENGTH or self.words[:1] >= _UNSPACED:
            return found
        return tuple(region for region in found if region.code == self.words)

    @property
    def cities(self) -> tuple[gazetteer.City, ...]:
        """The cities it can name."""
        if self.words[:1].islower():
            return ()
        found = self.entry.cities
        if not found and " der " in self.words and (river := _BY_RIVER.fullmatch(self.words)):
            found = gazetteer.cities(river[1])
        # Without its marks a syllable of Vietnamese is that of many towns: "Thưởng" is a bonus.
        if found and _SYLLABLE.fullmatch(self.words):
            said = self.words.casefold()
            found = tuple(city for city in found if city.name.casefold() == said)
        # "EGO" and "OSS" are acronyms before they are towns.
        short = self.words.isupper() and self.words.isascii() and len(self.words) <= _ACRONYM
        if short and all(len(city.name) <= _ACRONYM for city in found):
            return ()
        # "University", Florida, is a house elsewhere.
        if found and pattern("places", "facility").fullmatch(self.words):
            return ()
        # "Julia" is an old name of Plovdiv.
        if found and is_tool(self.words) and fold(self.words) != fold(found[0].name):
            return ()
        # "Sales" and "Baker" are towns, and small enough to be forgotten.
        small = found and found[0].population < _SMALL
        other = small and any(table.fullmatch(self.words) for table in _other_words())
        return () if other else found

    def _as_spelled(self, found: tuple[gazetteer.Region, ...]) -> tuple[gazetteer.Region, ...]:
        """Prefer the city spelled with these very letters: Münster is not in Munster."""
        said = self.words.casefold()
        if any(said in region.name.casefold() for region in found):
            return found
        return () if any(said == city.name.casefold() for city in self.cities) else found

    @property
    def known(self) -> bool:
        """Whether any gazetteer has the name."""
        return bool(self.country or self.regions or self.cities)

    @property
    def called_region(self) -> bool:
        """Whether no gazetteer has the name, and it says itself that it is a region's.

        >>> Name(0, 0, "Kronoberg County").called_region, Name(0, 0, "Leeds").called_region
        (True, False)
        """
        several = " " in self.words and not self.words[:1].islower()
        named = several and pattern("places", "region_noun").search(self.words) is not None
        return named and not self.known

    @property
    def plausible(self) -> bool:
        """Whether an unknown name has at least the form of one."""
        parts = self.words.split()
        return (
            0 < len(parts) <= _LONGEST
            and not any(letter.isdigit() for letter in self.words)
            and not parts[0][:1].islower()
            and all(not part[:1].islower() or part.casefold() in _PARTICLES for part in parts)
            and not pattern("places", "facility").search(self.words)
            and not pattern("occupations", "noun").search(self.words)
        )


def _is_abbreviation(words: str, region: gazetteer.Region) -> bool:
    """Tell whether letters with points stand for the words of a region's name, one each.

    "D.C." and "N.Y." do; "N.V." and "P.A." are legal forms of firms, and so is "S.A.".
    """
    if words.casefold() in legal_forms():
        return False
    initials = "".join(word[0] for word in region.name.split() if word[0].isupper())
    return len(initials) > 1 and words.replace(".", "") == initials


@cache
def _other_words() -> tuple[WordTable, ...]:
    return pattern("places", "ordinary"), pattern("occupations", "noun")


def is_bare_code(name: Name) -> bool:
    """Tell whether a name is a country's code that more often means something else: "AI", "IT".

    >>> [is_bare_code(Name(0, 2, words)) for words in ("IT", "UK", "TX")]
    [True, False, False]
    """
    code = len(name.words) == _COUNTRY_CODE and name.country is not None
    return code and not name.regions and name.words not in ("US", "UK")


def lies_in(city: Name, country: str, region: gazetteer.Region | None = None) -> bool:
    """Tell whether a city of that name lies in a country, and in a region where that is known."""
    return any(
        found.country == country
        and (region is None or country not in _CHECKED or found.region == region.code)
        for found in city.cities
    )


def is_code(name: Name) -> bool:
    """Tell whether a name is written as a code: TX, NSW, D.C."""
    return len(name.words.strip(".")) <= _CODE_LENGTH and name.words.isupper()


def is_own_town(name: Name) -> bool:
    """Tell whether a region's name is also that of a town in it.

    >>> [is_own_town(Name(0, 0, words)) for words in ("Leeds", "New York", "Kent", "Texas")]
    [True, True, False, False]
    """
    return any(lies_in(name, region.country, region) for region in name.regions)


def has_region(country: str, name: Name) -> bool:
    """Tell whether a name can be a region of the country."""
    return name.called_region or any(region.country == country for region in name.regions)


def is_city(name: Name, home: Collection[str] = ()) -> bool:
    """Tell for a name that is a region's and a city's whether the city is meant (New York).

    Of a region and a city in different countries, the one of a `home` country is meant, and there
    a city before a region.
    """
    if any(city.country in home and city.population >= _SMALL for city in name.cities):
        return True
    return bool(name.cities and name.cities[0].population >= _LARGE) or is_own_town(name)


def written_region(words: str) -> str:
    """Return a region as it is stated: codes in capitals."""
    return words.upper() if len(words) == _COUNTRY_CODE else written(words)


def written(words: str) -> str:
    """Keep a name as written, but not in capitals; codes stay."""
    words = " ".join(words.split())
    return words.title() if words.isupper() and len(words) > _CODE_LENGTH else words
