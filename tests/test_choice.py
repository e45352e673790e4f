"""Closed vocabularies: what is proposed, what is read from a quote, what is denied."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import SchemaError
from extract.kinds.choice import Choice
from extract.kinds.kind import Finding
from extract.values import Document, Line, Span

EMPLOYMENT = Choice("employment_types", many=True)
WORKPLACE = Choice("workplace")
SENIORITY = Choice("seniority", near="title")
# Enough text that what follows is no longer near the title.
ABOUT = "\nWe bake bread for the whole town, every day of the week.\n" * 8


def document(text: str) -> Document:
    """Cut a text into lines, without bullets."""
    found = re.finditer(r"[^\n•*#\s-][^\n]*", text)
    lines = tuple(Line(number, Span(*match.span())) for number, match in enumerate(found, 1))
    return Document("a", "a", text, lines)


def values(kind: Choice, text: str) -> list[str]:
    """Read every proposal."""
    source = document(text)
    found: list[str] = []
    for span in kind.propose(source):
        value = kind.read(source, span)
        found.extend(value if isinstance(value, tuple) else [value])
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Full‑time, 40 hours", ["full_time"]),
        ('"employmentType": "FULL_TIME"', ["full_time"]),
        ("workDay.value: Completa", ["full_time"]),
        ("Full or part time", ["full_time", "part_time"]),
        ("Baker\nContract, Full Time\nLeeds", ["contract", "full_time"]),
        ("Baker\nFull-time, Contract", ["full_time", "contract"]),
        ("Cover for contract, full time and part-time staff", []),
        ("Full-Time/Part-Time indicator: F", ["full_time"]),
        ("Full-Time/Part-Time indicator: P", ["part_time"]),
        ("This is a fixed-term appointment", ["temporary"]),
        ("A two-year contract", ["temporary"]),
        ("6-month contract", ["contract"]),
        ("Job type: Contract", ["contract"]),
        ("employmentType: CONTRACTOR", ["contract"]),
        ("Freelance writer", ["contract"]),
        ("PRN shifts available", ["per_diem"]),
        ("Poste à temps plein", ["full_time"]),
        ("CDD de 6 mois", ["temporary"]),
        ("Contrat en alternance", ["apprenticeship"]),
        ("Stage - Analyste de données", ["internship"]),
        ("Vollzeit oder Teilzeit", ["full_time", "part_time"]),
        ("Die Stelle ist auf zwei Jahre befristet.", ["temporary"]),
        ("Ausbildung zum Koch (m/w/d)", ["apprenticeship"]),
        ("Werkstudent im Vertrieb", ["part_time"]),
        ("Jornada completa", ["full_time"]),
        ("práce na zkrácený úvazek", ["part_time"]),
        ("na plný úvazek", ["full_time"]),
        ("Heltid, vikariat", ["full_time", "temporary"]),
        ("雇用形態: 契約社員", ["contract"]),
        ("正社員", ["full_time"]),
        ("パート・アルバイト", ["part_time"]),
    ],
)
def test_employment_words_are_read(text: str, expected: list[str]) -> None:
    """Contract words of seven languages come out as their values, in reading order."""
    assert expected == values(EMPLOYMENT, text)


@pytest.mark.parametrize(
    "text",
    [
        "permanent position",
        "CDI à pourvoir",
        "unbefristete Anstellung",
        "contrato indefinido",
        "experience in contract administration",
        "government contracts",
        "covered by a union contract",
        "full-time students are welcome",
        "two years of full-time experience as a painter",
        "dental care for full-time employees",
        "an early stage startup",
        "on stage",
        "internship experience",
        "temporary files",
        "Volunteer days",
        "part of a team",
        "hotel and per diem",
        "not a full-time role",
        "Part time? No",
        "パートナー企業",
    ],
)
def test_words_that_only_look_like_employment_are_left_alone(text: str) -> None:
    """Contract words in another sense, and denied ones, are not proposed."""
    assert () == EMPLOYMENT.propose(document(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Work Location: Remote", "remote"),
        ("jobLocationType: TELECOMMUTE", "remote"),
        ("100 % télétravail", "remote"),
        ("100% Homeoffice", "remote"),
        ("práce z domova", "remote"),
        ("Arbetet utförs på distans", "remote"),
        ("フルリモート", "remote"),
        ("Located remotely? Y", "remote"),
        ("Remote work options", "hybrid"),
        ("You have the option to work from home", "hybrid"),
        ("3 days a week in the office", "hybrid"),
        ("Come in twice a week; the other three days you write from home", "hybrid"),
        ("télétravail 2 jours par semaine", "hybrid"),
        ("Homeoffice möglich", "hybrid"),
        ("možnost home office", "hybrid"),
        ("modalidad híbrida", "hybrid"),
        ("DeveloperHybridUS residents", "hybrid"),
        ("Work Location: In person", "onsite"),
        ("teleworking.value: Presencial", "onsite"),
        ("fully on-site", "onsite"),
    ],
)
def test_workplace_words_are_read(text: str, expected: str) -> None:
    """An option of home office is hybrid; in person is onsite; the rest says it itself."""
    assert [expected] == values(WORKPLACE, text)


@pytest.mark.parametrize(
    "text",
    [
        "No remote",
        "This is not a remote position",
        "kein Homeoffice",
        "Pas de télétravail",
        "sin teletrabajo",
        "リモート不可",
        "remote work is not possible",
        "Located remotely? N",
        "Remote: No",
        "Remote: nei",
        "https://example.com/jobs/remote-cook?ref=remote",
        "remote customers",
        "remote sensing",
        "hybrid cloud",
        "hybrid vehicles",
        "an on-site gym",
        "an in-person interview",
        "Answer guests in person or over the phone",
        "Work with partners locally and remotely",
        "Una entrevista presencial con la panadera",
        "Ton entretien se déroulera en présentiel ou en visio",
        "Your interview in June will be in-person",
        "Er is een goede sfeer op kantoor",
        "Our office is at 12 Main Street",
    ],
)
def test_a_denied_or_other_workplace_is_left_alone(text: str) -> None:
    """Denials on either side of the word, and longer wordings of another sense, say nothing."""
    assert () == WORKPLACE.propose(document(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Junior Developer", "entry"),
        ("신입 조리사", "entry"),
        ("Sr. Accountant", "senior"),
        ("Store Manager", "manager"),
        ("Senior Store Manager", "manager"),
        ("Head of Marketing", "executive"),
        ("Vice President, Sales", "executive"),
        ("Staff Software Engineer", "lead"),
        ("Director of Nursing", "director"),
        ("Développeur confirmé H/F", "mid"),
        ("Praktikant (m/w/d) Einkauf", "intern"),
        ("Filialleiter (m/w/d)", "manager"),
        ("Vedoucí prodejny", "manager"),
        ("営業部長", "director"),
        (f"Cook{ABOUT}This is an entry-level position.", "entry"),
        (f"Cook{ABOUT}Seniority level: Entry level", "entry"),
        (f"Cook{ABOUT}Level: Senior", "senior"),
        (f"Cook{ABOUT}Experience Level:\nMid-level", "mid"),
        (f"Cook{ABOUT}Job Title: Senior Chef", "senior"),
        (f"Cook{ABOUT}Wir suchen einen Senior Entwickler", "senior"),
        ("Tech Lead role in Berlin", "lead"),
        ("招聘岗位：烘焙实习生", "intern"),
        ("Начальник пекарни", "manager"),
        ("Trưởng phòng kinh doanh", "manager"),
        ("Kıdemli pastacı", "senior"),
    ],
)
def test_rank_is_read_where_it_speaks_of_the_job(text: str, expected: str) -> None:
    """The title, a label, or a sentence that names the role says the rank."""
    assert [expected] == values(SENIORITY, text)


@pytest.mark.parametrize(
    "text",
    [
        "Account Manager",
        "Senior Living Assistant",
        "Lead Generation Specialist",
        "Data Entry Clerk",
        f"Cook{ABOUT}You report to the Senior Director.",
        f"Cook{ABOUT}You work with senior management.",
        "Cook\nReports to\nHead of Kitchens",
        "Koch\nVorgesetzter:\nDirektor der Küche",
        f"Cook{ABOUT}You will take a lead role in the design of menus.",
        f"Cook{ABOUT}They play a leading part in training.",
        f"Cook{ABOUT}Our managers and directors are kind.",
    ],
)
def test_the_rank_of_others_is_left_alone(text: str) -> None:
    """Ranks in the reporting line, and rank words in another sense, say nothing of the job."""
    assert () == SENIORITY.propose(document(text))


def test_a_proposal_is_a_short_clause_with_its_label() -> None:
    """The model sees the words it chooses among in their clause."""
    source = document("Great team. Work Location: Remote, with a laptop. Apply")
    spans = WORKPLACE.propose(source)
    assert ["Work Location: Remote"] == [source.quote(span) for span in spans]


def test_two_values_of_one_clause_are_two_choices() -> None:
    """Where one value is asked for, "remote or hybrid" leaves the choice open."""
    source = document("Remote or hybrid")
    spans = WORKPLACE.propose(source)
    assert ["Remote or", "hybrid"] == [source.quote(span) for span in spans]


def test_the_same_words_are_proposed_once() -> None:
    """A text that says the same thing twice does not show the model two equal choices."""
    source = document("Remote\nRemote")
    assert (Span(0, 6),) == WORKPLACE.propose(source)


def test_a_quote_inside_a_longer_wording_states_nothing() -> None:
    """The words around the quote count: a model that quotes half a wording is not believed."""
    source = document("Knowledge of remote sensing")
    assert WORKPLACE.read(source, Span(13, 19)) is None


def test_inline_words() -> None:
    """A user's own schema brings its own words."""
    kind = Choice(words={"yes": ["furnished", "möbliert"], "no": ["unfurnished"]})
    assert ["no", "yes"] == values(kind, "Unfurnished. Room 2: MÖBLIERT")
    assert hash(kind) == hash(Choice(words={}))


@pytest.mark.parametrize("options", [{}, {"vocabulary": "workplace", "words": {"a": ["b"]}}])
def test_exactly_one_source_of_words(options: dict[str, object]) -> None:
    """No vocabulary, or two, is a mistake in the schema."""
    with pytest.raises(SchemaError, match="not both"):
        Choice(**options)  # type: ignore[arg-type]


def test_shape_follows_many() -> None:
    """The model answers with one span or with many, as the field is declared."""
    assert ("one", "many") == (WORKPLACE.shape, EMPLOYMENT.shape)


def test_different_values_conflict() -> None:
    """Two different values keep the first and are reported."""
    source = document("remote\nonsite")
    findings = [Finding(Span(0, 6), "remote"), Finding(Span(7, 13), "onsite")]
    settled = WORKPLACE.settle(source, findings)
    assert ("remote", "conflicting", "the text says remote and onsite") == (
        settled.value,
        settled.state,
        settled.note,
    )


def test_many_values_are_collected() -> None:
    """With `many`, different values are a list, each with its evidence."""
    findings = [Finding(Span(0, 1), "full_time"), Finding(Span(2, 3), "part_time")]
    settled = EMPLOYMENT.settle(document("a b"), findings)
    assert ["full_time", "part_time"] == settled.value
    assert (("0", Span(0, 1)), ("1", Span(2, 3))) == settled.evidence


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Full-time baker, fixed-term until May.", ["fixed-term"], ["temporary", "full_time"]),
        ("Fixed-term baker, full-time or part-time.", ["Fixed-term"], ["temporary"]),
        ("Part-time baker\nSome of us are fixed-term.", ["Part-time"], ["part_time"]),
        ("Marketing intern\nFull-time", ["Full-time"], ["full_time", "internship"]),
        (
            "Oven & Sons\nTitle: Summer intern\nFull-time",
            ["Full-time"],
            ["full_time", "internship"],
        ),
    ],
)
def test_the_hours_are_a_question_beside_the_contract(
    text: str, found: list[str], expected: list[str]
) -> None:
    """What the text says of them without a rival is added, and the contract that a title names."""
    page = document(text)
    spans = [Span(text.index(words), text.index(words) + len(words)) for words in found]
    findings = [Finding(span, value) for span in spans for value in EMPLOYMENT.read(page, span)]
    assert expected == EMPLOYMENT.settle(page, findings).value


def test_similarity_is_equality() -> None:
    """Values of a closed vocabulary are the same or not."""
    assert (1.0, 0.0) == (
        WORKPLACE.similarity("remote", "remote"),
        WORKPLACE.similarity("remote", "hybrid"),
    )


PIECES = st.sampled_from(
    [
        *(
            "remote",
            "hybrid",
            "full-time",
            "part time",
            "Senior",
            "Manager",
            "befristet",
            "リモート",
        ),
        *(" ", ", ", ". ", "(", ")", "\n", ":", "?", "no ", "or", "looking for a ", "x", "é"),
        "\u200d",
    ]
)


@pytest.mark.parametrize("kind", [EMPLOYMENT, WORKPLACE, SENIORITY])
@given(pieces=st.lists(PIECES, max_size=30))
def test_every_proposal_lies_in_a_line_and_reads(kind: Choice, pieces: list[str]) -> None:
    """Proposals are in order, apart, inside one line, and each states a value."""
    source = document("".join(pieces))
    end = 0
    for span in kind.propose(source):
        assert end <= span.start < span.end
        assert any(line.span.covers(span) for line in source.lines)
        assert kind.read(source, span) is not None
        end = span.end


@pytest.mark.parametrize(
    "text",
    [
        "Two days a week in the Leeds office, the others where you please",
        "You choose: three days a week at home",
        "We are in on Fridays and at home for the rest",
        "Drei Tage die Woche arbeiten Sie im Homeoffice",
        "Deux jours par semaine chez vous",
        "Dos días por semana en la oficina",
        "Dva dny v týdnu z domova",
        "Två dagar i veckan hemifrån",
        "週3日まで在宅勤務",
        "Due giorni a settimana da casa",
        "Je werkt deels thuis",
        "Dois dias por semana em casa",
        "Dwa dni w tygodniu zdalnie",
        "You are onsite Mondays and Thursdays",
        "Home-based (2-3 days a week)",
    ],
)
def test_days_at_home_and_in_the_office_are_hybrid(text: str) -> None:
    """A share of the week at home, said in words, is one hybrid value."""
    assert ["hybrid"] == values(WORKPLACE, text)


@pytest.mark.parametrize(
    "text",
    [
        "Deux jours de formation à distance",
        "Dos días de curso presencial",
        "Vier dagen per week thuiszorg bij cliënten",
        "Cinco días por semana en la oficina",
    ],
)
def test_other_days_are_not_hybrid(text: str) -> None:
    """Days of training or of care, and a whole week in the office, share no week."""
    assert "hybrid" not in values(WORKPLACE, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Koch gesucht, VZ oder TZ", ["full_time", "part_time"]),
        ("Nejvýše 20 hodin týdně na HPP", ["part_time"]),
        ("Přijmeme i na zkráceném úvazku", ["part_time"]),
        ("Možná i dohoda o pracovní činnosti", ["contract"]),
        ("24 tot 32 uur per week", ["part_time"]),
        ("36 tot 40 uur per week", []),
        ("25 ore settimanali", ["part_time"]),
        ("Een jaarcontract", ["temporary"]),
        ("Impiego stagionale", ["temporary"]),
        ("Praca na pół etatu", ["part_time"]),
    ],
)
def test_hours_and_contracts_in_more_words(text: str, expected: list[str]) -> None:
    """Short forms, hours a week and inflected words state a value."""
    assert expected == values(EMPLOYMENT, text)


def test_a_label_gives_only_a_value_behind_it() -> None:
    """A label's word behind the value, or within it, labels nothing."""
    source = document("It depends on full-time status\nType of contract: part-time")

    assert ["Type of contract: part-time"] == [
        source.quote(span) for span in EMPLOYMENT.given(source)
    ]


def test_a_button_is_no_rank() -> None:
    """The button to apply, in capitals, is no entry level."""
    assert [] == values(SENIORITY, "TOP / NEWS / ENTRY")
    assert ["entry"] == values(SENIORITY, "ENTRY LEVEL COOK")


def test_a_key_in_small_letters_is_no_rank() -> None:
    """The front matter of a page has a lead paragraph."""
    assert [] == values(SENIORITY, 'lead: "Bakes with love"')
    assert [] == values(SENIORITY, "am Institut (Leitung: Prof. Dr. Oven)")
    assert ["lead"] == values(SENIORITY, "Team Lead: Bakery")


@pytest.mark.parametrize(
    "text",
    ["Débutant accepté", "Boulanger (débutants acceptés)", "Berufseinsteiger sind willkommen"],
)
def test_who_may_apply_too_is_no_rank(text: str) -> None:
    """Beginners may take a job that is not one for beginners."""
    assert [] == values(SENIORITY, text)
    assert ["entry"] == values(SENIORITY, "Boulanger débutant")


def test_a_search_names_its_rank() -> None:
    """The rank behind a heading of a search is the job's."""
    assert ["mid"] == values(SENIORITY, ABOUT + "Búsqueda: Cocinero semi senior")


@pytest.mark.parametrize(
    "text", ["Remote recruitment process", "code: remote_recruitment", "Zdalna rekrutacja"]
)
def test_hiring_from_afar_is_no_work_from_afar(text: str) -> None:
    """What is remote there is the interview."""
    assert [] == values(WORKPLACE, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bäckerin, 6 Stunden / Woche", ["part_time"]),
        ("Baker on Saturdays, 7 hours a week, for students in full-time education", ["part_time"]),
        ("Küchenhilfe auf geringfügiger Basis", ["part_time"]),
        ("Bäcker, 37,5 Stunden pro Woche", []),
        ("Padeiro. Tempo inteiro.", ["full_time"]),
        ("Heltid: nei\nDeltid: ja", ["part_time"]),
    ],
)
def test_part_of_a_week_is_part_time(text: str, expected: list[str]) -> None:
    """In words, or from four hours to 32; the decimals of a full week are none, "no" denies."""
    source = document(text)
    read = [EMPLOYMENT.read(source, span) or () for span in EMPLOYMENT.propose(source)]
    assert expected == [value for each in read for value in each]


def test_a_chosen_value_stands_for_those_set_beside_it() -> None:
    """A small model names one of two facts in a row; in a sentence it means the one."""
    text = "Auxiliaire de vie\nTours\nCDD de 6 mois, 24H/semaine\nEnvoyez votre CV."
    row = document(text)
    contract, hours = EMPLOYMENT.propose(row)
    assert (contract, hours) == EMPLOYMENT.expand(row, contract) == EMPLOYMENT.expand(row, hours)
    prose = document("We hire full-time bakers, and students join us part-time on Saturdays.")
    assert [(span,) for span in EMPLOYMENT.propose(prose)] == [
        EMPLOYMENT.expand(prose, span) for span in EMPLOYMENT.propose(prose)
    ]
