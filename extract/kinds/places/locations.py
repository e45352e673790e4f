"""Places as a statement names them: "Chicago, San Francisco, Texas & SoCal" is four.

The names of a statement are joined where one lies in the other: city, region, country, or the
other way round. This module judges words only: whether a statement is about the place of work is
for `extract.kinds.places.place_kind` to say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from extract.kinds.places.joining import PlaceDraft, joined, with_own_state
from extract.kinds.places.place_name import (
    Name,
    is_bare_code,
    is_city,
    lies_in,
    written,
    written_region,
)
from extract.kinds.places.toponyms import names
from extract.values import Location

__all__ = ["locations", "says_no_more"]

# Cities that are countries: the one name says both.
_CITY_STATES = ("SG", "HK", "MO", "MC", "GI")
_CODE_LENGTH = 3
_TOWN_WORDS = 2
_STATE_CODE = 2
# Of a firm or an office that is named after a country.
_UNFINISHED = re.compile(r"\w\s+\w.*\s(?:de|del|della|di|do|da|du|of|of\s+the|von)$", re.IGNORECASE)
_PARTS = attrgetter("city", "region", "country")
_PREFECTURES = ("都", "道", "府", "県")


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
    only = listed[0].words if labelled and len(listed) == 1 else ""
    sole = len(only) > 1 and len(only.split()) <= _TOWN_WORDS
    drafts = _nested(_shared(list(_drafts(listed, home))))
    return tuple(
        _location(statement, draft)
        for draft in drafts
        if draft.country
        or (draft.region and (draft.region.known or draft.city))
        or (draft.city and (draft.city.cities or sole))
    )


def _drafts(listed: Sequence[Name], home: Collection[str]) -> Iterator[PlaceDraft]:
    draft: PlaceDraft | None = None
    umbrella: str | None = None  # "United States: Austin, Boston": the country of all that follow.
    for before, name in zip((None, *listed), listed, strict=False):
        if before is not None and _UNFINISHED.search(before.words) and not name.regions:
            continue  # "Universidad Nacional de Colombia"
        if not (name.known or name.plausible or len(name.words) == _STATE_CODE):
            continue
        if draft and draft.city and not name.hard and _is_building(draft, name, listed):
            draft = None  # "Mill Shop, Peterborough, Ontario"
        join = with_own_state if name.hard else joined
        longer = None if draft is None else join(draft, name, len(listed))
        if longer is None:
            if draft:
                yield draft
            longer = _opened(name, home)
            if umbrella and longer.city and lies_in(longer.city, umbrella):
                longer = replace(longer, country=umbrella)
        elif draft and draft.country and not draft.city and longer.city:
            umbrella = draft.country
        draft = longer
    if draft:
        yield draft


def _is_building(draft: PlaceDraft, name: Name, listed: Sequence[Name]) -> bool:
    """Tell whether an unknown name stands before a city in the region or country named next."""
    after = next((each for each in listed if each.start > name.start), None)
    if draft.region or draft.country or after is None or after.hard or not draft.city:
        return False
    inside = any(lies_in(name, region.country, region) for region in after.regions)
    return not draft.city.known and inside


def _opened(name: Name, home: Collection[str]) -> PlaceDraft:
    """Begin a place with a name, read as what it most likely is."""
    draft = PlaceDraft(name.start, name.end, name.hard)
    country, regions = None if is_bare_code(name) else name.country, name.regions
    if country and not (regions and len(name.words) <= _CODE_LENGTH):
        city = name if country in _CITY_STATES else None
        return replace(draft, country=country, city=city, named=name)
    if name.called_region:
        return replace(draft, region=name)
    if regions and (name.words.endswith(_PREFECTURES) or not is_city(name, home)):
        return replace(draft, region=name)
    return replace(draft, city=name)


def _shared(drafts: list[PlaceDraft]) -> list[PlaceDraft]:
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


def _nested(drafts: list[PlaceDraft]) -> list[PlaceDraft]:
    """Take an unknown name between a city and its country for the region: "Vilnius, Vilniaus, LT".

    Boards write the three parts of a place in a row, and regions in many forms.
    """
    kept: list[PlaceDraft] = []
    for draft in drafts:
        last = kept[-1] if kept else None
        if last is not None and _lies_around(draft, last):
            kept[-1] = replace(last, region=draft.city, country=draft.country, end=draft.end)
        else:
            kept.append(draft)
    return kept


def _lies_around(outer: PlaceDraft, inner: PlaceDraft) -> bool:
    """Tell whether an unknown name with its country stands behind a city of that country."""
    named = outer.city is not None and not outer.city.known and outer.region is None
    if not named or outer.country is None or outer.hard or inner.city is None:
        return False
    alone = inner.region is None and inner.country is None
    return alone and lies_in(inner.city, outer.country)


def _location(statement: str, draft: PlaceDraft) -> Location:
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


def says_no_more(known: Location, place: Location) -> bool:
    """Tell whether a place says nothing that a known one does not say.

    >>> known = Location(text="Lyon, FR", city="Lyon", country="FR")
    >>> says_no_more(known, Location(text="Lyon", city="Lyon"))
    True
    """
    return all(
        said in (None, there) for said, there in zip(_PARTS(place), _PARTS(known), strict=True)
    )
