"""The paired comparison: figures worked out by hand, what cannot be compared, and the command."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from evals.compare.comparison import ScoreChange, compare
from evals.compare.paired import Paired, Swaps, holm
from evals.compare.power import PowerModel, tally
from evals.report.markdown import markdown
from evals.scoring import runlog
from extract.cli import app
from extract.errors import InputError
from tests.runs import INVENTED, OMITTED, RIGHT, WRONG, Counts, case, failed, log, of

QUICK = Swaps(permutations=500, resamples=50)


def pair(before: list[list[int]], after: list[list[int]]) -> Paired:
    """Pair the counts of one field."""
    return Paired(*(np.array(each, dtype=float)[:, None] for each in (before, after)))


def field(name: str, before: runlog.RunLog, after: runlog.RunLog) -> ScoreChange:
    """Compare two runs and return one field's change."""
    return next(each for each in compare(before, after, QUICK).fields if each.field == name)


def test_exact_p() -> None:
    """Five postings that all gain: of 32 swaps, the two that swap none or all are as extreme."""
    gained = pair([[0, 1, 0, 0]] * 5, [[1, 0, 0, 0]] * 5)
    assert 1.0 == gained.difference
    assert 2 / 32 == QUICK.p_value(gained)


def test_exact_p_with_a_loss() -> None:
    """Three gains and a loss: 10 of the 16 swaps leave at least two more on one side."""
    wrong, right = [0, 1, 0, 0], [1, 0, 0, 0]
    mixed = pair([wrong, wrong, wrong, right], [right, right, right, wrong])
    assert 10 / 16 == QUICK.p_value(mixed)


def test_sampled_p() -> None:
    """With more postings than can be tried one by one the p-value is drawn, and never 0."""
    gained = pair([[0, 1, 0, 0]] * 30, [[1, 0, 0, 0]] * 30)
    assert 1 / 501 == QUICK.p_value(gained)


def test_difference_is_of_pooled_f1() -> None:
    """F1 is 2 * 1 / (2 + 1) = 2/3 before, and 2 * 2 / (4 + 1) = 4/5 after."""
    each = pair([[1, 0, 1, 0], [0, 0, 0, 0]], [[2, 0, 0, 1], [0, 0, 0, 0]])
    assert pytest.approx((2 / 3, 4 / 5)) == each.scores


def test_shares_sum_to_the_difference() -> None:
    """What the postings add makes up the difference where both runs fill the same number."""
    random_ = np.random.default_rng(5)
    correct = random_.integers(0, 2, (2, 40))
    before, after = (np.stack([row, 1 - row, 0 * row, 0 * row], axis=-1) for row in correct)
    each = Paired(before[:, None].astype(float), after[:, None].astype(float))
    assert pytest.approx(each.difference) == each.shares().sum()


def test_holm() -> None:
    """The smallest is multiplied by 3, the next by 2, the last not; and none falls."""
    assert [0.03, 0.06, 0.06] == pytest.approx(holm([0.01, 0.04, 0.03]))
    assert [0.9, 0.9] == pytest.approx(holm([0.8, 0.45]))


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_keeps_order_and_never_helps(p_values: list[float]) -> None:
    """A corrected p-value is not below its own, and the ranks stay."""
    corrected = holm(p_values)
    assert all(p <= c <= 1 for p, c in zip(p_values, corrected, strict=True))
    ranked = [c for _, c in sorted(zip(p_values, corrected, strict=True))]
    assert sorted(ranked) == ranked


def test_detectable_without_noise() -> None:
    """Of 40 values, about (1.96 + 0.84)^2 have to change if nothing else does: 0.19 of F1."""
    same = pair([[0, 1, 0, 0]] * 40, [[0, 1, 0, 0]] * 40)
    least = same.detectable(0.05)
    assert least is not None
    assert 6 / 40 < least < 8 / 40


def test_detectable_grows_with_noise_and_shrinks_with_postings() -> None:
    """Answers that flip both ways hide a change; more postings bring it out."""
    wrong, right = [0, 1, 0, 0], [1, 0, 0, 0]

    def least(flips: int, postings: int) -> float:
        still = [wrong] * (postings - 2 * flips)
        found = pair(
            [wrong] * flips + [right] * flips + still, [right] * flips + [wrong] * flips + still
        ).detectable(0.05)
        assert found is not None
        return found

    assert least(0, 60) < least(5, 60) < least(12, 60)
    assert least(20, 240) < least(5, 60)


def test_nothing_detectable() -> None:
    """Five postings cannot reach a level of 0.05: their best p-value is 2/32."""
    assert None is pair([[1, 0, 0, 0]] * 5, [[1, 0, 0, 0]] * 5).detectable(0.05)
    assert None is not pair([[1, 0, 0, 0]] * 9, [[1, 0, 0, 0]] * 9).detectable(0.05)


def test_verdicts() -> None:
    """A field that gains everywhere improved, its mirror is worse, few changes show nothing."""
    low, high = of("salary", [OMITTED] * 30), of("salary", [RIGHT] * 30)
    nearly = of("salary", [OMITTED] * 28 + [RIGHT] * 2)
    assert "improved" == field("salary", low, high).verdict
    assert "worse" == field("salary", high, low).verdict
    unclear = field("salary", low, nearly)
    assert "no difference this set can show" == unclear.verdict
    assert 2 == unclear.differing
    assert unclear.detectable is not None
    assert unclear.difference < unclear.detectable


def test_equal_runs() -> None:
    """A run beside itself differs in nothing, with p = 1 and an interval of 0."""
    run = log(case(f"c{i}", {"title": RIGHT, "company": WRONG}) for i in range(20))
    compared = compare(run, run, QUICK)
    assert {1.0} == {each.p for each in (*compared.fields, compared.macro)}
    assert {(0.0, 0.0)} == {each.interval for each in compared.fields}
    assert () == compared.worse


def test_inventions_count_against_a_run() -> None:
    """A field without labels gets worse where the later run fills it."""
    silent = of("closes_on", [Counts(correct_null=1)] * 20)
    inventing = of("closes_on", [INVENTED] * 20)
    assert "worse" == field("closes_on", silent, inventing).verdict


def test_is_posting_is_tested_apart() -> None:
    """Whether a page is a posting is a field of its own, and not in the macro average."""
    good = log(case(f"c{i}", {"title": RIGHT}) for i in range(20))
    bad = log(case(f"c{i}", {"title": RIGHT}, is_posting=False) for i in range(20))
    compared = compare(good, bad, QUICK)
    assert ["is_posting"] == [each.field for each in compared.worse]
    assert 0.0 == compared.macro.difference


def test_failed_cases_count() -> None:
    """A failed case is all omitted, so failing makes a run worse."""
    good = of("title", [RIGHT] * 20)
    bad = log(failed(f"c{i}", {"title": OMITTED}) for i in range(20))
    assert "worse" == field("title", good, bad).verdict


def test_twins_are_one_posting() -> None:
    """Eleven twins of one posting that all change are one change, which shows nothing."""

    def run(counts: Counts) -> runlog.RunLog:
        twins = [case(f"t{i}", {"title": counts}, twin_of="c0") for i in range(11)]
        return log([case("c0", {"title": counts}), *twins])

    compared = compare(run(WRONG), run(RIGHT), QUICK)
    assert 1 == compared.postings
    assert 1.0 == compared.fields[1].p


def test_order_of_cases_does_not_matter() -> None:
    """Postings are paired by their id."""
    outcomes = [RIGHT, WRONG, OMITTED, INVENTED] * 6
    before = [case(f"c{i}", {"title": counts}) for i, counts in enumerate(outcomes)]
    after = [case(f"c{i}", {"title": RIGHT}) for i in range(len(outcomes))]
    mixed = after.copy()
    random.Random(3).shuffle(mixed)  # noqa: S311 - a shuffle of test data
    assert compare(log(before), log(after), QUICK) == compare(log(before), log(mixed), QUICK)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dataset_sha256": "e" * 64}, "dataset_sha256"),
        ({"split": "test"}, "split"),
        ({"dataset": "mills"}, "'mills'"),
    ],
)
def test_other_data(change: dict[str, str], said: str) -> None:
    """Runs over other data are refused, and it is said what differs."""
    with pytest.raises(InputError, match=said):
        compare(of("title", [RIGHT]), of("title", [RIGHT], **change))


def test_other_cases() -> None:
    """A case that only one run holds is named, and which run lacks it."""
    few, many = of("title", [RIGHT] * 2), of("title", [RIGHT] * 4)
    with pytest.raises(InputError, match="second run lacks case 'c2' and 1 more"):
        compare(many, few)
    with pytest.raises(InputError, match="first run lacks case 'c2'"):
        compare(few, many)


def test_a_case_twice() -> None:
    """A case that a run holds twice is named."""
    twice = log([case("a", {"title": RIGHT}), case("a", {"title": WRONG})])
    with pytest.raises(InputError, match="second run holds case 'a' twice"):
        compare(log([case("a", {"title": RIGHT})]), twice)


def test_nothing_to_compare() -> None:
    """Runs without cases, or without any value, are refused."""
    none = of("title", [RIGHT]).model_copy(update={"cases": []})
    with pytest.raises(InputError, match="no cases"):
        compare(none, none)
    empty = log([case("a", {}, is_posting=None)])
    with pytest.raises(InputError, match="nothing to compare"):
        compare(empty, empty)


def test_false_alarms_and_power() -> None:
    """A small simulation: equal runs are left alone, a field that becomes right is seen."""
    model = PowerModel(postings=60, fields=3, churn=0.4)
    equal = tally(model, 60)
    assert equal.any_field <= 0.15
    assert equal.macro <= 0.15
    assert tally(model, 20, gain=1.0).first >= 0.9


def test_markdown() -> None:
    """The field that changed stands in the headline, the difference and what is detectable too."""
    before = log(case(f"c{i}", {"salary": RIGHT, "title": RIGHT}) for i in range(30))
    after = log(
        (case(f"c{i}", {"salary": WRONG, "title": RIGHT}) for i in range(30)), model="m|x\n@all"
    )
    text = markdown(compare(before, after, QUICK), ["salary is 0.000, below its floor of 0.5"])
    lines = text.splitlines()
    assert "### Worse: salary, macro (gate: failed)" == lines[0]
    assert "| salary | 1.000 | 0.000 | -1.000 (-1.00 to -1.00) |" in text
    assert "m\\|x \\@all" in text
    rows = [line for line in lines if line.startswith("| ")]
    assert {7} == {line.replace("\\|", "").count("|") - 1 for line in rows}


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Write a good and a bad run log."""
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    runlog.write(of("salary", [RIGHT] * 30), good)
    runlog.write(of("salary", [OMITTED] * 30), bad)
    return str(good), str(bad)


def test_command(files: tuple[str, str], tmp_path: Path) -> None:
    """A field that got worse is named and makes the status 1; Markdown and page are written."""
    good, bad = files
    made = tmp_path / "c.md", tmp_path / "c.html"
    result = CliRunner().invoke(
        app, ["compare", good, bad, "--markdown", str(made[0]), "--html", str(made[1])]
    )
    assert 1 == result.exit_code
    assert "gate: salary got worse: 1.000 to 0.000" in result.output
    assert "…" not in result.output
    assert made[0].read_text("utf-8").startswith("### Worse: salary")
    assert made[1].read_text("utf-8").startswith("<!DOCTYPE html>")
    assert 0 == CliRunner().invoke(app, ["compare", bad, good]).exit_code


def test_command_with_a_gate(files: tuple[str, str], tmp_path: Path) -> None:
    """A floor that the later run breaks makes the status 1 and is named."""
    gate = tmp_path / "gate.toml"
    gate.write_text("[floors]\nsalary = 0.9\n", "utf-8")
    good, bad = files
    assert 0 == CliRunner().invoke(app, ["compare", bad, good, "--gate", str(gate)]).exit_code
    result = CliRunner().invoke(app, ["compare", bad, bad, "--gate", str(gate)])
    assert 1 == result.exit_code
    assert "gate: salary is 0.000, below its floor of 0.9" in result.output


def test_command_on_no_run(tmp_path: Path) -> None:
    """A file that is no run log is one line on stderr and status 2."""
    other = tmp_path / "other.json"
    other.write_text("{}", "utf-8")
    result = CliRunner().invoke(app, ["compare", str(other), str(other)])
    assert 2 == result.exit_code
    assert "is not a run log" in result.stderr
