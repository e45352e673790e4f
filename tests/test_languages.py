"""Languages: asked for in any of the languages, and not merely named."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds.kind import Finding
from extract.kinds.languages import Languages
from extract.text.document import from_text
from extract.values import Document, Span

LANGUAGES = Languages()


def read(text: str) -> list[str]:
    """Return the languages read from the proposals, in order."""
    of = Document("1", "here", text, ())
    return [name for span in LANGUAGES.propose(of) for name in LANGUAGES.read(of, span) or ()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fluent in German and English", ["German", "English"]),
        ("native French speaker", ["French"]),
        ("Bilingual French/English", ["French", "English"]),
        ("English-speaking environment, spoken Polish", ["English", "Polish"]),
        ("Languages: Dutch (C1)", ["Dutch"]),
        ("Languages:\nDutch", ["Dutch"]),
        ("Must speak Mandarin", ["Chinese"]),
        ("Must know American Sign Language", ["American Sign Language"]),
        ("Sehr gute Deutsch- sowie Tschechischkenntnisse", ["German", "Czech"]),
        ("Kenntnisse der ukrainischen und englischen Sprache", ["Ukrainian", "English"]),
        ("verhandlungssicheres Englisch", ["English"]),
        ("Bedingung:\n• polštinu, v níž zvládnete telefonát", ["Polish"]),
        ("Stačí základy ruštiny", ["Russian"]),
        ("Bisogna parlare il francese con gli ospiti", ["French"]),
        ("Je spreekt Duits en bent Nederlandstalig", ["German", "Dutch"]),
        ("Tem de falar espanhol", ["Spanish"]),
        ("Trzeba mówić po angielsku, płynny język niemiecki", ["German"]),
        ("Du pratar norska med våra gäster", ["Norwegian"]),
        ("タイ語で会話ができる方", ["Thai"]),
        ("Our plants:\n> Korean ones, since 1990", []),
        ("Anglais courant", ["English"]),
        ("maîtrise du français et de l'allemand", ["French", "German"]),
        ("Inglés: nivel alto; francés valorable", ["English", "French"]),
        ("znalost angličtiny a němčiny", ["English", "German"]),
        ("komunikativní znalost německého jazyka", ["German"]),
        ("znalost španělského jazyka", ["Spanish"]),
        ("Flytande svenska och engelska i tal och skrift", ["Swedish", "English"]),
        ("goda engelskakunskaper", ["English"]),
        ("日本語ネイティブ、ビジネスレベルの英語", ["Japanese", "English"]),
        ("英語力必須", ["English"]),
        ("Znajomość niemieckiego na poziomie B1", ["German"]),
        ("Znanje engleskog i njemačkog jezika", ["English", "German"]),
        ("Angličtina a nemčina, stredná úroveň", ["English", "German"]),
        ("Aktivno znanje angleščine", ["English"]),
        ("Владеене на немски език", ["German"]),
        ("Geras anglų kalbos mokėjimas", ["English"]),
        ("Labas krievu valodas zināšanas", ["Russian"]),
        ("Hea vene keele oskus", ["Russian"]),
        ("Ruotsin kielen taito on eduksi", ["Swedish"]),
        ("Középszintű német nyelvtudás", ["German"]),
        ("Bahasa Inggris lisan dan tulisan", ["English"]),
        ("İngilis dili biliyi", ["English"]),
        ("Fluent German is not required, but an advantage", ["German"]),
        ("Not only English but also fluent German", ["English", "German"]),
        ("A strong communicator in English", ["English"]),
        ('"Conoscenze linguistiche richieste": "Italiano Inglese"', ["Italian", "English"]),
        ("Proficient in English and Bahasa Malaysia", ["English", "Malay"]),
    ],
)
def test_languages_asked_for_are_read(text: str, expected: list[str]) -> None:
    """By their English names, in the order of the text."""
    assert expected == read(text)


@pytest.mark.parametrize(
    "text",
    [
        "A German company",
        "Ein Programm im deutschsprachigen Raum",
        "English teacher with good communication",
        "Polish the code until it is good",
        "You polish written texts",
        "Good knowledge of French cuisine",
        "Une entreprise française, un bon niveau technique",
        "Danish",
        "Dicari juru masak, bahasa yang sopan, di Indonesia",
        "Puhumme selkeää kieltä. Ruotsi on meille tuttu.",
        "Language: English Deutsch Français Español Čeština",
        "We speak Python and read manuals",
        "Fluent German is not required.",
        "Gute Deutschkenntnisse sind nicht erforderlich.",
        "Spanish (B1): not required",
        "Keine Deutschkenntnisse erforderlich",
        "We offer free German courses (A1 to C1).",
        "Nous offrons des cours de français, niveau A1",
        "A very good salary and a permanent German contract",
    ],
)
def test_a_name_alone_asks_for_nothing(text: str) -> None:
    """Nationalities, subjects, courses, a page's choice of languages, and what is not required."""
    assert [] == read(text)


def test_a_list_of_languages_is_not_a_menu() -> None:
    """Commas tell what is asked for from what a page offers."""
    text = "Languages: German (fluent), English, French, Spanish and Italian"
    assert ["German", "English", "French", "Spanish", "Italian"] == read(text)


def test_a_language_is_proposed_once() -> None:
    """The first mention that is asked for stands for all."""
    of = Document("1", "here", "English teacher. Fluent English. Written English.", ())
    assert (Span(24, 31),) == LANGUAGES.propose(of)


def test_a_longer_span_names_several() -> None:
    """A quote of the model may hold the whole wording."""
    of = Document("1", "here", "fluent Czech and Slovak", ())
    assert ("Czech", "Slovak") == LANGUAGES.read(of, Span(0, 23))
    assert LANGUAGES.read(of, Span(0, 6)) is None


def test_all_languages_are_collected() -> None:
    """Each is an item with its own evidence."""
    of = Document("1", "here", "fluent Czech and Slovak", ())
    settled = LANGUAGES.settle(of, [Finding(Span(7, 12), "Czech"), Finding(Span(17, 23), "Slovak")])
    assert ["Czech", "Slovak"] == settled.value
    assert (("0", Span(7, 12)), ("1", Span(17, 23))) == settled.evidence


def test_similarity_goes_by_the_language() -> None:
    """Its names are equal, other languages and unknown words are not."""
    assert 1.0 == LANGUAGES.similarity("Chinese", "Mandarin")
    assert 1.0 == LANGUAGES.similarity("Klingon", "klingon")
    assert 0.0 == LANGUAGES.similarity("German", "English")
    assert 0.0 == LANGUAGES.similarity("Klingon", "English")


@given(
    st.lists(
        st.sampled_from(
            ["English", "fluent", "Deutsch", "日本語", ", ", " ", "\n", "é", "kenntnisse", "ß", "İ"]
        ),
        max_size=12,
    ).map("".join)
)  # fmt: skip
def test_proposals_lie_in_the_text_and_read(text: str) -> None:
    """In order, apart, and each is read to one language."""
    of = Document("1", "here", text, ())
    spans = LANGUAGES.propose(of)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for span in spans:
        assert 1 == len(LANGUAGES.read(of, span) or ())


def test_a_language_that_opens_a_requirement() -> None:
    """Under a heading that asks for something the name alone is asked for."""
    listed = from_text("Guide\n\nRequirements\n• Korean\n• a van", id="1", source="-")
    assert ["Korean"] == [listed.quote(span) for span in LANGUAGES.propose(listed)]
    told = from_text("Guide\n\nThe team\n• Korean cooks\n• a van", id="1", source="-")
    assert () == LANGUAGES.propose(told)
