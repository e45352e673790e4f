"""The employer is a name: labelled, or copied and checked."""

from __future__ import annotations

import pytest

from extract.kinds import Company
from extract.text.document import from_text
from extract.values import Document, Span


def read(text: str, mention: str) -> str | None:
    """Return what a mention of a text is read as."""
    document = from_text(text, id="1", source="-")
    start = document.text.index(mention)
    company = Company()
    (span,) = company.expand(document, Span(start, start + len(mention)))
    return company.read(document, span)


def given(text: str) -> list[str]:
    """Return the names that a text labels."""
    document: Document = from_text(text, id="1", source="-")
    return [document.quote(span) for span in Company().given(document)]


@pytest.mark.parametrize(
    "words",
    [
        "Our company",
        "Confidential",
        "notre entreprise",
        "We bake for the town",
        "disciplined, reliable, liaising with bakers",
        "Leeds, UK",
        "Vollzeit",
        "Recrutement",
        "채용공고",
        "Avoimet työpaikat",
        "Careers",
        "Funciones principales",
        "製パン部",
        "www.oven.example",
        "faculty-of-baking",
        "Bake bread with us!",
    ],
)
def test_what_names_nobody_is_dropped(words: str) -> None:
    """A pronoun, a sentence, a call, a secret, a place, the name of a page, a part of a link."""
    assert read(f"Baker\n{words}\nBake bread", words) is None


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        (
            "Join Oven & Sons. Oven & Sons Bakeries Ltd. is old.",
            "Oven & Sons",
            "Oven & Sons Bakeries Ltd.",
        ),
        ("Krustner sucht dich. Backhaus Krustner GmbH, Ulm", "Krustner", "Backhaus Krustner GmbH"),
        ("Pekárna hledá. Pekárna Duha s.r.o. Brno", "Pekárna Duha", "Pekárna Duha s.r.o."),
        ("Oven & Sons needs a baker", "Oven & Sons", "Oven & Sons"),
        ("Work at Oven.", "Oven.", "Oven"),
        ("Le Four Sud basé à Nice recrute", "Le Four Sud basé à Nice", "Le Four Sud"),
        ("Ofen AG mit Sitz in Ulm sucht", "Ofen AG mit Sitz in Ulm", "Ofen AG"),
        ("Baker\nOven & Sons, Nottingham\nBake bread", "Oven & Sons, Nottingham", "Oven & Sons"),
        ("Baker\nOven, Jones\nBake bread", "Oven, Jones", "Oven, Jones"),
    ],
)
def test_the_name_with_its_legal_form_is_the_name(text: str, mention: str, expected: str) -> None:
    """Where the text gives one; else the mention."""
    assert expected == read(text, mention)


def test_a_label_gives_the_name() -> None:
    """So that it is not asked."""
    assert ["Oven & Sons"] == given("Company: Oven & Sons\nBaker")


def test_a_label_that_repeats_the_title_names_nobody() -> None:
    """Tables that were scraped a column off say the title twice."""
    assert [] == given("title: Senior Baker\ncompany: Senior Baker\nlocation: Leeds")


@pytest.mark.parametrize("board", ["SeasideJobs Careers", "Jobbörse Nord", "Emploi Ouest"])
def test_a_job_board_is_not_given(board: str) -> None:
    """The page's own data may name the board as the employer: then reading decides."""
    assert [] == given(f"hiringOrganization: {board}\nBaker at Oven & Sons")


@pytest.mark.parametrize(
    "value", ["our client", "N/A", "NA", "vertraulich", "Leeds, UK", "Natal - RN"]
)
def test_a_label_without_a_name_gives_nothing(value: str) -> None:
    """It is asked instead."""
    assert [] == given(f"Company: {value}\nBaker")


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("Potier (H/F)\n01 - FERNEY VOLTAIRE\nCDI", "FERNEY VOLTAIRE", None),
        ("Potter wanted at our kiln\nLocation: Santander", "Santander", None),
        ("Head of Pottery\nSantander\nLocation: Madrid, Spain", "Santander", "Santander"),
        ("Company: Santander\nLocation: Santander", "Santander", "Santander"),
        ("Potter\nLeeds Potteries\nLocation: Leeds", "Leeds Potteries", "Leeds Potteries"),
    ],
)
def test_the_town_of_the_job_is_no_employer(text: str, mention: str, expected: str | None) -> None:
    """A name that only names the place stated is that place, unless a label says otherwise."""
    assert expected == read(text, mention)


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("Kok gezocht. Brief naar: Molenpad 12\n1234 AB Waarland", "Molenpad 12", None),
        ("<p>Rue du Four 7</p>\n<p>67000 Strasbourg</p>\nBoulanger", "Rue du Four 7", None),
        ("Koch gesucht. Ofengasse 3a, D-89073 Ulm", "Ofengasse 3a", None),
        ("Barkeeper at Studio 54\n254 West 54th Street", "Studio 54", "Studio 54"),
        ("Barkeeper at Studio 54, London", "Studio 54", "Studio 54"),
        ("Baker wanted: jobs@ovenandsons.example", "ovenandsons", None),
        ("Baker wanted, see https://www.ovenandsons.example/jobs", "ovenandsons", None),
        ("Oven bakes. jobs@Oven.example", "Oven", "Oven"),
        ("One of the leading Bakery Groups in Leeds hires bakers", "Bakery Groups", None),
        ("Join one of the Oven & Sons bakeries", "Oven & Sons", "Oven & Sons"),
        ("Eine der größten Großbäckereien sucht", "Großbäckereien", None),
        ("L'une des premières Boulangeries recrute", "Boulangeries", None),
    ],
)
def test_an_address_or_a_description_is_no_employer(
    text: str, mention: str, expected: str | None
) -> None:
    """A street before its postal code, a part of a link only, one of the many."""
    assert expected == read(text, mention)


def test_a_heading_is_no_employer() -> None:
    """The heading of a list is never who offers the job, whatever the model copies."""
    document = from_text(
        "Opiekunka\nZakres obowiązków:\n- pomoc w domu\n- zakupy", id="1", source="-"
    )
    start = document.text.index("Zakres")
    assert Company().read(document, Span(start, start + len("Zakres obowiązków"))) is None
