"""A Pydantic model becomes fields that can be asked, or a clear error."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from extract.errors import SchemaError
from extract.kinds import Choice, Pay, Phrase, Phrases, Title
from extract.posting import Posting
from extract.schema import schema_of
from extract.values import Salary


class Flat(BaseModel):
    """A flat to let. Nothing else."""

    rent: Salary | None = None
    address: Annotated[str | None, Phrase()] = Field(None, description="street and number")
    features: list[str] = []


class Good(BaseModel):
    """One line of an order."""

    name: str
    unit: str | None = None
    amount: int | None = None
    price: float | None = None


class Order(BaseModel):
    """An order of goods."""

    number: int | None = None
    goods: list[Good] = []


def test_kinds_follow_from_types_and_asks_from_descriptions() -> None:
    """An unannotated field has the kind of its type; a description is what is asked."""
    fields = schema_of(Flat).fields
    assert [Pay(), Phrase(), Phrases()] == [field.kind for field in fields]
    assert ["rent", "street and number", "features"] == [field.ask for field in fields]
    assert [False, False, True] == [field.is_list for field in fields]


def test_the_subject_is_the_first_line_of_the_docstring() -> None:
    """The docstring says what a document of the schema is."""
    assert "An advertised opening that people can apply for" == schema_of(Posting).subject


def test_every_field_of_the_posting_says_what_is_asked() -> None:
    """The built-in schema leaves no field to its name."""
    assert all(info.description for info in Posting.model_fields.values())


def test_the_hash_changes_with_a_description_a_kind_and_a_name() -> None:
    """A schema that asks something else has another hash; the same schema has the same."""

    class Other(Flat):
        """A flat to let. Nothing else."""

        address: Annotated[str | None, Phrase()] = Field(None, description="street")

    class Kind(Flat):
        """A flat to let. Nothing else."""

        address: Annotated[str | None, Title()] = Field(None, description="street and number")

    hashes = {schema_of(model).sha256 for model in (Flat, Other, Kind)}
    assert 3 == len(hashes)
    assert schema_of(Flat).sha256 == schema_of(Flat).sha256


def test_a_field_without_a_kind_is_refused_by_name() -> None:
    """The error names the field, its type, and which types there are."""
    bad = type("Bad", (BaseModel,), {"__annotations__": {"f": complex | None}, "f": None})
    with pytest.raises(SchemaError, match=r"Bad\.f: complex cannot be asked: a field is text"):
        schema_of(bad)


def test_an_unknown_vocabulary_names_those_there_are() -> None:
    """A misspelt vocabulary is refused where it is written."""
    with pytest.raises(SchemaError, match=r"'no_such'; there are: .*workplace"):
        Choice("no_such")


def test_the_name_of_the_first_question_is_taken() -> None:
    """A field named is_posting would shadow the record's own."""
    taken = type(
        "Taken",
        (BaseModel,),
        {"__annotations__": {"is_posting": str | None}, "is_posting": None},
    )
    with pytest.raises(SchemaError, match="the name is taken"):
        schema_of(taken)


def test_a_model_without_fields_is_refused() -> None:
    """There is nothing to ask."""
    with pytest.raises(SchemaError, match="no fields"):
        schema_of(type("Empty", (BaseModel,), {}))


def test_something_else_than_a_model_is_refused() -> None:
    """A dict is no schema."""
    with pytest.raises(SchemaError, match="not a Pydantic model"):
        schema_of(dict)  # type: ignore[type-var]
