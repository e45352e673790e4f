"""The answer schema of open reading is one that every provider enforces, for any user schema."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from enum import IntEnum
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from pydantic import BaseModel, Field

from extract.asking.closed_question import question
from extract.asking.forms import answer_form, form
from extract.asking.open_question import open_question
from extract.asking.schema import schema_of
from extract.kinds import AskedField, Group, Lines, Number, Pay, Phrase, Phrases, Place
from extract.posting import Posting
from extract.text.document import from_text
from extract.values import Experience, Location, Requirement, Salary
from tests.server import _instance
from tests.test_assembly import Market, Mixed, Needed, Town, Typed

_KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf"}


class Grade(IntEnum):
    """A grade."""

    LOW = 1
    HIGH = 2


class Every(BaseModel):
    """All that can be asked."""

    pay: list[Salary] = []
    years: Experience | None = None
    places: list[Location] = []
    place: Location | None = None
    asked: list[Requirement] = []
    grade: Grade | None = None
    choice: Literal["a", 1, True] | None = None
    price: Annotated[Decimal, Field(gt=0, max_digits=6)] | None = None
    code: Annotated[str, Field(pattern="^[A-Z]+$", max_length=3)] | None = None
    tags: Annotated[list[str], Field(max_length=3)] = []
    tasks: Annotated[list[str], Lines()] = []
    when: dt.datetime | None = None


SCHEMAS = [Posting, Market, Mixed, Needed, Town, Typed, Every]


def _inside(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for part in (
        *schema.get("properties", {}).values(),
        *schema.get("anyOf", ()),
        *([schema["items"]] if "items" in schema else ()),
    ):
        yield from _inside(part)


@pytest.mark.parametrize("model", SCHEMAS)
def test_every_object_is_closed_and_every_key_required(model: type[BaseModel]) -> None:
    """As OpenAI's strict mode demands; what may be missing is nullable."""
    objects = [each for each in _inside(answer_form(schema_of(model))) if "properties" in each]
    assert objects
    for each in objects:
        assert "object" == each["type"]
        assert list(each["properties"]) == each["required"]
        assert False is each["additionalProperties"]


@pytest.mark.parametrize("model", SCHEMAS)
def test_no_keyword_is_outside_the_strict_subset(model: type[BaseModel]) -> None:
    """No bound of a length or a number, no pattern, no reference, no constant."""
    for each in _inside(answer_form(schema_of(model))):
        assert set(each) <= _KEYWORDS
        assert "type" in each or "anyOf" in each


@pytest.mark.parametrize("model", SCHEMAS)
def test_the_form_is_json_schema_and_the_emptiest_answer_is_of_it(model: type[BaseModel]) -> None:
    """Nothing stated is an answer, and an answer of another shape is none."""
    asked = answer_form(schema_of(model))
    jsonschema.Draft202012Validator.check_schema(asked)
    empty = _instance(asked, {})
    jsonschema.validate(empty, asked)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(empty | {"more": 1}, asked)
    for name in empty:
        with pytest.raises(jsonschema.ValidationError, match="required"):
            jsonschema.validate({n: v for n, v in empty.items() if n != name}, asked)


def test_one_schema_is_asked_of_every_document() -> None:
    """A provider compiles it once, and a prompt cache keeps it."""
    schema = schema_of(Posting)
    asked = [
        open_question(schema, from_text(text, id="1", source="-")).answer.model_json_schema()
        for text in ("Baker wanted, £14 an hour", "404: no such page", "求人")
    ]
    assert asked[0] == asked[1] == asked[2]
    about = {"title": "Reading", "description": schema.subject}
    assert json.dumps(about | answer_form(schema)) == json.dumps(asked[0])


@pytest.mark.parametrize(
    ("kind", "many", "answers", "wrong"),
    [
        (Phrase(), False, ["Baker", None], [7, ["Baker"], {}]),
        (Phrases(), True, [[], ["rye"]], [None, "rye", [None]]),
        (Lines(), True, ["1-3, 5", None], [[1, 3], 1]),
        (
            Number("int"),
            False,
            [None, {"words": "3", "value": 3}],
            [3, {"words": "3"}, {"words": None, "value": 3}, {"words": "3", "value": 3.5}],
        ),
        (
            Pay(),
            False,
            [
                None,
                {
                    "words": "£3",
                    "min": 3,
                    "max": None,
                    "currency": "GBP",
                    "period": None,
                    "gross": None,
                },
            ],
            [{"words": "£3"}, {"min": 3}],
        ),
        (
            Place(),
            True,
            [[], [{"words": "Leeds", "city": "Leeds", "region": None, "country": None}]],
            [None, ["Leeds"]],
        ),
    ],
)
def test_the_form_of_a_field_takes_its_answers_and_no_others(
    kind: Any,
    many: bool,  # noqa: FBT001 - a column of the table
    answers: list[Any],
    wrong: list[Any],
) -> None:
    """Words alone where they are the value, words and value elsewhere, lists never null."""
    asked = jsonschema.Draft202012Validator(form(AskedField("it", "it", kind, many)))
    assert [True] * len(answers) == [asked.is_valid(answer) for answer in answers]
    assert [False] * len(wrong) == [asked.is_valid(answer) for answer in wrong]


def test_a_small_model_may_answer_null_nowhere() -> None:
    """In closed reading a value that is absent has empty words: null would answer everything."""

    class Bill(BaseModel):
        """A bill."""

        total: Decimal | None = None
        goods: list[Market] = []

    for field in schema_of(Bill).fields:
        texts = [each.get("type") for each in _inside(form(field, nullable=False))]
        assert "null" not in texts
        assert not any(isinstance(each, list) for each in texts)


def test_closed_reading_asks_members_by_their_words() -> None:
    """The kinds that code reads alone give their words; those of ordinary types a value too."""

    class Ad(BaseModel):
        """An ad."""

        pay: Salary | None = None
        count: int | None = None

    member = AskedField("ad", "ad", Group(Ad, schema_of(Ad).fields), is_list=False)
    parts = form(member, nullable=False)["properties"]
    assert {"type": "string"} == parts["pay"]
    assert ["words", "value"] == list(parts["count"]["properties"])


def test_closed_reading_bounds_a_list_of_models() -> None:
    """A small model that runs on stops there."""
    document = from_text("Spring market\nhoney", id="1", source="-")
    asked = question(schema_of(Market), document).answer.model_json_schema()
    assert 12 == asked["properties"]["stalls"]["maxItems"]
