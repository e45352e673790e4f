"""`postings eval guarantee`: thresholds that hold, for real and for made-up values."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from typer.testing import CliRunner, Result

from evals.bench.guarantee_splits import broken_when_drawn, broken_when_simulated, broken_when_split
from evals.commands.eval_command import app
from evals.scoring import runlog
from evals.scoring.binomial_bound import bound_for, fewest, lower_bound
from evals.scoring.compare_values import Counts
from evals.scoring.guarantee import ScoredValue, chosen, drawn_values, threshold
from extract.thresholds import Thresholds
from tests import runs

pytestmark = pytest.mark.usefixtures("here")

TIMES = 200
MOST = int(binom.ppf(0.999, TIMES, 0.05))
"""Broken promises out of 200 that chance allows, if each is broken in 5 % of cases."""


def values(right: int, of: int, *, sure: float = 0.9, field: str = "title") -> list[ScoredValue]:
    """Return equally sure values of as many documents, of which some are right."""
    return [ScoredValue(f"{n}", "", field, sure, int(n < right), 1) for n in range(of)]


@given(st.integers(1, 400), st.sampled_from([0.8, 0.9, 0.95, 0.99]), st.sampled_from([0.9, 0.95]))
def test_all_tests_together_err_no_more_often_than_allowed(
    count: int, right: float, certainty: float
) -> None:
    """Checked on walks at the edge of the promise, drawn and not computed."""
    allowed = np.array(bound_for(count, right, certainty).allowed)
    assert (np.diff(allowed) >= 0).all()
    walks = (np.random.default_rng(2).random((600, count)) > right).cumsum(axis=1)
    broken = int((walks <= allowed).any(axis=1).sum())
    assert broken <= binom.ppf(0.999999, 600, 1 - certainty)


def test_a_single_test_is_the_exact_binomial_one() -> None:
    """59 flawless values for 0.95, 299 for 0.99; and the bound of Clopper and Pearson."""
    assert [-1] * 58 + [0] == list(bound_for(59, 0.95, 0.95).allowed)
    assert 299 == fewest(0.99, 0.95)
    assert lower_bound(59, 59, 0.05) > 0.95 > lower_bound(58, 58, 0.05)
    assert 0.0 == lower_bound(0, 10, 0.05)
    need = fewest(0.95, 0.95, 0.98)
    assert need is not None
    assert binom.cdf(np.ceil(need * 0.02), need, 0.05) <= 0.05
    assert fewest(0.95, 0.95, 0.95) is None


@pytest.mark.parametrize("slope", [0.0, 2.0, 8.0])
def test_simulated_thresholds_hold(slope: float) -> None:
    """Whether the confidence says much, little or nothing; with nothing, every threshold breaks."""
    random = np.random.default_rng(3)
    broken = [
        is_so for _ in range(TIMES) for _, is_so in broken_when_simulated(0.9, random, slope, 200)
    ]
    assert sum(broken) <= MOST


def test_the_check_notices_a_broken_promise() -> None:
    """Thresholds for 0.9 do not promise 0.97."""
    random = np.random.default_rng(4)
    fields = {"title": values(95, 100)}
    held = [is_so for _ in range(40) for _, is_so in broken_when_drawn(fields, 0.9, random)]
    assert 0 == sum(held)
    least = threshold("title", values(95, 100), 0.85, 0.95).threshold
    assert least is not None
    halves = [*values(100, 100), *(ScoredValue(f"x{n}", "", "title", 0.9, 0, 1) for n in range(9))]
    split = [
        is_so for _ in range(40) for _, is_so in broken_when_split({"title": halves}, 0.8, random)
    ]
    assert len(split) == 40


def test_a_field_keeps_what_is_sure_enough() -> None:
    """80 flawless sure values, and 40 less sure ones of which half are wrong."""
    unsure = [ScoredValue(f"u{n}", "", "title", 0.4, n % 2, 1) for n in range(40)]
    one = threshold("title", [*values(80, 80), *unsure], 0.95, 0.95)
    assert (0.9, 120, 80, 80) == (one.threshold, one.values, one.drawn, one.right)
    assert pytest.approx(2 / 3) == one.kept
    assert 0.95 <= one.bound < 1


def test_equally_sure_values_are_kept_together_or_not_at_all() -> None:
    """59 flawless values do not count if 20 wrong ones are as sure."""
    assert threshold("title", values(59, 79), 0.95, 0.95).threshold is None


def test_one_value_of_each_document_counts() -> None:
    """Twins, the rows of a page and the items of a list are not independent."""
    twins = [ScoredValue("page", f"row {n}", "skills", 0.5 + n / 10, n, 4) for n in range(4)]
    drawn = drawn_values(twins)
    assert ["page"] == list(drawn)
    assert drawn == drawn_values(reversed(twins))
    assert threshold("skills", twins * 50, 0.95, 0.95).drawn == 1


def test_a_share_of_a_list_s_items_is_drawn_as_often_as_it_is_right() -> None:
    """Over many documents, three of four."""
    lists = [ScoredValue(f"{n}", "", "skills", 0.5, 3, 4) for n in range(4000)]
    assert pytest.approx(0.75, abs=0.03) == np.mean([g for _, g in drawn_values(lists).values()])


def test_why_a_field_has_no_threshold() -> None:
    """No labels, too few, or too often wrong."""
    listed = [*values(40, 40), *values(30, 60, field="pay")]
    found = {one.field: one for one in chosen(["title", "pay", "place"], listed, 0.95, 0.95)}
    assert "needs 19 more like these" == found["title"].why
    assert found["pay"].why.startswith("only 0.50 right")
    assert "no labelled document has a value" == found["place"].why


def log_of(count: int, *, wrong: int = 0, name: str = "run.json", **plan: Any) -> str:
    """Write the log of a run with a title in each case, and pay in none."""
    cases = [
        runs.case(
            f"c{n}",
            {"title": Counts(wrong=1) if n < wrong else Counts(correct=1)},
            record={
                "confidence": {"title": 0.5 if n < wrong else 0.9},
                "states": {"title": "stated", "salary": "not_stated"},
            },
        )
        for n in range(count)
    ]
    runlog.write(runs.log(cases, **plan), name)
    return name


def guarantee(*words: str) -> Result:
    """Run `postings eval guarantee`."""
    return CliRunner().invoke(app, ["guarantee", *words])


def test_the_file_says_what_holds_and_with_what_it_was_measured() -> None:
    """And it is read back by what obeys it."""
    result = guarantee(log_of(100, wrong=20), "--right", "0.95", "-o", "thresholds.toml")
    assert 0 == result.exit_code, result.output
    assert "1 of 2 fields; 0.800 of 100 values kept" in " ".join(result.output.split())
    table = tomllib.loads(Path("thresholds.toml").read_text("utf-8"))
    assert ("simple", "p" * 64, 100) == (table["model"], table["prompt_sha256"], table["documents"])
    title = table["fields"]["title"]
    assert (0.9, 80, 80, 0.8) == (title["threshold"], title["n"], title["right"], title["kept"])
    assert "no labelled document" in table["fields"]["salary"]["why"]
    read = Thresholds.read("thresholds.toml")
    assert {"title": 0.9, "salary": float("inf")} == read.least
    assert "s" * 64 == read.schema_sha256


def test_nothing_reached_is_exit_1() -> None:
    """The file is written all the same: then every value is for review."""
    result = guarantee(log_of(30), "-o", "thresholds.toml")
    assert 1 == result.exit_code
    assert "needs 29 more like these" in " ".join(result.output.split())
    assert {float("inf")} == set(Thresholds.read("thresholds.toml").least.values())


def test_several_logs_of_one_document_are_one_document() -> None:
    """Run twice, 40 documents are not 80."""
    result = guarantee(log_of(40), log_of(40, name="again.json"))
    assert 1 == result.exit_code
    assert "40 documents" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("plan", "named"),
    [
        ({"schema_sha256": "t" * 64}, "schema_sha256"),
        ({"model": "other"}, "model"),
        ({"prompt_sha256": "q" * 64}, "prompt_sha256"),
        ({"reading": "open"}, "reading"),
        ({"system": "instructor"}, "instructor"),
    ],
)
def test_logs_of_another_kind_are_refused(plan: dict[str, Any], named: str) -> None:
    """What differs is named, with the file."""
    result = guarantee(log_of(5), log_of(5, name="other.json", **plan))
    assert "other.json: " in str(result.exception)
    assert named in str(result.exception)


def test_a_file_that_is_no_run_log_is_named() -> None:
    """And so is a log without a value that could be measured."""
    Path("rows.json").write_text("[]", "utf-8")
    assert "rows.json: not a run log" in str(guarantee("rows.json").exception)
    runlog.write(runs.of("title", [runs.RIGHT]), "bare.json")
    assert "bare.json: no labelled value with a confidence" in str(guarantee("bare.json").exception)


def test_documents_that_the_confidence_was_learned_from_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is too sure of them."""
    monkeypatch.setattr("evals.commands.guarantee_command.learned_from", lambda sha: sha == "seen")
    cases = [
        runs.case(
            f"c{n}",
            {"title": Counts(correct=1)},
            record={
                "confidence": {"title": 0.9},
                "states": {"title": "stated"},
                "provenance": {"document_sha256": "seen" if n < 10 else "new"},
            },
        )
        for n in range(70)
    ]
    runlog.write(runs.log(cases), "run.json")
    result = guarantee("run.json")
    assert 0 == result.exit_code
    assert "left out 10 documents" in result.output
    assert "60 documents" in " ".join(result.output.split())
