"""Words of one language in a text of another."""

from __future__ import annotations

import pytest

from extract.reading.tongue import is_borrowed, spoken


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You will bake with us and open the shop.", "en"),
        ("Du backst mit uns und öffnest den Laden.", "de"),
        ("Vous préparez le pain avec nous dans la boutique.", "fr"),
        ("Hornearás el pan con nosotros en la tienda.", "es"),
        ("Vi söker en kock som är van att baka bröd.", "sv"),
        ("Przyjmiemy do pracy na piekarni, nie jest wymagane.", "pl"),
    ],
)
def test_the_language_is_that_of_the_function_words(text: str, language: str) -> None:
    """A sentence is in the language whose articles and prepositions it has."""
    assert (language,) == spoken(text)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Clean the 30 let units with us.", "let", True),
        ("Pět let praxe na pozici, nástup do 14 dnů.", "let", False),
        ("Du leder köket som chef hos oss.", "chef", False),
        ("Pastry Chef", "Chef", True),
        ("Clean the units with us.", "units", False),
    ],
)
def test_a_word_counts_in_its_own_language(text: str, word: str, *, expected: bool) -> None:
    """A word that two languages share is read only where its own one is spoken."""
    start = text.index(word)
    assert expected == is_borrowed(text, start, start + len(word))
