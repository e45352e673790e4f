"""A day is refuted only where its parts cannot stand in the quote, in any language."""

from __future__ import annotations

import datetime as dt

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from extract.reading.stated_days import states_day
from tests.test_figures import locales

# Of years whose last two digits are no day, so that the day after is another number.
_days = st.builds(dt.date, st.integers(2032, 2049), st.integers(1, 12), st.integers(1, 27))
_widths = st.sampled_from(["short", "medium", "long"])


@pytest.mark.parametrize(
    ("quote", "day"),
    [
        ("apply by 14 March 2027", (2027, 3, 14)),
        ("March 14th, 2027", (2027, 3, 14)),
        ("Mar 14 '27", (2027, 3, 14)),
        ("14.03.2027", (2027, 3, 14)),
        ("3/14/27", (2027, 3, 14)),
        ("20270314T0930", (2027, 3, 14)),
        ("2027-03-14", (2027, 3, 14)),
        ("1er avril 2027", (2027, 4, 1)),
        ("14 marca 2027 r.", (2027, 3, 14)),
        ("до 14 марта 2027 г.", (2027, 3, 14)),
        ("14 mart 2027 Pazar", (2027, 3, 14)),
        ("2027年3月14日（日）", (2027, 3, 14)),
        ("二〇二七年三月十四日", (2027, 3, 14)),
        ("2027년 3월 14일까지", (2027, 3, 14)),
        ("١٤ مارس ٢٠٢٧", (2027, 3, 14)),
        ("ngày 14 tháng 3 năm 2027", (2027, 3, 14)),
        ("1 to 5 May 2027", (2027, 5, 5)),
        ("Shift 7 begins on 14 March 2027", (2027, 3, 14)),
        ("2027ko martxoaren 14a", (2027, 3, 14)),
        ("令和9年3月14日", (2027, 3, 14)),
        ("۱۴ مرداد ۱۴۰۶", (2027, 8, 5)),
        ("the day after tomorrow", (2027, 3, 14)),
    ],
)
def test_days_are_read_as_they_are_written_anywhere(quote: str, day: tuple[int, int, int]) -> None:
    """Names, numbers and other calendars; what has no number cannot be checked."""
    assert states_day(quote, dt.date(*day), "")


@pytest.mark.parametrize(
    ("quote", "day"),
    [
        ("14 March 2027", (2027, 3, 15)),
        ("14 March 2027", (2027, 4, 14)),
        ("14 March 2027", (2026, 3, 14)),
        ("14.03.2027", (2027, 4, 14)),
        ("24.06.25", (2025, 6, 25)),
        ("11/12/2027", (2027, 12, 12)),
        ("2027年3月2日", (2027, 3, 3)),
        ("2027년 10월 9일", (2027, 9, 10)),
        ("7 tháng 8, 2027", (2027, 8, 8)),
        ("14 марта 2027", (2027, 5, 14)),
        ("4.05.2029 г.", (2029, 5, 5)),
        ("14 March", (2027, 3, 14)),
        ("14 of 20 places", (2027, 3, 14)),
    ],
)
def test_another_day_is_refuted(quote: str, day: tuple[int, int, int]) -> None:
    """Day, month and year each need a number or a name of their own."""
    assert not states_day(quote, dt.date(*day), "")


def test_the_year_may_stand_elsewhere_in_the_text() -> None:
    """A page often gives its year once; a date in numbers alone has its own."""
    text = "Season 2027. Apply by 14 March; doors 05.04.28."
    assert states_day("14 March", dt.date(2027, 3, 14), text)
    assert not states_day("14 March", dt.date(2028, 3, 14), text)
    assert not states_day("05.04.28", dt.date(2027, 4, 5), text)


@given(_days, locales, _widths)
def test_every_locales_dates_are_read(day: dt.date, locale: str, width: str) -> None:
    """What the CLDR writes for a day states it, and not the day after, nor a year later."""
    written = format_date(day, width, locale=locale)  # type: ignore[arg-type]
    assert states_day(written, day, "")
    assert not states_day(written, day + dt.timedelta(days=1), "")
    assert not states_day(written, day.replace(year=day.year + 1), "")


@given(st.text(max_size=80), st.dates(), st.text(max_size=40))
def test_any_quote_and_any_day_can_be_asked(quote: str, day: dt.date, text: str) -> None:
    """No text raises, and what stands in the quote in ISO 8601 is never refuted."""
    assert states_day(f"{day.isoformat()} {quote}", day, text)
