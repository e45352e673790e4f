"""The money of the places of work: what settles a sign that several countries share.

Currencies of territories come from the CLDR (through babel).
"""

from __future__ import annotations

from functools import cache

from babel.numbers import get_territory_currencies

from extract.kinds.places import gazetteer
from extract.kinds.places.locations import locations
from extract.kinds.places.statements import is_labelled, statements
from extract.values import Document, Location, remembered

__all__ = ["paid_in"]

_LARGE = 100_000
"""Inhabitants of a city that is known without its country."""
_FAR_LARGER = 20


@remembered
def paid_in(document: Document) -> frozenset[str]:
    r"""Return the currencies of the countries that the labelled places lie in.

    Without a label they are those of the towns, or else of all places.

    >>> from extract.text.document import from_text
    >>> paid_in(from_text("Location: Boston, MA. We also hire in Canada."))
    frozenset({'USD'})
    >>> paid_in(from_text("Beekeeper\nRotorua, New Zealand\nOur honey goes to the United States."))
    frozenset({'NZD'})
    """
    found = statements(document)
    labelled = [span for span in found if is_labelled(document, span)]
    each = [locations(document.quote(span), labelled=bool(labelled)) for span in labelled or found]
    towns = [places for places in each if places and all(place.city for place in places)]
    countries = {_country(place) for places in towns or each for place in places}
    return frozenset(code for country in countries for code in _money(country))


def _country(place: Location) -> str | None:
    """Return the country of a place; a lone city's if it is far larger than those of its name."""
    if place.country or not place.city or place.region:
        return place.country
    found = gazetteer.cities(place.city)
    if not found or found[0].population < _LARGE:
        return None
    others = [city.population for city in found if city.country != found[0].country]
    return found[0].country if found[0].population >= _FAR_LARGER * max(others, default=0) else None


@cache
def _money(country: str | None) -> tuple[str, ...]:
    return tuple(get_territory_currencies(country)) if country else ()
