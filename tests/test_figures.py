"""A number is refuted only where no way of writing numbers makes it of the quote."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_compact_decimal, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from extract.reading.figures import figures, has_figures, states_number

LOCALES = (
    *("en", "en_IN", "de", "de_CH", "de_AT", "fr", "es", "it", "pt", "nl", "da", "sv", "fi", "pl"),
    *("cs", "ru", "uk", "tr", "el", "ro", "hu", "ar", "ar_EG", "fa", "he", "ur", "hi", "bn", "mr"),
    *("ta", "te", "kn", "ml", "gu", "ne", "th", "km", "vi", "id", "ja", "ko", "zh", "my"),
)
_IN_YEARS = (Decimal(1) / 12, Decimal(1) / 52)

locales = st.sampled_from(LOCALES)
amounts = st.one_of(
    st.integers(1, 10**9).map(Decimal),
    st.decimals(1, 10**7, places=2, allow_nan=False),
)


@pytest.mark.parametrize(
    ("quote", "number"),
    [
        ("1,234 people", "1234"),
        ("1,234 Personen", "1.234"),
        ("1.234,56 €", "1234.56"),
        ("CHF 1'234.50", "1234.5"),
        ("CHF 1’234.50", "1234.5"),
        ("2 500,50 zł", "2500.5"),
        ("2\u202f500,50 €", "2500.5"),
        ("₹12,00,000", "1200000"),
        ("1_000 Stück", "1000"),
        ("٢٥٬٠٠٠ ريال", "25000"),
        ("۴۰٫۵ ساعت", "40.5"),
        ("२५,००० रुपये", "25000"),
        ("２５０，０００円", "250000"),
        ("2½ years", "2.5"),
        ("½ day", "0.5"),
        ("£35-40k", "40000"),
        ("12.5 LPA", "1250000"),
        ("12 lakh a year", "1200000"),
        ("8–10 लाख रुपये", "1000000"),
        ("2 crore", "20000000"),
        ("2 करोड़", "20000000"),
        ("月給 30万円", "300000"),
        ("1億2000万円", "120000000"),
        ("年俸六百万円", "6000000"),
        ("月薪三萬五千元", "35000"),
        ("二〇二六年", "2026"),
        ("25万3500円", "253500"),
        ("월 350만원", "3500000"),
        ("연봉 3천만원", "30000000"),
        ("연봉 4천 5백만 원", "45000000"),
        ("1억 2천만원", "120000000"),
        ("от 90 тыс. руб.", "90000"),
        ("90 тысяч рублей", "90000"),
        ("20–30 triệu đồng", "30000000"),
        ("6 tys. zł", "6000"),
        ("35 bin TL", "35000"),
        ("1,5 mil. Kč", "1500000"),
        ("2 mil euros", "2000"),
        ("3 mil millones", "3000000000"),
        ("30 พันบาท", "30000"),
        ("เงินเดือน 2 หมื่นบาท", "20000"),
        ("80%", "0.8"),
        ("80 %", "80"),
        ("٨٠٪", "80"),
        ("serves four", "4"),
        ("serves four (24 pieces)", "4"),
        ("-5 °C", "-5"),
        ("40 h, davon acht im Büro", "8"),
    ],
)
def test_numbers_are_read_as_they_are_written_anywhere(quote: str, number: str) -> None:
    """Scripts, separators, powers, fractions and words all count."""
    assert states_number(quote, Decimal(number))


@pytest.mark.parametrize(
    ("quote", "number"),
    [
        ("1,234 people", 12.34),
        ("£35-40k", 45000),
        ("£35-40k", 350000),
        ("12 LPA", 12_000_000),
        ("月給 30万円", 30_000),
        ("月給 30万円", 3_000_000),
        ("三年以上", 4),
        ("연봉 3천만원", 3_000_000),
        ("5 years", 6),
        ("18 months", 1.5),
        ("٢٥٬٠٠٠ ريال", 35000),
        ("80%", 8),
        ("2 500,50 zł", 25.5),
        ("room 12, floor 3", 7),
        ("5 years", float("nan")),
        ("five years", float("nan")),
        ("five years", float("inf")),
        ("5 years", float("-inf")),
    ],
)
def test_a_number_that_no_reading_gives_is_refuted(quote: str, number: float) -> None:
    """Another number is as wrong in one script as in another; what is no number is always wrong."""
    assert not states_number(quote, number)


@given(amounts, locales, st.sampled_from(["latn", "default"]))
def test_every_locales_amounts_are_read(amount: Decimal, locale: str, digits: str) -> None:
    """The number that the CLDR writes stands in its words, and seven times as much does not."""
    written = format_decimal(amount, locale=locale, numbering_system=digits)
    assert states_number(written, amount)
    assert not states_number(written, amount * 7 + 3)
    assert not states_number(written, amount + 1)


@given(
    st.integers(1, 99),
    st.sampled_from([10**n for n in range(3, 10)]),
    locales,
    st.sampled_from(["short", "long"]),
)
def test_every_locales_short_forms_are_read(
    count: int, power: int, locale: str, length: str
) -> None:
    """Thousands, lakhs, millions and milliards are known in words and in letters."""
    amount = count * power
    if length not in Locale.parse(locale).compact_decimal_formats:
        length = "short"
    written = format_compact_decimal(
        amount,
        format_type=length,  # type: ignore[arg-type]
        locale=locale,
        fraction_digits=3,
    )
    assert states_number(written, amount)
    assert not has_figures(written) or not states_number(written, amount * 7)


@given(st.text(max_size=80), st.floats() | st.integers(-(10**30), 10**30))
def test_any_quote_and_any_number_can_be_asked(quote: str, number: float) -> None:
    """No text and no number raises, and a quote without figures refutes none that is finite."""
    stated = states_number(quote, number)
    if not has_figures(quote) and abs(number) < float("inf"):
        assert stated


@given(st.text(alphabet="0123456789.,' 万億천만k%½", max_size=200))
def test_any_marks_among_digits_are_read(quote: str) -> None:
    """Every number that is found is one of at least zero."""
    assert all(number >= 0 for number in figures(quote))


@pytest.mark.parametrize(
    ("quote", "years", "stated"),
    [
        ("18 months of practice", 1.5, True),
        ("18 Monate", 1.5, True),
        ("1 year and 6 months", 1.5, True),
        ("2 bis 3 Jahre", 3, True),
        ("6 개월 이상", 0.5, True),
        ("26 weeks", 0.5, True),
        ("18 months of practice", 2.5, False),
        ("3 years", 4, False),
    ],
)
def test_years_are_read_from_months_and_weeks(quote: str, years: float, stated: bool) -> None:  # noqa: FBT001 - a column of the table
    """The unit of the quote may be smaller than that of the value."""
    assert stated == states_number(quote, years, _IN_YEARS)


def test_a_quote_that_never_ends_is_read_only_so_far() -> None:
    """A hostile quote takes no more than its beginning, and few of its numbers."""
    assert states_number("7 " + "x" * 10_000, 7)
    assert len(figures("1,2 " * 5_000)) < 1_000


@pytest.mark.parametrize("quote", ["1.233,30 €", "1,233.30", "12,00,000.50", "1.234.567,8"])
def test_a_number_with_both_marks_is_one_number(quote: str) -> None:
    """One of them groups, the other is the decimal point: nothing else can be meant."""
    assert 1 == len(figures(quote))
