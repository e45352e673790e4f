"""Confidence is counted on labelled postings, and its curve says what is kept."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from evals.scoring.calibrate import counted, rendered
from evals.scoring.compare_values import Counts
from evals.scoring.coverage import Point, curve, kept_at
from evals.scoring.runlog import CaseResult
from extract.asking.confidence import confidence, share
from extract.posting import Posting


class Furniture(BaseModel):
    """A piece of furniture."""

    title: str | None = None
    colour: str | None = None


class Narrowed(Posting):
    """A posting with a company of another kind."""

    company: str | None = None


def case(name: str, record: dict[str, Any], **counts: Counts) -> CaseResult:
    """Make the result of one case."""
    return CaseResult(id=name, split="dev", status="ok", record=record, counts=counts)


CASES = (
    case(
        "a",
        {
            "basis": {"title": "given", "skills": "copied"},
            "confidence": {"title": 0.9, "skills": 0.6},
        },
        title=Counts(correct=1),
        skills=Counts(correct=2, invented=1, omitted=4),
    ),
    case(
        "b",
        {"basis": {"title": "given"}, "confidence": {"title": 0.9}},
        title=Counts(wrong=1),
        skills=Counts(omitted=1),
    ),
)


def test_right_and_all_values_are_counted_by_basis() -> None:
    """What is omitted is no value; "every" adds the fields up."""
    assert {
        "Posting.skills": {"copied": (2, 3)},
        "Posting.title": {"given": (1, 2)},
        "every": {"copied": (2, 3), "given": (1, 2)},
    } == counted(CASES)


def test_the_table_is_read_back_as_it_was_counted() -> None:
    """As TOML."""
    told = tomllib.loads(rendered(counted(CASES)))
    assert {"given": [1, 2]} == told["Posting.title"]


def test_the_test_split_is_not_counted() -> None:
    """It is what confidence is later judged by."""
    assert {} == counted([each.model_copy(update={"split": "test"}) for each in CASES])


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0, 1), st.floats(0.1, 10))
def test_a_share_lies_between_its_counts_and_its_prior(
    right: int, wrong: int, prior: float, weight: float
) -> None:
    """Few values say little, many say nearly all."""
    total = right + wrong
    ends = sorted([prior, right / total if total else prior])
    assert ends[0] - 1e-9 <= share((right, total), prior, weight) <= ends[1] + 1e-9


def test_every_way_of_finding_has_a_confidence() -> None:
    """In a schema that was never measured too."""
    for basis in ("given", "sole", "chosen", "copied", "conflicting"):
        assert 0 < confidence(Posting, "title", basis) < 1
        assert 0 < confidence(Furniture, "colour", basis) < 1


def test_measured_shares_follow_the_class_and_not_its_name() -> None:
    """A subclass inherits them for the fields it leaves alone; a namesake gets those of all."""
    namesake = type("Posting", (Furniture,), {})
    own = confidence(Posting, "title", "given")
    every = confidence(Furniture, "colour", "given")
    assert own != every
    assert own == confidence(Narrowed, "title", "given")
    assert every == confidence(Narrowed, "company", "given")
    assert every == confidence(namesake, "title", "given")


def test_the_curve_keeps_the_surest_first() -> None:
    """Worked by hand: two titles of which one is right, then three skills of which two are."""
    assert (Point(0.9, 0.4, 0.5), Point(0.6, 1.0, 0.6)) == curve(CASES)


def test_nothing_is_kept_where_too_little_is_right() -> None:
    """And a run without confidence has no curve."""
    assert kept_at(curve(CASES), 0.99) is None
    assert () == curve([case("a", {}, title=Counts(correct=1))])
