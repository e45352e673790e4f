"""Which countries a page speaks for, and in whose money it pays."""

from __future__ import annotations

import pytest

from extract.kinds.places.home import homes
from extract.kinds.places.local_currency import paid_in
from extract.text.document import from_text


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("Buscamos un cocinero para el turno de noche con nosotros.", "ES", True),
        ("Buscamos un cocinero para el turno de noche con nosotros.", "DE", False),
        ("Kitchen hand, ₹30,000 a month for the right person.", "IN", True),
        ("Baker wanted. You work with us at the corner.", "GB", False),
    ],
)
def test_language_and_money_speak_for_countries(text: str, country: str, *, expected: bool) -> None:
    """A language speaks for the countries where it is official, a sign for its own."""
    assert expected == (country in homes(from_text(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Location: Toronto\nWe also hire in the United States.", {"CAD"}),
        ("Location: Boise, ID\nOur owners sit in Australia.", {"USD"}),
        ("Location: Birmingham\nCome by.", set()),
        ("Cook\nValdivia, Chile\nOur owners sit in the United States.", {"CLP"}),
        ("Cook\nToronto, Canada or Boston, MA", {"CAD", "USD"}),
    ],
)
def test_the_place_of_work_gives_the_money(text: str, expected: set[str]) -> None:
    """Labelled places count, else towns; a lone city only if by far the largest of its name."""
    assert expected == paid_in(from_text(text))
