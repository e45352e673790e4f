"""What a model answers for a field is checked against the document; a fault costs one value."""

from __future__ import annotations

from typing import Any

import pytest

from extract.asking.grounder import Grounded, Grounder
from extract.asking.schema import schema_of
from extract.kinds import (
    AskedField,
    Date,
    Flag,
    Group,
    Kind,
    Languages,
    Lines,
    Moment,
    Number,
    OneOf,
    Pay,
    Phrase,
    Phrases,
    Place,
    Requirements,
    Schooling,
    Years,
)
from extract.text.document import from_text
from extract.values import Document, Experience, Requirement, Salary
from tests.test_schema import Flat, Order

TEXT = """\
Bakery order 12
3 sacks of rye, sack price 18.50
40 sacks of wheat, sack price 3.25
“Ring the back door” before 6:30
Delivery on 4 May 2027, payment on 5 June 2027
Pay the driver £14.50 an hour
At least 2 years behind the wheel
"""


def _grounded(kind: Kind, answer: Any, *, many: bool = False) -> tuple[Grounded, Document]:
    document = from_text(TEXT, id="1", source="-")
    field = AskedField("it", "it", kind, many)
    return Grounder(document, document.lines).ground(field, answer), document


def _quotes(kind: Kind, answer: Any, *, many: bool = False) -> dict[str, list[str]]:
    grounded, document = _grounded(kind, answer, many=many)
    quotes: dict[str, list[str]] = {}
    for path, span in grounded.evidence:
        quotes.setdefault(path, []).append(document.quote(span))
    return quotes


def _said(words: str | None, value: Any) -> dict[str, Any]:
    return {"words": words, "value": value}


@pytest.mark.parametrize(
    ("kind", "answer", "value", "state"),
    [
        (Number("int"), _said("3 sacks of rye", 3), 3, "stated"),
        (Number("float"), _said("sack price 18.50", 18.5), 18.5, "stated"),
        (Number("int"), _said("3 sacks of rye, sack price 18.50", 3), 3, "read"),
        (Flag(), _said("Ring the back door", value=True), True, "read"),
        (OneOf(("rye", "wheat")), _said("sacks of rye", "rye"), "rye", "stated"),
        (OneOf(("rye", "wheat")), _said("Bakery order 12", "rye"), "rye", "read"),
        (Phrase(), "Bakery order", "Bakery order", "stated"),
        (
            Pay(),
            {"words": "£14.50 an hour", "min": 14.5, "max": 14.5, "currency": "GBP"},
            Salary(min=14.5, max=14.5, currency="GBP"),
            "stated",
        ),
        (Years(), {"words": "2 years", "min": 2, "max": None}, Experience(min=2), "stated"),
    ],
)
def test_a_value_is_stated_read_or_conflicting(
    kind: Kind, answer: Any, value: Any, state: str
) -> None:
    """Code reads the same of the quote, nothing, or something else; the model's value stays."""
    grounded, _ = _grounded(kind, answer)
    assert (value, state) == (grounded.value, grounded.state)


def test_a_conflict_names_both_readings() -> None:
    """The note says what code reads in the quote, and what the model said."""
    grounded, _ = _grounded(OneOf(("rye", "wheat")), _said("40 sacks of wheat", "rye"))
    assert ("code reads wheat in '40 sacks of wheat', the model rye",) == grounded.notes
    assert grounded.agreed is False


@pytest.mark.parametrize(
    ("kind", "answer", "note"),
    [
        (Phrase(), "Globex Ltd", "not in the text: 'Globex Ltd'"),
        (Number("int"), _said("3 sacks of barley", 3), "not in the text: '3 sacks of barley'"),
        (Number("int"), _said("40 sacks", 41), "refuted: 41 does not stand in '40 sacks'"),
        (
            Moment("date"),
            _said("4 May 2027", "2027-05-05"),
            "refuted: 2027-05-05 does not stand in '4 May 2027'",
        ),
        (Moment("time"), _said("before 6:30", "07:30"), "refuted: 07:30 does not stand in "),
        (
            Date("closes"),
            _said("5 June 2027", "2027-05-04"),
            "refuted: 2027-05-04 does not stand in '5 June 2027'",
        ),
        (
            Pay(),
            {"words": "£14.50 an hour", "min": 18.5, "max": 18.5},
            "refuted: 18.5 does not stand in '£14.50 an hour'",
        ),
        (
            Pay(),
            {"words": "£14.50 an hour", "min": 14.5, "max": 14.5, "currency": "USD"},
            "refuted: '£14.50 an hour' is not in USD",
        ),
        (
            Years(),
            {"words": "2 years", "min": 3, "max": None},
            "refuted: 3 years do not stand in '2 years'",
        ),
    ],
)
def test_what_the_quote_does_not_state_is_dropped(kind: Kind, answer: Any, note: str) -> None:
    """A quote that stands nowhere, or a value of another quote: no value, and why."""
    grounded, _ = _grounded(kind, answer)
    assert (None, "unsupported", ()) == (grounded.value, grounded.state, grounded.evidence)
    (said,) = grounded.notes
    assert said.startswith(note)


@pytest.mark.parametrize(
    ("kind", "answer", "note"),
    [
        (Phrase(), 7, "'7' is not text"),
        (Phrase(), {"text": "Bakery"}, "\"{'text': 'Bakery'}\" is not text"),
        (Number("int"), 12, "'12' is not an object"),
        (Number("int"), [[]], "'[]' is not an object"),
        (Number("int"), _said("12", "twelve"), "'twelve' is not a number"),
        (Number("int"), _said("12", None), "None is not a number"),
        (Number("int"), _said("12", value=True), "True is not a number"),
        (Number("int"), _said("12", float("nan")), "nan is not a number"),
        (Number("float"), _said("12", float("inf")), "inf is not a number"),
        (Number("int"), _said("18.50", 18.5), "18.5 is not a whole number"),
        (Number("int"), {"words": 12, "value": 12}, "words is '12'"),
        (Flag(), _said("Bakery", "yes"), "'yes' is neither true nor false"),
        (OneOf(("rye", "wheat")), _said("rye", "oats"), "'oats' is none of 'rye', 'wheat'"),
        (OneOf((1, 2)), _said("2 years", value=True), "True is none of 1, 2"),
        (Moment("date"), _said("4 May 2027", "May"), "Invalid isoformat string: 'May'"),
        (Moment("date"), _said("4 May 2027", 7), "Invalid isoformat string: '7'"),
        (Moment("time"), _said("6:30", "half past six"), "Invalid isoformat string"),
        (Moment("datetime"), _said("4 May 2027", None), "fromisoformat: argument must be str"),
        (Pay(), {"words": "£14.50", "min": "much"}, "1 validation error for Salary"),
        (Pay(), {"words": "£14.50"}, "pay without an amount"),
        (
            Pay(),
            {"words": "£14.50", "min": 14.5, "currency": "quid"},
            "'quid' is not an ISO 4217 code",
        ),
        (Years(), {"words": "2 years"}, "experience without a number"),
        (Languages(), _said("Bakery", ""), "a language without a name"),
        (Schooling(), {"words": "Bakery", "level": "guild"}, "2 validation errors for Education"),
    ],
)
def test_what_is_not_of_the_form_is_dropped(kind: Kind, answer: Any, note: str) -> None:
    """A wrong type at any level is one note, and no value."""
    grounded, _ = _grounded(kind, answer)
    assert (None, "unsupported", ()) == (grounded.value, grounded.state, grounded.evidence)
    (said,) = grounded.notes
    assert said.startswith(f"not of the form asked for: {note}")


@pytest.mark.parametrize("kind", [Phrase(), Number("int"), Pay(), Flag(), Place()])
@pytest.mark.parametrize("answer", [None, "", [], {"words": None}, {"words": " "}])
def test_nothing_answered_is_not_stated(kind: Kind, answer: Any) -> None:
    """Null, empty words and empty lists claim nothing."""
    grounded, _ = _grounded(kind, answer, many=answer == [])
    assert Grounded() == grounded


@pytest.mark.parametrize("answer", [None, "", []])
def test_no_lines_are_not_stated(answer: Any) -> None:
    """Nor do lines without numbers."""
    assert Grounded() == _grounded(Lines(), answer)[0]


@pytest.mark.parametrize(
    ("answer", "value"), [(_said("40 sacks", "40"), 40), (_said("40 sacks", 40.0), 40)]
)
def test_a_number_may_come_in_another_type(answer: Any, value: int) -> None:
    """As text, or with a decimal point: it is the number that the quote states."""
    grounded, _ = _grounded(Number("int"), answer)
    assert value == grounded.value
    assert int is type(grounded.value)


def test_a_huge_number_is_refuted_in_a_short_note() -> None:
    """A model that runs on writes numbers that no float holds."""
    grounded, _ = _grounded(Number("int"), _said("40 sacks", 10**400))
    assert (None, "unsupported") == (grounded.value, grounded.state)
    assert len(grounded.notes[0]) < 200


def test_a_lone_value_is_a_list_of_one() -> None:
    """Where a list is asked, and one value given."""
    grounded, _ = _grounded(Phrases(), "Bakery", many=True)
    assert (["Bakery"], "stated") == (grounded.value, grounded.state)


def test_a_list_for_one_value_gives_its_first() -> None:
    """Where one value is asked, and a list given."""
    grounded, _ = _grounded(Number("int"), [_said("3 sacks", 3), _said("40 sacks", 40)])
    assert 3 == grounded.value


def test_words_are_found_whatever_their_case_and_their_marks() -> None:
    """The value is what stands in the document, without the marks around it."""
    grounded, _ = _grounded(Phrase(), '"ring the BACK door"')
    assert "Ring the back door" == grounded.value
    assert {"": ["“Ring the back door”"]} == _quotes(Phrase(), '"ring the BACK door"')


def test_a_faulty_item_costs_that_item() -> None:
    """The others keep their order, and the evidence counts only them."""
    answer = ["rye", "barley", 7, None, "wheat", "Rye"]
    grounded, _ = _grounded(Phrases(), answer, many=True)
    assert ["rye", "wheat"] == grounded.value
    assert {"0": ["rye"], "1": ["wheat"]} == _quotes(Phrases(), answer, many=True)
    assert ("not in the text: 'barley'", "not of the form asked for: '7' is not text") == (
        grounded.notes
    )
    assert ("barley",) == grounded.missed


def test_a_list_that_runs_on_is_cut() -> None:
    """Of 500 items the first 200 are read, and the note says so."""
    grounded, _ = _grounded(Phrases(), ["rye"] * 500, many=True)
    assert ["rye"] == grounded.value
    assert ("500 items: only the first 200 are read",) == grounded.notes


@pytest.mark.parametrize(
    ("answer", "lines", "noted"),
    [
        ("2-3", ["3 sacks of rye, sack price 18.50", "40 sacks of wheat, sack price 3.25"], False),
        ("3, 2", ["3 sacks of rye, sack price 18.50", "40 sacks of wheat, sack price 3.25"], False),
        ("3–2", ["3 sacks of rye, sack price 18.50", "40 sacks of wheat, sack price 3.25"], False),
        ([2], ["3 sacks of rye, sack price 18.50"], False),
        ("lines 2 to 2", ["3 sacks of rye, sack price 18.50"], False),
        ("2, 99", ["3 sacks of rye, sack price 18.50"], True),
        ("2-99999999", None, True),
        ("0", None, True),
        ("Bakery order 9", None, True),
        ({"words": "rye"}, None, True),
        (True, None, True),
    ],
)
def test_lines_are_answered_by_their_numbers(
    answer: Any,
    lines: list[str] | None,
    noted: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Single numbers, runs in any order; what is the number of no line is noted."""
    grounded, _ = _grounded(Lines(), answer)
    if lines is not None:
        assert lines == grounded.value
    assert noted == any("not the numbers of lines" in note for note in grounded.notes)


def test_requirements_are_lines_that_code_weighs() -> None:
    """The number of the line is enough: its words say how much it matters."""
    grounded, _ = _grounded(Requirements(), "7")
    assert [Requirement(text="At least 2 years behind the wheel", required=True)] == grounded.value


def _item(group: AskedField, answer: Any) -> tuple[Grounded, Document]:
    document = from_text(TEXT, id="1", source="-")
    return Grounder(document, document.lines).ground(group, answer), document


def test_the_parts_of_an_item_are_read_from_one_place() -> None:
    """The same words in two items are quoted from the line of each."""
    goods = next(field for field in schema_of(Order).fields if field.name == "goods")
    answer = [
        {"name": name, "unit": "sack", "amount": _said(words, amount), "price": None}
        for name, words, amount in (("rye", "3", 3), ("wheat", "40", 40))
    ]
    grounded, document = _item(goods, answer)
    units = [span.start for path, span in grounded.evidence if path.endswith(".unit")]
    lines = [document.line_at(start) for start in units]
    assert [2, 3] == [line.number for line in lines if line]
    assert "1.amount" in [path for path, _ in grounded.evidence]


def test_a_fault_in_a_member_names_it() -> None:
    """The member is lost, the item stays, and the note begins with the member's name."""
    goods = next(field for field in schema_of(Order).fields if field.name == "goods")
    answer = [{"name": "rye", "unit": "barrel", "amount": _said("3", 4), "price": None}]
    grounded, _ = _item(goods, answer)
    assert [{"name": "rye"}] == grounded.value
    assert (
        "amount: refuted: 4 does not stand in '3'",
        "unit: not in the text: 'barrel'",
    ) == tuple(sorted(grounded.notes))


@pytest.mark.parametrize("answer", [7, "rye", [[7]], {"name": None}, {"name": 7}, {"other": 1}])
def test_any_answer_for_a_model_is_taken_apart(answer: Any) -> None:
    """What is no object, or says nothing, gives no item and raises nothing."""
    goods = next(field for field in schema_of(Order).fields if field.name == "goods")
    grounded, _ = _item(goods, answer)
    assert grounded.value is None
    assert grounded.state in {"unsupported", "not_stated"}


def test_a_model_of_none_of_its_members_is_not_stated() -> None:
    """An object of nulls claims nothing."""
    rent = AskedField("flat", "the flat", Group(Flat, schema_of(Flat).fields), is_list=False)
    grounded, _ = _item(rent, {"rent": None, "address": None, "features": []})
    assert Grounded() == grounded
