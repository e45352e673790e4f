"""The share of labelled values that code proposes."""

from __future__ import annotations

from evals.bench.proposals import tallies
from extract.asking.closed_question import Question, question
from extract.asking.schema import schema_of
from extract.posting import Posting
from extract.text.document import from_text

TEXT = "Welder\nFull-time, £18 an hour\nAt least 2 years of welding experience\nLeeds, UK"


def asked(text: str) -> Question:
    """Return what is asked of a text."""
    return question(schema_of(Posting), from_text(text, id="1", source="-"))


def test_what_is_proposed_is_counted() -> None:
    """A labelled value counts where one of the candidates says it."""
    gold = {
        "salary": [{"min": 18, "max": 18, "currency": "GBP", "period": "hour"}],
        "employment_types": [["full_time"]],
        "experience_years": [{"min": 2, "max": None}],
    }
    found = tallies([("welder", gold, asked(TEXT))])
    assert dict.fromkeys(gold, (1, 1)) == {
        name: (tally.labelled, tally.proposed) for name, tally in found.items()
    }


def test_what_is_not_proposed_is_named() -> None:
    """A value that nothing says is counted and kept with its case."""
    gold = {"experience_years": [{"min": 7, "max": None}], "employment_types": [["contract"]]}
    found = tallies([("welder", gold, asked(TEXT))])
    assert [("welder", {"min": 7, "max": None})] == found["experience_years"].missing
    assert (1, 0) == (found["employment_types"].labelled, found["employment_types"].proposed)


def test_an_accepted_value_counts_too() -> None:
    """Where the label is null and another value accepted, proposing it is no fault and a hit."""
    gold = {"experience_years": [None, {"min": 2, "max": None}], "title": [["Welder"]]}
    found = tallies([("welder", gold, asked(TEXT))])
    assert (1, 1) == (found["experience_years"].labelled, found["experience_years"].proposed)
    assert "title" not in found


def test_a_label_of_null_counts_nowhere() -> None:
    """Nothing is labelled, so nothing can be missing."""
    assert {} == tallies([("welder", {"experience_years": [None]}, asked("Welder wanted"))])
