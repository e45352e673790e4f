"""The built-in schema is a contract: other programs read its names and its values."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from extract.asking.schema import schema_of
from extract.kinds import Choice
from extract.lexicon import load
from extract.posting import EmploymentType, Posting, Seniority, Workplace
from extract.values import (
    Contract,
    Education,
    EducationLevel,
    Experience,
    Hours,
    Location,
    Period,
    Requirement,
    Salary,
    Value,
)

FIELDS: dict[str, Any] = {
    "title": str | None,
    "company": str | None,
    "locations": list[Location],
    "workplace": Workplace | None,
    "employment_types": list[EmploymentType],
    "seniority": Seniority | None,
    "salary": Salary | None,
    "experience_years": Experience | None,
    "education": Education | None,
    "skills": list[str],
    "certifications": list[str],
    "languages": list[str],
    "job_families": list[str],
    "job_ids": list[str],
    "responsibilities": list[str],
    "benefits": list[str],
    "requirements": list[Requirement],
    "posted_on": dt.date | None,
    "closes_on": dt.date | None,
    "starts_on": dt.date | None,
    "contract": Contract | None,
    "hours_per_week": Hours | None,
    "remote_from": list[str],
}


def test_the_fields_and_their_types() -> None:
    """None is added, renamed or retyped without a change of this test."""
    assert FIELDS == {name: info.annotation for name, info in Posting.model_fields.items()}


def test_nothing_is_stated_until_it_is_read() -> None:
    """Absent is None or an empty list, and two postings share no list."""
    one, other = Posting(), Posting()
    assert {
        name: [] if info.annotation in FIELDS.values() and info.default == [] else None
        for name, info in Posting.model_fields.items()
    } == one.model_dump()
    one.skills.append("SQL")
    assert [] == other.skills


def test_every_field_is_asked_for_in_words() -> None:
    """The description is all that a model is told of a field."""
    asked = schema_of(Posting).fields
    assert [*Posting.model_fields] == [field.name for field in asked]
    descriptions = [field.ask for field in asked]
    assert len(set(descriptions)) == len(FIELDS)
    assert all(len(told) > len(name) for told, name in zip(descriptions, FIELDS, strict=True))


def test_lists_and_single_values_are_told_apart() -> None:
    """A list has evidence for each of its items."""
    listed = {field.name for field in schema_of(Posting).fields if field.is_list}
    assert {name for name, info in Posting.model_fields.items() if info.default == []} == listed


@pytest.mark.parametrize(
    ("name", "values", "uses"),
    [
        ("workplace", Workplace, {"not", "event"}),
        ("employment_types", EmploymentType, {"not"}),
        ("seniority", Seniority, {"not", "label", "title", "role", "called", "superior"}),
        ("education", EducationLevel, {"not", "degree", "field"}),
    ],
)
def test_the_values_of_a_closed_vocabulary_are_its_tables(
    name: str, values: Any, uses: set[str]
) -> None:
    """A value without words could never be read, and words without a value would be an error."""
    assert set(get_args(values)) == load(name).keys() - uses


@pytest.mark.parametrize("period", get_args(Period))
def test_every_period_has_words(period: str) -> None:
    """Both for "an hour" and for "hourly"."""
    assert {period, f"{period}_unit"} <= load("pay").keys()
    assert load("pay")["glued"].keys() <= set(get_args(Period))


def test_choices_are_read_from_the_vocabulary_of_their_name() -> None:
    """The field and the file are called the same."""
    kinds = {field.name: field.kind for field in schema_of(Posting).fields}
    choices = {name: kind for name, kind in kinds.items() if isinstance(kind, Choice)}
    assert {name: name for name in ("workplace", "employment_types", "seniority")} == {
        name: kind.vocabulary for name, kind in choices.items()
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"wage": 7},
        {"workplace": "at home"},
        {"employment_types": ["permanent"]},
        {"seniority": "rock star"},
        {"salary": {"min": 1, "period": "decade"}},
        {"salary": {"min": 1, "bonus": 2}},
        {"education": {"level": "bachelor"}},
        {"education": {"level": "school", "required": True}},
        {"closes_on": "soon"},
        {"contract": {"type": "temporary"}},
        {"hours_per_week": 40},
    ],
)
def test_what_is_not_of_the_schema_is_refused(wrong: dict[str, Any]) -> None:
    """Unknown names and values outside the vocabularies are errors, not data."""
    with pytest.raises(ValidationError):
        Posting.model_validate(wrong)


def test_a_posting_and_its_values_do_not_change() -> None:
    """What was read stays as it was read."""
    posting = Posting(salary=Salary(min=1))
    with pytest.raises(ValidationError):
        posting.title = "Chef"
    with pytest.raises(ValidationError):
        posting.salary.min = 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (Salary, ["min", "max", "currency", "period", "gross"]),
        (Experience, ["min", "max"]),
        (Education, ["level", "required"]),
        (Contract, ["type", "months"]),
        (Hours, ["min", "max"]),
        (Location, ["text", "city", "region", "country"]),
        (Requirement, ["text", "required"]),
    ],
)
def test_the_fields_of_the_values(value: type[Value], fields: list[str]) -> None:
    """These are read by other programs too."""
    assert fields == list(value.model_fields)


def test_a_posting_comes_back_from_json() -> None:
    """Dates are ISO 8601, and nothing is lost."""
    posting = Posting(
        title="Baker",
        locations=[Location(text="Leeds", country="GB")],
        salary=Salary(min=15.5, max=15.5, currency="GBP", period="hour"),
        closes_on=dt.date(2025, 3, 14),
        requirements=[Requirement(text="A licence", required=True)],
    )
    assert "2025-03-14" == posting.model_dump(mode="json")["closes_on"]
    assert posting == Posting.model_validate_json(posting.model_dump_json())
