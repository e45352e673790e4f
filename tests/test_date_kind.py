"""Dates: every notation, the words that say what a date is for, and what is none."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds.dates.calendar import day_order, written_dates
from extract.kinds.dates.date_kind import Cue, Date
from extract.kinds.kind import Finding
from extract.text.document import from_text
from extract.values import Document, Line, Span

CUES: tuple[Cue, ...] = ("posted", "closes", "starts")


def document(text: str, *starts: int) -> Document:
    """Make a document, cut into lines at the given offsets."""
    ends = [*starts[1:], len(text)][: len(starts)]
    lines = tuple(
        Line(number, Span(start, end))
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    )
    return Document("1", "here", text, lines)


def read(text: str) -> dict[str, str]:
    """Return the first date of each kind that is proposed, as ISO text."""
    of = document(text)
    found: dict[str, str] = {}
    for cue in CUES:
        for span in Date(cue).propose(of)[:1]:
            found[cue] = str(Date(cue).read(of, span))
    return found


@pytest.mark.parametrize(
    "words",
    [
        "2016-03-31",
        "2016-03-31T09:30:00.000Z",
        "2016/3/31",
        "20160331T093000Z",
        "31st March 2016",
        "31 of March, 2016",
        "March 31, 2016",
        "Mar. 31st 2016",
        "31-Mar-2016",
        "31/03/2016",
        "03/31/2016",
        "31.03.2016",
        "31. 3. 2016",
        "31.3.16",
        "31. März 2016",
        "31 mars 2016",
        "31 de marzo de 2016",
        "31. března 2016",
        "31 marca 2016",
        "2016年3月31日",
        "平成28年3月31日",
        "31 mar. 2016",
        "31 martie 2016",
        "31 март 2016",
        "31. märts 2016",
        "!!timestamp '2016-03-31'",
    ],
)
def test_a_date_is_read_in_any_notation(words: str) -> None:
    """One day, written in many ways, is one value."""
    assert {"closes": "2016-03-31"} == read(f"Deadline: {words}")


@pytest.mark.parametrize(
    "words", ["31 March", "March 2016", "2016", "31/02/2016", "1.2.3.2016", "1614-03-31", "31/03"]
)
def test_what_is_no_full_date_is_not_proposed(words: str) -> None:
    """No day, no year, no such day, or a version number."""
    assert {} == read(f"Deadline: {words}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Date posted: 3 May 2021", {"posted": "2021-05-03"}),
        ('"datePosted": "2021-05-03"', {"posted": "2021-05-03"}),
        ("date_posted: 2021-05-03", {"posted": "2021-05-03"}),
        ("created: 2021-05-03", {"posted": "2021-05-03"}),
        ("date: 2021-05-03", {"posted": "2021-05-03"}),
        ("Veröffentlicht am 03.05.2021", {"posted": "2021-05-03"}),
        ("Publication: 2021-05-03", {"posted": "2021-05-03"}),
        ('publiceraddatum: "2021-05-03T00:00"', {"posted": "2021-05-03"}),
        ("Termen limită de aplicare: 3 mai 2021", {"closes": "2021-05-03"}),
        ("Vi hører fra dig inden mandag d. 3. maj 2021", {"closes": "2021-05-03"}),
        ("Inscrições: 01/04/2021 a 03/05/2021", {"closes": "2021-05-03"}),
        ("Send din ansøgning senest den 3. maj 2021", {"closes": "2021-05-03"}),
        ("Aplikacje składać w terminie do dnia 3.05.2021 r.", {"closes": "2021-05-03"}),
        ("Publiée le 3 mai 2021", {"posted": "2021-05-03"}),
        ("Publicado el 3 de mayo de 2021", {"posted": "2021-05-03"}),
        ("Zveřejněno: 3. května 2021", {"posted": "2021-05-03"}),
        ("Publicerad 3 maj 2021", {"posted": "2021-05-03"}),
        ("掲載日：2021年5月3日", {"posted": "2021-05-03"}),
        ('"validThrough": "2021-05-03T23:00"', {"closes": "2021-05-03"}),
        ("Please apply by 3 May 2021", {"closes": "2021-05-03"}),
        ("Send us your CV before 3 May 2021.", {"closes": "2021-05-03"}),
        ("Posted until 3 May 2021", {"closes": "2021-05-03"}),
        ("3 May 2021 is the closing date", {"closes": "2021-05-03"}),
        ("Bewerbungsschluss ist der 3. Mai 2021", {"closes": "2021-05-03"}),
        ("Hết hạn: 2021-05-03", {"closes": "2021-05-03"}),
        ("Data inizio pubblicazione: 03/05/2021", {"posted": "2021-05-03"}),
        ("pour le lundi 3 mai 2021 à minuit au plus tard", {"closes": "2021-05-03"}),
        ("Ihre Bewerbung senden Sie bis zum 03.05.2021 an uns", {"closes": "2021-05-03"}),
        ("Date limite de candidature : 3 mai 2021", {"closes": "2021-05-03"}),
        ("Fecha límite: 3/5/2021 (inscripción hasta el 13/5/2021)", {"closes": "2021-05-03"}),
        ("Uzávěrka přihlášek 3. 5. 2021", {"closes": "2021-05-03"}),
        ("Apply before the close of business on 3 May 2021 .", {"closes": "2021-05-03"}),
        ("Application close 11:55pm, 3 May 2021.", {"closes": "2021-05-03"}),
        ("Data final\n03/05/2021", {"closes": "2021-05-03"}),
        ("Sista ansökningsdag är den 3 maj 2021", {"closes": "2021-05-03"}),
        ("2021年5月3日まで", {"closes": "2021-05-03"}),
        ("Start date: 3 May 2021", {"starts": "2021-05-03"}),
        ("The position is available from 3 May 2021", {"starts": "2021-05-03"}),
        ("Zum 03.05.2021 ist die Stelle zu besetzen.", {"starts": "2021-05-03"}),
        ("Poste à pourvoir à partir du 3 mai 2021", {"starts": "2021-05-03"}),
        ("Fecha de inicio: 3 de mayo de 2021", {"starts": "2021-05-03"}),
        ("Nástup: 3. května 2021", {"starts": "2021-05-03"}),
        ("Tillträde 3 maj 2021", {"starts": "2021-05-03"}),
        ("入社日：2021年5月3日", {"starts": "2021-05-03"}),
    ],
)
def test_the_word_beside_a_date_says_what_it_is_for(text: str, expected: dict[str, str]) -> None:
    """A date has one purpose, in seven languages and as a key."""
    assert expected == read(text)


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("vlozeno: 2021-05-03", "posted"),
        ("fecha_publicacion: 2021-05-03T10:00:00", "posted"),
        ("date_publication: 2021-05-03", "posted"),
        ("veroeffentlicht_am: 2021-05-03", "posted"),
        ("data_publicacao: 2021-05-03", "posted"),
        ("Date: Mon, 3 May 2021 10:15:00 +0200", "posted"),
        ("Gesendet: Montag, 3. Mai 2021 10:15", "posted"),
        ("Envoyé : lundi 3 mai 2021 10:15", "posted"),
        ("2021年5月3日に掲載しました", "posted"),
        ("Pubblicata il 3 maggio 2021", "posted"),
        ("Geplaatst op 3 mei 2021", "posted"),
        ("Divulgado em 3 de maio de 2021", "posted"),
        ("Dodano: 3 maja 2021", "posted"),
        ("Publicerades den 3 maj 2021", "posted"),
        ("Eingestellt am Montag, den 3. Mai 2021", "posted"),
        ("Send your CV by noon on Friday 3 May 2021.", "closes"),
        ("Please complete the form below by 5 pm on Monday, 3 May 2021 to apply.", "closes"),
        ("Bitte bewerben Sie sich bis Montag, den 3. Mai 2021.", "closes"),
        ("Envoyez votre CV avant le lundi 3 mai 2021 à midi.", "closes"),
        ("Recibimos portafolios hasta el lunes 3 de mayo de 2021.", "closes"),
        ("Životopis pošlete do pondělí 3. května 2021.", "closes"),
        ("Skicka din ansökan före måndag den 3 maj 2021.", "closes"),
        ("Inviare la candidatura entro lunedì 3 maggio 2021.", "closes"),
        ("Solliciteren kan tot en met maandag 3 mei 2021.", "closes"),
        ("Inscrições até segunda-feira, 3 de maio de 2021.", "closes"),
        ("Termin nadsyłania CV: 3 maja 2021", "closes"),
        ("Prosimy o zgłoszenia do poniedziałku 3 maja 2021.", "closes"),
        ("応募終了日：2021年5月3日", "closes"),
        ("platnost_do: 2021-05-03", "closes"),
        ("Your first day of work is Monday 3 May 2021.", "starts"),
        ("We need someone here by Monday 3 May 2021.", "starts"),
        ("You start no later than 3 May 2021.", "starts"),
        ("Am 3. Mai 2021 beginnt deine Ausbildung bei uns.", "starts"),
        ("Ausbildungsbeginn: 03.05.2021", "starts"),
        ("Ausbildung zum Koch ab 03.05.2021", "starts"),
        ("Contrat saisonnier du 03/05/2021 au 30/09/2021.", "starts"),
        ("Befristet vom 03.05.2021 bis 30.09.2021", "starts"),
        ("Contrato del 03/05/2021 al 30/09/2021.", "starts"),
        ("Contratto dal 03/05/2021 al 30/09/2021", "starts"),
        ("Contract van 3 mei 2021 tot 30 september 2021", "starts"),
        ("Umowa od 3 maja 2021", "starts"),
        ("Brigáda od 3. 5. 2021 do 30. 9. 2021", "starts"),
        ("Säsongsarbete från måndag den 3 maj 2021", "starts"),
        ("The contract runs from 3 May 2021 to 30 September 2021", "starts"),
        ("À pourvoir le 3 mai 2021", "starts"),
        ("Data de admissão: 3/5/2021 ou 13/5/2021", "starts"),
        ("入職日：2021年5月3日", "starts"),
    ],
)
def test_mail_heads_keys_and_weekdays_leave_the_word_its_date(text: str, purpose: str) -> None:
    """Keys have no accents; a weekday or an hour may stand between; a period starts a job."""
    assert {purpose: "2021-05-03"} == read(text)


@pytest.mark.parametrize(
    "text",
    [
        "We met on 3 May 2021.",
        "DATA_INICIO_RECRUTAMENTO: 03/05/2021",
        "recruitmentStartDate: 2021-05-03",
        "Start of applications: 3 May 2021",
        "Bewerbungsbeginn: 03.05.2021",
        "Ouverture des candidatures : 3 mai 2021",
        "Inicio de inscripciones: 3 de mayo de 2021",
        "lastUpdate: 2021-05-03",
        "Posted by the team. Last modified 3 May 2021",
        "© 2021-05-03",
        "The company was founded on 3 May 2001",
        "Die Stelle ist befristet bis zum 31.12.2025",
        "The contract runs until 3 May 2021",
        "Interviews: 3 May 2021",
        "Applications are taken from 3 May 2021",
        "Décret du 3 mai 2021 sur le contrat de travail",
        "Le contrat est régi par la convention du 3 mai 2021.",
        "Am 3. Mai 2021 beginnt unser Sommerfest.",
        "date_maj: 2021-05-03",
        "fecha_actualizacion: 2021-05-03",
        "Contract ends Friday 3 May 2021",
        "The conference for our partners starts 3 May 2021",
        "Kursen börjar 3 maj 2021",
        "On 3 May 2021 we started the company.",
        "Die Messe geht vom 03.05.2021 bis 05.05.2021",
        "Notre contrat climat, signé du 03/05/2021",
    ],
)
def test_other_dates_are_none_of_the_three(text: str) -> None:
    """Updates, history, events, the start of recruiting and the end of a contract have none."""
    assert {} == read(text)


def test_two_dates_keep_their_own_words() -> None:
    """The nearest word decides, and a word serves one date."""
    text = "Posted 3 May 2021 | Closes 14 May 2021, start of contract: 1 June 2021 to 31 May 2022"
    assert {"posted": "2021-05-03", "closes": "2021-05-14", "starts": "2021-06-01"} == read(text)


def test_the_second_date_of_a_period_of_application_closes() -> None:
    """The first of the two is neither a posting date nor a closing date."""
    assert {"closes": "2021-05-14"} == read("Bewerbungszeitraum: 03.05.2021 – 14.05.2021")


def test_a_label_on_the_line_before_counts() -> None:
    """A heading speaks for the date under it, however the lines are cut."""
    assert {"closes": "2021-05-03"} == read("Closing date\n\n3 May 2021")
    text = "Closing date 3 May 2021"
    assert "2021-05-03" == str(Date("closes").read(document(text, 0, 13), Span(13, 23)))


def test_labels_in_a_row_are_not_trusted() -> None:
    """In a table that lost its order, no date can be told from the other."""
    assert {} == read("Posted\nClosing date\n3 May 2021\n14 May 2021")


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ("", None),
        ("Interviews on 25/04/2016.", dt.date(2016, 4, 3)),
        ("Interviews on 04/25/2016.", dt.date(2016, 3, 4)),
        ("Work for us in the United Kingdom: £20,000.", dt.date(2016, 4, 3)),
        ("Work for us in Tulsa, OK, with 401(k) and PTO.", dt.date(2016, 3, 4)),
        ("Wir suchen Verstärkung für unser Team in der Pflege", dt.date(2016, 4, 3)),
    ],
)
def test_day_and_month_are_told_apart_by_the_document(
    context: str, expected: dt.date | None
) -> None:
    """Another date, the country or the language decides; else the date is not read."""
    english = "" if "Wir" in context else "We look for you to work with the team and to help. "
    text = f"Deadline: 03/04/2016. {english}{context}"
    assert expected == Date("closes").read(document(text), Span(10, 20))
    assert (expected is not None) == bool(Date("closes").propose(document(text)))


def test_a_span_without_its_word_is_not_read() -> None:
    """Reading is the support check: the only date is not posting and closing date alike."""
    of = document("Closing date: 3 May 2021")
    assert dt.date(2021, 5, 3) == Date("closes").read(of, Span(14, 24))
    assert Date("posted").read(of, Span(14, 24)) is None


def test_different_dates_conflict() -> None:
    """The first wins, the note names both."""
    of = document("Deadline: 3 May 2021. Deadline: 4 May 2021")
    kind = Date("closes")
    findings = [Finding(span, kind.read(of, span)) for span in kind.propose(of)]
    settled = kind.settle(of, findings)
    assert (dt.date(2021, 5, 3), "conflicting") == (settled.value, settled.state)
    assert "2021-05-03, 2021-05-04" in (settled.note or "")


def test_similarity_is_equality() -> None:
    """A day off is wrong."""
    assert 1.0 == Date("posted").similarity(dt.date(2021, 5, 3), dt.date(2021, 5, 3))
    assert 0.0 == Date("posted").similarity(dt.date(2021, 5, 3), dt.date(2021, 5, 4))


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from(["%d.%m.%Y", "%Y-%m-%d"]),
)
def test_every_day_survives_being_written(day: dt.date, form: str) -> None:
    """Writing and reading are inverse for unambiguous notations."""
    found = list(written_dates(f"x {day.strftime(form)} y"))
    assert [day] == [written.day(None) for written in found]


@given(st.text(alphabet="0123/.- 年月日MayT,:", max_size=60))
def test_spans_lie_in_the_text(text: str) -> None:
    """Whatever stands there, a span is a part of the text, in order, and reads again."""
    spans = [written.span for written in written_dates(text)]
    assert sorted(spans) == spans
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert day_order(text) in (None, "day", "month")


def test_the_period_of_a_posting() -> None:
    """Its first day is when it went up, its last when it closes."""
    text = "Période d’affichage | Du 2022-05-03 au 2022-05-20, 16 h"
    assert {"posted": "2022-05-03", "closes": "2022-05-20"} == read(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please return the application form to Ina Moor,\ninfo@kiln.example,\nby 13 May 2027.",
        "Potters should email a CV and a\ncover letter to info@kiln.example\nby 13 May 2027",
    ],
)
def test_a_line_that_begins_with_by_goes_on_with_the_lines_above(text: str) -> None:
    """Hard-wrapped text: what is to be sent stands a line or two above the day."""
    assert {"closes": "2027-05-13"} == read(text)


def test_a_line_broken_before_a_date() -> None:
    """The word that wants a date may stand at the end of the line above."""
    text = "Životopis nám pošlete do\n12. května 2025."
    of = document(text, 0, text.index("12."))
    assert [dt.date(2025, 5, 12)] == [
        Date("closes").read(of, span) for span in Date("closes").propose(of)
    ]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2049, 12, 31)))
def test_a_year_of_two_digits_ends_its_line(day: dt.date) -> None:
    """Behind the name of a month two digits are a year, unless something is counted with them."""
    short = f"{day.day} {day:%B} {day:%y}"
    assert [day] == [found.day(None) for found in written_dates(f"Closing date: {short}\nBake")]
    assert [] == list(written_dates(f"{short} places"))


@pytest.mark.parametrize(
    "head",
    [
        "3 May 2021",
        "Mar Boa | 2021-05-03",
        "**2021-05-03**",
        "2021-05-03T08:00:00 · 7 comments",
        "Jobs — 3 May 2021",
    ],
)
def test_a_date_that_stands_alone_at_the_top_is_when_the_page_was_put_up(head: str) -> None:
    """Bylines have no word for it."""
    of = from_text(f"Cook wanted\n{head}\nWe look for a cook.", id="1", source="-")
    found = Date("posted").propose(of)
    assert [dt.date(2021, 5, 3)] == [Date("posted").read(of, span) for span in found]


@pytest.mark.parametrize(
    "text",
    [
        "Cook wanted\nWe met on 3 May 2021",
        "Cook wanted\n3 May 2021 | 5 June 2021\nWe look for a cook.",
        "Cook wanted\nInterviews | 3 May 2021",
        "Cook wanted\n" + "We look for a cook who bakes well. " * 6 + "\n3 May 2021",
        "Cook wanted\nUpdated\n3 May 2021",
    ],
)
def test_a_date_in_a_sentence_or_one_of_several_is_no_byline(text: str) -> None:
    """Nor is one below the text, or with another word above it."""
    of = from_text(text, id="1", source="-")
    assert () == Date("posted").propose(of)
