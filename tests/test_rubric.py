"""What is scored of a schema, and how values of own schemas are counted."""

from __future__ import annotations

from typing import Any

import pytest

from evals.data.rubric import BUILT_IN, at, rubric_of
from evals.scoring.compare_values import Counts, counts_of, outcome
from tests.invoices import Invoice

RUBRIC = rubric_of(Invoice)
RIGHT, WRONG, NULL = Counts(correct=1), Counts(wrong=1), Counts(correct_null=1)
OMITTED, INVENTED = Counts(omitted=1), Counts(invented=1)


def counted(label: dict[str, Any], found: dict[str, Any]) -> dict[str, Counts]:
    """Compare the fields of an invoice with labels that have one right value each."""
    return outcome({name: (value,) for name, value in label.items()}, found, RUBRIC)


def test_the_leaves_of_a_schema_are_scored() -> None:
    """Nested fields have paths; what stands in a list is no scalar."""
    fields = RUBRIC.fields
    scalars = ("number", "due", "total", "paid", "status", "vendor.name", "vendor.tax_id")
    assert (*scalars, "items.what", "items.amount", "items.tags") == fields.core
    assert scalars == fields.scalars
    assert () == fields.further


def test_the_built_in_means_are_over_fifteen_fields() -> None:
    """The published figures stay comparable; what was labelled later is scored beside them."""
    fields = BUILT_IN.fields
    assert 15 == len(fields.core)
    assert {"title", "salary", "education"} < set(fields.scalars)
    assert {"salary.gross", "certifications", "responsibilities", "benefits"} <= set(fields.further)
    assert not set(fields.core) & set(fields.further)


def test_a_nested_model_is_counted_field_by_field() -> None:
    """A wrong name costs the name alone; an absent model omits what the label has."""
    label = {"vendor": {"name": "Brass & Sons", "tax_id": None}}
    found = {"vendor": {"name": "Tin", "tax_id": "77"}}
    assert {"vendor.name": WRONG, "vendor.tax_id": INVENTED} == counted(label, found)
    assert {"vendor.name": OMITTED, "vendor.tax_id": NULL} == counted(label, {"vendor": None})


def test_a_nested_field_without_a_label_is_not_counted() -> None:
    """As at the top, a missing key is no claim that the text does not state it."""
    label = {"vendor": {"name": "Brass"}}
    found = {"vendor": {"name": "Brass", "tax_id": "77"}}
    assert {"vendor.name": RIGHT} == counted(label, found)
    assert {"vendor.name": NULL, "vendor.tax_id": NULL} == counted({"vendor": None}, {})


def test_items_are_matched_whatever_their_order() -> None:
    """The pairs that agree most are taken, and a wrong amount is one wrong amount."""
    label = {"items": [{"what": "Valve", "amount": 20}, {"what": "Gasket", "amount": 10}]}
    found = {"items": [{"what": "Gasket", "amount": 10}, {"what": "Valve", "amount": 2}]}
    assert {
        "items.what": Counts(correct=2),
        "items.amount": Counts(correct=1, wrong=1),
    } == counted(label, found)


def test_items_without_a_counterpart() -> None:
    """One too many is invented, one too few omitted; nulls in them are no merit."""
    label = {"items": [{"what": "Valve", "amount": 20}]}
    found = {"items": [{"what": "Cork", "amount": None}]}
    assert {
        "items.what": Counts(omitted=1, invented=1),
        "items.amount": Counts(omitted=1),
    } == counted(label, found)


def test_no_items_where_none_are_labelled() -> None:
    """An empty list is right for every field of its items; any item there is invented."""
    none = dict.fromkeys(("items.what", "items.amount", "items.tags"), NULL)
    assert none == counted({"items": []}, {"items": []})
    invented = counted({"items": []}, {"items": [{"what": "Cork", "tags": ["a", "b"]}]})
    assert (INVENTED, Counts(), Counts(invented=2)) == tuple(invented.values())


@pytest.mark.parametrize(
    ("field", "found", "label", "counts"),
    [
        ("total", 30.5, "30.50", RIGHT),
        ("total", "30.5", 30.49, WRONG),
        ("due", "2026-05-04", "2026-05-04", RIGHT),
        ("due", "2026-04-05", "2026-05-04", WRONG),
        ("paid", False, False, RIGHT),
        ("paid", False, None, INVENTED),
        ("paid", "no", False, WRONG),
        ("status", "open", "late", WRONG),
        ("number", "a 17", "A-17", RIGHT),
        ("number", "B-99", "A-17", WRONG),
    ],
)
def test_values_of_each_type(field: str, found: Any, label: Any, counts: Counts) -> None:
    """Numbers, dates, choices and yes or no by value; texts by likeness."""
    assert {field: counts} == counted({field: label}, {field: found})


def test_a_failed_document_omits_all_that_is_labelled() -> None:
    """Nothing counts as a right null of a document that was not read."""
    gold = {"paid": (None,), "items": ([{"what": "Valve"}],)}
    assert {"paid": Counts(), "items.what": OMITTED} == outcome(gold, None, RUBRIC)


def test_gross_is_scored_apart_from_pay() -> None:
    """Where it is labelled; it decides nothing about the pay itself."""
    pay = {"min": 9, "max": 9, "currency": "EUR", "period": "hour"}
    found = {"salary": {**pay, "gross": False}}
    assert {"salary": RIGHT} == outcome({"salary": (pay,)}, found)
    labelled = outcome({"salary": ({**pay, "gross": True},)}, found)
    assert {"salary": RIGHT, "salary.gross": WRONG} == labelled
    unsaid = outcome({"salary": ({**pay, "gross": True},)}, {"salary": pay})
    assert OMITTED == unsaid["salary.gross"]


def test_lists_of_lines_are_matched_by_likeness() -> None:
    """A requirement may be labelled by its text alone."""
    label = {"requirements": (["a clean driving licence", "two years at sea"],)}
    found = {"requirements": [{"text": "Clean driving licence", "required": True}]}
    assert {"requirements": Counts(correct=1, omitted=1)} == outcome(label, found)


def test_the_counts_of_a_whole_field() -> None:
    """Those of a nested model are the sum over its fields; of nothing there are none."""
    counts = {"vendor.name": RIGHT, "vendor.tax_id": WRONG, "vendors": INVENTED}
    assert Counts(correct=1, wrong=1) == counts_of(counts, "vendor")
    assert counts_of(counts, "total") is None


def test_a_path_into_lists() -> None:
    """What stands in each item, None where there is nothing."""
    assert [1, None] == at({"items": [{"amount": 1}, {}]}, "items.amount")
    assert at({"vendor": None}, "vendor.name") is None
