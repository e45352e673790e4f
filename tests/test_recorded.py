"""The sample postings, read on recorded answers of the embedded model.

The recordings in cassettes/test_recorded are real traffic; `make record` makes them again. What
matters is pinned here, so that a recording cannot change unseen.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from extract.api import document_of
from extract.kinds import Lines, Phrase
from extract.record import Record
from extract.testing import Read
from extract.values import Contract, Education, Experience, Hours, Location, Salary

SAMPLES = Path(__file__).parent.parent / "docs" / "samples"


def _grounded(record: Record[BaseModel], path: Path) -> None:
    text = document_of(path).text
    for quotes in record.evidence.values():
        for quote in quotes:
            assert quote.quote == text[quote.start : quote.end]
    for name, value in record.posting.model_dump().items():
        if value not in (None, []):
            assert any(key.partition(".")[0] == name for key in record.evidence), name


def test_a_stripped_page_with_two_numbers_and_pay_in_prose(postings: Read) -> None:
    """Everything the page says is read, and nothing it does not."""
    path = SAMPLES / "care-worker.txt"
    record = postings(path, id="care-worker")
    posting = record.posting
    assert "Night Care Worker" == posting.title
    assert "Fennimore Care Homes Ltd" == posting.company
    assert ["40817", "REQ-2291-HV"] == posting.job_ids
    assert Salary(min=13.85, max=13.85, currency="GBP", period="hour") == posting.salary
    assert Experience(min=1) == posting.experience_years
    assert ["part_time"] == posting.employment_types
    assert (Contract(type="permanent"), Hours(min=33, max=33)) == (
        posting.contract,
        posting.hours_per_week,
    )
    assert dt.date(2027, 2, 14) == posting.closes_on
    assert None is posting.workplace
    assert 4 == len(posting.responsibilities[-4:])
    assert not any("equal opportunity" in line.text for line in posting.requirements)
    _grounded(record, path)


def test_a_page_with_structured_data(postings: Read) -> None:
    """JSON-LD is evidence like any other text."""
    path = SAMPLES / "data-engineer.html"
    record = postings(path, id="data-engineer")
    posting = record.posting
    assert "Senior Data Engineer" == posting.title
    assert "Tallgrass Freight" == posting.company
    assert Salary(min=128000, max=151000, currency="USD", period="year") == posting.salary
    assert ["TF-5530"] == posting.job_ids
    assert (dt.date(2026, 11, 2), dt.date(2026, 12, 15)) == (posting.posted_on, posting.closes_on)
    assert Education(level="bachelor", required=True).level == posting.education.level
    _grounded(record, path)


def test_a_posting_in_german(postings: Read) -> None:
    """Numbers, dates, degrees and places are read as they are written there."""
    path = SAMPLES / "tischler.txt"
    record = postings(path, id="tischler")
    posting = record.posting
    pay = Salary(min=3100, max=3600, currency="EUR", period="month", gross=True)
    assert pay == posting.salary
    assert Contract(type="permanent") == posting.contract
    assert Experience(min=2) == posting.experience_years
    assert {"full_time", "part_time"} == set(posting.employment_types)
    assert ["MB-2027-03"] == posting.job_ids
    assert ["Regensburg"] == [place.city for place in posting.locations]
    assert dt.date(2026, 11, 9) == posting.posted_on
    _grounded(record, path)


def test_an_article_is_no_posting(postings: Read) -> None:
    """An article that names pay gives no pay."""
    record = postings(SAMPLES / "interview-tips.txt", id="interview-tips")
    assert not record.is_posting
    assert {} == record.evidence
    assert {"not_stated"} == set(record.states.values())


class Apprenticeship(BaseModel):
    """An apprenticeship that school leavers can apply for."""

    trade: Annotated[str | None, Phrase()] = Field(
        default=None, description="the trade to be learnt"
    )
    employer: Annotated[str | None, Phrase()] = Field(default=None, description="who trains")
    places: list[Location] = Field(default=[], description="where the training is")
    allowance: Salary | None = Field(default=None, description="pay in the first year")
    tasks: Annotated[list[str], Lines(section="responsibilities")] = Field(
        default=[], description="lines on what the apprentice does"
    )


def test_a_schema_of_ones_own(postings: Read) -> None:
    """Another Pydantic model goes through the same engine."""
    text = """Apprentice Stonemason
Hollis & Daughter, Lincoln

What you will do:
- cut and set limestone
- read a mason's drawings

£7.55 an hour, with one day a week at college."""
    posting = postings(text, Apprenticeship, id="apprenticeship").posting
    assert "Stonemason" in posting.trade
    assert Salary(min=7.55, max=7.55, currency="GBP", period="hour") == posting.allowance
    assert ["cut and set limestone", "read a mason's drawings"] == posting.tasks
