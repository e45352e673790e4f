"""A Pydantic model becomes fields that can be asked, or a clear error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import pytest
from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    HttpUrl,
    PastDate,
    RootModel,
    create_model,
)

from extract.asking.schema import schema_of
from extract.errors import SchemaError
from extract.kinds import (
    Choice,
    Date,
    Flag,
    Kind,
    Lines,
    Moment,
    Number,
    OneOf,
    Pay,
    Phrase,
    Phrases,
    Title,
    Variants,
    Years,
)
from extract.posting import Posting
from extract.values import Experience, Salary


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
    with pytest.raises(SchemaError, match=r"Bad\.f: complex cannot be asked; use text"):
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
    with pytest.raises(SchemaError, match="rename this field"):
        schema_of(taken)


def test_a_model_without_fields_is_refused() -> None:
    """There is nothing to ask."""
    with pytest.raises(SchemaError, match="no fields"):
        schema_of(type("Empty", (BaseModel,), {}))


def test_something_else_than_a_model_is_refused() -> None:
    """A dict is no schema."""
    with pytest.raises(SchemaError, match="not a Pydantic model"):
        schema_of(dict)  # type: ignore[type-var]


def _with(annotation: Any, **named: Any) -> type[BaseModel]:
    return create_model("Bill", **{"first": (str | None, None), "it": (annotation, None), **named})


@pytest.mark.parametrize(
    ("annotation", "kind", "many"),
    [
        (str, Phrase(), False),
        (list[str] | None, Phrases(), True),
        (set[str], Phrases(), True),
        (Sequence[str], Phrases(), True),
        (tuple[int, ...], Number("int"), True),
        (int | None, Number("int"), False),
        (Annotated[int, Field(gt=3)] | None, Number("int"), False),
        (list[Annotated[float, Field(gt=3)]], Number("float"), True),
        (int | float, Number("float"), False),
        (Decimal, Number("Decimal"), False),
        (bool, Flag(), False),
        (dt.date, Moment("date"), False),
        (PastDate, Moment("date"), False),
        (dt.datetime, Moment("datetime"), False),
        (AwareDatetime | None, Moment("datetime"), False),
        (dt.time, Moment("time"), False),
        (Literal["a", "b", None], OneOf(("a", "b")), False),  # noqa: PYI061 - so do users write
        (Literal["a", 1, True], OneOf(("a", 1, True)), False),
        (list[Literal["a", "b"]], OneOf(("a", "b")), True),
        (StrEnum("Mood", ["GOOD", "BAD"]), OneOf(("good", "bad")), False),
        (IntEnum("Grade", ["LOW", "HIGH"]), OneOf((1, 2)), False),
        (HttpUrl, Phrase(), False),
        (UUID, Phrase(), False),
        (NewType("Name", str), Phrase(), False),
        (str | Literal["any"], Phrase(), False),  # noqa: PYI051 - so do users write
        (list[Salary], Pay(), True),
        (Annotated[list[Salary], Pay()], Pay(), True),
        (Experience, Years(), False),
        (Annotated[list[str], Lines()], Lines(), True),
        (Annotated[dt.date | None, Date("closes")], Date("closes"), False),
    ],
)
def test_every_type_of_a_value_has_a_kind(annotation: Any, kind: Kind, many: bool) -> None:  # noqa: FBT001 - a column of the table
    """Through None, lists, aliases, constraints and annotations."""
    field = schema_of(_with(annotation)).fields[1]
    assert ("it", kind, many) == (field.name, field.kind, field.is_list)


class _Loop(BaseModel):
    """A thing in itself."""

    name: str | None = None
    inner: _Loop | None = None


class _Pair(BaseModel):
    """Two that hold one another."""

    loops: list[_Loop] = []


class _Whole(RootModel[list[int]]):
    """A list that is a model."""


class _Tagged(BaseModel):
    """A model with nothing but a tag."""

    kind: Literal["tagged"]


class _Named(BaseModel):
    """A model with a tag."""

    kind: Literal["named"]
    name: str | None = None


@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        (dict, "dict cannot be asked; use text, a number, a bool, a date"),
        (dict[str, int] | None, r"dict\[str, int\] cannot be asked"),
        (complex, "complex cannot be asked"),
        (bytes, "bytes cannot be asked"),
        (dt.timedelta, "timedelta cannot be asked"),
        (Any, "Any cannot be asked"),
        (list, r"a list needs an item type, as in list\[str\]"),
        (list[list[str]], r"list\[str\] cannot be asked"),
        (list[dict[str, str]], r"dict\[str, str\] cannot be asked"),
        (tuple[int, str], r"tuple\[int, str\] cannot be asked"),
        (_Whole, "_Whole is a RootModel; use a model with a field"),
        (Enum("Odd", {"A": 1.5}), "its values must be strings, integers or booleans"),
        (create_model("Void"), "Void has no fields to extract"),
        (Flat | Salary, "a union must be of models with a discriminator"),
        (Flat | int, "a union must be of models with a discriminator"),
        (
            Annotated[_Named | _Tagged, Field(discriminator="kind")],
            "a model with no field but its kind has no words to quote",
        ),
        (Annotated[str, Pay()], "Pay reads Salary, but the field takes str"),
        (Annotated[Salary, Phrase()], "Phrase reads str, but the field takes Salary"),
        (Annotated[str, Lines()], "Lines needs a list type"),
        (Annotated[str, Date("posted")], "Date reads date, but the field takes str"),
    ],
)
def test_what_no_text_states_is_refused_by_name(annotation: Any, why: str) -> None:
    """The error names the model, the field and the reason, before anything is asked."""
    with pytest.raises(SchemaError, match=rf"^Bill\.it: {why}"):
        schema_of(_with(annotation))


def test_a_cycle_is_refused_at_any_depth() -> None:
    """A strict answer schema has no references, so that it could never end."""
    with pytest.raises(SchemaError, match=r"^_Loop\.inner: _Loop contains itself"):
        schema_of(_Loop)
    with pytest.raises(SchemaError, match=r"^_Loop\.inner: _Loop contains itself"):
        schema_of(_Pair)


def test_models_that_are_nested_too_deep_are_refused() -> None:
    """Providers allow a few levels of objects."""
    deep: type[BaseModel] = create_model("Deep0", name=(str | None, None))
    for level in range(1, 8):
        deep = create_model(f"Deep{level}", inner=(deep | None, None))
    with pytest.raises(SchemaError, match="nested more than 6 levels deep"):
        schema_of(deep)


def test_a_root_model_is_refused() -> None:
    """It has no field to ask for."""
    with pytest.raises(SchemaError, match="_Whole is a RootModel; use a model with a field"):
        schema_of(_Whole)


def test_an_unknown_cue_of_a_date_is_refused_where_it_is_written() -> None:
    """It would match nothing, after the money is spent."""
    with pytest.raises(SchemaError, match=r"no cue 'deadline'.*'posted', 'closes', 'starts'"):
        Date("deadline")  # type: ignore[arg-type]


def test_a_name_that_is_not_defined_is_refused() -> None:
    """Pydantic leaves such a model unfinished, and says so only when it is used."""
    unfinished = create_model("Bill", it=("Nowhere | None", None))
    with pytest.raises(
        SchemaError, match="Bill: 'Nowhere' is used in an annotation but not defined"
    ):
        schema_of(unfinished)


def test_required_fields_are_asked_like_the_others() -> None:
    """Whether a document states them is another matter."""

    class Strict(BaseModel):
        """A thing with a name."""

        name: str
        price: Decimal

    assert ["name", "price"] == [field.name for field in schema_of(Strict).fields]


def test_a_discriminated_union_has_a_group_for_each_tag() -> None:
    """A model may have several tags; the tag itself is not asked as a field."""

    class Two(BaseModel):
        """A model of two tags."""

        kind: Literal["second", "third"]
        size: int | None = None

    (field,) = schema_of(
        create_model("Bill", it=(Annotated[_Named | Two, Field(discriminator="kind")], ...))
    ).fields
    assert isinstance(field.kind, Variants)
    assert {"named": ["name"], "second": ["size"], "third": ["size"]} == {
        tag: [member.name for member in group.fields] for tag, group in field.kind.groups
    }
