"""Repeated runs: how far they differ, what counts as noise, and the command that repeats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.compare.comparison import compare
from evals.compare.noise import noise_of
from evals.compare.paired import Swaps
from evals.compare.power import PowerModel, tally
from evals.data.rubric import ScoredFields
from evals.scoring import runlog
from evals.scoring.flapping import flapping
from evals.scoring.intervals import wilson
from evals.scoring.score_gate import breaches, load, setbacks
from tests.runs import OMITTED, RIGHT, WRONG, Counts, case, log
from tests.server import Request, Respond, Server, answering, completion, refusal, shown, simplest
from tests.shops import TEXTS, asked_about, model, postings, written

FIELDS = ScoredFields(core=("title", "job_ids"), scalars=("title",))
QUICK = Swaps(permutations=2_000, resamples=50)


def answer(id: str, repeat: int, title: Any = "Cook", **more: Any) -> runlog.CaseResult:  # noqa: A002
    """Make the result of a case that gave a title, which is right if it is "Cook"."""
    posting = {"title": title, "job_ids": more.pop("ids", [])}
    record = {"is_posting": more.pop("judged", True), "posting": posting}
    counts = {"title": RIGHT if title == "Cook" else WRONG}
    return case(id, counts, repeat=repeat, record=record, **more)


def test_how_often_two_runs_differ() -> None:
    """One answer of three for one posting of two: two of three pairs differ, a third on average."""
    titles = ["Cook", "Cook", "Chef"]
    cases = [answer("a", n, title) for n, title in enumerate(titles, 1)]
    found = flapping([*cases, *(answer("b", n) for n in (1, 2, 3))], FIELDS)
    assert found is not None
    title = found.fields["title"]
    assert (3, 2, 1) == (found.runs, found.postings, title.postings)
    assert pytest.approx(1 / 3) == title.changed == found.macro.changed
    assert (1.0, 1.0, 0.5) == title.f1
    assert pytest.approx(np.std([1, 1, 0.5], ddof=1)) == title.deviation
    assert 0 == found.fields["job_ids"].changed == found.fields["is_posting"].changed
    assert 0.6 < found.fields["job_ids"].interval[1] < 0.7


def test_what_is_no_change() -> None:
    """The order of a list, and what is kept of a page that both runs call no posting."""
    cases = [answer("a", 1, ids=["A", "B"]), answer("a", 2, ids=["B", "A"])]
    cases += [answer("b", 1, "Cook", judged=False), answer("b", 2, "Chef", judged=False)]
    found = flapping(cases, FIELDS)
    assert found is not None
    assert 0 == found.macro.changed == found.macro.postings


def test_a_failure_is_a_change() -> None:
    """A run that gives no record gives no value."""
    cases = [answer("a", 1), case("a", {"title": OMITTED}, repeat=2, status="failed")]
    found = flapping(cases, FIELDS)
    assert found is not None
    assert 1.0 == found.fields["title"].changed == found.fields["is_posting"].changed


def test_twins_are_one_posting_that_flaps() -> None:
    """A posting and its twin have one share between them."""
    cases = [answer("a", n) for n in (1, 2)]
    cases += [answer("t", n, title, twin_of="a") for n, title in ((1, "Cook"), (2, "Chef"))]
    found = flapping(cases, FIELDS)
    assert found is not None
    assert (1, 0.5) == (found.postings, found.fields["title"].changed)


def test_a_cut_repeat_counts_where_it_was_read() -> None:
    """Its values are compared; the F1 of a part of the postings is not stated."""
    cases = [answer("a", 1), answer("b", 1), answer("a", 2, "Chef")]
    found = flapping(cases, FIELDS)
    assert found is not None
    assert (1, 1.0, (1.0,), None) == (
        found.postings,
        found.fields["title"].changed,
        found.fields["title"].f1,
        found.fields["title"].deviation,
    )


def test_one_run_says_nothing_of_flapping() -> None:
    """There is nothing to compare it with."""
    assert None is flapping([answer("a", 1), answer("b", 1)], FIELDS)


@given(st.floats(0, 1), st.integers(1, 500))
def test_wilson_holds_its_share(share: float, trials: int) -> None:
    """It holds the share, stays within 0 and 1, and shrinks with more trials."""
    low, high = wilson(share, trials)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    assert high - low > wilson(share, 4 * trials)[1] - wilson(share, 4 * trials)[0]


def repeats(*runs: list[Counts]) -> np.ndarray[Any, Any]:
    """Return the counts of the repeats of one field."""
    return np.array(
        [[[[c.correct, c.wrong, c.omitted, c.invented]] for c in run] for run in runs], dtype=float
    )


def test_noise_by_hand() -> None:
    """One of ten answers flips between two runs, which moves F1 by 0.1: a variance of 0.005.

    Of the mean of two runs beside one run that is 0.0075, with one degree of freedom.
    """
    right = [RIGHT] * 10
    flipped = repeats(right, [WRONG, *right[1:]])
    expected = 12.706 * 0.0075**0.5
    assert pytest.approx(expected, rel=1e-3) == noise_of(flipped, repeats(right))
    assert pytest.approx(expected, rel=1e-3) == noise_of(repeats(right), flipped)
    assert 0 == noise_of(repeats(right, right), repeats(right))
    assert None is noise_of(repeats(right), repeats(right))


def test_more_repeats_mean_less_noise() -> None:
    """The mean of many runs is steadier, and its noise better known."""
    runs = [[RIGHT if (n + k) % 3 else WRONG for n in range(30)] for k in range(12)]
    few, many = repeats(*runs[:3]), repeats(*runs)
    noise = [noise_of(each, each) for each in (few, many)]
    assert noise[0] is not None
    assert noise[1] is not None
    assert noise[1] < 0.6 * noise[0]


def flapping_run() -> runlog.RunLog:
    """Make three runs of 30 postings, each answered rightly in two of them."""
    outcomes = {1: 0, 2: 1, 3: 2}
    return log(
        case(f"c{n}", {"title": WRONG if n % 3 == off else RIGHT}, repeat=repeat)
        for repeat, off in outcomes.items()
        for n in range(30)
    )


def of_one_run(right: int) -> runlog.RunLog:
    """Make a run of the same postings, so many of them right."""
    return log(case(f"c{n}", {"title": RIGHT if n < right else WRONG}) for n in range(30))


def test_a_change_within_the_noise_is_not_worse() -> None:
    """Significant by the paired test, but no more than one run differs from the mean of three."""
    before = flapping_run()
    assert pytest.approx(2 / 3) == compare(before, of_one_run(14), QUICK).macro.before
    change = compare(before, of_one_run(14), QUICK).macro
    assert change.noise is not None
    assert change.p < 0.05
    assert -change.noise < change.difference < -0.15
    assert "within noise" == change.verdict
    assert () == setbacks(compare(before, of_one_run(14), QUICK))
    assert "worse" == compare(before, of_one_run(5), QUICK).macro.verdict


def test_a_cut_repeat_is_left_out_of_a_comparison() -> None:
    """Two whole runs are averaged, the third has not read all."""
    whole = flapping_run()
    cut = whole.model_copy(update={"cases": whole.cases[:-5], "status": "cut"})
    assert 2 / 3 == pytest.approx(compare(cut, of_one_run(14), QUICK).macro.before)


def test_equal_systems_that_flap_are_left_alone() -> None:
    """A small simulation, with one side repeated and with both."""
    model_ = PowerModel(postings=60, fields=3, churn=0.4)
    for runs in ((3, 1), (3, 3)):
        equal = tally(model_, 40, repeats=runs)
        assert equal.any_field <= 0.1
        assert equal.macro <= 0.1
    assert tally(model_, 20, gain=1.0, repeats=(3, 3)).first >= 0.9


def test_a_broken_floor_says_how_far_the_runs_differ(tmp_path: Path) -> None:
    """Whoever reads it can tell a fault from a coin that was tossed."""
    gate = tmp_path / "gate.toml"
    gate.write_text("[floors]\ntitle = 0.9\n", "utf-8")
    outcomes = {1: [RIGHT] * 4, 2: [WRONG, *[RIGHT] * 3]}
    run = log(
        case(f"c{n}", {"title": one}, repeat=k)
        for k, row in outcomes.items()
        for n, one in enumerate(row)
    )
    assert ("title is 0.875, below its floor of 0.9 (its runs: 0.750 to 1.000)",) == breaches(
        load(gate), run.scores
    )


COOK = f"{TEXTS['cook']}Weekend pay: 17.50 EUR per hour.\n"


def unsure(numbers: Iterator[int]) -> Respond:
    """Return what takes the other pay every other time that it is asked about the cook."""

    def respond(asked: Request) -> tuple[int, dict[str, Any] | str]:
        status, body = simplest(asked)
        if "Borrel" in shown(asked) and next(numbers) % 2:
            assert isinstance(body, dict)
            answer = json.loads(body["choices"][0]["message"]["content"])
            body = completion(json.dumps(answer | {"salary": "17.50 EUR per hour"}))[1]
        return status, body

    return respond


@pytest.mark.usefixtures("here")
def test_a_run_is_repeated_and_kept() -> None:
    """The log holds every answer; the table says which field changed, and counts the others."""
    with answering(unsure(count())) as server:
        words = ("--live", "--repeat", "3", "-o", "run.json", *model(server))
        result = postings("eval", written(cook=COOK), *words)
    assert 0 == result.exit_code, result.output
    kept = runlog.read("run.json")
    assert [(name, n) for n in (1, 2, 3) for name in sorted(TEXTS)] == [
        (each.id, each.repeat) for each in kept.cases
    ]
    assert kept.scores.flapping is not None
    salary = kept.scores.flapping.fields["salary"]
    assert (1, pytest.approx(2 / 9)) == (salary.postings, salary.changed)
    lines = result.stdout.splitlines()
    assert any("3 postings, read 3 times" in line for line in lines)
    assert any("3 runs of 3 postings" in line for line in lines)
    assert 80 >= max(map(len, lines))
    compared = postings("compare", "run.json", "run.json")
    assert "noise" in compared.stdout
    assert 80 >= max(map(len, compared.stdout.splitlines()))


@pytest.mark.usefixtures("here")
def test_a_repeated_run_goes_on_from_where_it_was_cut(server: Server) -> None:
    """What was read in the first run and in half of the second is not asked again."""
    left = count(5, -1)

    def tired(asked: Request) -> tuple[int, dict[str, Any] | str]:
        return simplest(asked) if next(left) > 0 else refusal(401, "expired")

    with answering(tired) as tiring:
        words = ("--repeat", "3", "--live", "-o", "run.json")
        assert 2 == postings("eval", written(), *words, *model(tiring)).exit_code
    result = postings("eval", "shops.jsonl", *words, *model(server))
    assert "5 of 9 readings are done already" in result.stderr
    assert sorted([*TEXTS, "cook"]) == sorted(asked_about(server))
    assert 9 == len(runlog.read("run.json").cases)
    assert not Path("run.json.partial").exists()


@pytest.mark.usefixtures("here")
def test_a_noisy_baseline_does_not_flag_a_run() -> None:
    """The next run of the same model passes."""
    with answering(unsure(count())) as server:
        words = ("--live", *model(server))
        postings("eval", written(cook=COOK), "--repeat", "3", "-o", "base.json", *words)
        result = postings("eval", "shops.jsonl", "--baseline", "base.json", *words)
    assert 0 == result.exit_code, result.output


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", [["--replay"], [], ["--live", "--sample", "1"]])
def test_recordings_cannot_be_repeated(words: list[str]) -> None:
    """They answer the same each time, so the repeats would say that nothing flaps."""
    result = postings("eval", written(), "--repeat", "2", *words)
    assert 2 == result.exit_code
    assert "--repeat needs --live" in " ".join(result.stderr.replace("│", " ").split())
