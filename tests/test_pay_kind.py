"""Pay: what is proposed, what is not, and what is read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds.kind import Finding
from extract.kinds.pay.pay_kind import Pay
from extract.text.document import from_text
from extract.values import Document, Salary, Span


def _document(text: str) -> Document:
    return Document("1", "test", text, ())


def _proposed(text: str) -> list[str]:
    document = _document(text)
    return [document.quote(span) for span in Pay().propose(document)]


def _read(text: str) -> list[tuple[float | None, float | None, str | None, str | None]]:
    document = _document(text)
    values = [Pay().read(document, span) for span in Pay().propose(document)]
    return [(v.min, v.max, v.currency, v.period) for v in values if v is not None]


@pytest.mark.parametrize(
    ("text", "quote", "value"),
    [
        ("Pay is $16.00-$17.00/hour.", "$16.00-$17.00/hour", (16, 17, None, "hour")),
        ("£30k - £35k per annum", "£30k - £35k per annum", (30000, 35000, "GBP", "year")),
        ("Lön: 35 000 kr/månad", "35 000 kr/månad", (35000, 35000, "SEK", "month")),
        (
            "17.000 € - 18.000 € Bruto/año",
            "17.000 € - 18.000 € Bruto/año",
            (17000, 18000, "EUR", "year"),
        ),
        ("2 500,00€ brut par mois", "2 500,00€ brut par mois", (2500, 2500, "EUR", "month")),
        ("Mzda 50 000 – 80 000 Kč", "50 000 – 80 000 Kč", (50000, 80000, "CZK", None)),
        ("Mzda od 35 tis. Kč měsíčně", "od 35 tis. Kč měsíčně", (35000, None, "CZK", "month")),
        ("Cook | 50-80.000 Kč", "50-80.000 Kč", (50000, 80000, "CZK", None)),
        ("Salary range: 15.0 - 17.5", "15.0 - 17.5", (15, 17.5, None, None)),
        ("221000 - 247000 annum", "221000 - 247000 annum", (221000, 247000, None, "year")),
        ("Lương: 8 - 10 triệu VND/tháng", "8 - 10 triệu VND/tháng", (8e6, 10e6, "VND", "month")),
        ("Зарплата: 25 тис. грн", "25 тис. грн", (25000, 25000, "UAH", None)),
        ("급여: 월 300만원", "300만원", (3000000, 3000000, "KRW", "month")),
        ("연봉 3,200만원 ~ 4,000만원", "3,200만원 ~ 4,000만원", (32e6, 40e6, "KRW", "year")),
        (
            "Lương: 9 triệu - 12 triệu/tháng",
            "9 triệu - 12 triệu/tháng",
            (9e6, 12e6, "VND", "month"),
        ),
        ("Lương: 15-18 tr/tháng", "15-18 tr/tháng", (15e6, 18e6, "VND", "month")),
        ("Оклад от 45т.р.", "от 45т.р", (45000, None, "RUB", None)),
        ("Odměna 120 - 150,-/hod.", "120 - 150,-/hod", (120, 150, None, "hour")),
        ("Lön: 28 000:-/mån", "28 000:-/mån", (28000, 28000, None, "month")),
        ("Mức lương: 11,000,000 VNĐ", "11,000,000 VNĐ", (11e6, 11e6, "VND", None)),
        ("Gaji 4 - 6 juta per bulan", "4 - 6 juta per bulan", (4e6, 6e6, "IDR", "month")),
        ("Maaş: 30.000 TL", "30.000 TL", (30000, 30000, "TRY", None)),
        (
            'שכר: 9,000 - 11,000 ש"ח לחודש',
            '9,000 - 11,000 ש"ח לחודש',
            (9000, 11000, "ILS", "month"),
        ),
        ("Зарплата от 50 000 рублей", "от 50 000 рублей", (50000, None, "RUB", None)),
        ("Salariu: 4500 lei pe lună", "4500 lei pe lună", (4500, 4500, "RON", "month")),
        ("Salary\n150,000.Tsh", "150,000.Tsh", (150000, 150000, "TZS", None)),
        ("from 95,070 USD a year", "from 95,070 USD a year", (95070, None, "USD", "year")),
        ("up to CHF 120'000", "up to CHF 120'000", (None, 120000, "CHF", None)),
        ("Sales lead, 200K+", "200K+", (200000, None, None, None)),
        ("月給30万円～", "30万円～", (300000, None, "JPY", "month")),
        ("月給25万～30万円", "25万～30万円", (250000, 300000, "JPY", "month")),
        ("時給1,200円以上", "1,200円以上", (1200, None, "JPY", "hour")),
        ("日給1万2000円", "1万2000円", (12000, 12000, "JPY", "day")),
        ("年収400万円～600万円", "400万円～600万円", (4000000, 6000000, "JPY", "year")),
        ("Lohn: ab 17,50 € pro Stunde", "ab 17,50 € pro Stunde", (17.5, None, "EUR", "hour")),
        (
            "Gehalt 3.200 € bis 3.800 € brutto im Monat",
            "3.200 € bis 3.800 € brutto im Monat",
            (3200, 3800, "EUR", "month"),
        ),
        ("Jahresgehalt bis zu 60T€", "bis zu 60T€", (None, 60000, "EUR", "year")),
        (
            "Salaire : de 28 000 à 32 000 euros annuels",
            "28 000 à 32 000 euros annuels",
            (28000, 32000, "EUR", "year"),
        ),
        (
            "Sueldo desde 1.300 euros al mes",
            "desde 1.300 euros al mes",
            (1300, None, "EUR", "month"),
        ),
        (
            "Plat: 30.000,- Kč do 38.000,- Kč",
            "30.000,- Kč do 38.000,- Kč",
            (30000, 38000, "CZK", None),
        ),
        ("Pay: minimum $20, maximum $25", "$20, maximum $25", (20, 25, None, None)),
        (
            "R25 000 - R30 000 per month",
            "R25 000 - R30 000 per month",
            (25000, 30000, "ZAR", "month"),
        ),
        (
            "The monthly salary, based on 38 hours per week, ranges between € 2,900 and € 3,700.",
            "€ 2,900 and € 3,700",
            (2900, 3700, "EUR", "month"),
        ),
        ("£12.60ph, shifts", "£12.60ph", (12.6, 12.6, "GBP", "hour")),
        ("CTC 12-18 LPA, Pune", "12-18 LPA", (1200000, 1800000, "INR", "year")),
        (
            "Salary: INR 5,00,000 per annum",
            "INR 5,00,000 per annum",
            (500000, 500000, "INR", "year"),
        ),
        ("Salaris € 2.500 per maand", "€ 2.500 per maand", (2500, 2500, "EUR", "month")),
        ("Wynagrodzenie: 30 zł/godz.", "30 zł/godz", (30, 30, "PLN", "hour")),
        (
            "Pay: $3,946\\.00 \\- $4,518\\.00 per month",
            "$3,946\\.00 \\- $4,518\\.00 per month",
            (3946, 4518, None, "month"),
        ),
        ("Rate: A$45.10 an hour", "A$45.10 an hour", (45.1, 45.1, "AUD", "hour")),
        ("Pay: $41,000 + bonus", "$41,000", (41000, 41000, None, None)),
    ],
)
def test_pay_as_it_is_written(
    text: str, quote: str, value: tuple[float | None, float | None, str | None, str | None]
) -> None:
    """The whole expression is proposed, and its parts are read from its own words."""
    assert [quote] == _proposed(text)
    assert [value] == _read(text)


@pytest.mark.parametrize(
    "text",
    [
        "Refer a friend and get a referral bonus of $2,000.",
        "A sign-on bonus of $5,000 is paid to nurses.",
        "We grew revenue to $33 million last year.",
        "The firm raised $12.5M in Series B funding.",
        "Manage a budget of £250,000.",
        "Carte repas de 9€/jour.",
        "Essenszuschuss von 90 € im Monat.",
        "Příspěvek na stravování 2 000 Kč měsíčně.",
        "Friskvårdsbidrag 5 000 kr per år.",
        "交通費支給 月額15,000円まで",
        "Relocation allowance: $3,000.",
        "35 hours per week, 25 days of holiday.",
        "Pay grade 12, step 3. Salary band 7.",
        "Entgelt nach TV-L 12.",
        "Pay scale GS-14.",
        "Call 555-123-4567, ref 20230415.",
        "Serving 12,000 students since 1994.",
        "$35 per game and a hot meal.",
        "Salary review: 2024.",
        "Salary: competitive.",
        "TOP 100 employer with 5000 employees.",
        "401(k) matching up to $4,000 a year.",
        "Salary and benefits, including 401K.",
        "A competitive salary and a $3,000 annual learning budget.",
        "The application fee is $50.",
    ],
)
def test_amounts_that_are_not_pay(text: str) -> None:
    """What the nearest words call something else is not proposed, nor is a number without a cue."""
    assert [] == _proposed(text)


def test_pay_beside_other_money() -> None:
    """The pay is proposed and the bonus next to it is not."""
    assert ["£30k"] == _proposed(
        "Salary of £30k plus a £500 referral bonus and £90 phone allowance."
    )


def test_amounts_with_only_a_currency_give_way() -> None:
    """An amount that nothing calls pay is proposed only where nothing else is."""
    assert ["€2,400"] == _proposed("Nurse, €2,400, Graz")
    assert ["€2,400 per month"] == _proposed("Nurse, €1,900, Graz\nPay: €2,400 per month")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "Salary Range From: 35\nSalary Range To: 35\nSalary Frequency: Hourly",
            (35, 35, None, "hour"),
        ),
        (
            "salaryMin: 17.000 €\nsalaryMax: 18.000 €\nsalaryPeriod: Bruto/año",
            (17000, 18000, "EUR", "year"),
        ),
        (
            (
                "baseSalary.currency: JPY\nbaseSalary.value.minValue: 300000\n"
                "baseSalary.value.unitText: MONTH"
            ),
            (300000, None, "JPY", "month"),
        ),
        (
            (
                '"baseSalary": {"@type": "MonetaryAmount", "currency": "EUR", '
                '"value": {"value": 21.5, "unitText": "HOUR"}}'
            ),
            (21.5, 21.5, "EUR", "hour"),
        ),
        (
            "minimumRange: 92166.00\nmaximumRange: 161600.00\nrateIntervalCode: Per Year",
            (92166, 161600, None, "year"),
        ),
        ("pay_rate: 18.20\npay_currency: GBP\npay_period: hour", (18.2, 18.2, "GBP", "hour")),
        (
            "types.from: 9500\ntypes.to: 12500\ntypes.currency: pln\ntypes.unit: month",
            (9500, 12500, "PLN", "month"),
        ),
    ],
)
def test_labelled_fields_are_one_span(
    text: str, value: tuple[float | None, float | None, str | None, str | None]
) -> None:
    """Fields on neighbouring lines are proposed as one block and read together."""
    assert 1 == len(_proposed(f"id: 7\n{text}\nposted: 2024-01-05"))
    assert [value] == _read(f"id: 7\n{text}\nposted: 2024-01-05")


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("Baker\nPortland, OR 97201\nPay: $20 an hour", "USD"),
        ("Baker\nToronto, ON\nPay: $20 an hour", "CAD"),
        ("Baker\nHobart, Australia\nPay: $20 an hour", "AUD"),
        ("Baker\nPay: $20 an hour", None),
        ("Baker\nOffices in Canada and the United States\nPay: $20 an hour", None),
        ("Pay: US$20 an hour", "USD"),
        ("Pay: $20 USD an hour", "USD"),
        ("Pay: C$20 an hour", "CAD"),
        ("Bager i Danmark. Løn: 30.000 kr.", "DKK"),
        ("Baker in Norway. Salary: 30.000 kr", "NOK"),
        ("Salary: 30.000 kr", None),
        ("Salary: ¥300,000 a month, Osaka, Japan", "JPY"),
        ("Salary: ¥30,000 a month, Shenzhen, China", "CNY"),
    ],
)
def test_a_shared_sign_needs_a_place(text: str, currency: str | None) -> None:
    """A dollar or krona sign alone is nobody's: one named country settles it."""
    assert [currency] == [value[2] for value in _read(text)]


def test_an_unmarked_amount_takes_the_mark_of_all_others() -> None:
    """A footer without a sign is in the one currency the text uses elsewhere."""
    text = "Leeds: £41,000 - £43,000\n\nSalary\n\n41,000 - 43,000 Annual"
    assert (41000, 43000, "GBP", "year") == _read(text)[-1]


def test_the_neighbouring_line_gives_the_period() -> None:
    """A line that says only the period belongs to the amount above it; prose does not."""
    assert [(20, 20, None, "hour")] == _read("Pay: $20\nHourly\n")
    assert [(20, 20, None, None)] == _read(
        "Pay: $20\nWe meet weekly to plan the bread of all shops."
    )
    assert [(2400, 3000, "EUR", None)] == _read("Pay: 2400-3000 €\nOpen daily")
    assert [(2400, 3000, "EUR", None)] == _read("Pay: 2400-3000 €\nMonthly gym pass")
    assert [(2400, 3000, "EUR", "month")] == _read("Pay: 2400-3000 €\nPaid monthly")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2400-3000€/mėn. į rankas", "month"),
        ("2400-3000 €/kuukausi", "month"),
        ("2400-3000 €/mesiac", "month"),
        ("12-14 €/valanda", "hour"),
        ("30 000-35 000 lei/săptămână", "week"),
    ],
)
def test_units_behind_a_slash_are_read_in_many_languages(text: str, period: str) -> None:
    """By their names and abbreviations in the CLDR."""
    assert [period] == [value[3] for value in _read(f"Builder wanted\n{text}")]


@pytest.mark.parametrize("text", ["100-120 kr/st", "20-30 €/set", "120 zł/szt.", "5 USD/page"])
def test_what_is_no_unit_of_time_behind_a_slash_makes_an_amount_no_pay(text: str) -> None:
    """So much a piece."""
    assert [] == _read(f"Builder wanted\n{text}")


def test_working_time_is_not_the_period() -> None:
    """Hours per week say how long one works, not what the pay is for."""
    assert [(900, 900, "EUR", None)] == _read("Lohn: 900 € (20 Stunden pro Woche)")


def test_size_never_gives_the_period() -> None:
    """Neither a small nor a large amount says what it is per."""
    assert [(20, 20, "GBP", None)] == _read("Pay: £20")
    assert [(90000, 90000, "GBP", None)] == _read("Pay: £90,000")


def test_pay_of_other_jobs_is_left_out() -> None:
    """What stands under a heading of similar jobs is not this job's pay."""
    text = "Baker\nPay: £14 an hour\nSimilar jobs\nButcher, £15 an hour\n"
    assert ["£14 an hour"] == _proposed(text)


def test_a_part_of_the_expression_reads_as_the_whole() -> None:
    """A quote that cuts a range short does not turn its end into the pay."""
    document = _document("Pay: $16.00-$17.00/hour")
    assert Salary(min=16, max=17, period="hour") == Pay().read(document, Span(5, 11))


def test_a_span_without_pay_reads_as_none() -> None:
    """The support check: words, and amounts called something else, say no pay."""
    document = _document("We sell bread. Referral bonus of $500.")
    assert Pay().read(document, Span(0, 14)) is None
    assert Pay().read(document, Span(33, 37)) is None


def test_a_falling_range_is_not_read() -> None:
    """A range whose ends are in the wrong order, or absurdly far apart, is not one range."""
    assert [] == [value for value in _read("Pay: £90 - £10 an hour") if value[:2] == (90, 10)]
    assert [] == _read("Pay: £1.00 - £900,000.00 a year")


def _settled(text: str) -> tuple[Salary, str, str | None]:
    document = _document(text)
    findings = [Finding(span, Pay().read(document, span)) for span in Pay().propose(document)]
    settled = Pay().settle(document, findings)
    return settled.value, settled.state, settled.note


def test_the_same_pay_twice_is_more_evidence() -> None:
    """A second mention that leaves the period out does not conflict; the parts add up."""
    value, state, note = _settled("Pay: £30,000\nLine cook, £30,000 per annum")
    assert Salary(min=30000, max=30000, currency="GBP", period="year") == value
    assert ("stated", None) == (state, note)


def test_different_pay_conflicts_and_is_not_merged() -> None:
    """Ranges per town keep the first one; the note quotes the others."""
    value, state, note = _settled("Leeds: £30,000 - £32,000 a year\nYork: £28,000 - £31,000 a year")
    assert (30000, 32000) == (value.min, value.max)
    assert state == "conflicting"
    assert "£28,000 - £31,000 a year" in str(note)


def test_similarity_has_no_half_measures() -> None:
    """Pay is the same in all four parts or it is not the same."""
    pay = Salary(min=10, max=12, currency="EUR", period="hour")
    assert Pay().similarity(pay, pay) == 1.0
    assert Pay().similarity(pay, pay.model_copy(update={"period": None})) == 0.0


_PIECES = st.sampled_from(
    [
        "Pay: ",
        "$",
        "€",
        "£30k",
        " - ",
        "12",
        ",",
        "000",
        " per hour",
        "\n",
        " bonus ",
        "kr",
        "万円",
        "+",
        "K",
        "(",
    ]
)


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_proposals_are_ordered_and_readable(text: str) -> None:
    """Whatever the text, proposals stand in order without overlaps, and each reads as a pay."""
    document = _document(text)
    spans = Pay().propose(document)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    for span in spans:
        value = Pay().read(document, span)
        assert value is not None
        assert value.min is None or value.max is None or value.min <= value.max
        assert document.quote(span).strip()


@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.sampled_from("€£"),
    st.sampled_from(["-", " – ", " to "]),
)
def test_a_range_in_thousands_reads_as_its_ends(low: int, more: int, sign: str, dash: str) -> None:
    """A K at the upper end means thousands at both ends, however the range is written."""
    high = low + more
    expected = {"€": "EUR", "£": "GBP"}[sign]
    for text in (f"{sign}{low}{dash}{high}k", f"{sign}{low}k{dash}{sign}{high}k"):
        values = _read(f"Salary: {text} a year")
        assert [(low * 1000, high * 1000, expected, "year")] == values


@pytest.mark.parametrize(
    "text",
    [
        "The branch turns over $18 million a year. Toronto, Ontario",
        "You will run a department of $90,000 a week.",
        "Der Betrieb erwirtschaftet 900.000 € im Jahr.",
        "Notre magasin réalise un CA de 800 000 € par an.",
        "La empresa factura 700.000 € al año.",
        "L'azienda fattura 700.000 € all'anno.",
        "Fatura 700.000 € por ano.",
        "Thuiswerkvergoeding van € 4 per dag.",
        "Obchod s tržbami 900 000 Kč za rok.",
        "Přispějeme, ubytování 3 000 Kč měsíčně.",
        "Sklep ma przychody 900 000 zł na rok.",
        "Butiken har en försäljning på 900 000 kr per år.",
        "商品の価格は3,000円です。",
        "Logement en studio : 140 € par mois.",
        "$17 per hour detention after the second hour",
        "| Benefit | Amount |\n|---|---|\n| Lunch | $8 |",
    ],
)
def test_turnover_prices_and_allowances_are_not_pay(text: str) -> None:
    """What a shop takes, what a thing costs and what is refunded is not proposed."""
    assert [] == _proposed(text)


def test_the_head_of_a_column_names_its_amounts() -> None:
    """Every row of a table is pay for the period that the head of the column or table says."""
    text = "| Lehrjahr | brutto im Monat |\n|:--|--:|\n| 1. | 1.010 € |\n| 2. | 1.090 € |"
    assert [
        (1010, 1010, "EUR", "month"),
        (1090, 1090, "EUR", "month"),
    ] == _read(text)
    text = "Base, per year | Junior | Senior\n\nOslo | €40,000 – €45,000 | €50,000 – €55,000"
    assert [(40000, 45000, "EUR", "year"), (50000, 55000, "EUR", "year")] == _read(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Compensation (USD): 110k-140k", (110000, 140000, "USD", None)),
        ("We pay 42k to 51k (CAD) a year", (42000, 51000, "CAD", "year")),
        ("Salary 50-60k, paid in EUR", (50000, 60000, "EUR", None)),
        ("Salary 50-60k, CAD skills wanted", (50000, 60000, None, None)),
        ("Salary 50-60k, paid in EUR or GBP", (50000, 60000, None, None)),
        (
            "Salaris minimaal € 2.900 en maximaal € 3.900 per maand",
            (2900, 3900, "EUR", "month"),
        ),
        (
            "Pay: a minimum of £30,000 and a maximum of £36,000 a year",
            (30000, 36000, "GBP", "year"),
        ),
        ("Jahreslohn von CHF 90'000 bis CHF 99'000", (90000, 99000, "CHF", "year")),
        ("The deal\n\n£41k–£47k, and no overtime", (41000, 47000, "GBP", None)),
        ("Salaris: schaal 8 € 2.800 - € 3.700 per maand", (2800, 3700, "EUR", "month")),
        ("月給23万5,000円", (235000, 235000, "JPY", "month")),
        (
            "remuneration.MinimumRange: 41000\nremuneration.RateIntervalCode: PA",
            (41000, None, None, "year"),
        ),
    ],
)
def test_what_the_line_leaves_to_its_surroundings(
    text: str, value: tuple[float | None, float | None, str | None, str | None]
) -> None:
    """Currency, period and the second bound are found where the amount does not say them."""
    assert [value] == _read(text)


def test_a_marker_on_the_line_before_is_of_that_line() -> None:
    """The number that opens the next line does not take the currency that ends this one."""
    assert ["1.020 €", "1.090 €"] == _proposed("1. Lehrjahr: 1.020 €\n2. Lehrjahr: 1.090 €")


def test_a_label_in_japanese_belongs_to_the_amount_after_it() -> None:
    """A proposal ends before the label of the next amount."""
    assert ["1,300円", "1,500円"] == _proposed("時給1,300円 検品 時給1,500円")


@given(
    st.integers(10, 49), st.integers(50, 90),
    st.sampled_from((" an hour", "/hr", " per hour", "ph", " hourly")),
    st.sampled_from((" to ", " - ", " – ", " up to ")),
)  # fmt: skip
def test_a_unit_after_each_end_does_not_part_a_range(
    low: int, high: int, unit: str, join: str
) -> None:
    """Both ends of a range are read where each has its unit of time."""
    assert [(low, high, "GBP", "hour")] == _read(f"Pay: £{low}{unit}{join}£{high}{unit}")


@pytest.mark.parametrize(
    ("text", "low", "high", "period"),
    [
        ("Salary: 4.5LPA+ CTC", 450_000, None, "year"),
        ("Pay: $20/hour+", 20, None, "hour"),
        ("The salary is expected to be $52,000 a year", 52_000, 52_000, "year"),
        ("wynagrodzenie miesięczne od 1400 euro", 1400, None, "month"),
        ("roczna pensja do 90 000 zł", None, 90_000, "year"),
    ],
)
def test_words_around_an_amount(
    text: str, low: float | None, high: float | None, period: str
) -> None:
    """A plus after the unit, "to be", and periods that are adjectives."""
    document = from_text(text, id="1", source="-")
    (span,) = Pay().propose(document) or ()
    pay = Pay().read(document, span)
    assert (low, high, period) == (pay.min, pay.max, pay.period)


def test_the_range_of_something_else_is_no_pay() -> None:
    """A share of a full post stands beside the kind of pay in a feed of public job centres."""
    scope = "scope_of_work.min: 100\nscope_of_work.max: 100"
    assert [] == _proposed(f"salary_type: Fast timlön\n{scope}")
    assert 1 == len(_proposed(f"salary.min: 100\nsalary.max: 120\n{scope}"))
