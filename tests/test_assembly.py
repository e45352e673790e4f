"""The record that is built of grounded values: what the schema itself refuses is left out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator

from extract.asking.assembly import Assembly, nothing
from extract.asking.open_question import assemble_open, open_question
from extract.asking.schema import schema_of
from extract.text.document import from_text

TEXT = """\
Spring market
Stall one: honey, 12 jars at 7.50
Stall two: honey, 3 jars at 9.00
Stall three: wool, 40 skeins at 11.20
Open on 4 May 2027 from 9:30
Dogs welcome
"""


def assembled(schema: type[BaseModel], text: str = TEXT, **answers: Any) -> Assembly:
    """Return what becomes of an open answer to a schema."""
    document = from_text(text, id="1", source="-")
    return assemble_open(open_question(schema_of(schema), document), answers)


def quotes(made: Assembly) -> dict[str, list[str]]:
    """Return the quotes of each path."""
    return {path: [one.quote for one in each] for path, each in made.evidence.items()}


def said(words: str, value: Any) -> dict[str, Any]:
    """Return the answer for a value that has words of its own."""
    return {"words": words, "value": value}


class Stall(BaseModel):
    """A stall."""

    goods: str
    count: int | None = Field(None, ge=10)


class Market(BaseModel):
    """A market day."""

    name: str | None = None
    stalls: list[Stall] = []
    day: dt.date | None = None


STALLS = [
    {"goods": "honey", "count": said("12 jars", 12)},
    {"goods": "honey", "count": said("3 jars", 3)},
    {"goods": None, "count": said("40 skeins", 40)},
    {"goods": "wool", "count": said("40 skeins", 40)},
]


def test_a_member_that_a_constraint_refuses_is_left_out_of_its_item() -> None:
    """The smallest part goes; a missing required member takes its item with it."""
    made = assembled(Market, name="Spring market", stalls=STALLS)
    assert [
        {"goods": "honey", "count": 12},
        {"goods": "honey", "count": None},
        {"goods": "wool", "count": 40},
    ] == made.posting.model_dump()["stalls"]
    assert (
        "refused by the schema: stalls.1.count: Input should be greater than or equal to 10; "
        "refused by the schema: stalls.2.goods: Field required"
    ) == made.notes["stalls"]


def test_evidence_follows_its_item_when_another_is_dropped() -> None:
    """The wool was item 3 and is item 2; what was dropped has no evidence."""
    assert {
        "stalls.0.goods": ["honey"],
        "stalls.0.count": ["12 jars"],
        "stalls.1.goods": ["honey"],
        "stalls.2.goods": ["wool"],
        "stalls.2.count": ["40 skeins"],
    } == quotes(assembled(Market, stalls=STALLS))


def test_a_list_that_loses_its_last_item_is_unsupported() -> None:
    """Nothing is left of the field, so that it has neither basis nor evidence."""
    made = assembled(Market, stalls=[STALLS[2]])
    assert [] == made.posting.model_dump()["stalls"]
    assert "unsupported" == made.states["stalls"]
    assert {} == made.evidence == made.basis


class Names(BaseModel):
    """Fields whose names are no names of the answer."""

    model_config = ConfigDict(extra="forbid")

    first: str | None = Field(None, alias="theFirst")
    second: str | None = Field(None, validation_alias=AliasChoices("two", "zwei"))
    third: int | None = Field(None, serialization_alias="3", gt=10)


def test_a_field_is_answered_by_its_name_whatever_its_alias() -> None:
    """Aliases are for the user's own data; evidence, states and notes have the fields' names."""
    made = assembled(Names, first="honey", second="wool", third=said("3 jars", 3))
    assert {"first": "honey", "second": "wool", "third": None} == made.posting.model_dump()
    assert {"first": "stated", "second": "stated", "third": "unsupported"} == made.states
    assert ["third"] == list(made.notes)


class Checked(BaseModel):
    """A market whose fields are looked at."""

    name: str | None = None
    jars: int | None = None
    extra: str = "none"

    @field_validator("name")
    @classmethod
    def _no_market(cls, name: str) -> str:
        if "market" in name:
            raise ValueError("say what it is")
        return name.upper()

    @model_validator(mode="after")
    def _few(self) -> Checked:
        assert self.jars != 12, "a dozen is too many"
        if self.jars == 40:
            raise TypeError("not a jar")
        return self


def test_a_field_validator_refuses_only_its_field() -> None:
    """And changes what it lets pass."""
    made = assembled(Checked, name="Spring market", jars=said("3 jars", 3))
    assert {"name": None, "jars": 3, "extra": "none"} == made.posting.model_dump()
    assert {"name": "refused by the schema: name: say what it is"} == made.notes
    assert "WOOL" == assembled(Checked, name="wool").posting.model_dump()["name"]


@pytest.mark.parametrize(
    ("words", "jars", "note"),
    [("12 jars", 12, "a dozen is too many"), ("40 skeins", 40, "TypeError: not a jar")],
)
def test_a_validator_of_the_whole_leaves_the_values_and_a_note(
    words: str, jars: int, note: str
) -> None:
    """No value is to blame, so all stay, as the fields' own validators make them."""
    made = assembled(Checked, name="wool", jars=said(words, jars))
    assert {"name": "WOOL", "jars": jars, "extra": "none"} == made.posting.model_dump()
    assert {"document": f"refused by the schema: {note}"} == made.notes
    assert Checked is type(made.posting)


class Needed(BaseModel):
    """A market of which much has to be known."""

    name: str
    stalls: list[Stall]
    first: Stall
    day: dt.date
    fee: Decimal = Decimal(5)

    @field_validator("name")
    @classmethod
    def _upper(cls, name: str) -> str:
        return name.upper()


def test_a_required_field_that_is_not_stated_is_noted() -> None:
    """It is None or an empty list; the others stay as they would be."""
    made = assembled(Needed, name="Spring market", stalls=[])
    posting = made.posting.model_dump()
    assert {
        "name": "SPRING MARKET",
        "stalls": [],
        "first": None,
        "day": None,
        "fee": Decimal(5),
    } == posting
    required = "required by the schema, and the text does not state it"
    assert dict.fromkeys(("stalls", "first", "day"), required) == made.notes
    assert {"name": ["Spring market"]} == quotes(made)


def test_a_required_field_that_is_refuted_says_both() -> None:
    """Why the value went, and that it is missing now."""
    made = assembled(Needed, name="Spring market", day=said("4 May 2027", "2027-05-05"))
    assert "unsupported" == made.states["day"]
    assert made.notes["day"].startswith("refuted: 2027-05-05")
    assert made.notes["day"].endswith("the text does not state it")


def test_nothing_is_an_empty_record_without_notes() -> None:
    """Of a document that is not of the schema no required field is missed."""
    made = nothing(schema_of(Needed), from_text(TEXT, id="1", source="-"))
    assert {} == made.notes == made.evidence == made.basis
    assert {"not_stated"} == set(made.states.values())


class Mood(Enum):
    """How dogs are met."""

    WELCOME = "welcome"
    BARRED = "barred"


class Typed(BaseModel):
    """Every type of a value."""

    model_config = ConfigDict(strict=True, frozen=True)

    whole: int | None = None
    part: float | None = None
    exact: Decimal | None = None
    flag: bool | None = None
    day: dt.date | None = None
    moment: dt.datetime | None = None
    time: dt.time | None = None
    mood: Mood | None = None
    letter: Literal["a", "b"] | None = None
    row: tuple[int, ...] = ()
    bag: set[str] = set()
    closed: frozenset[str] = frozenset()


def test_every_type_comes_out_as_itself() -> None:
    """Also of a model in strict mode: an answer has only the types of JSON."""
    made = assembled(
        Typed,
        whole=said("12 jars", 12),
        part=said("7.50", 7.5),
        exact=said("7.50", 7.5),
        flag=said("Dogs welcome", value=True),
        day=said("4 May 2027", "2027-05-04"),
        moment=said("4 May 2027 from 9:30", "2027-05-04T09:30"),
        time=said("9:30", "09:30"),
        mood=said("Dogs welcome", "welcome"),
        letter=said("Stall one", "a"),
        row=[said("12", 12), said("3", 3), said("12 jars", 12)],
        bag=["honey", "wool"],
        closed=["honey"],
    )
    assert {} == made.notes
    assert (
        Typed(
            whole=12,
            part=7.5,
            exact=Decimal("7.5"),
            flag=True,
            day=dt.date(2027, 5, 4),
            moment=dt.datetime(2027, 5, 4, 9, 30),  # noqa: DTZ001 - the text names no zone
            time=dt.time(9, 30),
            mood=Mood.WELCOME,
            letter="a",
            row=(12, 3),
            bag={"honey", "wool"},
            closed=frozenset({"honey"}),
        )
        == made.posting
    )
    assert {"row.0", "row.1", "bag.0", "bag.1", "closed.0"} <= set(made.evidence)


class Bounded(BaseModel):
    """A market of narrow fields."""

    name: Annotated[str, Field(max_length=4)] = "none"
    jars: Annotated[int, Field(gt=20)] | None = None
    counts: Annotated[list[Annotated[int, Field(lt=20)]], Field(max_length=2)] = []


def test_constraints_are_the_schemas_own_and_defaults_stay() -> None:
    """They are not told to the model, whose provider may not know them: the value is refused."""
    made = assembled(
        Bounded,
        name="honey",
        jars=said("12", 12),
        counts=[said("12", 12), said("3", 3), said("9", 9), said("40", 40)],
    )
    assert {"name": "none", "jars": None, "counts": [12, 3]} == made.posting.model_dump()
    assert {"counts.0": ["12"], "counts.1": ["3"]} == quotes(made)
    assert {"name", "jars", "counts"} == set(made.notes)


class Honey(BaseModel):
    """A stall that sells honey."""

    kind: Literal["honey"]
    jars: int | None = None


class Wool(BaseModel):
    """A stall that sells wool."""

    kind: Literal["wool", "yarn"]
    skeins: int
    colour: str | None = None


class Mixed(BaseModel):
    """A market of stalls of two kinds."""

    best: Annotated[Honey | Wool, Field(discriminator="kind")] | None = None
    stalls: list[Annotated[Honey | Wool, Field(discriminator="kind")]] = []
    last: Honey | Wool | None = Field(None, discriminator="kind")


def test_a_union_is_told_apart_by_its_tag() -> None:
    """Each variant is asked for its own fields; one of no known tag, or refused, is left out."""
    made = assembled(
        Mixed,
        best={"kind": "honey", "jars": said("12 jars", 12)},
        stalls=[
            {"kind": "yarn", "skeins": said("40 skeins", 40), "colour": None},
            {"kind": "silk", "skeins": said("40 skeins", 40)},
            {"kind": "wool", "skeins": None, "colour": "wool"},
            {"kind": "honey", "jars": said("3 jars", 3)},
        ],
        last={"kind": "honey", "jars": None},
    )
    posting: Any = made.posting
    assert Honey(kind="honey", jars=12) == posting.best
    assert [Wool(kind="yarn", skeins=40), Honey(kind="honey", jars=3)] == posting.stalls
    assert None is posting.last
    assert {
        "best.jars": ["12 jars"],
        "stalls.0.skeins": ["40 skeins"],
        "stalls.1.jars": ["3 jars"],
    } == quotes(made)
    assert "kind is 'silk'" in made.notes["stalls"]


class Street(BaseModel):
    """A street of stalls."""

    stalls: list[Stall] = []
    name: str


class Town(BaseModel):
    """A town of market streets."""

    streets: list[Street] = []


def test_models_may_be_nested_three_deep() -> None:
    """A path has every step, and a fault deep inside costs only what has it."""
    made = assembled(
        Town,
        streets=[
            {
                "name": "Spring market",
                "stalls": [
                    {"goods": "honey", "count": said("12", 12)},
                    {"goods": "silk", "count": said("3", 3)},
                    {"goods": "wool", "count": said("40", 41)},
                ],
            },
            {"name": None, "stalls": []},
        ],
    )
    assert {
        "streets": [
            {
                "name": "Spring market",
                "stalls": [{"goods": "honey", "count": 12}, {"goods": "wool", "count": None}],
            }
        ]
    } == made.posting.model_dump()
    assert {
        "streets.0.name": ["Spring market"],
        "streets.0.stalls.0.goods": ["honey"],
        "streets.0.stalls.0.count": ["12"],
        "streets.0.stalls.1.goods": ["wool"],
    } == quotes(made)


def test_fields_named_like_a_models_own_attributes_work() -> None:
    """A user's names are the user's: also when the record has to be built unchecked."""
    with pytest.warns(UserWarning, match="shadows an attribute"):

        class Odd(BaseModel):
            """Odd names."""

            model_config = ConfigDict(protected_namespaces=())

            json: str | None = None
            copy: str | None = None
            fits: bool | None = None
            model_name: str | None = None
            words: str | None = None
            value: int
            form: str | None = None

    answers = dict.fromkeys(("json", "copy", "model_name", "words", "form"), "honey")
    made = assembled(Odd, fits=said("Dogs welcome", value=True), **answers)
    assert answers | {"fits": True, "value": None} == made.posting.model_dump()
    assert schema_of(Odd).fits(from_text(TEXT, id="1", source="-"), made.posting)
