"""The answer schema of a document holds its own spans, and nothing else can be answered."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BaseModel, ValidationError

from extract.asking.closed_assembly import _claims
from extract.asking.closed_question import question
from extract.asking.schema import schema_of
from extract.kinds import Choice, Company, Lines, Pay, Phrase, Phrases, Skills, Title
from extract.posting import Posting
from extract.text.document import from_text
from extract.values import Document, Salary


class Job(BaseModel):
    """A job."""

    title: Annotated[str | None, Phrase()] = None
    salary: Annotated[Salary | None, Pay()] = None
    workplace: Annotated[str | None, Choice("workplace")] = None
    skills: Annotated[list[str], Phrases()] = []
    duties: Annotated[list[str], Lines(section="responsibilities")] = []
    qualities: Annotated[list[str], Lines(section="requirements")] = []


def test_a_field_with_candidates_is_an_enum_of_them(posting: Document) -> None:
    """Pay can be answered only with the amount that stands in the text, or not at all."""
    schema = question(schema_of(Job), posting).answer.model_json_schema()
    assert ["£14.50 per hour", ""] == schema["properties"]["salary"]["enum"]


def test_a_field_without_candidates_is_not_asked(posting: Document) -> None:
    """Nothing speaks of home or office work, so nothing is asked about it."""
    schema = question(schema_of(Job), posting).answer.model_json_schema()
    assert "workplace" not in schema["properties"]


def test_what_the_document_labels_is_not_asked(posting: Document) -> None:
    """The lines under a known heading are given; the heading is kept for the answer."""
    asked = question(schema_of(Job), posting)
    assert "duties" not in asked.answer.model_json_schema()["properties"]
    assert ["What you will do:"] == [posting.quote(span) for span in asked.given["duties"]]


def test_unknown_headings_are_the_candidates_of_long_lists(posting: Document) -> None:
    """A list of lines is answered by the heading above them."""
    schema = question(schema_of(Job), posting).answer.model_json_schema()
    items = schema["properties"]["qualities"]["items"]
    assert ["Qualities we hope for:"] == items.get("enum", [items.get("const")])


def test_without_headings_lines_are_answered_by_number() -> None:
    """A document of prose is pointed at by the first and the last number of each run."""
    document = from_text("Baker wanted in Leeds.\n\nYou bake bread.", id="1", source="-")
    schema = question(schema_of(Job), document).answer.model_json_schema()
    assert {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2} == (
        schema["properties"]["duties"]["items"]
    )


def test_an_answer_outside_the_document_is_not_of_the_schema(posting: Document) -> None:
    """An invented amount does not validate."""
    reading = question(schema_of(Job), posting).answer
    with pytest.raises(ValidationError):
        reading.model_validate(
            {
                "is_posting": True,
                "title": "",
                "salary": "£99 per hour",
                "skills": [],
                "qualities": [],
            }
        )


def test_claims_leave_out_what_is_empty_or_said_twice() -> None:
    """An empty string claims nothing; a repeated mention claims once; runs are put in order."""
    document = from_text("Senior Baker\n\nYou knead dough.", id="1", source="-")
    asked = question(schema_of(Job), document)
    reading = asked.answer.model_validate(
        {
            "is_posting": True,
            "title": " Senior  Baker ",
            "skills": ["dough", "dough", ""],
            "duties": [],
            "qualities": [[7, 6]],
        }
    )
    answer = dict(reading)
    claims = {name: _claims(answer[name]) for name in ("title", "skills", "duties", "qualities")}
    assert {
        "title": [("Senior Baker", None)],
        "skills": [("dough", None)],
        "duties": [],
        "qualities": [("lines 6 to 7", (6, 7))],
    } == {name: [(claim.words, claim.run) for claim in made] for name, made in claims.items()}


def test_a_narrowed_question_asks_only_those_fields(posting: Document) -> None:
    """A repair asks for the fields that were wrong, and no other."""
    asked = question(schema_of(Job), posting).only({"title"})
    assert {"is_posting", "title"} == set(asked.answer.model_json_schema()["properties"])


LABELLED = """\
Title: Night Baker
Company: Oven & Sons
Job type: Full-time
Pay: £14.50 per hour
Requirements:
• Excel
• SQL
• Python
• SAP FI
• Early mornings
• Two years of practice
"""


class Whole(BaseModel):
    """A job."""

    title: Annotated[str | None, Title()] = None
    company: Annotated[str | None, Company()] = None
    salary: Annotated[Salary | None, Pay()] = None
    types: Annotated[list[str], Choice("employment_types", many=True)] = []
    skills: Annotated[list[str], Skills()] = []
    qualities: Annotated[list[str], Lines(section="requirements")] = []


def test_a_page_that_labels_everything_is_asked_only_what_it_is() -> None:
    """Title, employer, pay, hours, well-known skills, and the lines under a heading are given."""
    document = from_text(LABELLED, id="1", source="-")
    asked = question(schema_of(Whole), document)
    assert [] == list(asked.fields)
    assert {
        "title": ["Night Baker"],
        "company": ["Oven & Sons"],
        "salary": ["£14.50 per hour"],
        "types": ["Job type: Full-time"],
        "skills": ["Excel", "SQL", "Python", "SAP FI"],
        "qualities": ["Requirements:"],
    } == {name: [document.quote(s) for s in spans] for name, spans in asked.given.items()}


def test_lines_that_are_answered_are_told() -> None:
    """But for the first two, which show what the heading introduces."""
    document = from_text(LABELLED, id="1", source="-")
    asked = question(schema_of(Whole), document)
    told = [document.quote(line.span) for line in document.lines if line.number in asked.settled]
    assert ["Python", "SAP FI", "Early mornings", "Two years of practice"] == told
    assert asked.shows(document.lines[-1].span)


def test_lines_that_an_open_question_needs_are_not_told() -> None:
    """Where no skill is given the model reads the requirements for some."""
    tools = "• Excel\n• SQL\n• Python\n• SAP FI\n"
    document = from_text(LABELLED.replace(tools, "• Zorbelix\n• Frim\n"), id="1", source="-")
    asked = question(schema_of(Whole), document)
    assert ["skills"] == [field.name for field in asked.fields]
    assert frozenset() == asked.settled


@pytest.mark.parametrize(
    "page",
    [
        "Night Baker wanted\nTitle: Careers at Oven & Sons",
        "Senior Cook\nTitle: Night Baker",
    ],
)
def test_another_headline_leaves_the_title_to_the_model(page: str) -> None:
    """The label may be the page's."""
    asked = question(schema_of(Whole), from_text(page, id="1", source="-"))
    assert "title" in [field.name for field in asked.fields]


def test_pay_that_differs_is_left_to_the_model() -> None:
    """A label does not outweigh another amount."""
    page = "Baker\nPay: £14.50 per hour\nSalary: £40,000 a year"
    asked = question(schema_of(Whole), from_text(page, id="1", source="-"))
    assert "salary" in [field.name for field in asked.fields]


def test_what_code_answers_alone_shows_no_line() -> None:
    """Weekly hours are given, and their line is not kept before the model for their sake."""
    document = from_text("Baker wanted in Leeds\n37.5 hours per week", id="1", source="text")
    asked = question(schema_of(Posting), document)
    (given,) = asked.given["hours_per_week"]
    assert "37.5 hours per week" == document.quote(given)
    assert given not in set(asked.candidates)
