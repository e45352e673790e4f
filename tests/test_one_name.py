"""One name is not both the title and the employer."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from extract.asking.assembly import Draft
from extract.asking.one_name import misnamed, without_employer
from extract.asking.schema import schema_of
from extract.posting import Posting
from extract.text.document import from_text
from extract.values import Span

SCHEMA = schema_of(Posting)


@pytest.mark.parametrize(
    ("title", "company", "wrong"),
    [
        ("Baker", "BAKER", "company"),
        ("Truck driver", "TRUCK-DRIVER", "company"),
        ("Baker", "Baker & Sons", None),
        ("Baker", None, None),
        (None, "Baker & Sons", None),
    ],
)
def test_the_words_of_an_occupation_are_the_title(
    title: str | None, company: str | None, wrong: str | None
) -> None:
    """Only where both are given and the same."""
    assert misnamed(SCHEMA, {"title": title, "company": company}) == wrong


@pytest.mark.parametrize(("like", "wrong"), [(0.9, "company"), (0.1, "title"), (None, "title")])
def test_other_words_are_what_they_read_like(
    like: float | None, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the model of the vectors they are the employer's name."""
    monkeypatch.setattr("extract.reading.job_titles.reads_like_title", lambda words: like)
    assert misnamed(SCHEMA, {"title": "Oven Five", "company": "Oven Five"}) == wrong


def test_what_is_dropped_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The field is unsupported, and the note has the words."""
    monkeypatch.setattr("extract.reading.job_titles.reads_like_title", lambda words: 0.1)
    draft = Draft(from_text("Oven Five"), {"title": "Oven Five", "company": "Oven Five"})
    draft.states |= {"title": "stated", "company": "stated"}
    found = draft.finished(SCHEMA)
    assert found.posting == Posting(company="Oven Five")
    assert (found.states["title"], found.states["company"]) == ("unsupported", "stated")
    assert found.notes["title"] == "claimed, not supported: Oven Five"


def test_a_schema_without_the_two_has_no_such_fault() -> None:
    """Nothing is compared in a schema of other fields."""

    class Shelf(BaseModel):
        name: str | None = None
        owner: str | None = None

    assert misnamed(schema_of(Shelf), {"name": "Oven", "owner": "Oven"}) is None


@pytest.mark.parametrize(
    ("title", "company", "job"),
    [
        ("Baker at Oven Five", "Oven Five", "Baker"),
        ("Baker – Oven Five", "oven five", "Baker"),
        ("Bäcker bei Ofen Fünf", "Ofen Fünf", "Bäcker"),
        ("Oven Five | Baker", "Oven Five", "Baker"),
        ("Baker for Oven Five", "Oven Five", None),
        ("Oven Five Baker", "Oven Five", None),
        ("Oven Five", "Oven Five", None),
        ("Oven Five - Sunshine", "Oven Five", None),
        ("Baker", None, None),
    ],
)
def test_the_employer_beside_a_title_is_no_part_of_it(
    title: str, company: str | None, job: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a mark or a preposition parts them, and what is left reads like a title."""
    monkeypatch.setattr("extract.reading.job_titles.reads_like_title", lambda words: 0.1)
    expected = {} if job is None else {"title": job}
    assert without_employer(SCHEMA, {"title": title, "company": company}) == expected


def test_the_evidence_of_a_shorter_title_is_its_own_words() -> None:
    """What a value is derived from says no more than the value."""
    document = from_text("Baker at Oven Five\nJoin us", id="1")
    draft = Draft(document, {"title": "Baker at Oven Five", "company": "Oven Five"})
    draft.cite("title", [("", Span(0, 18))])
    made = draft.finished(SCHEMA)
    assert made.posting.model_dump()["title"] == "Baker"
    assert [(one.start, one.end, one.quote) for one in made.evidence["title"]] == [(0, 5, "Baker")]
