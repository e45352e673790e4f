"""Places of work: statements proposed by code, read into locations, merged and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from extract.kinds.kind import TEXT, Finding, JsonSchema, Kind, Settled, Shape, proposed
from extract.kinds.places import gazetteer
from extract.kinds.places.address import address_at
from extract.kinds.places.clues import clues
from extract.kinds.places.home import homes
from extract.kinds.places.locations import locations
from extract.kinds.places.statements import is_labelled, statements
from extract.kinds.places.towns import is_town
from extract.reading.locator import Locator
from extract.reading.short_fields import with_values
from extract.values import Document, Location, Span

__all__ = ["Place"]


@dataclass(frozen=True, slots=True)
class Place(Kind):
    """Places of work; a span is a statement that can name several, a value is a `Location`.

    >>> document = Document("1", "here", "Location: Austin, TX or Remote", ())
    >>> kind = Place()
    >>> [document.quote(span) for span in kind.propose(document)]
    ['Austin, TX']
    >>> kind.read(document, Span(10, 20))[0].region
    'TX'
    """

    shape: ClassVar[Shape] = "many"
    gives: ClassVar[type] = Location

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the labelled statements ("Location: Austin, TX"), and those listed below one."""
        spans = proposed(self, document) or ()
        labelled = [span for span in spans if is_labelled(document, span)]
        return tuple(with_values(document, spans, labelled))

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return the place statements: labelled ones, "City, ST", and those after a cue."""
        return tuple(span for span in statements(document) if self.read(document, span))

    def read(self, document: Document, span: Span) -> tuple[Location, ...] | None:
        """Return the places that the span names; None if it names none."""
        address = address_at(document.text, clues(document).parts, span)
        if address:
            return (address,)
        sole = is_labelled(document, span) or is_town(document.text, span)
        return locations(document.quote(span), labelled=sole, home=homes(document)) or None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Merge the places found; conflicting where labelled statements name disjoint ones.

        A place that says less than another ("Austin", "Texas") becomes evidence of it ("Austin,
        TX"), and the country of a town can stand elsewhere; except in a conflict: there each
        statement keeps what it said.
        """
        rivals = _rivals(document, findings)
        merged: list[Location] = []
        items: list[tuple[Location, Span]] = [(found.value, found.span) for found in findings]
        for place, _ in items:
            at = next((n for n, known in enumerate(merged) if _same(known, place, rivals)), None)
            if at is None:
                merged.append(place)
            else:
                merged[at] = _joined(merged[at], place)
        evidence = sorted(
            {
                (next(n for n, known in enumerate(merged) if _same(known, place, rivals)), span)
                for place, span in items
            }
        )
        return Settled(
            merged,
            tuple((str(number), span) for number, span in evidence),
            "conflicting" if rivals else "stated",
            f"statements name different places: {' / '.join(rivals)}" if rivals else None,
        )

    @property
    def parts(self) -> Mapping[str, JsonSchema]:
        """Town and region as written, and the country's ISO 3166-1 alpha-2 code."""
        return {"city": TEXT, "region": TEXT, "country": TEXT}

    def stated(self, document: Document, span: Span, parts: Mapping[str, Any]) -> Location:
        """Keep of a place what stands in the document; a country may be implied by its region.

        >>> document = Document("1", "-", "Łódź, Polska", ())
        >>> named = {"city": "Łódź", "region": "Lublin", "country": "PL"}
        >>> Place().stated(document, Span(0, 12), named)
        Location(text='Łódź, Polska', city='Łódź', region=None, country='PL')
        """
        said = Location.model_validate({"text": " ".join(document.quote(span).split()), **parts})
        locator = Locator(document)
        code = (said.country or "").strip().upper()
        return said.model_copy(
            update={
                "city": said.city if said.city and locator.quote(said.city) else None,
                "region": said.region if said.region and locator.quote(said.region) else None,
                "country": code if gazetteer.is_country(code) else None,
            }
        )

    def similarity(self, found: Location, expected: Location) -> float:
        """Compare two places: 1.0 when city, region and country agree, else 0.0.

        Case and diacritics do not count; a name agrees with its other names and codes (Wien,
        TX). A country missing on one side is neutral, as is a region where the city agrees; a
        city missing on one side is a difference.
        """
        return float(_agree(found, expected))


def _agree(one: Location, other: Location) -> bool:
    if one.country and other.country and one.country != other.country:
        return False
    both_regions = one.region and other.region
    if both_regions and not gazetteer.same_region(one.region or "", other.region or ""):
        return False
    if one.city and other.city:
        return gazetteer.same_city(one.city, other.city)
    if one.city or other.city:
        return False
    if one.region or other.region:
        return bool(both_regions)
    return one.country is not None and one.country == other.country


def _covers(wide: Location, narrow: Location) -> bool:
    """Tell whether the narrow place can lie in the wide one, which names no city."""
    if wide.city or (wide.country and narrow.country and wide.country != narrow.country):
        return False
    if wide.region and narrow.region:
        return gazetteer.same_region(wide.region, narrow.region)
    if wide.region:
        return narrow.city is not None and _is_largest_in(narrow.city, wide.region)
    largest = gazetteer.cities(narrow.city or "")[:1]
    country = narrow.country or (largest[0].country if largest else None)
    return wide.country is not None and wide.country == country


def _is_largest_in(city: str, region: str) -> bool:
    """Tell whether the largest city of a name is in a region: "London" is not in Ontario.

    GeoNames and ISO 3166-2 call the regions of the United States and Canada the same.
    """
    return any(
        one.country == found.country and one.code == found.region
        for found in gazetteer.cities(city)[:1]
        for one in gazetteer.regions(region)
        if one.country in ("US", "CA")
    )


def _same(known: Location, place: Location, rivals: Sequence[str]) -> bool:
    if known == place or _agree(known, place):
        return True
    return not rivals and (_covers(known, place) or _covers(place, known))


def _joined(one: Location, other: Location) -> Location:
    """Return the place that says more, with the region and country of the other if it has none."""
    narrow, wide = (other, one) if _detail(other) > _detail(one) else (one, other)
    if not narrow.city or wide.city:
        return narrow
    region = narrow.region or wide.region
    return narrow.model_copy(update={"region": region, "country": narrow.country or wide.country})


def _detail(place: Location) -> tuple[bool, int]:
    parts = (place.city, place.region, place.country)
    return place.city is not None, sum(part is not None for part in parts)


def _rivals(document: Document, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the quotes of two labelled statements that name disjoint places, or nothing."""
    stated: dict[Span, list[Location]] = {}
    for found in findings:
        if is_labelled(document, found.span):
            stated.setdefault(found.span, []).append(found.value)
    spans = list(stated)
    for number, one in enumerate(spans):
        for other in spans[number + 1 :]:
            if _disjoint(stated[one], stated[other]):
                return (document.quote(one), document.quote(other))
    return ()


def _disjoint(one: Sequence[Location], other: Sequence[Location]) -> bool:
    cities = [[place for place in places if place.city] for places in (one, other)]
    if all(cities):
        return not any(_agree(a, b) for a in cities[0] for b in cities[1])
    return not any(_agree(a, b) or _covers(a, b) or _covers(b, a) for a in one for b in other)
