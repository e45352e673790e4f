"""Years of experience: what is proposed, what is not, and what is read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds.kind import Finding
from extract.kinds.years.years_kind import Years
from extract.text.document import from_text
from extract.values import Document, Experience, Span


def _document(text: str) -> Document:
    return Document("1", "test", text, ())


def _proposed(text: str) -> list[str]:
    document = _document(text)
    return [document.quote(span) for span in Years().propose(document)]


def _read(text: str) -> list[tuple[float | None, float | None]]:
    document = _document(text)
    values = [Years().read(document, span) for span in Years().propose(document)]
    return [(value.min, value.max) for value in values if value is not None]


@pytest.mark.parametrize(
    ("text", "quote", "value"),
    [
        (
            "8+ years of related baking experience",
            "8+ years of related baking experience",
            (8, None),
        ),
        ("2-4 years experience", "2-4 years experience", (2, 4)),
        ("Baking experience | 2 years", "2 years", (2, None)),
        ("Expérience : 2/5 ans", "2/5 ans", (2, 5)),
        ("Опыт выпечки от 3-х до 6 лет", "3-х до 6 лет", (3, 6)),
        ("Досвід роботи не менше 2-х років", "не менше 2-х років", (2, None)),
        (
            "A minimum of two (2) years of experience",
            "A minimum of two (2) years of experience",
            (2, None),
        ),
        ("At least 3 yrs in a similar role", "At least 3 yrs", (3, None)),
        ("Up to 3 years of experience", "Up to 3 years of experience", (None, 3)),
        ("Three to five years’ experience", "Three to five years’ experience", (3, 5)),
        ("2 years+ experience", "2 years+ experience", (2, None)),
        ("36 months of experience", "36 months of experience", (3, None)),
        ("six months of experience", "six months of experience", (0.5, None)),
        (
            "two and one-half years of experience",
            "two and one-half years of experience",
            (2.5, None),
        ),
        ("0\\-2 years of experience", "0\\-2 years of experience", (0, 2)),
        ("zwei bis drei Jahre Berufserfahrung", "zwei bis drei Jahre Berufserfahrung", (2, 3)),
        ("mind. 5 Jahre Erfahrung", "mind. 5 Jahre Erfahrung", (5, None)),
        ("eine 3-jährige Berufserfahrung", "3-jährige Berufserfahrung", (3, None)),
        ("3 ans d'expérience", "3 ans d'expérience", (3, None)),
        ("au moins 5 années d'expérience", "au moins 5 années d'expérience", (5, None)),
        ("Experiencia: mínimo 2 años", "mínimo 2 años", (2, None)),
        ("2 roky praxe v oboru", "2 roky praxe", (2, None)),
        ("praxe alespoň 3 roky", "alespoň 3 roky", (3, None)),
        ("minst 2 års erfarenhet", "minst 2 års erfarenhet", (2, None)),
        ("経験：3年程度", "3年", (3, None)),
        ("実務経験3年以上", "3年以上", (3, None)),
        ("almeno due anni di esperienza", "almeno due anni di esperienza", (2, None)),
        ("Experience: 2 years", "2 years", (2, None)),
        ("Cook\nExperience\nFrom 3 years\nPay\n£14", "From 3 years", (3, None)),
        ("Повар\nОпыт работы\nОт 3 лет\nГрафик", "От 3 лет", (3, None)),
        ("monthsOfExperience: 36", "monthsOfExperience: 36", (3, None)),
        ("Years of experience: 4", "Years of experience: 4", (4, None)),
        ("a year or two of experience", "a year or two of experience", (1, 2)),
        ("alespoň rok praxe v dílně", "alespoň rok praxe", (1, None)),
        ("9 months of verifiable experience", "9 months of verifiable experience", (0.75, None)),
        ("Not less than 4 years ashore as mate", "Not less than 4 years", (4, None)),
        ("We would expect three years with a kiln", "three years", (3, None)),
        ("You have worked in a laundry for at least 18 months", "at least 18 months", (1.5, None)),
        ("Haber trabajado 2 años en caldererías", "2 años", (2, None)),
        ("• De 3 a 5 años en hornos", "3 a 5 años", (3, 5)),
        ("Six years or more of glazing roofs", "Six years or more", (6, None)),
        ("Associate degree and 5 years", "5 years", (5, None)),
        ("4 years' post-qualification practice", "4 years' post-qualification", (4, None)),
        ("Co najmniej 2 lat praktyki w odlewni", "Co najmniej 2 lat praktyki", (2, None)),
        ("3-letnie doświadczenie w odlewni", "3-letnie doświadczenie", (3, None)),
        ("Minim 2 ani experiență în turnătorie", "Minim 2 ani experiență", (2, None)),
        ("najmanje 2 godine iskustva u ljevaonici", "najmanje 2 godine iskustva", (2, None)),
        ("aspoň 3 roky praxe v zlievarni", "aspoň 3 roky praxe", (3, None)),
        ("vsaj 3 leta izkušenj v livarni", "vsaj 3 leta izkušenj", (3, None)),
        ("поне 2 години опит в леярна", "поне 2 години опит", (2, None)),
        ("bent 2 metų darbo patirtis", "bent 2 metų darbo patirtis", (2, None)),
        ("vismaz 3 gadu pieredze lietuvē", "vismaz 3 gadu pieredze", (3, None)),
        ("vähemalt 2 aastat töökogemust", "vähemalt 2 aastat töökogemust", (2, None)),
        ("minst 3 års arbeidserfaring", "minst 3 års arbeidserfaring", (3, None)),
    ],
)
def test_experience_as_it_is_asked_for(
    text: str, quote: str, value: tuple[float | None, float | None]
) -> None:
    """The length is proposed with its bound and the word experience, and read from its words."""
    assert [quote] == _proposed(text)
    assert [value] == _read(text)


@pytest.mark.parametrize(
    "text",
    [
        "No experience necessary, we train you.",
        "Keine Erfahrung nötig.",
        "Poste ouvert aux profils sans expérience",
        "Trabajo sin experiencia",
        "Praxe není nutná.",
        "Ingen erfarenhet krävs.",
        "未経験者歓迎",
        "Experience: entry level",
        "experienceMin: No requerida",
    ],
)
def test_none_asked_for_is_zero(text: str) -> None:
    """A text that waives experience asks for zero years."""
    assert [(0, None)] == _read(text)


@pytest.mark.parametrize(
    "text",
    [
        "We have been over 10 years in business.",
        "With over 25 years of experience, Fine Loaves bakes for the county.",
        "A company with 40 years of history.",
        "Piekarnia Kłos sp. z o.o., mająca 10 letnie doświadczenie na rynku, szuka piekarza.",
        "2-year contract with an experienced team.",
        "Must be 18 years or older; experience counts.",
        "For 16-18 year olds who want experience.",
        "401(k) vested after 3 years.",
        "4-year degree and experience with ovens.",
        "Our experience grew in the last five years.",
        "A warranty of 2 years.",
        "Seit 12 Jahren sammeln wir Erfahrung.",
        "Contrat de 2 ans.",
        "Jsme na trhu 12 let.",
        "2019年4月設立",
        "The contract runs for 12 months.",
        "Posted 2 months ago.",
        "Experience with Python 3 and ISO 9001.",
        "Erfahrung in der Arbeit mit 3-6 jährigen Kindern.",
        "Expérience avec des enfants de 3 à 6 ans.",
        "Experiencia con niños de 3 a 6 años.",
        "Erfarenhet av barn 3-6 år.",
    ],
)
def test_years_that_are_not_experience(text: str) -> None:
    """Ages, contracts, degrees and a company's own past are not proposed."""
    assert [] == _proposed(text)


def test_a_cue_is_needed() -> None:
    """A length of time in a sentence of another subject is nothing."""
    assert [] == _proposed("The ovens are 3 years of a design we like.")


def test_a_bullet_may_leave_experience_out() -> None:
    """A bounded length at the head of a line asks for it by itself."""
    assert [(5, None)] == _read("Requirements\n* 5+ years managing bakeries\n")


def test_hard_wrapped_lines_read_on() -> None:
    """A line break inside a sentence does not part the years from the experience."""
    assert [(3, None)] == _read("The baker we seek has at\nleast 3 years of\nexperience with rye.")


def test_a_quote_of_the_figure_is_enough() -> None:
    """The words around the quote support it; a quote without a length says nothing."""
    document = _document("Needs 3 years of experience.")
    assert Experience(min=3) == Years().read(document, Span(6, 13))
    assert Years().read(document, Span(0, 5)) is None


def _settled(text: str) -> tuple[Experience, str]:
    document = _document(text)
    findings = [Finding(s, Years().read(document, s)) for s in Years().propose(document)]
    settled = Years().settle(document, findings)
    return settled.value, settled.state


def test_the_lowest_degree_decides() -> None:
    """Years that fall as education rises: those of the lowest degree are the requirement."""
    text = (
        "* High school diploma with 6+ years of experience\n"
        "* Associate's degree with 4+ years of experience\n"
        "* Bachelor's degree with 2+ years of experience\n"
    )
    assert (Experience(min=6), "stated") == _settled(text)


def test_preferred_years_give_way() -> None:
    """Years that are only welcome are not the requirement, even when they are more."""
    text = "* 3 years of experience required\n* 8 years of experience preferred\n"
    assert (Experience(min=3), "stated") == _settled(text)


def test_years_for_several_skills_do_not_conflict() -> None:
    """The longest of several lengths for different things holds."""
    text = "* 2 years of experience with rye\n* 5 years of experience in bakeries\n"
    assert (Experience(min=5), "stated") == _settled(text)


def test_different_years_for_the_same_conflict() -> None:
    """Two lengths with the same words disagree."""
    assert (
        _settled("3 years of baking experience\n5 years of baking experience\n")[1] == "conflicting"
    )


def test_similarity_compares_both_ends() -> None:
    """A range is not its lower end."""
    assert Years().similarity(Experience(min=2, max=4), Experience(min=2, max=4)) == 1.0
    assert Years().similarity(Experience(min=2), Experience(min=2, max=4)) == 0.0


_PIECES = st.sampled_from(
    [
        "3",
        "+",
        " years",
        " of ",
        "experience",
        " two ",
        "-",
        "5",
        "\n",
        " Jahre ",
        "経験",
        "年",
        ".",
        "no experience needed",
        " at least ",
    ]
)


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_proposals_are_ordered_and_readable(text: str) -> None:
    """Whatever the text, proposals stand in order without overlaps, and each reads as years."""
    document = _document(text)
    spans = Years().propose(document)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    for span in spans:
        value = Years().read(document, span)
        assert value is not None
        assert value.min is None or value.max is None or value.min <= value.max


@given(st.integers(1, 14), st.integers(1, 14), st.sampled_from(["-", "–", " to ", " - ", " or "]))
def test_a_range_reads_as_its_ends(low: int, more: int, dash: str) -> None:
    """A range of years is both ends, whatever joins them."""
    assert [(low, low + more)] == _read(f"Needs {low}{dash}{low + more} years of experience.")


def _in_lines(text: str) -> list[tuple[float | None, float | None]]:
    document = from_text(text, id="1", source="-")
    values = [Years().read(document, span) for span in Years().propose(document)]
    return [(value.min, value.max) for value in values if value is not None]


def test_a_length_that_opens_a_requirement() -> None:
    """Under a heading that asks for something it need not say what the years are of."""
    assert [(4, None)] == _in_lines("Glazier\n\nRequirements\n• 4 years in the trade\n• a van")
    assert [] == _in_lines("Glazier\n\nBenefits\n• 4 years in the pension plan\n• a van")


@pytest.mark.parametrize(
    "text",
    [
        "No furnace experience is needed",
        "Experience is not a requirement",
        "We don't ask for any experience",
        "no pedimos experiencia",
        "NÃO EXIGIMOS EXPERIÊNCIA",
        "Va bene anche la prima esperienza",
        "Praxi v oboru nevyžadujeme",
        "nie wymagamy doświadczenia",
        "L'expérience n'est pas exigée",
        "geen ervaring nodig",
    ],
)
def test_none_is_asked_for(text: str) -> None:
    """In any of the languages, with words between."""
    assert [(0, None)] == _read(text)


@pytest.mark.parametrize(
    "text",
    [
        "No Federal experience is required",
        "vests after two years",
        "Minimum 2 years warranty",
        "3 months of parental leave",
        "Over 20 years in business",
        "In your first year you might travel",
    ],
)
def test_a_length_that_is_none_of_experience(text: str) -> None:
    """What stands beside it rules it out, also in the wordings of a requirement."""
    assert [] == _proposed(text)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("No experience required. The oven is 20 years old.", ["No experience required"]),
        ("Débutant accepté", ["Débutant accepté"]),
        ("No experience required for helpers; bakers have 2 years of experience.", []),
        ("At least 2 years of experience", []),
    ],
)
def test_a_text_that_asks_for_none_leaves_nothing_to_choose(text: str, given: list[str]) -> None:
    """Only where it asks for no years anywhere."""
    document = from_text(text, id="1", source="-")
    assert [document.quote(span) for span in Years().given(document)] == given


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("De 5 à 10 ans", (5, 10)),
        ("Más de 5 años", (5, None)),
        ("2 to 5 years", (2, 5)),
        ("3年以上", (3, None)),
        ("3 years", None),
        ("20-30 years", None),
        ("Founded 2 to 5 years ago", None),
    ],
)
def test_a_range_of_years_alone_in_a_line_of_facts(
    line: str, expected: tuple[int, int | None] | None
) -> None:
    """Boards have a column for it; a single number may be that of anything."""
    assert _read(f"Baker\n{line}\nLeeds") == ([] if expected is None else [expected])
