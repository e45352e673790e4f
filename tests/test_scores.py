"""Scores by hand: every comparator, every rule of counting, and what must not matter."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.data.rubric import BUILT_IN
from evals.scoring.compare_values import Counts, compared, outcome
from evals.scoring.grounding import checked
from evals.scoring.runlog import CaseResult
from evals.scoring.scores import scored
from extract.text.document import from_text
from extract.values import Usage

LEEDS = {"city": "Leeds", "region": None, "country": None}
YORK = {"city": "York", "region": None, "country": "GB"}
PAY = {"min": 20.5, "max": 22, "currency": "GBP", "period": "hour"}
FULL: dict[str, Any] = {
    "title": "Farrier",
    "company": "Anvil & Daughters",
    "locations": [LEEDS, YORK],
    "workplace": "onsite",
    "employment_types": ["full_time", "contract"],
    "seniority": "senior",
    "salary": PAY,
    "experience_years": {"min": 3, "max": None},
    "education": {"level": "none", "required": False},
    "job_ids": ["F-1", "F-2"],
    "skills": ["hot shoeing", "forge work", "horse handling"],
    "languages": ["English", "Welsh"],
    "posted_on": "2026-01-02",
    "closes_on": "2026-02-03",
    "starts_on": "2026-03-04",
}
FIELDS = BUILT_IN.fields.core
LISTS = tuple(name for name in FIELDS if BUILT_IN.kinds[name].is_list)
EMPTY: dict[str, Any] = {name: [] if name in LISTS else None for name in FIELDS}


def gold(labels: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Return labels as alternatives of one."""
    return {name: (value,) for name, value in labels.items()}


def case(
    id: str,  # noqa: A002 - the case's own word
    labels: dict[str, Any],
    posting: dict[str, Any] | None,
    **more: Any,
) -> CaseResult:
    """Return the result of a case with these labels and this posting, None if it failed."""
    return CaseResult(
        id=id,
        split="dev",
        status="failed" if posting is None else "ok",
        record=None if posting is None else {"is_posting": True, "posting": posting},
        counts=outcome(gold(labels), posting),
        **more,
    )


RIGHT, WRONG = Counts(correct=1), Counts(wrong=1)


@pytest.mark.parametrize(
    ("field", "found", "label", "counts"),
    [
        ("title", "farrier", "Farrier", RIGHT),
        # 14 of the 15 letters and blanks of each agree: 0.93.
        ("title", "Senior Farriers", "Senior Farrier", RIGHT),
        ("title", "Farrier", "Head of Stables", WRONG),
        ("company", "Anvil & Daughters", "Anvil and Daughters", RIGHT),
        ("company", "Hammer", "Anvil & Daughters", WRONG),
        ("workplace", "remote", "remote", RIGHT),
        ("workplace", "remote", "hybrid", WRONG),
        ("seniority", "lead", "senior", WRONG),
        ("salary", {**PAY, "min": 20.50}, PAY, RIGHT),
        ("salary", {**PAY, "max": 23}, PAY, WRONG),
        ("salary", {**PAY, "currency": None}, PAY, WRONG),
        ("salary", {**PAY, "period": "day"}, PAY, WRONG),
        ("salary", {"min": None, "max": None, "currency": "GBP"}, PAY, Counts(omitted=1)),
        ("experience_years", {"min": 3, "max": None}, {"min": 3.0, "max": None}, RIGHT),
        ("experience_years", {"min": 3, "max": 5}, {"min": 3, "max": None}, WRONG),
        (
            "experience_years",
            {"min": 0, "max": None},
            {"min": None, "max": None},
            Counts(invented=1),
        ),
        (
            "education",
            {"level": "master", "required": True},
            {"level": "master", "required": True},
            RIGHT,
        ),
        (
            "education",
            {"level": "master", "required": False},
            {"level": "master", "required": True},
            WRONG,
        ),
        ("posted_on", "2026-01-02", "2026-01-02", RIGHT),
        ("posted_on", "2026-02-01", "2026-01-02", WRONG),
        ("posted_on", "2 January", "2026-01-02", WRONG),
        ("closes_on", None, "2026-01-02", Counts(omitted=1)),
        ("closes_on", "2026-01-02", None, Counts(invented=1)),
        ("starts_on", None, None, Counts(correct_null=1)),
        ("title", "", None, Counts(correct_null=1)),
        ("locations", [{**LEEDS, "country": "GB"}], [LEEDS], RIGHT),
        ("locations", [LEEDS, YORK], [YORK, LEEDS], Counts(correct=2)),
        ("locations", [LEEDS], [YORK], Counts(omitted=1, invented=1)),
        ("employment_types", ["contract"], ["full_time", "contract"], Counts(correct=1, omitted=1)),
        ("job_ids", ["F-1", "F-1"], ["F-1"], Counts(correct=1, invented=1)),
        ("job_ids", ["f 1"], ["F-1"], RIGHT),
        ("languages", ["Mandarin"], ["Chinese"], RIGHT),
        ("languages", ["English"], [], Counts(invented=1)),
        ("languages", [], [], Counts(correct_null=1)),
        # A skill may have other bounds: "forge work" in "forge work skills" is 20/27 = 0.74.
        ("skills", ["forge work skills"], ["forge work"], RIGHT),
        ("skills", ["accounting"], ["forge work"], Counts(omitted=1, invented=1)),
    ],
)
def test_each_comparator(field: str, found: Any, label: Any, counts: Counts) -> None:
    """One value beside one label, for every field."""
    assert counts == compared(field, found, [label])


def test_lists_take_the_best_assignment() -> None:
    """The first skill could take either label; only one of the ways matches both."""
    found = ["forge work", "forge"]
    label = ["forge worker", "forge work"]
    assert Counts(correct=2) == compared("skills", ["forge work", "forge worker"], [label])
    assert 1 <= compared("skills", found, [label]).correct


def test_the_alternative_with_the_fewest_errors_counts() -> None:
    """The label and what is accepted beside it are equally right, null among them."""
    assert RIGHT == compared("seniority", "lead", ["senior", "lead"])
    assert Counts(correct_null=1) == compared("seniority", None, ["senior", None])
    assert WRONG == compared("seniority", "entry", ["senior", "lead"])
    assert Counts(correct=1, omitted=1) == compared("job_ids", ["b"], [["a"], ["b", "c"]])


def test_a_perfect_run_scores_one() -> None:
    """Every share is 1.000 and nothing is invented."""
    scores = scored([case("a", FULL, FULL), case("b", EMPTY, EMPTY)])
    assert {1.0} == {field.f1 for field in scores.fields.values()}
    assert (1.0, 1.0, 0.0) == (scores.macro_f1.value, scores.micro_f1.value, scores.invention.value)
    assert (1.0, 1.0) == scores.macro_f1.interval
    assert {1} == {field.correct_nulls for field in scores.fields.values()}


@pytest.mark.parametrize("posting", [EMPTY, {}, None])
def test_an_empty_run_scores_nothing(posting: dict[str, Any] | None) -> None:
    """Nothing given, or a failed document: every label is omitted and F1 is 0."""
    scores = scored([case("a", FULL, posting), case("b", FULL, posting)])
    assert {0.0} == {field.f1 for field in scores.fields.values()}
    assert (0.0, 0.0) == (scores.macro_f1.value, scores.micro_f1.value)
    assert 4 == scores.fields["locations"].omitted
    assert None is scores.fields["title"].precision
    assert None is scores.invention.value


def test_a_failed_document_has_no_correct_nulls() -> None:
    """Not answering is not the same as saying that the text does not say it."""
    scores = scored([case("a", EMPTY, None)])
    assert {0} == {field.correct_nulls for field in scores.fields.values()}
    assert 1 == scores.failed


def test_precision_recall_and_their_means() -> None:
    """Two fields by hand: 2 of 3 right with 1 omitted, and 1 wrong."""
    labels = {"job_ids": ["a", "b", "c"], "title": "Farrier"}
    posting = {"job_ids": ["a", "b", "x"], "title": "Notary"}
    scores = scored([case("a", labels, posting)])
    ids, title = scores.fields["job_ids"], scores.fields["title"]
    assert (2 / 3, 2 / 3, 2 / 3) == pytest.approx((ids.precision, ids.recall, ids.f1))
    assert (0.0, 0.0, 0.0) == (title.precision, title.recall, title.f1)
    assert 1 / 3 == pytest.approx(scores.macro_f1.value)
    # TP 2; FP 1 and 1; FN 1 and 1: 4 / (4 + 2 + 2).
    assert 0.5 == pytest.approx(scores.micro_f1.value)
    assert None is scores.fields["salary"].f1
    assert None is scores.macro_f1.interval


def test_invention_is_counted_over_filled_scalars() -> None:
    """One of three filled scalars has no label; what lists have too much is not counted."""
    labels = {"title": "Farrier", "workplace": None, "seniority": "senior", "job_ids": []}
    posting = {"title": "Farrier", "workplace": "remote", "seniority": "lead", "job_ids": ["x"]}
    rate = scored([case("a", labels, posting)]).invention
    assert (1, 3) == (rate.count, rate.of)
    assert 1 / 3 == pytest.approx(rate.value)


def test_whether_it_is_a_posting_is_scored_apart() -> None:
    """Right answers among those that are labelled."""
    results = [
        case("a", {}, {}, is_posting=True),
        case("b", {}, {}, is_posting=False),
        case("c", {}, {}),
    ]
    rate = scored(results).is_posting
    assert (0.5, 1, 2) == (rate.value, rate.count, rate.of)


def test_seconds_and_tokens_are_added_up() -> None:
    """Medians of the cases, sums of the run."""
    results = [
        case(str(number), FULL, FULL, seconds=seconds, usage=Usage(100, written, 40, 1))
        for number, seconds, written in [(1, 2.0, 10), (2, 4.0, 20), (3, 9.0, 90)]
    ]
    scores = scored(results)
    assert (4.0, 5.0, 15.0) == (scores.seconds.median, scores.seconds.mean, scores.seconds.total)
    assert (300, 120, 120, 3) == (
        scores.tokens.prompt,
        scores.tokens.cached,
        scores.tokens.completion,
        scores.tokens.calls,
    )
    assert 20 == scores.tokens.median_completion


def test_no_case_has_no_scores() -> None:
    """A run that was cut before its first case has a log all the same."""
    scores = scored([])
    assert (None, None) == (scores.macro_f1.value, scores.seconds.median)


def test_twins_flip_where_a_value_differs() -> None:
    """The order of a list and the words of a place do not count; a value and a failure do."""
    turned = {**FULL, "locations": [{**YORK, "text": "York!"}, LEEDS], "job_ids": ["F-2", "F-1"]}
    results = [
        case("a", FULL, FULL),
        case("a-same", FULL, turned, twin_of="a"),
        case("a-pay", FULL, {**FULL, "salary": {**PAY, "max": 500000}}, twin_of="a"),
        case("a-gone", {"title": "Farrier"}, None, twin_of="a"),
        case("b-alone", FULL, EMPTY, twin_of="b"),
    ]
    flips = scored(results).flips
    assert flips is not None
    assert (3, 2) == (flips.pairs, flips.flipped)
    assert 2 / 3 == pytest.approx(flips.value)
    assert ["salary"] == flips.fields["a-pay"]
    assert {"is_posting", *FIELDS} == set(flips.fields["a-gone"])
    assert None is scored(results[:1]).flips


def test_intervals_hold_the_figure_and_narrow_with_more_postings() -> None:
    """Half the postings right: the interval is around one half, and wider for fewer postings."""
    half = [case(str(n), {"workplace": "remote"}, {"workplace": "remote"}) for n in range(40)]
    half += [case(f"w{n}", {"workplace": "remote"}, {"workplace": "hybrid"}) for n in range(40)]
    few = half[:5] + half[40:45]
    low, high = scored(half).fields["workplace"].interval or (1, 0)
    less, more = scored(few).fields["workplace"].interval or (1, 0)
    # The standard deviation of a share of 80 is 0.056.
    assert (0.39, 0.61) == pytest.approx((low, high), abs=0.03)
    assert less < low < 0.5 < high < more


def test_twins_are_one_posting_in_the_intervals() -> None:
    """A twin adds nothing to the certainty: the interval is as wide as without it."""
    alone = [case("a", {"title": "A"}, {"title": "A"}), case("b", {"title": "B"}, {"title": None})]
    twins = [each.model_copy(update={"id": f"{each.id}2", "twin_of": each.id}) for each in alone]
    one, both = scored(alone), scored([*alone, *twins])
    assert one.fields["title"].interval == both.fields["title"].interval


@given(st.randoms(use_true_random=False), st.data())
def test_shuffled_lists_change_nothing(random: random.Random, data: st.DataObject) -> None:
    """The order of what is found and of what is labelled does not count."""
    field = data.draw(st.sampled_from(LISTS))
    some = st.lists(st.sampled_from(FULL[field]), max_size=4)
    found, label = data.draw(some), data.draw(some)
    before = compared(field, found, [label])
    assert before == compared(
        field, random.sample(found, len(found)), [random.sample(label, len(label))]
    )
    assert len(found) == before.correct + before.invented
    assert len(label) == before.correct + before.omitted


@given(st.randoms(use_true_random=False))
def test_reordered_postings_change_nothing(random: random.Random) -> None:
    """Scores and intervals do not depend on the order of the cases."""
    results = [
        case("a", FULL, FULL, seconds=1.5),
        case("b", FULL, EMPTY),
        case("c", EMPTY, {**FULL, "title": None}),
        case("d", FULL, None),
        case("e", FULL, {**EMPTY, "title": "Farrier"}, twin_of="a"),
    ]
    assert scored(results) == scored(random.sample(results, len(results)))


def test_quotes_are_checked_anew() -> None:
    """A quote that is elsewhere is not grounded; one that says another value supports nothing."""
    text = "Farrier wanted in Leeds. Pay: £20.50 per hour. Apply by 3 February 2026."
    document = from_text(text)

    def quote(words: str, shift: int = 0) -> list[dict[str, Any]]:
        start = document.text.index(words) + shift
        return [{"start": start, "end": start + len(words), "quote": words}]

    pay = {"min": 20.5, "max": 20.5, "currency": "GBP", "period": "hour", "gross": None}
    posting = {**EMPTY, "title": "Farrier", "salary": pay, "closes_on": "2026-02-03"}
    evidence = {
        "title": quote("Farrier"),
        "salary": quote("£20.50 per hour"),
        "closes_on": quote("3 February 2026"),
    }
    whole = checked(document, {"posting": posting, "evidence": evidence}, BUILT_IN.schema)
    assert (3, 3, 3) == (whole.filled, whole.grounded, whole.supported)
    record = {"posting": {**posting, "salary": {**pay, "max": 30.0}}, "evidence": evidence}
    assert (3, 3, 2) == tuple(checked(document, record, BUILT_IN.schema).model_dump().values())
    evidence["title"] = quote("Farrier", shift=1)
    record = {"posting": posting, "evidence": evidence}
    assert (3, 2, 2) == tuple(checked(document, record, BUILT_IN.schema).model_dump().values())
    assert 0 == checked(document, {"posting": posting, "evidence": {}}, BUILT_IN.schema).grounded
