"""Numbers in any notation, and in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.reading.numerals import DIGITS, MULTIPLIER, multiplier, parse_number, quantity, spelled


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", 1200),
        ("1.200", 1200),
        ("1 200", 1200),
        ("1\u00a0200", 1200),
        ("1\u202f200", 1200),
        ("1'200", 1200),
        ("1’200", 1200),
        ("1,200.50", 1200.5),
        ("1.200,50", 1200.5),
        ("12,50", 12.5),
        ("12.5", 12.5),
        ("0.125", 0.125),
        ("5,00,000", 500000),
        ("2.500.000", 2500000),
        ("１,２００", 1200),
        ("3,946\\.00", 3946),
        ("35", 35),
    ],
)
def test_every_notation_is_read(text: str, value: float) -> None:
    """Grouping and decimal marks of all habits give the same number."""
    assert value == parse_number(text)


@pytest.mark.parametrize("text", ["", "abc", "1-2", "1,", "9" * 21, "1.2.x"])
def test_what_is_no_number_is_none(text: str) -> None:
    """Nothing is read out of text that is not one number."""
    assert parse_number(text) is None


@given(st.integers(0, 99_999_999), st.sampled_from([",", ".", " ", "'", "\u00a0", "\u202f"]))
def test_grouping_never_changes_a_whole_number(number: int, mark: str) -> None:
    """Whatever mark groups the thousands, the number comes back, and DIGITS takes all of it."""
    text = f"{number:,}".replace(",", mark)
    assert float(number) == parse_number(text)
    assert re.fullmatch(DIGITS, text)


@given(st.integers(1000, 9_999_999), st.integers(0, 99), st.sampled_from([",.", ".,", " ,", "'."]))
def test_cents_survive_grouping(number: int, cents: int, marks: str) -> None:
    """Two digits after the last of two marks are decimals."""
    text = f"{number:,}".replace(",", marks[0]) + f"{marks[1]}{cents:02}"
    assert round(number + cents / 100, 2) == parse_number(text)


@given(st.text(max_size=40))
def test_any_text_is_safe_to_parse(text: str) -> None:
    """No text makes the parser fail, and no number is negative."""
    value = parse_number(text)
    assert value is None or value >= 0


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("K", 1e3),
        ("tis.", 1e3),
        ("万", 1e4),
        ("lakhs", 1e5),
        ("Mio", 1e6),
        ("bn", 1e9),
        ("x", None),
    ],
)
def test_multipliers_of_many_languages(word: str, value: float | None) -> None:
    """A multiplier says what it multiplies by; other words do not."""
    assert value == multiplier(word)


def test_a_multiplier_is_a_whole_word() -> None:
    """The K of "kg" and the m of "mg" multiply nothing; 万 may touch its neighbours."""
    assert re.match(MULTIPLIER, "kg") is None
    assert re.match(MULTIPLIER, "mg") is None
    assert re.match(MULTIPLIER, "万円") is not None


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("twenty-four", "en", 24),
        ("two and a half", "en", 2.5),
        ("eine", "de", 1),
        ("zwölf", "de", 12),
        ("anderthalb", "de", 1.5),
        ("deux", "fr", 2),
        ("veinticuatro", "es", 24),
        ("dos y medio", "es", 2.5),
        ("čtyři", "cs", 4),
        ("fem", "sv", 5),
        ("三", "ja", 3),
        ("due", "it", 2),
        ("once", "en", None),
        ("baker", "en", None),
        ("", "en", None),
        ("dos", "xx", None),
    ],
)
def test_numbers_in_words(text: str, language: str, value: float | None) -> None:
    """A number word counts in its own language only."""
    assert value == spelled(text, language)


@pytest.mark.parametrize(
    ("text", "language", "low", "high", "more"),
    [
        ("at least 2 (two)", "en", 2, 2, False),
        ("a minimum of two (2)", "en", 2, 2, False),
        ("from two (2) to four (4)", "en", 2, 4, False),
        ("6+", "en", 6, 6, True),
        ("6 or more", "en", 6, 6, True),
        ("1 – 3", "en", 1, 3, False),
        ("between 2 and 4", "en", 2, 4, False),
        ("a degree and 4", "en", 4, 4, False),
        ("zwei bis drei", "de", 2, 3, False),
        ("3 à 5", "fr", 3, 5, False),
        ("entre 2 y 3", "es", 2, 3, False),
        ("dvou až tří", "cs", 2, 3, False),
        ("två till fyra", "sv", 2, 4, False),
        ("経験１～３", "ja", 1, 3, False),
        ("KnowledgeThree to five", "en", 3, 5, False),
        ("2½", "en", 2.5, 2.5, False),
    ],
)
def test_a_quantity_before_a_unit(
    text: str,
    language: str,
    low: float,
    high: float,
    more: bool,  # noqa: FBT001
) -> None:
    """A number or range at the end of a text, in figures or words, with its opening plus."""
    found = quantity(text, len(text), language)
    assert found is not None
    assert (low, high, more) == (found.low, found.high, found.more)


@pytest.mark.parametrize("text", ["several", "10:30", "3/", "v2", ""])
def test_no_quantity(text: str) -> None:
    """Times, versions and plain words are not quantities."""
    assert quantity(text, len(text), "en") is None


@given(st.text(max_size=80), st.sampled_from(["en", "de", "cs", "ja"]))
def test_a_quantity_lies_within_the_text(text: str, language: str) -> None:
    """The offsets of a quantity are those of characters before its end, and its ends in order."""
    found = quantity(text, len(text), language)
    if found is not None:
        assert 0 <= found.start < found.end <= len(text)
        assert found.low <= found.high


@pytest.mark.parametrize(
    ("text", "number"),
    [("٩٠٬٠٠٠", 90_000), ("٩٠٬٠٠٠٫٥", 90_000.5), ("۹۰٬۰۰۰", 90_000), ("90’000", 90_000)],
)
def test_marks_between_groups_are_those_of_the_script(text: str, number: float) -> None:
    """Arabic and Persian digits have marks of their own (CLDR); found in a text, too."""
    assert number == parse_number(text)
    assert [text] == re.findall(DIGITS, f"pay: {text} a month")
