"""Values of ordinary types: what code reads of a quote itself, and when two values are the same."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from extract.kinds import Finding, Flag, Kind, Moment, Number, OneOf, RefutedError
from extract.values import Document, Span

KINDS: list[Kind] = [Number(), Flag(), Moment(), OneOf(("a", "b"))]


def _whole(text: str) -> tuple[Document, Span]:
    return Document("1", "-", text, ()), Span(0, len(text))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_proposed_and_words_alone_give_no_value(kind: Kind) -> None:
    """The value is asked in both ways of reading, of every document."""
    document, span = _whole("12 rolls on 4 May 2027, a")
    assert None is kind.propose(document)
    assert None is kind.read(document, span)
    assert kind.by_value
    assert ["value"] == list(kind.parts)


@pytest.mark.parametrize(
    ("kind", "quote", "derived"),
    [
        (Number("int"), "12 rolls", (12,)),
        (Number("int"), "12 to 14 rolls", ()),
        (Number("int"), "a dozen", ()),
        (Number("float"), "1,234.5 rolls", (Decimal("1234.5"),)),
        (Flag(), "yes", ()),
        (Moment("date"), "4 May 2027", (dt.date(2027, 5, 4),)),
        (Moment("date"), "from 4 May 2027 to 6 May 2027", ()),
        (Moment("date"), "soon", ()),
        (Moment("time"), "6:30", ()),
        (OneOf(("full time", "part_time")), "a part-time job", ("part_time",)),
        (OneOf(("gas", "district_heating")), "District heating", ("district_heating",)),
        (OneOf(("heating", "district heating")), "district heating", ("district heating",)),
        (OneOf(("gas", "oil")), "gas or oil", ()),
        (OneOf(("gas", "oil")), "gasoline", ()),
        (OneOf((1, 2)), "1", ()),
    ],
)
def test_code_reads_what_can_mean_one_thing_only(
    kind: Kind, quote: str, derived: tuple[Any, ...]
) -> None:
    """One number, one full date, one of the values in its own words: else it has no opinion."""
    assert derived == kind.derived(*_whole(quote))


@pytest.mark.parametrize(
    ("quote", "time"),
    [
        ("doors at 19:30", "19:30"),
        ("doors at 7.30 pm", "19:30"),
        ("um 19 Uhr", "19:00"),
        ("à 19h30", "19:30"),
        ("1930 hrs", "19:30"),
        ("12 noon", "12:00"),
        ("12:15 am", "00:15"),
        ("٧:٣٠ مساء", "19:30"),
        ("at noon", "12:00"),
    ],
)
def test_a_time_of_day_stands_in_the_quote(quote: str, time: str) -> None:
    """In twelve hours or in twenty-four, with any mark between."""
    document, span = _whole(quote)
    assert dt.time.fromisoformat(time) == Moment("time").stated(document, span, {"value": time})


@pytest.mark.parametrize(("quote", "time"), [("19:30", "18:30"), ("7 pm", "19:30"), ("6", "07:00")])
def test_another_time_of_day_is_refuted(quote: str, time: str) -> None:
    """The hour and the minute both have to stand there."""
    with pytest.raises(RefutedError, match="does not stand in"):
        Moment("time").stated(*_whole(quote), {"value": time})


def test_a_moment_needs_its_day_and_its_hour() -> None:
    """Midnight is the hour of a moment whose hour nobody gave."""
    document, span = _whole("4 May 2027, 19:30")
    kind = Moment("datetime")
    assert 19 == kind.stated(document, span, {"value": "2027-05-04T19:30"}).hour
    assert 0 == kind.stated(document, span, {"value": "2027-05-04"}).hour
    for wrong in ("2027-05-05T19:30", "2027-05-04T18:30"):
        with pytest.raises(RefutedError):
            kind.stated(document, span, {"value": wrong})


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [(Number(), 3, 4), (Flag(), True, False), (OneOf(("a", "b")), "a", "b")],
)
def test_values_are_the_same_or_not(kind: Kind, one: Any, other: Any) -> None:
    """There is nothing between."""
    assert (1.0, 0.0) == (kind.similarity(one, one), kind.similarity(one, other))


def test_numbers_agree_whatever_their_types() -> None:
    """An int, a float and a Decimal of one value."""
    assert Number().agrees(3, Decimal("3.0"))
    assert not Number().agrees(3, 3.5)


@pytest.mark.parametrize("kind", KINDS)
def test_several_values_of_one_field_conflict(kind: Kind) -> None:
    """The first is kept, and the note has both."""
    document, span = _whole("a b")
    settled = kind.settle(document, [Finding(span, "a"), Finding(span, "b")])
    assert ("a", "conflicting", "several values: a, b") == (
        settled.value,
        settled.state,
        settled.note,
    )
    assert "stated" == kind.settle(document, [Finding(span, "a")] * 2).state
