"""Every field is asked of every document; code checks and marks, and takes nothing away alone."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from extract.asking.assembly import Assembly
from extract.asking.open_question import assemble_open, open_question
from extract.asking.schema import schema_of
from extract.kinds import Choice, Codes, Date, Lines, Pay, Requirements, Title
from extract.posting import Posting
from extract.text.document import from_text
from extract.values import (
    Document,
    Education,
    Experience,
    Location,
    Requirement,
    Salary,
)
from tests.test_assembly import Mixed, assembled, quotes, said

AD = """\
Night Baker
Oven & Sons, Leeds
Hybrid working: two days at home
Salary: £14.50 per hour
Apply by 14 March 2027
At least 2 years of experience in a bakery
You bake rye.
You order flour.
"""


class Job(BaseModel):
    """A job."""

    title: Annotated[str | None, Title()] = None
    workplace: Annotated[Literal["onsite", "remote", "hybrid"] | None, Choice("workplace")] = None
    salary: Annotated[Salary | None, Pay()] = None
    years: Experience | None = None
    places: list[Location] = []
    closes: Annotated[dt.date | None, Date("closes")] = None
    numbers: Annotated[list[str], Codes()] = []
    duties: Annotated[list[str], Lines()] = []


def _pay(words: str, amount: float, **other: Any) -> dict[str, Any]:
    return {"words": words, "min": amount, "max": amount, **other}


def test_every_field_is_asked_whatever_the_document() -> None:
    """No list of words decides what may be asked."""
    schema = schema_of(Job)
    asked = open_question(schema, from_text("404: no such page", id="1", source="-"))
    assert schema.fields == asked.fields
    assert "open" == asked.reading
    assert asked.by_number


def test_lines_that_repeat_are_shown_once() -> None:
    """Menus and footers stand in many places; numbers stay those of the document."""
    document = from_text("Home\nBaker wanted\nHome\nRye", id="1", source="-")
    asked = open_question(schema_of(Job), document)
    assert [1, 2, 4] == [line.number for line in asked.shown]


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    """What stands beyond the cut was not read, so no line of it can be an answer."""
    text = "\n".join(f"Line {number} {'flour ' * 20}" for number in range(1, 1001))
    made = assembled(Job, text, duties="1000", title="Line 1 flour")
    cut = re.fullmatch(
        r"only the first (\d+) of 1000 lines were read: the text is too long",
        made.notes["document"],
    )
    assert cut is not None
    assert 400 < int(cut[1]) < 500
    assert "not the numbers of lines: '1000'" == made.notes["duties"]
    assert "Line 1 flour" == made.posting.model_dump()["title"]


def test_codes_own_reading_confirms_a_value() -> None:
    """Where code derives the same, the value is stated, and agreed."""
    made = assembled(
        Job,
        AD,
        salary=_pay("£14.50 per hour", 14.5, currency="GBP", period="hour"),
        years={"words": "At least 2 years", "min": 2, "max": None},
        closes=said("14 March 2027", "2027-03-14"),
        workplace={"words": "Hybrid working", "value": "hybrid"},
    )
    filled = ("workplace", "salary", "years", "closes")
    assert dict.fromkeys(filled, "stated") == {name: made.states[name] for name in filled}
    assert dict.fromkeys(filled, "agreed") == made.basis


def test_a_value_that_code_cannot_derive_is_read() -> None:
    """A quote in a language without word lists is no worse a quote."""
    made = assembled(Job, "Hemmakontor två dagar", workplace=said("Hemmakontor", "hybrid"))
    assert ("read", "read") == (made.states["workplace"], made.basis["workplace"])
    assert "hybrid" == made.posting.model_dump()["workplace"]


def test_a_disagreement_keeps_the_models_value_and_both_quotes() -> None:
    """Code sees another deadline: the field is conflicting, and the note says why."""
    text = AD + "Open day on 2 June 2027\n"
    made = assembled(Job, text, closes=said("2 June 2027", "2027-06-02"))
    assert dt.date(2027, 6, 2) == made.posting.model_dump()["closes"]
    assert ("conflicting", "disputed") == (made.states["closes"], made.basis["closes"])
    assert ["2 June 2027", "14 March 2027"] == quotes(made)["closes"]
    assert "code reads 2027-03-14 in '14 March 2027', the model 2027-06-02" == made.notes["closes"]


def test_what_only_code_sees_is_a_note() -> None:
    """The model said nothing of the deadline: the record stays as it answered."""
    made = assembled(Job, AD)
    assert Job() == made.posting
    assert {"not_stated"} == set(made.states.values())
    assert "code sees one in '14 March 2027'" == made.notes["closes"]


def test_a_longer_list_of_codes_is_a_note() -> None:
    """What code also sees is not added."""
    made = assembled(Job, "Baker\nJob ID: BK-44\nRef: AB-1207", numbers=["BK-44"])
    assert ["BK-44"] == made.posting.model_dump()["numbers"]
    assert ("stated", "code also sees AB-1207") == (made.states["numbers"], made.notes["numbers"])


def test_long_text_is_answered_by_the_numbers_of_lines() -> None:
    """The lines come out as they stand, each with its place."""
    made = assembled(Job, AD, duties="7-8")
    assert ["You bake rye.", "You order flour."] == made.posting.model_dump()["duties"]
    assert {"duties.0": ["You bake rye."], "duties.1": ["You order flour."]} == quotes(made)


class Rich(BaseModel):
    """Everything that can be asked."""

    title: Annotated[str | None, Title()] = None
    pay: list[Salary] = []
    one: Salary | None = None
    years: Experience | None = None
    school: Education | None = None
    places: list[Location] = []
    asked: Annotated[list[Requirement], Requirements(section="requirements")] = []
    duties: Annotated[list[str], Lines()] = []
    tags: set[str] = Field(default=set(), max_length=3)
    count: int = Field(7, gt=1)
    price: Decimal | None = Field(None, max_digits=6)
    share: float | None = None
    flag: bool | None = None
    day: dt.date | None = None
    closes: Annotated[dt.date | None, Date("closes")] = None
    moment: dt.datetime | None = None
    time: dt.time | None = None
    letter: Literal["a", 1, True] | None = None
    mixed: Mixed | None = None


_words = st.sampled_from(
    ["Night Baker", "£14.50 per hour", "2 years", "14 March 2027", "Leeds", "rye", "globex", "7-8"]
)
_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from([14.5, 2, "2027-03-14", "GBP", "hour", "hybrid", "honey", 10**400, "9:30"]),
    _words,
    st.text(max_size=12),
)
_keys = st.sampled_from(
    ["words", "value", "min", "max", "currency", "kind", "jars", "stalls", "best", "city", "level"]
)
_json = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=5)
)
_answers = st.dictionaries(st.sampled_from(list(Rich.model_fields)), _json, max_size=6)


def _check(document: Document, made: Assembly) -> None:
    for each in made.evidence.values():
        assert each
        for quote in each:
            assert document.text[quote.start : quote.end] == quote.quote
    assert set(Rich.model_fields) == set(made.states)
    assert {path.partition(".")[0] for path in made.evidence} <= set(made.basis)
    for name, state in made.states.items():
        assert (name in made.basis) == (state in {"stated", "read", "conflicting"})


_AD = from_text(AD, id="1", source="-")


@settings(max_examples=60)
@given(_answers)
def test_no_answer_raises_and_every_quote_stands_at_its_offsets(answers: dict[str, Any]) -> None:
    """Any JSON at any field: each value has evidence, each quote its place, each field a state."""
    _check(_AD, assemble_open(open_question(schema_of(Rich), _AD), answers))


@settings(max_examples=25)
@given(_json, st.sampled_from(list(Posting.model_fields)))
def test_no_answer_for_a_posting_raises(answer: Any, name: str) -> None:
    """The built-in schema is no exception."""
    made = assemble_open(open_question(schema_of(Posting), _AD), {name: answer})
    assert isinstance(made.posting, Posting)


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_document_without_lines_has_nothing_to_quote(text: str) -> None:
    """Whatever is answered."""
    document = Document("1", "-", text, ())
    made = assemble_open(open_question(schema_of(Job), document), {"title": "Baker"})
    assert Job() == made.posting
    assert "unsupported" == made.states["title"]
