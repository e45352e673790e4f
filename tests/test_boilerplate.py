"""Which lines need not be read, and which always are."""

from __future__ import annotations

import pytest

from extract.reading.boilerplate import boilerplate
from extract.text.document import from_text


def reasons(text: str) -> list[str | None]:
    """Return the reason of every line, None for lines that are read."""
    document = from_text(text)
    left_out = boilerplate(document)
    return [left_out.get(line.number) for line in document.lines]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("We are an equal opportunity employer.", "equal opportunity"),
        ("Bewerbungen von Schwerbehinderten werden bevorzugt berücksichtigt.", "equal opportunity"),
        ("Nos postes sont ouverts aux personnes en situation de handicap.", "equal opportunity"),
        ("Vi söker medarbetare oavsett kön och bakgrund.", "equal opportunity"),
        ("Vybíráme bez ohledu na věk.", "equal opportunity"),
        ("This site and its partners use cookies to improve your visit.", "privacy or consent"),
        ("Wir verarbeiten personenbezogene Daten nach Art. 6.", "privacy or consent"),
        ("Souhlasím se zpracováním osobních údajů.", "privacy or consent"),
        ("Back to search results | Share this job | Print", "navigation"),
        ("Iniciar sesión · Compartir oferta", "navigation"),
        ("© 2024 Crumb & Co", "copyright"),
    ],
)
def test_page_and_law_are_left_out(line: str, reason: str) -> None:
    """Notices of each sort are found in several languages."""
    assert [None, reason] == reasons(f"Baker wanted in Ghent\n{line}")


@pytest.mark.parametrize(
    "line",
    [
        "We are an equal opportunity employer; pay is $17 an hour.",
        "We are an equal opportunity employer; pay is 28 złotych an hour.",
        "We are an equal opportunity employer; PLN 28 an hour.",
        "Vybíráme bez ohledu na věk, 200 Kč na hodinu.",
        "We do not discriminate against any applicant; apply before 12 May.",
        "Knowledge of GDPR and of the privacy policy of the group",
        "Three years of experience with cookies and bread",
        "Home office twice a week",
        "Apply by 3 March with reference number 881",
        "You will share jobs and search for talent",
    ],
)
def test_content_is_never_left_out(line: str) -> None:
    """Pay, dates, ids and requirements keep a line, whatever else it says."""
    assert reasons(f"Baker wanted in Ghent\n{line}") == [None, None]


def test_other_jobs_end_the_page() -> None:
    """From the heading of a list of other jobs on nothing is read, figures least of all."""
    text = "Baker wanted\nBake bread\nKnead dough\nSimilar jobs\nCook, Ghent, $20 an hour\nMiller"
    assert reasons(text) == [None, None, None, "other jobs", "other jobs", "other jobs"]


def test_employer_named_only_in_the_notice_is_read() -> None:
    """The one line that names the employer is evidence."""
    assert reasons("Baker wanted\nCrumb Mills, LLC is an equal opportunity employer.") == [
        None,
        None,
    ]


def test_headline_with_a_banner_is_read() -> None:
    """A consent banner glued to the first line does not take the title with it."""
    assert reasons(
        "Baker in Ghent | Crumb This site and its partners use cookies to serve you.\nBake bread"
    ) == [None, None]


def test_a_document_of_nothing_else_is_left_as_it_is() -> None:
    """Something is always left to read."""
    assert reasons("We are an equal opportunity employer.") == [None]
