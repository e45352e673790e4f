"""The gazetteer: names of countries, regions and cities, in several languages."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds.places import gazetteer


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Alemania", "DE"),
        ("Německo", "DE"),
        ("Tyskland", "DE"),
        ("ドイツ", "DE"),
        ("USA", "US"),
        ("U.S.", "US"),
        ("EE. UU.", "US"),
        ("UK", "GB"),
        ("the netherlands", "NL"),
        ("Czech Republic", "CZ"),
        ("FR", "FR"),
        ("us", None),
        ("in", None),
        ("Texas", None),
        ("England", None),
        ("", None),
    ],
)
def test_countries_are_known_by_their_names(words: str, expected: str | None) -> None:
    """In any of the languages; codes only in capitals; regions are not countries."""
    assert expected == gazetteer.country(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Texas", {"US"}),
        ("TX", {"US"}),
        ("ON", {"CA"}),
        ("WA", {"AU", "US"}),
        ("England", {"GB"}),
        ("North Yorkshire", {"GB"}),
        ("Bayern", {"DE"}),
        ("Tuscany", {"IT"}),
        ("Toscana", {"IT"}),
        ("埼玉県", {"JP"}),
        ("Plzeňský kraj", {"CZ"}),
        ("plzensky KRAJ", {"CZ"}),
        ("Stockholms län", {"SE"}),
        ("SoCal", {"US"}),
        ("City of", set()),
        ("Nowhere", set()),
    ],
)
def test_regions_know_the_countries_they_can_lie_in(words: str, expected: set[str]) -> None:
    """By name or by a code in everyday use; a name of two countries keeps both."""
    assert expected == {region.country for region in gazetteer.regions(words)}


def test_a_code_is_a_region_of_a_known_country_only() -> None:
    """HDF says nothing until France is named."""
    assert () == gazetteer.regions("HDF")
    region = gazetteer.region_in("HDF", "FR")
    assert region is not None
    assert "Hauts-de-France" == region.name
    assert gazetteer.region_in("HDF", "DE") is None
    assert gazetteer.region_in("A8", "FR") is None


def test_the_largest_city_of_a_name_comes_first() -> None:
    """London in England before London in Ontario."""
    found = gazetteer.cities("london")
    assert ("GB", "CA") == (found[0].country, found[1].country)
    assert "ON" == found[1].region


def test_cities_are_known_by_their_other_names() -> None:
    """Exonyms and short names lead to one city; airport codes do not."""
    assert gazetteer.same_city("Wien", "Vienna")
    assert gazetteer.same_city("Praha", "PRAGUE")
    assert gazetteer.same_city("東京", "Tokyo")
    assert gazetteer.same_city("NYC", "New York")
    assert not gazetteer.same_city("Vienna", "Prague")
    assert () == gazetteer.cities("VIE")


def test_regions_are_the_same_by_name_and_code() -> None:
    """TX is Texas; a region without a code still equals itself."""
    assert gazetteer.same_region("TX", "Texas")
    assert gazetteer.same_region("DC", "District of Columbia")
    assert gazetteer.same_region("Madrid", "Comunidad de Madrid")
    assert gazetteer.same_region("Narnia", "NARNIA")
    assert not gazetteer.same_region("TX", "Ontario")


@given(st.text(max_size=30))
def test_folding_settles(words: str) -> None:
    """What is folded stays as it is, whatever the case it came in."""
    folded = gazetteer.fold(words)
    assert folded == gazetteer.fold(folded)
    assert folded == " ".join(folded.split())


def test_importing_loads_no_gazetteer() -> None:
    """The data wait for the first question."""
    code = "import sys, extract.kinds.places.gazetteer; print('pycountry' in sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "False" == done.stdout.strip()


def test_short_names_abroad_begin_as_the_town_does() -> None:
    """Rome is Rom in German; Jizhou is not Chi in a list of duties."""
    assert ["Rome"] == [city.name for city in gazetteer.cities("Rom")[:1]]
    assert [] == list(gazetteer.cities("Chi"))
