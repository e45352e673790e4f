"""Whether two postings name a place of work in common."""

from __future__ import annotations

from functools import lru_cache

from extract.kinds.places import gazetteer
from extract.same.cards import Card, Spot
from extract.same.relation import Relation

__all__ = ["places_compared"]


def places_compared(one: Card, other: Card) -> Relation:
    """Compare places of work; two remote jobs have none.

    They agree if one place is in both, and differ if no place of one can be a place of the other.

    >>> bonn, bonn_too = Spot("bonn", "", "DE"), Spot("bonn", "", "")
    >>> one, other = (Card("1", "", "", spots=(spot,)) for spot in (bonn, bonn_too))
    >>> places_compared(one, other)
    'agree'
    """
    if not one.spots or not other.spots or (one.remote and other.remote):
        return "unsaid"
    relations = {_compared(mine, theirs) for mine in one.spots for theirs in other.spots}
    if "agree" in relations:
        return "agree"
    return "unsaid" if "unsaid" in relations else "differ"


@lru_cache(maxsize=100_000)
def _compared(one: Spot, other: Spot) -> Relation:
    """Compare two places; one that says less than the other does not contradict it."""
    if one.country and other.country and one.country != other.country:
        return "differ"
    if one.region and other.region and not gazetteer.same_region(one.region, other.region):
        # A county in one posting may be a state in the other; the city decides then.
        same = one.city and other.city and _is_city(one.city, other.city)
        return "unsaid" if same else "differ"
    if one.city and other.city:
        return "agree" if _is_city(one.city, other.city) else "differ"
    if one.city or other.city:
        return "unsaid"
    return "agree" if one.region and other.region else "unsaid"


def _is_city(one: str, other: str) -> bool:
    if gazetteer.same_city(one, other):
        return True
    short, full = sorted((one, other), key=len)
    known = gazetteer.cities(one) and gazetteer.cities(other)
    return full.startswith(f"{short} ") and not known
