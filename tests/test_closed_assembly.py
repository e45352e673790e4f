"""Only what the document says comes out, with the place where it says it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, field_validator

from extract.asking.assembly import Assembly
from extract.asking.closed_assembly import assemble
from extract.asking.closed_question import question
from extract.asking.schema import schema_of
from extract.kinds import Lines, Pay, Phrase, Phrases, Requirements, Title
from extract.text.document import from_text
from extract.values import Document, Requirement, Salary


class Job(BaseModel):
    """A job."""

    title: Annotated[str | None, Title()] = None
    company: Annotated[str | None, Phrase()] = None
    salary: Annotated[Salary | None, Pay()] = None
    skills: Annotated[list[str], Phrases()] = []
    duties: Annotated[list[str], Lines(section="responsibilities")] = []
    requirements: Annotated[list[Requirement], Requirements(section="requirements")] = []

    @field_validator("company")
    @classmethod
    def _no_agency(cls, name: str | None) -> str | None:
        if name and "agency" in name.lower():
            raise ValueError("an agency")
        return name


def _assembled(document: Document, **answers: Any) -> Assembly:
    asked = question(schema_of(Job), document)
    empty = {field.name: "" if field.kind.shape == "one" else [] for field in asked.fields}
    reading = asked.answer.model_validate({"is_posting": True, **empty, **answers})
    return assemble(asked, dict(reading))


def test_every_quote_is_what_stands_at_its_offsets(posting: Document) -> None:
    """A record can be checked against the text, character by character."""
    made = _assembled(
        posting,
        title=["senior baker"],
        salary="£14.50 per hour",
        skills=["sourdough", "laminated dough"],
        requirements=["Qualities we hope for:"],
    )
    kept = {"title", "salary", "skills.0", "skills.1", "duties.0", "duties.1", "requirements.0"}
    assert kept <= set(made.evidence)
    for quotes in made.evidence.values():
        for quote in quotes:
            assert posting.text[quote.start : quote.end] == quote.quote


def test_the_value_is_the_documents_wording_not_the_models(posting: Document) -> None:
    """A mention in other case comes out as it stands in the text."""
    assert (
        "Senior Baker" == _assembled(posting, title=["SENIOR BAKER"]).posting.model_dump()["title"]
    )


def test_an_invented_value_is_dropped_and_reported(posting: Document) -> None:
    """What the text does not say is unsupported, with a note, and no value."""
    made = _assembled(posting, company="Globex Corporation")
    assert None is made.posting.model_dump()["company"]
    assert "unsupported" == made.states["company"]
    assert "Globex Corporation" in made.notes["company"]
    assert (("company", "Globex Corporation"),) == made.misses


def test_two_different_titles_conflict_and_both_are_kept(posting: Document) -> None:
    """The first is the value; the other stays as evidence, and the note names it."""
    made = _assembled(posting, title=["Senior Baker", "Miller's Corner, Inc."])
    assert "conflicting" == made.states["title"]
    assert ["Senior Baker", "Miller's Corner, Inc."] == [q.quote for q in made.evidence["title"]]


def test_a_heading_stands_for_its_lines(posting: Document) -> None:
    """The lines under the named heading are the value, without bullets."""
    made = _assembled(posting, requirements=["Qualities we hope for:"])
    assert [
        {"text": "At least 3 years of experience in a bakery", "required": True},
        {"text": "NVQ Level 3 preferred", "required": False},
    ] == made.posting.model_dump()["requirements"]


def test_a_field_its_own_validator_refuses_is_left_out(posting: Document) -> None:
    """One refused field does not lose the record."""
    text = posting.text.replace("Miller's Corner, Inc.", "Miller Agency")
    document = from_text(text, id="1", source="-")
    made = _assembled(document, company="Miller Agency", title=["Senior Baker"])
    assert None is made.posting.model_dump()["company"]
    assert "unsupported" == made.states["company"]
    assert "company" not in made.evidence
    assert "Senior Baker" == made.posting.model_dump()["title"]


def test_what_is_given_needs_no_answer(posting: Document) -> None:
    """The lines under a known heading come out though the model was not asked."""
    duties = _assembled(posting).posting.model_dump()["duties"]
    assert ["Bake sourdough and laminated dough", "Order flour and plan the night shift"] == duties


def test_what_is_not_claimed_is_not_stated() -> None:
    """An empty answer makes an empty posting."""
    made = _assembled(from_text("Baker wanted", id="1", source="-"))
    assert {"not_stated"} == set(made.states.values())
    assert Job() == made.posting


def test_of_words_joined_with_a_comma_the_first_are_meant() -> None:
    """Small models join what stands apart; what stands nowhere is not kept for that."""
    document = from_text("Baker\nOven & Sons\nLeeds\nWe seek a baker with a licence.")
    joined = _assembled(document, company="Oven & Sons, We seek a baker")
    assert joined.posting.model_dump()["company"] == "Oven & Sons"
    elsewhere = _assembled(document, company="Kettle & Pan, Leeds")
    assert elsewhere.posting.model_dump()["company"] is None
