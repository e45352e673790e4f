"""Places as a statement names them: "Chicago, San Francisco, Texas & SoCal" is four.

The names of a statement are joined where one lies in the other: city, region, country, or the
other way round. This module judges words only: whether a statement is about the place of work is
for `extract.kinds.places.place_kind` to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from extract.kinds.places import gazetteer
from extract.kinds.places.folding import fold
from extract.kinds.places.gazetteer import Region
from extract.kinds.places.place_name import (
    Name,
    has_region,
    is_bare_code,
    is_city,
    is_code,
    is_own_town,
    lies_in,
    written,
    written_region,
)
from extract.kinds.places.toponyms import names
from extract.values import Location

__all__ = ["locations"]

# Cities that are countries: the one name says both.
_CITY_STATES = ("SG", "HK", "MO", "MC", "GI")
_CODE_LENGTH = 3
_TOWN_WORDS = 2
_STATE_CODE = 2
_PAIR = 2
# A state's name after a comma is the state's ("Millbrook, New York").
_FEDERAL = ("US", "CA", "AU")
_PREFECTURES = ("都", "道", "府", "県")


@dataclass(frozen=True, slots=True)
class _Draft:
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


def locations(
    statement: str, *, labelled: bool = False, home: Collection[str] = ()
) -> tuple[Location, ...]:
    """Return the places that a statement names, in order; empty if it names none.

    A city that no gazetteer has counts where a region or country goes with it, and in a
    `labelled` statement that says nothing else. `home`: the countries that the page speaks for,
    which decide between places of one name.

    >>> [place.text for place in locations("Chicago, San Francisco, Texas & SoCal")]
    ['Chicago', 'San Francisco', 'Texas', 'SoCal']
    >>> place, = locations("United States, Las Colinas (TX)")
    >>> place.city, place.region, place.country
    ('Las Colinas', 'TX', 'US')
    """
    listed = names(statement)
    sole = labelled and len(listed) == 1 and len(listed[0].words.split()) <= _TOWN_WORDS
    drafts = _shared(list(_drafts(listed, home)))
    return tuple(
        _location(statement, draft)
        for draft in drafts
        if draft.region or draft.country or (draft.city and (draft.city.cities or sole))
    )


def _drafts(listed: Sequence[Name], home: Collection[str]) -> Iterator[_Draft]:
    draft: _Draft | None = None
    umbrella: str | None = None  # "United States: Austin, Boston": the country of all that follow.
    for name in listed:
        if not (name.known or name.plausible or len(name.words) == _STATE_CODE):
            continue
        if draft and draft.city and not name.hard and _is_building(draft, name, listed):
            draft = None  # "Mill Shop, Peterborough, Ontario"
        joined = None if draft is None or name.hard else _joined(draft, name, len(listed))
        if joined is None:
            if draft:
                yield draft
            joined = _opened(name, home)
            if umbrella and joined.city and lies_in(joined.city, umbrella):
                joined = replace(joined, country=umbrella)
        elif draft and draft.country and not draft.city and joined.city:
            umbrella = draft.country
        draft = joined
    if draft:
        yield draft


def _is_building(draft: _Draft, name: Name, listed: Sequence[Name]) -> bool:
    """Tell an unknown name before a city that lies in the region or country named next."""
    after = next((each for each in listed if each.start > name.start), None)
    if draft.region or draft.country or after is None or after.hard or not draft.city:
        return False
    inside = any(lies_in(name, region.country, region) for region in after.regions)
    return not draft.city.known and inside


def _opened(name: Name, home: Collection[str]) -> _Draft:
    """Begin a place with a name, read as what it most likely is."""
    draft = _Draft(name.start, name.end, name.hard)
    country, regions = None if is_bare_code(name) else name.country, name.regions
    if country and not (regions and len(name.words) <= _CODE_LENGTH):
        city = name if country in _CITY_STATES else None
        return replace(draft, country=country, city=city, named=name)
    if regions and (name.words.endswith(_PREFECTURES) or not is_city(name, home)):
        return replace(draft, region=name)
    return replace(draft, city=name)


def _joined(draft: _Draft, name: Name, count: int) -> _Draft | None:
    """Add a name to the place before it; None if it begins another."""
    draft = _town_again(draft, name)
    for join in (_with_region, _with_country, _with_city):
        joined = join(draft, name, count)
        if joined:
            return replace(joined, end=max(draft.end, name.end))
    return None


def _town_again(draft: _Draft, name: Name) -> _Draft:
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


def _with_region(draft: _Draft, name: Name, count: int) -> _Draft | None:
    if draft.city and not draft.region and is_code(name) and not (name.regions or name.country):
        return replace(draft, code=name)
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


def _is_town(name: Name, regions: Sequence[Region]) -> bool:
    """Tell whether a region's name means its town, as it does outside of federal states."""
    return is_own_town(name) and all(region.country not in _FEDERAL for region in regions)


def _named_like(draft: _Draft, name: Name, count: int) -> Name | None:
    """Return the town that is called like a state, in a pair with another state's code."""
    other = draft.region and not gazetteer.same_region(draft.region.words, name.words)
    return draft.region if other and is_code(name) and count == _PAIR else None


def _city_in(
    draft: _Draft, city: Name, name: Name, regions: Sequence[Region], count: int
) -> _Draft | None:
    """Join a city with a region, unless the city is known and lies elsewhere."""
    inside = [region for region in regions if lies_in(city, region.country, region)]
    if not city.known and not is_code(name) and _is_town(name, regions):
        return None  # "Clifton, Bristol": a quarter before its town.
    if name.country and not inside and lies_in(city, name.country):
        return None  # "Toronto, CA" is in Canada.
    if inside or not city.cities or is_code(name) or count == _PAIR:
        meant = inside[0] if inside else None
        return replace(draft, city=city, region=name, meant=meant, country=draft.country)
    return None


def _with_second_region(draft: _Draft, name: Name, regions: Sequence[Region]) -> _Draft | None:
    first = draft.region
    if first is None or gazetteer.same_region(first.words, name.words):
        return draft
    countries = {region.country for region in first.regions} & {r.country for r in regions}
    if not countries or (first.bracketed is False and is_code(first)):
        return None
    # "Cascina (Pisa), Tuscany": the outer region is the one that was stated as such.
    return replace(draft, region=name) if first.bracketed else draft


def _with_country(draft: _Draft, name: Name, count: int) -> _Draft | None:
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


def _with_city(draft: _Draft, name: Name, count: int) -> _Draft | None:
    del count
    if draft.city:
        if fold(draft.city.words) == fold(name.words):
            return draft if draft.region else replace(draft, region=name)
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
    return replace(draft, city=name) if fits else None


def _of_country(draft: _Draft, name: Name) -> list[Region]:
    if draft.country is None or draft.region or not is_code(name):
        return []
    region = gazetteer.region_in(name.words, draft.country)
    return [region] if region else []


def _lower_case(draft: _Draft, name: Name) -> list[Region]:
    """Take "ca" for California only after a city that lies there."""
    if draft.city is None or len(name.words) != _STATE_CODE:
        return []
    found = gazetteer.regions(name.words)
    return [region for region in found if lies_in(draft.city, region.country, region)]


def _also_a_city(draft: _Draft, regions: Sequence[Region]) -> Name | None:
    """Take a region before a region for the city of its name ("Victoria, BC")."""
    name = draft.region
    if name and any(lies_in(name, region.country, region) for region in regions):
        return name
    return None


def _shared(drafts: list[_Draft]) -> list[_Draft]:
    """Let "Mumbai or Delhi, India" name the country of both."""
    for number in range(len(drafts) - 1, 0, -1):
        last, first = drafts[number], drafts[number - 1]
        alone = first.city and not first.region and not first.country
        if (
            last.hard
            and last.country
            and alone
            and first.city
            and lies_in(first.city, last.country)
        ):
            drafts[number - 1] = replace(first, country=last.country)
    return drafts


def _location(statement: str, draft: _Draft) -> Location:
    text = statement[draft.start : draft.end]
    if text.count("(") > text.count(")"):
        text = statement[draft.start : draft.end + 1]
    country = draft.country
    if country is None and draft.region:
        lie_in = {region.country for region in draft.region.regions}
        country = draft.meant.country if draft.meant else lie_in.pop() if len(lie_in) == 1 else None
    return Location(
        text=" ".join(text.split()),
        city=written(draft.city.words) if draft.city else None,
        region=written_region(draft.region.words) if draft.region else None,
        country=country,
    )
