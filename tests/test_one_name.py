"""One name is not both the title and the employer."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from extract.asking.assembly import Draft
from extract.asking.one_name import misnamed
from extract.asking.schema import schema_of
from extract.posting import Posting
from extract.text.document import from_text

SCHEMA = schema_of(Posting)


@pytest.mark.parametrize(
    ("title", "company", "wrong"),
    [
        ("Baker", "BAKER", "company"),
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
