"""Records as schema.org JobPosting: valid for any record, and nothing said that is not stated."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from pydantic import BaseModel

from extract.output import Row, json_ld
from extract.output.jobposting import job_posting, missing
from extract.posting import Posting
from extract.text.structured import job_postings
from extract.values import (
    Contract,
    Education,
    Experience,
    Hours,
    Location,
    Requirement,
    Salary,
)
from tests.records import FAILURE, any_postings, record, written


def thing(name: str, required: list[str], /, **properties: Any) -> dict[str, Any]:
    """Return the JSON Schema of a schema.org type with these properties and no others."""
    return {
        "type": "object",
        "properties": {"@type": {"const": name}, **properties},
        "required": ["@type", *required],
        "additionalProperties": False,
    }


def few(item: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of one value, or of several."""
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 2}]}


TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}
NUMBER = {"type": "number"}
DAY = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
NO_NEED = {"const": "no requirements"}
ADDRESS = thing(
    "PostalAddress", [], name=TEXT, addressLocality=TEXT, addressRegion=TEXT, addressCountry=TEXT
)
AMOUNT = thing(
    "QuantitativeValue",
    [],
    value=NUMBER,
    minValue=NUMBER,
    maxValue=NUMBER,
    unitText={"enum": ["HOUR", "DAY", "WEEK", "MONTH", "YEAR"]},
) | {"anyOf": [{"required": [one]} for one in ("value", "minValue", "maxValue")]}
MONTHS = thing(
    "OccupationalExperienceRequirements",
    ["monthsOfExperience"],
    monthsOfExperience={"type": "integer", "minimum": 1},
)
DEGREE = thing(
    "EducationalOccupationalCredential",
    ["credentialCategory"],
    credentialCategory={
        "enum": ["high school", "associate degree", "bachelor degree", "postgraduate degree"]
    },
)
TYPE = {
    "enum": [
        "FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM",
        "OTHER",
    ]
}  # fmt: skip
SHAPE = thing(
    "JobPosting",
    ["@context"],
    **{"@context": {"const": "https://schema.org"}},
    title=TEXT,
    description=TEXT,
    hiringOrganization=thing("Organization", ["name"], name=TEXT),
    jobLocation=few(thing("Place", ["address"], name=TEXT, address=ADDRESS)),
    jobLocationType={"const": "TELECOMMUTE"},
    applicantLocationRequirements=few(
        {
            "anyOf": [
                thing(one, ["name"], name=TEXT)
                for one in ("Country", "State", "AdministrativeArea")
            ]
        }
    ),
    employmentType=few(TYPE),
    workHours={"type": "string", "pattern": r"^[\w .+-]+ hours per week$"},
    baseSalary=thing("MonetaryAmount", ["currency", "value"], currency=TEXT, value=AMOUNT),
    datePosted=DAY,
    validThrough=DAY,
    jobStartDate=DAY,
    identifier=few(thing("PropertyValue", ["value"], name=TEXT, value=TEXT)),
    experienceRequirements={"anyOf": [MONTHS, NO_NEED]},
    educationRequirements={"anyOf": [DEGREE, NO_NEED]},
    qualifications=TEXTS,
    skills=TEXTS,
    responsibilities=TEXTS,
    jobBenefits=TEXTS,
    occupationalCategory=TEXTS,
)
VALID = jsonschema.Draft202012Validator(SHAPE)
COOK = Posting(
    title="Cook & Baker",
    company="Miller's",
    locations=[Location(text="Leeds, UK", city="Leeds", country="GB")],
    employment_types=["full_time", "apprenticeship"],
    salary=Salary(min=14.5, max=16, currency="GBP", period="hour"),
    experience_years=Experience(min=1.5),
    education=Education(level="master", required=True),
    job_ids=["BK-4411"],
    posted_on=dt.date(2026, 2, 3),
    closes_on=dt.date(2026, 3, 14),
    responsibilities=["Bake <b>bread</b>"],
    requirements=[Requirement(text="NVQ", required=True), Requirement(text="a", required=False)],
    certifications=["Food hygiene"],
)


def made(posting: BaseModel) -> dict[str, Any]:
    """Return the JobPosting of a posting."""
    return job_posting(record(posting))


def told(*rows: Row) -> list[str]:
    """Return what a person is told about rows."""
    lines: list[str] = []
    with json_ld(io.StringIO(), Posting, lines.append) as write:
        for row in rows:
            write(row)
    return lines


def test_a_posting_says_what_its_record_states() -> None:
    """Each field is in the property, and in the words, that search engines read."""
    expected = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": "Cook & Baker",
        "description": "<ul><li>Bake &lt;b&gt;bread&lt;/b&gt;</li></ul>"
        "<ul><li>NVQ</li><li>a</li></ul>",
        "hiringOrganization": {"@type": "Organization", "name": "Miller's"},
        "jobLocation": {
            "@type": "Place",
            "name": "Leeds, UK",
            "address": {
                "@type": "PostalAddress", "addressLocality": "Leeds", "addressCountry": "GB",
            },
        },
        "employmentType": ["FULL_TIME", "OTHER"],
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "GBP",
            "value": {
                "@type": "QuantitativeValue", "minValue": 14.5, "maxValue": 16, "unitText": "HOUR",
            },
        },
        "datePosted": "2026-02-03",
        "validThrough": "2026-03-14",
        "identifier": {"@type": "PropertyValue", "name": "Miller's", "value": "BK-4411"},
        "experienceRequirements": {
            "@type": "OccupationalExperienceRequirements", "monthsOfExperience": 18,
        },
        "educationRequirements": {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": "postgraduate degree",
        },
        "qualifications": ["NVQ", "Food hygiene"],
        "responsibilities": ["Bake <b>bread</b>"],
    }  # fmt: skip
    assert expected == made(COOK)
    assert missing(made(COOK)) == []


@given(any_postings())
def test_any_record_is_a_valid_job_posting(posting: Posting) -> None:
    """Its shape holds, it is read back as a JobPosting, and it cannot close a script element."""
    text = written(json_ld, record(posting, posting.title or "one"))
    (line,) = json.loads(text)
    VALID.validate(line)
    assert [line] == job_postings(text)
    assert "<" not in text
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("salary", "value"),
    [
        (Salary(min=20, max=20, currency="EUR"), {"value": 20}),
        (Salary(min=20, currency="EUR"), {"minValue": 20}),
        (Salary(max=20.5, currency="EUR"), {"maxValue": 20.5}),
    ],
)
def test_pay_is_one_amount_or_a_range(salary: Salary, value: dict[str, Any]) -> None:
    """An open end stays open."""
    expected = {"@type": "QuantitativeValue", **value}
    assert expected == made(Posting(salary=salary))["baseSalary"]["value"]


def test_pay_without_a_currency_is_left_out_and_told() -> None:
    """An amount of an unknown currency cannot be published; that it was there is said."""
    row = record(COOK.model_copy(update={"salary": Salary(min=20)}))
    assert "baseSalary" not in job_posting(row)
    assert ["JobPosting without baseSalary, its amount or currency is unsaid: 1 (one)"] == told(row)


def test_remote_work_says_where_people_may_live() -> None:
    """A country or region is where to apply from; a town stays the place of work."""
    places = [
        Location(text="Remote (US)", country="US"),
        Location(text="Ontario", region="Ontario", country="CA"),
        Location(text="York", city="York", country="GB"),
    ]
    both = made(Posting(workplace="remote", locations=places))
    assert both["jobLocationType"] == "TELECOMMUTE"
    assert [
        {"@type": "Country", "name": "US"}, {"@type": "State", "name": "Ontario, CA"},
    ] == both["applicantLocationRequirements"]  # fmt: skip
    assert both["jobLocation"]["name"] == "York"
    anywhere = made(Posting(workplace="remote", locations=places[:1]))
    assert "jobLocation" not in anywhere
    assert "jobLocation" not in missing(anywhere)
    on_site = made(Posting(locations=places[:1]))
    assert {"jobLocation"} == {"jobLocation", "applicantLocationRequirements"} & set(on_site)


def test_remote_work_from_named_countries() -> None:
    """Countries have their code, groups of countries their name; an area is listed once."""
    posting = Posting(
        workplace="remote",
        remote_from=["United States", "Ontario", "EU"],
        locations=[Location(text="Remote (US)", country="US")],
    )
    assert [
        {"@type": "Country", "name": "US"}, {"@type": "State", "name": "Ontario"},
        {"@type": "AdministrativeArea", "name": "EU"},
    ] == made(posting)["applicantLocationRequirements"]  # fmt: skip
    hybrid = made(posting.model_copy(update={"workplace": "hybrid"}))
    assert "applicantLocationRequirements" not in hybrid


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (Hours(min=37.5, max=37.5), "37.5 hours per week"),
        (Hours(min=20, max=30), "20 to 30 hours per week"),
        (Hours(min=20), "at least 20 hours per week"),
        (Hours(max=30), "up to 30 hours per week"),
    ],
)
def test_hours_are_worded(hours: Hours, words: str) -> None:
    """schema.org takes the hours of work as text."""
    assert words == made(Posting(hours_per_week=hours))["workHours"]


def test_a_fixed_term_is_temporary_employment() -> None:
    """Unless it is a training; a permanent contract has no word of Google's."""
    term = Contract(type="fixed_term", months=12)
    assert "TEMPORARY" == made(Posting(contract=term))["employmentType"]
    both = Posting(contract=term, employment_types=["part_time", "temporary"])
    assert ["PART_TIME", "TEMPORARY"] == made(both)["employmentType"]
    trainee = Posting(contract=term, employment_types=["internship"])
    assert "INTERN" == made(trainee)["employmentType"]
    assert "employmentType" not in made(Posting(contract=Contract(type="permanent")))


@pytest.mark.parametrize(
    ("posting", "absent"),
    [
        (Posting(education=Education(level="master", required=False)), "educationRequirements"),
        (Posting(experience_years=Experience(max=3)), "experienceRequirements"),
        (Posting(workplace="hybrid"), "jobLocationType"),
    ],
)
def test_what_is_no_requirement_is_not_called_one(posting: Posting, absent: str) -> None:
    """A degree that is only preferred, years without a lower end, a part at home."""
    assert absent not in made(posting)


def test_no_need_is_said_in_so_many_words() -> None:
    """A posting that asks for nothing says so, which is not the same as saying nothing."""
    none = made(
        Posting(
            education=Education(level="none", required=False), experience_years=Experience(min=0)
        )
    )
    assert ["no requirements"] * 2 == [
        none["educationRequirements"], none["experienceRequirements"],
    ]  # fmt: skip


def test_a_person_is_told_what_is_missing_and_what_is_left_out() -> None:
    """A line for each thing, however many rows, with the first of them named."""
    bare = [record(Posting(title="Cook"), name) for name in "abcd"]
    article = record(Posting(), "article", is_posting=False)
    place = record(COOK.model_copy(update={"locations": [Location(text="the harbour")]}), "sea")
    lines = told(*bare, article, FAILURE, place)
    assert len(job_postings(written(json_ld, *bare, article, FAILURE))) == 4
    assert lines == [
        "JobPosting without description, which Google requires: 4 (a, b, c and 1 more)",
        "JobPosting without datePosted, which Google requires: 4 (a, b, c and 1 more)",
        "JobPosting without hiringOrganization, which Google requires: 4 (a, b, c and 1 more)",
        "JobPosting without jobLocation, which Google requires: 4 (a, b, c and 1 more)",
        "JobPosting left out, not a posting: 1 (article)",
        "JobPosting left out, failed: 1 (bad)",
        "JobPosting without jobLocation.address.addressCountry, which Google requires: 1 (sea)",
    ]


def test_a_schema_of_ones_own_keeps_what_has_the_same_meaning() -> None:
    """Fields of our names and types are said; a field of another type is left out."""

    class Berth(BaseModel):
        title: str | None = None
        salary: str | None = None
        locations: list[str] = []
        skills: list[str] = []

    berth = Berth(title="Mate", salary="a share", locations=["Hull"], skills=["nets"])
    expected = {
        "@context": "https://schema.org", "@type": "JobPosting", "title": "Mate",
        "skills": ["nets"],
    }  # fmt: skip
    assert expected == made(berth)
