"""Lines that are a label and its value."""

from __future__ import annotations

import pytest

from extract.reading.label_lines import is_label, values
from extract.text.document import from_text


def told(text: str, table: str) -> list[str]:
    """Return the labelled values of a text."""
    document = from_text(text, id="1", source="-")
    return [document.quote(span) for span in values(document, table)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Job title: Night Baker", "Night Baker"),
        ("**Position Title:** Night Baker", "Night Baker"),
        ("PositionTitle: Night Baker", "Night Baker"),
        ("job_title: 'Night Baker'", "Night Baker"),
        ('title: "Night Baker" # shown on the page', "Night Baker"),
        ("Intitulé du poste : Boulanger", "Boulanger"),
        ("募集職種：パン職人", "パン職人"),
        ("Job title | Night Baker", "Night Baker"),
        ("• Job title:\n\n• Night Baker", "Night Baker"),
        ("募集職種：\nパン職人", "パン職人"),
    ],
)
def test_the_value_is_what_follows_its_label(line: str, expected: str) -> None:
    """Without quotation marks, emphasis and comments."""
    assert [expected] == told(f"{line}\nBake bread", "title")


@pytest.mark.parametrize(
    "line",
    [
        "Title Code No: 77",
        "Our title: the best bakers",
        "Job title",
        "title:\nCompany: Oven & Sons",
        "Job title | Pay | Town",
    ],
)
def test_other_lines_have_no_value(line: str) -> None:
    """Neither another label, nor one with nothing behind it."""
    assert [] == told(f"{line}\nBake bread", "title")


def test_a_label_below_the_header_does_not_count() -> None:
    """Far down the page it may be about anything."""
    assert [] == told("Bake bread\n" * 50 + "Company: Oven Ltd", "company")


@pytest.mark.parametrize("name", ["hiringOrganization.name", "hiring_organization", "Employer"])
def test_names_of_properties_are_labels(name: str) -> None:
    """Camel case, dots and underscores are spaces."""
    assert is_label(name, "company")
