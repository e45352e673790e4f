"""Licences and certificates are known by name, job families by their label."""

from __future__ import annotations

import pytest

from extract.kinds import Certificates, JobFamilies
from extract.text.document import from_text
from extract.values import Span


def papers(text: str) -> list[str]:
    """Return the papers that code recognises in a text."""
    document = from_text(text)
    return [document.quote(span) for span in Certificates().recognised(document)]


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("You hold a valid driver's licence (Code B).", "valid driver's licence (Code B)"),
        ("Führerschein Klasse B erforderlich", "Führerschein Klasse B"),
        ("B-körkort krävs", "B-körkort"),
        ("Permis de conduire de classe 1 ou 3", "Permis de conduire de classe 1 ou 3"),
        ("要普通自動車免許（AT可）", "普通自動車免許"),
        ("Je hebt een rijbewijs B.", "rijbewijs B"),
    ],
)
def test_papers_are_known_in_many_languages(text: str, paper: str) -> None:
    """The name stands with its class, without what is said about it."""
    assert [paper] == papers(f"Driver\n{text}")


def test_a_paper_that_is_offered_is_none_that_is_asked() -> None:
    """Names under benefits, and those on how to apply, are left out; each name counts once."""
    assert ["First aid"] == papers(
        "You'll need\n- First aid\n- first aid\n\nWe offer\n- a forklift licence after a year"
    )


@pytest.mark.parametrize("mention", ["Excel", "fluent English", "Bachelor of Science"])
def test_a_copied_skill_is_no_paper(mention: str) -> None:
    """What a model copies counts only if it names a paper."""
    document = from_text(f"Baker\n{mention} and an oven certificate")
    start = document.text.index(mention)
    assert () == Certificates().admits(document, Span(start, start + len(mention)))
    start = document.text.index("oven")
    assert Certificates().admits(document, Span(start, start + len("oven certificate")))


def test_job_families_are_labelled_or_in_the_trail() -> None:
    """A department is read from its label; another mention counts only in the page's trail."""
    document = from_text("Jobs > Bakery > Night shift\nDepartment: Ovens\nWe love bread and sales.")
    families = JobFamilies()
    assert ["Ovens"] == [document.quote(span) for span in families.recognised(document)]
    trail, prose = (document.text.index(word) for word in ("Bakery", "sales"))
    assert families.admits(document, Span(trail, trail + 6))
    assert () == families.admits(document, Span(prose, prose + 5))
