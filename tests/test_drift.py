"""The drift canary: which cases it draws, what counts as changed, and the command, over HTTP."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.compare.drift import AnswerChange, changes, sample, summary
from evals.scoring.runlog import CaseResult
from tests.runs import case
from tests.server import Request, Server, answering, completion, refusal, shown, simplest
from tests.shops import asked_about, model, postings, written

DAY = dt.date(2026, 3, 1)
IDS = st.sets(st.text("abcdef", min_size=1, max_size=4), max_size=8)


pytestmark = pytest.mark.usefixtures("here")


@given(IDS, st.integers(1, 10), st.dates())
def test_a_sample_is_of_the_ids_and_the_same_all_day(
    ids: set[str], count: int, day: dt.date
) -> None:
    """As many as asked for, or all; in whatever order they are given."""
    drawn = sample(ids, count, day)
    assert min(count, len(ids)) == len(set(drawn))
    assert set(drawn) <= ids
    assert sample(sorted(ids, reverse=True), count, day) == drawn


def test_a_weekly_sample_comes_round_to_every_case() -> None:
    """Nothing in the choice keeps step with the days of the week."""
    ids = {f"case-{number}" for number in range(70)}
    weeks = [sample(ids, 5, DAY + dt.timedelta(weeks=week)) for week in range(104)]
    assert ids == {name for drawn in weeks for name in drawn}


def result(posting: dict[str, Any], *, is_posting: bool = True) -> CaseResult:
    """Make the result of a case that was read."""
    return case("a", {}, record={"is_posting": is_posting, "posting": posting})


def test_changes_are_told_by_field() -> None:
    """Of a list only the items that the other lacks are shown; its order does not count."""
    before = {"title": "Cook", "skills": ["oven", "knife", "oven"], "job_ids": ["1", "2"]}
    after = {"title": "Chef", "skills": ["oven", "wok"], "job_ids": ["2", "1"]}
    assert [
        AnswerChange("a", "is_posting", recorded=True, live=False),
        AnswerChange("a", "title", "Cook", "Chef"),
        AnswerChange("a", "skills", ["knife", "oven"], ["wok"]),
    ] == changes(result(before), result(after, is_posting=False))


def test_equal_records_have_no_changes() -> None:
    """Nothing changed is said in words, too."""
    one = result({"title": "Cook", "salary": {"min": 1.0}})
    assert [] == changes(one, one)
    assert "all 4 cases are answered as recorded" == summary([], 4)


@pytest.fixture
def recorded() -> Iterator[Server]:
    """Record the dataset of shops."""
    with answering(simplest) as server:
        done = postings("eval", written(), "--record", *model(server))
        assert 0 == done.exit_code, done.output
        yield server


def _with_company(asked: Request) -> tuple[int, dict[str, Any] | str]:
    """Answer as before, but name the cook's employer too."""
    status, told_ = simplest(asked)
    if "Borrel" in shown(asked):
        content = json.loads(told_["choices"][0]["message"]["content"])
        return completion(json.dumps({**content, "company": "Borrel's"}))
    return status, told_


def test_a_model_that_answers_as_recorded(recorded: Server) -> None:
    """The sample alone is asked; its ids are said, and the status is 0."""
    so_far = len(recorded.requests)
    result_ = postings("eval", "shops.jsonl", "--live", "--sample", "2", *model(recorded))
    assert 0 == result_.exit_code, result_.output
    assert "all 2 cases are answered as recorded\n" == result_.stdout
    drawn = result_.stderr.splitlines()[0].removeprefix("asking again for ").split(", ")
    assert drawn == sorted(set(asked_about(recorded)[so_far:]))
    assert 2 == len(drawn)


def test_a_model_that_has_changed(recorded: Server) -> None:
    """Case, field, recorded and live value stand in a table; the status is 1."""
    with answering(_with_company) as changed:
        result_ = postings("eval", "shops.jsonl", "--live", "--sample", "9", *model(changed))
    assert 1 == result_.exit_code
    rows = [line.split() for line in result_.stdout.splitlines() if line.strip()]
    assert ["case", "field", "recorded", "live"] == rows[0]
    assert ["cook", "company", "-", "Borrel's"] == rows[2]
    assert "1 of 3 cases are answered differently than recorded: company (1)" in result_.stdout


def test_a_stale_recording_cannot_be_compared(recorded: Server) -> None:
    """It is named with the command that records it, and the model is not asked for it."""
    written(cook="Line cook wanted at Borrel's, Bruges. Pay: 15.50 EUR per hour.\n")
    so_far = len(recorded.requests)
    result_ = postings("eval", "shops.jsonl", "--live", "--sample", "3", *model(recorded))
    assert 1 == result_.exit_code
    assert "cook: cannot be replayed: no recording answers case 'cook'" in result_.stderr
    assert "--record --only cook" in result_.stderr
    assert {"baker", "clerk"} == set(asked_about(recorded)[so_far:])
    assert "all 2 cases are answered as recorded" in result_.stdout


def test_a_case_without_a_live_answer_is_said(recorded: Server) -> None:
    """No answer is not the same answer."""

    def respond(asked: Request) -> tuple[int, dict[str, Any] | str]:
        return completion("no JSON") if "Till & Co" in shown(asked) else simplest(asked)

    with answering(respond) as server:
        result_ = postings("eval", "shops.jsonl", "--live", "--sample", "3", *model(server))
    assert 1 == result_.exit_code
    assert "clerk: cannot be asked live" in result_.stderr


def test_a_fault_of_every_case_ends_the_watch(recorded: Server) -> None:
    """A refused key is said once."""
    with answering(lambda _asked: refusal(401, "bad key")) as server:
        result_ = postings("eval", "shops.jsonl", "--live", "--sample", "3", *model(server))
        assert 1 == len(server.requests)
    assert 2 == result_.exit_code
    assert "bad key" in result_.stderr


def test_without_recordings_there_is_nothing_to_watch() -> None:
    """It says so before any model is looked for."""
    result_ = postings("eval", written(), "--live", "--sample", "3")
    assert 2 == result_.exit_code
    assert "no case is recorded" in result_.stderr
