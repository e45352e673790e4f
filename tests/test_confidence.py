"""Confidence is learned from labelled postings, and its curve says what is kept."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from evals.scoring.calibrate import LabelledField, fields_seen, learned, out_of_fold, rendered
from evals.scoring.compare_values import Counts
from evals.scoring.coverage import Point, curve, kept_at
from evals.scoring.runlog import CaseResult
from extract.asking.confidence import SIGNALS, confidences, is_measured, signals
from extract.posting import Posting
from extract.record import Evidence
from extract.values import Basis, Salary


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


def quote(start: int, words: str) -> Evidence:
    """Make the evidence of words."""
    return Evidence(start=start, end=start + len(words), quote=words)


def seen(**signal: float) -> dict[str, float]:
    """Return signals, of which those that are not named are 0."""
    return dict.fromkeys(SIGNALS, 0.0) | signal


def test_signals_are_read_from_the_record() -> None:
    """Worked by hand: a title of four characters, and pay of which three of five parts are said."""
    posting = Posting(
        title="Cook", salary=Salary(min=15, max=15, period="hour"), skills=["grill", "cook"]
    )
    evidence = {
        "title": [quote(0, "Cook")],
        "salary": [quote(20, "15 an hour")],
        "skills.0": [quote(40, "grill")],
        "skills.1": [quote(0, "cook")],
    }
    basis: dict[str, Basis] = {"title": "copied", "salary": "sole", "skills": "copied"}
    found = signals(posting, evidence, basis, 0.75)
    share = 3 / len(Posting.model_fields)
    expected = {"items": 0.693, "quote": 1.609, "first": 0, "overlap": 1, "spread": 0, "empty": 0}
    assert pytest.approx(expected | {"opening": 0.75, "found": share}, abs=1e-3) == found["title"]
    assert pytest.approx(0.4) == found["salary"]["empty"]
    assert 0.5 == found["skills"]["overlap"]
    assert pytest.approx(2.944, abs=1e-3) == found["skills"]["spread"]  # ln(1 + (45 - 9) / 2)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40), st.integers(1, 9)), max_size=12)
)
def test_overlaps_are_those_of_a_comparison_of_all_pairs(
    places: list[tuple[str, int, int]],
) -> None:
    """Quotes of other fields alone count."""
    evidence: dict[str, list[Evidence]] = {}
    for name, start, length in places:
        evidence.setdefault(name, []).append(quote(start, "x" * length))
    basis: dict[str, Basis] = dict.fromkeys(evidence, "read")
    found = signals(Furniture(), evidence, basis, None)
    for name, quotes in evidence.items():
        others = [q for other, listed in evidence.items() if other != name for q in listed]
        shares = [any(o.start < q.end and q.start < o.end for o in others) for q in quotes]
        assert pytest.approx(sum(shares) / len(shares)) == found[name]["overlap"]


def labelled(field: str, right: int, of: int, **signal: float) -> list[LabelledField]:
    """Return fields with one value each, of which some are right."""
    return [
        LabelledField(field, "read", seen(**signal), int(number < right), 1) for number in range(of)
    ]


def test_what_was_often_right_is_likely_right() -> None:
    """A signal that goes with wrong values lowers the likelihood, and so does a bad field."""
    weights = learned(
        [
            *labelled("title", 95, 100),
            *labelled("title", 60, 100, quote=4.0),
            *labelled("pay", 50, 100),
        ]
    )
    good = weights.likelihood("title", "read", seen())
    assert 0.85 < good < 0.98
    assert 0.55 < weights.likelihood("title", "read", seen(quote=4.0)) < 0.75
    assert weights.likelihood("pay", "read", seen()) < 0.65
    assert weights.likelihood("elsewhere", "never", seen()) < good


def test_a_signal_far_outside_says_no_more_than_one_at_the_edge() -> None:
    """Nothing was learned there."""
    weights = learned([*labelled("title", 9, 10), *labelled("title", 5, 10, quote=4.0)])
    edge, beyond = (weights.likelihood("title", "read", seen(quote=far)) for far in (50.0, 5000.0))
    assert edge == beyond


def test_the_weights_are_read_back_as_they_were_learned() -> None:
    """As TOML, with how the hashes of the documents begin."""
    weights = learned([*labelled("title", 9, 10), *labelled("pay", 5, 10, quote=4.0)])
    table = tomllib.loads(rendered(weights, ["a" * 64, "b" * 64, "a" * 64]))
    assert ["a" * 12, "b" * 12] == table["learned_from"]
    assert (
        pytest.approx(weights.fields["pay"]["quote"], abs=1e-4) == table["fields"]["pay"]["quote"]
    )
    assert set(SIGNALS) == table["scale"].keys() == table["signals"].keys()


def posting_case(number: int, *, right: bool) -> CaseResult:
    """Make a case with a title that is right or not, which its length tells."""
    title = "Cook" if right else "Cook of the long and winding road"
    record = {
        "posting": {"title": title},
        "evidence": {"title": [quote(0, title).model_dump()]},
        "basis": {"title": "copied"},
        "confidence": {"title": 0.5, "is_posting": 0.9},
    }
    counts = Counts(correct=1) if right else Counts(wrong=1)
    return case(f"case {number}", record, title=counts)


def test_out_of_fold_confidence_tells_right_from_wrong() -> None:
    """Each case is judged by the others, and its other confidences stay."""
    cases = [posting_case(number, right=number % 3 > 0) for number in range(60)]
    judged = out_of_fold(cases)
    sure = {True: [], False: []}  # type: dict[bool, list[float]]
    for number, one in enumerate(judged):
        assert one.record is not None
        assert 0.9 == one.record["confidence"]["is_posting"]
        sure[number % 3 > 0].append(one.record["confidence"]["title"])
    assert max(sure[False]) < min(sure[True])
    assert [] == fields_seen(case("none", {}))


def test_every_way_of_finding_has_a_confidence() -> None:
    """In a schema that was never measured too."""
    for basis in ("given", "sole", "chosen", "copied", "conflicting", "agreed", "read"):
        for posting in (Posting(title="Cook"), Furniture(title="Table", colour="red")):
            known: dict[str, Basis] = {"title": basis}
            assert 0 < confidences(posting, {"title": [quote(0, "Cook")]}, known, None)["title"] < 1


def test_weights_of_a_field_follow_the_class_and_not_its_name() -> None:
    """A subclass inherits them for the fields it leaves alone; a namesake has those of all."""
    namesake = type("Posting", (Furniture,), {})
    assert is_measured(Narrowed, "title")
    assert not is_measured(Narrowed, "company")
    assert not is_measured(namesake, "title")
    evidence, basis = {"title": [quote(0, "Cook")]}, {"title": "read"}
    own, all_ = (
        confidences(posting, evidence, basis, None)  # type: ignore[arg-type]
        for posting in (Narrowed(title="Cook"), namesake(title="Cook"))
    )
    assert own != all_


def test_the_curve_keeps_the_surest_first() -> None:
    """Worked by hand: two titles of which one is right, then three skills of which two are."""
    assert (Point(0.9, 0.4, 0.5), Point(0.6, 1.0, 0.6)) == curve(CASES)


def test_nothing_is_kept_where_too_little_is_right() -> None:
    """And a run without confidence has no curve."""
    assert kept_at(curve(CASES), 0.99) is None
    assert () == curve([case("a", {}, title=Counts(correct=1))])
