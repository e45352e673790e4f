"""How the names of a statement become one place: each is added to the place before it, or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.kinds.places import gazetteer
from extract.kinds.places.folded_names import fold
from extract.kinds.places.gazetteer import Region
from extract.kinds.places.place_name import (
    Name,
    has_region,
    is_bare_code,
    is_code,
    is_own_town,
    lies_in,
)

__all__ = ["PlaceDraft", "joined", "with_own_state"]

_STATE_CODE = 2
_PAIR = 2
# A state's name after a comma is the state's ("Millbrook, New York").
_FEDERAL = ("US", "CA", "AU")


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A place being put together from the names at `start:end` of the statement."""

    start: int
    end: int
    hard: bool
    city: Name | None = None
    region: Name | None = None
    country: str | None = None
    # The name that gave the country, which may be a town's too ("Lebanon, NH").
    named: Name | None = None
    # The region meant, where the name can stand for several, and a code not yet understood.
    meant: Region | None = None
    code: Name | None = None


def joined(draft: PlaceDraft, name: Name, count: int) -> PlaceDraft | None:
    """Add a name to the place before it; None if it begins another."""
    draft = _town_again(draft, name)
    for join in (with_own_state, _with_region, _with_country, _with_city):
        longer = join(draft, name, count)
        if longer:
            return replace(longer, end=max(draft.end, name.end))
    return None


def with_own_state(draft: PlaceDraft, name: Name, count: int) -> PlaceDraft | None:
    """Join a city with the ISO 3166-2 code of a state of its country: "Milano (MI)", "Natal/RN".

    The code may be that of another country too, or of a state elsewhere: if a city of that name
    lies there, that is meant.
    """
    del count
    city = draft.city
    if city is None or draft.region or draft.country or not is_code(name) or not city.cities:
        return None
    if name.country and lies_in(city, name.country):
        return None
    if any(lies_in(city, region.country, region) for region in name.regions):
        return None
    meant = gazetteer.region_in(name.words, city.cities[0].country)
    return replace(draft, region=name, meant=meant, end=name.end) if meant else None


def _town_again(draft: PlaceDraft, name: Name) -> PlaceDraft:
    """Take a lone country for the town of its name where what follows lies in another country.

    A country lies in no state: "Poland, ME" is a town even if no gazetteer has it.
    """
    town, own = draft.named, draft.country
    if town is None or own is None or draft.city or draft.region:
        return draft
    if name.country == own or any(region.country == own for region in name.regions):
        return draft
    inside = any(lies_in(town, region.country, region) for region in name.regions) or (
        name.country is not None and not is_bare_code(name) and lies_in(town, name.country)
    )
    state = is_code(name) and name.regions and gazetteer.region_in(name.words, own) is None
    return replace(draft, city=town, country=None) if inside or state else draft


def _with_region(draft: PlaceDraft, name: Name, count: int) -> PlaceDraft | None:
    if draft.city and not draft.region and (longer := _with_unlisted(draft, name)):
        return longer
    regions = (
        [region for region in name.regions if draft.country in (None, region.country)]
        or _of_country(draft, name)
        or _lower_case(draft, name)
    )
    if not regions:
        return None
    city = draft.city or _also_a_city(draft, regions) or _named_like(draft, name, count)
    if city is None and draft.country and not draft.region and _is_town(name, regions):
        return replace(draft, city=name)
    if city is None:
        return replace(draft, region=name) if draft.country and not draft.region else None
    if draft.region and draft.city:
        return _with_second_region(draft, name, regions)
    return _city_in(draft, city, name, regions, count)


def _with_unlisted(draft: PlaceDraft, name: Name) -> PlaceDraft | None:
    """Join a city with what only has the form of a region's code, or of a region's name."""
    if is_code(name) and not (name.regions or name.country):
        return replace(draft, code=name)
    called = name.called_region and draft.country is None
    return replace(draft, region=name) if called else None


def _is_town(name: Name, regions: Sequence[Region]) -> bool:
    """Tell whether a region's name means its town, as it does outside of federal states."""
    return is_own_town(name) and all(region.country not in _FEDERAL for region in regions)


def _may_hold(name: Name, city: Name, region: Region) -> bool:
    """Tell whether a city may lie around the town that a region is named after.

    Madrid does not lie in the province of Barcelona, though both are in Spain. Cardiff lies in
    Wales, whatever an English village is called. Codes of GeoNames (figures) and of ISO 3166-2 for
    two regions of one country cannot be compared: Huaral is in 15, and Lima in LMA.
    """
    towns = {town.region for town in name.cities if town.country == region.country}
    inside = [each.region for each in city.cities if each.country == region.country]
    return not towns or any(
        code in towns
        or code == region.code
        or all(code.isdecimal() != town.isdecimal() for town in towns)
        for code in inside
    )


def _named_like(draft: PlaceDraft, name: Name, count: int) -> Name | None:
    """Return the town that is called like a state, in a pair with another state's code."""
    if draft.region is None or is_code(draft.region):  # "NY, NJ" are two states.
        return None
    other = not gazetteer.same_region(draft.region.words, name.words)
    return draft.region if other and is_code(name) and count == _PAIR else None


def _city_in(
    draft: PlaceDraft, city: Name, name: Name, regions: Sequence[Region], count: int
) -> PlaceDraft | None:
    """Join a city with a region, unless the city is known and lies elsewhere."""
    inside = [
        region
        for region in regions
        if lies_in(city, region.country, region) and _may_hold(name, city, region)
    ]
    if not inside and not is_code(name) and _is_town(name, regions):
        # "Hillsborough, Sheffield": a quarter before its town, whatever has its name elsewhere.
        elsewhere = city.cities and not any(lies_in(city, each.country) for each in regions)
        return replace(draft, city=name) if elsewhere else None
    if name.country and not inside and lies_in(city, name.country):
        return None  # "Toronto, CA" is in Canada.
    if inside or not city.cities or is_code(name) or count == _PAIR:
        meant = inside[0] if inside else None
        return replace(draft, city=city, region=name, meant=meant, country=draft.country)
    return None


def _with_second_region(
    draft: PlaceDraft, name: Name, regions: Sequence[Region]
) -> PlaceDraft | None:
    first = draft.region
    if first is None or gazetteer.same_region(first.words, name.words):
        return draft
    countries = {region.country for region in first.regions} & {r.country for r in regions}
    if not countries or (first.bracketed is False and is_code(first)):
        return None
    # "Cascina (Pisa), Tuscany": the outer region is the one that was stated as such.
    return replace(draft, region=name) if first.bracketed else draft


def _with_country(draft: PlaceDraft, name: Name, count: int) -> PlaceDraft | None:
    country, city = name.country, draft.city
    if country is None or draft.country:
        return draft if country and country == draft.country else None
    if draft.region and not city and not has_region(country, draft.region):
        # What looked like a region was the city of its name.
        fits = lies_in(draft.region, country)
        return replace(draft, city=draft.region, region=None, country=country) if fits else None
    if is_bare_code(name) and not (city and (city.known or draft.code)):
        return None
    foreign = city and city.cities and not lies_in(city, country)
    if draft.region and not has_region(country, draft.region):
        return replace(draft, country=country) if city and not foreign else None
    if foreign and not draft.region and count > _PAIR:
        return None
    known_code = draft.code and gazetteer.region_in(draft.code.words, country)
    return replace(draft, country=country, region=draft.code if known_code else draft.region)


def _with_city(draft: PlaceDraft, name: Name, count: int) -> PlaceDraft | None:
    del count
    if draft.city:
        if fold(draft.city.words) == fold(name.words):
            return draft if draft.region else replace(draft, region=name)
        if draft.city.cities and name.cities[:1] == draft.city.cities[:1]:
            return draft  # "Ciudad de México, CDMX"
        if name.bracketed:
            return draft
        if name.cities and not draft.city.known and not draft.region and not draft.country:
            return replace(draft, city=name, start=name.start)  # A quarter or a building before it.
        return None
    tight = name.start - draft.end <= 1
    if draft.region:
        inside = any(lies_in(name, region.country, region) for region in draft.region.regions)
        fits = inside or (tight and not name.known)
    else:
        fits = not name.known or (draft.country is not None and lies_in(name, draft.country))
    # "the US or Canada, as this role is remote"
    return replace(draft, city=name) if fits and not name.words[:1].islower() else None


def _of_country(draft: PlaceDraft, name: Name) -> list[Region]:
    if draft.country is None or draft.region or not is_code(name):
        return []
    region = gazetteer.region_in(name.words, draft.country)
    return [region] if region else []


def _lower_case(draft: PlaceDraft, name: Name) -> list[Region]:
    """Take "ca" for California only after a city that lies there."""
    if draft.city is None or len(name.words) != _STATE_CODE:
        return []
    found = gazetteer.regions(name.words)
    return [region for region in found if lies_in(draft.city, region.country, region)]


def _also_a_city(draft: PlaceDraft, regions: Sequence[Region]) -> Name | None:
    """Take a region before a region for the city of its name ("Victoria, BC")."""
    name = draft.region
    inside = name and any(lies_in(name, region.country, region) for region in regions)
    # "NY, NY" is the city, and "NY, NJ" two states.
    own = name and (not is_code(name) or any(region in name.regions for region in regions))
    return name if inside and own else None
